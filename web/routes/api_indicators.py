"""Indicators for programs: the figures of the page, with their definitions."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Query

from orientation.indicators.export import report_document
from web.api_description import refusals
from web.deps import ServicesDep
from web.services import Services

router = APIRouter(prefix="/api/v1/indicators", tags=["Indicateurs"])

From = Annotated[date | None, Query(alias="from", description="Premier jour ; sinon 1er janvier")]
To = Annotated[date | None, Query(alias="to", description="Dernier jour compris ; sinon ce jour")]
Public = Annotated[bool, Query(description="Sans petits effectifs ni chiffres d'un médecin")]


@router.get("", summary="Tous les indicateurs d'une période")
def read_all(
    services: ServicesDep, first: From = None, last: To = None, public: Public = False
) -> dict[str, Any]:
    """Days of the territory, both included; a masked figure has a null value."""
    return _read(services, "", first, last, public=public)


@router.get("/{code}", summary="Un indicateur", responses=refusals(404))
def read_one(
    code: str,
    services: ServicesDep,
    first: From = None,
    last: To = None,
    public: Public = False,
) -> dict[str, Any]:
    """404 for an unknown code, naming the known ones."""
    return _read(services, code, first, last, public=public)


def _read(
    services: Services, code: str, first: date | None, last: date | None, *, public: bool
) -> dict[str, Any]:
    indicators = services.orientation.indicators
    return report_document(indicators.read(indicators.period(first, last), code, public=public))
