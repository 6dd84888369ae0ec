"""From the told fields of a row to the values of the model."""

import re
from collections.abc import Iterable
from typing import Any

from directory.model import (
    Address,
    Coding,
    Confidentiality,
    Contact,
    ContactSystem,
    Identifier,
    Organization,
    Point,
    Precision,
    Referral,
    ResourceKind,
    Service,
)
from directory.vocabulary import category_coding, category_kind
from importers.cleaning import make_address, phone_contacts, split_street
from importers.contract import Context
from importers.table.mapping import Mapping

Told = dict[str, str]

_PHONES = (
    ("phone", ContactSystem.PHONE),
    ("fax", ContactSystem.FAX),
    ("direct_line", ContactSystem.DIRECT_LINE),
)
_OTHERS = (
    ("email", ContactSystem.EMAIL, Confidentiality.PUBLIC),
    ("mssante", ContactSystem.MSSANTE, Confidentiality.PROFESSIONAL),
    ("website", ContactSystem.URL, Confidentiality.PUBLIC),
)
_YES = {"oui": True, "o": True, "1": True, "vrai": True, "x": True}
_NO = {"non": False, "n": False, "0": False, "faux": False}


def make_organization(told: Told, mapping: Mapping, context: Context) -> Organization:
    """An establishment, a team or a service that is told as an organization."""
    return Organization(
        long_name=told.get("long_name", ""),
        complement=told.get("complement", ""),
        rubric=told.get("rubric", ""),
        legal_entity=told.get("legal_entity", ""),
        kind=_kind(told, ResourceKind.ESTABLISHMENT),
        accessibility=_listed(told, "accessibility", mapping),
        **_common(told, mapping, context),
        identifiers=_identifiers(told, ("finess_et", "finess_ej", "siret", "uai", "local")),
    )


def make_service(told: Told, mapping: Mapping, context: Context) -> Service:
    """An offer or an ETP programme."""
    return Service(
        kind=_kind(told, ResourceKind.SERVICE),
        provider=told.get("provider", ""),
        acts=_listed(told, "acts", mapping),
        age_min=_whole(told, "age_min"),
        age_max=_whole(told, "age_max"),
        modes=_listed(told, "modes", mapping),
        pathologies=_listed(told, "pathologies", mapping),
        coordinator=told.get("coordinator", ""),
        sessions=told.get("sessions", ""),
        minimum_participants=_whole(told, "minimum_participants"),
        enrolment=told.get("enrolment", ""),
        rules=_listed(told, "rules", mapping),
        **_common(told, mapping, context),
        identifiers=_identifiers(told, ("etp", "finess_et", "local")),
    )


def make_provider(told: Told) -> Organization | None:
    """Who carries a service; SIRET is a number of it, never its key."""
    if not told.get("provider"):
        return None
    siret = told.get("provider_siret", "")
    numbers = (Identifier(system="siret", value=siret),) if siret else ()
    return Organization(name=told["provider"], kind=ResourceKind.ASSOCIATION, identifiers=numbers)


def _common(told: Told, mapping: Mapping, context: Context) -> dict[str, Any]:
    address = _address(told, context)
    return {
        "name": told["name"],
        "category": _category(told),
        "addresses": (address,) if address else (),
        "contacts": tuple(_contacts(told)),
        "covered": mapping.covered.covered() if mapping.covered else None,
        "referral": _referral(told),
        "publics": _listed(told, "publics", mapping),
        "open_to_public": _yes_no(told.get("open_to_public", "")),
        "notes": _listed(told, "notes", mapping),
    }


def _kind(told: Told, default: ResourceKind) -> ResourceKind:
    if told.get("kind"):
        return ResourceKind(told["kind"])
    return category_kind(told["category"]) if told.get("category") else default


def _category(told: Told) -> Coding | None:
    return category_coding(told["category"]) if told.get("category") else None


def _address(told: Told, context: Context) -> Address | None:
    if not any(told.get(name) for name in ("address", "postcode", "city", "insee")):
        return None
    number, street, complement = split_street(told.get("address", ""))
    return make_address(
        context,
        insee=told.get("insee", ""),
        postcode=told.get("postcode", ""),
        city=told.get("city", ""),
        number=number,
        street=street,
        complement=", ".join(filter(None, (complement, told.get("address_complement")))),
        point=_point(told),
    )


def _point(told: Told) -> Point | None:
    if not (told.get("lat") and told.get("lon")):
        return None
    lat, lon = (float(told[name].replace(",", ".")) for name in ("lat", "lon"))
    return Point(lat=lat, lon=lon, precision=Precision.UNKNOWN, origin="tableau")


def _contacts(told: Told) -> Iterable[Contact]:
    for name, system in _PHONES:
        yield from phone_contacts(told.get(name, ""), told.get("postcode", ""), system)
    for name, system, shown_to in _OTHERS:
        if told.get(name):
            yield Contact(system=system, value=told[name], confidentiality=shown_to)


def _referral(told: Told) -> Referral | None:
    said = Referral(
        how=told.get("referral", ""),
        single_number=told.get("single_number", ""),
        secure_mail=told.get("secure_mail", ""),
        form_url=told.get("form_url", ""),
        eligibility=told.get("eligibility", ""),
    )
    return None if said == Referral() else said


def _identifiers(told: Told, systems: Iterable[str]) -> tuple[Identifier, ...]:
    return tuple(
        Identifier(system=system, value=told[system]) for system in systems if told.get(system)
    )


def _listed(told: Told, field: str, mapping: Mapping) -> tuple[str, ...]:
    """Values of a cell that may hold several, each put in the words of the mapping."""
    words = mapping.values.get(field, {})
    parts = re.split(mapping.list_separator, told.get(field, ""))
    return tuple(dict.fromkeys(words.get(part, part) for part in parts if part))


def _whole(told: Told, field: str) -> int | None:
    number = told.get(field, "")
    if number and not number.isdecimal():
        raise ValueError(f"{field} : nombre entier attendu, « {number} » reçu")
    return int(number) if number else None


def _yes_no(told: str) -> bool | None:
    return {**_YES, **_NO}.get(told.casefold())
