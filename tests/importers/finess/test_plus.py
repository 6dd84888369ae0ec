"""FINESS+: the six real sites of 2026-09-05, and every trap counted on the national file."""

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.model import Confidentiality, ContactSystem, Precision
from tests.importers.finess.rows import plus, plus_address, plus_site
from tests.importers.world import World, only

REAL = Path(__file__).parent / "fixtures" / "finess-structures_6ege_20260905.json"


def test_the_real_sites_are_kept_but_the_closed_one(world: World) -> None:
    report = world.run("finess", REAL, partial=True, everywhere=True)
    assert (report.read, report.kept, report.reasons) == (6, 5, {"établissement fermé": 1})
    assert report.data_date == date(2026, 9, 5)
    assert "130801541" not in world.records("finess")


def test_the_real_points_are_degrees_whatever_their_layout(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True)
    points = {key: world.site("finess", key).addresses[0].point for key in world.records("finess")}
    savs, reunion, ardennes = points["010008894"], points["970402988"], points["080010093"]
    assert savs is not None
    assert (savs.lat, savs.lon, savs.precision) == (46.267633, 6.074912, Precision.ADDRESS)
    assert reunion is not None
    assert (reunion.lat, reunion.lon) == (-20.894784, 55.489104)
    assert ardennes is not None
    assert (ardennes.lat, ardennes.lon) == (49.745866, 4.726059)
    assert points["080010085"] is None


def test_the_geographic_address_is_the_main_one(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True)
    first, second = world.site("finess", "010008894").addresses
    assert (first.use, first.insee, first.city) == ("main", "01313", "Prévessin-Moëns")
    assert (second.use, second.insee, second.complement) == ("visit", "01173", "")


def test_a_street_recoded_by_ban_and_an_overseas_phone(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True)
    lab = world.site("finess", "080010093").addresses[0]
    assert lab.street == "rue des anciens combattants d'afrique du nord"
    assert world.site("finess", "970402988").contacts[0].value == "+262262213574"


def test_the_same_file_compressed_is_the_same_listing(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True)
    path = world.write("x.json.gz", gzip.compress(REAL.read_bytes()))
    report = world.run("finess", path, partial=True, everywhere=True)
    assert (report.kept, report.unchanged, report.ignored) == (0, 5, 1)


def test_a_second_run_changes_nothing(world: World) -> None:
    world.run("finess", REAL, partial=True, everywhere=True)
    report = world.run("finess", REAL, partial=True, everywhere=True)
    assert (report.read, report.kept, report.unchanged) == (6, 0, 5)


def test_a_site_tells_its_legal_entity_and_its_label(world: World) -> None:
    world.run("finess", world.write("f.json", plus(plus_site())), partial=True)
    site = world.site("finess", "940000011")
    assert site.legal_entity == "ASSOCIATION LES TILLEULS"
    assert site.category is not None
    assert site.category.label.startswith("Etablissement d'hébergement pour personnes âgées")
    assert {one.system for one in site.identifiers} == {"finess_et", "finess_ej"}


@pytest.mark.parametrize(
    ("changes", "about", "kept"),
    [
        ({"etatObjet": "I"}, {}, 0),
        ({}, {"dateFermeture": "2026-11-20"}, 0),
        ({"etatObjet": "A"}, {"dateFermeture": "2026-12-31"}, 1),
    ],
    ids=["inactive", "closed that day", "closing later"],
)
def test_closed_sites_stay_out(
    world: World, changes: dict[str, str], about: dict[str, str], kept: int
) -> None:
    path = world.write("f.json", plus(plus_site(about=about, **changes)))
    report = world.run("finess", path, partial=True)
    assert report.kept == kept
    assert report.reasons == ({} if kept else {"établissement fermé": 1})
    if kept:
        assert world.site("finess", "940000011").notes == ("fermeture annoncée le 31/12/2026",)


def test_an_entity_without_sites_is_a_counted_row(world: World) -> None:
    path = world.write("f.json", plus(None, plus_site()))
    report = world.run("finess", path, partial=True)
    assert (report.read, report.reasons) == (2, {"entité juridique sans établissement": 1})


def test_a_site_belongs_by_any_of_its_addresses(world: World) -> None:
    far = plus_address(cogCommune="13055", codePostal="13001", ligneAcheminement="MARSEILLE")
    annex = plus_address(usageAdresse="04")
    path = world.write(
        "f.json", plus(plus_site("130000011", far, annex), plus_site("130000029", far))
    )
    report = world.run("finess", path, partial=True)
    assert report.reasons == {"hors territoire": 1}
    assert list(world.records("finess")) == ["130000011"]


def test_without_any_address_a_site_has_no_place(world: World) -> None:
    path = world.write("f.json", plus(plus_site(adresse=[])))
    assert world.run("finess", path, partial=True).reasons == {"sans lieu": 1}
    assert world.run("finess", path, partial=True, everywhere=True).kept == 1


def test_padding_and_odd_empties_are_removed(world: World) -> None:
    address = plus_address(
        typeVoie="BD  ",
        libelleVoie="JEAN MOULIN          ",
        complementPointGeographique="\\ ",
        lieuDit=" ",
        complementVoie=" ",
    )
    about = {"nomEgeCourt": "CRECHE DE LA BIEVRE   ", "nomEgeLong": "CRECHE DE LA BIEVRE     "}
    path = world.write("f.json", plus(plus_site("940000011", address, about=about)))
    world.run("finess", path, partial=True)
    site = world.site("finess", "940000011")
    assert (site.name, site.long_name) == ("CRECHE DE LA BIEVRE", "")
    told = only(site.addresses)
    assert (told.street, told.complement) == ("boulevard Jean Moulin", "")


def test_phones_of_one_cell_and_phones_of_odd_length(world: World) -> None:
    contacts = [
        {"telecom": {"telephone": "0149849200/01.49.84.92.01", "telecopie": None}},
        {"telecom": {"telephone": "01498492000", "courriel": "accueil@exemple.fr"}},
    ]
    path = world.write("f.json", plus(plus_site(contact=contacts)))
    world.run("finess", path, partial=True)
    told = world.site("finess", "940000011").contacts
    assert [one.value for one in told] == [
        "+33149849200",
        "+33149849201",
        "01498492000",
        "accueil@exemple.fr",
    ]
    assert told[2].note == "numéro à vérifier (11 chiffres dans la source)"
    assert told[3].system is ContactSystem.EMAIL
    assert told[3].confidentiality is Confidentiality.PROFESSIONAL


def test_the_lost_th_of_the_source_is_not_put_back(world: World) -> None:
    path = world.write("f.json", plus(plus_site("940000011", plus_address(libelleVoie="BEREELOT"))))
    world.run("finess", path, partial=True)
    assert only(world.site("finess", "940000011").addresses).street == "rue Bereelot"


def test_a_site_written_as_something_else_is_set_aside(world: World, lenient: None) -> None:
    broken = plus_site("940000037")
    broken["informationsGeneralesEGE"] = "?"
    path = world.write("f.json", plus(plus_site(), broken))
    report = world.run("finess", path)
    assert (report.kept, report.reasons) == (1, {"ligne illisible": 1})


@pytest.mark.parametrize("end", ['"9426', '"94260", ', "FRESNES"], ids=["value", "comma", "name"])
def test_truncated_json_changes_nothing(world: World, end: str) -> None:
    world.run("finess", world.write("f.json", plus(plus_site())), partial=True)
    before = world.records("finess")
    whole = plus(plus_site(), plus_site("940000037"))
    path = world.write("g.json", whole[: whole.rindex(end) + len(end)])
    with pytest.raises(InputRefusedError, match="JSON tronqué"):
        world.run("finess", path, partial=True)
    assert world.records("finess") == before
    assert world.register.runs()[0].state == "refused"


def test_malformed_json_is_not_called_truncated(world: World) -> None:
    path = world.write("f.json", plus(plus_site()).replace('"etatObjet":', '"etatObjet"'))
    with pytest.raises(InputRefusedError, match="JSON mal formé"):
        world.run("finess", path, partial=True)


def test_truncated_gzip_is_told_as_such(world: World) -> None:
    whole = gzip.compress(plus(*(plus_site(f"9400{n:05d}") for n in range(500))).encode())
    with pytest.raises(InputRefusedError, match="compressé tronqué"):
        world.run("finess", world.write("f.json.gz", whole[:-200]), partial=True)


def test_bytes_that_are_not_utf_8_are_told_as_such(world: World) -> None:
    content = plus(plus_site(about={"nomEgeCourt": "?"})).encode().replace(b'"?"', b'"\xe9"')
    with pytest.raises(InputRefusedError, match="pas en UTF-8"):
        world.run("finess", world.write("f.json", content), partial=True)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"autre": []}, "aucune entité « pmej »"),
        ({"pmej": [{"numFiness": "940000029", "ege": []}]}, "fichier des activités"),
    ],
)
def test_another_json_is_refused(world: World, document: dict[str, object], said: str) -> None:
    with pytest.raises(InputRefusedError, match=said):
        world.run("finess", world.write("f-20261120.json", json.dumps(document)), partial=True)
