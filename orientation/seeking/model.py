"""Who waits, who takes new patients, how they meet: frozen values, no store, no clock."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from directory.model import Point, Value
from directory.territory import Group
from orientation.model import Doctor


class Sex(StrEnum):
    """Sex of a doctor, as a person may ask for it."""

    FEMALE = "female"
    MALE = "male"


class WaitState(StrEnum):
    """A wait is open until it is closed, for a reason of `CloseReason`."""

    OPEN = "open"
    CLOSED = "closed"


class PlacementState(StrEnum):
    """The life of a proposal to a doctor, up to the declaration of médecin traitant."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLARED = "declared"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


LIVE_PLACEMENTS = (PlacementState.PROPOSED, PlacementState.ACCEPTED, PlacementState.DECLARED)
"""A wait has one of these at most."""

PLACED_STATES = (PlacementState.ACCEPTED, PlacementState.DECLARED)
"""These use one of the doctor's places."""


class RefusalReason(StrEnum):
    """Why a proposal ended, on either side; never free text, which would hold personal data."""

    DOCTOR_FULL = "doctor_full"
    DOCTOR_LIMITS = "doctor_limits"
    DOCTOR_OTHER = "doctor_other"
    PERSON_DISTANCE = "person_distance"
    PERSON_CHOICE = "person_choice"
    PERSON_UNREACHABLE = "person_unreachable"
    ERROR = "error"


class CloseReason(StrEnum):
    """Why somebody is no longer on the list."""

    PLACED = "placed"
    OWN_DOCTOR = "own_doctor"
    WITHDRAWN = "withdrawn"
    MOVED = "moved"
    ERROR = "error"
    NOT_CONFIRMED = "not_confirmed"


class Identity(Value, frozen=True, kw_only=True):
    """Who waits: sealed with the wait's own key; `phone` is E.164."""

    family: str
    given: str
    phone: str
    birth_date: date
    address: str = ""


class Wishes(Value, frozen=True, kw_only=True):
    """What the person asks for, each empty when they did not ask; `language` is ISO 639-1."""

    sex: Sex | None = None
    language: str = ""
    team: bool = False
    near: bool = False


class Situation(Value, frozen=True, kw_only=True):
    """What gives priority, as the person says it: health and social data, sealed too."""

    ald: bool = False
    c2s_ame: bool = False


class Wait(Value, frozen=True, kw_only=True):
    """A person as matching sees them: no name, no number.

    `declined` are doctors with whom a proposal already ended: they are not proposed again.
    """

    id: UUID
    since: datetime
    birth_date: date
    commune: str
    point: Point | None = None
    situation: Situation = Situation()
    wishes: Wishes = Wishes()
    declined: tuple[UUID, ...] = ()


class Limits(Value, frozen=True, kw_only=True):
    """Whom a doctor takes; empty means everybody. Ages in whole years, both ends included."""

    min_age: int | None = None
    max_age: int | None = None
    communes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()


class Offer(Value, frozen=True, kw_only=True):
    """What a doctor declares: how many new patients they still take, from when, within limits."""

    doctor: Doctor
    places_left: int
    available_from: date
    taken: int = 0
    limits: Limits = Limits()
    sex: Sex | None = None
    languages: tuple[str, ...] = ()
    in_team: bool = False


class OfferTerms(Value, frozen=True, kw_only=True):
    """A doctor's declaration as it comes in: `places` is how many more they take from now on."""

    places: int
    available_from: date
    limits: Limits = Limits()
    sex: Sex | None = None
    languages: tuple[str, ...] = ()
    in_team: bool = False


class Bar(StrEnum):
    """Why a doctor cannot be proposed to a person."""

    FULL = "full"
    LATER = "later"
    DECLINED = "declined"
    AGE = "age"
    COMMUNE = "commune"
    GROUP = "group"
    SEX = "sex"
    LANGUAGE = "language"
    TEAM = "team"
    NEAR = "near"


class RankedOffer(Value, frozen=True, kw_only=True):
    """A doctor to propose, with the reasons of their rank in words."""

    offer: Offer
    reasons: tuple[str, ...]
    distance_km: float | None = None


class Matches(Value, frozen=True, kw_only=True):
    """Doctors to propose to a person, best first, and why the others are not."""

    offers: tuple[RankedOffer, ...]
    explanation: str


class RankedWait(Value, frozen=True, kw_only=True):
    """A person to propose to a doctor, with the reasons of their rank in words."""

    wait: Wait
    group: Group
    reasons: tuple[str, ...]
    distance_km: float | None = None
