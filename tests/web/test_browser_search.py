"""Searching in a real browser: while typing, by keyboard, and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESKTOP, PHONE, OpenPage

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_results_come_while_typing_and_stay_in_the_address(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.type("orthophoniste cachan")
    expect(page.locator("#results-title")).to_contain_text("1 fiche")
    expect(page.get_by_role("link", name="Lucie De La Tour", exact=True)).to_be_visible()
    expect(page).to_have_url("/?q=orthophoniste+cachan")
    page.reload()
    expect(page.get_by_role("link", name="Lucie De La Tour", exact=True)).to_be_visible()


def test_enter_opens_the_only_result(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.type("orthophoniste cachan")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lucie De La Tour")


def test_enter_goes_to_the_first_of_several_then_opens_it(open_page: OpenPage) -> None:
    page = open_page("/")
    page.keyboard.type("kiné cachan")
    page.keyboard.press("Enter")
    expect(page.locator(".result h3 a").first).to_be_focused()
    name = focused(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_arrows_walk_the_list_and_slash_comes_back(open_page: OpenPage) -> None:
    page = open_page("/?q=jean-vilar")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result h3 a").nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(page.locator(".result h3 a").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_one_key_shortcuts_can_be_turned_off(open_page: OpenPage) -> None:
    page = open_page("/imports")
    page.get_by_role("button", name="Raccourcis à une touche").click()
    expect(page.get_by_role("button", name="désactivés")).to_be_visible()
    page.keyboard.press("/")
    expect(page).to_have_url("/imports")
    page.get_by_role("button", name="désactivés").click()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()


def test_facet_and_chip_change_the_list_in_place(open_page: OpenPage) -> None:
    page = open_page("/?q=cabinet+des+peupliers")
    page.locator(".facets").get_by_role("link", name="Orthophoniste").click()
    expect(page.locator("#results-title")).to_contain_text("1 fiche")
    page.locator("#q").fill("lucie")
    page.wait_for_url("**q=lucie**")
    expect(page.locator("#results-title")).to_contain_text("1 fiche")
    page.get_by_role("link", name="Retirer le filtre Orthophoniste").click()
    expect(page.locator(".chip", has_text="Orthophoniste")).to_have_count(0)


def test_back_after_a_facet_gives_the_page_before(open_page: OpenPage) -> None:
    page = open_page("/?q=cabinet+des+peupliers")
    before = page.locator("#results-title").inner_text()
    page.locator(".facets").get_by_role("link", name="Orthophoniste").click()
    expect(page.locator("#results-title")).to_contain_text("1 fiche")
    page.go_back()
    expect(page.locator("#results-title")).to_have_text(before)
    expect(page.locator(".site-header")).to_have_count(1)


def test_choosing_a_place_asks_again(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad")
    page.get_by_label("Autour de").select_option(label="Cachan")
    expect(page.locator(".where").first).to_contain_text("km")


@pytest.mark.parametrize("javascript", [True, False], ids=["htmx", "sans JavaScript"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "390"])
def test_an_order_is_chosen_by_keyboard(
    open_page: OpenPage, size: tuple[int, int], javascript: bool
) -> None:
    page = open_page("/?q=cabinet+des+peupliers", size=size, javascript=javascript)
    sorts = page.get_by_role("navigation", name="Trier par")
    sorts.get_by_role("link", name="Fraîcheur").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=cabinet+des+peupliers&sort=freshness")
    chosen = sorts.get_by_role("link", name="Fraîcheur")
    expect(chosen).to_have_attribute("aria-current", "true")
    if javascript:
        expect(chosen).to_be_focused()
    page.locator("#q").fill("cabinet")
    page.keyboard.press("Enter")
    expect(page).to_have_url("/?q=cabinet&near=&radius_km=&sort=freshness" if not javascript
                             else "/?q=cabinet&sort=freshness")  # fmt: skip
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_search_works_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/", javascript=False)
    page.get_by_role("searchbox").fill("kiné cachan")
    page.keyboard.press("Enter")
    expect(page.locator("#results-title")).to_contain_text("2 fiches")
    page.get_by_role("link", name="Zoé Mercadier", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoé Mercadier")


@pytest.mark.parametrize("path", ["/", "/?q=jean-vilar", "/imports", "/secretariat", "/agenda"])
def test_nothing_overflows_a_phone(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=PHONE)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE[0]
