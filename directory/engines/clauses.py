"""What each filter and each order requires of the indexed fields, the same for every engine.

An engine only has to know the seven clauses; fields are those of `directory.engines.entry`.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple, assert_never

from directory.coverage import asked_codes, asked_communes, wanted_activities
from directory.engines.entry import (
    AVAILABILITY,
    MOST_YEARS,
    NO_CATEGORY,
    SAYS_HOURS,
    neutral_rank,
)
from directory.holidays import public_holiday
from directory.openings import LAST_DAY, SLOT_MINUTES, dated_mark, holiday_mark, weekly_mark
from directory.query import (
    CategoryIs,
    CommuneIs,
    ConfirmedSince,
    Covers,
    DirectoryQuery,
    Filter,
    ForAge,
    HasIdentifier,
    HasMode,
    HasPhone,
    IsNamed,
    KindIs,
    MemberOf,
    NeedIs,
    OpenAt,
    ProfessionIs,
    PublicIs,
    SaysHours,
    SectorIs,
    Sort,
    SpecialityIs,
    TakesNewPatients,
)

SORT_SCORE = 10_000.0
"""What one step of an order is worth: more than any tier, so that a tier only decides within it."""

COVERS_SCORE = 50.0
"""What serving the commune asked about is worth: less than a name or than speaking of the need."""

TURN_SCORE = 0.5
"""What the turn of the day is worth: less than anything else, it only decides between equals."""

SAYS_NEED_SCORE = 100.0
"""What speaking of a need is worth: less than a name, which is what was typed."""

FRESH_WITHIN_DAYS = (7, 30, 90, 180, 365)
"""Classes of freshness: equals within one are a fair draw, not a race to the latest import."""


class Among(NamedTuple):
    """A field of codes holds one of these values."""

    field: str
    values: tuple[str, ...]


class Between(NamedTuple):
    """A field of numbers is told and lies between these, both included."""

    field: str
    low: int
    high: int


class Labelled(NamedTuple):
    """The field `label` holds one of these phrases, in a row."""

    phrases: tuple[str, ...]


class Says(NamedTuple):
    """What is told of an entry, names of persons and addresses apart, holds all the words of one
    of these phrases, by their stems.
    """

    phrases: tuple[str, ...]


class Every(NamedTuple):
    """All of these."""

    clauses: tuple["Clause", ...]


class Either(NamedTuple):
    """One of these."""

    clauses: tuple["Clause", ...]


class But(NamedTuple):
    """The first without the second."""

    clause: "Clause"
    without: "Clause"


Clause = Among | Between | Labelled | Says | Every | Either | But


def filter_clause(wanted: Filter) -> Clause:
    """What a filter requires."""
    match wanted:
        case KindIs(kinds=kinds):
            return Among("kind", tuple(kind.value for kind in kinds))
        case ProfessionIs(codes=codes):
            return Among("profession", codes)
        case SpecialityIs(codes=codes):
            return Among("speciality", codes)
        case CategoryIs(codes=codes, words=words, activities=activities):
            return _category(codes, words, activities)
        case NeedIs():
            return _need(wanted)
        case CommuneIs(insee=insee):
            return Among("commune", insee)
        case Covers(insee=insee):
            return Among("covers", insee)
        case HasPhone(e164=e164):
            return Among("phone", (e164,))
        case HasIdentifier(value=value):
            return Among("identifier", (value,))
        case HasMode(modes=modes):
            return Among("mode", modes)
        case PublicIs(publics=publics):
            return Among("public", publics)
        case SectorIs(codes=codes):
            return Among("sector", codes)
        case TakesNewPatients(answers=answers):
            return Among("new_patients", answers)
        case MemberOf(names=names):
            return Among("member", names)
        case _:
            return _condition(wanted)


def _condition(wanted: ForAge | IsNamed | SaysHours | OpenAt | ConfirmedSince) -> Clause:
    match wanted:
        case ForAge(years=years):
            return Every((Between("age_min", 0, years), Between("age_max", years, MOST_YEARS)))
        case IsNamed(name=name):
            return Among("whole", (name,))
        case SaysHours():
            return Among("flag", (SAYS_HOURS,))
        case OpenAt():
            return _open(wanted)
        case ConfirmedSince(day=day):
            return Between("updated", day.toordinal(), LAST_DAY)
        case _:
            assert_never(wanted)


def _category(
    codes: tuple[str, ...], words: tuple[str, ...], activities: tuple[str, ...]
) -> Clause:
    ways: list[Clause] = [Among("category", codes)]
    if words:
        ways.append(Every((Among("flag", (NO_CATEGORY,)), Labelled(words))))
    if activities:
        ways.append(Among("activity", activities))
    return ways[0] if len(ways) == 1 else Either(tuple(ways))


def _need(wanted: NeedIs) -> Clause:
    ways: list[Clause] = []
    if wanted.professions:
        ways.append(Among("profession", wanted.professions))
    if wanted.specialities:
        ways.append(Among("speciality", wanted.specialities))
    if wanted.categories:
        ways.append(_category(wanted.categories, wanted.words, wanted.activities))
    if wanted.said:
        ways.append(Says(wanted.said))
    return Either(tuple(ways))


def need_boosts(query: DirectoryQuery) -> Sequence[tuple[Clause, float]]:
    """Entries named or filed for the need come first, then those that speak of it, then those
    found by what they are alone.
    """
    needs = [one.said for one in query.filters if isinstance(one, NeedIs) and one.said]
    ways = [(Says(said), Every((Says(said), Labelled(said)))) for said in needs]
    return [(way, SAYS_NEED_SCORE) for both in ways for way in both]


def coverage_boosts(query: DirectoryQuery) -> Sequence[tuple[Clause, float]]:
    """Services that come are asked for somewhere: those that say they go there come first."""
    insee = asked_communes(query.filters)
    if not insee:
        return []
    if activities := wanted_activities(query.filters):
        return [(Among("served", asked_codes(activities, insee)), COVERS_SCORE)]
    return [(Among("covers", insee), COVERS_SCORE)]


def _open(wanted: OpenAt) -> Clause:
    days = tuple(_open_on(wanted, day) for day in wanted.days)
    return days[0] if len(days) == 1 else Either(days)


def _open_on(wanted: OpenAt, day: dt.date) -> Clause:
    today = day.toordinal()
    first = wanted.minute - wanted.minute % SLOT_MINUTES
    minutes = range(first, wanted.until or wanted.minute + 1, SLOT_MINUTES)
    holiday = public_holiday(day, wanted.calendar)
    usual = (holiday_mark(one) if holiday else weekly_mark(day, one) for one in minutes)
    weekly = Every(
        (
            Among("open", tuple(usual)),
            Between("hours_from", 0, today),
            Between("hours_to", today, LAST_DAY),
        )
    )
    as_usual = But(weekly, Among("exception", (day.isoformat(),)))
    dated = Among("open", tuple(dated_mark(day, minute) for minute in minutes))
    return Either((as_usual, dated))


def sort_boosts(query: DirectoryQuery) -> Sequence[tuple[Clause, float]]:
    """What the order asked for adds to the score of entries; nothing for relevance and distance."""
    match query.sort:
        case Sort.AVAILABILITY:
            last = len(AVAILABILITY) - 1
            steps = range(1, last + 1)
            return [(Between("availability", 0, last - step), SORT_SCORE) for step in steps]
        case Sort.FRESHNESS if query.day is not None:
            today = query.day.toordinal()
            return [
                (Between("updated", max(0, today - days), LAST_DAY), SORT_SCORE)
                for days in FRESH_WITHIN_DAYS
            ]
        case _:
            return []


def turn_of(day: dt.date | None) -> int:
    """The neutral rank that comes first among equals that day; the others follow it in a ring."""
    return neutral_rank(f"turn {day.isoformat()}") if day is not None else 0


def turn_boosts(query: DirectoryQuery) -> Sequence[tuple[Clause, float]]:
    """Entries whose turn it is come before their equals; by rank within each half of the ring.

    Around a place equals are ordered once measured: see `turn_of`.
    """
    if query.day is None or query.near is not None:
        return []
    return [(Between("rank", turn_of(query.day), LARGEST_RANK), TURN_SCORE)]


LARGEST_RANK = (1 << 63) - 1
