"""The crisis mode, for programs: read, started until a date, stopped."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, StrictInt

from directory.base.errors import InputRefusedError
from directory.territory import Criterion
from orientation.crisis import Crisis, CrisisNumber, CrisisPlan
from orientation.documents import iso
from orientation.model import Mode
from web.api_description import refusals
from web.deps import ServicesDep
from web.services import Services

router = APIRouter(
    prefix="/api/v1/crisis",
    tags=["Mode de crise"],
)

Author = Annotated[str, Field(max_length=80, description="Qui décide : nom et fonction")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: Author


class NumberBody(BaseModel):
    """A number shown before all others but the 15."""

    model_config = ConfigDict(extra="forbid")

    label: Annotated[str, Field(min_length=1, max_length=100)]
    number: Annotated[str, Field(min_length=1, max_length=30)]


class StartBody(_Body):
    """A plan; `kept_share` is a percentage, `order` empty keeps the territory's."""

    title: Annotated[str, Field(max_length=200)]
    banner: Annotated[str, Field(max_length=1000)]
    until: Annotated[datetime, Field(description="Fin ; sans décalage, à l'heure du territoire")]
    numbers: Annotated[list[NumberBody], Field(max_length=10)] = []
    kept_share: StrictInt = 0
    kept_modes: Annotated[list[Mode], Field(max_length=3)] = []
    order: Annotated[list[Criterion], Field(max_length=20)] = []


class StopBody(_Body):
    """Who ends it before its date."""


@router.get("", summary="Le mode de crise en vigueur")
def read_crisis(services: ServicesDep) -> dict[str, Any]:
    """`crisis` is null when none is in force."""
    return _answer(services, services.orientation.crisis())


@router.post(
    "",
    status_code=201,
    summary="Mettre en vigueur un mode de crise",
    responses=refusals(said={409: "Un mode de crise est déjà en vigueur"}),
)
def start(body: StartBody, services: ServicesDep) -> dict[str, Any]:
    """409 (`crisis_running`) when one already is; it ends alone at its date."""
    plan = CrisisPlan(
        title=body.title.strip(),
        banner=body.banner.strip(),
        until=_instant(services, body.until),
        numbers=tuple(CrisisNumber(label=one.label, number=one.number) for one in body.numbers),
        kept_share=body.kept_share,
        kept_modes=tuple(body.kept_modes),
        order=tuple(body.order),
    )
    return _answer(services, services.orientation.start_crisis(plan, body.author))


@router.post(
    "/stop",
    summary="Arrêter le mode de crise",
    responses=refusals(said={409: "Aucun mode de crise n'est en vigueur"}),
)
def stop(body: StopBody, services: ServicesDep) -> dict[str, Any]:
    """409 (`no_crisis`) when none is in force."""
    services.orientation.stop_crisis(body.author)
    return _answer(services, services.orientation.crisis())


def _instant(services: Services, told: datetime) -> datetime:
    try:
        at = told if told.tzinfo else told.replace(tzinfo=services.territory.zone)
        at.timestamp()
    except (OverflowError, ValueError) as exc:
        raise InputRefusedError("Cette date de fin n'est pas possible.", field="until") from exc
    return at


def _answer(services: Services, crisis: Crisis | None) -> dict[str, Any]:
    if crisis is None:
        return {"crisis": None}
    zone = services.territory.zone
    return {
        "crisis": {
            "title": crisis.title,
            "banner": crisis.banner,
            "starts": iso(crisis.starts, zone),
            "until": iso(crisis.until, zone),
            "author": crisis.author,
            "numbers": [{"label": one.label, "number": one.number} for one in crisis.numbers],
            "kept_share": crisis.kept_share,
            "kept_modes": [mode.value for mode in crisis.kept_modes],
            "order": list(crisis.order),
        }
    }
