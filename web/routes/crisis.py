"""Crisis mode for the coordinator: what is in force, start one, stop it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError, InputRefusedError
from web.authors import read_author, remember_author
from web.call_contexts import CrisisPage
from web.crises import read_plan
from web.deps import ServicesDep
from web.render import render
from web.services import Services

router = APIRouter(prefix="/coordination/crise", include_in_schema=False)

Text = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=2000)]
ADDRESS = "/coordination/crise"


@router.get("")
def show_crisis(request: Request, services: ServicesDep) -> HTMLResponse:
    """The crisis mode in force, or the form that starts one."""
    return _page(request, services, {"author": read_author(request)})


@router.post("")
def start(
    request: Request,
    services: ServicesDep,
    title: Text = "",
    banner: Long = "",
    until: Text = "",
    numbers: Long = "",
    kept_share: Text = "",
    kept_modes: Annotated[tuple[str, ...], Form()] = (),
    order: Text = "",
    author: Text = "",
) -> Response:
    """Put it in force, or say what is wrong."""
    told = {
        **{"title": title, "banner": banner, "until": until, "numbers": numbers},
        **{"kept_share": kept_share, "order": order, "author": author},
    }
    try:
        plan = read_plan(
            services,
            title=title,
            banner=banner,
            until=until,
            numbers=numbers.splitlines(),
            kept_share=kept_share,
            kept_modes=kept_modes,
            order=order,
        )
        services.orientation.start_crisis(plan, author)
    except (InputRefusedError, ConflictError) as refused:
        return _page(request, services, told, refused, kept_modes)
    answer = RedirectResponse(ADDRESS, 303)
    remember_author(answer, author)
    return answer


@router.post("/arreter")
def stop(request: Request, services: ServicesDep, author: Text = "") -> Response:
    """End it before its date."""
    try:
        services.orientation.stop_crisis(author)
    except (InputRefusedError, ConflictError) as refused:
        return _page(request, services, {"author": author}, refused)
    return RedirectResponse(ADDRESS, 303)


def _page(
    request: Request,
    services: Services,
    told: dict[str, str],
    refused: InputRefusedError | ConflictError | None = None,
    kept_modes: tuple[str, ...] = (),
) -> HTMLResponse:
    field = str(refused.extra.get("field", "")) if refused else ""
    page = CrisisPage(
        running=services.orientation.crisis(),
        values=told,
        kept_modes=kept_modes,
        problems={field: refused.detail} if refused and field else {},
        message=refused.detail if refused and not field else "",
        order=", ".join(services.territory.policy.order),
    )
    return render(request, "crisis", page, status=refused.status if refused else 200)
