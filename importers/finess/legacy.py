"""The legacy extract `etalab-cs1100502`: 32 positional cells, frozen since 2026-05-04."""

import csv
import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from directory.communes import OVERSEAS_DEPARTEMENTS
from directory.model import Address, ContactSystem, SourceRecord
from importers.cleaning import (
    REPETITIONS,
    clean,
    join_street,
    make_address,
    parse_date,
    phone_contacts,
    street_case,
)
from importers.contract import ELSEWHERE, WRONG_LENGTH, Context, Ignored, Quarantined, Row
from importers.finess.site import check_number, make_site
from importers.inputs import OpenedFile
from importers.text import cut_off, first_line, read_lines

LAYOUT = "etalab-cs1100502"
CELLS = 32
_HEADER = re.compile(r"finess;etalab;\d+;(\d{4}-\d{2}-\d{2})")
_QUOTES = re.compile(r'"{2,}')
_LINE_OF_TOWN = re.compile(r"(\d{5})(?: (.*))?")


class Cells(NamedTuple):
    """The 32 cells, by position."""

    section: str
    nofinesset: str
    nofinessej: str
    rs: str
    rslongue: str
    complrs: str
    compldistrib: str
    numvoie: str
    typvoie: str
    voie: str
    compvoie: str
    lieuditbp: str
    commune: str
    departement: str
    libdepartement: str
    ligneacheminement: str
    telephone: str
    telecopie: str
    categetab: str
    libcategetab: str
    categagretab: str
    libcategagretab: str
    siret: str
    codeape: str
    codemft: str
    libmft: str
    codesph: str
    libsph: str
    dateouv: str
    dateautor: str
    datemaj: str
    numuai: str


def extracted_on(file: OpenedFile) -> date | None:
    """The date of the first line, `finess;etalab;111;2026-05-12`; None for a headless extract.

    Raises InputRefusedError when the file is neither that nor rows of it.
    """
    first = first_line(file)
    if found := _HEADER.match(first):
        return parse_date(found[1])
    if first.startswith("structureet;"):
        return None
    raise file.refuse(
        "ni FINESS+ (JSON, finess-structures-…json.gz) ni extrait historique etalab-cs1100502 "
        f"(première ligne « finess;etalab;… »). Première ligne reçue : « {first[:60]} ».",
        1,
    )


def read_sites(file: OpenedFile, encoding: str) -> Iterator[Row]:
    """Rows of the extract, the first line of metadata left out."""
    for number, line in enumerate(read_lines(file, encoding), start=1):
        if (number == 1 and _HEADER.match(line)) or not line.strip():
            continue
        raw = line.rstrip("\r\n")
        cells = split_cells(raw)
        if len(cells) < CELLS and not line.endswith("\n"):
            raise cut_off(file, number)
        yield Row(number, cells, raw, LAYOUT)


def split_cells(line: str) -> list[str]:
    """Cells of one line, which is always one record.

    A reader of the whole file would lose every row after an unbalanced quote; here it loses one.
    Some extracts end every line with one more `;`.
    """
    if '"' not in line:
        cells = line.split(";")
    else:
        cells = next(csv.reader([line], delimiter=";"))
        if len(cells) not in (CELLS, CELLS + 1):
            cells = line.split(";")
        cells = [_QUOTES.sub('"', cell) for cell in cells]
    return cells[:-1] if len(cells) == CELLS + 1 and not cells[-1] else cells


def to_record(row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
    """One site; the `geolocalisation` section of cs1100507 is left out by name."""
    if row.cells[0] == "geolocalisation":
        return Ignored("section « geolocalisation », non lue")
    if len(row.cells) != CELLS:
        key = row.cells[1] if len(row.cells) > 1 else ""
        return Quarantined(WRONG_LENGTH, f"{len(row.cells)} cellules au lieu de {CELLS}", key)
    cells = Cells(*row.cells)
    if cells.section != "structureet":
        return Quarantined("section inconnue", cells.section[:40], cells.nofinesset)
    if problem := check_number(cells.nofinesset):
        return problem
    place = _place(cells)
    if not context.everywhere and (elsewhere := ELSEWHERE[context.where(*place)]):
        return elsewhere
    if not (clean(cells.rs) or clean(cells.rslongue)):
        return Quarantined("nom absent", "ni nom court ni nom long", cells.nofinesset)
    address = _address(cells, place, context)
    return make_site(
        context,
        number=cells.nofinesset,
        raw=row.raw,
        short=clean(cells.rs),
        long=clean(cells.rslongue),
        complement=clean(cells.complrs),
        category=clean(cells.categetab),
        category_label=clean(cells.libcategetab),
        legal_entity="",
        numbers={
            "finess_et": cells.nofinesset,
            "finess_ej": clean(cells.nofinessej),
            "siret": clean(cells.siret),
            "uai": clean(cells.numuai),
        },
        addresses=(address,),
        contacts=phone_contacts(cells.telephone, address.postcode)
        + phone_contacts(cells.telecopie, address.postcode, ContactSystem.FAX),
        opened_on=parse_date(cells.dateouv),
        updated_on=parse_date(cells.datemaj),
    )


def insee_code(departement: str, commune: str) -> str:
    """`94` + `038` → 94038; overseas `9A` + `123` → 97123. Empty when a part is missing."""
    if not (departement and commune):
        return ""
    overseas = OVERSEAS_DEPARTEMENTS.get(departement)
    return (overseas[:2] if overseas else departement) + commune.zfill(3)


def _place(cells: Cells) -> tuple[str, str, str]:
    """INSEE code, postcode and city; `97306 CAYENNE CEDEX` says the last two."""
    told = clean(cells.ligneacheminement)
    town = _LINE_OF_TOWN.fullmatch(told)
    postcode, city = (town[1], town[2] or "") if town else ("", told)
    return insee_code(clean(cells.departement), clean(cells.commune)), postcode, city


def _address(cells: Cells, place: tuple[str, str, str], context: Context) -> Address:
    insee, postcode, city = place
    repetition = clean(cells.compvoie)
    number = (clean(cells.numvoie), REPETITIONS.get(repetition, repetition))
    complements = (street_case(clean(one)) for one in (cells.compldistrib, cells.lieuditbp))
    return make_address(
        context,
        insee=insee,
        postcode=postcode,
        city=city,
        number=" ".join(filter(None, number)),
        street=join_street(cells.typvoie, cells.voie),
        complement=", ".join(filter(None, complements)),
    )
