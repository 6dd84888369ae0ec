"""The secretariat once a request exists: one address per request shows where it stands."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.clock import system_clock
from directory.base.errors import ConflictError, InputRefusedError
from orientation.model import CLOSINGS, BookingState, CancelReason, Doctor, Mode, Outcome
from orientation.provenance import NOT_TRIED_LABELS, NotTried
from orientation.records import BookingView, Patient, RequestView
from web.call_contexts import ClosedPage, FoundDoctor, MedecinTraitantPage
from web.call_forms import Problems, parse_birth
from web.contexts import ConfirmedPage, HoldPage, ProposalsPage, TransferPage
from web.deps import ServicesDep
from web.desk import holder_of
from web.emergency import store_in_time
from web.lookups import commune_name, find_doctor
from web.medecins_traitants import read_doctor
from web.render import render
from web.routes.secretariat import DOUBT, show_transfer
from web.services import Services
from web.wording import say_local_day, say_time

router = APIRouter(prefix="/secretariat/demandes/{request_id}", include_in_schema=False)

REASON_KEYS = {
    NotTried.CLOSED: "f",
    NotTried.NUMBER_UNKNOWN: "n",
    NotTried.CALLER_DECLINES: "p",
    NotTried.REGULATOR_TRIED: "r",
    NotTried.OTHER: "a",
}
"""One key per reason not to have called the médecin traitant, the first letter where it can be."""

Text = Annotated[str, Form(max_length=200)]


@router.get("")
def show_call(
    request: Request, request_id: str, services: ServicesDep, plus_tard: bool = False
) -> HTMLResponse:
    """Proposals, the slot kept, the appointment or the 15: what the store says now."""
    return show_request(request, services, request_id, later=plus_tard)


@router.post("/retenir")
def hold_slot(
    request: Request, request_id: str, services: ServicesDep, slot: Text = "", key: Text = ""
) -> Response:
    """Keep a slot; when somebody was faster, say so and propose again."""
    try:
        held = services.orientation.hold(slot, request_id, key or None)
        services.orientation.calls.take(held.request_id, holder_of(request))
    except ConflictError as refused:
        return show_request(
            request, services, request_id, refusal=refused.detail, status=refused.status
        )
    return _back(request_id)


@router.post("/confirmer")
def confirm(
    request: Request,
    request_id: str,
    services: ServicesDep,
    hold: Text = "",
    key: Text = "",
    family: Text = "",
    given: Text = "",
    birth_date: Text = "",
    consent: Text = "",
    text_to: Text = "",
) -> Response:
    """Make it an appointment, under the person's name."""
    told = {"family": family.strip(), "given": given.strip(), "birth_date": birth_date.strip()}
    if text_to:
        told |= {"consent": consent, "text_to": text_to.strip()}
    patient, problems = _read_patient(told, services)
    refusal, status = "", 422
    if patient is not None:
        try:
            services.orientation.confirm(hold, patient, key or None)
            return _back(request_id)
        except (ConflictError, InputRefusedError) as refused:
            refusal, status = refused.detail, refused.status
    return show_request(
        request,
        services,
        request_id,
        refusal=refusal,
        values=told,
        problems=problems,
        status=status,
    )


@router.post("/prolonger")
def extend(request: Request, request_id: str, services: ServicesDep, hold: Text = "") -> Response:
    """Keep the slot a little longer, once."""
    try:
        services.orientation.extend(hold)
    except ConflictError as refused:
        return show_request(
            request, services, request_id, refusal=refused.detail, status=refused.status
        )
    return _back(request_id)


@router.get("/deplacer")
def choose_move(request: Request, request_id: str, services: ServicesDep) -> Response:
    """The slots an appointment may go to."""
    return _move_page(request, services, request_id)


@router.post("/deplacer")
def move(
    request: Request, request_id: str, services: ServicesDep, slot: Text = "", key: Text = ""
) -> Response:
    """Change slot; when somebody was faster, the appointment stays and other slots are shown."""
    booking = services.orientation.request(request_id).booking
    if booking is None:
        return _back(request_id)
    try:
        services.orientation.move(booking.id, slot, key or None)
    except ConflictError as refused:
        return _move_page(request, services, request_id, refused.detail, refused.status)
    return _back(request_id)


@router.post("/annuler")
def cancel(
    request: Request, request_id: str, services: ServicesDep, appointment: Text = ""
) -> Response:
    """The person gives the appointment up."""
    try:
        services.orientation.cancel(appointment, CancelReason.PATIENT)
    except ConflictError as refused:
        return show_request(
            request, services, request_id, refusal=refused.detail, status=refused.status
        )
    return _back(request_id)


@router.post("/liberer")
def release(request_id: str, services: ServicesDep, hold: Text = "") -> Response:
    """Give the slot back and choose again."""
    services.orientation.release(hold)
    return _back(request_id)


@router.post("/15")
def transfer(request: Request, request_id: str, services: ServicesDep) -> Response:
    """« Passer au 15 »: for good, and whatever was held or booked is given back."""
    stored = store_in_time(lambda: _escalated(services, request_id))
    return _back(request_id) if stored else show_transfer(request, services)


def _escalated(services: Services, request_id: str) -> bool:
    """True once the store knows that the request goes to the 15."""
    services.orientation.escalate(request_id, (DOUBT,))
    return True


def _back(request_id: str) -> RedirectResponse:
    return RedirectResponse(f"/secretariat/demandes/{request_id}", 303)


def show_request(
    request: Request,
    services: Services,
    request_id: str,
    *,
    refusal: str = "",
    values: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
    q: str = "",
    found: Sequence[FoundDoctor] = (),
    later: bool = False,
    status: int = 200,
) -> HTMLResponse:
    """Where a request stands, with what was just refused or typed."""
    call = services.orientation.request(request_id)
    if call.outcome is Outcome.TRANSFER_15:
        return render(request, "call_transfer", _transfer_page(services, call), status=status)
    if call.outcome is Outcome.MEDECIN_TRAITANT_FIRST:
        page_mt = _medecin_traitant_page(services, call, q, found, refusal)
        return render(request, "call_medecin_traitant", page_mt, status=status)
    if call.outcome in CLOSINGS:
        return render(request, "call_closed", _closed_page(services, call), status=status)
    if call.booking is None:
        page = _proposals_page(services, call, refusal, later=later)
        return render(request, "call_proposals", page, status=status)
    if call.booking.state is not BookingState.HELD:
        page_done = _confirmed_page(services, call, call.booking, refusal)
        return render(request, "call_confirmed", page_done, status=status)
    held = _hold_page(services, call, call.booking, refusal, values or {}, problems or {})
    return render(request, "call_hold", held, status=status)


def _proposals_page(
    services: Services, call: RequestView, refusal: str, moving: str = "", *, later: bool = False
) -> ProposalsPage:
    answer = services.orientation.proposals(call.id, later=later)
    commune = services.communes.get(call.commune)
    return ProposalsPage(
        call=call,
        commune=commune.name if commune else "",
        postcode=commune.postcodes[0] if commune and commune.postcodes else "",
        status=services.orientation.line_status(call.commune),
        base=_base(call),
        keys=[uuid4().hex for _ in answer.proposals],
        answer=answer,
        refusal=refusal,
        moving=moving,
        closings=CLOSINGS,
    )


def _medecin_traitant_page(
    services: Services, call: RequestView, q: str, found: Sequence[FoundDoctor], message: str
) -> MedecinTraitantPage:
    return MedecinTraitantPage(
        call=call,
        commune=commune_name(services, call.commune),
        status=services.orientation.line_status(call.commune),
        base=_base(call),
        q=q,
        found=found,
        chosen=_chosen(services, call),
        reasons=[(REASON_KEYS[why], why.value, said) for why, said in NOT_TRIED_LABELS.items()],
        message=message,
    )


def _closed_page(services: Services, call: RequestView) -> ClosedPage:
    return ClosedPage(
        call=call,
        commune=commune_name(services, call.commune),
        base=_base(call),
        outcome=CLOSINGS[call.outcome],
        doctor=_chosen(services, call),
    )


def _chosen(services: Services, call: RequestView) -> FoundDoctor | None:
    """The médecin traitant picked in the directory, as it says now; by name alone if it left."""
    if not call.medecin_traitant_ref:
        return None
    return read_doctor(services, call.medecin_traitant_ref) or FoundDoctor(
        call.medecin_traitant_ref, call.medecin_traitant_name, "", (), False, False
    )


def _hold_page(
    services: Services,
    call: RequestView,
    booking: BookingView,
    refusal: str,
    values: Mapping[str, str],
    problems: Mapping[str, str],
) -> HoldPage:
    doctor = find_doctor(services, booking.doctor_id)
    # Holds end by the store's clock, which no test sets: the machine's is the nearest to it.
    left = (booking.expires_at - system_clock()).total_seconds() if booking.expires_at else 0
    return HoldPage(
        call=call,
        commune=commune_name(services, call.commune),
        base=_base(call),
        key=uuid4().hex,
        doctor=doctor,
        place=_place(booking, doctor),
        seconds_left=min(max(0, round(left)), services.settings.hold_seconds),
        hold_seconds=services.settings.hold_seconds,
        can_text=services.settings.patient_texts,
        erase_after=services.settings.erase_after_days,
        values=values,
        problems=problems,
        refusal=refusal,
    )


def _confirmed_page(
    services: Services, call: RequestView, booking: BookingView, refusal: str
) -> ConfirmedPage:
    doctor = find_doctor(services, booking.doctor_id)
    return ConfirmedPage(
        call=call,
        base=_base(call),
        doctor=doctor,
        place=_place(booking, doctor),
        begun=booking.start <= services.clock(),
        refusal=refusal,
    )


def _move_page(
    request: Request, services: Services, request_id: str, refusal: str = "", status: int = 200
) -> Response:
    call = services.orientation.request(request_id)
    if call.booking is None or call.booking.state is not BookingState.CONFIRMED:
        return _back(request_id)
    zone = services.territory.zone
    start = call.booking.start
    moving = f"du {say_local_day(start, zone)} à {say_time(start, zone)}"
    page = _proposals_page(services, call, refusal, moving, later=True)
    return render(request, "call_proposals", page, status=status)


def _transfer_page(services: Services, call: RequestView) -> TransferPage:
    known = services.orientation.red_flags()
    return TransferPage(
        callback_number=call.callback_number,
        address=call.address,
        commune=commune_name(services, call.commune),
        flags=[flag for code in call.red_flags if (flag := known.get(code))],
        useful=services.orientation.line_status(call.commune).numbers,
    )


def _read_patient(told: Mapping[str, str], services: Services) -> tuple[Patient | None, Problems]:
    problems: Problems = {}
    if not told["family"]:
        problems["family"] = "Le nom est nécessaire pour confirmer."
    if not told["given"]:
        problems["given"] = "Le prénom est nécessaire pour confirmer."
    born = None
    try:
        today = services.clock().astimezone(services.territory.zone).date()
        born = parse_birth(told["birth_date"], today)
    except ValueError as exc:
        problems["birth_date"] = str(exc)
    if problems:
        return None, problems
    text_to = told["text_to"] if told.get("consent") else ""
    known = Patient(family=told["family"], given=told["given"], birth_date=born, text_to=text_to)
    return known, {}


def _place(booking: BookingView, doctor: Doctor) -> str:
    if booking.mode is not Mode.CABINET or len(doctor.places) != 1:
        return ""
    place = doctor.places[0]
    return ", ".join(filter(None, (place.label, place.address)))


def _base(call: RequestView) -> str:
    return f"/secretariat/demandes/{call.id}"
