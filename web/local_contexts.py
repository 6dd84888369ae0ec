"""What the pages of corrections, additions and reported numbers receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from directory.local.history import ActView
from directory.local.reports import Report
from directory.resource import Fact, Resource
from web.fact_forms import Cell


@dataclass(frozen=True)
class ActLine:
    """An act with its field and values in French."""

    act: ActView
    label: str
    was: str
    now: str


@dataclass(frozen=True)
class FactChoice:
    """A fact that can be corrected, or a field that has none yet."""

    path: str
    label: str


@dataclass(frozen=True)
class CorrectionsPage:
    """Everything that can be corrected on one entry."""

    resource: Resource
    facts: Sequence[Fact]
    missing: Sequence[FactChoice]


@dataclass(frozen=True)
class PinHelp:
    """Addresses to choose a place from: what was looked for, each result with its link."""

    typed: str
    choices: Sequence[tuple[str, str]]
    message: str = ""


@dataclass(frozen=True)
class CorrectionPage:
    """The form of one fact: `fact` is None where one is added."""

    resource: Resource
    field: str
    key: str
    label: str
    fact: Fact | None
    cells: Sequence[Cell]
    values: Mapping[str, str]
    problems: Mapping[str, str]
    message: str
    author: str
    reason: str
    report: Report | None
    pin: PinHelp | None = None


@dataclass(frozen=True)
class RefusalPage:
    """Whether an entry, or every entry of a person, is to be published no more."""

    resource: Resource
    scope: str
    problems: Mapping[str, str]
    author: str
    reason: str


@dataclass(frozen=True)
class AddedGroup:
    """The cells of one fact of a new entry, under its heading."""

    path: str
    label: str
    cells: Sequence[Cell]
    required: bool


@dataclass(frozen=True)
class AdditionPage:
    """The form of a new entry; `values` and `problems` are by `path.cell`."""

    kind: str
    kinds: Mapping[str, str]
    groups: Sequence[AddedGroup]
    values: Mapping[str, str]
    problems: Mapping[str, str]
    message: str
    author: str
    reason: str


@dataclass(frozen=True)
class ActsPage:
    """The latest acts of everybody."""

    acts: Sequence[ActLine]
    author: str
    message: str


@dataclass(frozen=True)
class ReportFormPage:
    """« Numéro faux ? » about one number of an entry."""

    resource: Resource
    number: str
    comment: str
    problems: Mapping[str, str]
    message: str


@dataclass(frozen=True)
class ReportedNumber:
    """A report with its entry; None when the entry is no longer published."""

    report: Report
    resource: Resource | None
    correct_url: str


@dataclass(frozen=True)
class ReportPage:
    """One report, as whoever made it sees it."""

    told: ReportedNumber


@dataclass(frozen=True)
class ReportsPage:
    """Every report, those that wait first."""

    reports: Sequence[ReportedNumber]
    waiting: int
    author: str
    message: str
