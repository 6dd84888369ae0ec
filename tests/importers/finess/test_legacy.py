"""The legacy FINESS extract: its layout, its traps, and the 14 real rows of 2026-05-12."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import InputRefusedError
from directory.model import ContactSystem, EntityKind, Identifier, Organization, ResourceKind
from importers.contract import WRONG_LENGTH
from importers.finess.cells import CELLS, split_cells
from importers.finess.legacy import insee_code
from tests.importers.finess.rows import HEADER, legacy, legacy_line
from tests.importers.world import World, only

REAL = Path(__file__).parent / "fixtures" / "etalab-cs1100502-stock-20260512.csv"
IN_MAY = FixedClock(datetime(2026, 5, 20, 12, tzinfo=UTC))


def test_the_real_rows_are_all_kept_with_everywhere(world: World) -> None:
    report = world.run("finess", REAL, partial=True, everywhere=True, clock=IN_MAY)
    assert (report.read, report.kept, report.ignored, report.quarantined) == (14, 14, 0, 0)
    assert report.data_date == date(2026, 5, 12)


def test_the_real_rows_are_out_of_the_territory(world: World) -> None:
    report = world.run("finess", REAL, partial=True, clock=IN_MAY)
    assert (report.kept, report.reasons) == (0, {"hors territoire": 14})


def test_overseas_codes_become_insee_codes(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True, clock=IN_MAY)
    told = {key: only(one.addresses) for key, one in _sites(world).items()}
    assert told["970102018"].insee == "97701"  # 97123 until Saint-Barthélemy became a collectivity
    assert told["970300026"].insee == "97302"
    assert told["980600027"].insee == "98613"
    assert told["970300026"].city == "CAYENNE CEDEX"
    assert told["010000024"].insee == "01451"


def test_quotes_of_the_real_rows_are_single_again(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True, clock=IN_MAY)
    assert _sites(world)["980501506"].name == 'LIEU DE VIE "MAVOUNA MEMA 1"'


def test_a_site_is_told_whole(world: World) -> None:
    line = legacy_line(
        rslongue="EHPAD RESIDENCE LES TILLEULS", compvoie="B", siret="26010004500012",
        telecopie="0149849201", lieuditbp="BP 12", numuai="0940001A",
    )  # fmt: skip
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    said = world.statements("finess")["940000011"]
    assert (said.subject, said.subject_key) == (EntityKind.ORGANIZATION, "finess|940000011")
    site = world.site("finess", "940000011")
    assert (site.name, site.long_name) == ("EHPAD LES TILLEULS", "EHPAD RESIDENCE LES TILLEULS")
    assert site.category is not None
    assert site.category.code == "500"
    assert site.kind is ResourceKind.ESTABLISHMENT
    assert set(site.identifiers) == {
        Identifier(system="finess_et", value="940000011"),
        Identifier(system="finess_ej", value="940000029"),
        Identifier(system="siret", value="26010004500012"),
        Identifier(system="uai", value="0940001A"),
    }
    address = only(site.addresses)
    assert (address.street_number, address.street) == ("2 bis", "rue de Wissous")
    assert (address.complement, address.postcode) == ("BP 12", "94260")
    assert (address.city, address.insee) == ("Fresnes", "94034")
    assert [(one.system, one.value) for one in site.contacts] == [
        (ContactSystem.PHONE, "+33149849200"),
        (ContactSystem.FAX, "+33149849201"),
    ]
    assert (site.opened_on, site.updated_on) == (date(2001, 1, 15), date(2026, 1, 2))


def test_1900_is_unknown_and_older_files_write_days_first(world: World) -> None:
    line = legacy_line(dateouv="1900-01-01", datemaj="31/12/2019")
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    site = world.site("finess", "940000011")
    assert (site.opened_on, site.updated_on) == (None, date(2019, 12, 31))


def test_a_cut_name_gives_way_to_the_long_one(world: World) -> None:
    cut, whole = "MECS CENTRE D'OBSERVATION ET DE REEDUC", "MECS CENTRE D'OBSERVATION DE CHEVILLY"
    line = legacy_line(rs=cut, rslongue=whole)
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    assert (world.site("finess", "940000011").name) == whole


def test_a_cedex_keeps_its_postcode_and_finds_its_commune(world: World) -> None:
    line = legacy_line(ligneacheminement="94266 FRESNES CEDEX", commune="", departement="")
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    address = only(world.site("finess", "940000011").addresses)
    assert (address.postcode, address.city, address.insee) == ("94266", "FRESNES CEDEX", "94034")


def test_html_in_a_name_is_text(world: World) -> None:
    line = legacy_line(rs="<b>EHPAD</b>")
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    assert world.site("finess", "940000011").name == "<b>EHPAD</b>"


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ('"LE ""CHENE"""', 'LE "CHENE"'),
        ('"LE ""CHENE""; BATIMENT B"', 'LE "CHENE"; BATIMENT B'),
        ('LE """"CHENE""""', 'LE "CHENE"'),
        ('"LE CHENE', '"LE CHENE'),
    ],
    ids=["doubled", "separator inside", "quadrupled", "orphan"],
)
def test_a_quote_never_costs_more_than_its_line(world: World, cell: str, name: str) -> None:
    path = world.write(
        "f.csv", legacy(legacy_line(rs=cell), legacy_line(nofinesset="940000037", rs="APRES"))
    )
    report = world.run("finess", path, partial=True)
    assert report.kept == 2
    assert world.site("finess", "940000011").name == name
    assert world.site("finess", "940000037").name == "APRES"


def test_one_more_separator_at_the_end_is_no_cell() -> None:
    line = legacy_line().rstrip("\n")
    assert len(split_cells(line)) == len(split_cells(line + ";")) == CELLS


@pytest.mark.parametrize(
    ("line", "reason", "key"),
    [
        ("structureet;940000045;940000029;COURT\n", WRONG_LENGTH, "940000045"),
        (legacy_line(nofinesset="94000A"), "numéro FINESS mal formé", "94000A"),
        (legacy_line(nofinesset=""), "numéro FINESS absent", ""),
        (legacy_line(rs="", rslongue=" "), "nom absent", "940000011"),
        (legacy_line(section="autre"), "section inconnue", "940000011"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_set_aside(
    world: World, lenient: None, line: str, reason: str, key: str
) -> None:
    good = legacy_line(nofinesset="940000037")
    report = world.run("finess", world.write("f.csv", legacy(good, line)))
    assert (report.kept, report.quarantined, report.reasons) == (1, 1, {reason: 1})
    kept = world.register.quarantined(report.run)[0]
    assert (kept.line, kept.reason, kept.key, kept.raw) == (3, reason, key, line.rstrip("\n"))


def test_a_twin_row_is_counted(world: World) -> None:
    path = world.write("f.csv", legacy(legacy_line(), legacy_line()))
    report = world.run("finess", path, partial=True)
    assert report.reasons == {"doublon dans le fichier": 1}


def test_latin_1_files_of_2019_are_read(world: World) -> None:
    content = legacy(legacy_line(rs="RÉSIDENCE LES ÉRABLES")).encode("cp1252")
    world.run("finess", world.write("f.csv", content), partial=True)
    assert world.site("finess", "940000011").name == "RÉSIDENCE LES ÉRABLES"


def test_the_frozen_extract_is_refused_and_says_why(world: World) -> None:
    with pytest.raises(InputRefusedError, match="figé depuis le 4 mai 2026") as refused:
        world.run("finess", REAL)
    assert "--partial" in refused.value.detail
    assert world.register.published("finess") is None


def test_a_headless_extract_is_dated_by_its_name(world: World) -> None:
    path = world.write("etalab-cs1100502-stock-20261118-0339.csv", legacy_line())
    assert world.run("finess", path, partial=True).data_date == date(2026, 11, 18)


def test_another_table_is_refused_with_its_first_line(world: World) -> None:
    path = world.write("f.csv", "rubrique,nom\nEHPAD,LES TILLEULS\n")
    with pytest.raises(InputRefusedError, match="« rubrique,nom »"):
        world.run("finess", path, partial=True)


def test_a_torn_last_line_is_a_truncated_file(world: World) -> None:
    path = world.write("f.csv", HEADER + legacy_line() + legacy_line()[:40])
    with pytest.raises(InputRefusedError, match=r"f\.csv, ligne 3 : fichier tronqué"):
        world.run("finess", path, partial=True)
    assert world.records("finess") == {}


@pytest.mark.parametrize(
    ("departement", "commune", "insee"),
    [
        ("94", "038", "94038"),
        ("9A", "123", "97123"),
        ("9F", "606", "97606"),
        ("9J", "613", "98613"),
        ("2A", "004", "2A004"),
        ("01", "4", "01004"),
        ("", "038", ""),
    ],
)
def test_insee_codes(departement: str, commune: str, insee: str) -> None:
    assert insee_code(departement, commune) == insee


def _sites(world: World) -> dict[str, Organization]:
    return {key: world.site("finess", key) for key in world.records("finess")}
