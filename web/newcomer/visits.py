"""« Depuis votre dernière visite »: two days kept by the browser, once asked to; nothing here.

The cookie holds the day what is new is counted from, and the day of the latest visit. It begins
when somebody asks for it, and says nothing of who they are.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from fastapi import Request
from starlette.responses import Response

from web.services import Services
from web.session_cookie import is_public

COOKIE = "recours_visites"
KEPT = timedelta(days=365)
EARLIEST = date(2000, 1, 1)
"""No register is older; also what keeps a forged day within what clocks can tell."""


@dataclass(frozen=True)
class Visit:
    """`since`: the day of the visit before this one, None at the first; `followed`: kept or not."""

    since: date | None
    followed: bool
    today: date


def read_visit(request: Request, today: date) -> Visit:
    """This browser's visit of today; a senseless cookie is no cookie."""
    days = [_day(one, today) for one in request.cookies.get(COOKIE, "").split(".")]
    if len(days) != 2 or days[1] is None:
        return Visit(None, followed=False, today=today)
    since, latest = days
    return Visit(since if latest == today else latest, followed=True, today=today)


def keep_visit(response: Response, services: Services, visit: Visit) -> None:
    """Have the browser carry today for the next visit."""
    since = visit.since.isoformat() if visit.since else "-"
    response.set_cookie(
        COOKIE,
        f"{since}.{visit.today.isoformat()}",
        max_age=int(KEPT.total_seconds()),
        path="/installation",
        secure=is_public(services.settings),
        httponly=True,
        samesite="strict",
    )


def forget_visits(response: Response, services: Services) -> None:
    """Take the days back."""
    response.delete_cookie(
        COOKIE,
        path="/installation",
        secure=is_public(services.settings),
        httponly=True,
        samesite="strict",
    )


def _day(told: str, today: date) -> date | None:
    try:
        day = date.fromisoformat(told)
    except ValueError:
        return None
    return day if EARLIEST <= day <= today else None
