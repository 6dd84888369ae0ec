"""The cookie of a session: a secret for this host alone, which no script can read."""

from fastapi import Request
from starlette.responses import Response

from directory.base.settings import Settings
from web.accounts.signing import Browser
from web.services import Services

PUBLIC_NAME, LOCAL_NAME = "__Host-recours", "recours_session"
PSC_SUFFIX = "_psc"
_AGENTS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "Mac"),
    ("Linux", "Linux"),
)


def is_public(settings: Settings) -> bool:
    """Whether browsers reach this service by https; on the loopback alone, they need not."""
    return settings.public_url.startswith("https://")


def site_url(request: Request) -> str:
    """The address of this service as people open it."""
    services: Services = request.app.state.services
    return services.settings.public_url or str(request.base_url).rstrip("/")


def cookie_name(settings: Settings) -> str:
    """`__Host-…` binds the cookie to https, to this host and to every path."""
    return PUBLIC_NAME if is_public(settings) else LOCAL_NAME


def read_secret(request: Request) -> str:
    """The secret this browser holds, empty without a session."""
    services: Services = request.app.state.services
    return request.cookies.get(cookie_name(services.settings), "")


def keep_secret(response: Response, settings: Settings, secret: str) -> None:
    """Hand the secret of a fresh session; it goes when the browser closes."""
    _set(response, settings, cookie_name(settings), secret)


def drop_secret(response: Response, settings: Settings) -> None:
    """Take the cookie back; the session itself ends in the store."""
    _drop(response, settings, cookie_name(settings))


def read_psc_state(request: Request) -> str:
    """The state of the sign-in by Pro Santé Connect begun in this browser."""
    services: Services = request.app.state.services
    return request.cookies.get(cookie_name(services.settings) + PSC_SUFFIX, "")


def keep_psc_state(response: Response, settings: Settings, state: str) -> None:
    """Tie a sign-in by Pro Santé Connect to this browser."""
    _set(response, settings, cookie_name(settings) + PSC_SUFFIX, state, max_age=600)


def drop_psc_state(response: Response, settings: Settings) -> None:
    """It served."""
    _drop(response, settings, cookie_name(settings) + PSC_SUFFIX)


def browser_of(request: Request) -> Browser:
    """Where a sign-in comes from."""
    address = request.client.host if request.client else ""
    return Browser(address, say_agent(request.headers.get("user-agent", "")), read_secret(request))


def say_agent(told: str) -> str:
    """« Firefox, Windows »: enough to recognise one's own sessions."""
    names = [next((say for mark, say in one if mark in told), "") for one in (_AGENTS, _SYSTEMS)]
    return ", ".join(filter(None, names)) or "programme inconnu"


def _set(
    response: Response, settings: Settings, name: str, value: str, max_age: int | None = None
) -> None:
    response.set_cookie(
        name, value, max_age=max_age, secure=is_public(settings), httponly=True, samesite="lax"
    )


def _drop(response: Response, settings: Settings, name: str) -> None:
    response.delete_cookie(name, secure=is_public(settings), httponly=True, samesite="lax")
