"""The whole agenda store: every module that declares tables, read into one metadata."""

from orientation.indicators import tables as indicators_tables
from orientation.seeking import tables as seeking_tables
from orientation.tables import metadata

__all__ = ["indicators_tables", "metadata", "seeking_tables"]
