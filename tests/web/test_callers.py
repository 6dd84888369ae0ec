"""« Connu ou nouveau ? » while a number is typed: no more than the next step says, and traced."""

import html
import re
from urllib.parse import unquote_plus
from uuid import uuid4

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from playwright.sync_api import Request as Sent
from playwright.sync_api import expect

from directory.base.logs import configure_logs
from orientation.tables import audit
from tests.browser import DESKTOP, PHONE, OpenPage
from tests.web.looks import complaints, keep, width
from tests.web.sites import open_site
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


def readings(services: Services, action: str = "request.found") -> int:
    query = sa.select(sa.func.count()).where(audit.c.action == action)
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


def test_another_desk_is_told_who_is_on_the_call_and_takes_it_up(
    site: TestClient, services: Services
) -> None:
    number = "06 77 88 99 06"
    begun = start(site, callback_number=number, address="9 impasse Imaginaire")
    other = open_site(services)
    shown = html.unescape(ask(other, number))
    assert "Ce numéro est déjà en ligne." in shown
    assert re.search(r"Appel en cours depuis \d+\sh", shown)
    assert f"pris par {services.orientation.calls.of_number(number)[0].holder}" in shown
    for secret in ("677889906", "Imaginaire"):
        assert secret not in shown.replace(" ", "")
    (path,) = re.findall(r'form="take-up" formaction="([^"]+)"', shown)
    taken = other.post(path, data={"callback_number": number})
    assert str(taken.url) == str(begun.url)
    assert "Imaginaire" in taken.text
    assert "déjà en ligne" not in taken.text  # it is this very call
    assert len(services.orientation.calls.of_number(number)) == 1


def test_two_desks_that_answer_at_once_see_each_other(site: TestClient, services: Services) -> None:
    number = "06 77 88 99 07"
    first = start(site, callback_number=number)
    second = start(open_site(services), callback_number=number)
    for page, others in ((site.get(str(first.url)), second), (second, first)):
        (path,) = re.findall(r'form="take-up" formaction="([^"]+)"', page.text)
        assert path.split("/")[-2] in str(others.url)


def test_each_look_at_a_call_under_way_is_in_the_trail(
    site: TestClient, services: Services
) -> None:
    number = "06 77 88 99 08"
    start(site, callback_number=number)
    before = readings(services, "call.found")
    ask(site, number)
    assert readings(services, "call.found") == before + 1
    ask(site, "06 77 88 99 09")
    assert readings(services, "call.found") == before + 1


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
    below = page.get_by_role("button", name="Continuer").bounding_box()
    field.press_sequentially("3")
    expect(known).to_contain_text("Ce numéro a déjà appelé.")
    expect(field).to_be_focused()
    assert page.get_by_role("button", name="Continuer").bounding_box() == below
    field.press("Tab")
    expect(page.get_by_label("Commune où se trouve")).to_be_focused()
    sent = [(one.method, unquote_plus(str(one.post_data))) for one in asked]
    assert sent == [("POST", "callback_number=06 77 88 99 03")]
    field.press("End")
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


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_line_that_was_cut_is_taken_up_from_the_number(
    open_page: OpenPage, size: tuple[int, int], scheme: str
) -> None:
    number = "06 77 88 98 10" if size == DESKTOP else "06 77 88 98 11"
    first, second = (open_page("/secretariat", size=size, scheme=scheme) for _ in range(2))
    first.get_by_label("Numéro où rappeler").fill(number)
    first.get_by_label("Commune où se trouve").fill("Cachan")
    first.get_by_role("button", name="Continuer").click()
    title = first.get_by_role("heading", level=1)
    expect(title).to_have_text("Un de ces signes, maintenant ?")
    second.get_by_label("Numéro où rappeler").press_sequentially(number)
    known = second.locator("#known")
    expect(known).to_contain_text("Ce numéro est déjà en ligne.")
    assert width(second) <= size[0]
    assert complaints(second) == []
    keep(second, f"caller-under-way-{scheme}")
    known.get_by_role("button", name="Reprendre cet appel").press("Enter")
    expect(second.get_by_role("heading", level=1)).to_have_text("Un de ces signes, maintenant ?")
    assert second.url == first.url


@pytest.mark.browser
def test_enter_goes_on_with_the_call_that_is_typed(open_page: OpenPage, site: TestClient) -> None:
    begun = start(site, callback_number="06 77 88 98 12")
    page = open_page("/secretariat")
    page.get_by_label("Commune où se trouve").fill("Cachan")
    field = page.get_by_label("Numéro où rappeler")
    field.press_sequentially("06 77 88 98 12")
    expect(page.locator("#known")).to_contain_text("Ce numéro est déjà en ligne.")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Un de ces signes, maintenant ?")
    assert not page.url.endswith(begun.url.path)
    expect(page.get_by_text("Ce numéro est déjà en ligne.")).to_be_visible()
