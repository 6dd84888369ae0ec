"""Writes the CPTS's own list of its general practitioners, in the columns of `membres`: half of the
rows carry an RPPS, and some give the number that is really answered."""

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path

from importers.demo.people import Practitioner

MAPPING = "membres"
COLUMNS = (
    "RPPS",
    "civilité",
    "nom",
    "prénom",
    "profession",
    "équipe",
    "depuis",
    "jusqu'au",
    "lieu d'exercice",
    "adresse",
    "code postal",
    "ville",
    "téléphone",
)
_EVERY = 3
"""One general practitioner in so many has joined."""


def write_members(path: Path, practitioners: Iterable[Practitioner], team: str) -> None:
    """Write the list, `;` and UTF-8, as a spreadsheet exports it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", delimiter=";")
        writer.writeheader()
        writer.writerows(member_rows(practitioners, team))


def member_rows(practitioners: Iterable[Practitioner], team: str) -> Iterator[dict[str, str]]:
    """One row a member, at the first place of exercise."""
    for rank, one in enumerate(list(practitioners)[::_EVERY]):
        place = one.activities[0].structure.place
        number = f"{place.number} {place.repetition.lower()}".strip()
        phone = one.activities[0].structure.phone
        yield {
            "RPPS": one.rpps if rank % 2 else "",
            "civilité": "Dr",
            "nom": one.name.family.upper(),
            "prénom": one.name.given.title(),
            "profession": "Médecin",
            "équipe": team,
            "depuis": "2024-01-15",
            "adresse": f"{number} {place.road_label} {place.road}".lower(),
            "code postal": place.postcode,
            "ville": place.commune.name,
            "téléphone": phone[:-1] + str((int(phone[-1]) + 3) % 10) if phone else "",
        }
