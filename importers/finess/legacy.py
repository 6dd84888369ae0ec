"""The legacy extracts cs1100502 and cs1100507: 32 positional cells, frozen since 2026-05-04."""

import re
from collections.abc import Iterator
from datetime import date

from directory.communes import OVERSEAS_DEPARTEMENTS
from directory.model import Address, ContactSystem, Point, SourceRecord
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
from importers.finess import geolocation
from importers.finess.cells import CELLS, SECTION, Cells, Told, split_cells
from importers.finess.mangled import repair
from importers.finess.site import NUMBER, check_number, make_site
from importers.inputs import OpenedFile
from importers.text import cut_off, first_line, read_lines

LAYOUT = "etalab-cs1100502"
_HEADER = re.compile(r"finess;etalab;\d+;(\d{4}-\d{2}-\d{2})")
_LINE_OF_TOWN = re.compile(r"(\d{5})(?: (.*))?")


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
        "ni FINESS+ (JSON, finess-structures-…json.gz), ni finess_etablissements.csv (colonne "
        "« nofinesset »), ni extrait historique etalab-cs1100502 (première ligne "
        f"« finess;etalab;… »). Première ligne reçue : « {first[:60]} ».",
        1,
    )


def read_sites(file: OpenedFile, encoding: str, context: Context) -> Iterator[Row]:
    """Rows of the extract, each with its position when the file has a second section (cs1100507)."""
    positions = geolocation.read_section(file, encoding)
    for number, line in enumerate(read_lines(file, encoding), start=1):
        if (number == 1 and _HEADER.match(line)) or not line.strip():
            continue
        raw = line.rstrip("\r\n")
        cells = split_cells(raw)
        expected = geolocation.CELLS if cells[0] == geolocation.SECTION else CELLS
        if len(cells) < expected and not line.endswith("\n"):
            raise cut_off(file, number)
        if cells[0] != geolocation.SECTION:
            position = positions.pop(key := cells[1] if len(cells) > 1 else "", None)
            if position is not None:  # kept with the row: a new position is a changed row
                raw += f"\n{geolocation.SECTION};{key};{';'.join(position)}"
            yield Row(number, Told(cells, position), raw, LAYOUT)
        elif not geolocation.is_position(cells):
            yield Row(number, Told(cells, expected=geolocation.CELLS), raw, LAYOUT)
    if positions:
        context.notes["coordonnées d'un établissement absent du fichier"] += len(positions)


def to_record(row: Row, context: Context) -> SourceRecord | Ignored | Quarantined:
    """One site; a line of the second section comes here only when it is broken."""
    told: Told = row.cells
    if len(told.cells) != told.expected:
        key = next(filter(NUMBER.fullmatch, told.cells), "")
        detail = f"{len(told.cells)} cellules au lieu de {told.expected}"
        return Quarantined(WRONG_LENGTH, detail, key)
    cells = repair(Cells(*told.cells), context)
    if isinstance(cells, Quarantined):
        return cells
    if cells.section != SECTION:
        return Quarantined("section inconnue", cells.section[:40], cells.nofinesset)
    if problem := check_number(cells.nofinesset):
        return problem
    place = _place(cells)
    if not context.everywhere and (elsewhere := ELSEWHERE[context.where(*place)]):
        return elsewhere
    if not (clean(cells.rs) or clean(cells.rslongue)):
        return Quarantined("nom absent", "ni nom court ni nom long", cells.nofinesset)
    point = _point(told, place[0], context)
    return _record(row, cells, _address(cells, place, point, context), context)


def _record(row: Row, cells: Cells, address: Address, context: Context) -> SourceRecord:
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


def _point(told: Told, insee: str, context: Context) -> Point | None:
    if told.position is None or not (told.position.x or told.position.y):
        return None
    point = geolocation.place_site(told.position, insee)
    if point is None:
        context.note("coordonnées hors de leur territoire, laissées vides")
    return point


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


def _address(
    cells: Cells, place: tuple[str, str, str], point: Point | None, context: Context
) -> Address:
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
        point=point,
    )
