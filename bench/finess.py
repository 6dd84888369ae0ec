"""Sites of national-like FINESS files: the daily JSON, and the positional CSV it replaced."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from random import Random

import orjson

from bench.pools import Pools, pick, weighted
from directory.communes import OVERSEAS_DEPARTEMENTS
from directory.vocabulary import categories
from importers.demo.finess import legal_entity
from importers.demo.numbers import FICTION_PHONES, finess_number
from importers.demo.sites import Site

MOST_SITES = 1_000_000
"""Beyond it the invented numbers of the largest département would run out."""

# Orders of magnitude of the categories open on 2026-07 (census of the monthly file).
_CATEGORIES = (
    *(("620", 20.0), ("500", 7.5), ("611", 4.5), ("124", 4.0), ("460", 9.0), ("354", 1.5)),
    *(("209", 0.7), ("246", 1.5), ("183", 1.4), ("182", 2.0), ("355", 1.6), ("156", 2.0)),
    *(("603", 2.6), ("604", 0.8), ("165", 1.0), ("214", 1.0), ("197", 0.6), ("189", 0.7)),
)
_POINTS = (("A", 0.53), ("B", 0.19), ("C", 0.02), ("commune", 0.01), ("none", 0.25))
_CLOSED_SHARE = 0.4
_VISIT_SHARE = 0.03


def sites(pools: Pools, number: int, rng: Random) -> Iterator[Site]:
    """Invented sites, two in five closed as in the real file."""
    kinds = weighted(_CATEGORIES, rng)
    points = weighted(_POINTS, rng)
    serials: Counter[str] = Counter()
    for _ in range(number):
        place, category = pools.place(rng), pick(kinds, rng)
        departement = place.commune.departement[:2]
        serials[departement] += 2
        label = categories()[category].label.split("(")[0].strip().upper()
        yield Site(
            finess=finess_number(departement, serials[departement]),
            legal_entity=finess_number(departement, serials[departement] - 1),
            group="bench",
            category=category,
            tariff="01",
            name=f"{label} {pick(pools.families, rng).upper()}"[:80],
            place=place,
            phone=f"{pick(FICTION_PHONES, rng)}{int(rng.random() * 10_000):04d}",
            point=pick(points, rng) if place.lat is not None else "none",
            visit_place=pools.place(rng) if rng.random() < _VISIT_SHARE else None,
            closed=rng.random() < _CLOSED_SHARE,
        )


def json_parts(found: Iterator[Site], day: date) -> Iterator[bytes]:
    """The document piece by piece: it never stands whole in memory."""
    head = {"schemaVersion": "v1.0.0", "generatedAt": f"{day}T02:00:00Z", "gcc": [], "gco": []}
    yield orjson.dumps(head).removesuffix(b"}") + b',"pmej":['
    for rank, site in enumerate(found, start=1):
        yield (b"," if rank > 1 else b"") + orjson.dumps(legal_entity(rank, site, day))
    yield b"]}\n"


def csv_lines(found: Iterator[Site], day: date) -> Iterator[str]:
    """The positional CSV of 2026-05 and before: a line of metadata, then 32 cells and no header."""
    yield f"finess;etalab;111;{day}\n"
    for site in found:
        yield ";".join(_csv_cells(site)) + "\n"


_OVERSEAS = {code: letter for letter, code in OVERSEAS_DEPARTEMENTS.items()}


def _csv_cells(site: Site) -> tuple[str, ...]:
    place, kind = site.place, categories()[site.category]
    departement = _OVERSEAS.get(place.commune.insee[:3], place.commune.insee[:2])
    town = place.commune.name.upper().replace("-", " ").replace("'", " ")
    name = site.name[:38]
    who = ("structureet", site.finess, site.legal_entity, name, site.name, "", "")
    street = (place.number, place.road_type, place.road, place.repetition, "")
    where = (place.commune.insee[-3:], departement, "", f"{place.postcode} {town}", site.phone, "")
    what = (kind.code, kind.label, kind.aggregate, kind.aggregate_label, "", "", site.tariff, "")
    return (*who, *street, *where, *what, "", "", "2004-03-01", "2004-03-01", "2026-01-15", "")
