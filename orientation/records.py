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


class NewRequest(Value, frozen=True, kw_only=True):
    """A call as it was taken down; with red flags, nothing else is needed."""

    red_flags: Literal["none"] | tuple[str, ...]
    callback_number: str | None = None
    commune: str | None = None
    address: str | None = None
    age_band: AgeBand | None = None
    mobility: Mobility | None = None
    delay_hours: int | None = None
    medecin_traitant: MedecinTraitant | None = None
    reason_category: str | None = None
    own_doctor: UUID | None = None


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
    medecin_traitant_note: str = ""
    own_doctor: UUID | None = None
    callback_number: str = ""
    address: str = ""
    reason_category: str = ""
    erased_at: datetime | None = None
    booking: BookingView | None = None


class AgendaBooking(Value, frozen=True, kw_only=True):
    """One patient of a slot, as the doctor sees them."""

    booking: BookingView
    request: RequestView


class AgendaSlot(Value, frozen=True, kw_only=True):
    """A slot of a doctor's agenda with who comes."""

    slot_id: UUID
    start: datetime
    end: datetime
    mode: Mode
    seats: int
    place: Place | None = None
    bookings: tuple[AgendaBooking, ...] = ()


class Sealed(Value, frozen=True, kw_only=True):
    """What a request keeps under its own key."""

    callback_number: str = ""
    address: str = ""
    reason_category: str = ""
    medecin_traitant_note: str = ""
