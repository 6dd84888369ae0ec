"""Columns of `PS_LibreAcces_Personne_activite`, found by name: 52 of them, then 56."""

import re
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from importers.cleaning import clean
from importers.contract import Ignored
from importers.inputs import OpenedFile
from importers.text import Columns

if TYPE_CHECKING:
    from importers.rpps.workplace import Workplace

_CEDEX = re.compile(r"(?:(\d{5})\s+)?(.*)")


class Told(NamedTuple):
    """The cells of a row that are read, by our names; a column the file lacks is empty."""

    type: str
    number: str
    national: str
    title: str
    civility: str
    family: str
    given: str
    profession: str
    profession_label: str
    category: str
    skill_kind: str
    skill_kind_label: str
    skill: str
    skill_label: str
    mode: str
    mode_label: str
    siret: str
    siren: str
    finess_et: str
    finess_ej: str
    structure: str
    company: str
    sign: str
    recipient: str
    point: str
    street_number: str
    repetition: str
    street_code: str
    street_type: str
    street: str
    distribution: str
    cedex: str
    postcode: str
    commune: str
    commune_label: str
    country: str
    country_label: str
    phone: str
    phone_2: str
    fax: str
    mail: str
    sector: str
    sector_label: str
    role: str
    activity: str
    activity_label: str


COLUMNS = {
    "type": "Type d'identifiant PP",
    "number": "Identifiant PP",
    "national": "Identification nationale PP",
    "title": "Code civilité d'exercice",
    "civility": "Code civilité",
    "family": "Nom d'exercice",
    "given": "Prénom d'exercice",
    "profession": "Code profession",
    "profession_label": "Libellé profession",
    "category": "Code catégorie professionnelle",
    "skill_kind": "Code type savoir-faire",
    "skill_kind_label": "Libellé type savoir-faire",
    "skill": "Code savoir-faire",
    "skill_label": "Libellé savoir-faire",
    "mode": "Code mode exercice",
    "mode_label": "Libellé mode exercice",
    "siret": "Numéro SIRET site",
    "siren": "Numéro SIREN site",
    "finess_et": "Numéro FINESS site",
    "finess_ej": "Numéro FINESS établissement juridique",
    "structure": "Identifiant technique de la structure",
    "company": "Raison sociale site",
    "sign": "Enseigne commerciale site",
    "recipient": "Complément destinataire (coord. structure)",
    "point": "Complément point géographique (coord. structure)",
    "street_number": "Numéro Voie (coord. structure)",
    "repetition": "Indice répétition voie (coord. structure)",
    "street_code": "Code type de voie (coord. structure)",
    "street_type": "Libellé type de voie (coord. structure)",
    "street": "Libellé Voie (coord. structure)",
    "distribution": "Mention distribution (coord. structure)",
    "cedex": "Bureau cedex (coord. structure)",
    "postcode": "Code postal (coord. structure)",
    "commune": "Code commune (coord. structure)",
    "commune_label": "Libellé commune (coord. structure)",
    "country": "Code pays (coord. structure)",
    "country_label": "Libellé pays (coord. structure)",
    "phone": "Téléphone (coord. structure)",
    "phone_2": "Téléphone 2 (coord. structure)",
    "fax": "Télécopie (coord. structure)",
    "mail": "Adresse e-mail (coord. structure)",
    "sector": "Code secteur d'activité",
    "sector_label": "Libellé secteur d'activité",
}
NEWER_COLUMNS = {
    "role": "Code rôle",
    "activity": "Code genre activité",
    "activity_label": "Libellé genre activité",
}
"""Absent from the files of 52 columns."""

PLACE = ("commune", "postcode", "cedex", "commune_label", "country")

Place = tuple[str, ...]

_REMEMBERED = 200_000
"""Places kept in mind, so that memory does not grow with the file."""


def town(postcode: str, cedex: str, label: str) -> tuple[str, str]:
    """Postcode and city: « 25304 PONTARLIER CEDEX » says both and may stand alone."""
    if not cedex:
        return postcode.strip(), clean(label)
    found = _CEDEX.fullmatch(clean(cedex))
    told, city = (found[1] or "", found[2]) if found else ("", "")
    return postcode.strip() or told, city or clean(label)


_REMEMBERED_WORKPLACES = 25_000
"""Workplaces of the national file kept in mind; all are forgotten once there are more."""


class Layout:
    """Where the columns of one file are, and what was already found out about its places."""

    def __init__(self, file: OpenedFile, names: Sequence[str]) -> None:
        columns = Columns([name for name in names if name.strip()])
        columns.require(file, COLUMNS.values())
        self.width = len(columns)
        self.known: dict[Place, Ignored | None] = {}
        self.workplaces: dict[tuple[str, ...], Workplace] = {}
        self.place_of: Callable[[Sequence[str]], Place] = itemgetter(
            *(columns.at(COLUMNS[name]) for name in PLACE)
        )
        titles = COLUMNS | NEWER_COLUMNS
        self.at = {name: columns.at(titles[name]) for name in Told._fields}
        self._cells: Callable[[Sequence[str]], Place] = itemgetter(*self.at.values())

    def learn(self, place: Place, elsewhere: Ignored | None) -> Ignored | None:
        """Keep what a place leads to: a national file names the same few again."""
        if len(self.known) >= _REMEMBERED:
            self.known.clear()
        self.known[place] = elsewhere
        return elsewhere

    def learn_workplace(self, cells: tuple[str, ...], found: "Workplace") -> "Workplace":
        """Keep what the cells of a workplace say: its people's rows repeat them."""
        if len(self.workplaces) >= _REMEMBERED_WORKPLACES:
            self.workplaces.clear()
        self.workplaces[cells] = found
        return found

    def fits(self, cells: Sequence[str]) -> bool:
        """Whether a row has as many cells as the header; lines end with one more `|`."""
        more = len(cells) - self.width
        return more == 0 or (more == 1 and not cells[-1])

    def tell(self, cells: Sequence[str]) -> Told:
        """The cells of a row of a right length, without padding.

        A column the file lacks is at -1, which is made the empty cell that ends the line.
        """
        whole = cells if len(cells) > self.width else [*cells, ""]
        return Told._make(map(str.strip, self._cells(whole)))
