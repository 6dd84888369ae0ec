"""Ten calls in a row by keyboard alone, each with its time; the times are printed, not judged.

`pytest -s tests/web/test_browser_ten_calls.py` shows them.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest
from faker import Faker
from playwright.sync_api import Page, expect

from tests.browser import OpenPage

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NO_DOCTOR, HAS_DOCTOR = 0, 2
"""How many arrows from « non » to the answer, in the question on the médecin traitant."""


@dataclass(frozen=True)
class Script:
    """What a caller says: where from, then how many arrows in each question, then the ending."""

    told: str
    commune: str
    end: Callable[[Page, Faker], None]
    age: int = 2
    mobility: int = 0
    medecin_traitant: int = NO_DOCTOR
    delay: int = 3
    sign: str = "0"


def on(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.wait_for_load_state()


def book(page: Page, faker: Faker) -> None:
    on(page, "Créneaux proposés")
    page.keyboard.press("1")
    on(page, "Créneau retenu")
    page.keyboard.type(faker.last_name())
    page.keyboard.press("Tab")
    page.keyboard.type(faker.first_name())
    page.keyboard.press("Enter")
    on(page, "Rendez-vous confirmé")


def book_second(page: Page, faker: Faker) -> None:
    on(page, "Créneaux proposés")
    page.keyboard.press("2")
    on(page, "Créneau retenu")
    page.keyboard.type("de L’Étang « l'aîné » 🙂")
    page.keyboard.press("Tab")
    page.keyboard.type(faker.first_name())
    page.keyboard.press("Tab")
    page.keyboard.type("05031961")
    page.keyboard.press("Enter")
    on(page, "Rendez-vous confirmé")


def call_back(page: Page, _: Faker) -> None:
    on(page, "Créneaux proposés")
    page.keyboard.press("r")
    on(page, "À rappeler")


def transferred(page: Page, _: Faker) -> None:
    on(page, "Transférez maintenant au 15")


def escape_to_the_15(page: Page, _: Faker) -> None:
    on(page, "Créneaux proposés")
    page.keyboard.press("Alt+1")
    on(page, "Transférez maintenant au 15")


def reach_doctor_first(page: Page, faker: Faker) -> None:
    on(page, "Appelez d'abord le médecin traitant")
    page.keyboard.type("ollivier")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Marc Ollivier")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("1")
    expect(page.get_by_role("link", name="Appeler Marc Ollivier")).to_be_focused()
    page.wait_for_load_state()
    page.keyboard.press("i")
    book(page, faker)


CALLS: Sequence[Script] = (
    Script("adulte, sans médecin traitant", "fre", book),
    Script("signe d'alerte", "cachan", transferred, sign="1"),
    Script("personne âgée", "l'hay", book_second, age=3),
    Script(
        "son médecin traitant est absent", "rungis", reach_doctor_first, medecin_traitant=HAS_DOCTOR
    ),
    Script("aucune place ne convient : à rappeler", "chev", call_back),
    Script("par vidéo", "cachan", book, mobility=2),
    Script("idées suicidaires", "fre", transferred, sign="a"),
    Script("s'aggrave devant les créneaux", "rungis", escape_to_the_15),
    Script("dans les 48 heures", "94260", book, delay=2),
    Script("adulte, seconde proposition", "cachan", book_second),
)


def test_ten_calls_in_a_row_by_keyboard(
    open_page: OpenPage, capsys: pytest.CaptureFixture[str]
) -> None:
    faker = Faker("fr_FR")
    faker.seed_instance(2026)
    page = open_page("/secretariat")
    times: list[tuple[str, float]] = []
    for number, script in enumerate(CALLS):
        page.goto("/secretariat")
        began = time.perf_counter()
        play(page, script, f"06 12 34 5{number} 78", faker)
        times.append((script.told, time.perf_counter() - began))
    with capsys.disabled():
        for number, (told, seconds) in enumerate(times, start=1):
            print(f"\nappel {number:2} : {seconds:5.2f} s  {told}", end="")
    assert len(times) == 10


def play(page: Page, script: Script, number: str, faker: Faker) -> None:
    expect(page.locator("#number")).to_be_focused()
    page.keyboard.type(number)
    page.keyboard.press("Tab")
    page.keyboard.type(script.commune)
    page.keyboard.press("Enter")
    on(page, "Un de ces signes, maintenant ?")
    page.keyboard.press(script.sign)
    if script.sign == "0":
        expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
        for presses in (script.age, script.mobility, script.medecin_traitant, script.delay):
            page.keyboard.press("Space")
            for _ in range(presses):
                page.keyboard.press("ArrowRight")
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
    script.end(page, faker)
