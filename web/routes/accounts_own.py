"""My account: password, second factor, sessions."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from directory.base.errors import InputRefusedError, NotFoundError, RecoursError
from web.access import actor_of
from web.account_contexts import CodesPage, EnrolPage, OwnPage
from web.accounts import factors, registry, sessions, signing
from web.accounts.model import LockedError
from web.deps import ServicesDep
from web.render import render
from web.services import Services
from web.session_cookie import browser_of, keep_secret, read_secret

router = APIRouter(prefix="/compte", include_in_schema=False)

Text = Annotated[str, Form(max_length=400)]
HOME = "/compte"


@router.get("")
def show_own(request: Request, services: ServicesDep) -> HTMLResponse:
    """Who I am here."""
    return _page(request, services)


@router.post("/mot-de-passe")
def change_password(
    request: Request,
    services: ServicesDep,
    present: Text = "",
    password: Text = "",
    again: Text = "",
) -> Response:
    """Change the password: the other sessions end, this one is renewed."""
    browser = browser_of(request)
    try:
        secret = signing.change_password(
            services.accounts, _account(request), present, password, again, browser
        )
    except (InputRefusedError, LockedError) as refused:
        return _page(request, services, refused)
    answer = RedirectResponse(HOME, 303)
    keep_secret(answer, services.settings, secret)
    return answer


@router.post("/sessions/{session_id}/fermer")
def close_one(request: Request, session_id: UUID, services: ServicesDep) -> RedirectResponse:
    """Close one of my sessions."""
    sessions.close_one(services.accounts, _account(request), session_id)
    return RedirectResponse(HOME, 303)


@router.post("/sessions/fermer")
def close_others(request: Request, services: ServicesDep) -> RedirectResponse:
    """Close all my sessions but this one."""
    registry.end_sessions(services.accounts, _account(request), but=read_secret(request))
    return RedirectResponse(HOME, 303)


@router.get("/second-facteur")
def show_second_factor(request: Request, services: ServicesDep) -> Response:
    """Set up a second factor; who has one keeps it until the coordination takes it away."""
    return _enrolment(request, services)


@router.post("/second-facteur")
def set_second_factor(request: Request, services: ServicesDep, code: Text = "") -> Response:
    """Put it in force with a first code: other sessions end, recovery codes are shown, once."""
    _refuse_second(request, services)
    try:
        codes = factors.confirm_draft(services.accounts, _account(request), code)
    except InputRefusedError as refused:
        return _enrolment(request, services, refused)
    registry.end_sessions(services.accounts, _account(request), but=read_secret(request))
    return render(request, "recovery_codes", CodesPage(codes, HOME))


@router.post("/codes")
def renew_codes(request: Request, services: ServicesDep, code: Text = "") -> Response:
    """Ten fresh recovery codes, against a code of now."""
    account = _account(request)
    try:
        signing.confirm_code(services.accounts, account, code)
    except (InputRefusedError, LockedError) as refused:
        return _page(request, services, refused)
    codes = factors.renew_codes(services.accounts, account)
    return render(request, "recovery_codes", CodesPage(codes, HOME))


def _account(request: Request) -> UUID:
    account = actor_of(request).account
    if account is None:
        raise NotFoundError("La démonstration n'a pas de compte.")
    return account


def _refuse_second(request: Request, services: Services) -> None:
    if registry.read_account(services.accounts, _account(request)).has_second_factor:
        raise InputRefusedError("Votre second facteur est déjà en place.")


def _enrolment(
    request: Request, services: Services, refused: RecoursError | None = None
) -> Response:
    account = _account(request)
    if registry.read_account(services.accounts, account).has_second_factor:
        return RedirectResponse(HOME, 303)
    secret = factors.draft_secret(services.accounts, account)
    page = EnrolPage(
        action=f"{HOME}/second-facteur",
        following=HOME,
        qr=factors.draw_qr(factors.address_of(services.accounts, account, secret)),
        secret=secret,
        needed=False,
        message=refused.detail if refused else "",
    )
    return render(request, "enrol", page, status=refused.status if refused else 200)


def _page(
    request: Request, services: Services, refused: RecoursError | None = None
) -> HTMLResponse:
    account = _account(request)
    field = str(refused.extra.get("field", "")) if refused else ""
    page = OwnPage(
        account=registry.read_account(services.accounts, account),
        sessions=sessions.list_sessions(services.accounts, account),
        codes_left=factors.count_codes(services.accounts, account),
        problems={field: refused.detail} if refused and field else {},
        message=refused.detail if refused and not field else "",
    )
    return render(request, "own_account", page, status=refused.status if refused else 200)
