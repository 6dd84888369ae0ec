"""Pages and their fragments: one environment, one decision on which of the two to send."""

from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from directory.typography import say_hour_of
from directory.vocabulary import (
    CONFIDENTIALITY_LABELS,
    KIND_LABELS,
    MODE_LABELS,
    NEW_PATIENTS_LABELS,
    PRECISION_LABELS,
)
from directory.wording import say_ages
from orientation.seeking import wording as seeking
from web import wording
from web.access import ROLE_LABELS, actor_of, can
from web.accounts.model import METHOD_LABELS, STATE_LABELS
from web.compiling import LeanEnvironment
from web.desk import DeskReader
from web.freshness import FreshnessReader
from web.mapping import checked_map_options
from web.services import Services
from web.sight import shown_phones
from web.typesetting import Typesetting
from web.wire import AssetAddresses

WEB = Path(__file__).resolve().parent

CALL_ID = "call"
"""The part of a console's screen that a step replaces: asked for alone, its page comes without
what stands around it."""


def make_environment(services: Services) -> Environment:
    """The templates with what all of them may use; every value is escaped unless marked safe."""
    environment = LeanEnvironment(
        loader=FileSystemLoader(WEB / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=(Typesetting,),
    )
    zone = services.territory.zone
    assets = AssetAddresses()
    environment.filters |= {
        "day": wording.say_day,
        "short_day": wording.say_short_day,
        "date": wording.say_date,
        "moment": partial(wording.say_moment, zone=zone),
        "time": partial(wording.say_time, zone=zone),
        "local_day": partial(wording.say_local_day, zone=zone),
        "local_date": lambda at: at.astimezone(zone).date().isoformat(),
        "hour": wording.say_clock_time,
        "hour_of": say_hour_of,
        "clock": partial(wording.say_clock, zone=zone),
        "distance": wording.say_distance,
        "how_far": wording.say_how_far,
        "count": wording.say_count,
        "what": wording.say_what,
        "phone_href": wording.phone_href,
        "number": wording.show_number,
        "ages": lambda limits: say_ages(limits.age_min, limits.age_max),
        "is_old": lambda day: (
            bool(day) and wording.is_old(day, services.clock().astimezone(zone).date())
        ),
    }
    environment.globals |= {
        "asset": assets,
        "draw_icon": assets.draw_icon,
        "territory": services.territory,
        "crisis": services.orientation.crisis,
        "map": checked_map_options(services.settings, services.territory.communes),
        "demo": services.settings.demo,
        "can": can,
        "shown_phones": shown_phones,
        "ROLE_LABELS": ROLE_LABELS,
        "STATE_LABELS": STATE_LABELS,
        "METHOD_LABELS": METHOD_LABELS,
        "freshness": FreshnessReader(services.register).read,
        "CONFIDENTIALITY_LABELS": CONFIDENTIALITY_LABELS,
        "desk": DeskReader(services).read,
        "KIND_LABELS": KIND_LABELS,
        "MODE_LABELS": MODE_LABELS,
        "NEW_PATIENTS_LABELS": NEW_PATIENTS_LABELS,
        "PRECISION_LABELS": PRECISION_LABELS,
        "GROUP_LABELS": seeking.GROUP_LABELS,
        "GROUP_SHORT": seeking.GROUP_SHORT,
        "PLACEMENT_LABELS": seeking.PLACEMENT_LABELS,
        "REFUSAL_LABELS": seeking.REFUSAL_LABELS,
        "CLOSE_LABELS": seeking.CLOSE_LABELS,
        "SEX_LABELS": seeking.SEX_LABELS,
        "LANGUAGES": seeking.LANGUAGES,
    }
    return environment


def render(
    request: Request, name: str, page: Any, *, fragment: bool = False, status: int = 200
) -> HTMLResponse:
    """Send `templates/pages/<name>.html`, or the fragment it includes when htmx asks for it.

    `page` is the context of that template (`web.contexts`); its fields are the only variables.
    """
    environment: Environment = request.app.state.templates
    folder = "fragments" if fragment and wants_fragment(request) else "pages"
    template = environment.get_template(f"{folder}/{name}.html")
    values = {field.name: getattr(page, field.name) for field in fields(page)}
    html = template.render(
        **values,
        path=request.url.path,
        actor=actor_of(request),
        in_place=wants_fragment(request) and request.headers.get("HX-Target") == CALL_ID,
    )
    return HTMLResponse(html, status, headers={"Vary": "HX-Request, HX-Target"})


def wants_fragment(request: Request) -> bool:
    """Whether htmx asked; a page it restores from the history must come whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in headers
