"""Signing in and out: address and password, the second factor, Pro Santé Connect."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import URL

from directory.base.errors import InputRefusedError, NotFoundError, RecoursError, UnavailableError
from web.access import ACTOR_KEY, PUBLIC, actor_of
from web.account_contexts import CodePage, CodesPage, EnrolPage, SignedOutPage, SignInPage
from web.accounts import factors, psc, sessions, signing
from web.accounts.model import LockedError, SignInRefusedError, Stage
from web.deps import ServicesDep
from web.enforcement import SIGN_IN, safe_next
from web.render import render
from web.services import Services
from web.session_cookie import (
    browser_of,
    drop_psc_state,
    drop_secret,
    keep_psc_state,
    keep_secret,
    read_psc_state,
    read_secret,
    site_url,
)

router = APIRouter(include_in_schema=False)

Text = Annotated[str, Form(max_length=400)]
Following = Annotated[str, Query(alias="suite", max_length=2000)]
FollowingField = Annotated[str, Form(alias="suite", max_length=2000)]
STEPS = {
    Stage.SECOND_FACTOR: "/connexion/second-facteur",
    Stage.ENROL: "/connexion/second-facteur/activer",
}


@router.get(SIGN_IN)
def show_sign_in(request: Request, services: ServicesDep, suite: Following = "/") -> Response:
    """The sign-in page; who is signed in already goes on."""
    if actor_of(request).signed_in:
        return RedirectResponse(safe_next(suite), 303)
    return _sign_in_page(request, services, safe_next(suite))


@router.post(SIGN_IN)
def sign_in(
    request: Request,
    services: ServicesDep,
    email: Text = "",
    password: Text = "",
    suite: FollowingField = "/",
) -> Response:
    """Address and password; then the second factor, or where one was going."""
    try:
        done = signing.sign_in(services.accounts, email, password, browser_of(request))
    except (SignInRefusedError, LockedError) as refused:
        return _sign_in_page(request, services, safe_next(suite), email, refused)
    return _go_on(services, done, safe_next(suite))


@router.get("/connexion/second-facteur")
def show_code(request: Request, services: ServicesDep, suite: Following = "/") -> Response:
    """The second step, if a first one was made in this browser."""
    if _stage(request, services) is not Stage.SECOND_FACTOR:
        return RedirectResponse(SIGN_IN, 303)
    return render(request, "second_factor", CodePage(following=safe_next(suite)))


@router.post("/connexion/second-facteur")
def give_code(
    request: Request, services: ServicesDep, code: Text = "", suite: FollowingField = "/"
) -> Response:
    """Six digits, or a recovery code."""
    try:
        done = signing.pass_second_factor(services.accounts, code, browser_of(request))
    except (SignInRefusedError, LockedError) as refused:
        if _stage(request, services) is not Stage.SECOND_FACTOR:
            return _sign_in_page(request, services, safe_next(suite), refused=refused)
        page = CodePage(following=safe_next(suite), message=refused.detail)
        return render(request, "second_factor", page, status=refused.status)
    return _go_on(services, done, safe_next(suite))


@router.get("/connexion/second-facteur/activer")
def show_enrolment(request: Request, services: ServicesDep, suite: Following = "/") -> Response:
    """Set the second factor up before anything opens, for roles that need it."""
    return _enrolment(request, services, safe_next(suite))


@router.post("/connexion/second-facteur/activer")
def enrol(
    request: Request, services: ServicesDep, code: Text = "", suite: FollowingField = "/"
) -> Response:
    """The first code puts it in force; recovery codes are shown, once."""
    try:
        done, codes = signing.enrol_second_factor(services.accounts, code, browser_of(request))
    except (InputRefusedError, SignInRefusedError) as refused:
        return _enrolment(request, services, safe_next(suite), refused)
    answer = render(request, "recovery_codes", CodesPage(codes, safe_next(suite)))
    keep_secret(answer, services.settings, done.secret)
    return answer


@router.post("/deconnexion")
def sign_out(request: Request, services: ServicesDep) -> Response:
    """End the session here and in the store, then at Pro Santé Connect if it came from there.

    A page that leads on, not a redirect: `form-action 'self'` lets no form end on another site.
    """
    away = sessions.close_session(services.accounts, read_secret(request))
    answer: Response = RedirectResponse("/", 303)
    if away:
        request.scope[ACTOR_KEY] = PUBLIC
        answer = render(request, "signed_out", SignedOutPage(away))
        answer.headers["Refresh"] = f"0; url={away}"
    drop_secret(answer, services.settings)
    return answer


@router.get("/connexion/psc")
def begin_psc(request: Request, services: ServicesDep, suite: Following = "/") -> Response:
    """Off to Pro Santé Connect."""
    _need_psc(services)
    try:
        start = psc.begin_psc(services.accounts, site_url(request), safe_next(suite))
    except UnavailableError as refused:
        return _sign_in_page(request, services, safe_next(suite), refused=refused)
    answer = RedirectResponse(start.url, 303)
    keep_psc_state(answer, services.settings, start.state)
    return answer


@router.get("/connexion/psc/retour")
def end_psc(
    request: Request,
    services: ServicesDep,
    code: Annotated[str, Query(max_length=4000)] = "",
    state: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """Back from Pro Santé Connect, which says who it is, or refused."""
    _need_psc(services)
    accounts = services.accounts
    try:
        kept = read_psc_state(request)
        person = psc.end_psc(accounts, site_url(request), code, state, kept)
        browser = browser_of(request)
        done = signing.sign_in_by_psc(accounts, person.rpps, person.name, browser, person.sign_out)
    except (SignInRefusedError, UnavailableError) as refused:
        answer: Response = _sign_in_page(request, services, "/", refused=refused)
    else:
        answer = _go_on(services, done, safe_next(person.following))
    drop_psc_state(answer, services.settings)
    return answer


def _need_psc(services: Services) -> None:
    if not services.settings.psc_discovery:
        raise NotFoundError("Pro Santé Connect n'est pas réglé ici.")


def _stage(request: Request, services: Services) -> Stage | None:
    seen = sessions.read_session(services.accounts, read_secret(request))
    return seen.stage if seen else None


def _go_on(services: Services, done: signing.SignedIn, following: str) -> Response:
    step = STEPS.get(done.stage)
    address = str(URL(step).include_query_params(suite=following)) if step else following
    answer = RedirectResponse(address, 303)
    keep_secret(answer, services.settings, done.secret)
    return answer


def _enrolment(
    request: Request, services: Services, following: str, refused: RecoursError | None = None
) -> Response:
    seen = sessions.read_session(services.accounts, read_secret(request))
    if seen is None or seen.stage is not Stage.ENROL:
        return RedirectResponse(SIGN_IN, 303)
    secret = factors.draft_secret(services.accounts, seen.account)
    page = EnrolPage(
        action=STEPS[Stage.ENROL],
        following=following,
        qr=factors.draw_qr(factors.address_of(services.accounts, seen.account, secret)),
        secret=secret,
        needed=True,
        message=refused.detail if refused else "",
    )
    return render(request, "enrol", page, status=refused.status if refused else 200)


def _sign_in_page(
    request: Request,
    services: Services,
    following: str,
    email: str = "",
    refused: RecoursError | None = None,
) -> HTMLResponse:
    page = SignInPage(
        following=following,
        email=email,
        message=refused.detail if refused else "",
        psc=bool(services.settings.psc_discovery),
        no_account=not services.accounts.any_account(),
    )
    return render(request, "sign_in", page, status=refused.status if refused else 200)
