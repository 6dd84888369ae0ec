"""What a doctor says of their own time, and what comes of saying it: frozen values, no store."""

from datetime import date, datetime, time
from uuid import UUID

from directory.model import Value
from orientation.model import Mode, Schedule, Visibility

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
"""Days of the week as RFC 5545 writes them, Monday first."""

MOST_WEEKS_APART = 8
MOST_SEATS = 50


class NewSeries(Value, frozen=True, kw_only=True):
    """An availability as it is given: on one day, or every so many weeks on some weekdays.

    `weekdays` (0 is Monday) empty means the day `first` alone; `last` is the last day included,
    None without end. Hours are on the territory's clocks.
    """

    mode: Mode
    first: date
    opens: time
    closes: time
    slot_minutes: int
    last: date | None = None
    weekdays: tuple[int, ...] = ()
    every_weeks: int = 1
    seats: int = 1
    place: UUID | None = None
    visibility: Visibility = Visibility.CPTS
    on_holidays: bool = False


class Concerned(Value, frozen=True, kw_only=True):
    """An appointment that an act undoes: who to call, by initials and number, and the request.

    `callback_number` is empty once the identity is erased.
    """

    appointment_id: UUID
    request_id: UUID
    start: datetime
    mode: Mode
    initials: str
    callback_number: str = ""


class Planned(Value, frozen=True, kw_only=True):
    """What came of an act: not `done`, it undoes these appointments and waits for a yes.

    Done, `concerned` are now on the list of people to call back. `schedule` is the series that
    was created or changed.
    """

    done: bool
    concerned: tuple[Concerned, ...] = ()
    schedule: UUID | None = None


class Series(Value, frozen=True, kw_only=True):
    """A series with its coming closed days, each with the one-day series that replaces it."""

    schedule: Schedule
    exceptions: dict[date, UUID | None]
    next_days: tuple[date, ...] = ()
