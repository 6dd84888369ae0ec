"""Who says so: typed once, remembered by the browser, until accounts know it."""

from urllib.parse import quote, unquote

from fastapi import Request
from starlette.responses import Response

COOKIE = "recours_auteur"
LONGEST = 80
_MONTH = 30 * 24 * 3600


def read_author(request: Request) -> str:
    """The name typed last in this browser, empty the first time."""
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
