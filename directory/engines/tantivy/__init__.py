"""The embedded engine: Tantivy, one folder a generation, followed by every process."""
