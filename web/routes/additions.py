"""Adding an entry that no source tells."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import InputRefusedError
from web.additions import KIND_NAMES, USUAL, add_from, groups_of
from web.authors import read_author, remember_author
from web.corrections import Typed, problem_of, signed, typed_form
from web.deps import ServicesDep
from web.local_contexts import AdditionPage
from web.render import render

router = APIRouter(prefix="/ajouter", include_in_schema=False)

TypedDep = Annotated[Typed, Depends(typed_form)]
FIRST = next(iter(KIND_NAMES))


@router.get("")
def show_form(
    request: Request, genre: Annotated[str, Query(max_length=40)] = FIRST
) -> HTMLResponse:
    """The form of one kind of entry."""
    return _form(request, genre if genre in KIND_NAMES else FIRST, USUAL)


@router.post("")
def add(request: Request, services: ServicesDep, told: TypedDep) -> Response:
    """Publish the entry and show it, or the form with what is wrong."""
    kind = told.get("genre", "")
    try:
        by = signed(told)
        added = add_from(services, kind, told, by)
    except InputRefusedError as refused:
        return _form(request, kind if kind in KIND_NAMES else FIRST, told, refused)
    answer = RedirectResponse(f"/fiche/{added}", 303, background=services.follow())
    remember_author(answer, by.author)
    return answer


def _form(
    request: Request, kind: str, told: Typed, refused: InputRefusedError | None = None
) -> HTMLResponse:
    problems = problem_of(refused) if refused else {}
    page = AdditionPage(
        kind=kind,
        kinds=KIND_NAMES,
        groups=groups_of(kind),
        values=told,
        problems=problems,
        message=refused.detail if refused and not problems else "",
        author=told.get("author", read_author(request)),
        reason=told.get("reason", ""),
    )
    return render(request, "add", page, status=refused.status if refused else 200)
