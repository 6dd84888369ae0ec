"""PractitionerRole: a professional in an offer, at the places of that offer."""

from collections.abc import Iterator
from datetime import date

from directory.model import (
    Address,
    Coding,
    EntityKind,
    Identifier,
    Person,
    Role,
    SourceRecord,
    Statement,
)
from directory.vocabulary import profession_coding, speciality_coding
from importers.cleaning import clean
from importers.contract import Context, Ignored, Quarantined
from importers.ror.contacts import personal_contacts
from importers.ror.fhir import (
    Resource,
    codes,
    current,
    extensions,
    first_code,
    is_inactive,
    label,
    many,
    told,
)
from importers.ror.graph import Graph
from importers.ror.hours import weekly_hours
from importers.ror.offers import SENSITIVE
from importers.ror.organizations import find_site
from importers.ror.places import location_address, organization_addresses
from importers.ror.records import newest

NATIONAL = "urn:oid:1.2.250.1.71.4.2.1"
"""idNat_PS: 8 and the RPPS, or the bare RPPS as the ROR's examples have it."""

OVER = "exercice terminé"

_KINDS = ("R04",)
"""TRE_R04 names kinds of savoir-faire, not one of them."""


def role_record(
    name: str, resource: Resource, graph: Graph, context: Context
) -> SourceRecord | Ignored | Quarantined:
    """One exercise; those of a sensitive unit, or that are over, stay out, also where known."""
    services = [one for _, one in graph.follow(resource.get("healthcareService"), context)]
    if any(graph.is_sensitive(one) for one in services):
        return Ignored(SENSITIVE, name)
    profession = _profession(resource)
    if profession is None:
        return Quarantined("profession absente", "ni code ni libellé de profession", name)
    found = graph.follow(resource.get("practitioner"), context)
    practitioner = found[0][1] if found else {}
    day = context.data_date
    if is_inactive(resource, day) or is_inactive(practitioner, day):
        return Ignored(OVER, name)
    person = _person(resource, practitioner, day)
    if not person.family:
        return Quarantined("nom absent", "ni nom d'exercice ni nom de la personne", name)
    number = rpps(practitioner, day)
    person_key = f"rpps|{number}" if number else f"ror|{found[0][0]}" if found else ""
    site, site_name, chain = find_site(_provider(services), graph, context)
    addresses = _places(services, chain, graph, context)
    statement = Statement(
        subject=EntityKind.ROLE,
        subject_key=_key(name, person_key, site, profession),
        person_key=person_key,
        organization_key=site,
        person=person,
        role=_role(resource, practitioner, profession, site_name, addresses, context),
        demo=context.demo,
    )
    return SourceRecord(
        key=name,
        statement=statement,
        data_date=newest(filter(None, [resource, practitioner]), context),
    )


def _key(name: str, person: str, site: str, profession: Coding) -> str:
    """One role per person, site and profession: the ROR repeats it for every offer of the site."""
    return f"{person}|{site}|{profession.code}" if person and site else f"ror|{name}"


def rpps(practitioner: Resource, day: date | None) -> str:
    """RPPS of a practitioner on a day, empty when there is none of the right length."""
    for one in current(practitioner.get("identifier"), day):
        value = clean(str(one.get("value") or ""))
        if value.isdigit() and one.get("system") in (NATIONAL, None):
            if len(value) == 12 and value.startswith("8"):
                return value[1:]
            if len(value) == 11:
                return value
    return ""


def _provider(services: list[Resource]) -> object:
    return next((one["providedBy"] for one in services if one.get("providedBy")), None)


def _profession(resource: Resource) -> Coding | None:
    found = first_code(resource.get("code"))
    if found is None:
        return None
    return profession_coding(found.code, found.told) if found.table == "G15" else found.coding()


def _person(resource: Resource, practitioner: Resource, day: date | None) -> Person:
    """The name of exercise first; `RORPractitionerRoleName` is its address before 0.4.0."""
    named = next(extensions(resource, "ror-practitionerrole-name", "RORPractitionerRoleName"), {})
    names = sorted(current(practitioner.get("name"), day), key=_is_maiden)
    civil: Resource = next(iter(names), {})
    given = [clean(str(one)) for one in many(civil.get("given"))]
    prefixes = [clean(str(one)) for one in many(civil.get("prefix"))]
    number = rpps(practitioner, day)
    return Person(
        family=clean(told(named, "exerciseLastName")) or clean(civil.get("family")),
        given=clean(told(named, "exerciseFirstName")) or " ".join(given),
        title=label(told(named, "exerciseTitle")) or (prefixes[0] if prefixes else ""),
        identifiers=(Identifier(system="rpps", value=number),) if number else (),
    )


def _is_maiden(name: Resource) -> bool:
    return name.get("use") == "maiden"


def _places(
    services: list[Resource], chain: list[Resource], graph: Graph, context: Context
) -> tuple[Address, ...]:
    """Addresses of the places of the offers, else those of the site."""
    found = [
        location_address(place, context)
        for service in services
        for place in graph.places(service.get("location"), context)
    ]
    own = tuple(dict.fromkeys(one for one in found if one))
    above = (organization_addresses(one, context) for one in chain)
    return own or next(filter(None, above), ())


def _role(
    resource: Resource,
    practitioner: Resource,
    profession: Coding,
    site_name: str,
    addresses: tuple[Address, ...],
    context: Context,
) -> Role:
    mode = first_code(told(resource, "ror-practitionerrole-unit-exercise-mode"))
    sector = first_code(told(resource, "practitionerRole-contracted"))
    return Role(
        profession=profession,
        specialities=tuple(_specialities(resource)),
        practice_mode=mode.coding() if mode else None,
        convention=sector.coding("TRE_R282-CNAMAmeliSecteurConventionnement") if sector else None,
        organization_name=site_name,
        addresses=addresses,
        contacts=personal_contacts(resource, practitioner, context=context),
        hours=weekly_hours(resource, context),
        notes=tuple(_notes(resource)),
    )


def _specialities(resource: Resource) -> Iterator[Coding]:
    for one in codes(resource.get("specialty")):
        if one.table == "R38":
            yield speciality_coding(one.code, one.told)
        elif one.table not in (*_KINDS, "R243"):
            yield one.coding()


def _notes(resource: Resource) -> Iterator[str]:
    for one in codes(resource.get("specialty")):
        if one.table == "R243":
            yield f"Compétence : {one.label}"
    if told(resource, "practitionerRole-hasCAS") is True:
        yield "OPTAM"
    if told(resource, "practitionerRole-vitaleAccepted") is True:
        yield "Carte Vitale acceptée"
