"""One value per page: exactly what its template receives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from directory.communes import Commune
from directory.differences import RunChanges
from directory.links.review import Judgement, Member
from directory.register import QuarantinedRow, RunView
from directory.relations import Relations
from directory.resource import Fact, Resource
from directory.results import Hit, KnownHours
from directory.territory import UsefulNumber
from orientation.line import LineStatus
from orientation.model import Doctor, Outcome, Proposals
from orientation.questions import QuestionList
from orientation.records import RequestView
from orientation.red_flags import RedFlag, RedFlagList
from web.access import Thing
from web.cards import Card
from web.directory_contexts import HoursTable
from web.drafts import Draft
from web.local_contexts import ActLine
from web.updating.documents import Status


@dataclass(frozen=True)
class Link:
    """A choice among others: where it leads and whether it is the one in force."""

    label: str
    url: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class FacetGroup:
    """One facet with its values, each a link that narrows or widens the answer."""

    title: str
    links: Sequence[Link]
    left: int = 0
    """Values not listed: typing narrows better than a list of two hundred communes."""


@dataclass(frozen=True)
class ActiveChip:
    """A filter in force: what it says, what was typed for it, the address without it."""

    label: str
    typed: str
    url: str


@dataclass(frozen=True)
class SearchPage:
    """The home page: a question and, once asked, its answer."""

    q: str
    near: str
    radius_km: str
    hidden: Sequence[tuple[str, str]]
    places: Sequence[Link]
    examples: Sequence[Link]
    chips: Sequence[ActiveChip]
    facets: Sequence[FacetGroup]
    hits: Sequence[Hit]
    total: int
    asked: bool
    widened: str
    partial: str
    hours: KnownHours | None
    sorts: Sequence[Link]
    to_check: Collection[str]
    """Ids of the entries whose hours do not tell of today, a public holiday."""
    cards: Mapping[str, Card]
    chosen: int
    """Entries in this browser's selection."""
    back: str
    """The address of this very answer."""
    more_url: str
    """The same answer with more entries on the page; empty when they are all there."""
    next_url: str
    first_url: str
    problem: str = ""


@dataclass(frozen=True)
class NumberedIdentifier:
    """An identifier with its French name and what looks wrong with it."""

    label: str
    value: str
    warning: str


@dataclass(frozen=True)
class FactGroup:
    """What is known under one heading: one value, or several that are all true."""

    label: str
    facts: Sequence[Fact]


@dataclass(frozen=True)
class JoinedMember:
    """Another source's entry that this one stands for, with what its own source says."""

    member: Member
    alone: Resource


@dataclass(frozen=True)
class Zone:
    """Communes served, for one thing done there or for all: those of the territory, the others."""

    what: str
    here: Sequence[str]
    others: Sequence[str]
    note: str = ""


@dataclass(frozen=True)
class ResourcePage:
    """One entry with everything said about it."""

    resource: Resource
    facts: Sequence[FactGroup]
    identifiers: Sequence[NumberedIdentifier]
    zones: Sequence[Zone]
    week: HoursTable | None
    card: Card
    relations: Relations
    similar: Sequence[Hit]
    cards: Mapping[str, Card]
    """Of the similar entries."""
    chosen: int
    holiday: str
    """The public holiday of today, if it is one of which these hours tell nothing."""
    differences: int
    joined: Sequence[JoinedMember]
    acts: Sequence[ActLine]
    author: str
    thing: Thing
    """What correcting it is decided on."""


@dataclass(frozen=True)
class ImportsPage:
    """What waits for somebody, what is in force and the latest runs."""

    runs: Sequence[RunView]
    questions: int
    reports: int


@dataclass(frozen=True)
class UpdatesPage:
    """How every source stands, the latest updates, and what waits for a person."""

    status: Status


@dataclass(frozen=True)
class RunPage:
    """The report of one run."""

    run: RunView
    quarantined: Sequence[QuarantinedRow]
    changes: RunChanges


@dataclass(frozen=True)
class ErrorPage:
    """Something went wrong, and what to do about it."""

    status: int
    title: str
    detail: str
    again: str = ""
    """Where the same question can be asked once more; empty where that would help nobody."""


@dataclass(frozen=True)
class CallStartPage:
    """Step 1: whom to call back, and where the person is."""

    status: LineStatus
    communes: Sequence[Commune]
    to_call_back: int
    values: Mapping[str, str]
    problems: Mapping[str, str]
    message: str = ""


@dataclass(frozen=True)
class KnownCall:
    """An open request or a call under way of the same number, in words that name no caller.

    `url` opens the request; where a call has none yet, it is sent to in order to take it up.
    """

    label: str
    url: str
    under_way: bool = False


@dataclass(frozen=True)
class CallFlagsPage:
    """Step 2: red flags, before anything else."""

    draft: Draft
    commune: str
    status: LineStatus
    base: str
    flags: RedFlagList
    keys: Sequence[str]
    known: Sequence[KnownCall]


@dataclass(frozen=True)
class CallNeedPage:
    """Step 3: what is needed."""

    draft: Draft
    commune: str
    status: LineStatus
    base: str
    questions: QuestionList
    values: Mapping[str, str]
    problems: Mapping[str, str]


@dataclass(frozen=True)
class ProposalsPage:
    """Step 4: who is available, and why they are proposed."""

    call: RequestView
    commune: str
    postcode: str
    status: LineStatus
    base: str
    keys: Sequence[str]
    answer: Proposals
    refusal: str
    closings: Mapping[Outcome, str]
    moving: str = ""
    """When an appointment is being moved: what it was, in words."""


@dataclass(frozen=True)
class HoldPage:
    """Step 5: the seat is kept, the person says their name."""

    call: RequestView
    commune: str
    base: str
    key: str
    doctor: Doctor
    place: str
    seconds_left: int
    hold_seconds: int
    can_text: bool
    erase_after: int
    values: Mapping[str, str]
    problems: Mapping[str, str]
    refusal: str


@dataclass(frozen=True)
class ConfirmedPage:
    """The appointment, to be said again to the person."""

    call: RequestView
    base: str
    doctor: Doctor
    place: str
    begun: bool
    refusal: str


@dataclass(frozen=True)
class TransferPage:
    """Transfer to the 15, with what to tell it; `stored` is False when the store did not answer."""

    callback_number: str
    address: str
    commune: str
    flags: Sequence[RedFlag]
    useful: Sequence[UsefulNumber]
    stored: bool = True


@dataclass(frozen=True)
class PairQuestion:
    """Two entries that may be one, each with what its own source says."""

    left: UUID
    right: UUID
    reasons: Sequence[str]
    held: str
    sides: Sequence[tuple[Resource, Sequence[Fact]]]


@dataclass(frozen=True)
class JudgedPair:
    """An answer given, with the names of both sides; empty when nobody tells of one any more."""

    said: Judgement
    left_name: str
    right_name: str


@dataclass(frozen=True)
class LinksPage:
    """The queue of pairs that wait for a person."""

    questions: Sequence[PairQuestion]
    judged: Sequence[JudgedPair]
    total: int
    page: int
    pages: int
    author: str
    refusal: str
