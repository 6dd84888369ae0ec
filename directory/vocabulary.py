"""Closed lists with their French labels: kinds, modes, professions, specialities, categories."""

import csv
from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import resources
from types import MappingProxyType
from typing import NamedTuple

from directory.model import Coding, Confidentiality, Precision, ResourceKind

PROFESSION_SYSTEM = "TRE_G15-ProfessionSante"
SPECIALITY_SYSTEM = "TRE_R38-SpecialiteOrdinale"
CATEGORY_SYSTEM = "TRE_R66-CategorieEtablissement"

GENERAL_PRACTICE = ("SM26", "SM53", "SM54")
"""Qualifié en médecine générale, spécialiste en médecine générale, médecine générale: the three
codes a GP may carry (FORMATS.md b, columns 14-17)."""

KIND_LABELS: Mapping[ResourceKind, str] = MappingProxyType(
    {
        ResourceKind.PRACTITIONER: "Professionnel",
        ResourceKind.ESTABLISHMENT: "Établissement",
        ResourceKind.SERVICE: "Service",
        ResourceKind.PROGRAMME: "Programme ETP",
        ResourceKind.TEAM: "Équipe ou coordination",
        ResourceKind.ASSOCIATION: "Association",
    }
)

MODE_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "cabinet": "au cabinet",
        "home": "à domicile",
        "video": "téléconsultation",
        "group": "en groupe",
        "remote": "à distance",
    }
)

NEW_PATIENTS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "now": "accepte de nouveaux patients",
        "six_months": "acceptera de nouveaux patients d'ici six mois",
        "no": "n'accepte pas de nouveaux patients",
    }
)

PRECISION_LABELS: Mapping[Precision, str] = MappingProxyType(
    {
        Precision.ADDRESS: "à l'adresse",
        Precision.STREET: "à la rue",
        Precision.COMMUNE: "à la commune seulement",
        Precision.PIN: "placée à la main",
        Precision.UNKNOWN: "précision inconnue",
    }
)

CONFIDENTIALITY_LABELS: Mapping[Confidentiality, str] = MappingProxyType(
    {
        Confidentiality.PUBLIC: "public",
        Confidentiality.PROFESSIONAL: "réservé aux professionnels",
        Confidentiality.SECRETARIAT: "réservé au secrétariat",
    }
)


class Profession(NamedTuple):
    """A line of TRE_G15: code, singular and plural labels."""

    code: str
    label: str
    plural: str


class Category(NamedTuple):
    """A FINESS category (cs1500106 of 2025-05-26 completed by TRE_R397 of 2026-09-05)."""

    code: str
    label: str
    kind: ResourceKind
    closed: str
    aggregate: str
    aggregate_label: str


def read_table(name: str) -> list[dict[str, str]]:
    """Rows of a CSV file of `directory/data`, by column name."""
    path = resources.files("directory") / "data" / name
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def professions() -> Mapping[str, Profession]:
    """Professions by code."""
    return {row["code"]: Profession(**row) for row in read_table("professions.csv")}


@cache
def specialities() -> Mapping[str, str]:
    """Labels of the ordinal specialities by code."""
    return {row["code"]: row["label"] for row in read_table("specialities.csv")}


@cache
def categories() -> Mapping[str, Category]:
    """FINESS categories by code, closed ones included: old rows still carry them."""
    rows = read_table("finess_categories.csv")
    return {row["code"]: _category(row) for row in rows}


def _category(row: dict[str, str]) -> Category:
    return Category(
        code=row["code"],
        label=row["label"],
        kind=ResourceKind(row["kind"]),
        closed=row["closed"],
        aggregate=row["aggregate"],
        aggregate_label=row["aggregate_label"],
    )


@lru_cache(maxsize=4096)
def profession_coding(code: str, told: str = "") -> Coding:
    """A profession by code; an unknown code keeps the label the source told."""
    known = professions().get(code)
    return Coding(code=code, label=known.label if known else told, system=PROFESSION_SYSTEM)


@lru_cache(maxsize=4096)
def speciality_coding(code: str, told: str = "") -> Coding:
    """A speciality by code; an unknown code keeps the label the source told."""
    return Coding(code=code, label=specialities().get(code, told), system=SPECIALITY_SYSTEM)


def category_coding(code: str, told: str = "") -> Coding:
    """A FINESS category by code; an unknown code keeps the label the source told."""
    known = categories().get(code)
    return Coding(code=code, label=known.label if known else told, system=CATEGORY_SYSTEM)


def category_kind(code: str) -> ResourceKind:
    """What a FINESS category is to the person who searches."""
    known = categories().get(code)
    return known.kind if known else ResourceKind.ESTABLISHMENT
