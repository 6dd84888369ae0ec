"""A professional asks for a slot for a patient, and follows it at a private address."""

from collections.abc import Mapping
from typing import Annotated
from uuid import uuid4

import msgspec
from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import InputRefusedError, UnavailableError
from orientation.model import CLOSINGS, Outcome
from orientation.provenance import Channel
from orientation.questions import QuestionList
from orientation.records import NewRequest, RequestView
from web.call_contexts import AskPage, FollowPage
from web.call_forms import (
    Problems,
    check_need,
    check_start,
    default_answers,
    flagged_request,
    unflagged_request,
)
from web.deps import ServicesDep
from web.drafts import new_draft
from web.emergency import store_in_time
from web.lookups import commune_name, find_doctor
from web.render import render
from web.routes.secretariat import NeedDep, StartDep, show_transfer
from web.services import Services

router = APIRouter(prefix="/demande-pro", include_in_schema=False)

Text = Annotated[str, Form(max_length=200)]
SET_HERE = ("channel", "line")
"""What the form does not ask: it came from a professional, and no regulator decided."""

NO_FLAG = "none"
STATES = {
    Outcome.OPEN: "Reçue : le secrétariat cherche un créneau.",
    Outcome.MEDECIN_TRAITANT_FIRST: "Reçue : le secrétariat appelle d'abord le médecin traitant.",
    Outcome.TRANSFER_15: "Transférée au 15.",
    **{outcome: f"Close : {said}." for outcome, said in CLOSINGS.items()},
}


def asker_form(asked_by: Text = "", flag: Text = "", key: Text = "") -> Mapping[str, str]:
    """Who asks, the red flags' answer, and the key of this form."""
    return {"asked_by": asked_by.strip(), "flag": flag, "key": key}


AskerDep = Annotated[Mapping[str, str], Depends(asker_form)]


@router.get("")
def show_form(request: Request, services: ServicesDep) -> HTMLResponse:
    """The form, empty."""
    return _form(request, services, default_answers(_questions(services)), {})


@router.post("")
def ask(
    request: Request, services: ServicesDep, where: StartDep, asker: AskerDep, need: NeedDep
) -> Response:
    """A red flag leads to the 15 whatever else is missing; otherwise the request joins the queue."""
    number, commune, problems = check_start(where, services.communes, services.territory)
    draft = new_draft(number or where["callback_number"], commune, where["address"])
    if services.orientation.red_flags().get(asker["flag"]):
        new = _from(flagged_request(draft, asker["flag"]), asker, "")
        stored = store_in_time(lambda: services.orientation.create_request(new, None))
        flags = (asker["flag"],)
        return show_transfer(
            request, services, number, commune, where["address"], flags, stored=bool(stored)
        )
    problems |= _check_asker(asker) | check_need(need, _questions(services))
    if problems:
        return _form(request, services, {**where, **asker, **need}, problems, status=422)
    key = asker["key"] or uuid4().hex
    secret = services.keys.digest("suivi", key)[:40]
    new = _from(unflagged_request(draft, need, _questions(services)), asker, secret)
    try:
        services.orientation.create_request(new, key)
    except (InputRefusedError, UnavailableError) as refused:
        wrong = {str(refused.extra.get("field", "form")): refused.detail}
        return _form(request, services, {**where, **asker, **need}, wrong, status=refused.status)
    return RedirectResponse(f"/demande-pro/suivi/{secret}", 303)


@router.get("/suivi/{secret}")
def follow(request: Request, secret: str, services: ServicesDep) -> HTMLResponse:
    """What became of it; nothing on this page says who the patient is."""
    seen = services.orientation.watched_request(secret)
    return render(request, "pro_follow", _follow_page(services, seen))


def _follow_page(services: Services, seen: RequestView) -> FollowPage:
    state = STATES[seen.outcome]
    if seen.call_back_since and seen.booking is None:
        state = "Pas encore de créneau : la personne sera rappelée dès qu'il s'en ouvre un."
    return FollowPage(
        call=seen,
        commune=commune_name(services, seen.commune),
        state=state,
        doctor=find_doctor(services, seen.booking.doctor_id).name if seen.booking else "",
    )


def _from(new: NewRequest, asker: Mapping[str, str], secret: str) -> NewRequest:
    return msgspec.structs.replace(
        new,
        channel=Channel.PROFESSIONAL,
        asked_by=asker["asked_by"] or None,
        watch=secret or None,
    )


def _check_asker(asker: Mapping[str, str]) -> Problems:
    problems: Problems = {}
    if not asker["asked_by"]:
        problems["asked_by"] = "Dites qui vous êtes : nom, profession ou structure, numéro."
    if asker["flag"] != NO_FLAG:
        problems["flag"] = "Répondez aux signes d'alerte : un des signes, ou « aucun »."
    return problems


def _questions(services: Services) -> QuestionList:
    """The questions of a call that are not answered by the form itself."""
    questions = services.orientation.questions()
    asked = tuple(one for one in questions.questions if one.field not in SET_HERE)
    return msgspec.structs.replace(questions, questions=asked)


def _form(
    request: Request,
    services: Services,
    values: Mapping[str, str],
    problems: Mapping[str, str],
    *,
    status: int = 200,
) -> HTMLResponse:
    page = AskPage(
        questions=_questions(services),
        flags=services.orientation.red_flags(),
        values=values,
        problems=problems,
        key=uuid4().hex,
        status=services.orientation.line_status(),
    )
    return render(request, "pro_ask", page, status=status)
