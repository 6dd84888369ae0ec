"""Pages that take more than an address pass axe (WCAG 2.2 AA) in a real browser, light and dark.

All those that links lead to, and a call at every step, are in test_browser_everywhere.py.
"""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage
from tests.orientation.team import FRESNES, PATIENT
from tests.web.looks import Looker
from tests.web.sheets import count_sheets
from tests.web.test_round_pages import visit
from web.services import Services

pytestmark = pytest.mark.browser

A_FEW_OPERATIONS = {
    "exclude": [[".operation:nth-of-type(n+4)"], ["article.card:not(.operation) ~ article"]]
}
"""Of each group of the API, and of its documents: the next ones have the same markup."""


def test_round_of_a_doctor_is_accessible(open_page: OpenPage, services: Services) -> None:
    doctor = services.orientation.doctors()[0]
    day = date(2026, 11, 26)
    visit(services, doctor, day, "14:00", FRESNES, PATIENT)
    looker = Looker(open_page(f"/agenda/{doctor.id}/tournee?jour={day}", still=True))
    expect(looker.page.get_by_role("img", name="Carte de la tournée")).to_be_visible()
    looker.look("tournée")
    assert looker.wrong == {}


@pytest.mark.parametrize("end", ["disponibilites", "profil", "calendriers"])
def test_what_a_doctor_says_of_their_time_is_accessible(
    open_page: OpenPage, services: Services, end: str
) -> None:
    looker = Looker(open_page(f"/agenda/{services.orientation.doctors()[0].id}/{end}", still=True))
    for summary in looker.page.locator("main summary").all():
        summary.click()
    looker.look(end)
    assert looker.wrong == {}


def test_api_page_is_accessible_and_comes_from_here_alone(open_page: OpenPage) -> None:
    page = open_page("/", still=True)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    looker = Looker(page, A_FEW_OPERATIONS)
    looker.visit("/api/docs")
    assert looker.wrong == {}
    assert [url for url in asked if not url.startswith(("http://127.0.0.1", "data:"))] == []


def test_api_page_prints_whole_on_few_sheets(open_page: OpenPage) -> None:
    page = open_page("/api/docs")
    parts = ".operation pre, .operation .answers > li, .api-fields dt, .api-fields dd, article h3"
    shown = page.locator(parts).filter(visible=True).count()
    page.emulate_media(media="print")
    assert shown > 1_000
    assert page.locator(parts).filter(visible=True).count() == shown
    assert count_sheets(page.pdf(format="A4")) <= 15


def test_api_page_needs_no_script_and_its_contents_lead_to_operations(open_page: OpenPage) -> None:
    page = open_page("/api/docs", javascript=False)
    page.get_by_role("navigation", name="Sommaire").get_by_role("link", name="Passer au 15").click()
    expect(page.get_by_role("heading", name="Passer au 15")).to_be_in_viewport()
    assert page.url.endswith("#post-requests-request-id-escalate")
