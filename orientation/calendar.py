"""Wall-clock time of a territory: its days, its public holidays, its hours, turned into instants."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.tz import datetime_exists

from directory.holidays import public_holiday
from directory.territory import WEEKDAYS, Territory, Window
from directory.typography import say_hour

_MONTHS = [
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
]


def holiday_name(territory: Territory, day: date) -> str:
    """The public holiday of that day in this territory, empty when it is an ordinary one."""
    return public_holiday(day, territory.holidays_subdivision)


def local_day(territory: Territory, at: datetime) -> date:
    """The date on the wall at this instant."""
    return at.astimezone(territory.zone).date()


def instant(zone: ZoneInfo, day: date, hour: time) -> datetime | None:
    """The instant of a wall-clock time, None in the hour that spring skips.

    In the hour that autumn repeats, the first of the two is meant.
    """
    local = datetime.combine(day, hour, tzinfo=zone)
    return local.astimezone(UTC) if datetime_exists(local) else None


def openings(
    territory: Territory, windows: Sequence[Window], first: date, days: int
) -> Iterator[tuple[datetime, datetime]]:
    """Every opening of a service over some days, as instants; public holidays are closed."""
    for offset in range(days):
        day = first + timedelta(days=offset)
        if holiday_name(territory, day):
            continue
        for window in sorted(windows, key=lambda w: w.opens):
            opens = instant(territory.zone, day, window.opens)
            closes = instant(territory.zone, day, window.closes)
            if WEEKDAYS[day.weekday()] in window.days and opens and closes:
                yield opens, closes


def week_of(territory: Territory, at: datetime) -> tuple[int, int]:
    """ISO year and week of an instant, on the territory's calendar."""
    year, week, _ = local_day(territory, at).isocalendar()
    return year, week


def week_start(territory: Territory, at: datetime) -> datetime:
    """Midnight of the Monday of that week."""
    day = local_day(territory, at)
    monday = day - timedelta(days=day.weekday())
    return datetime.combine(monday, time.min, tzinfo=territory.zone).astimezone(UTC)


def say_moment(territory: Territory, at: datetime) -> str:
    """« lundi 23 novembre à 10 h 20 », in the territory's time."""
    local = at.astimezone(territory.zone)
    day = "1er" if local.day == 1 else str(local.day)
    month = _MONTHS[local.month - 1]
    return f"{WEEKDAYS[local.weekday()]} {day} {month} à {say_hour(local.hour, local.minute)}"
