"""The audit trail, for whoever checks accesses: who, what, when, why; never a patient's data."""

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

import msgspec
from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from directory.base.audit_keeping import AuditLine, AuditQuestion, search_trails, verify_trail
from directory.base.errors import RecoursError
from directory.local.parts import decode_value
from web.accounts.traces import note_alone
from web.audit_contexts import AuditPage, TracedLine
from web.audit_wording import ACTION_LABELS, say_action, say_traced_field, say_value
from web.corrections import say_told
from web.deps import ServicesDep
from web.render import render
from web.services import Services
from web.trails import services_trails

router = APIRouter(include_in_schema=False)

PAGE_SIZE = 50
LAST_PAGE = 2000
Text = Annotated[str, Query(max_length=200)]


@router.get("/audit")
def show_audit(
    request: Request,
    services: ServicesDep,
    qui: Text = "",
    quoi: Text = "",
    objet: Text = "",
    du: Text = "",
    au: Text = "",
    page: Annotated[int, Query(ge=1, le=LAST_PAGE)] = 1,
    verifier: bool = False,
) -> HTMLResponse:
    """What was done, newest first; the search itself is traced."""
    values = {"qui": qui, "quoi": quoi, "objet": objet, "du": du, "au": au}
    since, until = _day(services, du), _day(services, au)
    wrong = (bool(du.strip()) and since is None) or (bool(au.strip()) and until is None)
    asked = AuditQuestion(
        territory=services.territory.slug,
        actor=qui.strip(),
        action=quoi if quoi in ACTION_LABELS else "",
        subject=objet.strip(),
        since=since,
        until=until + timedelta(days=1) if until else None,
    )
    # Which boxes were filled, not with what: somebody may type a patient's name.
    criteria = [name for name, told in values.items() if told.strip()]
    note_alone(services.accounts, "audit.search", "", after=criteria)
    trails = services_trails(services)
    first = (page - 1) * PAGE_SIZE
    found = [] if wrong else search_trails(trails, asked, PAGE_SIZE + 1, first)
    shown = AuditPage(
        lines=[_line(services, one) for one in found[:PAGE_SIZE]],
        values=values,
        actions=sorted(ACTION_LABELS.items(), key=lambda one: one[1]),
        problem="Date attendue, par exemple 2026-12-31." if wrong else "",
        verdicts=[verify_trail(trail) for trail in trails] if verifier else (),
        months=services.settings.audit_months,
        previous_url=_url(values, page - 1) if page > 1 else "",
        next_url=_url(values, page + 1) if len(found) > PAGE_SIZE else "",
    )
    return render(request, "audit", shown, status=422 if wrong else 200)


def _line(services: Services, one: AuditLine) -> TracedLine:
    def say(told: Any) -> str:
        path = one.fields[0] if one.fields else ""
        if told is None or not path or not one.action.startswith("directory."):
            return say_value(told)
        with suppress(RecoursError, msgspec.ValidationError):
            return say_told(services, path, decode_value(path, told))
        return say_value(told)

    return TracedLine(
        line=one,
        action=say_action(one.action),
        fields=[say_traced_field(name) for name in one.fields],
        before=say(one.before),
        after=say(one.after),
        entry=f"/fiche/{one.subject}" if one.action.startswith("directory.") else "",
    )


def _day(services: Services, told: str) -> datetime | None:
    """Midnight of a day where the territory is; None when it is no day."""
    try:
        return datetime.combine(date.fromisoformat(told.strip()), time(), services.territory.zone)
    except (ValueError, OverflowError):
        return None


def _url(values: dict[str, str], page: int) -> str:
    told = {name: value for name, value in values.items() if value}
    return "/audit?" + urlencode({**told, "page": page})
