"""Writes liste-ps and liste-cds of Ameli about the same invented people, without any number: their
rows find their own RPPS entry by name, place and activity alone, and a few only by asking."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from directory.text import fold
from directory.vocabulary import GENERAL_PRACTICE
from importers.ameli.labels import PROFESSIONS, SPECIALITIES
from importers.ameli.layout import CENTRE_COLUMNS, DELIMITER, PRACTITIONER_COLUMNS
from importers.demo.people import Activity, Practitioner
from importers.demo.sites import Site

CENTRES = "centres-municipaux"
_DOCTOR, _DENTIST = "10", "40"
_TYPES = {_DOCTOR: ("1", "Médecins généralistes et spécialistes"), _DENTIST: ("2", "Dentistes")}
_AUXILIARY = ("5", "Auxiliaires médicaux")
_SECTORS = (("1", "Secteur 1 ou conventionné"), ("3", "Secteur 2"))
_GENERAL = "Médecin généraliste"

_MISSING_EVERY = 17
"""One practitioner in so many is not in the listing."""
_OTHER_PHONE_EVERY = 6
"""One row in so many gives another phone than the RPPS: both are shown."""


def write_ameli(
    files: tuple[Path, Path], practitioners: Iterable[Practitioner], sites: Iterable[Site]
) -> None:
    """Write both listings, UTF-8 with a mark, `;`, as published on 2026-11-16."""
    told = [row for rank, one in enumerate(practitioners) for row in practitioner_rows(one, rank)]
    _write(files[0], PRACTITIONER_COLUMNS, told)
    _write(files[1], CENTRE_COLUMNS, [row for one in sites for row in centre_rows(one)])


def practitioner_rows(practitioner: Practitioner, rank: int) -> Iterator[dict[str, str]]:
    """The row of somebody in private practice; salaried people and students are not listed."""
    main = practitioner.activities[0]
    label = _label(main)
    if practitioner.student or main.mode != "L" or not label or rank % _MISSING_EVERY == 8:
        return
    sector, option = _SECTORS[rank % 5 == 2], rank % 10 == 2
    doctor = main.profession == _DOCTOR
    kind = _TYPES.get(main.profession, _AUXILIARY)
    yield _place_cells(main) | {
        "family": fold(practitioner.name.family).upper(),
        "given": _given(practitioner, rank),
        "gender": "F" if practitioner.name.civility == "MME" else "H",
        "company": main.structure.name if rank % 2 else "",
        "card": "true",
        "mobile_card": "true" if rank % 3 else "false",
        "speciality": "01" if label == _GENERAL else "",
        "speciality_label": label,
        "type": kind[0],
        "type_label": kind[1],
        "phone": _phone(main, rank),
        "sector": sector[0] if doctor else "1",
        "sector_label": sector[1] if doctor else "Secteur 1 ou conventionné",
        "nature": "01",
        "nature_label": "Libéral intégral",
        "option": "3" if doctor and option else "",
        "option_label": "OPTAM" if doctor and option else "",
    }


def centre_rows(site: Site) -> Iterator[dict[str, str]]:
    """General practice in each health centre that is open."""
    if site.group == CENTRES and not site.closed:
        yield {
            "finess": site.finess,
            "name": site.name,
            "card": "true",
            "mobile_card": "true",
            "speciality": "01",
            "speciality_label": _GENERAL,
            "type": "1",
            "type_label": "Centre de santé",
            "phone": site.phone,
            "street": f"{site.place.number} {site.place.road_label} {site.place.road}".upper(),
            "postcode": site.place.postcode,
            "city": fold(site.place.commune.name).upper(),
        }


def _label(activity: Activity) -> str:
    """What Ameli calls the activity; empty for professions that it does not list."""
    if activity.profession != _DOCTOR:
        return PROFESSIONS.get(activity.profession, ("",))[0]
    skill = next(iter(activity.skills), "")
    return _GENERAL if skill in GENERAL_PRACTICE else SPECIALITIES.get(skill, ("",))[0]


def _given(practitioner: Practitioner, rank: int) -> str:
    """In capitals; of some dentists the initial alone, so that somebody is asked who they are."""
    given = fold(practitioner.name.given).upper()
    return given[:1] if practitioner.group == "dentistes" and rank % 4 == 0 else given


def _phone(activity: Activity, rank: int) -> str:
    phone = activity.structure.phone
    if phone and rank % _OTHER_PHONE_EVERY == 5:
        return phone[:-1] + str((int(phone[-1]) + 5) % 10)
    return phone


def _place_cells(activity: Activity) -> dict[str, str]:
    place = activity.structure.place
    number = f"{place.number} {place.repetition}".strip()
    return {
        "street": f"{number} {place.road_label} {place.road}".upper(),
        "postcode": place.postcode,
        "city": fold(place.commune.name).upper(),
    }


def _write(path: Path, columns: Mapping[str, str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(columns.values()), restval="", delimiter=DELIMITER)
        writer.writeheader()
        writer.writerows({columns[name]: value for name, value in row.items()} for row in rows)
