"""Who says so: whose account it is or, in the demonstration, what was typed last here."""

from urllib.parse import quote, unquote

from fastapi import Request
from starlette.responses import Response

from web.access import actor_of

COOKIE = "recours_auteur"
LONGEST = 80
_MONTH = 30 * 24 * 3600


def read_author(request: Request) -> str:
    """The name of the account or of the key, else the one typed last in this browser, empty the first time."""
    actor = actor_of(request)
    if actor.account is not None or actor.key is not None:
        return actor.name[:LONGEST]
    return unquote(request.cookies.get(COOKIE, ""))[:LONGEST]


def remember_author(response: Response, name: str) -> None:
    """Propose this name next time."""
    response.set_cookie(
        COOKIE,
        quote(name.strip()[:LONGEST]),
        max_age=_MONTH,
        httponly=True,
        samesite="strict",
    )
