"""What the pages of the team and its agenda receive, and the list of people to call back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from orientation.model import Doctor
from orientation.records import AgendaSlot, BookingView, RequestView
from web.seeking_contexts import OfferPanel


@dataclass(frozen=True)
class TeamGroup:
    """Doctors of one part of the team."""

    title: str
    doctors: Sequence[Doctor]


@dataclass(frozen=True)
class TeamPage:
    """The first-recourse team; `communes` gives names by INSEE code."""

    groups: Sequence[TeamGroup]
    communes: Mapping[str, str]


@dataclass(frozen=True)
class AgendaPatient:
    """Who comes, or for whom a seat is being kept; `can_settle`: it may be said whether they came."""

    booking: BookingView
    request: RequestView
    can_settle: bool = False


@dataclass(frozen=True)
class AgendaLine:
    """A slot with its state: `free`, `held`, `confirmed` or `withdrawn`."""

    slot: AgendaSlot
    patients: Sequence[AgendaPatient]
    state: str
    places_left: int
    past: bool


@dataclass(frozen=True)
class AgendaDay:
    """A day of the week shown."""

    day: date
    lines: Sequence[AgendaLine]


@dataclass(frozen=True)
class AgendaPage:
    """One doctor's week; `problem` is what could not be done, `values` what was typed.

    `calendar_problem` is why the external calendar could not be read, `conflicts` how many
    appointments it contradicts.
    """

    doctor: Doctor
    problem: str
    values: Mapping[str, str]
    chosen: date
    today: date
    days: Sequence[AgendaDay]
    previous: date
    following: date
    previous_week: date
    following_week: date
    intake: OfferPanel
    calendar_problem: str
    conflicts: int
