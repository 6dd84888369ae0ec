"""Columns of `liste-ps` and `liste-cds`, found by name: their order is nowhere documented."""

import csv
import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple

from importers.contract import Ignored
from importers.inputs import OpenedFile
from importers.text import Columns, first_line

DELIMITER = ";"


class Practitioner(NamedTuple):
    """The cells of a row of `liste-ps`, by our names."""

    family: str
    given: str
    gender: str
    company: str
    card: str
    mobile_card: str
    speciality: str
    speciality_label: str
    type: str
    type_label: str
    phone: str
    street: str
    complement: str
    locality: str
    postcode: str
    city: str
    sector: str
    sector_label: str
    nature: str
    nature_label: str
    option: str
    option_label: str
    activity: str
    activity_label: str


class Centre(NamedTuple):
    """The cells of a row of `liste-cds`, by our names."""

    finess: str
    name: str
    card: str
    mobile_card: str
    speciality: str
    speciality_label: str
    type: str
    type_label: str
    phone: str
    street: str
    complement: str
    locality: str
    postcode: str
    city: str


_SHARED = {
    "speciality": "specialite_code",
    "speciality_label": "specialite_libelle",
    "phone": "coordonnees_num_tel",
    "street": "coordonnees_voie",
    "complement": "coordonnees_complement",
    "locality": "coordonnees_lieu_dit",
    "postcode": "coordonnees_code_postal",
    "city": "coordonnees_ville",
}
PRACTITIONER_COLUMNS = {
    "family": "ps_activite_nom",
    "given": "ps_activite_prenom",
    "gender": "ps_activite_civilite",
    "company": "ps_activite_raison_sociale",
    "card": "ps_activite_carte_vitale",
    "mobile_card": "ps_activite_apcv",
    "type": "type_ps_code",
    "type_label": "type_ps_libelle",
    "sector": "secteur_conventionnel_code",
    "sector_label": "secteur_conventionnel_libelle",
    "nature": "nature_exercice_code",
    "nature_label": "nature_exercice_libelle",
    "option": "option_tarifaire_code",
    "option_label": "option_tarifaire_libelle",
    "activity": "activite_particuliere_code",
    "activity_label": "activite_particuliere_libelle",
} | _SHARED
CENTRE_COLUMNS = {
    "finess": "etab_finess",
    "name": "etab_raison_sociale",
    "card": "etab_carte_vitale",
    "mobile_card": "etab_apcv",
    "type": "type_etab_code",
    "type_label": "type_etab_libelle",
} | _SHARED

_REMEMBERED = 200_000
"""Places kept in mind, so that memory does not grow with the file."""

_FORMER_WIDTH = 16
_FORMER_POSTCODE = 7
_FORMER_NAME = re.compile(r"ps-(infospratiques|tarifs)")


class Layout:
    """Which of the two listings a file is, where its columns are, and what its places lead to."""

    def __init__(self, file: OpenedFile, names: Sequence[str]) -> None:
        columns = Columns(names)
        self.of_centres = columns.at(CENTRE_COLUMNS["finess"]) >= 0
        self.part = "liste-cds" if self.of_centres else "liste-ps"
        titles = CENTRE_COLUMNS if self.of_centres else PRACTITIONER_COLUMNS
        columns.require(file, titles.values())
        self.width = len(columns)
        fields = Centre._fields if self.of_centres else Practitioner._fields
        self.known: dict[tuple[str, ...], Ignored | None] = {}
        self.place_of: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(
            columns.at(titles["postcode"]), columns.at(titles["city"])
        )
        self._cells: Callable[[Sequence[str]], tuple[str, ...]] = itemgetter(
            *(columns.at(titles[name]) for name in fields)
        )

    def learn(self, place: tuple[str, ...], elsewhere: Ignored | None) -> Ignored | None:
        """Keep what a place leads to: a national listing names the same few again."""
        if len(self.known) >= _REMEMBERED:
            self.known.clear()
        self.known[place] = elsewhere
        return elsewhere

    def tell(self, cells: Sequence[str]) -> Practitioner | Centre:
        """The cells of a row of the right length, without padding."""
        told = map(str.strip, self._cells(cells))
        return Centre._make(told) if self.of_centres else Practitioner._make(told)


def read_header(file: OpenedFile) -> list[str]:
    """The cells of the first line, without moving."""
    return next(csv.reader([first_line(file)], delimiter=DELIMITER))


def refuse_former(file: OpenedFile, cells: Sequence[str]) -> None:
    """Refuse the files of before, Latin-1 and without a header (FORMATS.md c.2).

    Their first line is already a row: sixteen cells and more, the eighth a postcode.
    """
    headless = len(cells) >= _FORMER_WIDTH and re.fullmatch(r"\d{5}", cells[_FORMER_POSTCODE])
    if headless or _FORMER_NAME.search(file.name):
        raise file.refuse(
            "ancien fichier de l'Assurance maladie (« ps-infospratiques » ou « ps-tarifs », sans "
            "en-tête), figé depuis janvier 2026. Prenez liste-ps-AAAAMMJJ-HHMMSS.csv et "
            "liste-cds-AAAAMMJJ-HHMMSS.csv dans le jeu « Annuaire santé Ameli » sur data.gouv.fr."
        )
