"""Signing in by a real browser: Pro Santé Connect, then a password, without JavaScript, by axe."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.datastructures import Headers

from directory.base.settings import Settings
from tests.browser import PATIENCE_MS, LiveSite, served
from tests.web.accounts.people import PASSWORD, code_now, equip, invite, join
from tests.web.accounts.provider import Provider, open_provider
from tests.web.looks import Looker
from tests.web.servers import free_port
from web.access import Role
from web.accounts.factors import draft_secret
from web.accounts.links import send_link
from web.accounts.model import Method, Purpose, Stage
from web.accounts.psc import CALLBACK
from web.accounts.registry import list_accounts
from web.accounts.sessions import close_session, open_session
from web.security import is_foreign
from web.services import Services, open_services

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DOCTOR_RPPS, UNKNOWN_RPPS = "10003456826", "10003456834"


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def provider(port: int) -> Iterator[Provider]:
    with open_provider(f"http://127.0.0.1:{port}{CALLBACK}") as opened:
        opened.knows("medecin", {"SubjectNameID": f"8{DOCTOR_RPPS}"})
        opened.knows("inconnu", {"SubjectNameID": f"8{UNKNOWN_RPPS}"})
        yield opened


@pytest.fixture(scope="module")
def office(provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    folder = tmp_path_factory.mktemp("office")
    settings = Settings(data_dir=folder, territory="bievre", **provider.settings)  # type: ignore[arg-type]
    opened = open_services(settings)
    invite(opened.accounts, Role.FIRST_RECOURSE_DOCTOR, rpps=DOCTOR_RPPS, name="Inès Ollivier")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def desk(office: Services, port: int) -> Iterator[LiveSite]:
    with served(office, port) as site:
        yield site


@pytest.fixture
def page(chromium: Browser, desk: LiveSite) -> Iterator[Page]:
    context = chromium.new_context(base_url=desk.url, java_script_enabled=False, locale="fr-FR")
    context.set_default_timeout(PATIENCE_MS)
    yield context.new_page()
    context.close()


def test_a_doctor_signs_in_by_pro_sante_connect(page: Page, desk: LiveSite) -> None:
    page.goto("/agenda")
    expect(page).to_have_url(f"{desk.url}/connexion?suite=%2Fagenda")
    page.get_by_role("link", name="Pro Santé Connect").click()
    page.get_by_placeholder("sub").fill("medecin")
    page.get_by_role("button", name="Authorize").click()
    expect(page).to_have_url(f"{desk.url}/agenda")
    expect(page.get_by_role("link", name="Mon compte : Inès Ollivier")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("End Session")  # at the provider
    page.get_by_role("button", name="End session").click()
    expect(page).to_have_url(f"{desk.url}/")
    page.goto("/agenda")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_a_session_that_ends_is_said_on_a_page_left_open(
    chromium: Browser, desk: LiveSite, office: Services
) -> None:
    """Nothing of what was typed goes; « Actualiser » then leads to sign in."""
    account = join(office.accounts, Role.SECRETARY)
    equip(office.accounts, account)
    secret = open_session(office.accounts, account, Stage.FULL, Method.PASSWORD, "essai")
    context = chromium.new_context(base_url=desk.url, locale="fr-FR")
    context.add_cookies([{"name": "recours_session", "value": secret, "url": desk.url}])
    page = context.new_page()
    page.goto("/secretariat")
    expect(page.locator("[data-live-state]")).to_have_text("En direct")
    number = page.get_by_label("Numéro où rappeler")
    number.fill("06 12")
    close_session(office.accounts, secret)
    refresh = page.get_by_role("link", name="Actualiser")
    refresh.click()
    expect(page.locator("[data-live-state]")).to_have_text("Session finie : reconnectez-vous")
    expect(number).to_have_value("06 12")
    refresh.click()
    expect(page).to_have_url(f"{desk.url}/connexion?suite=%2Fsecretariat%2Ftableau")
    context.close()


def test_a_form_says_which_site_it_comes_from(page: Page, desk: LiveSite) -> None:
    """What stands for Sec-Fetch-Site in the browsers of before 2023; nothing is told elsewhere."""
    page.goto("/connexion")
    page.get_by_label("Adresse mail").fill("personne@exemple.fr")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    with page.expect_request(lambda one: one.method == "POST") as sent:
        page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    told = sent.value.all_headers()
    assert told["origin"] == desk.url
    without = {name: value for name, value in told.items() if not name.startswith("sec-fetch")}
    assert not is_foreign("POST", Headers(without))
    page.goto("/connexion")
    with page.expect_request(lambda one: desk.url not in one.url) as sent:
        page.get_by_role("link", name="Pro Santé Connect").click()
    assert "referer" not in sent.value.all_headers()


def test_an_unknown_number_and_a_refusal_are_said(page: Page) -> None:
    page.goto("/connexion/psc")
    page.get_by_placeholder("sub").fill("inconnu")
    page.get_by_role("button", name="Authorize").click()
    expect(page.get_by_role("alert")).to_contain_text("aucun compte ne porte votre numéro RPPS")
    page.goto("/connexion/psc")
    page.get_by_role("button", name="Deny").click()
    expect(page.get_by_role("alert")).to_be_visible()


def test_from_the_invitation_to_sign_out_by_keyboard_alone(page: Page, office: Services) -> None:
    accounts = office.accounts
    account = invite(accounts, Role.SECRETARY, email="clavier@exemple.fr", name="Yann Clavier")
    page.goto(send_link(accounts, account, Purpose.INVITATION, ""))
    for _ in range(2):
        page.keyboard.type(PASSWORD)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_label("Adresse mail").fill("clavier@exemple.fr")
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Activer le second facteur")
    expect(page.get_by_role("img", name="Code à lire")).to_be_visible()
    page.get_by_label("Code à six chiffres").fill(
        code_now(accounts, draft_secret(accounts, account))
    )
    page.keyboard.press("Enter")
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/secretariat")
    expect(page.get_by_label("Numéro où rappeler")).to_be_visible()
    page.goto("/compte")
    expect(page.get_by_text("celle-ci")).to_be_visible()


def test_the_pages_of_accounts_are_accessible(
    chromium: Browser, desk: LiveSite, office: Services
) -> None:
    accounts = office.accounts
    email = "axe@exemple.fr"
    account = join(accounts, Role.COORDINATOR, email=email)
    waiting = open_session(accounts, account, Stage.ENROL, Method.PASSWORD, "Firefox, Linux")
    context = chromium.new_context(base_url=desk.url, locale="fr-FR", reduced_motion="reduce")
    looker = Looker(context.new_page())
    other = next(one for one in list_accounts(accounts) if one.id != account)
    link = send_link(accounts, other.id, Purpose.INVITATION, desk.url)

    def become(secret: str) -> None:
        context.add_cookies([{"name": "recours_session", "value": secret, "url": desk.url}])

    for path in ("/connexion", "/connexion/oubli", link, "/connexion/oubli/perime"):
        looker.visit(path, 410 if path.endswith("perime") else 200)
    become(waiting)
    looker.visit("/connexion/second-facteur/activer")
    equip(accounts, account)
    become(open_session(accounts, account, Stage.SECOND_FACTOR, Method.PASSWORD, "Firefox"))
    looker.visit("/connexion/second-facteur")
    become(open_session(accounts, account, Stage.FULL, Method.PASSWORD, "Firefox, Linux"))
    for path in ("/compte", "/comptes", f"/comptes/{other.id}"):
        looker.visit(path)
    looker.visit("/secretariat", 403)
    context.close()
    assert looker.wrong == {}
