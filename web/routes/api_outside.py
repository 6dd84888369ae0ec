"""Figures that a source outside gives, for programs: read, entered or corrected, withdrawn."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from orientation.indicators.export import outside_document
from orientation.indicators.model import Period
from orientation.indicators.outside import OUTSIDE, NewFigure
from web.api_description import refusals
from web.deps import ServicesDep

router = APIRouter(
    prefix="/api/v1/outside-figures",
    tags=["Indicateurs"],
)

Author = Annotated[str, Field(max_length=80, description="Qui saisit : nom et fonction")]


class FigureBody(BaseModel):
    """A figure with the source that gives it and the source's own date."""

    model_config = ConfigDict(extra="forbid")

    code: Annotated[str, Field(max_length=60)]
    first: Annotated[date, Field(alias="from", description="Premier jour de la période")]
    last: Annotated[date, Field(alias="to", description="Dernier jour, compris")]
    value: float
    source: Annotated[str, Field(max_length=300)]
    source_date: date
    author: Author


@router.get("", summary="Chiffres extérieurs en vigueur")
def list_figures(services: ServicesDep) -> dict[str, Any]:
    """The figures, and what may be entered with its definition."""
    figures = services.orientation.indicators.outside()
    known = [
        {"code": one.code, "title": one.title, "unit": one.unit, "definition": one.definition}
        for one in OUTSIDE
    ]
    return {"figures": [outside_document(one) for one in figures], "indicators": known}


@router.post(
    "",
    status_code=201,
    summary="Saisir ou corriger un chiffre",
    responses=refusals(said={409: "Saisi au même moment par quelqu'un d'autre"}),
)
def enter_figure(body: FigureBody, services: ServicesDep) -> dict[str, Any]:
    """One of the same code and period is replaced by it, and stays in the store."""
    told = body.model_dump(exclude={"first", "last", "author"})
    new = NewFigure(period=Period(body.first, body.last), **told)
    return outside_document(services.orientation.indicators.enter(new, body.author))


@router.delete(
    "/{figure_id}", status_code=204, summary="Retirer un chiffre", responses=refusals(404)
)
def withdraw_figure(
    figure_id: str,
    services: ServicesDep,
    author: Annotated[str, Query(max_length=80, description="Qui retire : nom et fonction")],
) -> None:
    """A figure entered by mistake; it stays in the store, no longer in force."""
    services.orientation.indicators.withdraw(figure_id, author)
