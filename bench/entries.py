"""Entries of any number, seeded and invented, spread over Île-de-France as people are."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

from bench.pools import Pools, make_pools, pick, weighted
from directory.communes import Commune
from directory.model import Identifier, Point, Precision, ResourceKind
from directory.phones import parse_phone
from directory.resource import Phone, Resource
from directory.vocabulary import (
    category_coding,
    category_kind,
    profession_coding,
    speciality_coding,
)
from importers.demo.places import Place

ILE_DE_FRANCE = "11"
_PROFESSIONS = (
    ("60", 30),
    ("10", 25),
    ("70", 14),
    ("40", 6),
    ("91", 4),
    ("93", 8),
    ("80", 2),
    ("50", 3),
)
_SPECIALITIES = (("SM54", 45), ("SM26", 15), ("SM40", 5), ("SM42", 8), ("SM04", 5), ("SM20", 5))
_CATEGORIES = (
    ("620", 40),
    ("611", 10),
    ("500", 15),
    ("124", 8),
    ("354", 5),
    ("460", 10),
    ("246", 4),
)
_NAMES = ("Résidence", "Centre", "Pharmacie", "Maison", "Service", "Laboratoire", "Foyer")
_ACTS = (
    "rééducation périnéale",
    "bilan de langage",
    "pansements",
    "suivi du diabète",
    "vaccination",
)
_PRACTITIONERS = 0.85


def _in_ile_de_france(commune: Commune) -> bool:
    return commune.region == ILE_DE_FRANCE


def entries(
    number: int, seed: int = 1, *, lies_here: Callable[[Commune], bool] = _in_ile_de_france
) -> Iterator[Resource]:
    """Practitioners for the most part, and establishments; the same seed gives the same.

    They are spread as people are over the communes of which `lies_here` says yes.
    """
    rng = Random(seed)
    pools = make_pools(rng)
    near = tuple(one for one in pools.communes if lies_here(one))
    pools = replace(pools, communes=near)
    professions, specialities = weighted(_PROFESSIONS, rng), weighted(_SPECIALITIES, rng)
    categories = weighted(_CATEGORIES, rng)
    for index in range(number):
        place = pools.place(rng)
        if rng.random() < _PRACTITIONERS:
            profession = pick(professions, rng)
            speciality = pick(specialities, rng) if profession == "10" else ""
            yield _practitioner(index, pools, place, profession, speciality, rng)
        else:
            yield _establishment(index, pools, place, pick(categories, rng), rng)


def _practitioner(
    index: int, pools: Pools, place: Place, profession: str, speciality: str, rng: Random
) -> Resource:
    given = pick(pools.given_women if rng.random() < 0.6 else pools.given_men, rng)
    family = pick(pools.families, rng)
    return Resource(
        kind=ResourceKind.PRACTITIONER,
        name=f"{given} {family}",
        given=given,
        family=family,
        profession=profession_coding(profession),
        specialities=(speciality_coding(speciality),) if speciality else (),
        acts=(pick(_ACTS, rng),) if rng.random() < 0.3 else (),
        identifiers=(Identifier(system="rpps", value=f"{10_000_000_000 + index}"),),
        **_common(index, place),
    )


def _establishment(index: int, pools: Pools, place: Place, category: str, rng: Random) -> Resource:
    return Resource(
        kind=category_kind(category),
        name=f"{pick(_NAMES, rng)} {pick(pools.families, rng)}",
        category=category_coding(category),
        organization_name=f"Association {pick(pools.families, rng)}",
        identifiers=(Identifier(system="finess_et", value=f"{940_000_000 + index}"),),
        keywords=("accueil sur rendez-vous", "parking", "accessible en fauteuil roulant"),
        **_common(index, place),
    )


def _common(index: int, place: Place) -> dict[str, Any]:
    commune = place.commune
    number = f"01 99 00 {index // 100 % 100:02d} {index % 100:02d}"
    return {
        "id": f"{index:032x}",
        "alias": f"fiche-{index}",
        "commune": commune.name,
        "insee": commune.insee,
        "postcode": place.postcode,
        "address": f"{place.line}, {place.postcode} {commune.name}",
        "point": _point(place),
        "phones": (Phone(value=number, e164=parse_phone(number), source="bench"),),
        "sources": ("bench",),
    }


def _point(place: Place) -> Point | None:
    if place.lat is None or place.lon is None:
        return None
    return Point(lat=place.lat, lon=place.lon, precision=Precision.ADDRESS)
