"""« Mon agenda » in a real Chromium: phone first, by keyboard, light and dark, without JavaScript."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.base.clock import FixedClock
from orientation.model import Doctor, Mode
from tests.browser import DESKTOP, PATIENCE_MS, PHONE, LiveSite, served
from tests.orientation.team import CACHAN, FRESNES, PATIENT, add_slots, make_doctor, open_request
from tests.web.conftest import open_at
from tests.web.looks import SCHEMES, Looker, complaints
from tests.web.sample import fill_team
from tests.web.test_round_pages import visit
from web.services import Services

pytestmark = pytest.mark.browser

WEDNESDAY = date(2026, 11, 25)
SMALL = """() => [...document.querySelectorAll(
  'main a, main button, main summary, main select, main input:not([type=hidden])')]
  .filter((one) => one.offsetParent && !one.closest('.leaflet-control-attribution'))
  .filter((one) => getComputedStyle(one).display !== 'inline')
  .filter((one) => one.getBoundingClientRect().height < 44)
  .map((one) => one.outerHTML.slice(0, 120))"""
"""Targets below 44 px, those inside a sentence apart (WCAG 2.2, 2.5.8)."""


@pytest.fixture(scope="module")
def agenda(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A Wednesday at half past ten: two patients in the morning, two visits, somebody new."""
    opened = open_at(tmp_path_factory.mktemp("agenda"))
    fill_team(opened.orientation)
    doctor = opened.orientation.doctors()[0]
    opened.orientation.add_doctor(make_doctor(family="ZOLA", given="Émile"))
    slots = opened.orientation.agenda(doctor.id, WEDNESDAY)
    for slot in slots[:2]:
        hold = opened.orientation.hold(slot.slot_id, open_request(opened.orientation))
        opened.orientation.confirm(hold.hold_id, PATIENT)
    visit(opened, doctor, WEDNESDAY, "14:00", CACHAN, PATIENT)
    visit(opened, doctor, WEDNESDAY, "14:40", FRESNES, PATIENT)
    assert isinstance(opened.clock, FixedClock)
    opened.clock.set(datetime(2026, 11, 25, 9, 30, tzinfo=UTC))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def site(agenda: Services) -> Iterator[LiveSite]:
    with served(agenda) as running:
        yield running


@pytest.fixture
def doctor(agenda: Services) -> Doctor:
    return agenda.orientation.doctors()[0]


class Opener:
    """Opens pages of the site; what the console complains of is kept."""

    def __init__(self, browser: Browser, site: LiveSite) -> None:
        self.browser, self.site, self.said = browser, site, list[str]()

    def __call__(
        self,
        path: str,
        size: tuple[int, int] = PHONE,
        scheme: str = "light",
        *,
        javascript: bool = True,
    ) -> Page:
        context = self.browser.new_context(
            base_url=self.site.url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=javascript,
            reduced_motion="reduce",
            locale="fr-FR",
        )
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda one: self.said.append(one.text) if one.type == "error" else None)
        page.goto(path)
        return page


@pytest.fixture
def open_agenda(chromium: Browser, site: LiveSite) -> Iterator[Opener]:
    opener = Opener(chromium, site)
    yield opener
    for context in list(chromium.contexts):
        context.close()
    assert opener.said == []


def pages(agenda: Services) -> list[str]:
    """Every page of a doctor, the first visit and the empty ones included."""
    doctor, newcomer = (agenda.orientation.doctors()[number] for number in (0, -1))
    ends = (
        *("?vue=liste", "?vue=semaine", "/donner", "/donner?choix=soir", "/donner?choix=suivante"),
        *(
            "/absence?quand=jour&jour=2026-11-26",
            "/journee",
            "/tournee",
            "/tournee?jour=2026-11-28",
        ),
        *("/disponibilites", "/profil", "/calendriers", "/journee?jour=2026-11-29"),
    )
    return ["/agenda", *(f"/agenda/{doctor.id}{end}" for end in ends), f"/agenda/{newcomer.id}"]


def test_every_page_is_accessible_and_fits(open_agenda: Opener, agenda: Services) -> None:
    page = open_agenda("/agenda", DESKTOP, "light")
    page.emulate_media(reduced_motion="reduce")
    looker = Looker(page)
    for path in pages(agenda):
        looker.visit(path)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        assert page.evaluate(SMALL) == [], path
    assert looker.wrong == {}


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["390", "1280"])
def test_three_taps_give_an_hour(
    open_agenda: Opener, agenda: Services, size: tuple[int, int], javascript: bool
) -> None:
    doctor = make_doctor(family=f"TROIS {size[0]} {javascript}", given="Gestes")
    agenda.orientation.add_doctor(doctor)
    page = open_agenda(f"/agenda/{doctor.id}", size, javascript=javascript)
    page.get_by_role("link", name="Donner du temps", exact=True).click()
    page.get_by_role("link", name=re.compile("fin de journée")).click()
    expect(page.get_by_text("jeudi 26/11 de 18")).to_be_visible()
    page.get_by_role("button", name="Donner 3 créneaux").click()
    expect(page.get_by_role("alert")).to_contain_text("3 créneaux donnés")
    assert len(agenda.orientation.agenda(doctor.id, date(2026, 11, 26))) == 3


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])
def test_one_tap_says_who_came_and_another_takes_it_back(
    open_agenda: Opener, doctor: Doctor, javascript: bool
) -> None:
    page = open_agenda(f"/agenda/{doctor.id}?vue=liste", javascript=javascript)
    page.get_by_role("button", name="Pas venu : 9").first.click()
    expect(page.locator(".said")).to_have_text("pas venu")
    expect(page.locator(".guest:target")).to_be_in_viewport()
    page.get_by_role("button", name=re.compile("Annuler")).click()
    expect(page.locator(".said")).to_have_count(0)


def test_an_absence_takes_two_taps(open_agenda: Opener, agenda: Services) -> None:
    doctor = make_doctor(family="SERRES", given="Alban")
    add_slots(agenda.orientation, Mode.CABINET, doctor)
    slot = agenda.orientation.agenda(doctor.id, date(2026, 11, 26))[0]
    hold = agenda.orientation.hold(slot.slot_id, open_request(agenda.orientation))
    agenda.orientation.confirm(hold.hold_id, PATIENT)
    page = open_agenda(f"/agenda/{doctor.id}")
    page.get_by_role("link", name="Demain", exact=True).click()
    expect(page.get_by_role("link", name="Appeler E. V.")).to_be_visible()
    page.get_by_role("button", name="Déclarer l'absence").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("À rappeler")
    assert len(agenda.orientation.absent_slots(doctor.id)) == 9


def test_the_days_are_gone_through_by_keyboard(open_agenda: Opener, doctor: Doctor) -> None:
    page = open_agenda(f"/agenda/{doctor.id}", DESKTOP)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="mercredi 02/12")).to_be_visible()
    page.wait_for_load_state()  # the heading is there before the script that reads the keys
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("heading", name="mercredi 25/11")).to_be_visible()
    page.wait_for_load_state()
    page.keyboard.press("l")
    expect(page.locator(".day-list")).to_be_visible()
    page.wait_for_load_state()
    page.locator("#jour").focus()
    page.keyboard.press("s")  # typing in a field is not a shortcut
    expect(page.locator(".day-list")).to_be_visible()
    page.locator("#jour").blur()
    page.keyboard.press("d")
    expect(page.get_by_role("heading", level=1)).to_have_text("Donner du temps")


@SCHEMES
def test_the_round_has_a_map_that_asks_nothing_of_anybody(
    open_agenda: Opener, doctor: Doctor, scheme: str
) -> None:
    page = open_agenda(f"/agenda/{doctor.id}/tournee", scheme=scheme)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.get_by_role("button", name="Carte à déplacer").press("Enter")
    shown = page.locator(".marker.exact .short")
    expect(shown).to_have_text(["D, 1", "2"])  # the practice is in Cachan too
    expect(page.locator(".map path.way")).to_have_count(1)
    expect(page.locator(".map")).to_be_focused()
    assert [url for url in asked if not url.startswith(("http://127.0.0.1", "data:"))] == []
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.locator(".marker.exact").last.press("Enter")
    expect(page.locator(".leaflet-popup")).to_contain_text("Visite 2, Fresnes")
    for _ in range(5):
        page.get_by_role("button", name="Agrandir").click()
    expect(shown).to_have_text(["D", "1", "2"])


def test_the_round_is_whole_without_javascript(open_agenda: Opener, doctor: Doctor) -> None:
    page = open_agenda(f"/agenda/{doctor.id}/tournee", javascript=False)
    expect(page.get_by_role("img", name="Carte de la tournée")).to_be_visible()
    expect(page.get_by_role("button", name="Carte à déplacer")).to_be_hidden()
    expect(page.locator(".round > li")).to_have_count(2)


def test_the_sheet_is_one_a4_page(open_agenda: Opener, doctor: Doctor, tmp_path: Path) -> None:
    page = open_agenda(f"/agenda/{doctor.id}/journee", DESKTOP)
    expect(page.get_by_role("button", name="Imprimer")).to_be_visible()
    printed = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
