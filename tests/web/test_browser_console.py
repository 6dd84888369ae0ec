"""Several secretaries at once, in real browsers: each sees the others, nobody loses a call."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage
from tests.web.test_browser_call import begin, say_need

pytestmark = pytest.mark.browser

LIVE_MS = 15_000


def reach_hold(page: Page, key: str = "1") -> None:
    begin(page)
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    say_need(page)
    page.keyboard.press(key)
    expect(page.get_by_role("heading", level=1)).to_have_text("Créneau retenu")


def holds(page: Page) -> int:
    return page.locator("[data-held]").count()


def test_two_browsers_see_each_other_hold_without_losing_what_is_typed(
    open_page: OpenPage,
) -> None:
    other = open_page("/secretariat")
    expect(other.locator("[data-live-state]")).to_have_text("En direct")
    before = holds(other)
    other.get_by_label("Numéro où rappeler").type("06 98")
    page = open_page("/secretariat")
    reach_hold(page)
    expect(other.locator("[data-held]")).to_have_count(before + 1, timeout=LIVE_MS)
    field = other.get_by_label("Numéro où rappeler")
    expect(field).to_be_focused()
    expect(field).to_have_value("06 98")
    page.get_by_role("button", name="Libérer").click()
    expect(other.locator("[data-held]")).to_have_count(before, timeout=LIVE_MS)


def test_a_proposal_that_a_colleague_holds_says_so(open_page: OpenPage) -> None:
    other = open_page("/secretariat")
    begin(other)
    other.keyboard.press("0")
    expect(other.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    say_need(other)
    marks = other.locator("[data-taken-slot]:visible")
    expect(marks).to_have_count(0)
    page = open_page("/secretariat")
    reach_hold(page)
    expect(marks).to_have_count(1, timeout=LIVE_MS)
    expect(other.get_by_role("button", name="Retenir").first).to_be_focused()


def test_the_focus_stays_on_the_same_button_of_a_desk_that_changes(open_page: OpenPage) -> None:
    other = open_page("/secretariat")
    begin(other)
    other.goto("/secretariat")
    button = other.get_by_role("button", name=re.compile("^Reprendre")).last
    mine = button.get_attribute("id")
    button.focus()
    page = open_page("/secretariat")
    begin(page)
    expect(other.get_by_role("button", name=re.compile("^Reprendre")).last).not_to_have_id(
        str(mine), timeout=LIVE_MS
    )
    expect(other.locator(f"#{mine}")).to_be_focused()


def test_a_page_closed_in_mid_call_loses_nothing(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.keyboard.type("07 00 00 00 17")
    page.keyboard.press("Tab")
    page.keyboard.type("rungis")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Un de ces signes, maintenant ?")
    page.wait_for_load_state()
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    page.close()
    other = open_page("/secretariat")
    call = other.locator(".desk-list li", has_text="Rungis").last
    expect(call).to_contain_text("besoin")
    expect(call).to_contain_text("démonstration, depuis")
    call.get_by_role("button", name="Reprendre").press("Enter")
    expect(other.get_by_text("07 00 00 00 17")).to_be_visible()
    expect(other.get_by_role("radio", name="moins de 3 mois")).to_be_focused()


def test_a_cut_stream_is_said_and_comes_back(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    state = page.locator("[data-live-state]")
    expect(state).to_have_text("En direct")
    page.context.set_offline(True)
    page.evaluate("document.querySelector('[data-refresh]').click()")
    expect(state).to_have_text("Plus à jour : rechargez la page")
    page.context.set_offline(False)


def test_without_javascript_the_desk_is_there_and_a_link_refreshes_it(open_page: OpenPage) -> None:
    page = open_page("/secretariat", javascript=False)
    expect(page.get_by_role("heading", name="Libre aujourd'hui")).to_be_visible()
    page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tableau du jour")
    expect(page.get_by_role("button", name="Passer au 15")).to_be_visible()
