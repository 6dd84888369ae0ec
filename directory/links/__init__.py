"""One entry for what several sources tell of: pairs compared, judged by people, linked."""

from directory.links.clusters import Effect, decide
from directory.links.entries import Entry, read_entries
from directory.links.pairs import Pair, find_pairs
from directory.links.plan import Plan, plan_links, relink

__all__ = [
    "Effect",
    "Entry",
    "Pair",
    "Plan",
    "decide",
    "find_pairs",
    "plan_links",
    "read_entries",
    "relink",
]
