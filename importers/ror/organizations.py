"""Organization: the site (EG) is kept, its legal entity (EJ) and its units (OI) are told through it."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from directory.model import (
    Coding,
    EntityKind,
    Identifier,
    Organization,
    ResourceKind,
    SourceRecord,
    Statement,
)
from directory.vocabulary import category_coding, category_kind
from importers.cleaning import clean, parse_date
from importers.contract import Context, Ignored, Quarantined
from importers.ror.contacts import organization_contacts
from importers.ror.fhir import (
    Resource,
    codes,
    concept_of,
    current,
    extensions,
    is_inactive,
    is_over,
    label,
    many,
    told,
    updated_on,
)
from importers.ror.graph import Graph
from importers.ror.places import covered_area, organization_addresses
from importers.ror.records import newest

LEGAL_ENTITY = Ignored("entité juridique, reprise dans ses établissements")
UNIT = Ignored("organisation interne, reprise dans ses offres")
SHUT = "établissement fermé"

NATIONAL = "urn:oid:1.2.250.1.71.4.2.2"
"""IDNST: 1 and a FINESS, 2 and a SIREN, 3 and a SIRET (read off the examples, 2026-11)."""

_FINESS = re.compile(r"(\d{2}|2[AB])\d{7}")
_SIRET = re.compile(r"\d{14}")
_SIREN = re.compile(r"\d{9}")
_CATEGORIES = ("R66", "R02", "R316")
_LEGAL_STATUS = ("R72", "R69")
_INNER = "https://oi.esante.gouv.fr"


def is_unit(resource: Resource) -> bool:
    """Whether an organization is an inner one: pole, service, unit."""
    systems = {one.get("system") for one in many(resource.get("identifier"))}
    return _INNER in systems or any(one.table == "R207" for one in codes(resource.get("type")))


def is_legal_entity(resource: Resource) -> bool:
    """Whether an organization is a legal entity: by its legal status, else by being at the top."""
    tables = {one.table for one in codes(resource.get("type"))}
    if not tables.isdisjoint(_CATEGORIES):
        return False
    return not tables.isdisjoint(_LEGAL_STATUS) or not resource.get("partOf")


def numbers(resource: Resource, day: date | None) -> dict[str, str]:
    """FINESS, SIREN and SIRET that an organization has on a day, whichever way they are given."""
    found: dict[str, str] = {}
    for one in current(resource.get("identifier"), day):
        value = clean(str(one.get("value") or ""))
        for system, number in _number(str(one.get("system") or ""), _kind(one), value):
            found.setdefault(system, number)
    return found


def _kind(identifier: Any) -> str:
    return next((one.code for one in codes(identifier.get("type"))), "")


def _number(system: str, kind: str, value: str) -> Iterator[tuple[str, str]]:
    if system == NATIONAL:
        prefix, value = value[:1], value[1:]
        kind = {"1": "FINESS", "2": "2", "3": "3"}.get(prefix, "")
    finess = "finess" in system or kind in ("FINESS", "FINEG", "FINEJ", "1")
    if finess and _FINESS.fullmatch(value):
        yield "finess", value
    elif kind in ("3", "SIRET") and _SIRET.fullmatch(value):
        yield "siret", value
    elif kind in ("2", "SIREN") and _SIREN.fullmatch(value):
        yield "siren", value


def site_key(name: str, resource: Resource, day: date | None) -> str:
    """`finess|…` when a site has one, its name in the ROR otherwise: a SIRET is never a key."""
    finess = numbers(resource, day).get("finess")
    return f"finess|{finess}" if finess else f"ror|{name}"


def find_site(reference: Any, graph: Graph, context: Context) -> tuple[str, str, list[Resource]]:
    """Key and name of the site an offer depends on, and the organizations from there outwards.

    The provider may be a unit, a site or a legal entity; the two last ones answer for themselves.
    """
    chain = graph.chain(reference, context)
    while len(chain) > 1 and is_unit(chain[0][1]):
        chain = chain[1:]
    if not chain:
        return "", "", []
    name, resource = chain[0]
    own = not (is_unit(resource) or is_legal_entity(resource))
    key = site_key(name, resource, context.data_date) if own else ""
    return key, _name(resource), [one for _, one in chain]


def is_shut(resource: Resource, day: date | None) -> bool:
    """Whether a site is closed: inactive, or its period over."""
    return is_inactive(resource, day) or is_over(told(resource, "organization-period"), day)


def organization_record(
    name: str, resource: Resource, graph: Graph, context: Context
) -> SourceRecord | Ignored | Quarantined:
    """One site, with its legal entity."""
    if is_unit(resource):
        return UNIT
    if is_legal_entity(resource):
        return LEGAL_ENTITY
    if is_shut(resource, context.data_date):
        return Ignored(SHUT, name)
    if not _name(resource):
        return Quarantined("nom absent", "établissement sans nom", name)
    above = graph.chain(resource.get("partOf"), context)
    key = site_key(name, resource, context.data_date)
    statement = Statement(
        subject=EntityKind.ORGANIZATION,
        subject_key=key,
        organization_key=key,
        organization=_site(name, resource, above[-1][1] if above else None, context),
        demo=context.demo,
    )
    return SourceRecord(key=name, statement=statement, data_date=newest([resource], context))


def _name(resource: Resource) -> str:
    """The name, provisionally optional in the profile, else the operational one."""
    aliases = many(resource.get("alias"))
    return clean(resource.get("name")) or (clean(str(aliases[0])) if aliases else "")


def _site(name: str, resource: Resource, legal: Resource | None, context: Context) -> Organization:
    category = _category(resource)
    aliases = [clean(str(one)) for one in many(resource.get("alias"))]
    return Organization(
        name=_name(resource),
        complement=next((one for one in aliases if one and one != _name(resource)), ""),
        category=category,
        kind=_kind_of(category),
        legal_entity=_name(legal) if legal else "",
        identifiers=_identifiers(name, resource, legal, context.data_date),
        addresses=organization_addresses(resource, context),
        contacts=organization_contacts(resource, context),
        covered=covered_area(resource, context),
        accessibility=tuple(_accessibility(resource)),
        opened_on=parse_date(told(resource, "ror-organization-creation-date")),
        updated_on=updated_on(resource),
        notes=tuple(_notes(resource)),
    )


def _category(resource: Resource) -> Coding | None:
    for one in codes(resource.get("type")):
        if one.table == "R66":
            return category_coding(one.code, one.told)
        if one.table in _CATEGORIES:
            return one.coding()
    return None


def _kind_of(category: Coding | None) -> ResourceKind:
    return category_kind(category.code if category else "")


def _identifiers(
    name: str, resource: Resource, legal: Resource | None, day: date | None
) -> tuple[Identifier, ...]:
    own = numbers(resource, day)
    above = numbers(legal, day) if legal else {}
    told_of = {
        "finess_et": own.get("finess"),
        "finess_ej": above.get("finess"),
        "siret": own.get("siret"),
        "ror": name,
    }
    return tuple(Identifier(system=system, value=one) for system, one in told_of.items() if one)


def _accessibility(resource: Resource) -> Iterator[str]:
    for one in extensions(resource, "ror-organization-accessibility-location"):
        if named := label(concept_of(one)):
            yield named


def _notes(resource: Resource) -> Iterator[str]:
    for price in extensions(resource, "ror-organization-price"):
        amount = told(price, "amount")
        value = amount.get("value") if isinstance(amount, dict) else None
        if isinstance(value, int | float):
            kind = label(told(price, "priceType"), "R246") or "Tarif"
            yield f"{kind} : {f'{value:.2f}'.replace('.', ',')} €"
    for help_type in extensions(resource, "ror-organization-financial-help-type"):
        if named := label(concept_of(help_type)):
            yield named
    for told_as in ("ror-organization-comment", "ror-meta-comment"):
        if comment := told(resource, told_as):
            yield clean(str(comment))
