"""Resources of the ROR written from its profiles, a sound offer of Fresnes unless told."""

import json
from typing import Any

ROR = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/"
DAY = "2026-11-20T10:00:00+01:00"


def concept(table: str, code: str, display: str = "") -> dict[str, Any]:
    """A concept of one coding: `R338`, `04`."""
    name = f"TRE_{table}-Nom"
    system = f"https://mos.esante.gouv.fr/NOS/{name}/FHIR/{name.replace('_', '-')}"
    return {"coding": [{"system": system, "code": code, "display": display}]}


def ext(name: str, **value: Any) -> dict[str, Any]:
    """An extension of the ROR, or a part of one when its name has no dash."""
    return {"url": f"{ROR}{name}" if "-" in name else name, **value}


def coded(name: str, table: str, code: str, display: str = "") -> dict[str, Any]:
    """An extension that holds a concept."""
    return ext(name, valueCodeableConcept=concept(table, code, display))


def complex_ext(name: str, *parts: dict[str, Any]) -> dict[str, Any]:
    """An extension made of others."""
    return ext(name, extension=list(parts))


def offer(**changes: Any) -> dict[str, Any]:
    """An offer given at one place by one site; `more` adds extensions."""
    more = changes.pop("more", [])
    sensitive = changes.pop("sensitive", False)
    return {
        "resourceType": "HealthcareService",
        "id": "1",
        "meta": {"lastUpdated": DAY},
        "extension": [ext("ror-healthcareservice-sensitive-unit", valueBoolean=sensitive), *more],
        "identifier": [{"value": "94/0000001"}],
        "name": "Équipe mobile de gériatrie",
        "category": [concept("R244", "30", "Ancien libellé")],
        "providedBy": {"reference": "Organization/10"},
        "location": [{"reference": "Location/20"}],
        **changes,
    }


def place(**changes: Any) -> dict[str, Any]:
    """A place of Fresnes."""
    more = changes.pop("more", [])
    return {
        "resourceType": "Location",
        "id": "20",
        "meta": {"lastUpdated": DAY},
        "extension": [coded("ror-commune-cog", "R13", "94034", "Fresnes"), *more],
        "address": {"line": ["2 rue de Wissous"], "city": "FRESNES", "postalCode": "94260"},
        **changes,
    }


def site(**changes: Any) -> dict[str, Any]:
    """A site (EG) of Fresnes with its FINESS."""
    return {
        "resourceType": "Organization",
        "id": "10",
        "meta": {"lastUpdated": DAY},
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1940000011"}],
        "name": "EHPAD LES TILLEULS",
        "type": [concept("R66", "500", "EHPAD")],
        "partOf": {"reference": "Organization/11"},
        "address": [{"line": ["2 rue de Wissous"], "city": "FRESNES", "postalCode": "94260"}],
        **changes,
    }


def legal_entity(**changes: Any) -> dict[str, Any]:
    """The legal entity (EJ) of the site."""
    return {
        "resourceType": "Organization",
        "id": "11",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1940000029"}],
        "name": "ASSOCIATION LES TILLEULS",
        "type": [concept("R72", "60", "Association")],
        **changes,
    }


def person(**changes: Any) -> dict[str, Any]:
    """An invented nurse."""
    return {
        "resourceType": "Practitioner",
        "id": "30",
        "identifier": [{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810199900011"}],
        "name": [{"family": "ROUSSEL", "given": ["Odette"]}],
        **changes,
    }


def exercise(**changes: Any) -> dict[str, Any]:
    """What the nurse does in the offer."""
    return {
        "resourceType": "PractitionerRole",
        "id": "40",
        "meta": {"lastUpdated": DAY},
        "practitioner": {"reference": "Practitioner/30"},
        "healthcareService": [{"reference": "HealthcareService/1"}],
        "code": [concept("G15", "60", "Infirmier")],
        **changes,
    }


def contact(level: str, number: str, own_level: str = "", channel: str = "2") -> dict[str, Any]:
    """A contact of an offer with one number; `own_level` is the number's own."""
    own = [coded("ror-telecom-confidentiality-level", "R283", own_level)] if own_level else []
    outer = [coded("ror-confidentiality-level", "R283", level)] if level else []
    return complex_ext(
        "ror-healthcareservice-contact",
        coded("purposeContact", "R287", "06"),
        *outer,
        complex_ext(
            "ror-healthcareservice-contact-telecom",
            coded("ror-telecom-communication-channel", "R200", channel),
            ext("telecomAddress", valueString=number),
            *own,
        ),
    )


def slot(day: Any, kind: str = "01", start: str = "", end: str = "", **more: Any) -> dict[str, Any]:
    """An opening slot: `day` from 1 (Monday)."""
    times = {"availableStartTime": start, "availableEndTime": end} if start else {}
    return {
        "extension": [
            ext("ror-available-time-number-days-of-week", valueInteger=day),
            coded("ror-available-time-type-of-time", "R252", kind),
        ],
        **times,
        **more,
    }


def covers(level: str, code: str, display: str = "") -> dict[str, Any]:
    """A covered territory: 1 region, 2 département, 3 commune…"""
    return complex_ext(
        "ror-territorial-division",
        coded("typeTerritorialDivision", "R201", level),
        coded("codeTerritorialDivision", "R13", code, display),
    )


def capacity(number: Any = 3, day: str = DAY) -> dict[str, Any]:
    """Free beds of a place."""
    dated = [ext("capacityUpdateDate", valueDateTime=day)] if day else []
    return complex_ext(
        "ror-location-supported-capacity",
        coded("capacityType", "R329", "01"),
        coded("capacityStatus", "R330", "02"),
        coded("temporalityCapacity", "R331", "01"),
        ext("nbCapacity", valueInteger=number),
        *dated,
    )


def ages(low: Any, high: Any, unit: str | None = "a", public: str = "01") -> dict[str, Any]:
    """A public and its ages."""
    code = {"code": unit} if unit else {}
    limits = {"low": {"value": low, **code}, "high": {"value": high, **code}}
    return complex_ext(
        "ror-healthcareservice-patient-type",
        ext("ageRange", valueRange=limits),
        coded("supportedPatientInfo", "R239", public, "Un public"),
    )


def bundle(*resources: Any, **more: Any) -> str:
    """A bundle; None is an entry without a resource."""
    entries = [{"resource": one} if one is not None else {} for one in resources]
    return json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": entries, **more})
