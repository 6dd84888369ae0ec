"""What the pages of the team and its agenda receive, and the list of people to call back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from orientation.model import Doctor, Mode
from orientation.planning_model import Concerned
from orientation.records import AgendaSlot, BookingView, RequestView
from web.seeking_contexts import OfferPanel


@dataclass(frozen=True)
class TeamGroup:
    """Doctors of one part of the team."""

    title: str
    doctors: Sequence[Doctor]


@dataclass(frozen=True)
class TeamPage:
    """The first-recourse team; `communes` gives names by INSEE code.

    `mine` are the agendas that the account keeps, when it keeps some and not all; `kept` are the
    keys of every agenda it may open.
    """

    groups: Sequence[TeamGroup]
    communes: Mapping[str, str]
    mine: Sequence[Doctor]
    kept: Collection[UUID]


@dataclass(frozen=True)
class AgendaPatient:
    """Who comes, or for whom a seat is being kept; `can_settle`: it may be said whether they came.

    `can_undo`: what was just said can be taken back. `needs` is what to know, in words, before
    they come in; it names nobody but the médecin traitant and who sent them.
    """

    booking: BookingView
    request: RequestView
    can_settle: bool = False
    can_undo: bool = False
    needs: Sequence[str] = ()


@dataclass(frozen=True)
class AgendaLine:
    """A slot with its state: `free`, `held`, `confirmed` or `withdrawn`."""

    slot: AgendaSlot
    patients: Sequence[AgendaPatient]
    state: str
    places_left: int
    past: bool


@dataclass(frozen=True)
class FreeHours:
    """Free slots that follow each other in one way of receiving, with the places they have."""

    start: datetime
    end: datetime
    mode: Mode
    places: int


@dataclass(frozen=True)
class AgendaDay:
    """A day shown: its slots, how many people come, and when there is room for others."""

    day: date
    lines: Sequence[AgendaLine]
    coming: int
    free: Sequence[FreeHours]

    @property
    def places(self) -> int:
        """Places still free, to come."""
        return sum(one.places for one in self.free)


@dataclass(frozen=True)
class AgendaPage:
    """One doctor's days; `problem` is what could not be done, `values` what was typed, `done` what
    was just done, in words.

    `view` is `semaine` or `liste`; `first_visit`: no time was ever given. `calendar_problem` is why the external calendar could not be read, `conflicts` how many
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
    view: str
    done: str
    first_visit: bool
    balance: Sequence[str]


@dataclass(frozen=True)
class DaySheetPage:
    """A doctor's day on paper, for a practice without a screen."""

    doctor: Doctor
    day: AgendaDay


@dataclass(frozen=True)
class AbsencePage:
    """An absence before it is declared: who would have to be called back (`span` says when)."""

    doctor: Doctor
    span: str
    concerned: Sequence[Concerned]
    fields: Sequence[tuple[str, str]]
    back: str
