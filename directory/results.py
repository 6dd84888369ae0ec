"""What a search answers: a page of hits with their reasons, facets with true counts."""

from enum import IntEnum

from directory.model import Value
from directory.query import Filter, Near
from directory.resource import Resource


class Tier(IntEnum):
    """How the words of the question matched, best first; never mixed."""

    EXACT = 4
    FOLDED = 3
    PREFIX = 2
    FUZZY = 1
    FILTER = 0
    """Nothing but filters: there were no words to match."""


class Hit(Value, frozen=True, kw_only=True):
    """One entry found, with why it is here (French) and its distance in metres, if asked."""

    resource: Resource
    tier: Tier = Tier.FILTER
    why: tuple[str, ...] = ()
    distance_m: int | None = None


class FacetValue(Value, frozen=True, kw_only=True):
    """One line of a facet: how many entries of the whole answer have this value."""

    code: str
    label: str
    count: int


class Chip(Value, frozen=True, kw_only=True):
    """A part of the question that was recognised: what was typed and the filter it became."""

    typed: str
    label: str
    filter: Filter | Near


class KnownHours(Value, frozen=True, kw_only=True):
    """What « open » leaves in the dark: of `among` entries, `known` say their opening hours.

    `holiday` names the public holiday asked about, if it is one: only those that tell their hours
    of holidays are then said to be open.
    """

    known: int
    among: int
    holiday: str = ""


class Page(Value, frozen=True, kw_only=True):
    """An answer. `facets` maps each name of `engines.facets.FACETS` to its values.

    A facet counts what would be found without the filters in force on that facet itself: its
    values can be chosen together. `hours` is told when the question asks who is open.
    """

    total: int
    hits: tuple[Hit, ...] = ()
    facets: dict[str, tuple[FacetValue, ...]] = {}
    next_cursor: str = ""
    understood: tuple[Chip, ...] = ()
    widened: str = ""
    """What was loosened to find something, in French; empty when nothing was."""
    partial: str = ""
    """Why the answer may lack entries, in French; empty when it is whole."""
    hours: KnownHours | None = None
