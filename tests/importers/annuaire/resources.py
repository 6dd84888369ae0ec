"""Practitioners as the Annuaire Santé FHIR v2 gives them, invented."""

from typing import Any

SECURE = {
    "url": "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-contact-point-email-type",
    "valueCoding": {
        "system": "https://mos.esante.gouv.fr/NOS/TRE_R256-TypeMessagerie/FHIR/TRE-R256-TypeMessagerie",
        "code": "MSSANTE",
    },
}
RED_LIST = {
    "url": "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition/as-ext-mailbox-mss-metadata",
    "extension": [{"url": "listeRouge", "valueBoolean": True}],
}


def mailbox(value: str, *more: dict[str, Any]) -> dict[str, Any]:
    return {"system": "email", "value": value, "extension": [SECURE, *more]}


def practitioner(number: str, *telecom: dict[str, Any], active: bool = True) -> dict[str, Any]:
    return {
        "resourceType": "Practitioner",
        "id": f"003-{number}",
        "meta": {"lastUpdated": "2026-11-20T01:00:00.000+01:00"},
        "identifier": [
            {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": f"8{number}"},
            {"system": "https://rpps.esante.gouv.fr", "value": number},
        ],
        "active": active,
        "telecom": list(telecom),
    }


def situation(number: str, *telecom: dict[str, Any], active: bool = True) -> dict[str, Any]:
    return {
        "resourceType": "PractitionerRole",
        "id": f"005-{number}",
        "identifier": [{"system": "https://rpps.esante.gouv.fr", "value": "10015000321"}],
        "active": active,
        "practitioner": {"reference": f"Practitioner/003-{number}"},
        "telecom": list(telecom),
    }


def bundle(
    *resources: dict[str, Any], total: int | None = None, following: str = ""
) -> dict[str, Any]:
    matches = [one for one in resources if one["resourceType"] != "PractitionerRole"]
    document: dict[str, Any] = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": len(matches) if total is None else total,
        "link": [{"relation": "next", "url": following}] if following else [],
        "entry": [
            {"resource": one, "search": {"mode": "match" if one in matches else "include"}}
            for one in resources
        ],
    }
    return document
