"""Accounts, for the coordinator: invite, give roles, suspend, close sessions."""

from collections.abc import Collection
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import ConflictError, InputRefusedError, RecoursError
from web.access import Role, actor_of
from web.account_contexts import AccountPage, AccountsPage
from web.accounts import factors, registry, sessions
from web.accounts.links import send_link
from web.accounts.model import Purpose, State
from web.deps import ServicesDep
from web.render import render
from web.services import Services
from web.session_cookie import site_url

router = APIRouter(prefix="/comptes", include_in_schema=False)

Text = Annotated[str, Form(max_length=400)]
Several = Annotated[tuple[str, ...], Form()]


@router.get("")
def show_accounts(request: Request, services: ServicesDep) -> HTMLResponse:
    """Everybody who has an account here."""
    return _list(request, services)


@router.post("")
def invite(
    request: Request,
    services: ServicesDep,
    email: Text = "",
    name: Text = "",
    rpps: Text = "",
    roles: Several = (),
) -> Response:
    """A new account, and its invitation by mail, or shown here where no mail leaves."""
    wanted = _read_roles(roles)
    values = {"email": email, "name": name, "rpps": rpps}
    try:
        if not wanted:
            raise InputRefusedError("Cochez au moins un rôle.", field="roles")
        if not email.strip():
            raise InputRefusedError("Donnez une adresse mail.", field="email")
        author = actor_of(request).name
        account = registry.create_account(
            services.accounts, email=email, name=name, rpps=rpps, roles=wanted, author=author
        )
    except (InputRefusedError, ConflictError) as refused:
        return _list(request, services, values, wanted, refused)
    if Role.DELEGATE in wanted:
        return RedirectResponse(f"/comptes/{account}", 303)
    link = send_link(services.accounts, account, Purpose.INVITATION, site_url(request))
    return _list(request, services, invited=name, link="" if _mails(services) else link)


@router.get("/{account_id}")
def show_account(request: Request, account_id: UUID, services: ServicesDep) -> HTMLResponse:
    """One account: its roles, its sessions."""
    return _one(request, services, account_id)


@router.post("/{account_id}/roles")
def set_roles(
    request: Request,
    account_id: UUID,
    services: ServicesDep,
    roles: Several = (),
    doctors: Several = (),
) -> Response:
    """Give exactly these roles; the person signs in again."""
    wanted = _read_roles(roles)
    known = {str(doctor.id): doctor.id for doctor in services.orientation.doctors()}
    chosen = [known[one] for one in doctors if one in known]
    author = actor_of(request).name
    try:
        registry.set_roles(services.accounts, account_id, wanted, chosen, author)
    except (InputRefusedError, ConflictError) as refused:
        return _one(request, services, account_id, refused, wanted, chosen)
    return RedirectResponse(f"/comptes/{account_id}", 303)


@router.post("/{account_id}/suspendre")
def suspend(request: Request, account_id: UUID, services: ServicesDep) -> Response:
    """Close the account and its sessions, at once."""
    try:
        registry.suspend_account(services.accounts, account_id)
    except ConflictError as refused:
        return _one(request, services, account_id, refused)
    return RedirectResponse(f"/comptes/{account_id}", 303)


@router.post("/{account_id}/retablir")
def restore(account_id: UUID, services: ServicesDep) -> RedirectResponse:
    """Open it again."""
    registry.restore_account(services.accounts, account_id)
    return RedirectResponse(f"/comptes/{account_id}", 303)


@router.post("/{account_id}/inviter")
def invite_again(request: Request, account_id: UUID, services: ServicesDep) -> HTMLResponse:
    """A fresh invitation, which replaces the former one."""
    found = registry.read_account(services.accounts, account_id)
    if found.state is not State.INVITED or not found.email:
        refused = InputRefusedError("Ce compte n'attend pas d'invitation.")
        return _one(request, services, account_id, refused)
    link = send_link(services.accounts, account_id, Purpose.INVITATION, site_url(request))
    told = "Invitation envoyée." if _mails(services) else ""
    return _one(request, services, account_id, message=told, link="" if told else link)


@router.post("/{account_id}/sessions/fermer")
def close_sessions(account_id: UUID, services: ServicesDep) -> RedirectResponse:
    """Close every session of an account."""
    registry.end_sessions(services.accounts, account_id)
    return RedirectResponse(f"/comptes/{account_id}", 303)


@router.post("/{account_id}/second-facteur/retirer")
def drop_second_factor(account_id: UUID, services: ServicesDep) -> RedirectResponse:
    """A lost phone: the second factor is set up again at the next sign-in."""
    registry.read_account(services.accounts, account_id)
    factors.drop_second_factor(services.accounts, account_id)
    return RedirectResponse(f"/comptes/{account_id}", 303)


def _read_roles(told: Collection[str]) -> list[Role]:
    return [role for role in Role if role.value in told]


def _mails(services: Services) -> bool:
    return bool(services.settings.mail_url)


def _list(
    request: Request,
    services: Services,
    values: dict[str, str] | None = None,
    roles: Collection[Role] = (),
    refused: RecoursError | None = None,
    *,
    invited: str = "",
    link: str = "",
) -> HTMLResponse:
    page = AccountsPage(
        accounts=registry.list_accounts(services.accounts),
        values=values or {"email": "", "name": "", "rpps": ""},
        roles=roles,
        problems={str(refused.extra["field"]): refused.detail} if refused else {},
        link=link,
        invited=invited,
    )
    return render(request, "accounts", page, status=refused.status if refused else 200)


def _one(
    request: Request,
    services: Services,
    account_id: UUID,
    refused: RecoursError | None = None,
    roles: Collection[Role] | None = None,
    chosen: Collection[UUID] | None = None,
    *,
    message: str = "",
    link: str = "",
) -> HTMLResponse:
    account = registry.read_account(services.accounts, account_id)
    page = AccountPage(
        account=account,
        doctors=services.orientation.doctors(),
        roles=account.roles if roles is None else roles,
        chosen=account.doctors if chosen is None else chosen,
        sessions=sessions.list_sessions(services.accounts, account_id),
        problem=refused.detail if refused else "",
        message=message,
        link=link,
    )
    return render(request, "account", page, status=refused.status if refused else 200)
