"""The whole agenda store: every module that declares tables, read into one metadata."""

from orientation.seeking import tables as seeking_tables
from orientation.tables import metadata

__all__ = ["metadata", "seeking_tables"]
