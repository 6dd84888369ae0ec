"""Sources to directory: one folder a source, one contract for all."""

from importers.registry import cards, mappings, sources

__all__ = ["cards", "mappings", "sources"]
