"""The list of suggestions in a real browser: by keyboard, by mouse, and out of the way."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import DESKTOP, PHONE, OpenPage
from tests.web.looks import Looker

pytestmark = pytest.mark.browser


def field(page: Page) -> Locator:
    return page.get_by_role("combobox", name="Rechercher")


def listed(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Suggestions")


def typed(page: Page, text: str) -> None:
    expect(field(page)).to_be_focused()
    page.keyboard.type(text)
    expect(listed(page)).to_be_visible()


def held_while_typing(
    page: Page, text: str, asked: str | re.Pattern[str] = "**/suggestions?*"
) -> list[Route]:
    """What was asked for while a text was typed, kept without an answer."""
    held: list[Route] = []
    page.route(asked, lambda route: held.append(route))
    expect(field(page)).to_be_focused()  # at the first frame, which may come after the page's load
    with page.expect_request(asked):
        page.keyboard.insert_text(text)
    return held


def test_typing_then_arrow_and_enter_completes_the_question(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "kin")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#suggestions-said")).to_contain_text("1 suggestion")
    page.keyboard.press("ArrowDown")
    expect(listed(page).get_by_role("option", selected=True)).to_contain_text("kinésithérapeute")
    expect(field(page)).to_have_attribute("aria-activedescendant", "suggestion-1")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("kinésithérapeute")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(listed(page)).to_be_hidden()
    expect(page.locator("#results-title")).to_contain_text("3 fiches")
    expect(page).to_have_url("/?q=kin%C3%A9sith%C3%A9rapeute")


def test_a_place_then_enter_goes_to_the_results_as_ever(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "kiné cac")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("kiné Cachan")
    expect(page.locator("#results-title")).to_contain_text("2 fiches")
    page.keyboard.press("Enter")
    expect(page.locator(".result h3 a").first).to_be_focused()


def test_enter_waits_for_the_answer_to_the_choice(open_page: OpenPage) -> None:
    """An answer to what was typed before the choice comes late: Enter is not for its results."""
    page = open_page("/")
    before = re.compile(r"/\?q=kin%C3%A9(%20|\+)cac(&|$)")
    held = held_while_typing(page, "kiné cac", before)
    expect(listed(page)).to_be_visible()
    page.clock.install(time=0)
    page.clock.pause_at(60_000)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    held[0].continue_()
    expect(page.locator("#results-title")).to_contain_text("2 fiches")
    page.clock.run_for(50)
    page.keyboard.press("Enter")
    page.clock.run_for(200)
    expect(page).to_have_url("/?q=kin%C3%A9+Cachan")
    page.clock.run_for(100)
    expect(page.locator(".result h3 a").first).to_be_focused()


def test_keys_pressed_while_a_list_is_awaited_are_for_it(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "kin")
    held = held_while_typing(page, "é cac")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("kiné cac")
    held[0].continue_()
    expect(field(page)).to_have_value("kiné Cachan")
    expect(listed(page)).to_be_hidden()


def test_a_name_opens_its_entry(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "merca")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Zoé Mercadier")


def test_escape_closes_the_list_and_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "kin")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(listed(page)).to_be_hidden()
    expect(field(page)).to_have_value("kin")
    expect(field(page)).not_to_have_attribute("aria-activedescendant", "suggestion-1")
    expect(page.locator("#results-title")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result h3 a").first).to_be_focused()


def test_a_closed_list_opens_again_with_alt_and_arrow(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "kin")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+ArrowDown")
    expect(listed(page)).to_be_visible()


def test_a_list_opened_again_stays_open_when_its_answer_comes(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "kin")
    page.evaluate("document.querySelector('#suggestions [role=option]').dataset.before = ''")
    held = held_while_typing(page, "é")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+ArrowDown")
    expect(listed(page)).to_be_visible()
    held[0].continue_()
    expect(page.locator("[data-before]")).to_have_count(0)
    expect(listed(page)).to_be_visible()


def test_arrows_turn_through_the_list_and_home_comes_back_to_the_field(
    open_page: OpenPage,
) -> None:
    page = open_page("/")
    typed(page, "ce")
    options = listed(page).get_by_role("option")
    last = options.count() - 1
    assert last > 1
    page.keyboard.press("ArrowUp")
    expect(options.nth(last)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(listed(page).get_by_role("option", selected=True)).to_have_count(0)
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(listed(page).get_by_role("option", selected=True)).to_have_count(0)
    page.keyboard.type("x")
    expect(field(page)).to_have_value("xce")


def test_enter_without_a_choice_searches_as_before(open_page: OpenPage) -> None:
    page = open_page("/")
    typed(page, "lucie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lucie De La Tour")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_a_click_chooses_and_one_elsewhere_closes(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page("/", size=size)
    typed(page, "kin")
    listed(page).get_by_role("option", name="kinésithérapeute").click()
    expect(field(page)).to_have_value("kinésithérapeute")
    expect(listed(page)).to_be_hidden()
    page.keyboard.type(" cac")
    expect(listed(page)).to_be_visible()
    page.get_by_role("banner").click(position={"x": 5, "y": 5})
    expect(listed(page)).to_be_hidden()


def test_an_answer_come_too_late_opens_nothing(open_page: OpenPage) -> None:
    page = open_page("/")
    held = held_while_typing(page, "kin")
    page.keyboard.press("Enter")
    expect(page.locator(".result h3 a").first).to_be_focused()
    field(page).focus()
    held[0].continue_()
    expect(page.locator("#suggestions [role=option]")).to_have_count(1)
    expect(listed(page)).to_be_hidden()


def test_a_text_come_back_to_is_suggested_for_again(open_page: OpenPage) -> None:
    page = open_page("/?q=kin")
    page.keyboard.press("End")
    typed(page, "é")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    expect(listed(page)).to_be_visible()
    expect(listed(page).get_by_role("option")).to_contain_text(["kinésithérapeute"])


def test_only_the_last_question_is_answered(open_page: OpenPage) -> None:
    page = open_page("/")
    held_while_typing(page, "ki", "**/suggestions?q=ki")
    with page.expect_event("requestfailed", lambda one: one.url.endswith("q=ki")):
        page.keyboard.type("n")
    expect(listed(page)).to_be_visible()
    expect(listed(page).get_by_role("option")).to_contain_text(["kinésithérapeute"])


def test_the_open_list_is_accessible(open_page: OpenPage) -> None:
    page = open_page("/", still=True)
    typed(page, "ru")
    page.keyboard.press("ArrowDown")
    expect(listed(page).get_by_role("option", selected=True)).to_have_count(1)
    looker = Looker(page)
    looker.look("liste ouverte")
    assert looker.wrong == {}
