"""Opening hours of an offer or a professional; type 08 of R252 says when it is closed."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from directory.model import OpeningHours
from importers.cleaning import clean, parse_date
from importers.contract import Context
from importers.ror.fhir import extensions, first_code, label_of, many, told, value_of, whole

CLOSED = "08"
PLAIN = ("", "01", "02")
"""Opening and working hours need no remark; the other types are named."""

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_EVERY_DAY = tuple(range(7))

Rule = tuple[str, str, date | None, date | None, bool, str]


def weekly_hours(resource: Mapping[str, Any], context: Context) -> tuple[OpeningHours, ...]:
    """Weekly rules, days that share one put together."""
    rules: dict[Rule, set[int]] = {}
    for slot in many(resource.get("availableTime")):
        days = _days(slot, context)
        if not days:
            context.note("horaire sans jour de semaine")
            continue
        rules.setdefault(_rule(slot), set()).update(days)
    return tuple(
        OpeningHours(
            days=tuple(sorted(days)),
            opens=opens,
            closes=closes,
            valid_from=start,
            valid_to=end,
            closed=closed,
            note=note,
        )
        for (opens, closes, start, end, closed, note), days in rules.items()
    )


def closures(resource: Mapping[str, Any]) -> tuple[OpeningHours, ...]:
    """Announced closures (`notAvailable`), every day from the first to the last."""
    return tuple(
        OpeningHours(
            days=_EVERY_DAY,
            closed=True,
            valid_from=start,
            valid_to=end,
            note="réouverture ensuite" if end else "",
        )
        for start, end in map(_period, many(resource.get("notAvailable")))
        if start or end
    )


def is_closed(resource: Mapping[str, Any], day: date | None) -> bool:
    """Whether an offer closed for good by that day: a closure begun, without reopening."""
    periods = [_period(one) for one in many(resource.get("notAvailable"))]
    return day is not None and any(start and start <= day and not end for start, end in periods)


def _period(element: Mapping[str, Any]) -> tuple[date | None, date | None]:
    during = element.get("during") or {}
    return parse_date(during.get("start")), parse_date(during.get("end"))


def _days(slot: Mapping[str, Any], context: Context) -> tuple[int, ...]:
    """Days of a slot, 0 Monday: those of the extension (1 to 7), else FHIR's own."""
    numbers = [
        whole(value_of(one), context)
        for one in extensions(slot, "ror-available-time-number-days-of-week")
    ]
    if numbers:
        return tuple(number - 1 for number in numbers if number and 1 <= number <= 7)
    return tuple(_DAYS.index(day) for day in many(slot.get("daysOfWeek")) if day in _DAYS)


def _rule(slot: Mapping[str, Any]) -> Rule:
    kind = first_code(told(slot, "ror-available-time-type-of-time"))
    code = kind.code if kind else ""
    valid = told(slot, "ror-available-time-effective-opening-closing-date") or {}
    opens, closes = _times(slot)
    closed = code == CLOSED
    note = "" if code in PLAIN or closed or not kind else label_of("R252", code) or kind.label
    if closed and opens:
        note = f"de {opens} à {closes}" if not _is_all_day(opens, closes) else ""
    elif not note and _is_all_day(opens, closes):
        note = "24 h sur 24"
    return opens, closes, parse_date(valid.get("start")), parse_date(valid.get("end")), closed, note


def _times(slot: Mapping[str, Any]) -> tuple[str, str]:
    if slot.get("allDay") in (True, "true"):
        return "00:00", "23:59"
    start, end = (clean(slot.get(name))[:5] for name in ("availableStartTime", "availableEndTime"))
    return start, end


def _is_all_day(opens: str, closes: str) -> bool:
    """Whether a slot is the whole day: 00:00 to 23:59 is how the ROR writes 24 hours."""
    return opens == "00:00" and closes in ("23:59", "24:00", "00:00")
