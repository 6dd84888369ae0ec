"""What the pages that follow a call receive: médecin traitant, endings, lists of requests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from directory.resource import Phone
from orientation.crisis import Crisis
from orientation.line import LineStatus
from orientation.model import Doctor
from orientation.questions import QuestionList
from orientation.records import CallBack, RequestView
from orientation.red_flags import RedFlagList
from web.contexts import KnownCall


@dataclass(frozen=True)
class CallerPage:
    """Whether a number just typed is known, on the first screen."""

    whole: bool
    """Whether it is a number that can be called."""
    known: Sequence[KnownCall]


@dataclass(frozen=True)
class FoundDoctor:
    """A general practitioner of the directory, with the numbers to call."""

    ref: str
    name: str
    place: str
    phones: Sequence[Phone]
    replacement: bool
    demo: bool


@dataclass(frozen=True)
class MedecinTraitantPage:
    """The médecin traitant is called first: looked up, called, outcome stamped."""

    call: RequestView
    commune: str
    status: LineStatus
    base: str
    q: str
    found: Sequence[FoundDoctor]
    chosen: FoundDoctor | None
    reasons: Sequence[tuple[str, str, str]]
    """Key, code and words of each reason not to have called."""
    message: str


@dataclass(frozen=True)
class ClosedPage:
    """A request that ended without an appointment here."""

    call: RequestView
    commune: str
    base: str
    outcome: str
    doctor: FoundDoctor | None


@dataclass(frozen=True)
class ListedRequest:
    """A request of a list, with its commune's name and its answers in words."""

    call: RequestView
    commune: str
    told: Sequence[str]
    since: datetime


@dataclass(frozen=True)
class RequestListPage:
    """« Demandes à traiter »."""

    listed: Sequence[ListedRequest]
    most: int


@dataclass(frozen=True)
class CallBacksPage:
    """« À rappeler »: whom a doctor's cancellation left, and who waits for a slot to open."""

    cancelled: Sequence[CallBack]
    listed: Sequence[ListedRequest]
    most: int


@dataclass(frozen=True)
class CrisisPage:
    """The crisis mode in force, or the form; `order` is the territory's own order of criteria."""

    running: Crisis | None
    values: Mapping[str, str]
    kept_modes: Sequence[str]
    problems: Mapping[str, str]
    message: str
    order: str


@dataclass(frozen=True)
class AskPage:
    """A professional asks for a slot for a patient."""

    questions: QuestionList
    flags: RedFlagList
    values: Mapping[str, str]
    problems: Mapping[str, str]
    key: str
    status: LineStatus


@dataclass(frozen=True)
class FollowPage:
    """What became of a professional's request; nobody is named but the doctor who receives."""

    call: RequestView
    commune: str
    state: str
    doctor: str


@dataclass(frozen=True)
class SurnumerairesPage:
    """The team; `numbers` are those of the doctors who accept on top, by key."""

    doctors: Sequence[Doctor]
    numbers: Mapping[UUID, str]
    message: str
