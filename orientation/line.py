"""Whether the line is open, when it opens next, and which numbers are true where the caller is."""

from collections.abc import Sequence
from datetime import datetime

from directory.model import Value
from directory.territory import Territory, UsefulNumber, Window
from orientation.calendar import holiday_name, local_day, openings

LOOK_AHEAD_DAYS = 15
"""Longer than any row of closed days in France, so that there is a next opening to give."""


class ServiceStatus(Value, frozen=True, kw_only=True):
    """One service of the platform: open until `closes_at`, or closed until `opens_at`."""

    code: str
    label: str
    open: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None


class LineStatus(Value, frozen=True, kw_only=True):
    """What the screen says about the line at one moment, for one commune."""

    open: bool
    services: tuple[ServiceStatus, ...]
    numbers: tuple[UsefulNumber, ...]
    holiday: str = ""


def line_status(territory: Territory, now: datetime, commune: str = "") -> LineStatus:
    """State of each service at `now`, and the numbers that hold in `commune` (INSEE).

    Without a commune, only the numbers that hold everywhere are given.
    """
    hours = territory.hours
    services = (
        _service(territory, "secretariat", "Secrétariat", hours.secretariat, now),
        _service(territory, "home_visits", "Visites à domicile", hours.home_visits, now),
        _service(territory, "teleconsultations", "Téléconsultations", hours.teleconsultations, now),
    )
    is_open = services[0].open
    return LineStatus(
        open=is_open,
        services=services,
        numbers=useful_numbers(territory, commune, closed=not is_open),
        holiday=holiday_name(territory, local_day(territory, now)),
    )


def useful_numbers(territory: Territory, commune: str, *, closed: bool) -> tuple[UsefulNumber, ...]:
    """Numbers true for that commune; those of closing time only when the line is closed."""
    return tuple(
        number
        for number in territory.numbers
        if (not number.communes or commune in number.communes)
        and (closed or number.when == "always")
    )


def _service(
    territory: Territory, code: str, label: str, windows: Sequence[Window], now: datetime
) -> ServiceStatus:
    for opens, closes in openings(territory, windows, local_day(territory, now), LOOK_AHEAD_DAYS):
        if opens <= now < closes:
            return ServiceStatus(code=code, label=label, open=True, closes_at=closes)
        if now < opens:
            return ServiceStatus(code=code, label=label, open=False, opens_at=opens)
    return ServiceStatus(code=code, label=label, open=False)
