"""A call in a real browser, by keyboard alone, from « nouvel appel » to « confirmé »."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage

pytestmark = pytest.mark.browser


def begin(page: Page) -> None:
    page.keyboard.type("06 12 34 56 78")
    page.keyboard.press("Tab")
    page.keyboard.type("fre")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Un de ces signes, maintenant ?")
    page.wait_for_load_state()


def say_need(page: Page, *, medecin_traitant: int = 0, then: str = "Créneaux proposés") -> None:
    """16 to 69 years, can travel, no médecin traitant (or its other answers), within the week."""
    for presses in (2, 0, medecin_traitant, 3):
        page.keyboard.press("Space")
        for _ in range(presses):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(then)
    page.wait_for_load_state()


def test_call_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    say_need(page)
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Créneau retenu")
    expect(page.locator("[data-left]")).to_have_text(re.compile("2:[12][0-9]"))
    page.keyboard.type("Vauquelin")
    page.keyboard.press("Tab")
    page.keyboard.type("Eudoxie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")
    expect(page.get_by_text("Eudoxie Vauquelin")).to_be_visible()
    assert "auquelin" not in page.url + page.title()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvel appel")


def test_the_medecin_traitant_is_called_by_keyboard_alone(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    say_need(page, medecin_traitant=2, then="Appelez d'abord le médecin traitant")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("ollivier")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Marc Ollivier")).to_be_focused()
    page.keyboard.press("1")
    number = page.get_by_role("link", name="Appeler Marc Ollivier")
    expect(number).to_be_focused()
    expect(number).to_have_attribute("href", "tel:+33146651005")
    page.keyboard.press("i")
    expect(page.get_by_role("heading", level=1)).to_have_text("Créneaux proposés")
    assert "llivier" not in page.url


def test_one_key_on_a_sign_transfers_to_the_15(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    page.keyboard.press("1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Transférez maintenant au 15")
    expect(page.get_by_role("link", name="Appeler le 15")).to_be_focused()


def test_letters_name_the_signs_after_the_ninth(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    page.keyboard.press("a")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Transférez maintenant au 15")
    expect(page.get_by_text("Idées suicidaires.")).to_be_visible()


@pytest.mark.parametrize("screen", ["number", "flags", "need", "proposals", "hold"])
def test_alt_1_passes_to_the_15_on_every_screen(open_page: OpenPage, screen: str) -> None:
    page = open_page("/secretariat")
    steps = ["number", "flags", "need", "proposals", "hold"]
    reached = steps.index(screen)
    if reached > 0:
        begin(page)
    if reached > 1:
        page.keyboard.press("0")
        expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    if reached > 2:
        say_need(page)
    if reached > 3:
        page.keyboard.press("2")
        expect(page.get_by_role("heading", level=1)).to_have_text("Créneau retenu")
    page.wait_for_load_state()
    page.keyboard.press("Alt+1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Transférez maintenant au 15")


def test_enter_on_the_first_screen_never_passes_to_the_15(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.keyboard.type("06 12 34 56 78")
    page.keyboard.press("Tab")
    page.keyboard.type("cachan")
    page.keyboard.press("Tab")
    page.keyboard.type("3 rue des Lilas")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Un de ces signes, maintenant ?")


def test_digits_typed_in_a_field_are_only_typed(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.keyboard.type("0123456789")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nouvel appel")
    expect(page.get_by_label("Numéro où rappeler")).to_have_value("0123456789")


def test_whole_call_without_javascript(open_page: OpenPage) -> None:
    page = open_page("/secretariat", javascript=False)
    page.get_by_label("Numéro où rappeler").fill("06 12 34 56 78")
    page.get_by_label("Commune où se trouve").fill("Cachan")
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Aucun de ces signes").click()
    for answer in ("70 ans ou plus", "téléconsultation", "l'appeler d'abord", "dans la semaine"):
        page.get_by_role("radio", name=answer).check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="cabinet fermé à cette heure").click()
    page.get_by_role("button", name="Retenir").first.click()
    expect(page.get_by_text("Retenu pour vous jusqu'à")).to_be_visible()
    page.get_by_label("Nom de la personne").fill("Sauvestre")
    page.get_by_label("Prénom").fill("Aglaé")
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")
