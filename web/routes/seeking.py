"""Finding a médecin traitant, on screen: the list, putting somebody on it, a person's sheet."""

from collections.abc import Callable
from typing import Annotated, Literal
from urllib.parse import urlencode
from uuid import uuid4

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BeforeValidator

from directory.base.errors import ConflictError, InputRefusedError
from directory.territory import Group
from orientation.seeking.model import CloseReason, RefusalReason, WaitState
from orientation.seeking.ranking import age_on
from orientation.seeking.wording import (
    CLOSE_LABELS,
    GROUP_SHORT,
    LANGUAGES,
    REFUSAL_LABELS,
)
from web.call_forms import Problems
from web.contexts import Link
from web.deps import ServicesDep
from web.lookups import commune_name
from web.render import render
from web.search_form import none_if_empty
from web.seeking_contexts import (
    SeekingAdvicePage,
    SeekingFormPage,
    SeekingListPage,
    SeekingPersonPage,
    SeekingQuestionPage,
)
from web.seeking_forms import EnrolForm, read_enrolment
from web.services import Services

HOME = "/secretariat/medecin-traitant"
router = APIRouter(prefix=HOME, include_in_schema=False)

Text = Annotated[str, Form(max_length=200)]
GroupDep = Annotated[Group | None, BeforeValidator(none_if_empty), Query()]
PageDep = Annotated[int, Query(ge=1, le=10_000)]


@router.get("")
def show_list(
    request: Request,
    services: ServicesDep,
    groupe: GroupDep = None,
    filtre: Literal["", "a-confirmer"] = "",
    page: PageDep = 1,
) -> HTMLResponse:
    """Who waits, by priority group then date."""
    seeking = services.orientation.seeking
    found = seeking.waits(groupe, to_confirm=bool(filtre), page=page)
    kept = {name: told for name, told in (("groupe", groupe), ("filtre", filtre)) if told}

    def other(number: int) -> str:
        shown = 1 <= number <= found.pages
        return f"{HOME}?{urlencode({**kept, 'page': number})}" if shown else ""

    counts = seeking.counts()
    context = SeekingListPage(
        counts=counts,
        found=found,
        filters=_filters(services, groupe, filtre, counts.to_confirm),
        today=seeking.today,
        communes={one.commune: commune_name(services, one.commune) for one in found.waits},
        previous_url=other(page - 1),
        next_url=other(page + 1),
    )
    return render(request, "seeking_list", context)


@router.get("/inscrire")
def ask(
    request: Request, services: ServicesDep, suivi: Literal["", "oui", "non"] = ""
) -> HTMLResponse:
    """First, whether a doctor is already seen: most need nothing but the declaration."""
    if suivi == "oui":
        return render(request, "seeking_advice", SeekingAdvicePage())
    if suivi == "non":
        return _form_page(request, services, EnrolForm(), {})
    return render(request, "seeking_question", SeekingQuestionPage())


@router.post("/inscrire")
def enrol(request: Request, services: ServicesDep, form: Annotated[EnrolForm, Form()]) -> Response:
    """Put the person on the list, or come back with what is wrong."""
    new, problems = read_enrolment(form, services)
    if new is None:
        return _form_page(request, services, form, problems, status=422)
    try:
        enrolled = services.orientation.seeking.enrol(new, form.key or None)
    except InputRefusedError as refused:
        problems = {str(refused.extra.get("field", "")): refused.detail}
        return _form_page(request, services, form, problems, status=422)
    except ConflictError as refused:
        known = str(refused.extra.get("wait_id", ""))
        return _form_page(
            request,
            services,
            form,
            {},
            refusal=refused.detail,
            known=f"{HOME}/{known}" if known else "",
            status=409,
        )
    return _back(str(enrolled.id))


@router.get("/{wait_id}")
def show_person(request: Request, wait_id: str, services: ServicesDep) -> HTMLResponse:
    """A person's sheet."""
    return _sheet(request, services, wait_id)


@router.post("/{wait_id}/proposer")
def propose(
    request: Request, wait_id: str, services: ServicesDep, doctor: Text = "", key: Text = ""
) -> Response:
    """Propose the person to a doctor of the list."""
    seeking = services.orientation.seeking
    return _done(request, services, wait_id, lambda: seeking.propose(wait_id, doctor, key or None))


@router.post("/{wait_id}/accepter")
def accept(
    request: Request, wait_id: str, services: ServicesDep, placement: Text = "", key: Text = ""
) -> Response:
    """Both agree: one of the doctor's places is taken."""
    seeking = services.orientation.seeking
    return _done(request, services, wait_id, lambda: seeking.accept(placement, key or None))


@router.post("/{wait_id}/refuser")
def refuse(
    request: Request,
    wait_id: str,
    services: ServicesDep,
    placement: Text = "",
    reason: Text = "",
    key: Text = "",
) -> Response:
    """One side says no, with a reason of the list; the person keeps their rank."""
    try:
        why = RefusalReason(reason)
    except ValueError:
        return _sheet(request, services, wait_id, _choose_a_reason())
    seeking = services.orientation.seeking
    return _done(request, services, wait_id, lambda: seeking.refuse(placement, why, key or None))


@router.post("/{wait_id}/declarer")
def declare(
    request: Request, wait_id: str, services: ServicesDep, placement: Text = "", key: Text = ""
) -> Response:
    """The declaration of médecin traitant is signed."""
    seeking = services.orientation.seeking
    return _done(request, services, wait_id, lambda: seeking.declare(placement, key or None))


@router.post("/{wait_id}/clore")
def close(
    request: Request, wait_id: str, services: ServicesDep, reason: Text = "", key: Text = ""
) -> Response:
    """Take the person off the list, with a reason of the list."""
    if reason not in {value for value, _ in _closings()}:
        return _sheet(request, services, wait_id, _choose_a_reason())
    seeking = services.orientation.seeking
    return _done(
        request, services, wait_id, lambda: seeking.close(wait_id, CloseReason(reason), key or None)
    )


@router.post("/{wait_id}/reconfirmer")
def confirm(request: Request, wait_id: str, services: ServicesDep) -> Response:
    """The person still looks for a médecin traitant."""
    seeking = services.orientation.seeking
    return _done(request, services, wait_id, lambda: seeking.confirm(wait_id))


@router.post("/{wait_id}/relancer")
def remind(request: Request, wait_id: str, services: ServicesDep) -> Response:
    """A call about the yearly confirmation got no answer."""
    seeking = services.orientation.seeking
    return _done(request, services, wait_id, lambda: seeking.remind(wait_id))


def _done(
    request: Request, services: Services, wait_id: str, act: Callable[[], object]
) -> Response:
    """Do what was asked and go back to the sheet; refused, the sheet says why."""
    try:
        act()
    except ConflictError as refused:
        return _sheet(request, services, wait_id, refused)
    return _back(wait_id)


def _back(wait_id: str) -> RedirectResponse:
    return RedirectResponse(f"{HOME}/{wait_id}", 303)


def _choose_a_reason() -> InputRefusedError:
    return InputRefusedError("Choisissez une raison dans la liste.")


def _closings() -> list[tuple[str, str]]:
    """Reasons a person may give; delays alone say that somebody did not confirm."""
    return [
        (reason.value, label)
        for reason, label in CLOSE_LABELS.items()
        if reason is not CloseReason.NOT_CONFIRMED
    ]


def _filters(services: Services, group: str | None, chosen: str, due: int) -> list[Link]:
    groups = services.orientation.seeking.policy.groups
    return [
        Link("tous", HOME, current=not (group or chosen)),
        *(Link(GROUP_SHORT[one], f"{HOME}?groupe={one}", current=one == group) for one in groups),
        Link("à reconfirmer", f"{HOME}?filtre=a-confirmer", due, bool(chosen)),
    ]


def _form_page(
    request: Request,
    services: Services,
    form: EnrolForm,
    problems: Problems,
    *,
    refusal: str = "",
    known: str = "",
    status: int = 200,
) -> HTMLResponse:
    territory = services.territory
    codes = (*territory.communes, *territory.neighbours)
    page = SeekingFormPage(
        values=form.model_dump(),
        problems=problems,
        communes=[found for code in codes if (found := services.communes.get(code))],
        languages=list(LANGUAGES.items()),
        consent=services.orientation.seeking.consent,
        erase_after=services.settings.erase_after_days,
        key=uuid4().hex,
        refusal=refusal,
        known=known,
    )
    return render(request, "seeking_form", page, status=status)


def _sheet(
    request: Request,
    services: Services,
    wait_id: str,
    refused: ConflictError | InputRefusedError | None = None,
) -> HTMLResponse:
    seeking = services.orientation.seeking
    sheet = seeking.wait(wait_id)
    free = sheet.state is WaitState.OPEN and sheet.live is None
    matches = seeking.matches(wait_id) if free else None
    page = SeekingPersonPage(
        sheet=sheet,
        age=age_on(sheet.wait.birth_date, seeking.today) if sheet.wait else None,
        commune=commune_name(services, sheet.commune),
        matches=matches,
        keys=[uuid4().hex for _ in matches.offers] if matches else [],
        key=uuid4().hex,
        base=f"{HOME}/{sheet.id}",
        refusals=[(reason.value, label) for reason, label in REFUSAL_LABELS.items()],
        closings=_closings(),
        erase_after=services.settings.erase_after_days,
        reminders=seeking.policy.reminders,
        refusal=refused.detail if refused else "",
    )
    return render(request, "seeking_person", page, status=refused.status if refused else 200)
