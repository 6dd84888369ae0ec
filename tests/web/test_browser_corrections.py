"""A wrong number, from the result card to the corrected entry and back, with the keyboard alone and
without JavaScript too; every page on the way passes axe."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESKTOP, PHONE, OpenPage
from tests.web.looks import complaints

pytestmark = pytest.mark.browser

OLD, NEW = "01 46 65 10 05", "01 46 65 20 05"


def press(page: Page, role: str, name: str) -> None:
    """Reach a control and press Enter on it, as a keyboard does."""
    page.get_by_role(role, name=name).first.focus()  # type: ignore[arg-type]
    page.keyboard.press("Enter")


def check(page: Page, *, javascript: bool) -> None:
    width = page.viewport_size["width"] if page.viewport_size else 0
    if javascript:
        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("scheme", "size", "javascript"),
    [("light", DESKTOP, True), ("dark", PHONE, True), ("light", DESKTOP, False)],
)
def test_a_wrong_number_is_reported_corrected_and_taken_back(
    open_page: OpenPage, scheme: str, size: tuple[int, int], javascript: bool
) -> None:
    page = open_page("/?q=marc+ollivier", scheme=scheme, size=size, javascript=javascript)
    heading = page.get_by_role("heading", level=1)
    press(page, "link", f"Numéro faux ? {OLD}, Marc Ollivier")
    expect(heading).to_have_text("Numéro faux ?")
    check(page, javascript=javascript)
    page.get_by_label("Qu'est-ce qui ne va pas ?").press_sequentially("plus attribué")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Votre signalement")
    expect(page.get_by_text("En attente")).to_be_visible()
    check(page, javascript=javascript)
    own = page.url

    page.goto("/signalements")
    check(page, javascript=javascript)
    press(page, "link", f"Accepter et corriger {OLD}")
    expect(heading).to_have_text("Corriger : Téléphone")
    page.get_by_label("Numéro ou adresse").fill("12 ou 13")
    page.get_by_label("Votre nom").fill("Ada Nîmes")
    page.get_by_label("Comment le savez-vous ?").fill("appelée")
    page.keyboard.press("Enter")
    expect(page.locator(".problem")).to_contain_text("ne peut pas être appelé")
    check(page, javascript=javascript)
    page.get_by_label("Numéro ou adresse").fill(NEW)
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Marc Ollivier")
    expect(page.get_by_role("link", name=f"Appeler Marc Ollivier : {NEW}")).to_be_visible()
    check(page, javascript=javascript)
    entry = page.url
    page.goto(own)
    expect(page.get_by_role("heading", name="Accepté")).to_be_visible()
    check(page, javascript=javascript)

    page.goto("/corrections")
    check(page, javascript=javascript)
    press(page, "button", "Retirer")
    expect(page.get_by_text("retirée par Ada Nîmes").first).to_be_visible()
    page.goto(entry)
    expect(page.get_by_role("link", name=f"Appeler Marc Ollivier : {OLD}")).to_be_visible()
