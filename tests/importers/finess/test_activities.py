"""FINESS activities: what a site does and where it goes; one case per trap of the real file."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from directory.activities import Activity, communes_of, say_activity
from directory.base.errors import InputRefusedError
from directory.communes import Communes
from directory.projection import resources
from importers.report import Report
from tests.importers.finess.activity_rows import (
    SITE,
    authorised,
    capacity,
    document,
    doing,
    entity,
    exercised,
    nature,
)
from tests.importers.finess.rows import legacy, legacy_line, plus, plus_address, plus_site
from tests.importers.world import World

ELSEWHERE = plus_address(cogCommune="69123", codePostal="69003", ligneAcheminement="LYON")


def structures(world: World, *sites: dict[str, Any]) -> Path:
    return world.write("structures.json", plus(*(sites or (plus_site(SITE),))))


def told(world: World, *entities: Any) -> Report:
    """Structures and activities given together, as an extract."""
    file = world.write("activities.json", document(*entities))
    return world.run("finess", structures(world), file, partial=True)


def only_activity(world: World) -> Activity:
    (found,) = world.site("finess_activites", SITE).activities
    return found


def notes(report: Report) -> dict[str, int]:
    return dict(report.notes)


def test_what_a_site_does_joins_what_it_is(world: World, communes: Communes) -> None:
    report = told(world, entity(doing(SITE, exercised())))

    assert [(one.source, one.kept) for one in report.listings] == [
        ("finess", 1),
        ("finess_activites", 1),
    ]
    (entry,) = resources(world.register, communes)
    assert entry.name == "EHPAD LES TILLEULS"
    (done,) = entry.activities
    assert (done.activity.code, done.activity.label) == ("358", "soins infirmiers à domicile")
    assert (done.installed, done.authorised) == (40, 45)
    assert (done.since, done.until) == (date(2017, 1, 3), date(2032, 1, 2))
    assert done.communes == ("94034", "94065")
    assert entry.publics == ("personnes âgées",)
    assert entry.sources == ("FINESS", "FINESS, activités")
    assert say_activity(done) == (
        "soins infirmiers à domicile, personnes âgées, capacité installée 40 (autorisée 45), "
        "depuis le 03/01/2017, autorisée jusqu'au 02/01/2032, 2 communes desservies"
    )


def test_files_are_told_apart_by_their_content(world: World) -> None:
    """In any order and under any name."""
    one = world.write("a.json", document(entity(doing(SITE, exercised()))))
    other = world.write("b.json", plus(plus_site(SITE)))

    world.run("finess", one, other, partial=True)

    assert set(world.records("finess")) == set(world.records("finess_activites")) == {SITE}


def test_activities_join_sites_imported_before(world: World) -> None:
    """The dead CSV included."""
    world.run("finess", world.write("f.csv", legacy(legacy_line(nofinesset=SITE))), partial=True)

    world.run(
        "finess", world.write("a.json", document(entity(doing(SITE, exercised())))), partial=True
    )

    assert only_activity(world).activity.code == "358"


def test_a_site_nobody_tells_of_makes_no_entry(world: World, communes: Communes) -> None:
    report = told(world, entity(doing("940000037", exercised("?"))), entity(doing(SITE)))

    assert world.records("finess_activites") == {}
    assert report.reasons["site absent de l'annuaire"] == 1
    assert report.reasons["site sans activité en vigueur"] == 1
    assert len(list(resources(world.register, communes))) == 1


def test_a_site_elsewhere_that_serves_the_territory_comes_in(
    world: World, communes: Communes
) -> None:
    away = structures(world, plus_site(SITE, ELSEWHERE))
    file = world.write("a.json", document(entity(doing(SITE, exercised()))))

    report = world.run("finess", away, file, partial=True)

    assert report.reasons == {}
    (entry,) = resources(world.register, communes)
    assert (entry.commune, communes_of(entry.activities)) == (
        "Lyon 3e Arrondissement",
        ("94034", "94065"),
    )


def test_it_stays_when_structures_alone_are_imported_again(world: World) -> None:
    away = structures(world, plus_site(SITE, ELSEWHERE))
    file = world.write("a.json", document(entity(doing(SITE, exercised()))))
    world.run("finess", away, file, partial=True)

    report = world.run("finess", away, partial=True)

    assert (report.unchanged, report.ignored) == (1, 0)


def test_the_report_says_who_serves_the_territory_unseen(world: World) -> None:
    away = structures(world, plus_site(SITE, ELSEWHERE))
    assert world.run("finess", away, partial=True).reasons == {"hors territoire": 1}

    alone = world.write("a.json", document(entity(doing(SITE, exercised()))))
    report = world.run("finess", alone, partial=True)

    assert notes(report) == {
        "site absent de l'annuaire qui dessert le territoire : donnez aussi les structures": 1
    }


def test_a_site_elsewhere_that_no_longer_comes_stays_out(world: World) -> None:
    away = structures(world, plus_site(SITE, ELSEWHERE))
    over = exercised(told={"etatObjet": "I"})
    file = world.write("a.json", document(entity(doing(SITE, over))))

    report = world.run("finess", away, file, partial=True)

    assert report.reasons == {"hors territoire": 1, "site absent de l'annuaire": 1}


@pytest.mark.parametrize(
    "over",
    [{"etatObjet": "I"}, {"dateFinEffectiveActivite": "2026-06-11"}],
    ids=["inactive", "ended"],
)
def test_an_activity_that_is_over_is_not_told(world: World, over: dict[str, Any]) -> None:
    report = told(world, entity(doing(SITE, exercised(told=over), exercised())))

    assert len(world.site("finess_activites", SITE).activities) == 1
    assert notes(report)["activité arrêtée, laissée de côté"] == 1


def test_an_end_to_come_does_not_end_it_today(world: World) -> None:
    told(world, entity(doing(SITE, exercised(told={"dateFinEffectiveActivite": "2027-08-06"}))))

    assert only_activity(world).activity.code == "358"


@pytest.mark.parametrize(
    ("kind", "name", "codes", "expected"),
    [
        ("ASOCR", "typeActiviteASOCR", {"activiteSocialeRegulee": "469"}, "469"),
        ("ASDR", "typeActiviteASDR", {"activiteSanitaireDiverseRegulee": "084"}, "ASDR:084"),
        ("AASA", "typeActiviteAASA", {"activiteSanitaireRegulee": "A1"}, "AASA:A1"),
        ("ASR", "typeActiviteASR", {"activiteSanitaireRegulee": "A1"}, "ASR:A1"),
        ("AER", "typeActiviteAER", {"activiteEnseignementRegulee": "419"}, "AER:419"),
        ("AMF", "typeActiviteAMF", {"activiteAMF": "01"}, "AMF:01"),
        ("AMM", "typeActiviteAMM", {"activiteAMM": "QA002"}, "AMM:QA002"),
        ("EML", "typeActiviteEML", {"typeEmlId": "1"}, "EML:1"),
    ],
)
def test_every_nature_of_activity(
    world: World, kind: str, name: str, codes: dict[str, str], expected: str
) -> None:
    """`codeNature` is ASMR where the object is `typeActiviteAMSR`; both ASR and AASA are read."""
    done = exercised(nature=nature(kind=kind, name=name, codes=codes))
    told(world, entity(doing(SITE, done)))

    assert only_activity(world).activity.code == expected


def test_an_activity_without_code_is_noted(world: World) -> None:
    report = told(world, entity(doing(SITE, exercised(nature=nature(codes={})), exercised())))

    assert len(world.site("finess_activites", SITE).activities) == 1
    assert notes(report)["activité sans code, laissée de côté"] == 1


@pytest.mark.parametrize("placeholder", ["1903-03-03", "1904-04-04", "1900-01-01", None, ""])
def test_a_placeholder_is_no_date(world: World, placeholder: str | None) -> None:
    told(world, entity(doing(SITE, exercised(told={"dateDebutActiviteAutorisee": placeholder}))))

    assert only_activity(world).since is None


@pytest.mark.parametrize(
    ("lines", "installed", "expected_authorised"),
    [
        ([capacity("08", "40"), capacity("09", "45")], 40, 45),
        ([capacity("08", "40"), capacity("08", "25", genre="01")], 40, None),
        ([capacity("08", "15", habilitation="02"), capacity("08", "40")], 40, None),
        ([capacity("08", "0")], None, None),
        ([capacity("08", None)], None, None),
        ([capacity("08", "12,5")], None, None),
        ([], None, None),
    ],
    ids=["both", "by gender", "funded share first", "zero", "null", "not whole", "none"],
)
def test_capacities(
    world: World,
    lines: Sequence[dict[str, Any]],
    installed: int | None,
    expected_authorised: int | None,
) -> None:
    told(world, entity(doing(SITE, exercised(capacite=list(lines)))))

    done = only_activity(world)
    assert (done.installed, done.authorised) == (installed, expected_authorised)


@pytest.mark.parametrize(
    ("code", "expected", "remark"),
    [
        ("94034", ("94034",), ""),
        ("94034 ", ("94034",), ""),
        ("99999", (), "commune desservie : code inconnu, laissée de côté"),
    ],
)
def test_communes_served_are_those_of_today(
    world: World, code: str, expected: tuple[str, ...], remark: str
) -> None:
    report = told(
        world, entity(doing(SITE, exercised()), authorisations=[authorised(communes=[code])])
    )

    assert only_activity(world).communes == expected
    assert (remark in notes(report)) is bool(remark)


def test_paris_served_is_every_arrondissement(world: World) -> None:
    told(world, entity(doing(SITE, exercised()), authorisations=[authorised(communes=["75056"])]))

    assert {"75056", "75101", "75120"} <= set(only_activity(world).communes)


def test_a_commune_told_twice_is_served_once(world: World) -> None:
    twice = authorised(communes=["94034", "94034"])
    told(world, entity(doing(SITE, exercised()), authorisations=[twice]))

    assert only_activity(world).communes == ("94034",)


def test_the_zone_of_one_activity_is_not_that_of_another(world: World) -> None:
    """A service of aid and care may nurse here and help there."""
    help_there = authorised("2", communes=["94016"])
    helps = exercised("2", nature=nature("469"))
    told(world, entity(doing(SITE, exercised(), helps), authorisations=[authorised(), help_there]))

    zones = {
        one.activity.code: one.communes for one in world.site("finess_activites", SITE).activities
    }
    assert zones == {"358": ("94034", "94065"), "469": ("94016",)}


def test_an_authorisation_that_is_missing_is_noted(world: World) -> None:
    report = told(world, entity(doing(SITE, exercised("404"))))

    assert only_activity(world).communes == ()
    assert notes(report)["activité sans son autorisation dans le fichier"] == 1


def test_a_site_closed_upstream_takes_its_activities_along(world: World, lenient: None) -> None:
    file = world.write("a.json", document(entity(doing(SITE, exercised()))))
    world.run("finess", structures(world), file)

    gone = world.write("later.json", plus(plus_site("940000037"), day="2026-11-21"))
    world.run("finess", gone)

    assert world.records("finess_activites") == {}


def test_broken_rows_are_set_aside(world: World, lenient: None) -> None:
    report = told(
        world, "oops", entity(7), entity(doing("12", exercised())), entity(doing(None)),
        entity(doing("940000045", exercised()), authorisations=[authorised(zoneIntervention=3)]),
        entity(doing(SITE, exercised())),
    )  # fmt: skip

    assert report.quarantined == 4
    assert set(world.records("finess_activites")) == {SITE}


def test_an_entity_without_site_is_counted(world: World) -> None:
    report = told(world, entity(), entity(doing(SITE, exercised())))

    assert report.reasons == {"entité juridique sans établissement": 1}


def test_another_json_is_refused(world: World) -> None:
    empty = world.write("a.json", '{"generatedAt": "2026-11-20", "pmej": [], "x": "activites"}')
    with pytest.raises(InputRefusedError, match="aucune entité « pmej »"):
        world.run("finess", empty, partial=True)


def test_a_cut_file_changes_nothing(world: World) -> None:
    whole = document(*(entity(doing(SITE, exercised())) for _ in range(50)))
    cut = world.write("a.json", whole[: len(whole) // 2])
    with pytest.raises(InputRefusedError, match="tronqué"):
        world.run("finess", structures(world), cut, partial=True)

    assert world.records("finess") == world.records("finess_activites") == {}


def test_the_same_file_again_changes_nothing(world: World) -> None:
    told(world, entity(doing(SITE, exercised())))

    again = told(world, entity(doing(SITE, exercised())))

    assert [(one.kept, one.unchanged) for one in again.listings] == [(0, 1), (0, 1)]
