"""The secretariat before a request exists: call-back number, red flags, need."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError
from orientation.calls import CallNotes
from orientation.questions import FIELDS
from orientation.records import CreatedRequest
from web.call_forms import (
    check_need,
    check_start,
    default_answers,
    flagged_request,
    unflagged_request,
)
from web.contexts import CallFlagsPage, CallNeedPage, CallStartPage, TransferPage
from web.deps import ServicesDep
from web.desk import holder_of, known_calls
from web.drafts import (
    Draft,
    attach_call,
    call_of,
    draft_of,
    draft_path,
    forget_draft,
    keep_draft,
    new_draft,
    read_draft,
)
from web.emergency import store_in_time
from web.lookups import commune_name
from web.render import render
from web.services import Services

router = APIRouter(prefix="/secretariat", include_in_schema=False)

DOUBT = "doubt"
"""The red flag raised by « Passer au 15 » when no sign was named."""

KEYS = "123456789abcdefghijklmopqrstuvwxyz"
"""One key per red flag; 0 is « aucun de ces signes »."""

EXPIRED = (
    "Cet appel n'est plus ouvert dans ce navigateur : reprenez-le dans « Appels en cours » s'il y "
    "est encore, sinon recommencez-le."
)

START_FIELDS = ("callback_number", "commune", "address")
Text = Annotated[str, Form(max_length=500)]


def start_form(
    callback_number: Text = "", commune: Text = "", address: Text = ""
) -> Mapping[str, str]:
    """The fields of step 1 as typed."""
    told = (callback_number, commune, address)
    return dict(zip(START_FIELDS, (text.strip() for text in told), strict=True))


def need_form(
    age_band: Text = "",
    mobility: Text = "",
    medecin_traitant: Text = "",
    delay_hours: Text = "",
    reason_category: Text = "",
    origin: Text = "",
    channel: Text = "",
    line: Text = "",
) -> Mapping[str, str]:
    """The answers of step 3 as chosen."""
    told = (
        *(age_band, mobility, medecin_traitant, delay_hours, reason_category),
        *(origin, channel, line),
    )
    return dict(zip(FIELDS, told, strict=True))


StartDep = Annotated[Mapping[str, str], Depends(start_form)]
NeedDep = Annotated[Mapping[str, str], Depends(need_form)]


@router.get("")
def show_start(request: Request, services: ServicesDep) -> HTMLResponse:
    """Step 1, empty."""
    return _start_page(request, services, {}, {})


@router.post("/appel")
def start_call(request: Request, services: ServicesDep, told: StartDep) -> Response:
    """Step 1, answered: on to the red flags, or back with what is wrong."""
    number, commune, problems = check_start(told, services.communes, services.territory)
    if problems:
        return _start_page(request, services, told, problems, status=422)
    notes = CallNotes(callback_number=number, commune=commune, address=told["address"])
    call_id = services.orientation.calls.begin(notes, holder_of(request))
    return _keep_and_go(services, draft_of(call_id, notes), "signes")


@router.post("/15")
def transfer_at_once(request: Request, services: ServicesDep, told: StartDep) -> Response:
    """« Passer au 15 » on the first screen: what was typed is kept if it can be used."""
    number, commune, _ = check_start(told, services.communes, services.territory)
    draft = new_draft(number or told["callback_number"], commune, told["address"])
    return _transfer(request, services, draft, DOUBT, None)


@router.get("/appel/{draft_id}/signes")
def show_flags(request: Request, draft_id: str, services: ServicesDep) -> Response:
    """Step 2: the list, and whether this number already called."""
    draft = read_draft(request, services.keys, draft_id)
    if draft is None:
        return _lost(request, services, draft_id)
    page = CallFlagsPage(
        draft=draft,
        commune=commune_name(services, draft.commune),
        status=services.orientation.line_status(draft.commune),
        base=draft_path(draft_id),
        flags=services.orientation.red_flags(),
        keys=KEYS,
        known=known_calls(services, draft.callback_number, call_of(draft_id)),
    )
    return render(request, "call_flags", page)


@router.post("/appel/{draft_id}/signes")
def answer_flags(
    request: Request, draft_id: str, services: ServicesDep, flag: Text = ""
) -> Response:
    """Step 2, answered: a sign goes to the 15 at once, « aucun » on to the need."""
    draft = read_draft(request, services.keys, draft_id)
    if draft is None:
        return _lost(request, services, draft_id)
    if flag == "none":
        checked = Draft(
            id=draft.id,
            callback_number=draft.callback_number,
            commune=draft.commune,
            address=draft.address,
            checked=True,
            started=draft.started,
        )
        if known := call_of(draft_id):
            services.orientation.calls.note_checked(known)
        return _keep_and_go(services, checked, "besoin")
    if flag not in {one.code for one in services.orientation.red_flags().flags}:
        return RedirectResponse(f"{draft_path(draft_id)}/signes", 303)  # the question stands
    return _transfer(request, services, draft, flag, f"{draft_id}:{flag}")


@router.get("/appel/{draft_id}/besoin")
def show_need(request: Request, draft_id: str, services: ServicesDep) -> Response:
    """Step 3, empty; the red flags come first."""
    draft = read_draft(request, services.keys, draft_id)
    if draft is None:
        return _lost(request, services, draft_id)
    if not draft.checked:
        return RedirectResponse(f"{draft_path(draft_id)}/signes", 303)
    defaults = default_answers(services.orientation.questions())
    return _need_page(request, services, draft, defaults, {})


@router.post("/appel/{draft_id}/besoin")
def answer_need(request: Request, draft_id: str, services: ServicesDep, told: NeedDep) -> Response:
    """Step 3, answered: the request is stored, once per call, and proposals follow."""
    draft = read_draft(request, services.keys, draft_id)
    if draft is None:
        return _lost(request, services, draft_id)
    if not draft.checked:
        return RedirectResponse(f"{draft_path(draft_id)}/signes", 303)
    questions = services.orientation.questions()
    problems = check_need(told, questions)
    if problems:
        return _need_page(request, services, draft, told, problems, status=422)
    new = unflagged_request(draft, told, questions)
    try:
        created = services.orientation.create_request(new, f"appel:{draft.id}")
    except ConflictError:  # another tab of this call answered otherwise, a moment ago
        return _lost(request, services, draft_id)
    attach_call(services.orientation, draft_id, created.id)
    return _go_to(created.id, draft_id)


@router.post("/appel/{draft_id}/15")
def transfer_call(request: Request, draft_id: str, services: ServicesDep) -> Response:
    """« Passer au 15 » before the request is stored."""
    draft = read_draft(request, services.keys, draft_id)
    if draft is None:
        draft = Draft(id=draft_id, callback_number="", commune="")
    return _transfer(request, services, draft, DOUBT, None)


def _transfer(
    request: Request, services: Services, draft: Draft, flag: str, key: str | None
) -> Response:
    """To the 15: the request's own page, or the screen alone if the store does not answer."""
    new = flagged_request(draft, flag)

    def store() -> CreatedRequest:
        stored = services.orientation.create_request(new, key)
        attach_call(services.orientation, draft.id, stored.id)
        return stored

    created = store_in_time(store)
    if created is not None:
        return _go_to(created.id, draft.id)
    return show_transfer(
        request, services, draft.callback_number, draft.commune, draft.address, (flag,)
    )


def show_transfer(
    request: Request,
    services: Services,
    callback_number: str = "",
    commune: str = "",
    address: str = "",
    flags: Sequence[str] = (),
    *,
    stored: bool = False,
) -> HTMLResponse:
    """The screen of the 15 from what is known here, whether or not the store answered in time."""
    known = services.orientation.red_flags()
    page = TransferPage(
        callback_number=callback_number,
        address=address,
        commune=commune_name(services, commune),
        flags=[flag for code in flags if (flag := known.get(code))],
        useful=services.orientation.line_status(commune).numbers,
        stored=stored,
    )
    return render(request, "call_transfer", page)


def _lost(request: Request, services: Services, draft_id: str) -> Response:
    """A call this browser no longer knows: on to its request, or begin again, or resume it."""
    known = call_of(draft_id)
    request_id = services.orientation.calls.request_of(known) if known else None
    if request_id is not None:
        return RedirectResponse(f"/secretariat/demandes/{request_id}", 303)
    return _start_page(request, services, {}, {}, message=EXPIRED, status=410)


def _go_to(request_id: UUID, draft_id: str) -> RedirectResponse:
    answer = RedirectResponse(f"/secretariat/demandes/{request_id}", 303)
    forget_draft(answer, draft_id)
    return answer


def _keep_and_go(services: Services, draft: Draft, step: str) -> RedirectResponse:
    answer = RedirectResponse(f"{draft_path(draft.id)}/{step}", 303)
    keep_draft(answer, services.keys, draft)
    return answer


def _start_page(
    request: Request,
    services: Services,
    values: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    message: str = "",
    status: int = 200,
) -> HTMLResponse:
    territory = services.territory
    codes = (*territory.communes, *territory.neighbours)
    page = CallStartPage(
        status=services.orientation.line_status(),
        communes=[found for code in codes if (found := services.communes.get(code))],
        to_call_back=services.orientation.count_to_call_back(),
        values=values,
        problems=problems,
        message=message,
    )
    return render(request, "call_start", page, status=status)


def _need_page(
    request: Request,
    services: Services,
    draft: Draft,
    values: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    status: int = 200,
) -> HTMLResponse:
    page = CallNeedPage(
        draft=draft,
        commune=commune_name(services, draft.commune),
        status=services.orientation.line_status(draft.commune),
        base=draft_path(draft.id),
        questions=services.orientation.questions(),
        values=values,
        problems=problems,
    )
    return render(request, "call_need", page, status=status)
