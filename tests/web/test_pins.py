"""An entry put on the map by hand: from degrees, or from an address the geocoder knows."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from tests.geocoder import Base, Known, open_geocoder
from tests.web.conftest import MONDAY, SITE
from tests.web.sample import fill_directory
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import open_services

EHPAD = "/fiche/finess_et%7C940000010"
PIN = f"{EHPAD}/corriger?champ=organization.pin"
BY = {"author": "Ada Nîmes", "reason": "vu sur place"}


@pytest.fixture(scope="module")
def base() -> Iterator[Base]:
    with open_geocoder() as opened:
        opened.known = {"12 Avenue de la République": Known(48.7561, 2.3271, label="12 Avenue")}
        yield opened


def open_site(folder: Path, geocoder: str) -> Iterator[TestClient]:
    settings = Settings(data_dir=folder, demo=True, territory="bievre", geocoder_url=geocoder)
    opened = open_services(settings, FixedClock(MONDAY))
    fill_directory(opened)
    yield Visitor(create_app(opened), base_url=SITE, raise_server_exceptions=False)
    opened.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, base: Base) -> Iterator[TestClient]:
    yield from open_site(tmp_path_factory.mktemp("asking"), base.url)


@pytest.fixture(scope="module")
def offline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    yield from open_site(tmp_path_factory.mktemp("offline"), "")


def put(site: TestClient, lat: str, lon: str) -> tuple[int, str]:
    told = {"champ": "organization.pin", "valeur": "", "organization.pin.lat": lat,
            "organization.pin.lon": lon, "acte": "corriger", **BY}  # fmt: skip
    answer = site.post(f"{EHPAD}/corriger", data=told, follow_redirects=False)
    return answer.status_code, answer.text


def test_a_pin_is_put_and_shown(offline: TestClient) -> None:
    assert "Position à la commune seulement" in offline.get(EHPAD).text
    assert "voir le plan" not in offline.get(EHPAD).text

    assert put(offline, "48,7571", "2.3261")[0] == 303

    page = offline.get(EHPAD).text
    assert "Position placée à la main" in page
    assert "mlat=48.7571" in page
    assert "Ada Nîmes" in page


@pytest.mark.parametrize(
    ("lat", "lon", "why"),
    [
        ("2.3261", "48.7571", "semblent inversées"),
        ("0", "0", "Aucune commune de France"),
        ("90", "180", "Aucune commune de France"),
        ("abc", "2.3", "Degrés attendus"),
        ("48.7", "", "à remplir"),
        ("nan", "inf", "Degrés attendus"),
        ("٤٨", "2", "Degrés attendus"),
    ],
)
def test_a_place_out_of_france_is_refused(
    offline: TestClient, lat: str, lon: str, why: str
) -> None:
    status, page = put(offline, lat, lon)

    assert (status, why in page) == (422, True)


def test_overseas_is_france(offline: TestClient) -> None:
    assert put(offline, "-20.8789", "55.4481")[0] == 303


def test_an_address_is_chosen_among_those_of_the_commune(site: TestClient, base: Base) -> None:
    page = site.get(f"{PIN}&adresse=République").text

    assert base.requests[-1][1]["citycode"] == ["94034"]
    assert "lat=48.7561&amp;lon=2.3271" in page
    chosen = site.get(f"{PIN}&lat=48.7561&lon=2.3271").text
    assert 'value="48.7561"' in chosen
    assert 'value="2.3271"' in chosen


def test_nothing_is_asked_before_somebody_does(site: TestClient, base: Base) -> None:
    before = len(base.requests)
    assert "Choisir une adresse" in site.get(PIN).text
    assert len(base.requests) == before


def test_a_silent_geocoder_leaves_the_two_cells(site: TestClient, base: Base) -> None:
    base.faults = [500]

    page = site.get(f"{PIN}&adresse=République").text

    assert "Le géocodeur ne répond pas" in page
    assert "organization.pin.lat" in page


def test_without_a_geocoder_there_are_two_cells(offline: TestClient) -> None:
    page = offline.get(f"{PIN}&adresse=République").text

    assert "Choisir une adresse" not in page
    assert "organization.pin.lon" in page
