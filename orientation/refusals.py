"""A lost race has a name, a sentence and a way out: the reason, what to do, three alternatives."""

from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa

from directory.base.logs import get_logger
from directory.model import Value
from orientation import tables
from orientation.documents import proposal_document
from orientation.idempotency import Call, Refusal, remember_refusal
from orientation.model import CLOSINGS, BookingState, Outcome
from orientation.proposing import alternatives_for
from orientation.store import Agenda

log = get_logger(__name__)

T = TypeVar("T", bound=Value)

ALTERNATIVES = 3

REASONS = {
    "slot_taken": "Ce créneau vient d'être pris. Choisissez une des autres propositions.",
    "doctor_busy": "Ce médecin vient d'être retenu ailleurs à cette heure. "
    "Choisissez une des autres propositions.",
    "round_broken": "Cette visite ne tient plus dans la tournée du médecin : "
    "il n'aurait pas le temps d'y aller. Choisissez une des autres propositions.",
    "slot_past": "Ce créneau est passé. Choisissez une des autres propositions.",
    "slot_too_soon": "Ce créneau commence trop tôt : on ne pourrait plus y être à l'heure. "
    "Choisissez une des autres propositions.",
    "slot_kept": "Mode de crise : ce créneau est gardé pour les demandes régulées par le SAS. "
    "Choisissez une des autres propositions.",
    "slot_hidden": "Ce créneau n'est pas ouvert à qui fait cette demande. "
    "Choisissez une des autres propositions.",
    "slot_withdrawn": "Ce créneau n'est plus ouvert. Choisissez une des autres propositions.",
    "hold_expired": "La réservation provisoire a expiré avant d'être confirmée. "
    "Reprenez un créneau pour cette personne.",
    "hold_released": "Cette réservation provisoire a été rendue. "
    "Reprenez un créneau pour cette personne.",
    "hold_extended": "Cette réservation a déjà été prolongée une fois. "
    "Confirmez-la, ou rendez le créneau.",
    "not_confirmed": "Ce rendez-vous n'est pas ou plus confirmé : rien n'a été changé.",
    "already_there": "Ce rendez-vous est déjà dans ce créneau.",
    "appointment_past": "Ce rendez-vous a commencé : il ne peut plus être déplacé.",
    "not_begun": "Ce rendez-vous n'a pas commencé : on ne peut pas encore dire si la personne "
    "est venue.",
    "settled_too_late": "La présence à ce rendez-vous se corrige jusqu'au lendemain : "
    "ce délai est passé.",
    "request_already_held": "Cette demande a déjà un créneau réservé. "
    "Confirmez-le, ou rendez-le avant d'en choisir un autre.",
    "already_confirmed": "Ce rendez-vous est déjà confirmé.",
    "request_flagged": "Un signe d'alerte a été relevé pour cette demande : transférez au 15. "
    "Aucun créneau ne peut être réservé ni confirmé.",
    "medecin_traitant_first": "Le médecin traitant est appelé d'abord : notez s'il est disponible, "
    "indisponible, ou pourquoi il n'a pas été appelé. Les créneaux viennent après.",
    "request_closed": "Cette demande est close : aucun créneau ne peut plus y être réservé. "
    "Enregistrez une nouvelle demande.",
}

_OF_OUTCOME = {
    Outcome.TRANSFER_15.value: "request_flagged",
    Outcome.MEDECIN_TRAITANT_FIRST.value: "medecin_traitant_first",
    **{outcome.value: "request_closed" for outcome in CLOSINGS},
}
_WITHOUT_ALTERNATIVES = {
    *("request_already_held", "already_confirmed", "hold_extended"),
    *("not_confirmed", "already_there", "appointment_past", "not_begun", "settled_too_late"),
    *_OF_OUTCOME.values(),
}

_ENDED = {
    BookingState.HELD: "hold_expired",
    BookingState.EXPIRED: "hold_expired",
    BookingState.RELEASED: "hold_released",
    BookingState.CANCELLED: "hold_released",
    BookingState.MOVED: "hold_released",
    BookingState.ESCALATED: "request_flagged",
    BookingState.CONFIRMED: "already_confirmed",
    BookingState.HONOURED: "already_confirmed",
    BookingState.NO_SHOW: "already_confirmed",
}


class Lost(Exception):  # noqa: N818 - a lost race is an answer, not a fault
    """The store said no, for a reason of `REASONS`; undoes the transaction it is raised in."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def refuse(
    agenda: Agenda,
    call: Call,
    request_id: UUID,
    error: Lost | sa.exc.IntegrityError,
    kind: type[T],
) -> T:
    """Raise the named refusal, kept under the call's key; an unexplained error is raised as is."""
    reason = error.reason if isinstance(error, Lost) else _why_forbidden(agenda, request_id)
    if not reason:
        raise error
    extra: dict[str, Any] = {"reason": reason}
    if reason not in _WITHOUT_ALTERNATIVES:
        extra["alternatives"] = _alternatives(agenda, request_id)
    log.info("refused", reason=reason, request=str(request_id))
    refusal = Refusal(detail=REASONS[reason], extra=extra)
    return remember_refusal(agenda, call, request_id, refusal, kind)


def why_not_confirmed(connection: sa.Connection, booking_id: UUID) -> str:
    """The reason why a hold could not be confirmed, from the state it is in."""
    booking = tables.booking
    state = connection.execute(
        sa.select(booking.c.state).where(booking.c.id == booking_id)
    ).scalar_one()
    return _ENDED[BookingState(state)]


def _why_forbidden(agenda: Agenda, request_id: UUID) -> str:
    request = tables.request
    with agenda.database.read() as connection:
        outcome = connection.execute(
            sa.select(request.c.outcome).where(request.c.id == request_id)
        ).scalar()
    return _OF_OUTCOME.get(outcome or "", "")


def _alternatives(agenda: Agenda, request_id: UUID) -> list[dict[str, Any]]:
    found = alternatives_for(agenda, request_id)[:ALTERNATIVES]
    return [proposal_document(proposal, agenda.territory.zone) for proposal in found]
