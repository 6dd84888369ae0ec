"""Runs of Ameli: counts that add up, what changes from a week to the next, files refused."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.base.errors import InputRefusedError
from directory.tables import record
from importers.ameli.importer import IMPORTER
from importers.ameli.layout import PRACTITIONER_COLUMNS
from importers.choice import default_files
from importers.contract import WRONG_LENGTH
from tests.importers.ameli.rows import (
    CDS_FILE,
    CENTRE,
    DOCTOR,
    NURSE,
    PS_FILE,
    Row,
    centres,
    practitioners,
)
from tests.importers.world import World

OLD_ROW = "F;DÉMONSTRATION;Agathe;;;12 AV DE LA PAIX;;94260;FRESNES;0199006201;45;L;1;c1;N;O;1;;\n"
LABORATORY = DOCTOR | {"type": "3", "family": "LABO", "given": "", "gender": ""}
PHARMACY = DOCTOR | {"type": "4", "family": "PHARMACIE DU PARC", "given": "", "gender": ""}
FAR = NURSE | {"postcode": "01000", "city": "BOURG EN BRESSE"}
NOWHERE = NURSE | {"postcode": "", "city": ""}
NEXT_PS, NEXT_CDS = (name.replace("20261116", "20261121") for name in (PS_FILE, CDS_FILE))


def _both(world: World, *rows: Row, names: tuple[str, str] = (PS_FILE, CDS_FILE)) -> list[Path]:
    contents = (practitioners(*rows), centres(CENTRE))
    return [world.write(name, content) for name, content in zip(names, contents, strict=True)]


def test_every_row_is_kept_ignored_or_set_aside(world: World, whole: None) -> None:
    broken = (
        NURSE | {"family": " "},
        NURSE | {"speciality": "", "speciality_label": ""},
        NURSE | {"type": "7"},
    )
    rows = (DOCTOR, NURSE, LABORATORY, PHARMACY, FAR, NOWHERE, *broken, NURSE)
    files = _both(world, *rows)
    files[0].write_bytes(files[0].read_bytes() + b"trop;court\r\n")
    report = world.run("ameli", *files)
    assert report.data_date == date(2026, 11, 16)
    assert (report.read, report.kept, report.ignored, report.quarantined) == (12, 3, 5, 4)
    assert report.reasons == {
        "laboratoire (repris de FINESS)": 1,
        "pharmacie, transport ou fournisseur (repris de FINESS)": 1,
        "hors territoire": 1,
        "sans lieu": 1,
        "doublon dans le fichier": 1,
        "nom absent": 1,
        "spécialité absente": 1,
        "type de professionnel inconnu": 1,
        WRONG_LENGTH: 1,
    }
    aside = world.register.quarantined(report.run)
    assert [one.line for one in aside] == [8, 9, 10, 12]
    assert [bool(one.key) for one in aside] == [True, True, True, False]


def test_the_same_listings_again_change_nothing(world: World, whole: None) -> None:
    files = _both(world, DOCTOR, NURSE)
    assert world.run("ameli", *files).kept == 3
    again = world.run("ameli", *files)
    assert (again.kept, again.unchanged, again.removed) == (0, 3, 0)


def test_a_new_phone_is_a_new_version_of_the_same_row(world: World, whole: None) -> None:
    world.run("ameli", *_both(world, DOCTOR, NURSE))
    before = world.statements("ameli")
    changed = DOCTOR | {"phone": "0199006299"}
    report = world.run("ameli", *_both(world, changed, NURSE, names=(NEXT_PS, NEXT_CDS)))
    assert (report.kept, report.unchanged, report.removed) == (1, 2, 0)
    after = world.statements("ameli")
    assert set(after) == set(before)
    (key,) = (key for key, said in after.items() if said != before[key])
    phones = [said.role.contacts[0].value for said in (before[key], after[key]) if said.role]
    assert phones == ["+33199006201", "+33199006299"]


def test_who_left_the_listing_leaves_only_a_key_and_dates(world: World, whole: None) -> None:
    world.run("ameli", *_both(world, DOCTOR, NURSE))
    (gone,) = (
        key
        for key, said in world.statements("ameli").items()
        if said.person and said.person.family == DOCTOR["family"]
    )
    report = world.run("ameli", *_both(world, NURSE, names=(NEXT_PS, NEXT_CDS)))
    assert (report.unchanged, report.removed) == (2, 1)
    assert gone not in world.statements("ameli")
    with world.register.database.read() as connection:
        left = connection.execute(sa.select(record).where(record.c.key == gone)).one()
    assert (left.statement, left.raw) == (None, None)
    assert left.first_seen is not None
    assert left.last_seen is not None


def test_an_older_listing_is_refused(world: World, whole: None) -> None:
    world.run("ameli", *_both(world, DOCTOR, names=(NEXT_PS, NEXT_CDS)))
    before = world.statements("ameli")
    with pytest.raises(InputRefusedError, match="plus anciennes que celles"):
        world.run("ameli", *_both(world, NURSE))
    assert world.statements("ameli") == before


@pytest.mark.parametrize(("given", "missing"), [(0, "liste-cds"), (1, "liste-ps")])
def test_one_listing_alone_is_refused(world: World, whole: None, given: int, missing: str) -> None:
    """Rows of the other one would pass for removed."""
    files = _both(world, DOCTOR)
    world.run("ameli", *files)
    before = world.statements("ameli")
    with pytest.raises(InputRefusedError, match=f"il manque {missing}"):
        world.run("ameli", files[given])
    assert world.statements("ameli") == before
    extract = world.run("ameli", files[given], partial=True)
    assert (extract.unchanged, extract.removed) == (1, 0)
    assert world.statements("ameli") == before


def test_without_a_file_both_listings_are_downloaded() -> None:
    assert default_files(IMPORTER) == [IMPORTER.card.url, *IMPORTER.card.also]
    assert len(default_files(IMPORTER)) == len(IMPORTER.card.parts)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ameli.csv", OLD_ROW.encode("latin-1")),
        ("ameli.csv", OLD_ROW.replace("F;", ";", 1).encode("latin-1")),
        ("ps-infospratiques.csv", OLD_ROW.encode("latin-1")),
        ("ps-tarifs.csv", b"H;\n"),
    ],
)
def test_former_files_are_refused_by_their_name(world: World, name: str, content: bytes) -> None:
    with pytest.raises(InputRefusedError, match="ancien fichier.*liste-ps-AAAAMMJJ.*liste-cds"):
        world.run("ameli", world.write(name, content), partial=True)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (practitioners(DOCTOR).replace(b";", b","), "colonnes manquantes"),
        (b'{"a": 1}', "JSON reçu"),
        (practitioners(DOCTOR, NURSE)[:-60], "tronqué"),
        (practitioners(DOCTOR).replace(b"PAIX", "FORÊT".encode("latin-1")), "pas en UTF-8"),
        (practitioners(DOCTOR | {"company": 'A;"B'})[:-150], "tronqué"),
    ],
    ids=["commas", "json", "cut", "latin-1", "cut in quotes"],
)
def test_what_is_not_a_sound_listing_is_refused(world: World, content: bytes, said: str) -> None:
    with pytest.raises(InputRefusedError, match=said):
        world.run("ameli", world.write(PS_FILE, content), partial=True)
    assert world.records("ameli") == {}


def test_a_listing_without_a_column_is_refused(world: World) -> None:
    lost = PRACTITIONER_COLUMNS["sector"].encode()
    path = world.write(PS_FILE, practitioners(DOCTOR).replace(lost, b"secteur"))
    with pytest.raises(InputRefusedError, match="manquantes : secteur_conventionnel_code"):
        world.run("ameli", path, partial=True)
