"""Opening hours as a week one reads by day, exceptions apart."""

from collections.abc import Sequence
from datetime import date, time

from directory.day_hours import rule_spans
from directory.model import ON_HOLIDAYS, OpeningHours
from directory.openings import DAY_MINUTES, is_dated
from directory.wording import DAY_NAMES, say_hours
from web.directory_contexts import HoursRow, HoursTable
from web.wording import say_clock_time


def hours_table(hours: Sequence[OpeningHours], today: date) -> HoursTable | None:
    """The week of an entry; None when it tells no hours. Exceptions that are over are left out."""
    if not hours:
        return None
    seasons = [one for one in hours if not is_dated(one) and (one.valid_from or one.valid_to)]
    weekly = [one for one in hours if not is_dated(one) and one not in seasons and _is_plain(one)]
    dated = [one for one in hours if is_dated(one)]
    apart = [one for one in hours if one not in weekly and one not in dated]
    return HoursTable(
        rows=_rows(weekly, today) if weekly else (),
        exceptions=[
            say_hours(one) for one in dated if one.valid_to is None or one.valid_to >= today
        ],
        others=[say_hours(one) for one in apart if one.valid_to is None or one.valid_to >= today],
    )


def _is_plain(rule: OpeningHours) -> bool:
    """Whether a table says all of it: no remark, hours we can read, opening and not closure."""
    return not rule.note and not rule.closed and bool(rule_spans([rule]))


def _rows(weekly: Sequence[OpeningHours], today: date) -> list[HoursRow]:
    days = range(7) if all(ON_HOLIDAYS not in one.days for one in weekly) else range(8)
    return [
        HoursRow(
            day=DAY_NAMES[day],
            spans=[
                _say_span(start, end)
                for start, end in rule_spans(
                    [one for one in weekly if day in (one.days or range(7))]
                )
            ],
            today=day == today.weekday(),
        )
        for day in days
    ]


def _say_span(start: int, end: int) -> str:
    if end - start >= DAY_MINUTES:
        return "jour et nuit"
    return f"{_say_minute(start)} – {_say_minute(end)}"


def _say_minute(minute: int) -> str:
    hour, rest = divmod(minute, 60)
    return "minuit" if hour == 24 else say_clock_time(time(hour % 24, rest))
