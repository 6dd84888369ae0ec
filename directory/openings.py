"""When an entry is known to be open, as marks an index can look up.

A week is cut in slots of five minutes: almost all hours told are multiples of it. A mark is
« `weekday-slot` » for what holds every week, « `date-slot` » for what is told of a few days;
public holidays are an eighth day of the week, on which the others' hours do not hold.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from directory.model import ON_HOLIDAYS, OpeningHours

SLOT_MINUTES = 5
DAY_MINUTES = 1_440
BRIEF_DAYS = 62
"""A dated rule no longer than that replaces the weekly hours of its days; a longer one is the
weekly hours of its period. A closure is always told day by day, for a year at most.
"""

FIRST_DAY, LAST_DAY = dt.date.min.toordinal(), dt.date.max.toordinal()
_LONGEST_CLOSURE_DAYS = 366


class Openings(NamedTuple):
    """Marks of when it is open, days whose weekly hours do not hold, ordinals of the days between
    which the weekly hours hold.
    """

    marks: frozenset[str]
    exceptions: frozenset[str]
    first_day: int
    last_day: int


def weekly_mark(day: dt.date, minute: int) -> str:
    """The mark looked up for what is open every week at that minute of such a day."""
    return f"{day.weekday()}-{minute // SLOT_MINUTES}"


def holiday_mark(minute: int) -> str:
    """The mark looked up for what says that it is open at that minute of public holidays."""
    return f"{ON_HOLIDAYS}-{minute // SLOT_MINUTES}"


def dated_mark(day: dt.date, minute: int) -> str:
    """The mark looked up for what is open that very day."""
    return f"{day.isoformat()}-{minute // SLOT_MINUTES}"


def openings(hours: Sequence[OpeningHours]) -> Openings | None:
    """The openings told by these rules; None when they tell none."""
    if not hours:
        return None
    lasting = [rule for rule in hours if not is_dated(rule)]
    brief = [rule for rule in hours if is_dated(rule)]
    weekly = {mark for rule in lasting if not rule.closed for mark in _weekly_marks(rule)}
    weekly -= {mark for rule in lasting if rule.closed for mark in _weekly_marks(rule)}
    shut = {day for rule in brief if rule.closed for day in _days(rule)}
    special = {day for rule in brief for day in _days(rule)}
    dated = {
        mark
        for rule in brief
        if not rule.closed
        for day in _days(rule)
        if day not in shut
        for mark in _dated_marks(rule, day)
    }
    starts = [rule.valid_from.toordinal() if rule.valid_from else FIRST_DAY for rule in lasting]
    ends = [rule.valid_to.toordinal() if rule.valid_to else LAST_DAY for rule in lasting]
    return Openings(
        marks=frozenset(weekly | dated),
        exceptions=frozenset(day.isoformat() for day in special),
        first_day=min(starts, default=FIRST_DAY),
        last_day=max(ends, default=LAST_DAY),
    )


def tells_holiday(hours: Sequence[OpeningHours], day: dt.date) -> bool:
    """Whether these rules say anything of that public holiday: by its date, or of holidays."""
    return any(
        ON_HOLIDAYS in rule.days or (is_dated(rule) and day in _days(rule)) for rule in hours
    )


def is_dated(rule: OpeningHours) -> bool:
    """Whether a rule is an exception: told of a few days, or of a closure."""
    if rule.closed:
        return rule.valid_from is not None
    if rule.valid_from is None or rule.valid_to is None:
        return False
    return (rule.valid_to - rule.valid_from).days <= BRIEF_DAYS


def _days(rule: OpeningHours) -> Iterator[dt.date]:
    """The days a dated rule is told of."""
    first = rule.valid_from or dt.date.min
    latest = min(LAST_DAY, first.toordinal() + _LONGEST_CLOSURE_DAYS)
    last = min(rule.valid_to.toordinal() if rule.valid_to else latest, latest)
    days = (dt.date.fromordinal(number) for number in range(first.toordinal(), last + 1))
    return (day for day in days if not rule.days or day.weekday() in rule.days)


def _weekly_marks(rule: OpeningHours) -> Iterator[str]:
    for weekday in rule.days or range(7):
        for later, slot in _slots(rule):
            if weekday != ON_HOLIDAYS:
                yield f"{(weekday + later) % 7}-{slot}"
            elif not later:
                yield f"{ON_HOLIDAYS}-{slot}"


def _dated_marks(rule: OpeningHours, day: dt.date) -> Iterator[str]:
    for later, slot in _slots(rule):
        yield f"{(day + dt.timedelta(days=later)).isoformat()}-{slot}"


def _slots(rule: OpeningHours) -> Iterator[tuple[int, int]]:
    """Slots of one day of a rule, as (0, or 1 past midnight, slot); none for hours we cannot read."""
    start = 0 if rule.closed and not rule.opens else read_minutes(rule.opens)
    end = DAY_MINUTES if rule.closed and not rule.closes else read_minutes(rule.closes)
    if start is None or end is None:
        return
    if end <= start:
        end += DAY_MINUTES
    for slot in range(start // SLOT_MINUTES, -(-end // SLOT_MINUTES)):
        yield divmod(slot, DAY_MINUTES // SLOT_MINUTES)


def read_minutes(told: str) -> int | None:
    """`08:30` in minutes after midnight."""
    hour, separator, minute = told.partition(":")
    if not (separator and hour.isdecimal() and minute[:2].isdecimal()):
        return None
    minutes = int(hour) * 60 + int(minute[:2])
    return minutes if minutes <= DAY_MINUTES else None
