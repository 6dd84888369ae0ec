"""What the pages of a doctor's time, profile and calendars receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from orientation.calendars import BusyFeed
from orientation.model import Doctor
from orientation.planning_model import Concerned

Values = Mapping[str, Sequence[str]]
"""What a form shows: each field with its values, most have one."""


@dataclass(frozen=True)
class SeriesLine:
    """A series in words; `closed` are its days taken out, with whether other hours replace them."""

    id: str
    words: str
    details: str
    until: date | None
    next_days: Sequence[date]
    closed: Sequence[tuple[date, bool]]
    editable: bool


@dataclass(frozen=True)
class PlanningPage:
    """A doctor's series, and the form that adds or changes one (`editing` is its key)."""

    doctor: Doctor
    series: Sequence[SeriesLine]
    editing: str
    values: Values
    problems: Mapping[str, str]
    message: str
    author: str


@dataclass(frozen=True)
class ConcernedPage:
    """Who an act would leave without appointment, and the same act (`action`, `fields`) again."""

    doctor: Doctor
    concerned: Sequence[Concerned]
    action: str
    fields: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ProfilePage:
    """A doctor's profile; `communes` are those of the territory, code and name."""

    doctor: Doctor
    communes: Sequence[tuple[str, str]]
    values: Values
    problems: Mapping[str, str]
    message: str
    author: str


@dataclass(frozen=True)
class CalendarsPage:
    """Calendars out and in; `address` is told only just after it was made."""

    doctor: Doctor
    since: datetime | None
    address: str
    followed: BusyFeed | None
    conflicts: Sequence[Concerned]
    minutes: int
    problem: str
    url: str
    author: str
