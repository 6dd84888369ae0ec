"""« Rapprochements » in a real browser: accessible, and answered by keyboard alone."""

from collections.abc import Iterator
from functools import partial

import pytest
from playwright.sync_api import expect

from tests.browser import LiveSite, OpenPage, served
from tests.directory.links.told import told_doctor
from tests.directory.told import publish
from tests.web.looks import EVERYTHING, Looker
from web.services import Services

pytestmark = pytest.mark.browser

RPPS, OTHER_RPPS, JOINED = "10003456784", "10003456792", "10003456800"


@pytest.fixture
def asked(empty_services: Services) -> Iterator[LiveSite]:
    """Two homonyms that a row of Ameli may be, and one doctor who is joined already."""
    register = empty_services.register
    robin = partial(told_doctor, family="ROBIN", given="Paul", street="rue des Lilas")
    rows = [told_doctor(one, rpps=one) for one in (RPPS, OTHER_RPPS)]
    publish(register, "rpps", [*rows, robin(JOINED, rpps=JOINED)])
    publish(register, "ameli", [told_doctor("ps"), robin("ps2")])
    with served(empty_services) as site:
        yield site


def test_questions_and_joined_entries_are_accessible(open_page: OpenPage, asked: LiveSite) -> None:
    looker = Looker(open_page(still=True), EVERYTHING)
    for path in ("/rapprochements", f"/fiche/rpps%7C{JOINED}"):
        looker.page.goto(asked.url + path)
        for summary in looker.page.locator("summary").all():
            summary.click()
        looker.look(path)
    assert looker.seen == 2
    assert looker.wrong == {}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_question_is_answered_by_keyboard_alone(
    open_page: OpenPage, asked: LiveSite, javascript: bool
) -> None:
    page = open_page(asked.url + "/rapprochements", javascript=javascript)
    page.get_by_label("Votre nom").first.focus()
    page.keyboard.type("Léa Moreau")
    page.keyboard.press("Tab")
    page.keyboard.type("appelée ce matin")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Aucune question en attente")).to_be_visible()
    expect(page.get_by_text("« appelée ce matin »")).to_be_visible()
    page.get_by_role("button", name="Retirer").press("Enter")
    expect(page.get_by_role("heading", name="2 questions attendent")).to_be_visible()
