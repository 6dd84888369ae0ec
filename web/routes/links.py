"""« Rapprochements »: pairs that wait for a person, answers given, answers taken back."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.links.review import (
    Judgement,
    Question,
    count_questions,
    judge,
    judgements,
    questions,
    withdraw,
)
from directory.matching import Outcome
from directory.projection import details_alone
from directory.resource import Fact, ResourceDetail
from web.authors import read_author, remember_author
from web.contexts import JudgedPair, LinksPage, PairQuestion
from web.deps import RowNumber, ServicesDep
from web.render import render
from web.services import Services
from web.sight import shown_facts

router = APIRouter(prefix="/rapprochements", include_in_schema=False)

PER_PAGE = 20
_LATEST = 30
_COMPARED = ("family", "given", "name", "profession", "category", "specialities", "addresses")
"""Facts put side by side, besides every contact and number."""

Text = Annotated[str, Form(max_length=2000)]
EntityRef = Annotated[UUID, Form()]
Told = Mapping[UUID, ResourceDetail]


@router.get("")
def show_questions(
    request: Request, services: ServicesDep, page: Annotated[int, Query(ge=1, le=10_000)] = 1
) -> HTMLResponse:
    """What waits, the likeliest first, and the latest answers."""
    return _show(request, services, page)


@router.post("")
def answer(
    request: Request,
    services: ServicesDep,
    left: EntityRef,
    right: EntityRef,
    outcome: Text = "",
    author: Text = "",
    reason: Text = "",
) -> Response:
    """Same entry, or two: links follow at once, the index within the second."""
    try:
        said = Outcome(outcome)
    except ValueError:
        said = Outcome.ASK
    try:
        judge(services.register.database, left, right, said, author=author, reason=reason)
    except (ConflictError, InputRefusedError, NotFoundError) as refused:
        return _show(request, services, 1, refusal=refused.detail, status=refused.status)
    return _back(services, author)


@router.post("/{judgement_id}/retirer")
def take_back(
    request: Request, services: ServicesDep, judgement_id: RowNumber, author: Text = ""
) -> Response:
    """Undo an answer: the rules decide again, the answer stays in the list as withdrawn."""
    try:
        withdraw(services.register.database, judgement_id, author=author)
    except (InputRefusedError, NotFoundError) as refused:
        return _show(request, services, 1, refusal=refused.detail, status=refused.status)
    return _back(services, author)


def _back(services: Services, author: str) -> Response:
    response = RedirectResponse("/rapprochements", 303, background=services.follow())
    remember_author(response, author)
    return response


def _show(
    request: Request, services: Services, page: int, *, refusal: str = "", status: int = 200
) -> HTMLResponse:
    database = services.register.database
    asked = questions(database, PER_PAGE, (page - 1) * PER_PAGE)
    said = judgements(database, _LATEST)
    sides = {side for one in asked for side in (one.left, one.right)}
    sides |= {side for one in said for side in (one.left, one.right)}
    told = details_alone(services.register, services.communes, list(sides))
    total = count_questions(database)
    return render(
        request,
        "links",
        LinksPage(
            questions=[_question(one, told) for one in asked],
            judged=[_judged(one, told) for one in said],
            total=total,
            page=page,
            pages=max(1, -(-total // PER_PAGE)),
            author=read_author(request),
            refusal=refusal,
        ),
        status=status,
    )


def _question(asked: Question, told: Told) -> PairQuestion:
    sides = [told[one] for one in (asked.left, asked.right) if one in told]
    return PairQuestion(
        left=asked.left,
        right=asked.right,
        reasons=asked.reasons,
        held=asked.held,
        sides=[(one.resource, _compared(one)) for one in sides],
    )


def _judged(said: Judgement, told: Told) -> JudgedPair:
    names = [told[one].resource.name if one in told else "" for one in (said.left, said.right)]
    return JudgedPair(said, names[0], names[1])


def _compared(side: ResourceDetail) -> list[Fact]:
    """What is worth reading side by side; numbers and contacts that are public only."""
    return [
        fact
        for fact in shown_facts(side.facts)
        if fact.field in _COMPARED or fact.field.startswith(("contacts.", "identifiers."))
    ]
