"""Activities of FINESS+ written from the census of the real file: a SSIAD unless told."""

import json
from collections.abc import Sequence
from typing import Any

SITE = "940000011"


def capacity(status: str, number: str | None, **changes: Any) -> dict[str, Any]:
    """One line of capacity; 08 is installed, 09 authorised."""
    details = dict.fromkeys(("genre", "habilitation", "typeLogement", "modeFinancement"))
    told = {"activiteAeId": "7", "idCapacite": "1", "uniteMesureCapacite": "02", "precision": None}
    return {**told, **details, "statutCapacite": status, "nombre": number, **changes}


def nature(code: str = "358", public: str = "700", **changes: Any) -> dict[str, Any]:
    """A social activity; `kind`, `name` and `codes` make another one of it."""
    kind, name = changes.pop("kind", "ASMR"), changes.pop("name", "typeActiviteAMSR")
    codes = {"activiteSocialeRegulee": code, "modeFonctionnement": "16", "public": public}
    return {
        "codeNature": kind,
        "caracteristiquesSpecifiques": {
            "activiteAeId": "7",
            "aaSocialeReguleeId": None,
            name: changes.pop("codes", codes),
            **changes,
        },
    }


def about(number: str, **changes: Any) -> dict[str, Any]:
    """What is told of any activity."""
    return {
        "activiteAeId": number,
        "etatObjet": "A",
        "dateDebutActiviteAutorisee": "2017-01-03",
        "dateFinActiviteAutorisee": "2032-01-02",
        "dateFinEffectiveActivite": None,
        "typeActiviteSMSSE": "50358",
        **changes,
    }


def authorised(
    number: str = "116469", communes: Sequence[str] | None = ("94034", "94065"), **changes: Any
) -> dict[str, Any]:
    """An authorisation of a legal entity, naming communes."""
    zone = None
    if communes is not None:
        named = [{"commune": code} for code in communes]
        zone = {"activiteAeId": number, "communeZI": named, "libelleZI": None}
    return {
        "caracteristiquesGeneriques": about(number, egeId=None, identifiantAutorisation=None),
        "nature": nature(),
        "capacite": [capacity("09", "45")],
        "evenement": [],
        "zoneIntervention": zone,
        **changes,
    }


def exercised(
    authorisation: str = "116469", told: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """An activity a site exercises; `told` changes what is told of any activity."""
    generic = about("116470", egeId="833", identifiantAutorisation=authorisation, **(told or {}))
    return {
        "caracteristiquesGeneriques": generic,
        "nature": nature(),
        "capacite": [capacity("08", "40"), capacity("09", "45")],
        "evenement": [],
        **changes,
    }


def doing(number: str | None = SITE, *activities: dict[str, Any]) -> dict[str, Any]:
    """A site with what it exercises."""
    return {"egeId": "833", "numFinessEge": number, "activitesExercees": list(activities)}


def entity(*sites: Any, authorisations: Sequence[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A legal entity with its authorisations and its sites."""
    told = [authorised()] if authorisations is None else list(authorisations)
    return {
        "numFiness": "940000029",
        "pmSmsseId": "100",
        "activitesAutorisees": told,
        "ege": list(sites),
    }


def document(*entities: Any, day: str = "2026-11-20") -> str:
    """The whole file."""
    head = {"schemaVersion": "v1.0.1", "generatedAt": f"{day}T02:00:00Z"}
    return json.dumps({**head, "pmej": list(entities)})
