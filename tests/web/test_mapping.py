"""The map: nothing of another site before it is asked for, one host at most, approximate points said."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError

from directory.base.errors import SettingsError
from directory.base.settings import Settings
from tests.web.conftest import SITE
from tests.web.visitor import Visitor
from web.app import create_app
from web.mapping import LARGEST_OUTLINES, map_options, read_outlines
from web.services import Services, open_services

CACHAN, PARIS = "94016", "75056"
SQUARE = {"type": "Polygon", "coordinates": [[[2.3, 48.7], [2.4, 48.7], [2.4, 48.8], [2.3, 48.7]]]}


def settings(folder: Path, **changes: str) -> Settings:
    return Settings.model_validate({"data_dir": folder, "demo": True, **changes})


def write_outlines(path: Path, *features: object) -> str:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return str(path)


def outline(**properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": SQUARE}


@pytest.fixture
def with_ign(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(settings(tmp_path))
    yield opened
    opened.close()


def pictures(site: TestClient, path: str) -> str:
    policy = site.get(path).headers["content-security-policy"]
    return next(part for part in policy.split("; ") if part.startswith("img-src"))


def test_only_the_search_may_take_pictures_from_the_tile_host(with_ign: Services) -> None:
    site = Visitor(create_app(with_ign), base_url=SITE)
    assert pictures(site, "/") == "img-src 'self' https://data.geopf.fr data:"
    assert pictures(site, "/?q=ehpad") == pictures(site, "/")
    for path in ("/imports", "/secretariat", "/selection", "/nulle-part", "/fiche/rien"):
        assert pictures(site, path) == "img-src 'self' data:"


def test_without_a_background_no_other_site_is_named(site: TestClient) -> None:
    assert pictures(site, "/?q=ehpad") == "img-src 'self' data:"
    assert "geopf" not in site.get("/?q=ehpad").text


def test_the_background_of_ign_is_attributed(with_ign: Services) -> None:
    told = map_options(with_ign.settings)
    assert "IGN" in told.attribution
    assert all(part in told.tiles for part in ("{z}", "{x}", "{y}", "PLANIGNV2"))


@pytest.mark.parametrize(
    "tiles",
    [
        "https://tuiles.example/{z}/{x}.png",
        "https://user:secret@tuiles.example/{z}/{x}/{y}.png",
        "https://tuiles.example;script-src/{z}/{x}/{y}.png",
        "https:///{z}/{x}/{y}.png",
    ],
)
def test_an_address_nobody_could_draw_stops_the_start(tmp_path: Path, tiles: str) -> None:
    with pytest.raises(SettingsError, match="RECOURS_MAP_TILES"):
        map_options(settings(tmp_path, map_tiles=tiles))


@pytest.mark.parametrize(
    "tiles", ["ftp://x/{z}/{x}/{y}", "https://a b/{z}/{x}/{y}", "javascript:1"]
)
def test_what_is_no_address_is_refused(tmp_path: Path, tiles: str) -> None:
    with pytest.raises(ValidationError):
        settings(tmp_path, map_tiles=tiles)


def test_outlines_are_those_of_the_territory(tmp_path: Path) -> None:
    path = write_outlines(
        tmp_path / "c.geojson",
        outline(INSEE_COM=CACHAN, nom="Cachan"),
        outline(code=PARIS),
        outline(),
        {"type": "Feature", "properties": None, "geometry": SQUARE},
        {"type": "Feature", "properties": {"code": CACHAN}, "geometry": {"type": "Point"}},
        {"type": "Feature", "properties": {"code": CACHAN}, "geometry": None},
        "n'importe quoi",
    )
    told = read_outlines(settings(tmp_path, map_outlines=path), [CACHAN])
    assert [one["properties"] for one in told["features"]] == [{"insee": CACHAN}]
    assert told["features"][0]["geometry"] == SQUARE


def test_a_new_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "c.geojson"
    told = settings(tmp_path, map_outlines=write_outlines(path))
    assert read_outlines(told, [CACHAN])["features"] == []
    write_outlines(path, outline(insee=CACHAN))
    assert len(read_outlines(told, [CACHAN])["features"]) == 1


@pytest.mark.parametrize("content", ["", "{", "[]", '{"features": 3}', '{"type": "Feature"}'])
def test_a_file_that_is_no_outlines_stops_the_start(tmp_path: Path, content: str) -> None:
    path = tmp_path / "c.geojson"
    path.write_text(content, "utf-8")
    opened = open_services(settings(tmp_path, map_outlines=str(path)))
    try:
        with pytest.raises(SettingsError, match=r"RECOURS_MAP_OUTLINES.*c\.geojson"):
            create_app(opened)
    finally:
        opened.close()


def test_a_huge_or_absent_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "c.geojson"
    with path.open("wb") as file:
        file.truncate(LARGEST_OUTLINES + 1)
    with pytest.raises(SettingsError, match="20 Mo"):
        read_outlines(settings(tmp_path, map_outlines=str(path)), [CACHAN])
    with pytest.raises(SettingsError, match="illisible"):
        read_outlines(settings(tmp_path, map_outlines=str(tmp_path / "rien")), [CACHAN])


def test_without_a_file_there_are_no_outlines(site: TestClient) -> None:
    answer = site.get("/carte/communes.json")
    assert answer.json() == {"type": "FeatureCollection", "features": []}


def test_a_card_carries_its_point_and_how_far_to_trust_it(site: TestClient) -> None:
    page = site.get("/?q=ehpad+soleil").text
    found = re.search(r'<li id="fiche-\w+" data-lat="48\.\d+" data-lon="2\.\d+" (\S+)', page)
    assert found is not None
    assert found[1] == 'data-precision="commune"'
    assert (
        "commune de Fresnes (adresse non localisée)"
        in site.get("/?q=ehpad+fresnes&near=48.75713,2.32613").text
    )
