"""« Connu ou nouveau ? » while a number is typed: no more than the next step says, and traced."""

from urllib.parse import unquote_plus
from uuid import uuid4

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from playwright.sync_api import Request as Sent
from playwright.sync_api import expect

from directory.base.logs import configure_logs
from orientation.tables import audit
from tests.browser import OpenPage
from tests.web.test_secretariat import NEED, start
from web.services import Services

HTMX = {"HX-Request": "true", "HX-Target": "known"}


def ask(site: TestClient, number: str) -> str:
    answer = site.post("/secretariat/numero", data={"callback_number": number}, headers=HTMX)
    assert answer.status_code == 200
    return answer.text.strip()


def open_request(site: TestClient, number: str) -> str:
    """The path of a request of this number, open."""
    flags = start(site, callback_number=number)
    asked = site.post(str(flags.url), data={"flag": "none"})
    return site.post(str(asked.url), data={**NEED, "key": uuid4().hex}).url.path


def readings(services: Services) -> int:
    query = sa.select(sa.func.count()).where(audit.c.action == "request.found")
    with services.orientation.database.read() as connection:
        return int(connection.execute(query).scalar_one())


def test_a_known_number_shows_what_the_next_step_shows_and_leaves_its_trace(
    site: TestClient, services: Services
) -> None:
    number = "06 77 88 99 01"
    assert "Nouveau numéro" in ask(site, number)
    request = open_request(site, number)
    before = readings(services)
    shown = ask(site, "+33677889901")
    assert readings(services) == before + 1
    assert request in shown
    assert shown.replace(" ", "") in start(site, callback_number=number).text.replace(" ", "")


@pytest.mark.parametrize("told", ["", "06 77", "zéro six", "0" * 40, "<b>0677889901</b>"])
def test_what_is_no_number_says_nothing(site: TestClient, told: str) -> None:
    assert ask(site, told) == ""


def test_too_long_a_number_is_refused(site: TestClient) -> None:
    data = {"callback_number": "0" * 41}
    assert site.post("/secretariat/numero", data=data, headers=HTMX).status_code == 422


def test_without_htmx_the_first_screen_comes_back(site: TestClient) -> None:
    data = {"callback_number": "06 77 88 99 01"}
    answer = site.post("/secretariat/numero", data=data, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/secretariat")


def test_the_number_is_in_no_log(site: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    ask(site, "06 77 88 99 02")
    told = capsys.readouterr()
    assert "/secretariat/numero" in told.out + told.err
    assert "677889902" not in (told.out + told.err).replace(" ", "")


@pytest.mark.browser
def test_the_answer_comes_at_the_tenth_digit_and_leaves_with_it(
    open_page: OpenPage, site: TestClient
) -> None:
    open_request(site, "06 77 88 99 03")
    page = open_page("/secretariat")
    asked: list[Sent] = []
    page.on("request", lambda one: asked.append(one) if "numero" in one.url else None)
    field, known = page.get_by_label("Numéro où rappeler"), page.locator("#known")
    field.press_sequentially("06 77 88 99 0")
    page.wait_for_timeout(400)
    assert asked == []
    field.press_sequentially("3")
    expect(known).to_contain_text("Ce numéro a déjà appelé.")
    expect(field).to_be_focused()
    sent = [(one.method, unquote_plus(str(one.post_data))) for one in asked]
    assert sent == [("POST", "callback_number=06 77 88 99 03")]
    field.press("Backspace")
    expect(known).to_be_empty()
    field.press_sequentially("4")
    expect(known).to_have_text("Nouveau numéro : aucune demande ouverte.")


@pytest.mark.browser
def test_the_answer_leads_to_the_open_request_in_place(
    open_page: OpenPage, site: TestClient
) -> None:
    request = open_request(site, "06 77 88 99 05")
    page = open_page("/secretariat")
    page.get_by_label("Numéro où rappeler").fill("06 77 88 99 05")
    page.locator("#known").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Créneaux proposés")
    assert page.url.endswith(request)


@pytest.mark.browser
def test_without_javascript_the_number_waits_for_the_next_step(open_page: OpenPage) -> None:
    page = open_page("/secretariat", javascript=False)
    page.get_by_label("Numéro où rappeler").press_sequentially("06 77 88 99 05")
    expect(page.locator("#known")).to_be_empty()
