"""The map of « Qui est là »: the counts of the table, where they are known to be."""

import re

import msgspec
import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Route, expect

from directory.model import Point, Precision
from tests.browser import DESKTOP, PHONE, OpenPage
from tests.web.looks import complaints
from web.newcomer.people_map import draw
from web.newcomer.supply import communes_here, people_here
from web.services import Services

PATH = "/installation/carte.json"


def test_every_practitioner_is_on_the_map_or_counted_apart(
    site: TestClient, services: Services
) -> None:
    told = site.get(PATH).json()
    people = people_here(services, communes_here(services))
    drawn = sum(count for *_, count in told["spots"])
    assert people
    assert drawn + told["nowhere"] == len(people)
    assert sum(one["count"] for one in told["professions"]) == len(people)


def test_a_spot_leads_to_the_search_of_the_table(site: TestClient) -> None:
    told = site.get(PATH).json()
    table = site.get("/installation").text.replace("&amp;", "&")
    for profession, commune, *_ in told["spots"]:
        assert f'href="{told["searches"][profession][commune]}"' in table


def test_what_is_known_to_its_commune_only_is_never_exact(services: Services) -> None:
    communes = communes_here(services)
    one = next(one for one in people_here(services, communes) if one.point)
    for precision, exact in (
        (Precision.ADDRESS, True),
        (Precision.STREET, True),
        (Precision.PIN, True),
        (Precision.COMMUNE, False),
        (Precision.UNKNOWN, False),
    ):
        point = Point(lat=48.79, lon=2.33, precision=precision)
        changed = msgspec.structs.replace(one, point=point)
        (spot,) = draw([changed], communes)["spots"]
        assert spot[4] is exact
    nowhere = draw([msgspec.structs.replace(one, point=None)], communes)
    assert (nowhere["spots"], nowhere["nowhere"]) == ([], 1)


def test_a_directory_without_index_says_so(empty_site: TestClient) -> None:
    answer = empty_site.get(PATH)
    assert answer.status_code in (200, 503)
    assert answer.status_code == 503 or answer.json()["spots"] == []


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_professions_are_chosen_and_lead_to_their_search(
    open_page: OpenPage, size: tuple[int, int], scheme: str
) -> None:
    page = open_page("/installation", size=size, scheme=scheme)
    page.get_by_role("button", name="Carte des professionnels").press("Enter")
    said = page.locator("#people-said")
    expect(said).to_contain_text("sur la carte")
    everybody = int(re.findall(r"\d+", said.inner_text())[0])
    choice = page.get_by_label("Profession montrée")
    choice.select_option(index=1)
    expect(said).not_to_contain_text(f"{everybody} fiches")
    assert complaints(page) == []
    marker = page.locator("#people-map .marker.commune, #people-map .marker.exact").first
    marker.focus()
    page.keyboard.press("Enter")
    link = page.locator("#people-map .leaflet-popup").get_by_role("link")
    count = re.findall(r"(\d+) fiche", link.inner_text())[0]
    link.click()
    expect(page.locator("#results-title")).to_contain_text(re.compile(rf"\b{count} fiche"))


@pytest.mark.browser
def test_a_commune_s_point_is_drawn_as_such(open_page: OpenPage) -> None:
    page = open_page("/installation")
    page.get_by_role("button", name="Carte des professionnels").click()
    expect(page.locator("#people-said")).to_contain_text("à la commune seulement (≈)")
    vague = page.locator("#people-map .marker.commune").first
    expect(vague).to_contain_text("≈")
    expect(vague).to_contain_text("sans position précise")


@pytest.mark.browser
def test_a_map_that_does_not_come_leaves_the_table(open_page: OpenPage) -> None:
    page = open_page("/installation")

    def refuse(route: Route) -> None:
        route.fulfill(status=503)

    page.route("**/carte.json", refuse)
    toggle = page.get_by_role("button", name="Carte des professionnels")
    toggle.click()
    expect(page.locator("#people-said")).to_contain_text("Le tableau dit tout")
    page.unroute("**/carte.json")
    toggle.click()
    toggle.click()
    expect(page.locator("#people-said")).to_contain_text("sur la carte")


@pytest.mark.browser
@pytest.mark.parametrize("javascript", [True, False])
def test_neither_paper_nor_a_browser_without_javascript_has_the_map(
    open_page: OpenPage, javascript: bool
) -> None:
    page = open_page("/installation", javascript=javascript)
    if javascript:
        page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Carte des professionnels")).to_be_hidden()
    expect(page.locator("#people-map")).to_be_hidden()
    expect(page.get_by_role("row").filter(has_text="Masseur-kinésithérapeute")).to_be_visible()
