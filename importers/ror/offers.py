"""HealthcareService: the offer, pivot of the ROR, with its characteristics told apart by system."""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from directory.model import Address, EntityKind, Identifier, Service, SourceRecord, Statement
from importers.cleaning import clean
from importers.contract import Context, Ignored, Quarantined
from importers.ror.contacts import service_contacts
from importers.ror.fhir import (
    Code,
    Resource,
    codes,
    current,
    extensions,
    first_code,
    is_inactive,
    label,
    many,
    told,
    value_of,
    whole,
)
from importers.ror.graph import Graph
from importers.ror.hours import closures, is_closed, weekly_hours
from importers.ror.organizations import find_site
from importers.ror.places import (
    covered_area,
    location_address,
    organization_addresses,
    place_notes,
)
from importers.ror.records import newest

SENSITIVE = "unité sensible, confidentielle"
SHUT = "offre fermée"
INACTIVE = "offre inactive"

ACTS, PATHOLOGIES = "acts", "pathologies"

CHARACTERISTICS = {
    "R213": "Prise en charge", "R240": "Accueil", "R338": "Modalité d'accueil", "R210": ACTS,
    "R245": PATHOLOGIES, "R243": "Compétence", "R236": "Mode de gestion",
    "R238": "Ouverture annuelle", "R253": "Niveau d'expertise",
    **dict.fromkeys(("G15", "R94", "R95", "R85", "R96", "R356"), "Profession"),
}  # fmt: skip
"""Where each nomenclature of `characteristic[]` goes: a field of the model, or a titled note."""

MODES = {
    ("R338", "03"): "cabinet", ("R338", "04"): "video", ("R338", "05"): "home",
    ("R338", "14"): "remote", ("R338", "27"): "home", ("R213", "31"): "home",
    ("R213", "32"): "cabinet", ("R213", "35"): "remote", ("R213", "36"): "remote",
    ("R213", "37"): "remote", ("R213", "42"): "group",
}  # fmt: skip
"""Codes that say how somebody is received, in the directory's own modes."""

_UNBOUNDED = 120
"""An upper age of 120 or 150 years is how the ROR writes that there is none."""
_PER_YEAR = {"mo": 12, "wk": 52, "d": 365}


class _Traits(NamedTuple):
    acts: tuple[str, ...]
    pathologies: tuple[str, ...]
    modes: tuple[str, ...]
    notes: tuple[str, ...]


def offer_record(
    name: str, resource: Resource, graph: Graph, context: Context
) -> SourceRecord | Ignored | Quarantined:
    """One offer. A sensitive one, or one closed for good, stays out, also where it was known."""
    if graph.is_sensitive(resource):
        return Ignored(SENSITIVE, name)
    if is_closed(resource, context.data_date):
        return Ignored(SHUT, name)
    if is_inactive(resource, context.data_date):
        return Ignored(INACTIVE, name)
    if not offer_name(resource):
        return Quarantined("nom absent", "offre sans nom, ni type, ni activité", name)
    places = graph.places(resource.get("location"), context)
    site_key, site_name, chain = find_site(resource.get("providedBy"), graph, context)
    addresses = _addresses(places, chain, context)
    statement = Statement(
        subject=EntityKind.SERVICE,
        subject_key=f"ror|{name}",
        organization_key=site_key,
        service=_service(resource, site_name, addresses, places, context),
        demo=context.demo,
    )
    return SourceRecord(
        key=name,
        statement=statement,
        data_date=newest([resource, *places], context),
    )


def offer_name(resource: Resource) -> str:
    """Name of an offer, obligatory since 0.7.0 only: else its type, else its first activity."""
    told_of = clean(resource.get("name"))
    return told_of or label(resource.get("category"), "R244") or label(resource.get("specialty"))


def _service(
    resource: Resource,
    site_name: str,
    addresses: tuple[Address, ...],
    places: list[Resource],
    context: Context,
) -> Service:
    traits = _traits(resource, context)
    ages = _ages(resource, context)
    category = first_code(resource.get("category"))
    if category and not category.table:
        context.note("nomenclature du type d'offre non précisée")
    return Service(
        name=offer_name(resource),
        category=category.coding("TRE_R244-CategorieOrganisation") if category else None,
        provider=site_name,
        identifiers=_identifiers(resource, context),
        addresses=addresses,
        contacts=service_contacts(resource, context),
        hours=weekly_hours(resource, context) + closures(resource),
        covered=covered_area(resource, context),
        acts=traits.acts,
        publics=_publics(resource),
        age_min=ages[0],
        age_max=ages[1],
        modes=traits.modes,
        pathologies=traits.pathologies,
        notes=_notes(resource, places, traits.notes, context),
    )


def _addresses(
    places: list[Resource], chain: list[Resource], context: Context
) -> tuple[Address, ...]:
    """Addresses of the offer's places, else those of the organization that gives it."""
    own = [location_address(place, context) for place in places]
    found = tuple(dict.fromkeys(one for one in own if one))
    for organization in () if found else chain:
        if found := organization_addresses(organization, context):
            context.note("offre sans lieu, adresse de l'établissement reprise")
            break
    return found


def _identifiers(resource: Resource, context: Context) -> tuple[Identifier, ...]:
    """Business numbers of the offer (TRE_R355 35), like `06/0099999`."""
    held = current(resource.get("identifier"), context.data_date)
    values = (clean(str(one.get("value") or "")) for one in held)
    return tuple(Identifier(system="ror", value=value) for value in values if value)


def _traits(resource: Resource, context: Context) -> _Traits:
    found: dict[str, list[str]] = {ACTS: [], PATHOLOGIES: []}
    modes: list[str] = []
    notes: list[str] = []
    for code in codes(resource.get("specialty")):
        if code.table == "R265":
            notes.append(f"Prestation SERAFIN : {code.label}")
        else:
            found[ACTS].append(code.label)
    for concept in many(resource.get("characteristic")):
        for code in codes(concept):
            where = _where(code, context)
            if where in found:
                found[where].append(code.label + _outside(concept))
            else:
                notes.append(f"{where} : {code.label}")
            if mode := MODES.get((code.table, code.code)):
                modes.append(mode)
    once = (tuple(dict.fromkeys(one)) for one in (found[ACTS], found[PATHOLOGIES], modes, notes))
    return _Traits(*once)


def _where(code: Code, context: Context) -> str:
    if code.table not in CHARACTERISTICS:
        context.note("caractéristique d'une nomenclature inconnue")
    return CHARACTERISTICS.get(code.table, "Caractéristique")


def _outside(concept: Any) -> str:
    outside = told(concept, "ror-act-type") == "outsideOfficeAct"
    return " (hors cabinet)" if outside else ""


def _patients(resource: Resource) -> Iterator[dict[str, list[Any]]]:
    for patients in extensions(resource, "ror-healthcareservice-patient-type"):
        yield {
            name: [value_of(one) for one in extensions(patients, name)]
            for name in ("ageRange", "supportedPatientInfo")
        }


def _publics(resource: Resource) -> tuple[str, ...]:
    named = [
        label(concept, "R239")
        for patients in _patients(resource)
        for concept in patients["supportedPatientInfo"]
    ]
    return tuple(dict.fromkeys(filter(None, named)))


def _ages(resource: Resource, context: Context) -> tuple[int | None, int | None]:
    """Youngest and oldest age of all the publics, in whole years; None where there is no limit."""
    ranges = [one for patients in _patients(resource) for one in patients["ageRange"] if one]
    lows = [_years(one.get("low"), context) for one in ranges]
    highs = [_years(one.get("high"), context) for one in ranges]
    youngest, oldest = _bound(lows, min), _bound(highs, max)
    unlimited = oldest is None or oldest >= _UNBOUNDED
    return youngest or None, None if unlimited else oldest


def _bound(ages: list[int | None], pick: Callable[[list[int]], int]) -> int | None:
    known = [age for age in ages if age is not None]
    return pick(known) if known and len(known) == len(ages) else None


def _years(quantity: Any, context: Context) -> int | None:
    """Whole years of a quantity; the unit is told by its code alone (`a`, `mo`, `d`), else years."""
    if not isinstance(quantity, dict):
        return None
    number = whole(quantity.get("value"), context)
    unit = str(quantity.get("code") or quantity.get("unit") or "a")
    return None if number is None else number // _PER_YEAR.get(unit, 1)


def _notes(
    resource: Resource, places: list[Resource], traits: tuple[str, ...], context: Context
) -> tuple[str, ...]:
    notes = [f"Champ d'activité : {code.label}" for code in codes(resource.get("type"))]
    notes += traits
    for sector in extensions(resource, "ror-healthcareservice-psychiatric-sector"):
        if value := value_of(sector):
            named = label(value) if isinstance(value, dict) else clean(str(value))
            notes.append(f"Secteur psychiatrique : {named}")
    if told(resource, "ror-healthcareservice-no-consent-habilitation") is True:
        notes.append("Habilité aux soins sans consentement")
    if comment := clean(resource.get("comment")):
        notes.append(comment)
    for place in places:
        notes += place_notes(place, context)
    return tuple(dict.fromkeys(notes))
