"""What the pages of the search for a médecin traitant receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from directory.communes import Commune
from directory.territory import ConsentText
from orientation.seeking.model import Matches, Offer, RankedWait
from orientation.seeking.records import SeekingCounts, WaitsPage, WaitView
from web.contexts import Link

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SeekingListPage:
    """Who waits, in calling order, with the figures and the filters."""

    counts: SeekingCounts
    found: WaitsPage
    filters: Sequence[Link]
    today: date
    communes: Mapping[str, str]
    previous_url: str
    next_url: str


@dataclass(frozen=True)
class SeekingQuestionPage:
    """The first question: does the person already see a doctor?"""


@dataclass(frozen=True)
class SeekingAdvicePage:
    """They do: the declaration is signed there."""


@dataclass(frozen=True)
class SeekingFormPage:
    """Somebody to put on the list; `known` is the address of their sheet when they wait already."""

    values: Mapping[str, str]
    problems: Mapping[str, str]
    communes: Sequence[Commune]
    languages: Choices
    consent: ConsentText
    erase_after: int
    key: str
    refusal: str = ""
    known: str = ""


@dataclass(frozen=True)
class SeekingPersonPage:
    """A person's sheet: who they are, who can be proposed, where it stands."""

    sheet: WaitView
    age: int | None
    commune: str
    matches: Matches | None
    keys: Sequence[str]
    key: str
    base: str
    refusals: Choices
    closings: Choices
    erase_after: int
    reminders: int
    refusal: str = ""


@dataclass(frozen=True)
class OfferPanel:
    """« Nouveaux patients » on a doctor's agenda: what they declare, and whom they could take."""

    offer: Offer | None
    called: Sequence[tuple[RankedWait, int, str]]
    """Each person with their age and the name of their commune; no name."""
    values: Mapping[str, Sequence[str]]
    communes: Choices
    groups: Choices
    languages: Choices
    problems: Mapping[str, str] = field(default_factory=dict)
