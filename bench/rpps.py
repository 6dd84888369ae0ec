"""Lines of a national-like RPPS file: several activities and skills for some, shared workplaces."""

from collections.abc import Iterator
from itertools import count, islice
from random import Random

from bench.pools import Pools, pick, weighted
from directory.vocabulary import GENERAL_PRACTICE, professions, specialities
from importers.demo.numbers import FICTION_PHONES, finess_number, rpps_number
from importers.demo.rpps import CATEGORIES, MODES, SECTORS, columns

Cells = tuple[str, ...]

_PERSON = (
    "Identifiant PP",
    "Identification nationale PP",
    "Code civilité d'exercice",
    "Libellé civilité d'exercice",
    "Code civilité",
    "Libellé civilité",
    "Nom d'exercice",
    "Prénom d'exercice",
    "Code profession",
    "Libellé profession",
    "Code catégorie professionnelle",
    "Libellé catégorie professionnelle",
)
_SKILL = (
    "Code type savoir-faire",
    "Libellé type savoir-faire",
    "Code savoir-faire",
    "Libellé savoir-faire",
)
_ACTIVITY = (
    "Code mode exercice",
    "Libellé mode exercice",
    "Numéro FINESS site",
    "Numéro FINESS établissement juridique",
    "Identifiant technique de la structure",
    "Raison sociale site",
    "Numéro Voie (coord. structure)",
    "Indice répétition voie (coord. structure)",
    "Code type de voie (coord. structure)",
    "Libellé type de voie (coord. structure)",
    "Libellé Voie (coord. structure)",
    "Code postal (coord. structure)",
    "Code commune (coord. structure)",
    "Libellé commune (coord. structure)",
    "Téléphone (coord. structure)",
    "Code secteur d'activité",
    "Libellé secteur d'activité",
)
_ALWAYS = {
    "Type d'identifiant PP": "8",
    "Code genre activité": "GENR01",
    "Libellé genre activité": "Activité de soin et de pharmacie",
}
# Orders of magnitude of the register: nurses and care assistants are more than half of it.
_PROFESSIONS = (
    *(("60", 38.0), ("35", 17.0), ("10", 16.0), ("70", 7.0), ("93", 6.0), ("21", 5.0)),
    *(("40", 3.0), ("98", 2.5), ("91", 2.0), ("50", 1.5), ("80", 1.0), ("95", 1.0)),
)
_NO_SKILL = ("", "", "", "")
_NOWHERE = ("",) * len(_ACTIVITY)
_PER_CABINET = 4
_CABINETS_KEPT = 1 << 16
_HOSPITALS_PER_LINE = 0.004


def template() -> str:
    """A line with `%s` where cells vary; their order is that of the file."""
    varying = {*_PERSON, *_SKILL, *_ACTIVITY}
    cells = ["%s" if name in varying else _ALWAYS.get(name, "") for name in columns()]
    return "|".join(cells) + "|\n"


def lines(pools: Pools, number: int, rng: Random) -> Iterator[str]:
    """As many lines as asked, one per person × activity × skill."""
    pattern = template()
    return (pattern % cells for cells in islice(_cells(pools, number, rng), number))


def _cells(pools: Pools, number: int, rng: Random) -> Iterator[Cells]:
    names = _names(pools, rng)
    jobs = weighted([(_job(code), weight) for code, weight in _PROFESSIONS], rng)
    skills = _skills(rng)
    hospitals = _hospitals(pools, max(20, int(number * _HOSPITALS_PER_LINE)), rng)
    cabinets = _cabinets(pools, rng)
    for serial in count():
        rpps = rpps_number(serial)
        job, name, draw = pick(jobs, rng), pick(names, rng), rng.random()
        person = (rpps, f"8{rpps}", *job[:2], *name, *job[2:], *_category(draw))
        own_skills = pick(skills, rng) if job[2] == "10" else (_NO_SKILL,)
        for rank in range(1 if draw < 0.78 else 2 if draw < 0.96 else 3):
            somewhere = rng.random()
            if somewhere < 0.06 and rank == 0:
                activity = _NOWHERE
            else:
                activity = pick(hospitals, rng) if somewhere < 0.5 else next(cabinets)
            for skill in own_skills:
                yield person + skill + activity


def _names(pools: Pools, rng: Random) -> tuple[Cells, ...]:
    found: list[Cells] = []
    for family in pools.families:
        woman = rng.random() < 0.62
        given = pick(pools.given_women if woman else pools.given_men, rng)
        civility = ("MME", "Madame") if woman else ("M", "Monsieur")
        found.append((*civility, family.upper() if rng.random() < 0.7 else family, given))
    return tuple(found)


def _job(code: str) -> Cells:
    title = ("DR", "Docteur") if code in ("10", "40") else ("", "")
    return (*title, code, professions()[code].label)


def _category(draw: float) -> Cells:
    code = "E" if draw < 0.03 else "C"
    return (code, CATEGORIES[code])


def _skills(rng: Random) -> tuple[tuple[Cells, ...], ...]:
    """What doctors know: half are GPs, one in eight has two lines for it."""
    ordinal = [code for code in specialities() if code.startswith("SM")]
    found = []
    for _ in range(4096):
        code = pick(GENERAL_PRACTICE if rng.random() < 0.5 else ordinal, rng)
        codes = (code, pick(ordinal, rng)) if rng.random() < 0.12 else (code,)
        found.append(tuple(_skill(each) for each in dict.fromkeys(codes)))
    return tuple(found)


def _skill(code: str) -> Cells:
    return ("S", "Spécialité ordinale", code, specialities()[code].removesuffix(" (SM)"))


def _hospitals(pools: Pools, number: int, rng: Random) -> tuple[Cells, ...]:
    found: list[Cells] = []
    for serial in range(1, number + 1):
        place = _place(pools, rng)
        departement = place[6][:2]
        site = finess_number(departement, serial % 100_000)
        entity = finess_number(departement, (serial * 7) % 100_000)
        name = f"CENTRE HOSPITALIER {place[7].upper()}"
        sector = ("SA01", "Etablissement public de santé")
        found.append(("S", MODES["S"], site, entity, f"F{site}", name, *place, *sector))
    return tuple(found)


def _cabinets(pools: Pools, rng: Random) -> Iterator[Cells]:
    """Cabinets without end, each given about four times; only the latest stay in memory."""
    kept: list[Cells] = []
    for serial in count(1):
        cabinet = _cabinet(pools, serial, rng)
        if serial <= _CABINETS_KEPT:
            kept.append(cabinet)
        else:
            kept[serial % _CABINETS_KEPT] = cabinet
        yield cabinet
        for _ in range(_PER_CABINET - 1):
            yield pick(kept, rng)


def _cabinet(pools: Pools, serial: int, rng: Random) -> Cells:
    code = "SA07" if rng.random() < 0.6 else "SA08"
    name = f"CABINET {pick(pools.families, rng).upper()}"
    where = _place(pools, rng)
    return ("L", MODES["L"], "", "", f"R998{serial:011d}", name, *where, code, SECTORS[code])


def _place(pools: Pools, rng: Random) -> Cells:
    """The cells of an address and its phone; one in a hundred has a commune code of before 1968."""
    place = pools.place(rng)
    commune, draw = place.commune, rng.random()
    old = commune.old_codes[0] if commune.old_codes and draw < 0.01 else commune.insee
    zone = pick(FICTION_PHONES, rng)
    phone = f"{zone}{int(rng.random() * 10_000):04d}" if draw < 0.6 else ""
    address = (place.number, place.repetition, place.road_type, place.road_label, place.road)
    return (*address, place.postcode, old, commune.name, phone)
