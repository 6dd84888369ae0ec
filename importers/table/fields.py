"""From the told fields of a row to the values of the model."""

import re
from collections.abc import Iterable
from typing import Any

import msgspec

from directory.model import (
    Address,
    Coding,
    Confidentiality,
    Contact,
    ContactSystem,
    CoveredArea,
    Identifier,
    Membership,
    Organization,
    Point,
    Precision,
    Referral,
    ResourceKind,
    Service,
)
from directory.vocabulary import MODE_LABELS, category_coding, category_kind
from importers.cleaning import make_address, parse_date, phone_contacts, split_street
from importers.contract import Context
from importers.freetext import read_area
from importers.table.mapping import Mapping
from importers.text import plain_header

Told = dict[str, str]

_PHONES = (
    ("phone", ContactSystem.PHONE, Confidentiality.PUBLIC),
    ("fax", ContactSystem.FAX, Confidentiality.PUBLIC),
    ("direct_line", ContactSystem.DIRECT_LINE, Confidentiality.PROFESSIONAL),
)
_OTHERS = (
    ("email", ContactSystem.EMAIL, Confidentiality.PUBLIC),
    ("mssante", ContactSystem.MSSANTE, Confidentiality.PROFESSIONAL),
    ("website", ContactSystem.URL, Confidentiality.PUBLIC),
)
_YES = {"oui": True, "o": True, "1": True, "vrai": True, "x": True}
_NO = {"non": False, "n": False, "0": False, "faux": False}
_GIR_RANGE = re.compile(r"([1-6])\s*(?:à|a|-|–)\s*([1-6])")
_GIR = re.compile(r"(?:GIR\s*)?(?:[1-6](?:\s*(?:,|;|/|et|à|a|-|–)\s*[1-6])*)", re.IGNORECASE)


def make_organization(told: Told, mapping: Mapping, context: Context) -> Organization:
    """An establishment, a team or a service that is told as an organization."""
    return Organization(
        long_name=told.get("long_name", ""),
        complement=told.get("complement", ""),
        rubric=told.get("rubric", ""),
        legal_entity=told.get("legal_entity", ""),
        kind=_kind(told, ResourceKind.ESTABLISHMENT),
        accessibility=listed(told, "accessibility", mapping),
        **_common(told, mapping, context),
        identifiers=identifiers(told, ("finess_et", "finess_ej", "siret", "uai", "local")),
    )


def make_service(told: Told, mapping: Mapping, context: Context) -> Service:
    """An offer or an ETP programme."""
    return Service(
        kind=_kind(told, ResourceKind.SERVICE),
        provider=told.get("provider", ""),
        acts=listed(told, "acts", mapping),
        age_min=whole(told, "age_min"),
        age_max=whole(told, "age_max"),
        modes=modes(told, mapping),
        pathologies=listed(told, "pathologies", mapping),
        coordinator=told.get("coordinator", ""),
        sessions=told.get("sessions", ""),
        minimum_participants=whole(told, "minimum_participants"),
        enrolment=told.get("enrolment", ""),
        rules=listed(told, "rules", mapping),
        waiting_days=whole(told, "waiting_days"),
        **_common(told, mapping, context),
        identifiers=identifiers(told, ("etp", "finess_et", "local")),
    )


def make_provider(told: Told) -> Organization | None:
    """Who carries a service; SIRET is a number of it, never its key."""
    if not told.get("provider"):
        return None
    numbers = {"finess_et": told.get("provider_finess"), "siret": told.get("provider_siret")}
    return Organization(
        name=told["provider"],
        kind=ResourceKind.ESTABLISHMENT if numbers["finess_et"] else ResourceKind.ASSOCIATION,
        identifiers=tuple(
            Identifier(system=s, value=value) for s, value in numbers.items() if value
        ),
    )


def _common(told: Told, mapping: Mapping, context: Context) -> dict[str, Any]:
    return {
        "name": told["name"],
        "category": _category(told),
        "open_to_public": _yes_no(told.get("open_to_public", "")),
        **reached(told, mapping, context),
    }


def reached(told: Told, mapping: Mapping, context: Context) -> dict[str, Any]:
    """What places, teams and people alike have: where, for whom, how to reach and refer to them."""
    address = _address(told, context)
    return {
        "addresses": (address,) if address else (),
        "contacts": tuple(_contacts(told)),
        "covered": _covered(told, mapping, context),
        "referral": _referral(told, context),
        "publics": listed(told, "publics", mapping),
        "member_of": _memberships(told, mapping),
        "notes": (*listed(told, "notes", mapping), *_other_modes(told, mapping, context)),
    }


def _covered(told: Told, mapping: Mapping, context: Context) -> CoveredArea | None:
    """The area a row tells, else the one that the mapping gives to every row."""
    own = read_area(told.get("covered", ""), context)
    return own or (mapping.covered.covered() if mapping.covered else None)


def _memberships(told: Told, mapping: Mapping) -> tuple[Membership, ...]:
    since, until = (parse_date(told.get(name)) for name in ("member_since", "member_until"))
    return tuple(
        Membership(name=name, since=since, until=until)
        for name in listed(told, "member_of", mapping)
    )


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
    for name, system, shown_to in _PHONES:
        for contact in phone_contacts(told.get(name, ""), told.get("postcode", ""), system):
            yield msgspec.structs.replace(contact, confidentiality=shown_to)
    for name, system, shown_to in _OTHERS:
        if told.get(name):
            yield Contact(system=system, value=told[name], confidentiality=shown_to)


def _referral(told: Told, context: Context) -> Referral | None:
    said = Referral(
        how=told.get("referral", ""),
        single_number=told.get("single_number", ""),
        secure_mail=told.get("secure_mail", ""),
        form_url=told.get("form_url", ""),
        eligibility=told.get("eligibility", ""),
        age_min=whole(told, "referral_age_min"),
        age_max=whole(told, "referral_age_max"),
        gir=_gir(told.get("gir", ""), context),
    )
    return None if said == Referral() else said


def _gir(told: str, context: Context) -> tuple[int, ...]:
    """« 1 à 4 », « GIR 1-4 » or « 1, 2 » as the groups it names."""
    if not _GIR.fullmatch(told):
        if told:
            context.note("GIR illisible, laissé vide")
        return ()
    spread = _GIR_RANGE.sub(
        lambda ends: " ".join(map(str, range(int(ends[1]), int(ends[2]) + 1))), told
    )
    return tuple(sorted({int(digit) for digit in spread if digit.isdecimal()}))


def identifiers(told: Told, systems: Iterable[str]) -> tuple[Identifier, ...]:
    """The numbers a row gives, among these systems."""
    return tuple(
        Identifier(system=system, value=told[system]) for system in systems if told.get(system)
    )


def listed(told: Told, field: str, mapping: Mapping) -> tuple[str, ...]:
    """Values of a cell that may hold several, each put in the words of the mapping.

    A new line always separates; case and accents do not count in the words.
    """
    words = {plain_header(word): own for word, own in mapping.values.get(field, {}).items()}
    lines = told.get(field, "").split("\n")
    parts = (part for line in lines for part in re.split(mapping.list_separator, line))
    return tuple(dict.fromkeys(words.get(plain_header(part), part) for part in parts if part))


def modes(told: Told, mapping: Mapping) -> tuple[str, ...]:
    """The modes of the directory that a row names."""
    return tuple(one for one in listed(told, "modes", mapping) if one in MODE_LABELS)


def _other_modes(told: Told, mapping: Mapping, context: Context) -> tuple[str, ...]:
    """Words for a mode that the mapping does not know, as remarks."""
    others = [one for one in listed(told, "modes", mapping) if one not in MODE_LABELS]
    for _ in others:
        context.note("modalité non reconnue, gardée en remarque")
    return tuple(f"Modalité : {one}" for one in others)


def whole(told: Told, field: str) -> int | None:
    """The whole number of a field; raises ValueError on anything else."""
    number = told.get(field, "")
    if number and not number.isdecimal():
        raise ValueError(f"{field} : nombre entier attendu, « {number} » reçu")
    return int(number) if number else None


def _yes_no(told: str) -> bool | None:
    return {**_YES, **_NO}.get(told.casefold())
