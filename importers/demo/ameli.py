"""Writes liste-ps and liste-cds of Ameli about the same invented people, without any number: their
rows find their own RPPS entry by name, place and activity alone, and a few only by asking."""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from directory.text import fold
from directory.vocabulary import GENERAL_PRACTICE
from importers.demo.people import Activity, Practitioner
from importers.demo.sites import Site

CENTRES = "centres-municipaux"
_DOCTOR, _DENTIST = "10", "40"
_TYPES = {_DOCTOR: ("1", "Médecins généralistes et spécialistes"), _DENTIST: ("2", "Dentistes")}
_AUXILIARY = ("5", "Auxiliaires médicaux")
_SECTORS = (("1", "Secteur 1 ou conventionné"), ("3", "Secteur 2"))
_GENERAL = "Médecin généraliste"
_LABELS = {
    "40": "Chirurgien-dentiste",
    "50": "Sage-femme",
    "60": "Infirmier",
    "70": "Masseur-kinésithérapeute",
    "80": "Pédicure-podologue",
    "91": "Orthophoniste",
    "92": "Orthoptiste",
    "SM04": "Cardiologue",
    "SM15": "Dermatologue et vénérologue",
    "SM16": "Endocrinologue-diabétologue",
    "SM24": "Gastro-entérologue et hépatologue",
    "SM38": "Ophtalmologiste",
    "SM40": "Pédiatre",
    "SM41": "Pneumologue",
    "SM42": "Psychiatre",
    "SM44": "Radiologue",
    "SM48": "Rhumatologue",
} | dict.fromkeys(GENERAL_PRACTICE, _GENERAL)
"""What Ameli calls professions and specialities; those absent are not in its listing."""

_SHARED = (
    "specialite_code",
    "specialite_libelle",
    "coordonnees_num_tel",
    "coordonnees_voie",
    "coordonnees_code_postal",
    "coordonnees_ville",
    "coordonnees_complement",
    "coordonnees_lieu_dit",
)
PRACTITIONER_COLUMNS = (
    "ps_activite_nom",
    "ps_activite_prenom",
    "ps_activite_civilite",
    "ps_activite_raison_sociale",
    "ps_activite_carte_vitale",
    "ps_activite_apcv",
    "type_ps_code",
    "type_ps_libelle",
    "secteur_conventionnel_code",
    "secteur_conventionnel_libelle",
    "nature_exercice_code",
    "nature_exercice_libelle",
    "option_tarifaire_code",
    "option_tarifaire_libelle",
    "activite_particuliere_code",
    "activite_particuliere_libelle",
    *_SHARED,
)
CENTRE_COLUMNS = (
    "etab_finess",
    "etab_raison_sociale",
    "etab_carte_vitale",
    "etab_apcv",
    "type_etab_code",
    "type_etab_libelle",
    *_SHARED,
)

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
        "ps_activite_nom": fold(practitioner.name.family).upper(),
        "ps_activite_prenom": _given(practitioner, rank),
        "ps_activite_civilite": "F" if practitioner.name.civility == "MME" else "H",
        "ps_activite_raison_sociale": main.structure.name if rank % 2 else "",
        "ps_activite_carte_vitale": "true",
        "ps_activite_apcv": "true" if rank % 3 else "false",
        "specialite_code": "01" if label == _GENERAL else "",
        "specialite_libelle": label,
        "type_ps_code": kind[0],
        "type_ps_libelle": kind[1],
        "coordonnees_num_tel": _phone(main, rank),
        "secteur_conventionnel_code": sector[0] if doctor else "1",
        "secteur_conventionnel_libelle": sector[1] if doctor else "Secteur 1 ou conventionné",
        "nature_exercice_code": "01",
        "nature_exercice_libelle": "Libéral intégral",
        "option_tarifaire_code": "3" if doctor and option else "",
        "option_tarifaire_libelle": "OPTAM" if doctor and option else "",
    }


def centre_rows(site: Site) -> Iterator[dict[str, str]]:
    """General practice in each health centre that is open."""
    if site.group == CENTRES and not site.closed:
        yield {
            "etab_finess": site.finess,
            "etab_raison_sociale": site.name,
            "etab_carte_vitale": "true",
            "etab_apcv": "true",
            "specialite_code": "01",
            "specialite_libelle": _GENERAL,
            "type_etab_code": "1",
            "type_etab_libelle": "Centre de santé",
            "coordonnees_num_tel": site.phone,
            "coordonnees_voie": f"{site.place.number} {site.place.road_label} {site.place.road}".upper(),
            "coordonnees_code_postal": site.place.postcode,
            "coordonnees_ville": fold(site.place.commune.name).upper(),
        }


def _label(activity: Activity) -> str:
    """What Ameli calls the activity; empty for professions that it does not list."""
    named = activity.skills if activity.profession == _DOCTOR else (activity.profession,)
    return _LABELS.get(next(iter(named), ""), "")


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
        "coordonnees_voie": f"{number} {place.road_label} {place.road}".upper(),
        "coordonnees_code_postal": place.postcode,
        "coordonnees_ville": fold(place.commune.name).upper(),
    }


def _write(path: Path, columns: Sequence[str], rows: Sequence[Mapping[str, str]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
