"""ROR: the official samples, files in every shape, and what an import does to the one before."""

import io
import json
import zipfile
from datetime import date
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.model import Service
from importers.ror.importer import IMPORTER
from tests.importers.ror.rows import (
    bundle,
    exercise,
    legal_entity,
    offer,
    person,
    place,
    site,
)
from tests.importers.world import World, only

FIXTURES = Path(__file__).parent / "fixtures"
OFFER, SITE, EXERCISE = "HealthcareService/1", "Organization/10", "PractitionerRole/40"


@pytest.fixture
def recent(monkeypatch: pytest.MonkeyPatch) -> None:
    """The card without its oldest age and share of broken rows: the samples are of 2023."""
    loose = {"max_age_days": None, "max_quarantined_share": 0.9}
    monkeypatch.setattr(IMPORTER, "card", IMPORTER.card.model_copy(update=loose))


def told(world: World, name: str = OFFER) -> Service:
    service = world.statements("ror")[name].service
    assert service is not None
    return service


def whole() -> str:
    return bundle(offer(), place(), site(), legal_entity(), person(), exercise())


def test_the_official_samples_are_read_as_one_folder(world: World, recent: None) -> None:
    report = world.run("ror", FIXTURES, everywhere=True)
    assert (report.read, report.kept, report.ignored, report.quarantined) == (15, 7, 8, 0)
    assert report.data_date == date(2025, 4, 8)
    assert report.notes == {
        "nomenclature du type d'offre non précisée": 2,
        "commune couverte : libellé et code en désaccord": 2,
        "référence absente du fichier (Location)": 1,
        "référence absente du fichier (Organization)": 1,
    }
    again = world.run("ror", FIXTURES, everywhere=True)
    assert (again.kept, again.unchanged, again.removed) == (0, 7, 0)


def test_the_sample_offer_tells_its_place_its_site_and_its_label_of_today(
    world: World, recent: None
) -> None:
    world.run("ror", FIXTURES / "Bundle-searchset.assembled.json", everywhere=True)
    saad = told(world, "HealthcareService/9597")
    assert saad.provider == "Quiétude BOIS COLOMBES"
    assert saad.category is not None
    assert saad.category.label == "Service autonomie à domicile (SAD) aide"
    assert only(saad.addresses).insee == "78646"
    assert saad.hours[0].days == (0, 1, 2, 3, 4)
    assert saad.age_min == 60
    assert saad.age_max is None


def test_a_graph_becomes_a_service_a_site_and_a_role(world: World) -> None:
    report = world.run("ror", world.write("ror.json", whole()))
    assert report.reasons == {
        "lieu repris dans une offre": 1,
        "entité juridique, reprise dans ses établissements": 1,
        "personne reprise dans un exercice": 1,
    }
    said = world.statements("ror")
    assert said[OFFER].organization_key == said[SITE].subject_key == "finess|940000011"
    assert said[EXERCISE].subject_key == "rpps|10199900011|finess|940000011|60"
    establishment = world.site("ror", SITE)
    assert establishment.legal_entity == "ASSOCIATION LES TILLEULS"
    assert {one.system: one.value for one in establishment.identifiers} == {
        "finess_et": "940000011",
        "finess_ej": "940000029",
        "ror": "Organization/10",
    }


def test_the_territory_is_the_limit(world: World) -> None:
    far = place(
        id="21",
        extension=[],
        address={"line": ["1 quai du Port"], "city": "MARSEILLE", "postalCode": "13002"},
    )
    away = offer(id="2", location=[{"reference": "Location/21"}], providedBy=None)
    lost = offer(id="3", location=[], providedBy=None)
    path = world.write("ror.json", bundle(offer(), place(), far, away, lost))
    report = world.run("ror", path)
    assert list(world.records("ror")) == [OFFER]
    assert report.reasons["hors territoire"] == 1
    assert report.reasons["sans lieu"] == 1


@pytest.mark.parametrize("shape", ["folder", "zip", "ndjson", "list", "files"])
def test_one_graph_in_any_shape_is_the_same(world: World, shape: str) -> None:
    world.run("ror", world.write("ror-20261119.json", whole()))
    parts = [offer(), place(), site(), legal_entity(), person(), exercise()]
    report = world.run("ror", *_shaped(world, shape, parts))
    assert (report.read, report.kept, report.unchanged, report.removed) == (6, 0, 3, 0)


def _shaped(world: World, shape: str, parts: list[dict[str, object]]) -> list[Path]:
    texts = {f"{n}.json": json.dumps(one, indent=1) for n, one in enumerate(parts)}
    if shape == "ndjson":
        return [world.write("export.ndjson", "\n".join(map(json.dumps, parts)))]
    if shape == "list":
        return [world.write("export.json", json.dumps(parts))]
    if shape == "zip":
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in {**texts, "LISEZMOI.txt": "à lire"}.items():
                archive.writestr(name, text)
        return [world.write("export.zip", content.getvalue())]
    (world.folder / "export").mkdir()
    (world.folder / "export" / "LISEZMOI.txt").write_text("à lire")
    files = [world.write(f"export/{name}", text) for name, text in texts.items()]
    return files if shape == "files" else [world.folder / "export"]


def test_a_change_of_a_place_is_a_change_of_its_offer(world: World) -> None:
    world.run("ror", world.write("a.json", whole()))
    moved = place(address={"line": ["4 rue de Wissous"], "city": "FRESNES", "postalCode": "94260"})
    path = world.write("b.json", bundle(offer(), moved, site(), legal_entity()))
    report = world.run("ror", path, partial=True)
    assert (report.kept, report.unchanged, report.removed) == (1, 1, 0)
    assert only(told(world).addresses).street_number == "4"


def test_what_an_export_no_longer_has_is_removed(world: World) -> None:
    world.run("ror", world.write("a.json", whole()))
    path = world.write("b.json", bundle(offer(), place(), site(), legal_entity()))
    report = world.run("ror", path)
    assert (report.unchanged, report.removed) == (2, 1)
    assert EXERCISE not in world.records("ror")


def test_an_older_export_changes_nothing(world: World) -> None:
    world.run("ror", world.write("ror-20261120.json", whole()))
    older = world.write("ror-20261119.json", bundle(offer(name="Avant"), place()))
    with pytest.raises(InputRefusedError, match="plus anciennes que celles déjà publiées"):
        world.run("ror", older)
    assert told(world).name == "Équipe mobile de gériatrie"


def test_an_older_version_of_a_row_is_left_out_of_an_extract(world: World) -> None:
    world.run("ror", world.write("ror-20261120.json", whole()))
    before = {"lastUpdated": "2026-11-01T08:00:00Z"}
    old = bundle(offer(name="Avant", meta=before), place(meta=before))
    report = world.run("ror", world.write("extrait-20261121.json", old), partial=True)
    assert report.reasons["plus ancien que la version connue"] == 1
    assert told(world).name == "Équipe mobile de gériatrie"


@pytest.mark.parametrize(
    ("name", "more", "day"),
    [
        ("ror-20261118.json", {"timestamp": "2026-11-19T02:00:00Z"}, date(2026, 11, 18)),
        ("ror.json", {"timestamp": "2026-11-19T02:00:00Z"}, date(2026, 11, 19)),
        ("ror.json", {}, date(2026, 11, 20)),
    ],
    ids=["name", "bundle", "resources"],
)
def test_the_day_of_an_export(world: World, name: str, more: dict[str, str], day: date) -> None:
    path = world.write(name, bundle(place(), **more))
    assert world.run("ror", path, partial=True).data_date == day


def test_entries_that_are_not_offers_are_named(world: World, recent: None) -> None:
    nameless = {"resourceType": "HealthcareService", "id": "9"}
    anonymous = offer(id="", identifier=[])
    alone = [place(id="22"), person(id="33")]
    path = world.write(
        "ror.json", bundle(None, {"resourceType": "Task"}, nameless, anonymous, *alone)
    )
    assert world.run("ror", path).reasons == {
        "ressource absente": 1,
        "ressource Task non lue": 1,
        "nom absent": 1,
        "identifiant absent": 1,
        "lieu sans offre": 1,
        "personne sans exercice": 1,
    }


def test_a_resource_met_twice_counts_once(world: World) -> None:
    path = world.write("ror.json", bundle(offer(), place(), offer()))
    assert world.run("ror", path).reasons["doublon dans le fichier"] == 1


def test_a_truncated_export_changes_nothing(world: World) -> None:
    text = whole()
    with pytest.raises(InputRefusedError, match="JSON tronqué"):
        world.run("ror", world.write("ror.json", text[: len(text) // 2]))
    assert world.records("ror") == {}


@pytest.mark.parametrize("content", ['{"pmej": []}', "nom;ville\n"], ids=["json", "table"])
def test_what_is_not_fhir_is_refused(world: World, content: str) -> None:
    with pytest.raises(InputRefusedError, match="pas des ressources FHIR"):
        world.run("ror", world.write("x", content))


def test_a_folder_without_json_is_refused(world: World) -> None:
    folder = world.folder / "export"
    folder.mkdir()
    with pytest.raises(InputRefusedError, match="dossier vide"):
        world.run("ror", folder)
    for name in ("notes.txt", "autres.txt"):
        (folder / name).write_text("à lire")
    with pytest.raises(InputRefusedError, match="aucun fichier « json »"):
        world.run("ror", folder)
