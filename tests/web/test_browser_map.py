"""The map of the search in a real browser: an aid, asked for, that holds nothing but the list."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import LiveSite, OpenPage
from tests.web.looks import Looker, keep, width
from tests.web.test_browser_directory import SIZES, crowded

__all__ = ["crowded"]

pytestmark = pytest.mark.browser


def open_map(page: Page) -> None:
    page.get_by_role("button", name="Carte", exact=True).click()
    expect(page.locator("#map-said")).to_contain_text("sur la carte")


@SIZES
def test_the_map_is_asked_for_and_holds_the_list(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    asked: list[str] = []
    page = open_page("/?q=jean-vilar", size=size)
    page.on("request", lambda request: asked.append(request.url))
    expect(page.get_by_role("button", name="Carte", exact=True)).to_be_visible()
    assert page.evaluate("typeof L") == "undefined"
    open_map(page)
    assert any("leaflet.js" in one for one in asked)
    assert all(one.startswith(page.url.partition("/?")[0]) for one in asked)
    expect(page.locator("#map-said")).to_contain_text("20 sur 20 fiches")
    expect(page.locator("#map-said")).to_contain_text("20 à la commune seulement")
    expect(page.locator(".marker.commune")).to_have_count(1)
    expect(page.locator(".marker.exact")).to_have_count(0)
    assert width(page) <= size[0]
    keep(page, f"carte-{size[0]}")
    page.get_by_role("button", name="Carte", exact=True).click()
    expect(page.locator("#map-panel")).to_be_hidden()
    expect(page.locator(".to-map")).to_have_count(0)


def test_from_an_entry_to_its_marker_and_back_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad+soleil")
    open_map(page)
    there = page.get_by_role("button", name="Sur la carte : EHPAD SOLEIL D'AUTOMNE")
    there.focus()
    page.keyboard.press("Enter")
    marker = page.get_by_role("button", name=re.compile("Fresnes : 1 fiche sans position précise"))
    expect(marker).to_be_focused()
    bubble = page.locator(".leaflet-popup").get_by_role("link")
    expect(bubble.first).to_have_text("1. EHPAD SOLEIL D'AUTOMNE")
    bubble.first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".result h3 a").first).to_be_focused()


def test_the_map_follows_another_question(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad")
    open_map(page)
    page.locator("#q").fill("kiné cachan")
    expect(page.locator("#results-title")).to_contain_text("2 fiches")
    expect(page.locator("#map-said")).to_contain_text("2 sur 2 fiches")
    expect(page.locator(".map .leaflet-map-pane")).to_have_count(1)


def test_the_map_is_accessible(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad+soleil", still=True)
    looker = Looker(page)
    open_map(page)
    looker.look("carte")
    page.get_by_role("button", name="Sur la carte : EHPAD").click()
    expect(page.locator(".leaflet-popup")).to_have_css("opacity", "1")  # it fades in
    looker.look("carte, fiche ouverte")
    assert looker.wrong == {}


def test_exact_points_are_grouped_and_opened(chromium: Browser, crowded: LiveSite) -> None:
    with chromium.new_context(base_url=crowded.url, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto("/?q=foule&size=100")
        open_map(page)
        expect(page.locator("#map-said")).to_contain_text("100 sur 100 fiches")
        expect(page.locator(".marker.cluster").first).to_contain_text("repères proches")
        page.get_by_role("button", name=re.compile("^Sur la carte : Foule")).first.click()
        expect(page.locator(".leaflet-popup")).to_contain_text("Foule")
        expect(page.locator(".marker.exact:focus")).to_have_count(1)
        expect(page.locator(".marker.cluster")).to_have_count(0)


MARKS_ON_ONE_ANOTHER = """() => {
  const boxes = [...document.querySelectorAll('.map .marker')].map((one) => [
    one.className, one.getBoundingClientRect()]);
  return boxes.flatMap(([name, one], place) => boxes.slice(place + 1)
    .filter(([other, box]) => `${name} ${other}`.includes('commune')
      && one.left < box.right && box.left < one.right
      && one.top < box.bottom && box.top < one.bottom)
    .map(([other]) => `${name} / ${other}`));
}"""


@SIZES
def test_the_mark_of_a_commune_covers_no_other(
    chromium: Browser, crowded: LiveSite, size: tuple[int, int]
) -> None:
    with chromium.new_context(base_url=crowded.url, reduced_motion="reduce") as context:
        page = context.new_page()
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto("/?q=refuge")
        open_map(page)
        expect(page.locator(".marker.commune")).to_have_count(1)
        expect(page.locator(".marker.exact")).to_have_count(1)
        for _ in range(6):
            assert page.evaluate(MARKS_ON_ONE_ANOTHER) == []
            page.get_by_role("button", name="Réduire").click()


def test_less_motion_is_respected(chromium: Browser, crowded: LiveSite) -> None:
    with chromium.new_context(base_url=crowded.url, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto("/?q=foule")
        open_map(page)
        still = page.evaluate(
            "[...document.querySelectorAll('.card, a, button')].every("
            "one => ['0s', '0s, 0s, 0s'].includes(getComputedStyle(one).transitionDuration)"
            " || one.closest('.map'))"
        )
        assert still
        assert page.locator(".leaflet-zoom-anim").count() == 0
