"""Keys of partners' programs, for the coordinator: made, shown once, revoked."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from directory.base.errors import InputRefusedError
from web.access import Actor, actions, actor_of, can
from web.account_contexts import ApiKeysPage
from web.accounts import api_keys
from web.deps import ServicesDep
from web.render import render
from web.services import Services

router = APIRouter(prefix="/cles", include_in_schema=False)

Text = Annotated[str, Form(max_length=400)]
Several = Annotated[tuple[str, ...], Form()]


@router.get("")
def show_keys(request: Request, services: ServicesDep) -> HTMLResponse:
    """Every key of the territory."""
    return _list(request, services)


@router.post("")
def create(
    request: Request,
    services: ServicesDep,
    name: Text = "",
    days: Text = "",
    scopes: Several = (),
) -> HTMLResponse:
    """A new key, shown on this answer alone."""
    actor = actor_of(request)
    values = {"name": name, "days": days}
    try:
        if services.settings.demo:
            raise InputRefusedError("La démonstration ne donne pas de clé.", field="name")
        if refused := [one for one in scopes if one not in givable(actor)]:
            raise InputRefusedError(
                f"Vous ne donnez pas le droit « {refused[0][:40]} » : vous ne l'avez pas.",
                field="scopes",
            )
        _, secret = api_keys.create_key(
            services.accounts,
            name=name,
            scopes=scopes,
            days=int(days) if days.isdecimal() and len(days) < 6 else 0,
            author=actor.name,
        )
    except InputRefusedError as refused_input:
        problems = {str(refused_input.extra.get("field", "name")): refused_input.detail}
        return _list(request, services, values, scopes, problems)
    return _list(request, services, secret=secret)


@router.post("/{key_id}/revoquer")
def revoke(key_id: UUID, services: ServicesDep) -> RedirectResponse:
    """It opens nothing from now on."""
    api_keys.revoke_key(services.accounts, key_id)
    return RedirectResponse("/cles", 303)


def givable(actor: Actor) -> tuple[str, ...]:
    """What this person may give: nobody gives what they may not do themselves."""
    return tuple(one for one in api_keys.key_scopes() if can(actor, one))


def _list(
    request: Request,
    services: Services,
    values: Mapping[str, str] | None = None,
    chosen: tuple[str, ...] = (),
    problems: Mapping[str, str] | None = None,
    *,
    secret: str = "",
) -> HTMLResponse:
    page = ApiKeysPage(
        keys=api_keys.list_keys(services.accounts),
        labels={rule.action: rule.label for rule in actions().values()},
        scopes=givable(actor_of(request)),
        values=values or {"name": "", "days": str(api_keys.USUAL_DAYS)},
        chosen=chosen,
        problems=problems or {},
        secret=secret,
        now=services.clock(),
    )
    return render(request, "api_keys", page, status=422 if problems else 200)
