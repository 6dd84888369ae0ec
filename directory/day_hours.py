"""Whether an entry is open now, until when, and when it opens next, as its hours tell.

`directory.openings` says the same to an index, for any moment at once; here one entry is looked at
on the few days around a moment, dated rules and seasons each in its own time.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from directory.model import ON_HOLIDAYS, OpeningHours
from directory.openings import DAY_MINUTES, is_dated, read_minutes

AHEAD_DAYS = 7
"""How far the next opening is looked for: further, « fermé » alone is truer."""

Span = tuple[int, int]
"""Minutes after midnight, from and until; past 1440 when it ends the next day."""

IsHoliday = Callable[[dt.date], bool]


@dataclass(frozen=True)
class OpenNow:
    """Open or not, on the territory's walls: `until` when open, `opens` when it is not and is known."""

    is_open: bool
    until: dt.datetime | None = None
    opens: dt.datetime | None = None


def open_now(
    hours: Sequence[OpeningHours], at: dt.datetime, is_holiday: IsHoliday
) -> OpenNow | None:
    """What these rules tell of that moment (naive, the territory's wall clock); None for no rule.

    On a public holiday only what is told of holidays, or of that very day, holds.
    """
    if not hours:
        return None
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    spans = [
        (midnight + dt.timedelta(later, minutes=start), midnight + dt.timedelta(later, minutes=end))
        for later in range(-1, AHEAD_DAYS + 1)
        for start, end in day_spans(hours, at.date() + dt.timedelta(later), is_holiday)
    ]
    until = _end_of(spans, at)
    if until is not None:
        return OpenNow(is_open=True, until=until)
    return OpenNow(is_open=False, opens=min((one for one, _ in spans if one > at), default=None))


def day_spans(
    hours: Sequence[OpeningHours], day: dt.date, is_holiday: IsHoliday = lambda _: False
) -> list[Span]:
    """When it is open that day, in order; what is told of the day itself replaces its week."""
    dated = [rule for rule in hours if is_told_of(rule, day)]
    if any(rule.closed and not rule.opens for rule in dated):
        return []
    weekday = ON_HOLIDAYS if is_holiday(day) else day.weekday()
    weekly = [rule for rule in hours if not is_dated(rule) and _holds(rule, day, weekday)]
    opened = [rule for rule in dated if not rule.closed]
    return rule_spans([*(opened or weekly), *(rule for rule in dated if rule.closed)])


def rule_spans(rules: Sequence[OpeningHours]) -> list[Span]:
    """When rules of one day say it is open, in order, less what they say is closed."""
    shut = [span for rule in rules if rule.closed and (span := _span(rule))]
    told = {span for rule in rules if not rule.closed and (span := _span(rule))}
    return sorted(part for span in told for part in _without(span, shut))


def is_told_of(rule: OpeningHours, day: dt.date) -> bool:
    """Whether a dated rule is told of that very day."""
    return is_dated(rule) and _holds(rule, day, day.weekday())


def _holds(rule: OpeningHours, day: dt.date, weekday: int) -> bool:
    begun = rule.valid_from is None or rule.valid_from <= day
    over = rule.valid_to is not None and rule.valid_to < day
    on_it = weekday in rule.days if rule.days else weekday != ON_HOLIDAYS
    return begun and not over and on_it


def _span(rule: OpeningHours) -> Span | None:
    start = 0 if rule.closed and not rule.opens else read_minutes(rule.opens)
    end = DAY_MINUTES if rule.closed and not rule.closes else read_minutes(rule.closes)
    if start is None or end is None:
        return None
    return start, end if end > start else end + DAY_MINUTES


def _without(span: Span, shut: Sequence[Span]) -> list[Span]:
    parts = [span]
    for start, end in shut:
        cut = [((one, min(other, start)), (max(one, end), other)) for one, other in parts]
        parts = [part for pair in cut for part in pair if part[0] < part[1]]
    return parts


def _end_of(
    spans: Sequence[tuple[dt.datetime, dt.datetime]], at: dt.datetime
) -> dt.datetime | None:
    """The end of the opening that holds now, through those that follow it without a break."""
    until: dt.datetime | None = None
    now = at
    for start, end in sorted(spans):
        if start <= now < end:
            until = now = end
    return until
