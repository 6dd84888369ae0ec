"""The schema FINESS+ announced before its first files, put into the one the files have.

Known differences (ansforge/finess, schema of early 2026): `informationsGeneralesPmej`,
`pm_smsseId`, codings as `{"code", "system"}`, dates of update as `{"dateEvenement"}`, capitals
elsewhere, `siret` beside the general information of a site.
"""

from collections.abc import Mapping
from typing import Any

SCHEMAS = ("v1.0.0",)
"""`schemaVersion` of the files read so far (2026-03 to 2026-09); another one is noted."""

_NAMES = {
    "informationsGeneralesPmej": "informationsGeneralesPMEJ",
    "informationsGeneralesEge": "informationsGeneralesEGE",
    "pm_smsseId": "pmSmsseId",
    "categorieEntiteGeographiqueExercice": "categorieentiteGeographiqueExercice",
    "modeFixationTarifaire": "modefixationtarifaire",
    "egeDuGCC": "egeDuGcc",
    "egeDuGCO": "egeDuGco",
    "pmejDuGCC": "pmejDuGcc",
    "pmejDuGCO": "pmejDuGco",
    "etatActif": "etatObjet",
}


def is_older(entity: Mapping[str, Any]) -> bool:
    """Whether a legal entity is written in the older schema, in whole or in part."""
    sites = entity.get("ege") or ()
    return "informationsGeneralesPmej" in entity or any(
        isinstance(one, dict)
        and (
            isinstance(one.get("etatObjet"), dict)
            or "informationsGeneralesEge" in one
            or "categorieEntiteGeographiqueExercice" in one
            or isinstance(one.get("categorieentiteGeographiqueExercice"), dict)
        )
        for one in sites
    )


def modern(told: Any) -> Any:
    """A value with today's names, its codings as plain codes."""
    if isinstance(told, list):
        return [modern(one) for one in told]
    if not isinstance(told, dict):
        return told
    if "code" in told and set(told) <= {"code", "system", "display", "libelle"}:
        return told["code"]
    if set(told) == {"dateEvenement"}:
        return told["dateEvenement"]
    return {_NAMES.get(name, name): modern(one) for name, one in told.items()}


def modern_entity(entity: Mapping[str, Any]) -> dict[str, Any]:
    """A legal entity of the older schema with its sites, in today's shape."""
    made: dict[str, Any] = modern(dict(entity))
    for site in made.get("ege") or ():
        about = site.get("informationsGeneralesEGE")
        if isinstance(about, dict):
            about.setdefault("siret", site.get("siret"))
    return made
