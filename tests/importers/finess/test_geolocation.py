"""cs1100507: positions of a second section, one projection a row, attached to the sites above them."""

from datetime import UTC, datetime

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import InputRefusedError
from directory.model import Point, Precision
from importers.contract import WRONG_LENGTH
from importers.finess.geolocation import read_source
from tests.importers.finess.rows import HEADER, legacy, legacy_line, position_line
from tests.importers.world import World, only

LAMBERT = "EPSG:2154 RGF93 / Lambert-93 (Métropole)"
NEXT_MONTH = FixedClock(datetime(2026, 12, 22, 12, tzinfo=UTC))


def _point(world: World, key: str = "940000011") -> Point | None:
    return only(world.site("finess", key).addresses).point


def test_a_position_is_attached_to_its_site_and_is_no_row(world: World) -> None:
    report = world.run(
        "finess", world.write("f.csv", legacy(legacy_line(), position_line())), partial=True
    )
    assert (report.read, report.kept, report.notes) == (1, 1, {})
    point = _point(world)
    assert point is not None
    assert (point.lat, point.lon) == pytest.approx((48.757, 2.327), abs=0.002)
    assert point.precision is Precision.ADDRESS


def test_the_row_kept_shows_both_lines(world: World) -> None:
    world.run("finess", world.write("f.csv", legacy(legacy_line(), position_line())), partial=True)
    raw = world.records("finess")["940000011"].raw
    assert raw == (legacy_line() + position_line()).rstrip("\n")


@pytest.mark.parametrize(
    ("departement", "commune", "town", "x", "y", "crs", "near"),
    [
        ("9A", "129", "97170 PETIT BOURG", "657242.9", "1795384.4", "EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", (16.23, -61.53)),
        ("9B", "209", "97200 FORT DE FRANCE", "708500", "1615500", "EPSG:5490 RGAF09", (14.61, -61.06)),
        ("9C", "302", "97300 CAYENNE", "354000", "545500", "EPSG:2972 RGFG95 / UTM 22N", (4.93, -52.32)),
        ("9D", "411", "97400 ST DENIS", "342850.92", "7688757.72", "EPSG:2975 RGR92 / UTM 40S", (-20.895, 55.489)),
        ("9F", "611", "97600 MAMOUDZOU", "523400", "8588100", "EPSG:4471 RGM04 / UTM 38S", (-12.77, 45.216)),
        ("9E", "502", "97500 ST PIERRE", "561800", "5180300", "RGSPM06 / UTM zone 21N", (46.774, -56.191)),
        ("9J", "613", "98600 UVEA", "588300", "8530300", "UTM zone 1S (Wallis)", (-13.29, -176.184)),
    ],
    ids=["Guadeloupe", "Martinique", "Guyane", "Réunion", "Mayotte", "Miquelon", "Wallis"],
)  # fmt: skip
def test_each_row_says_its_projection_or_has_its_commune_s(
    world: World, departement: str, commune: str, town: str, x: str, y: str, crs: str,
    near: tuple[float, float],
) -> None:  # fmt: skip
    site = legacy_line(departement=departement, commune=commune, ligneacheminement=town)
    line = position_line(x=x, y=y, source=f"1,ATLASANTE,96,BAN,{crs}")
    path = world.write("f.csv", legacy(site, line))
    world.run("finess", path, partial=True, everywhere=True)
    point = _point(world)
    assert point is not None
    assert (point.lat, point.lon) == pytest.approx(near, abs=0.02)


@pytest.mark.parametrize(
    ("told", "precision", "score", "crs"),
    [
        (f"1,ATLASANTE,96,BAN,{LAMBERT}", Precision.ADDRESS, 96, "EPSG:2154"),
        (f"2,ATLASANTE,71.5,BAN,{LAMBERT}", Precision.STREET, 71.5, "EPSG:2154"),
        (f"4,ATLASANTE,.,BAN,{LAMBERT}", Precision.COMMUNE, None, "EPSG:2154"),
        ("3,IGN,100,BD_ADRESSE,V2.2,LAMBERT_93", Precision.UNKNOWN, None, ""),
        ("", Precision.UNKNOWN, None, ""),
    ],
)
def test_the_source_of_a_position_holds_commas(
    told: str, precision: Precision, score: float | None, crs: str
) -> None:
    said = read_source(told)
    assert (said.precision, said.crs) == (precision, crs)
    assert said.score == score or told.startswith("3")


def test_the_centre_of_a_commune_is_no_address(world: World) -> None:
    line = position_line(source=f"4,ATLASANTE,.,BAN,{LAMBERT}")
    world.run("finess", world.write("f.csv", legacy(legacy_line(), line)), partial=True)
    point = _point(world)
    assert point is not None
    assert point.precision is Precision.COMMUNE


def test_a_position_elsewhere_is_left_out_and_counted(world: World) -> None:
    line = position_line(x="342850.92", y="7688757.72")
    report = world.run("finess", world.write("f.csv", legacy(legacy_line(), line)), partial=True)
    assert report.notes == {"coordonnées hors de leur territoire, laissées vides": 1}
    assert _point(world) is None


def test_a_position_without_its_site_is_counted(world: World) -> None:
    path = world.write("f.csv", legacy(legacy_line(), position_line("940000037")))
    report = world.run("finess", path, partial=True)
    assert report.notes == {"coordonnées d'un établissement absent du fichier": 1}


def test_a_broken_position_is_set_aside(world: World, lenient: None) -> None:
    broken = "geolocalisation;940000011;650533.0\n"
    report = world.run("finess", world.write("f.csv", legacy(legacy_line(), broken)))
    assert report.reasons == {WRONG_LENGTH: 1}
    assert report.examples[0]["detail"] == "3 cellules au lieu de 6"
    assert report.examples[0]["key"] == "940000011"


def test_a_section_cut_in_the_middle_is_a_truncated_file(world: World) -> None:
    path = world.write("f.csv", HEADER + legacy_line() + position_line()[:40])
    with pytest.raises(InputRefusedError, match="ligne 3 : fichier tronqué"):
        world.run("finess", path, partial=True)


@pytest.mark.parametrize("first", ["502", "507"])
def test_502_and_507_given_together_are_one_listing(
    world: World, lenient: None, first: str
) -> None:
    only_502, only_507 = legacy_line(nofinesset="940000037"), legacy_line(nofinesset="940000045")
    files = {
        "502": world.write("a.csv", legacy(legacy_line(), only_502)),
        "507": world.write("b.csv", legacy(legacy_line(), only_507, position_line())),
    }
    order = [files.pop(first), *files.values()]
    report = world.run("finess", *order)
    assert (report.read, report.kept, report.reasons) == (4, 3, {"doublon dans le fichier": 1})
    assert sorted(world.records("finess")) == ["940000011", "940000037", "940000045"]
    assert _point(world) is not None


def test_a_new_position_is_a_changed_row(world: World, lenient: None) -> None:
    world.run("finess", world.write("f.csv", legacy(legacy_line(), position_line())))
    moved = legacy(
        legacy_line(), position_line(x="650700.0"), header="finess;etalab;112;2026-11-21\n"
    )
    report = world.run("finess", world.write("g.csv", moved))
    assert (report.kept, report.unchanged, report.removed) == (1, 0, 0)
