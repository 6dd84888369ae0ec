"""Addresses received by mail: answer an invitation, choose a new password, ask for one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask

from directory.base.errors import InputRefusedError
from directory.base.logs import get_logger
from web.account_contexts import NewPasswordPage, RecoveryPage
from web.accounts.attempts import begin_attempt, counted_account, counted_address
from web.accounts.links import read_link, recover, use_link
from web.accounts.model import LockedError, Purpose
from web.deps import ServicesDep
from web.enforcement import SIGN_IN
from web.render import render
from web.services import Services
from web.session_cookie import browser_of, site_url

log = get_logger(__name__)
router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=400)]
_TITLES = {
    Purpose.INVITATION: "Ouvrir votre compte",
    Purpose.RECOVERY: "Choisir un nouveau mot de passe",
}
_LEADS = {
    Purpose.INVITATION: "Choisissez le mot de passe de votre compte. Selon votre rôle, un second "
    "facteur (une application sur votre téléphone) vous sera ensuite demandé.",
    Purpose.RECOVERY: "Toutes vos sessions ouvertes seront fermées. Votre second facteur, si vous "
    "en avez un, reste le même.",
}


@router.get("/invitation/{token}")
def show_invitation(request: Request, token: str, services: ServicesDep) -> HTMLResponse:
    """The form of an invitation; opening it does not use it."""
    return _form(request, services, token, Purpose.INVITATION)


@router.post("/invitation/{token}")
def answer_invitation(
    request: Request, token: str, services: ServicesDep, password: Text = "", again: Text = ""
) -> Response:
    """Choose the password; the invitation is spent."""
    return _choose(request, services, token, Purpose.INVITATION, password, again)


@router.get("/connexion/oubli")
def show_recovery(request: Request, services: ServicesDep) -> HTMLResponse:
    """Ask for a new password."""
    return _recovery(request, services, sent=False)


@router.post("/connexion/oubli")
def ask_recovery(request: Request, services: ServicesDep, email: Text = "") -> HTMLResponse:
    """The same answer for everybody, sent before the account is even looked for."""
    answer = _recovery(request, services, sent=True)
    address, site = browser_of(request).address, site_url(request)
    answer.background = BackgroundTask(_recover, services, email, address, site)
    return answer


@router.get("/connexion/oubli/{token}")
def show_new_password(request: Request, token: str, services: ServicesDep) -> HTMLResponse:
    """The form of a recovery."""
    return _form(request, services, token, Purpose.RECOVERY)


@router.post("/connexion/oubli/{token}")
def choose_new_password(
    request: Request, token: str, services: ServicesDep, password: Text = "", again: Text = ""
) -> Response:
    """Choose the new password; the address is spent and sessions end."""
    return _choose(request, services, token, Purpose.RECOVERY, password, again)


def _recover(services: Services, email: str, address: str, site: str) -> None:
    accounts = services.accounts
    counted = counted_account(accounts, f"recovery {email.strip().casefold()}")
    try:
        begin_attempt(accounts, (counted, counted_address(accounts, f"recovery {address}")))
        recover(accounts, email, site)
    except LockedError:
        log.warning("too many recoveries asked for")


def _recovery(request: Request, services: Services, *, sent: bool) -> HTMLResponse:
    page = RecoveryPage(sent=sent, can_mail=bool(services.settings.mail_url))
    return render(request, "recovery", page)


def _choose(
    request: Request, services: Services, token: str, purpose: Purpose, password: str, again: str
) -> Response:
    try:
        use_link(services.accounts, token, purpose, password, again)
    except InputRefusedError as refused:
        return _form(request, services, token, purpose, refused)
    return RedirectResponse(SIGN_IN, 303)


def _form(
    request: Request,
    services: Services,
    token: str,
    purpose: Purpose,
    refused: InputRefusedError | None = None,
) -> HTMLResponse:
    account = read_link(services.accounts, token, purpose)
    page = NewPasswordPage(
        title=_TITLES[purpose],
        email=account.email,
        lead=_LEADS[purpose],
        problems={str(refused.extra["field"]): refused.detail} if refused else {},
    )
    return render(request, "new_password", page, status=refused.status if refused else 200)
