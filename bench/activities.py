"""FINESS+ activities of any number, in the real layout, and what reading them costs.

    python -m bench.activities [--rows 590000]

`--rows` counts activities, authorised and exercised, as the monthly census does. The sites are the
first that `bench.generate finess` draws with the same seed: the two files go together. Shares and
lengths are those of the census of July 2026 (FORMATS.md a.4). The measure is that of an import of
both files into a fresh register of one territory, in a process of its own.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import orjson

from bench.finess import sites
from bench.machine import say_machine
from bench.pools import Pools, pick, weighted
from directory.base.settings import Settings
from directory.communes import read_communes
from directory.register import open_register
from directory.territory import load_territory
from importers.demo.sites import Site
from importers.run import run_import

_NATURES = (
    *((("ASMR", "AMSR", "activiteSocialeRegulee"), 0.39), (("ASDR",) * 2 + ("",), 0.30)),
    *((("ASOCR", "ASOCR", "activiteSocialeRegulee"), 0.15), (("AMM", "AMM", "activiteAMM"), 0.11)),
    *((("AMF", "AMF", "activiteAMF"), 0.03), (("AER", "AER", "activiteEnseignementRegulee"), 0.02)),
)
_SOCIAL = (("469", 0.5), ("924", 0.28), ("657", 0.12), ("358", 0.07), ("965", 0.03))
_ACTIVE_SHARE = 0.55
_ZONE_SHARE = 0.028
_ZONE_COMMUNES = 148
_A_SITE = 2.1
"""Activities a site exercises, each with its authorisation."""


def sites_for(rows: int) -> int:
    """How many sites exercise that many activities."""
    return max(1, round(rows / (2 * _A_SITE)))


def json_parts(pools: Pools, rows: int, rng: Random, day: date) -> Iterator[bytes]:
    """The document piece by piece, one legal entity a site."""
    head = {"schemaVersion": "v1.0.1", "generatedAt": f"{day}T02:00:00Z"}
    yield orjson.dumps(head).removesuffix(b"}") + b',"pmej":['
    told = Random()  # apart: sites are then those of the structures' file
    told.setstate(rng.getstate())
    natures, codes = weighted(_NATURES, told), weighted(_SOCIAL, told)
    neighbours = _by_departement(pools)
    left = rows // 2
    for rank, site in enumerate(sites(pools, sites_for(rows), rng), start=1):
        number = min(left, 1 + (told.random() < 0.6) + (told.random() < 0.5))
        left -= number
        drawn = [(pick(natures, told), pick(codes, told)) for _ in range(number)]
        near = neighbours[site.place.commune.departement]
        yield (b"," if rank > 1 else b"") + orjson.dumps(_entity(rank, site, drawn, near, told))
    yield b"]}\n"


def _by_departement(pools: Pools) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    for one in pools.communes:
        found.setdefault(one.departement, {})[one.insee] = None
    return {name: list(codes) for name, codes in found.items()}


def _entity(
    rank: int, site: Site, drawn: Sequence[Any], near: Sequence[str], rng: Random
) -> dict[str, Any]:
    first = rank * 10
    states = ["A" if rng.random() < _ACTIVE_SHARE else "I" for _ in drawn]
    pairs = list(zip(range(first, first + len(drawn)), drawn, states, strict=True))
    return {
        "numFiness": site.legal_entity,
        "pmSmsseId": str(90_000 + rank),
        "activitesAutorisees": [
            {
                **_activity(number, None, kind, state, ("09",), 2),
                "zoneIntervention": _zone(number, near, rng),
            }
            for number, kind, state in pairs
        ],
        "ege": [
            {
                "egeId": str(900_000 + rank),
                "numFinessEge": site.finess,
                "activitesExercees": [
                    _activity(number + 5, number, kind, state, ("08", "09"), 3)
                    for number, kind, state in pairs
                ],
            }
        ],
    }


def _zone(number: int, near: Sequence[str], rng: Random) -> dict[str, Any] | None:
    if rng.random() >= _ZONE_SHARE:
        return None
    start = int(rng.random() * len(near))
    named = [*near[start:], *near[:start]][:_ZONE_COMMUNES]
    communes = [{"commune": code} for code in named]
    return {
        "activiteAeId": str(number),
        "communeZI": communes,
        "libelleZI": None,
        "zoneInterventionAutoriseeId": str(number % 9_999),
    }


def _activity(
    number: int, authorisation: int | None, kind: Any, state: str, statuses: Sequence[str],
    events: int,
) -> dict[str, Any]:  # fmt: skip
    (nature, name, field), code = kind
    codes = {field or "activiteSanitaireDiverseRegulee": code, "modeFonctionnement": "16"}
    return {
        "caracteristiquesGeneriques": {
            "activiteAeId": str(number),
            "dateCaduciteAutorisation": None,
            "dateDebutActiviteAutorisee": "2017-01-03",
            "dateFinActiviteAutorisee": "2032-05-09",
            "dateFinEffectiveActivite": None,
            "egeId": str(number),
            "etatObjet": state,
            "identifiantAutorisation": None if authorisation is None else str(authorisation),
            "numAutorisationArhgos": None,
            "pmSmsseExploitanteId": None,
            "typeActiviteSMSSE": "50358",
        },
        "nature": {
            "codeNature": nature,
            "caracteristiquesSpecifiques": {
                **dict.fromkeys(("aaSocialeReguleeId", "activiteAeId"), str(number)),
                **dict.fromkeys(("ageMaxAutorise", "ageMaxInstalle"), None),
                **dict.fromkeys(("ageMinAutorise", "ageMinInstalle"), None),
                f"typeActivite{name}": codes | {"public": "700"},
            },
        },
        "capacite": [_capacity(number, status) for status in statuses],
        "engagement": [],
        "evenement": [_event(number, place) for place in range(events)],
    }


def _capacity(number: int, status: str) -> dict[str, Any]:
    empty = ("engagementId", "genre", "habilitation", "modeFinancement", "precision")
    return {
        "activiteAeId": str(number),
        "idCapacite": str(number % 99_999),
        "nombre": str(number % 90),
        "statutCapacite": status,
        "uniteMesureCapacite": "02",
        **dict.fromkeys((*empty, "typeLogement", "variation"), None),
    }


def _event(number: int, place: int) -> dict[str, Any]:
    return {
        "evenementId": str(number + place),
        "codeEvenement": "010",
        "dateEnregistrement": "2025-05-10 00:00:00",
        "dateEvenement": "2025-05-09",
        "etatObjet1": "010",
        "identifiantObjet1": str(number),
        "identifiantObjet2": "833",
        "systemeMaitre": "01",
        "typeObjet1": "AC",
        "typeObjet2": "EG",
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: writes the files, then imports them in a process of its own."""
    parser = argparse.ArgumentParser(prog="bench.activities", description=__doc__)
    parser.add_argument("--rows", type=int, default=590_000, help="activities")
    parser.add_argument("--measure", nargs=2, type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        print(json.dumps(_measure(*options.measure)))
        return 0
    from bench.generate import generate

    day = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        structures, activities = (Path(folder) / f"{name}.json" for name in ("sites", "doing"))
        generate("finess", structures, sites_for(options.rows), day, seed=2026)
        generate("finess-activities", activities, options.rows, day, seed=2026)
        size = activities.stat().st_size / 1e9
        command = [sys.executable, "-m", "bench.activities", "--measure", structures, activities]
        told = json.loads(subprocess.check_output(list(map(str, command))))  # noqa: S603 - our own command
    print(say_machine())
    print(f"{options.rows} activités, {size:.2f} Go : {told}")
    return 0


def _measure(structures: Path, activities: Path) -> dict[str, Any]:
    """Seconds of both files together, then of the activities alone, and the peak memory (MB)."""
    territory, communes = load_territory("bievre"), read_communes()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(Settings(data_dir=Path(folder)))
        for name, files in (("both", [structures, activities]), ("alone", [activities])):
            started, processor = time.perf_counter(), time.process_time()
            report = run_import(
                "finess", files, register=register, territory=territory, communes=communes,
                partial=True, reread=True,
            )  # fmt: skip
            found[f"{name}_seconds"] = round(time.perf_counter() - started)
            found[f"{name}_cpu_seconds"] = round(time.process_time() - processor)
        register.close()
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    peaks = [round(one.ru_maxrss / 1024) for one in used]
    found |= {"sites": report.read, "kept": report.kept + report.unchanged, "peak_mb": peaks}
    return found


if __name__ == "__main__":
    sys.exit(main())
