"""What follows a request: médecin traitant first, its ending, and the lists of the secretariat."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError, InputRefusedError
from orientation.following import MOST_LISTED
from orientation.model import MedecinTraitant, Outcome
from orientation.provenance import CHANNEL_LABELS, LINE_LABELS, ORIGIN_LABELS, NotTried
from orientation.records import RequestView
from orientation.store import known_id
from web.call_contexts import CallBacksPage, ListedRequest, RequestListPage
from web.deps import ServicesDep
from web.desk import holder_of
from web.lookups import commune_name
from web.medecins_traitants import find_general_practitioners, read_doctor, rpps_of
from web.render import render
from web.routes.reservation import show_request
from web.services import Services

router = APIRouter(prefix="/secretariat", include_in_schema=False)

Text = Annotated[str, Form(max_length=200)]


@router.post("/demandes/{request_id}/mt/chercher")
def find_doctor(
    request: Request, request_id: str, services: ServicesDep, q: Text = ""
) -> HTMLResponse:
    """General practitioners of that name or number; the name stays out of the address."""
    found, message = find_general_practitioners(services, q)
    return show_request(request, services, request_id, q=q, found=found, refusal=message)


@router.post("/demandes/{request_id}/mt/choisir")
def choose_doctor(request_id: str, services: ServicesDep, ref: Text = "") -> Response:
    """This one is the médecin traitant: the number to call comes, large."""
    doctor = read_doctor(services, ref)
    if doctor is not None:
        rpps = rpps_of(services, ref)
        services.orientation.choose_medecin_traitant(request_id, ref, doctor.name, rpps)
    return _back(request_id)


@router.post("/demandes/{request_id}/mt")
def stamp_call(
    request: Request, request_id: str, services: ServicesDep, told: Text = ""
) -> Response:
    """What came of the call: `available`, `unavailable`, or `not_tried:` and why."""
    outcome, _, why = told.partition(":")
    try:
        services.orientation.update_medecin_traitant(
            request_id, MedecinTraitant(outcome), why=NotTried(why) if why else None
        )
    except ValueError:
        refusal = "Choisissez ce qu'a donné l'appel au médecin traitant."
        return show_request(request, services, request_id, refusal=refusal, status=422)
    except (ConflictError, InputRefusedError) as refused:
        return show_request(
            request, services, request_id, refusal=refused.detail, status=refused.status
        )
    return _back(request_id)


@router.post("/demandes/{request_id}/clore")
def close(request: Request, request_id: str, services: ServicesDep, outcome: Text = "") -> Response:
    """End the request without an appointment."""
    try:
        services.orientation.close_request(request_id, Outcome(outcome))
    except ValueError:
        refusal = "Choisissez comment la demande se termine."
        return show_request(request, services, request_id, refusal=refusal, status=422)
    except (ConflictError, InputRefusedError) as refused:
        return show_request(
            request, services, request_id, refusal=refused.detail, status=refused.status
        )
    return _back(request_id)


@router.post("/demandes/{request_id}/rappeler")
def call_back_later(request: Request, request_id: str, services: ServicesDep) -> Response:
    """No slot fits: the person is called back as soon as one opens."""
    try:
        services.orientation.put_on_call_back_list(request_id)
    except ConflictError as refused:
        return show_request(
            request, services, request_id, refusal=refused.detail, status=refused.status
        )
    return RedirectResponse("/secretariat/rappels", 303)


@router.get("/rappels")
def show_call_backs(request: Request, services: ServicesDep) -> HTMLResponse:
    """Who to call back: told of a doctor's cancellation first, then who waits for a slot."""
    listed = [
        _listed(services, call, call.call_back_since or call.created_at)
        for call in services.orientation.call_backs()
    ]
    cancelled = services.orientation.to_call_back()
    return render(request, "call_backs", CallBacksPage(cancelled, listed, MOST_LISTED))


@router.post("/rappels/{request_id}")
def stamp_call_back(
    request: Request, request_id: str, services: ServicesDep, reached: Text = ""
) -> Response:
    """Reached: on to the request. Not reached: the attempt is counted."""
    answered = reached == "oui"
    try:
        services.orientation.note_call_back(request_id, reached=answered)
    except ConflictError:
        return RedirectResponse("/secretariat/rappels", 303)  # a colleague was faster
    if answered:
        services.orientation.calls.take(known_id(request_id, "Demande"), holder_of(request))
    return _back(request_id) if answered else RedirectResponse("/secretariat/rappels", 303)


@router.get("/demandes")
def show_waiting(request: Request, services: ServicesDep) -> HTMLResponse:
    """Requests sent in that nobody answered yet, oldest first."""
    listed = [
        _listed(services, call, call.created_at) for call in services.orientation.waiting_requests()
    ]
    return render(request, "call_waiting", RequestListPage(listed, MOST_LISTED))


def _listed(services: Services, call: RequestView, since: datetime) -> ListedRequest:
    questions = services.orientation.questions()
    told = [
        call.age_band and questions.label("age_band", call.age_band),
        call.mobility and questions.label("mobility", call.mobility),
        call.delay_hours and questions.label("delay_hours", str(call.delay_hours)),
        call.reason_category and questions.label("reason_category", call.reason_category),
        call.channel and CHANNEL_LABELS[call.channel],
        call.origin and ORIGIN_LABELS[call.origin],
        LINE_LABELS[call.line],
    ]
    return ListedRequest(
        call=call,
        commune=commune_name(services, call.commune),
        told=[one for one in told if one],
        since=since,
    )


def _back(request_id: str) -> RedirectResponse:
    return RedirectResponse(f"/secretariat/demandes/{request_id}", 303)
