"""Pages that take more than an address pass axe (WCAG 2.2 AA) in a real browser, light and dark.

All those that links lead to, and a call at every step, are in test_browser_everywhere.py.
"""

from datetime import date

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, OpenPage
from tests.orientation.team import FRESNES, PATIENT
from tests.web.looks import SCHEMES, Looker, complaints
from tests.web.test_round_pages import visit
from web.services import Services

pytestmark = pytest.mark.browser

A_FEW_OPERATIONS = {
    "exclude": [[".operation:nth-of-type(n+4)"], ["article.card:not(.operation) ~ article"]]
}
"""Of each group of the API, and of its documents: the next ones have the same markup."""


@SCHEMES
def test_week_of_a_doctor_is_accessible(
    open_page: OpenPage, services: Services, scheme: str
) -> None:
    doctor = services.orientation.doctors()[0].id
    page = open_page(f"/agenda/{doctor}?jour=2026-11-24", scheme=scheme)
    expect(page.locator(".slot").first).to_be_visible()
    assert complaints(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert complaints(page) == []


@SCHEMES
def test_round_of_a_doctor_is_accessible(
    open_page: OpenPage, services: Services, scheme: str
) -> None:
    doctor = services.orientation.doctors()[0]
    day, hour = date(2026, 11, 26), {"light": "14:00", "dark": "14:40"}[scheme]
    visit(services, doctor, day, hour, FRESNES, PATIENT)
    page = open_page(f"/agenda/{doctor.id}/tournee?jour={day}", scheme=scheme)
    expect(page.get_by_role("img", name="Carte de la tournée")).to_be_visible()
    assert complaints(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert complaints(page) == []


@SCHEMES
@pytest.mark.parametrize("end", ["disponibilites", "profil", "calendriers"])
def test_what_a_doctor_says_of_their_time_is_accessible(
    open_page: OpenPage, services: Services, scheme: str, end: str
) -> None:
    doctor = services.orientation.doctors()[0].id
    page = open_page(f"/agenda/{doctor}/{end}", scheme=scheme)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    for summary in page.locator("main summary").all():
        summary.click()
    assert complaints(page) == []
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE[0]


def test_api_page_is_accessible_and_comes_from_here_alone(open_page: OpenPage) -> None:
    page = open_page("/")
    page.emulate_media(reduced_motion="reduce")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    looker = Looker(page, A_FEW_OPERATIONS)
    looker.visit("/api/docs")
    assert looker.wrong == {}
    assert [url for url in asked if not url.startswith(("http://127.0.0.1", "data:"))] == []


def test_api_page_needs_no_script_and_its_contents_lead_to_operations(open_page: OpenPage) -> None:
    page = open_page("/api/docs", javascript=False)
    page.get_by_role("navigation", name="Sommaire").get_by_role("link", name="Passer au 15").click()
    expect(page.get_by_role("heading", name="Passer au 15")).to_be_in_viewport()
    assert page.url.endswith("#post-requests-request-id-escalate")
