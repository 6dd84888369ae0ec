"""« Je m'installe » and « ETP » in a real browser: wide and narrow, with JavaScript and without, on paper."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE, OpenPage
from tests.web.looks import complaints

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(
    ("size", "scheme", "javascript"),
    [(DESKTOP, "light", True), (PHONE, "dark", True), (PHONE, "light", False)],
)
def test_a_newcomer_reads_then_follows_a_count(
    open_page: OpenPage, size: tuple[int, int], scheme: str, javascript: bool
) -> None:
    page = open_page("/installation", size=size, scheme=scheme, javascript=javascript)
    assert page.locator("#map-toggle").is_visible() == javascript
    row = page.get_by_role("row").filter(has_text="Masseur-kinésithérapeute").first
    row.get_by_role("link").last.click()
    expect(page.locator("#results-title")).to_contain_text("3 fiches")
    page.goto("/installation")
    page.get_by_label("Ce qui est nouveau depuis le").fill("2026-11-01")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_role("heading", name="Nouveau depuis le 01/11/2026")).to_be_visible()
    page.goto("/installation")
    page.get_by_role("button", name="Retenir mes visites").click()
    expect(page.get_by_text("Cette visite est retenue")).to_be_visible()
    page.get_by_role("button", name="Ne plus retenir mes visites").click()
    expect(page.get_by_role("button", name="Retenir mes visites", exact=True)).to_be_visible()
    if javascript:
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_structures_are_on_the_map_and_in_the_list(open_page: OpenPage) -> None:
    page = open_page("/installation")
    page.get_by_role("button", name="Carte des structures").click()
    expect(page.locator("#map-said")).to_contain_text("fiches de la liste sont sur la carte")
    assert page.locator(".leaflet-marker-icon").count() > 0
    assert complaints(page) == []


def test_the_booklet_prints_on_a4_by_chapters(open_page: OpenPage) -> None:
    page = open_page("/installation/livret")
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()
    expect(page.get_by_role("heading", name="6. Carnet d'adresses")).to_be_visible()
    printed = page.pdf(prefer_css_page_size=True)
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))
    assert 7 <= sheets <= 15  # a cover with the contents, then six chapters


@pytest.mark.parametrize("javascript", [True, False])
def test_programmes_are_filtered_without_javascript(open_page: OpenPage, javascript: bool) -> None:
    page = open_page("/etp", size=PHONE, javascript=javascript)
    page.get_by_label("Commune du patient").select_option(label="Cachan")
    page.get_by_role("button", name="Afficher").click()
    expect(page.get_by_text("Aucun programme ne correspond")).to_be_visible()
    page.get_by_role("link", name="Tout voir").click()
    expect(page.get_by_text("Aucun programme n'est encore connu")).to_be_visible()
