"""Requests, holds and appointments as they come in and are shown: values in clear, never logged."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from directory.model import Value
from orientation.model import (
    AgeBand,
    BookingState,
    MedecinTraitant,
    Mobility,
    Mode,
    Outcome,
    Place,
)
from orientation.provenance import Channel, Line, NotTried, Origin


class NewRequest(Value, frozen=True, kw_only=True):
    """A call as it was taken down; with red flags, nothing else is needed.

    `asked_by` is the professional who asks for a patient; `watch`, the secret that lets them see
    what became of it.
    """

    red_flags: Literal["none"] | tuple[str, ...]
    callback_number: str | None = None
    commune: str | None = None
    address: str | None = None
    age_band: AgeBand | None = None
    mobility: Mobility | None = None
    delay_hours: int | None = None
    medecin_traitant: MedecinTraitant | None = None
    medecin_traitant_why: NotTried | None = None
    reason_category: str | None = None
    own_doctor: UUID | None = None
    channel: Channel = Channel.PHONE
    origin: Origin | None = None
    line: Line = Line.CPTS
    asked_by: str | None = None
    watch: str | None = None


class CreatedRequest(Value, frozen=True, kw_only=True):
    """What a new request became."""

    id: UUID
    outcome: Outcome


class Patient(Value, frozen=True, kw_only=True):
    """Who comes: given at confirmation, sealed with the request's key.

    `text_to` is the number (E.164) or the mail address where the person agreed to receive a text
    without medical content; empty: they did not.
    """

    family: str
    given: str
    birth_date: date | None = None
    text_to: str = ""


class Hold(Value, frozen=True, kw_only=True):
    """A seat kept for a request until `expires_at`, by the store's clock."""

    hold_id: UUID
    slot_id: UUID
    request_id: UUID
    expires_at: datetime


class Appointment(Value, frozen=True, kw_only=True):
    """A confirmed seat; `video_url` is the doctor's room, for a teleconsultation only."""

    appointment_id: UUID
    slot_id: UUID
    request_id: UUID
    start: datetime
    end: datetime
    mode: Mode
    practitioner_id: UUID
    practitioner_name: str
    place: Place | None = None
    video_url: str = ""


class Attendance(Value, frozen=True, kw_only=True):
    """What became of an appointment that began: honoured, or nobody came."""

    appointment_id: UUID
    state: BookingState


class CallBack(Value, frozen=True, kw_only=True):
    """A person to be told that a doctor cancelled their appointment."""

    appointment_id: UUID
    request_id: UUID
    start: datetime
    mode: Mode
    doctor_name: str
    callback_number: str
    patient: Patient | None = None
    booked_again: bool = False


class Absence(Value, frozen=True, kw_only=True):
    """A span during which a doctor takes nobody; `cancelled` are the appointments it undid."""

    id: UUID
    doctor: UUID
    start: datetime
    end: datetime
    cancelled: int = 0


class BookingView(Value, frozen=True, kw_only=True):
    """A hold or an appointment as a handler shows it; `patient` is None once erased."""

    id: UUID
    slot_id: UUID
    request_id: UUID
    seat: int
    state: BookingState
    start: datetime
    end: datetime
    mode: Mode
    doctor_id: UUID
    expires_at: datetime | None = None
    extended: bool = False
    patient: Patient | None = None
    settled_at: datetime | None = None


class RequestView(Value, frozen=True, kw_only=True):
    """A request in clear, for the screen of someone entitled to it; never to be logged."""

    id: UUID
    created_at: datetime
    outcome: Outcome
    red_flags: tuple[str, ...] = ()
    flagged_at: datetime | None = None
    commune: str = ""
    age_band: AgeBand | None = None
    mobility: Mobility | None = None
    delay_hours: int | None = None
    medecin_traitant: MedecinTraitant | None = None
    medecin_traitant_why: NotTried | None = None
    medecin_traitant_at: datetime | None = None
    medecin_traitant_note: str = ""
    medecin_traitant_ref: str = ""
    medecin_traitant_name: str = ""
    own_doctor: UUID | None = None
    callback_number: str = ""
    address: str = ""
    reason_category: str = ""
    channel: Channel | None = None
    origin: Origin | None = None
    line: Line = Line.CPTS
    asked_by: str = ""
    closed_at: datetime | None = None
    call_back_since: datetime | None = None
    call_back_tries: int = 0
    call_back_last: datetime | None = None
    erased_at: datetime | None = None
    booking: BookingView | None = None

    @property
    def delay_given_hours(self) -> float | None:
        """Hours from the request to the slot it has, to the tenth; None without one."""
        if self.booking is None:
            return None
        return round((self.booking.start - self.created_at).total_seconds() / 3600, 1)


class AgendaBooking(Value, frozen=True, kw_only=True):
    """One patient of a slot, as the doctor sees them."""

    booking: BookingView
    request: RequestView


class AgendaSlot(Value, frozen=True, kw_only=True):
    """A slot of a doctor's agenda with who comes.

    `too_soon`: it has begun, or begins before anybody could be there; nobody is given it any more.
    """

    slot_id: UUID
    start: datetime
    end: datetime
    mode: Mode
    seats: int
    too_soon: bool
    place: Place | None = None
    bookings: tuple[AgendaBooking, ...] = ()


class Sealed(Value, frozen=True, kw_only=True):
    """What a request keeps under its own key."""

    callback_number: str = ""
    address: str = ""
    reason_category: str = ""
    medecin_traitant_note: str = ""
    medecin_traitant_ref: str = ""
    medecin_traitant_name: str = ""
    asked_by: str = ""
