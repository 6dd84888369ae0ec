"""What no page may break on, seen through the pages of the directory."""

import re
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from tests.web.awkward import CROWD, LONG, PLACES, fill_awkward
from tests.web.conftest import SITE, open_at
from tests.web.visitor import Visitor
from web.app import create_app
from web.selection import MOST
from web.services import Services

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def awkward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = open_at(tmp_path_factory.mktemp("awkward"))
    fill_awkward(opened)
    yield opened
    opened.close()


@pytest.fixture
def site(awkward: Services) -> TestClient:
    return Visitor(create_app(awkward), base_url=SITE)


def aliases(site: TestClient, q: str, size: int = 20) -> list[str]:
    return re.findall(
        r'<h3><a href="/fiche/([^"]+)"', site.get("/", params={"q": q, "size": size}).text
    )


def test_a_name_of_two_hundred_characters_has_its_page(site: TestClient) -> None:
    assert len(LONG) >= 200
    page = site.get(f"/fiche/{aliases(site, 'interminable' * 15)[0]}").text
    assert LONG in page
    assert "<h1>" in page


def test_hours_are_a_week_with_the_exceptions_to_come(site: TestClient) -> None:
    page = site.get(f"/fiche/{aliases(site, 'interminable' * 15)[0]}").text
    rows = re.findall(r'<tr( class="today")?><th scope="row">(\w+).*?</th><td>(.*?)</td>', page)
    assert [(day, told) for _, day, told in rows][:3] == [
        ("lundi", "9 h – 12 h, 14 h – 18 h"),
        ("mardi", "9 h – 12 h"),
        ("mercredi", "9 h – 12 h, 14 h – 18 h"),
    ]
    assert [day for today, day, _ in rows if today] == ["lundi"]
    week = page.partition("<h2>Horaires</h2>")[2].partition("</div>")[0]
    assert "congés « d&#39;hiver »" in week
    assert "2020" not in week
    assert "ouvert jusqu’à 12 h" in page


def test_no_phone_and_no_point_are_said(site: TestClient) -> None:
    found = aliases(site, "maison muette")
    card = site.get("/", params={"q": "maison muette"}).text
    assert "Aucun téléphone connu" in card
    assert "data-lat" not in card
    page = site.get(f"/fiche/{found[0]}").text
    assert "Aucun numéro connu" in page
    assert "Semblables, au plus près" in page


def test_markup_stays_text_everywhere(site: TestClient) -> None:
    found = aliases(site, "résidence")[0]
    site.post("/selection", data={"geste": "ajouter", "code": found})
    for path in ("/?q=résidence", f"/fiche/{found}", "/selection"):
        text = site.get(path).text
        assert "&lt;script&gt;" in text
        assert "<script>" not in text


def test_forty_places_of_one_person_are_told(site: TestClient) -> None:
    page = site.get(f"/fiche/{aliases(site, 'perrine ubique')[0]}").text
    assert f"{PLACES - 1} autres lieux d&#39;exercice" in page
    section = page.partition('id="places-title"')[2].partition("</section>")[0]
    assert section.count("/fiche/") == PLACES - 1
    assert "accepte de nouveaux patients (le 01/11/2026)" in page


def test_other_people_only_are_similar(site: TestClient) -> None:
    page = site.get(f"/fiche/{aliases(site, 'perrine ubique')[0]}").text
    assert "similar-title" not in page


def test_a_selection_takes_three_hundred_and_says_that_it_is_full(
    site: TestClient, awkward: Services
) -> None:
    codes: list[str] = []
    cursor = ""
    while len(codes) < CROWD:
        found = site.get("/api/v1/resources", params={"q": "foule", "size": 100, "cursor": cursor})
        answer = found.json()
        codes += [site_alias(site, one["id"]) for one in answer["results"]]
        cursor = answer["next_cursor"] or ""
        if not cursor:
            break
    assert len(codes) == CROWD
    site.post("/selection", data={"geste": "ajouter", "code": codes})
    started = time.process_time()
    page = site.get("/selection").text
    took = time.process_time() - started
    assert page.count('<th scope="row">') == MOST
    assert f"pleine : {MOST} fiches" in page
    assert took < 5
    refused = site.post(
        "/selection",
        data={"geste": "ajouter", "code": codes[-1].rsplit("-", 1)[-1], "retour": "/"},
        headers={"HX-Request": "true"},
    )
    assert "La sélection est pleine" in refused.text
    assert len(site.cookies["recours_selection"]) < 4_000
    assert len(site.get("/selection.csv").text.splitlines()) == MOST + 1


def site_alias(site: TestClient, uuid: str) -> str:
    """The address of an entry, without reading its page."""
    answer = site.get(f"/fiche/{uuid}", follow_redirects=False)
    return answer.headers["location"].removeprefix("/fiche/")
