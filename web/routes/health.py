"""Whether this process can answer: asked by whoever watches it."""

from collections.abc import Callable

import sqlalchemy as sa
from fastapi import APIRouter
from fastapi.responses import JSONResponse

from directory.base.database import Database
from directory.base.logs import get_logger
from web.deps import ServicesDep
from web.services import Services

log = get_logger(__name__)
router = APIRouter(tags=["Service"])


@router.get(
    "/healthz",
    summary="État du service",
    responses={
        503: {"description": "Une partie ne répond pas", "content": {"application/json": {}}}
    },
)
def healthz(services: ServicesDep) -> JSONResponse:
    """200 when the index, the register and the agenda all answer, else 503 naming what does not.

    `messages` says what a mail server or a gateway would not take: tried again, at most an hour
    apart, it is no reason to restart anything. `calendars` says how many external calendars of
    doctors could not be read: their last good times are kept.
    """
    parts = {name: _state(name, check) for name, check in _checks(services).items()}
    good = all(state == "ok" for state in parts.values())
    status = {"status": "ok" if good else "degraded", **parts}
    if parts["agenda"] == "ok":
        status |= {"messages": _say_messages(services), "calendars": _say_calendars(services)}
    return JSONResponse(status, 200 if good else 503)


def _checks(services: Services) -> dict[str, Callable[[], bool]]:
    return {
        "index": lambda: bool(services.engine.generation()),
        "register": lambda: _answers(services.register.database),
        "agenda": lambda: _answers(services.orientation.database),
    }


def _say_messages(services: Services) -> str:
    late = services.orientation.late_messages()
    if not late.messages:
        return "ok"
    return f"late: {late.messages}, oldest {late.oldest_minutes} min"


def _say_calendars(services: Services) -> str:
    late = services.orientation.calendars.late()
    return f"late: {late}" if late else "ok"


def _answers(database: Database) -> bool:
    with database.read() as connection:
        return connection.execute(sa.select(1)).scalar() == 1


def _state(name: str, check: Callable[[], bool]) -> str:
    try:
        return "ok" if check() else "absent"
    except Exception as exc:
        # Any failure is an answer here: the caller must hear of it, not get a 500.
        log.error("health check failed", part=name, error=type(exc).__name__)
        return "error"
