"""Rows of `liste-ps` and `liste-cds` in the documented columns: people are invented by Faker."""

import csv
import io
from collections.abc import Mapping, Sequence

from faker import Faker

from importers.ameli.layout import CENTRE_COLUMNS, PRACTITIONER_COLUMNS

_FAKER = Faker("fr_FR")
_FAKER.seed_instance(20261122)

BOM = b"\xef\xbb\xbf"
PS_FILE = "liste-ps-20261116-021500.csv"
CDS_FILE = "liste-cds-20261116-021500.csv"

DOCTOR = {
    "family": _FAKER.last_name().upper(),
    "given": _FAKER.first_name_female().upper(),
    "gender": "F",
    "company": "CABINET MEDICAL DES TILLEULS",
    "card": "true",
    "mobile_card": "false",
    "speciality": "01",
    "speciality_label": "Médecin généraliste",
    "type": "1",
    "type_label": "Médecins généralistes et spécialistes",
    "phone": "0199006201",
    "street": "12 BIS AVENUE DE LA PAIX",
    "complement": "BATIMENT B",
    "postcode": "94260",
    "city": "FRESNES",
    "sector": "3",
    "sector_label": "Secteur 2",
    "nature": "01",
    "nature_label": "Libéral intégral",
    "option": "3",
    "option_label": "OPTAM",
}
"""A general practitioner of Fresnes, with everything the listing can say."""

NURSE = DOCTOR | {
    "family": _FAKER.last_name().upper(),
    "given": _FAKER.first_name_male().upper(),
    "gender": "H",
    "company": "",
    "speciality": "24",
    "speciality_label": "Infirmier",
    "type": "5",
    "type_label": "Auxiliaires médicaux",
    "phone": "0199006202",
    "sector": "1",
    "sector_label": "Secteur 1 ou conventionné",
    "option": "",
    "option_label": "",
}

CENTRE = {
    "finess": "940000011",
    "name": "CENTRE MUNICIPAL DE SANTE",
    "card": "true",
    "mobile_card": "true",
    "speciality": "01",
    "speciality_label": "Médecin généraliste",
    "type": "1",
    "type_label": "Centre de santé",
    "phone": "0199006203",
    "street": "3 RUE COUSTE",
    "postcode": "94230",
    "city": "CACHAN",
}
"""A health centre of Cachan."""

Row = Mapping[str, str]


def practitioners(*rows: Row, columns: Sequence[str] = ()) -> bytes:
    """A whole `liste-ps`; `columns` puts them in another order."""
    return _listing(PRACTITIONER_COLUMNS, rows, columns)


def centres(*rows: Row, columns: Sequence[str] = ()) -> bytes:
    """A whole `liste-cds`."""
    return _listing(CENTRE_COLUMNS, rows, columns)


def _listing(titles: Mapping[str, str], rows: Sequence[Row], columns: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(
        text, columns or list(titles.values()), delimiter=";", lineterminator="\r\n"
    )
    writer.writeheader()
    writer.writerows({titles[name]: cell for name, cell in row.items()} for row in rows)
    return BOM + text.getvalue().encode()
