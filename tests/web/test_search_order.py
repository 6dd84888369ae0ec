"""The order of the answer, whose hours are known, and public holidays, on the page and in the API."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.model import ON_HOLIDAYS, NewPatients, OpeningHours
from tests.factories import practitioner, resource
from tests.places import CACHAN, FRESNES, RUNGIS
from tests.web.conftest import MONDAY, SITE, open_at
from tests.web.sample import fill_directory
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import Services

API = "/api/v1/resources"
AT_RUNGIS = f"{RUNGIS.lat},{RUNGIS.lon}"
CHRISTMAS = datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
WEEK = OpeningHours(days=(0, 1, 2, 3, 4), opens="09:00", closes="18:00")
ON_DUTY = OpeningHours(days=(ON_HOLIDAYS,), opens="09:00", closes="18:00")
TODAY = MONDAY.date()
PEOPLE = (
    practitioner(
        "Anne Roy", "70", commune=CACHAN, updated=TODAY - timedelta(days=300),
        new_patients=NewPatients(answer="now"),
    ),
    practitioner("Luc Roy", "70", commune=FRESNES, updated=TODAY),
    practitioner(
        "Eva Roy", "70", commune=RUNGIS, updated=TODAY - timedelta(days=60),
        new_patients=NewPatients(answer="no"),
    ),
    resource("Centre Silencieux", hours=(WEEK,)),
    resource("Centre De Garde", hours=(WEEK, ON_DUTY)),
    resource("Centre Sans Horaires"),
)  # fmt: skip


def served(folder: Path, at: datetime) -> Iterator[tuple[Services, TestClient]]:
    opened = open_at(folder, at)
    opened.engine.rebuild(PEOPLE)
    yield opened, Visitor(create_app(opened), base_url=SITE, raise_server_exceptions=False)
    opened.close()


@pytest.fixture(scope="module")
def monday(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    for _, site in served(tmp_path_factory.mktemp("monday"), MONDAY):
        yield site


@pytest.fixture(scope="module")
def christmas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    for _, site in served(tmp_path_factory.mktemp("christmas"), CHRISTMAS):
        yield site


def orders(html: str) -> dict[str, str]:
    """Orders on offer and their addresses; the one in force is marked with a star."""
    links = re.findall(
        r'<a id="sort-\d" href="([^"]+)"[^>]*?( aria-current="true")?>([^<]+)<', html
    )
    return {f"{label}{'*' if current else ''}": unescape(url) for url, current, label in links}


def names(html: str) -> list[str]:
    return re.findall(r'<h3><a href="/fiche/[^"]+">([^<]+)</a>', html)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("distance", ["Eva Roy", "Luc Roy", "Anne Roy"]),
        ("availability", ["Anne Roy", "Luc Roy", "Eva Roy"]),
        ("freshness", ["Luc Roy", "Eva Roy", "Anne Roy"]),
    ],
)
def test_page_and_api_give_the_order_asked_for(
    monday: TestClient, sort: str, expected: list[str]
) -> None:
    asked = {"q": "kiné", "near": AT_RUNGIS, "sort": sort}

    assert names(monday.get("/", params=asked).text) == expected
    told = monday.get(API, params=asked).json()["results"]
    assert [one["name"] for one in told] == expected


def test_distance_is_offered_only_from_a_known_place(monday: TestClient) -> None:
    everywhere = ["Pertinence*", "Disponibilité", "Fraîcheur"]
    around = ["Pertinence*", "Distance", "Disponibilité", "Fraîcheur"]

    assert list(orders(monday.get("/", params={"q": "roy"}).text)) == everywhere
    assert list(orders(monday.get("/?q=roy&sort=distance").text)) == everywhere
    assert list(orders(monday.get(f"/?q=roy&near={AT_RUNGIS}").text)) == around
    assert list(orders(monday.get("/?q=kiné 9 km rungis").text)) == around
    assert orders(monday.get("/?q=roy eva").text) == {}


def test_an_order_is_a_link_there_and_back_that_keeps_the_question(monday: TestClient) -> None:
    first = monday.get("/", params={"q": "roy", "kind": "practitioner"}).text
    fresh = monday.get(orders(first)["Fraîcheur"]).text

    assert names(fresh) == ["Luc Roy", "Eva Roy", "Anne Roy"]
    assert 'form="search-form" name="sort" value="freshness"' in fresh
    assert list(orders(fresh)) == ["Pertinence", "Disponibilité", "Fraîcheur*"]
    assert orders(fresh)["Pertinence"] == "/?q=roy&kind=practitioner"


def test_pages_follow_past_midnight_in_the_order_asked_for(tmp_path: Path) -> None:
    for services, site in served(tmp_path, datetime(2026, 11, 24, 22, 59, tzinfo=UTC)):
        asked = {"q": "roy", "sort": "freshness", "size": "1"}
        first = site.get(API, params=asked).json()
        assert isinstance(services.clock, FixedClock)
        services.clock.set(services.clock() + timedelta(hours=1))
        second = site.get(API, params=asked | {"cursor": first["next_cursor"]}).json()

        assert first["results"][0]["name"] == "Luc Roy"
        assert second["results"][0]["name"] == "Eva Roy"
        refused = asked | {"sort": "availability", "cursor": first["next_cursor"]}
        assert site.get(API, params=refused).status_code == 422


def test_open_says_for_how_many_it_is_known(monday: TestClient) -> None:
    asked = {"q": "centre", "open_at": "2026-11-23T10:00"}
    page = " ".join(monday.get("/", params=asked).text.split())

    assert "2 ouverts sur 2 dont les horaires sont connus, 1 sans horaires connus." in page
    assert monday.get(API, params=asked).json()["hours"] == {
        "known": 2,
        "among": 3,
        "holiday": None,
    }
    assert "dont les horaires sont connus" not in monday.get("/?q=centre").text
    assert monday.get(API, params={"q": "centre"}).json()["hours"] is None


def test_nobody_open_says_it_too(monday: TestClient) -> None:
    page = " ".join(monday.get("/?q=centre&open_at=2026-11-23T22:00").text.split())

    assert "Rien ne correspond" in page
    assert "0 ouvert sur 2 dont les horaires sont connus, 1 sans horaires connus." in page


def test_on_a_public_holiday_only_what_says_so_is_open(monday: TestClient) -> None:
    asked = {"q": "centre", "open_at": "2026-12-25T10:00"}
    page = monday.get("/", params=asked).text

    assert names(page) == ["Centre De Garde"]
    assert "Jour férié (Noël) : à vérifier" in page
    assert monday.get(API, params=asked).json()["hours"]["holiday"] == "Noël"


def test_that_day_cards_say_whose_hours_are_to_be_checked(
    christmas: TestClient, monday: TestClient
) -> None:
    page = christmas.get("/?q=centre").text
    marked = re.findall(r'<article class="result card">(.*?)</article>', page, re.DOTALL)

    assert [names(one)[0] for one in marked if "jour férié : horaires à vérifier" in one] == [
        "Centre Silencieux"
    ]
    assert "jour férié" not in monday.get("/?q=centre").text


@pytest.mark.parametrize(("at", "said"), [(CHRISTMAS, True), (MONDAY, False)])
def test_that_day_an_entry_says_that_its_hours_are_to_be_checked(
    tmp_path: Path, at: datetime, said: bool
) -> None:
    for services, site in served(tmp_path, at):
        fill_directory(services)
        page = site.get("/fiche/finess_et%7C940000010").text

        assert "lundi, mardi, mercredi, jeudi, vendredi 9 h – 18 h" in page
        assert ("aujourd&#39;hui jour férié (Noël) : à vérifier" in page) is said
