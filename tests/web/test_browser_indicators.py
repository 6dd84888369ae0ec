"""Indicators in a real browser: on a phone nothing overflows, on paper only figures remain."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, OpenPage

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    "path", ["/indicateurs", "/indicateurs?public=1", "/indicateurs/exterieurs"]
)
def test_nothing_overflows_a_phone(open_page: OpenPage, path: str) -> None:
    page = open_page(path, size=PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_a_period_is_chosen_with_the_keyboard(open_page: OpenPage) -> None:
    page = open_page("/indicateurs")
    page.get_by_label("Du", exact=True).fill("2026-11-16")
    page.get_by_label("au (compris)").fill("2026-11-22")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Du 16/11/2026 au 22/11/2026")).to_be_visible()


def test_on_paper_forms_and_links_to_files_are_gone(open_page: OpenPage) -> None:
    page = open_page("/indicateurs")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="Demandes par issue et par délai")).to_be_visible()
    for gone in ("Tout exporter (CSV)", "Afficher", "Mois dernier"):
        expect(page.get_by_text(gone)).to_be_hidden()
