"""`finess_etablissements.csv`: columns by name, and what pandas and Excel did to their values."""

from datetime import date

import pytest

from directory.base.errors import InputRefusedError
from directory.model import Identifier, Precision
from importers.contract import WRONG_LENGTH
from importers.finess.mangled import DAMAGED, REPAIRED, integer
from tests.importers.finess.rows import TABLE, legacy, legacy_line, table, table_line
from tests.importers.world import World, only

NAME = "finess_etablissements.csv"
SHUFFLED = ("Unnamed: 0", *reversed(TABLE))


@pytest.mark.parametrize(
    ("columns", "delimiter"),
    [(TABLE, ";"), (SHUFFLED, ";"), (TABLE, ",")],
    ids=["as published", "other order, one more", "commas"],
)
def test_columns_are_found_by_name(world: World, columns: tuple[str, ...], delimiter: str) -> None:
    line = table_line(columns=columns, delimiter=delimiter, rslongue='RESIDENCE "LES TILLEULS"')
    path = world.write(NAME, table(line, columns=columns, delimiter=delimiter))
    report = world.run("finess", path, partial=True)
    assert (report.read, report.kept, report.notes) == (1, 1, {})
    site = world.site("finess", "940000011")
    assert (site.name, site.long_name) == ("EHPAD LES TILLEULS", 'RESIDENCE "LES TILLEULS"')
    address = only(site.addresses)
    assert (address.street_number, address.street, address.insee) == (
        "2",
        "rue de Wissous",
        "94034",
    )
    assert address.point is not None
    assert address.point.precision is Precision.ADDRESS


def test_a_site_is_the_same_told_by_the_table_and_by_the_extract(world: World) -> None:
    world.run("finess", world.write("f.csv", legacy(legacy_line())), partial=True)
    told = world.statements("finess")["940000011"]
    world.run(
        "finess", world.write(NAME, table(table_line(coordxet="", coordyet=""))), partial=True
    )
    assert world.statements("finess")["940000011"] == told


def test_the_data_is_as_old_as_its_last_update_whatever_the_name(world: World) -> None:
    lines = (table_line(), table_line(nofinesset="940000037", datemaj="2999-01-01"))
    path = world.write("finess_etablissements_20261120.csv", table(*lines))
    assert world.run("finess", path, partial=True).data_date == date(2026, 5, 4)
    with pytest.raises(InputRefusedError, match="figé depuis le 4 mai 2026"):
        world.run("finess", path)


def test_an_outer_merge_leaves_coordinates_empty(world: World) -> None:
    line = table_line(coordxet="", coordyet="", sourcecoordet="", datemaj_geoloc="")
    report = world.run("finess", world.write(NAME, table(line)), partial=True)
    assert (report.kept, report.notes) == (1, {})
    assert only(world.site("finess", "940000011").addresses).point is None


def test_a_table_without_a_column_that_counts_is_refused(world: World) -> None:
    columns = tuple(name for name in TABLE if name not in ("commune", "categetab"))
    path = world.write(NAME, table(table_line(columns=columns), columns=columns))
    with pytest.raises(InputRefusedError, match="colonnes manquantes : commune, categetab"):
        world.run("finess", path, partial=True)


def test_another_missing_column_is_told(world: World) -> None:
    columns = tuple(name for name in TABLE if name != "telecopie")
    path = world.write(NAME, table(table_line(columns=columns), columns=columns))
    report = world.run("finess", path, partial=True)
    assert (report.kept, report.notes) == (1, {"colonne « telecopie » absente du fichier": 1})


def test_a_row_of_another_length_is_set_aside_with_its_number(world: World, lenient: None) -> None:
    path = world.write(NAME, table(table_line(), "940000045;940000029;COURT\n"))
    report = world.run("finess", path, partial=True)
    assert (report.kept, report.reasons) == (1, {WRONG_LENGTH: 1})
    assert report.examples[0]["detail"] == "3 cellules au lieu de 35"
    assert report.examples[0]["key"] == "940000045"


def test_a_torn_last_line_is_a_truncated_file(world: World) -> None:
    path = world.write(NAME, table(table_line(), table_line()[:50]))
    with pytest.raises(InputRefusedError, match="ligne 3 : fichier tronqué"):
        world.run("finess", path, partial=True)


def test_floats_of_pandas_are_whole_numbers_again(world: World) -> None:
    line = table_line(
        nofinesset="940000011.0", nofinessej="940000029.0", numvoie="2.0", commune="34.0",
        departement="94.0", telephone="149849200.0", telecopie="149849201.0", categetab="500.0",
        siret="26010004500012.0", ligneacheminement="94260.0",
    )  # fmt: skip
    report = world.run("finess", world.write(NAME, table(line)), partial=True)
    assert (report.kept, report.notes) == (1, {REPAIRED: 9})
    site = world.site("finess", "940000011")
    assert set(site.identifiers) == {
        Identifier(system="finess_et", value="940000011"),
        Identifier(system="finess_ej", value="940000029"),
        Identifier(system="siret", value="26010004500012"),
    }
    address = only(site.addresses)
    assert (address.street_number, address.postcode, address.insee) == ("2", "94260", "94034")
    assert [one.value for one in site.contacts] == ["+33149849200", "+33149849201"]
    assert site.category is not None
    assert site.category.code == "500"


def test_zeros_lost_in_front_come_back_when_the_check_digit_agrees(world: World) -> None:
    line = legacy_line(
        nofinesset="10000024", nofinessej="10780054", departement="1", commune="53",
        ligneacheminement="01000 BOURG EN BRESSE", siret="5520002400012",
    )  # fmt: skip
    report = world.run("finess", world.write("f.csv", legacy(line)), partial=True, everywhere=True)
    assert report.notes["« siret » abîmé par un tableur, laissé vide"] == 1
    site = world.site("finess", "010000024")
    assert site.identifiers == (
        Identifier(system="finess_et", value="010000024"),
        Identifier(system="finess_ej", value="010780054"),
    )
    assert only(site.addresses).insee == "01053"


@pytest.mark.parametrize(
    ("number", "departement"), [("9,4E+08", "94"), ("10000025", "1"), ("10000024", "94")],
    ids=["scientific", "wrong check digit", "another département"],
)  # fmt: skip
def test_a_key_whose_digits_are_lost_is_set_aside(
    world: World, lenient: None, number: str, departement: str
) -> None:
    sound = legacy_line(nofinesset="940000037")
    line = legacy_line(nofinesset=number, departement=departement)
    report = world.run("finess", world.write("f.csv", legacy(sound, line)))
    assert (report.kept, report.reasons) == (1, {DAMAGED: 1})
    assert number in report.examples[0]["detail"]


def test_other_numbers_whose_digits_are_lost_are_left_out_and_told(world: World) -> None:
    line = legacy_line(
        siret="2,601E+13", nofinessej="9,4E+08", telephone="1,5E+08", numvoie="02-avr"
    )
    report = world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    assert sorted(report.notes) == [
        "« nofinessej » abîmé par un tableur, laissé vide",
        "« numvoie » changé en date par un tableur, laissé vide",
        "« siret » abîmé par un tableur, laissé vide",
        "« telephone » abîmé par un tableur, laissé vide",
    ]
    site = world.site("finess", "940000011")
    assert [one.system for one in site.identifiers] == ["finess_et"]
    assert site.contacts == ()
    assert only(site.addresses).street_number == ""


@pytest.mark.parametrize(
    ("told", "whole"),
    [
        ("500.0", "500"),
        ("500,0", "500"),
        ("2.6010004500012E+13", "26010004500012"),
        ("2,601E+13", None),
        ("2A0000123", "2A0000123"),
        ("12 bis", "12 bis"),
        ("500.5", "500.5"),
    ],
)
def test_whole_numbers(told: str, whole: str | None) -> None:
    assert integer(told) == whole
