"""What a first-recourse team, its slots and a need are: frozen values, no store, no clock."""

from datetime import date, datetime, time
from enum import StrEnum
from uuid import UUID

from directory.model import Point, Value


class Mode(StrEnum):
    """How a patient is seen."""

    CABINET = "cabinet"
    HOME = "home"
    VIDEO = "video"


class Mobility(StrEnum):
    """What the person can do: go to a practice, be visited, or talk by video."""

    TRAVEL = "travel"
    HOME = "home"
    VIDEO = "video"


class AgeBand(StrEnum):
    """The only thing asked about age; birth dates come with the confirmation, sealed."""

    INFANT = "0-2m"
    CHILD = "3m-15"
    ADULT = "16-69"
    SENIOR = "70+"


AGES_MONTHS: dict[AgeBand, tuple[int, int]] = {
    AgeBand.INFANT: (0, 2),
    AgeBand.CHILD: (3, 16 * 12 - 1),
    AgeBand.ADULT: (16 * 12, 70 * 12 - 1),
    AgeBand.SENIOR: (70 * 12, 130 * 12),
}
"""Ages of a band in whole months, both ends included."""


class MedecinTraitant(StrEnum):
    """What is known of the médecin traitant, who is called first when there is one."""

    NONE = "none"
    UNAVAILABLE = "unavailable"
    NOT_TRIED = "not_tried"
    AVAILABLE = "available"


class Outcome(StrEnum):
    """Where a request stands: médecin traitant to call first, open to reservation, or ended.

    Only an open request can hold a seat: the schema refuses every other (`live_outcome`).
    """

    OPEN = "open"
    MEDECIN_TRAITANT_FIRST = "medecin_traitant_first"
    TRANSFER_15 = "transfer_15"
    MEDECIN_TRAITANT = "medecin_traitant"
    OTHER_RESOURCE = "other_resource"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    NO_SOLUTION = "no_solution"


PENDING = (Outcome.OPEN, Outcome.MEDECIN_TRAITANT_FIRST)
"""Requests somebody still has to answer."""

CLOSINGS = {
    Outcome.MEDECIN_TRAITANT: "le médecin traitant la reçoit",
    Outcome.OTHER_RESOURCE: "orientée vers une autre ressource",
    Outcome.REFUSED: "la personne ne donne pas suite",
    Outcome.UNREACHABLE: "injoignable",
    Outcome.NO_SOLUTION: "aucune solution trouvée",
}
"""How a call-taker may end a request without an appointment, as the screen says it."""


class BookingState(StrEnum):
    """The life of a hold and of the appointment it becomes."""

    HELD = "held"
    CONFIRMED = "confirmed"
    HONOURED = "honoured"
    NO_SHOW = "no_show"
    RELEASED = "released"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    MOVED = "moved"
    ESCALATED = "escalated"


LIVE_STATES = (
    BookingState.HELD,
    BookingState.CONFIRMED,
    BookingState.HONOURED,
    BookingState.NO_SHOW,
)
"""States that occupy a seat and a doctor's minutes; the schema's guards cover all of them."""


class CancelReason(StrEnum):
    """Why an appointment was cancelled; never free text, which would hold personal data."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    ERROR = "error"


class Team(StrEnum):
    """A doctor's part in the first-recourse team."""

    TITULAIRE = "titulaire"
    ADJOINT = "adjoint"


class Visibility(StrEnum):
    """Who a slot is offered to."""

    CPTS = "cpts"
    SNP = "snp"
    PUBLIC = "public"
    PROFESSIONALS = "professionals"


class Place(Value, frozen=True, kw_only=True):
    """Where a doctor receives patients."""

    id: UUID
    label: str
    insee: str
    address: str = ""
    point: Point | None = None


def full_name(*parts: str) -> str:
    """Title, given name and family name of a doctor, those that are known."""
    return " ".join(part for part in parts if part)


class Doctor(Value, frozen=True, kw_only=True):
    """A doctor of the first-recourse team, who may exist here before any source lists them.

    `visits` are the communes (INSEE) of home visits; ages are in months, the upper one included;
    `weekly_capacity` is how many patients a week the doctor said they take; `video_url` is their own
    room for teleconsultations. Visits also go `visit_km` kilometres around the place `visit_from`;
    from the day `leaves_on` they take nobody. `home_lead_minutes` is how long before a visit they
    want to know of it, when it is not the policy's lead.
    """

    id: UUID
    family: str
    given: str
    team: Team
    title: str = "Dr"
    modes: tuple[Mode, ...] = (Mode.CABINET,)
    places: tuple[Place, ...] = ()
    visits: tuple[str, ...] = ()
    min_age_months: int | None = None
    max_age_months: int | None = None
    weekly_capacity: int = 0
    accepts_new: bool = False
    email: str = ""
    rpps: str = ""
    active: bool = True
    demo: bool = False
    video_url: str = ""
    visit_km: float | None = None
    visit_from: UUID | None = None
    leaves_on: date | None = None
    home_lead_minutes: int | None = None

    @property
    def name(self) -> str:
        """As a caller is told: « Dr Jeanne Martin »."""
        return full_name(self.title, self.given, self.family)


class Schedule(Value, frozen=True, kw_only=True):
    """A recurring availability, in the territory's wall-clock time.

    `rule` is an RFC 5545 recurrence (`FREQ=WEEKLY;BYDAY=MO,TH`) counted from `valid_from`;
    public holidays are skipped unless `on_holidays`. `slot_minutes` cuts `opens`–`closes`; `seats` is places per slot.
    """

    id: UUID
    doctor: UUID
    mode: Mode
    rule: str
    opens: time
    closes: time
    slot_minutes: int
    valid_from: date
    valid_to: date | None = None
    seats: int = 1
    place: UUID | None = None
    visibility: Visibility = Visibility.CPTS
    on_holidays: bool = False


class Span(Value, frozen=True, kw_only=True):
    """A dated slot of a schedule: two instants in UTC."""

    start: datetime
    end: datetime


class Candidate(Value, frozen=True, kw_only=True):
    """A slot as routing sees it: `given` is the doctor's load in the slot's week."""

    slot_id: UUID
    start: datetime
    end: datetime
    mode: Mode
    places_left: int
    doctor: Doctor
    place: Place | None = None
    given: int = 0
    this_week: bool = True


class Need(Value, frozen=True, kw_only=True):
    """What is needed to choose a slot, and nothing that identifies the person."""

    commune: str
    commune_name: str
    age_band: AgeBand
    mobility: Mobility
    delay_hours: int
    medecin_traitant: MedecinTraitant = MedecinTraitant.NOT_TRIED
    point: Point | None = None
    in_perimeter: bool = True
    own_doctor: UUID | None = None


class Obstacle(StrEnum):
    """Why a slot cannot be offered for a need."""

    PERIMETER = "perimeter"
    MODE = "mode"
    VISITS = "visits"
    AGE = "age"
    FULL = "full"
    ROUND = "round"
    WINDOW = "window"
    SOON = "soon"


class Proposal(Value, frozen=True, kw_only=True):
    """A slot to offer, with the reasons of its rank in words."""

    slot: Candidate
    reasons: tuple[str, ...]
    delay_met: bool
    distance_km: float | None = None


class NextAction(Value, frozen=True, kw_only=True):
    """What the call-taker can do beside the proposals."""

    code: str
    label: str
    number: str = ""


class Proposals(Value, frozen=True, kw_only=True):
    """The answer to a need: never empty-handed, there is always a next action."""

    proposals: tuple[Proposal, ...]
    next_actions: tuple[NextAction, ...]
    explanation: str
