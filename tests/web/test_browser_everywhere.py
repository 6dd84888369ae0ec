"""Every page and every state in a real browser: nothing for axe to say (WCAG 2.2 AA), nothing
beyond the width, at 1280 and 390 px, light and dark: each page in the four (tests/web/looks.py).

Kept elsewhere: agendas (test_browser_agenda.py), the selection and awkward entries
(test_browser_directory.py), the pages of accounts (test_browser_accounts.py), being offline
(test_browser_offline.py).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from tests.browser import PATIENCE_MS, LiveSite, served
from tests.web.accounts.people import equip, join
from tests.web.accounts.site import real_services
from tests.web.awkward import LONG, fill_awkward
from tests.web.conftest import MONDAY, open_at
from tests.web.demonstration import crawl, demo, demo_site
from tests.web.looks import Looker
from tests.web.test_engine_down import NOBODY_LISTENS
from web.access import Role
from web.accounts.model import Method, Stage
from web.accounts.sessions import open_session
from web.services import Services, open_services

pytestmark = [pytest.mark.browser, pytest.mark.slow]

__all__ = ["demo", "demo_site"]

ELSEWHERE = re.compile(r"^/agenda/.|^/selection")
LookAt = Callable[..., Looker]


@pytest.fixture
def look_at(chromium: Browser) -> Iterator[LookAt]:
    """Opens one page object on a site; an error of its scripts fails the test, as what is wrong."""
    with ExitStack() as closing:
        lookers: list[Looker] = []

        def open_one(url: str) -> Looker:
            context = chromium.new_context(base_url=url, locale="fr-FR", reduced_motion="reduce")
            closing.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            looker = Looker(page)
            page.on("pageerror", lambda error: looker.wrong.update({page.url: [str(error)]}))
            lookers.append(looker)
            return looker

        yield open_one
        wrong = [f"{name} : {said}" for one in lookers for name, said in one.wrong.items()]
        assert "\n".join(wrong) == ""


def heading(page: Page, title: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.wait_for_load_state()


def test_every_page_that_links_lead_to(
    look_at: LookAt, demo: Services, demo_site: LiveSite
) -> None:
    looker = look_at(demo_site.url)
    for path in crawl(demo):
        if not ELSEWHERE.match(path):
            looker.visit(path)
    assert looker.seen > 40


def begin(page: Page, seen: Looker | None = None, **need: str) -> None:
    """A call up to what its need leads to, its steps looked at on the way."""
    page.goto("/secretariat")
    page.get_by_label("Numéro où rappeler").fill("06 12 34 56 78")
    page.get_by_label("Commune où se trouve").fill("Fresnes")
    expect(page.locator("#known")).not_to_be_empty()
    page.get_by_role("button", name="Continuer").click()
    heading(page, "Un de ces signes, maintenant ?")
    if seen:
        seen.look("signes d'alerte")
    page.get_by_role("button", name="Aucun de ces signes").click()
    expect(page.get_by_role("radio", name="16 à 69 ans")).to_be_visible()
    if seen:
        seen.look("besoin")
    told = {"age": "16 à 69 ans", "mobility": "elle peut se déplacer", "mt": "elle n'en a pas"}
    for answer in ({**told, "delay": "dans la semaine"} | need).values():
        page.get_by_role("radio", name=answer).first.check()
    page.get_by_role("button", name="Continuer").click()


def hold(page: Page) -> None:
    heading(page, "Créneaux proposés")
    page.get_by_role("button", name="Retenir").first.click()
    heading(page, "Créneau retenu")


def confirm(page: Page, family: str = "Vauquelin") -> None:
    page.get_by_label("Nom de la personne").fill(family)
    page.get_by_label("Prénom").fill("Eudoxie « l'aînée » 🙂")
    page.get_by_role("button", name="Confirmer le rendez-vous").click()


def test_a_call_at_every_step(look_at: LookAt, demo_site: LiveSite) -> None:
    looker = look_at(demo_site.url)
    page = looker.page
    page.goto("/secretariat")
    page.get_by_label("Commune où se trouve").fill("Atlantide")
    page.get_by_label("Numéro où rappeler").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator(".problem").first).to_be_visible()
    looker.look("numéro et commune inconnus")
    begin(page, mt="l'appeler d'abord")
    heading(page, "Appelez d'abord le médecin traitant")
    page.get_by_role("searchbox").fill("personne de ce nom")
    page.keyboard.press("Enter")
    looker.look("médecin traitant introuvable")
    begin(page, looker)
    heading(page, "Créneaux proposés")
    looker.look("créneaux proposés")
    hold(page)
    looker.look("créneau retenu")
    confirm(page, "   ")
    expect(page.locator(".problem").first).to_be_visible()
    looker.look("nom manquant")
    confirm(page, "Interminable" * 8)
    heading(page, "Rendez-vous confirmé")
    looker.look("rendez-vous confirmé")
    page.get_by_role("link", name="Déplacer").click()
    looker.look("déplacer")
    page.goto("/secretariat/rappels")
    looker.look("rappels")
    begin(page)
    heading(page, "Créneaux proposés")
    page.get_by_role("button", name=re.compile("rappeler", re.I)).first.click()
    heading(page, re.compile("rappeler"))
    looker.look("close, à rappeler")
    page.get_by_role("button", name="Passer au 15").first.click()
    heading(page, re.compile("Transférez maintenant au 15"))
    looker.look("le 15")


def test_a_hold_that_is_lost_a_confirmation_sent_twice_and_the_way_back(
    look_at: LookAt, demo_site: LiveSite
) -> None:
    looker = look_at(demo_site.url)
    page = looker.page
    begin(page)
    hold(page)
    with page.context.new_page() as other:
        other.goto(page.url)
        other.get_by_role("button", name="Libérer").click()
        heading(other, "Créneaux proposés")
    confirm(page)
    heading(page, "Autres créneaux")
    looker.look("retenue perdue")
    page.get_by_role("button", name="Retenir").first.click()
    heading(page, "Créneau retenu")
    page.get_by_label("Nom de la personne").fill("Vauquelin")
    page.get_by_label("Prénom").fill("Eudoxie")
    page.get_by_role("button", name="Confirmer le rendez-vous").dblclick()
    heading(page, "Rendez-vous confirmé")
    looker.look("confirmé d'un double clic")
    page.go_back()
    looker.look("retour après confirmation")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")
    page.goto("/secretariat/demandes?q=0612345678")
    looker.look("demandes")


def test_a_territory_where_nothing_was_imported(look_at: LookAt, tmp_path: Path) -> None:
    opened = open_at(tmp_path)
    with served(opened) as site:
        looker = look_at(site.url)
        for path in ("/installation", "/imports", "/panorama", "/agenda", "/secretariat"):
            looker.visit(path)
        for path in ("/indicateurs", "/donnees", "/coordination/surnumeraires"):
            looker.visit(path)
        looker.visit("/fiche/inconnue", 404)
        looker.visit("/secretariat/appel/perdu/signes", 410)
        looker.visit("/etp", 503)
        looker.visit("/", 503)
    opened.close()


def test_an_engine_that_is_down(look_at: LookAt, tmp_path: Path) -> None:
    settings = Settings(
        data_dir=tmp_path, demo=True, engine="elasticsearch", engine_url=NOBODY_LISTENS
    )
    opened = open_services(settings, FixedClock(MONDAY))
    with served(opened) as site:
        looker = look_at(site.url)
        looker.visit("/?q=ehpad", 503)
        expect(looker.page.get_by_role("button", name="Réessayer")).to_be_visible()
        looker.visit("/secretariat")
    opened.close()


def test_awkward_entries_on_the_pages_about_them(look_at: LookAt, tmp_path: Path) -> None:
    """Names of 200 characters, forty places, no phone, markup: where they are not looked for."""
    opened = open_at(tmp_path)
    fill_awkward(opened)
    with served(opened) as site:
        looker = look_at(site.url)
        page = looker.page
        for question in ("interminable" * 15, "perrine ubique", "résidence"):
            page.goto(f"/?q={question}")
            entry = page.locator(".result h3 a").first.get_attribute("href")
            for end in ("corriger", "refuser", "signaler"):
                looker.visit(f"{entry}/{end}")
            page.get_by_label("Qu'est-ce qui ne va pas ?").fill(f"{LONG} <script>alert(1)</script>")
            page.get_by_role("button", name=re.compile("Envoyer|Signaler")).click()
            looker.look("signalement")
        for path in ("/signalements", "/installation", "/panorama"):
            looker.visit(path)
    opened.close()


def test_sessions_rights_and_limits(look_at: LookAt, tmp_path: Path) -> None:
    with real_services(tmp_path, rate_scale=0.05) as opened, served(opened) as site:
        looker = look_at(site.url)
        page = looker.page
        account = join(opened.accounts, Role.SECRETARY)
        equip(opened.accounts, account)
        secret = open_session(opened.accounts, account, Stage.FULL, Method.PASSWORD, "essai")
        page.context.add_cookies([{"name": "recours_session", "value": secret, "url": site.url}])
        looker.visit("/comptes", 403)
        looker.visit("/secretariat/rappels")
        page.goto("/secretariat")
        page.get_by_label("Numéro où rappeler").fill("06 12 34 56 78")
        page.get_by_label("Commune où se trouve").fill("Fresnes")
        page.context.clear_cookies()
        page.get_by_role("button", name="Continuer").click()
        expect(page.locator("[data-step-failed]")).to_contain_text("Connexion nécessaire")
        expect(page.get_by_label("Numéro où rappeler")).not_to_have_value("")  # nothing is lost
        looker.look("session finie en plein appel")
        looker.visit("/secretariat/rappels")
        heading(page, "Se connecter")
        page.get_by_label("Adresse mail").fill("personne@exemple.fr")
        page.get_by_label("Mot de passe", exact=True).fill("quatre mots au hasard")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_be_visible()
        looker.look("mot de passe refusé")
        looker.visit("/?size=beaucoup", 422)
        for _ in range(45):
            page.request.get("/installation")
        looker.visit("/installation", 429)
