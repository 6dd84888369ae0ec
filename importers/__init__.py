"""Sources to directory: one folder a source, one contract for all."""
