"""The whole agenda store: every module that declares tables, read into one metadata."""

from orientation import call_tables, event_tables
from orientation.indicators import tables as indicators_tables
from orientation.seeking import tables as seeking_tables
from orientation.tables import metadata

__all__ = ["call_tables", "event_tables", "indicators_tables", "metadata", "seeking_tables"]
