"""Finding a médecin traitant in a real browser: by keyboard alone, on a phone, accessible."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PHONE, served
from tests.orientation.seeking.people import enrol, offer_places
from tests.orientation.team import add_slots
from tests.web.conftest import open_at
from tests.web.looks import Looker, complaints
from web.services import Services

pytestmark = pytest.mark.browser

HOME = "/secretariat/medecin-traitant"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Services]:
    opened = open_at(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def url(desk: Services) -> Iterator[str]:
    with served(desk) as site:
        yield site.url


@pytest.fixture(params=[None, PHONE], ids=["desktop", "phone"])
def page(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(locale="fr-FR")
    opened = context.new_page()
    if request.param:
        opened.set_viewport_size({"width": request.param[0], "height": request.param[1]})
    yield opened
    context.close()


def assert_sound(page: Page) -> None:
    size = page.viewport_size
    assert size is not None
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert complaints(page) == []


def test_every_screen_is_accessible_and_fits(desk: Services, url: str, chromium: Browser) -> None:
    doctor = add_slots(desk.orientation)
    offer_places(desk.orientation)
    waits = [enrol(desk.orientation, number) for number in range(31)]
    seeking = desk.orientation.seeking
    proposed = seeking.propose(waits[1], seeking.matches(waits[1]).offers[0].offer.doctor.id)
    paths = (
        HOME,
        f"{HOME}?page=2",
        f"{HOME}?groupe=ald",
        f"{HOME}/inscrire",
        f"{HOME}/inscrire?suivi=oui",
        f"{HOME}/inscrire?suivi=non",
        f"{HOME}/{waits[0]}",
        f"{HOME}/{proposed.wait_id}",
    )
    with chromium.new_context(base_url=url, locale="fr-FR", reduced_motion="reduce") as context:
        looker = Looker(context.new_page())
        for path in paths:
            looker.visit(path)
        looker.page.goto(f"/agenda/{doctor.id}")
        looker.page.get_by_text("Dire combien j'en prends").click()
        expect(looker.page.get_by_label("Combien de personnes encore")).to_be_visible()
        looker.look("nouveaux patients")
        assert looker.wrong == {}


def test_a_person_is_put_on_the_list_and_proposed_by_keyboard(
    desk: Services, url: str, page: Page
) -> None:
    offer_places(desk.orientation)
    page.goto(f"{url}{HOME}/inscrire")
    expect(page.get_by_role("link", name="Oui, toujours le même")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("La personne a entendu ce texte").focus()
    page.keyboard.press("Space")
    for told in ("Vauquelin", "Eudoxie", "02041961", "0612345678", "cachan"):
        page.keyboard.press("Tab")
        page.keyboard.type(told)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Eudoxie Vauquelin")
    page.get_by_role("button", name="Proposer").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Accepté des deux côtés")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Déclaration signée")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Suivi commencé")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("clos : déclaration signée")).to_be_visible()
    assert_sound(page)
