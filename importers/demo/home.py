"""Invented services that come to people's homes, and the FINESS+ activities that say where they go."""

import gzip
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import orjson

from importers.demo.plan import SiteGroup
from importers.demo.sites import Site, Sites

NURSING = SiteGroup(
    id="ssiad", category="354", tariff="01", names=("SSIAD VIVRE CHEZ SOI (EXEMPLE)",)
)
BOTH = SiteGroup(
    id="saas", category="209", tariff="01", names=("SERVICE AUTONOMIE LES PEUPLIERS (EXEMPLE)",)
)
_SINCE = date(2019, 3, 1)

Zone = tuple[str, str, Sequence[str], int]
"""An activity and its public (FINESS codes), the communes it goes to, its capacity."""


def home_sites(draw: Sites, outside: Sequence[str], near: Sequence[str]) -> Iterator[Site]:
    """A home-nursing service that sits out of the territory, and one for aid and care beside it."""
    yield from draw.draw(NURSING, outside[:1])
    yield from draw.draw(BOTH, near[:1] or outside[:1])


def zones_of(site: Site, communes: Sequence[str]) -> list[Zone]:
    """What a service does and where: nursing in some communes, aid in all of them."""
    match site.group:
        case NURSING.id:
            return [("358", "700", communes[2::2] or communes, 60)]
        case BOTH.id:
            return [("358", "700", communes[:1], 25), ("469", "700", communes, 80)]
        case _:
            return []


def write_activities(path: Path, sites: Sequence[Site], communes: Sequence[str], day: date) -> None:
    """Write the gzip file of activities of the sites that have one."""
    document = {
        "schemaVersion": "v1.0.1",
        "generatedAt": f"{day.isoformat()}T02:00:00Z",
        "pmej": [
            entity_doing(rank, site, told)
            for rank, site in enumerate(sites, start=1)
            if (told := zones_of(site, communes))
        ],
    }
    path.write_bytes(gzip.compress(orjson.dumps(document), mtime=0))


def entity_doing(rank: int, site: Site, zones: Sequence[Zone]) -> dict[str, Any]:
    """A legal entity with its authorisations, and its site that exercises each of them."""
    numbers = [f"{rank}{place}" for place in range(len(zones))]
    return {
        "numFiness": site.legal_entity,
        "pmSmsseId": f"{90_000 + rank}",
        "activitesAutorisees": [
            {
                **_activity(zone, number, capacities=("09",)),
                "zoneIntervention": {
                    "activiteAeId": number,
                    "communeZI": [{"commune": code} for code in zone[2]],
                    "libelleZI": None,
                },
            }
            for zone, number in zip(zones, numbers, strict=True)
        ],
        "ege": [
            {
                "egeId": f"{900_000 + rank}",
                "numFinessEge": site.finess,
                "activitesExercees": [
                    _activity(zone, f"{number}9", number, capacities=("08", "09"))
                    for zone, number in zip(zones, numbers, strict=True)
                ],
            }
        ],
    }


def _activity(
    zone: Zone, number: str, authorisation: str | None = None, *, capacities: Sequence[str]
) -> dict[str, Any]:
    code, public, _, capacity = zone
    codes = {"activiteSocialeRegulee": code, "modeFonctionnement": "16", "public": public}
    return {
        "caracteristiquesGeneriques": {
            "activiteAeId": number,
            "identifiantAutorisation": authorisation,
            "etatObjet": "A",
            "dateDebutActiviteAutorisee": _SINCE,
            "dateFinActiviteAutorisee": None,
            "dateFinEffectiveActivite": None,
        },
        "nature": {
            "codeNature": "ASMR",
            "caracteristiquesSpecifiques": {"activiteAeId": number, "typeActiviteAMSR": codes},
        },
        "capacite": [
            {"statutCapacite": status, "nombre": str(capacity), "genre": None, "habilitation": None}
            for status in capacities
        ],
        "evenement": [],
    }
