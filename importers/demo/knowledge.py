"""Writes PS_LibreAcces_SavoirFaire and PS_LibreAcces_Dipl_AutExerc for the invented people, in
their exact layouts; what some of them know beyond their trade is drawn from short lists."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from directory.vocabulary import professions
from importers.demo.people import Practitioner
from importers.demo.rpps import person_cells, skill_cells

Cells = dict[str, str]

DOCTOR = "10"
_IDENTITY = (
    "Type d'identifiant PP",
    "Identifiant PP",
    "Identification nationale PP",
    "Nom d'exercice",
    "Prénom d'exercice",
)
_CATEGORY = ("Code catégorie professionnelle", "Libellé catégorie professionnelle")

# One doctor in six has one of these in turn; codes are of the demonstration.
_CAPACITIES = ("Gérontologie", "Addictologie clinique", "Médecine du sport")
_CAPACITY_EVERY = 6
# One person in four, in turn, by profession; the others draw from the last list.
_DIPLOMAS: Mapping[str, tuple[str, ...]] = {
    DOCTOR: ("Soins palliatifs", "Gynécologie pour le généraliste", "Douleur"),
    "60": ("Éducation thérapeutique du patient", "Plaies et cicatrisation"),
    "70": ("Rééducation vestibulaire", "Rééducation périnéale"),
    "91": ("Troubles de la déglutition",),
    "": ("Éducation thérapeutique du patient",),
}
_DIPLOMA_EVERY = 4
_PERMIT_EVERY = 40


def write_skills(path: Path, practitioners: Iterable[Practitioner]) -> None:
    """Write `SavoirFaire`: the specialities told with activities, and capacities."""
    _write(path, _header("savoir_faire"), _skills(practitioners))


def write_diplomas(path: Path, practitioners: Iterable[Practitioner]) -> None:
    """Write `Dipl_AutExerc`: university diplomas, and a few authorisations to practise."""
    _write(path, _header("dipl_autexerc"), _diplomas(practitioners))


@cache
def _header(name: str) -> tuple[str, ...]:
    text = (resources.files("importers.demo") / "data" / f"{name}_header.txt").read_text("utf-8")
    return tuple(text.strip().split("|"))


def _write(path: Path, columns: tuple[str, ...], rows: Iterable[Cells]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write("|".join(columns) + "\n")
        for cells in rows:
            file.write("|".join(cells.get(column, "") for column in columns) + "|\n")


def _skills(practitioners: Iterable[Practitioner]) -> Iterator[Cells]:
    doctors = 0
    for practitioner in practitioners:
        told = {(one.profession, code) for one in practitioner.activities for code in one.skills}
        for profession, code in sorted(told):
            yield _person(practitioner, profession) | skill_cells(code)
        if DOCTOR in {one.profession for one in practitioner.activities}:
            rank, rest = divmod(doctors, _CAPACITY_EVERY)
            doctors += 1
            if not rest:
                yield _person(practitioner, DOCTOR) | _capacity(rank % len(_CAPACITIES))


def _person(practitioner: Practitioner, profession: str) -> Cells:
    known = person_cells(practitioner)
    return {name: known[name] for name in (*_IDENTITY, *_CATEGORY)} | {
        "Code profession": profession,
        "Libellé profession": professions()[profession].label,
    }


def _capacity(rank: int) -> Cells:
    return {
        "Code type savoir-faire": "CAPA",
        "Libellé type savoir-faire": "Capacité",
        "Code savoir-faire": f"CAPA-DEMO{rank}",
        "Libellé savoir-faire": _CAPACITIES[rank],
    }


def _diplomas(practitioners: Iterable[Practitioner]) -> Iterator[Cells]:
    for rank, practitioner in enumerate(practitioners):
        known = person_cells(practitioner)
        who = {name: known[name] for name in _IDENTITY}
        profession = practitioner.activities[0].profession
        if rank % _DIPLOMA_EVERY == 0:
            titles = _DIPLOMAS.get(profession, _DIPLOMAS[""])
            number = rank // _DIPLOMA_EVERY % len(titles)
            yield who | _diploma(profession, number, titles[number])
        if profession == DOCTOR and rank % _PERMIT_EVERY == 1:
            yield who | {
                "Code type autorisation": "DEMO",
                "Libellé type autorisation": "Autorisation ministérielle d'exercice",
                "Code discipline autorisation": "DEMO1",
                "Libellé discipline autorisation": "Médecine générale",
            }


def _diploma(profession: str, number: int, title: str) -> Cells:
    return {
        "Code type diplôme obtenu": "DU",
        "Libellé type diplôme obtenu": "Diplôme d'université",
        "Code diplôme obtenu": f"DU-DEMO{profession}{number}",
        "Libellé diplôme obtenu": title,
    }
