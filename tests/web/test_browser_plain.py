"""Without JavaScript, on a phone: the main journey of each audience, from its first page to its end."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PATIENCE_MS, PHONE, LiveSite, served
from tests.orientation.team import PATIENT, open_request
from tests.web.conftest import open_at
from tests.web.sample import fill_directory, fill_team
from web.services import Services

pytestmark = [pytest.mark.browser, pytest.mark.slow]

OLD, NEW = "01 46 65 10 05", "01 46 65 20 05"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = open_at(tmp_path_factory.mktemp("plain"))
    fill_directory(opened)
    fill_team(opened.orientation)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(office: Services) -> Iterator[LiveSite]:
    with served(office) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, site: LiveSite) -> Iterator[Page]:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        java_script_enabled=False,
        locale="fr-FR",
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


@pytest.fixture
def heading(page: Page) -> Callable[[str | re.Pattern[str]], None]:
    return lambda title: expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_a_professional_finds_an_entry_and_its_number(
    page: Page, heading: Callable[[str], None]
) -> None:
    page.goto("/")
    page.locator("#q").fill("kiné cachan")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Hugo Savatier", exact=True).click()
    heading("Hugo Savatier")
    number = page.get_by_role("link", name="Appeler Hugo Savatier : 01 46 65 10 02").first
    expect(number).to_have_attribute("href", "tel:+33146651002")
    expect(page.get_by_text("RPPS, personnes et activités").first).to_be_visible()


def test_a_secretary_takes_a_whole_call(page: Page, heading: Callable[[str], None]) -> None:
    page.goto("/secretariat")
    page.get_by_label("Numéro où rappeler").fill("06 12 34 56 78")
    page.get_by_label("Commune où se trouve").fill("Cachan")
    page.get_by_role("button", name="Continuer").click()
    heading("Un de ces signes, maintenant ?")
    page.get_by_role("button", name="Aucun de ces signes").click()
    for answer in ("16 à 69 ans", "elle peut se déplacer", "elle n'en a pas", "dans la semaine"):
        page.get_by_role("radio", name=answer).first.check()
    page.get_by_role("button", name="Continuer").click()
    page.get_by_role("button", name="Retenir").first.click()
    page.get_by_label("Nom de la personne").fill("Sauvestre")
    page.get_by_label("Prénom").fill("Aglaé")
    page.get_by_role("button", name="Confirmer le rendez-vous").click()
    heading("Rendez-vous confirmé")
    page.reload()
    heading("Rendez-vous confirmé")


def test_a_doctor_gives_time_and_sees_who_comes(
    page: Page, office: Services, heading: Callable[[str], None]
) -> None:
    team = office.orientation
    doctor = team.doctors()[0]
    slot = team.agenda(doctor.id, office.clock().date())[5]
    held = team.hold(slot.slot_id, open_request(team))
    team.confirm(held.hold_id, PATIENT)
    page.goto("/agenda")
    page.get_by_role("link", name=doctor.name).first.click()
    expect(page.get_by_text("Eudoxie Vauquelin").first).to_be_visible()
    page.get_by_role("link", name="Donner du temps", exact=True).click()
    heading("Donner du temps")
    page.get_by_role("link", name=re.compile("fin de journée")).click()
    page.get_by_role("link", name="Au cabinet").click()
    page.get_by_role("button", name="Donner 3 créneaux").click()
    expect(page.get_by_role("alert")).to_contain_text("3 créneaux donnés")


def test_a_newcomer_reads_the_territory_up_to_the_booklet(
    page: Page, heading: Callable[[str | re.Pattern[str]], None]
) -> None:
    page.goto("/")
    page.get_by_role("link", name="Je m'installe").click()
    expect(
        page.get_by_role("row").filter(has_text="Masseur-kinésithérapeute").first
    ).to_be_visible()
    page.get_by_role("link", name=re.compile("[Ll]ivret")).first.click()
    expect(page.get_by_role("heading", name="6. Carnet d'adresses")).to_be_visible()
    expect(page.get_by_text("01 46 65 10 01").first).to_be_visible()


def test_the_coordinator_answers_a_report_by_a_correction(
    page: Page, heading: Callable[[str], None]
) -> None:
    page.goto("/?q=marc+ollivier")
    page.get_by_role("link", name=f"Numéro faux ? {OLD}, Marc Ollivier").click()
    page.get_by_label("Qu'est-ce qui ne va pas ?").fill("n'est plus attribué")
    page.get_by_role("button", name="Signaler ce numéro").click()
    heading("Votre signalement")
    page.goto("/signalements")
    page.get_by_role("link", name=f"Accepter et corriger {OLD}").click()
    page.get_by_label("Numéro ou adresse").fill(NEW)
    page.get_by_label("Votre nom").fill("Ada Nîmes")
    page.get_by_label("Comment le savez-vous ?").fill("appelée ce matin")
    page.locator("main form button[type=submit]").first.click()
    heading("Marc Ollivier")
    expect(page.get_by_role("link", name=f"Appeler Marc Ollivier : {NEW}").first).to_be_visible()
    page.goto("/corrections")
    expect(page.get_by_text("« appelée ce matin »").first).to_be_visible()
