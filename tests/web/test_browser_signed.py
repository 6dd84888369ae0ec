"""« Mon agenda » out of the demonstration: a first-recourse doctor and a delegate who sign in by
password and second factor, in a real browser."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from directory.base.clock import FixedClock
from orientation.model import Doctor, Mode
from tests.browser import DESKTOP, PATIENCE_MS, PHONE, LiveSite, served
from tests.orientation.team import PATIENT, add_slots, make_doctor, open_request
from tests.web.accounts.people import PASSWORD, code_now, equip, join
from tests.web.accounts.site import real_services
from tests.web.looks import complaints, width
from tests.web.signed import signed_territory
from web.access import Role
from web.accounts.registry import set_roles
from web.services import Services

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RPPS, OTHER_RPPS = "10003456826", "10003456834"
MONDAY, THURSDAY = date(2026, 11, 23), date(2026, 11, 26)


@dataclass(frozen=True)
class Office:
    """A service out of the demonstration, the doctor whose agenda is kept, and another's."""

    services: Services
    site: LiveSite
    mine: Doctor
    other: Doctor

    def later(self, minutes: int = 1) -> None:
        """Time goes on: a code of the second factor is good once."""
        clock = self.services.clock
        assert isinstance(clock, FixedClock)
        clock.set(clock() + timedelta(minutes=minutes))


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A Monday at a quarter to eleven: somebody came, somebody else is to come."""
    folder = tmp_path_factory.mktemp("office")
    with (
        real_services(folder, territory=signed_territory(folder)) as opened,
        served(opened) as site,
    ):
        team = opened.orientation
        mine = add_slots(team, Mode.CABINET, make_doctor(rpps=RPPS))
        other = add_slots(team, Mode.CABINET, make_doctor(family="AUTRE", rpps=OTHER_RPPS))
        for slot in team.agenda(mine.id, MONDAY)[1:4:2]:
            held = team.hold(slot.slot_id, open_request(team))
            team.confirm(held.hold_id, PATIENT)
        office = Office(opened, site, mine, other)
        office.later(45)
        yield office


@pytest.fixture
def open_signed(chromium: Browser, office: Office) -> Iterator[Callable[..., Page]]:
    """Signs somebody in by the pages, as they would: password, then the code of their phone."""
    with ExitStack() as closing:

        def sign_in(email: str, secret: str, size: tuple[int, int], scheme: str) -> Page:
            context = chromium.new_context(
                base_url=office.site.url,
                viewport={"width": size[0], "height": size[1]},
                color_scheme="dark" if scheme == "dark" else "light",
                reduced_motion="reduce",
                locale="fr-FR",
            )
            closing.callback(context.close)
            page = context.new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.goto("/agenda")
            page.get_by_label("Adresse mail").fill(email)
            page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
            page.keyboard.press("Enter")
            office.later()
            page.get_by_label("Code à six chiffres").fill(
                code_now(office.services.accounts, secret)
            )
            page.keyboard.press("Enter")
            expect(page).to_have_url(f"{office.site.url}/agenda")
            return page

        yield sign_in


def sound(page: Page, size: tuple[int, int]) -> None:
    assert complaints(page) == []
    assert width(page) <= size[0]


def test_a_first_recourse_doctor_keeps_their_own_agenda_on_a_phone(
    office: Office, open_signed: Callable[..., Page]
) -> None:
    accounts = office.services.accounts
    account = join(accounts, Role.FIRST_RECOURSE_DOCTOR, email="medecin@exemple.fr", rpps=RPPS)
    secret, _ = equip(accounts, account)
    page = open_signed("medecin@exemple.fr", secret, PHONE, "light")
    expect(page.get_by_role("heading", name="Mon agenda")).to_be_visible()
    sound(page, PHONE)
    page.get_by_role("link", name=office.mine.name).first.click()
    expect(page.get_by_role("link", name="06 12 34 56 78").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Venu")).first.click()
    expect(page.locator(".said")).to_have_text("venu")
    sound(page, PHONE)
    page.get_by_role("link", name="Donner du temps", exact=True).click()
    page.get_by_role("link", name=re.compile("fin de journée")).click()
    page.get_by_role("button", name=re.compile("^Donner 3 créneaux")).click()
    expect(page.get_by_role("alert")).to_contain_text("3 créneaux donnés")
    sound(page, PHONE)
    page.goto(f"/agenda/{office.other.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accès réservé")
    page.goto("/secretariat")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accès réservé")
    sound(page, PHONE)
    page.get_by_role("button", name="Se déconnecter").click()
    page.goto(f"/agenda/{office.mine.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")


def test_a_delegate_keeps_the_agenda_of_their_doctor_by_keyboard(
    office: Office, open_signed: Callable[..., Page]
) -> None:
    accounts = office.services.accounts
    account = join(accounts, Role.PROFESSIONAL, email="delegue@exemple.fr")
    set_roles(accounts, account, [Role.DELEGATE], [office.mine.id], "essai")
    secret, _ = equip(accounts, account)
    page = open_signed("delegue@exemple.fr", secret, DESKTOP, "dark")
    expect(page.get_by_role("heading", name="Les agendas que je tiens")).to_be_visible()
    sound(page, DESKTOP)
    page.get_by_role("link", name=office.mine.name).first.press("Enter")
    expect(page.get_by_text("Vous tenez cet agenda par délégation")).to_be_visible()
    expect(page.get_by_text("Eudoxie Vauquelin").first).to_be_visible()
    sound(page, DESKTOP)
    page.wait_for_load_state()
    page.keyboard.press("d")
    expect(page.get_by_role("heading", level=1)).to_have_text("Donner du temps")
    page.goto(f"/agenda/{office.mine.id}/absence?quand=jour&jour={THURSDAY}")
    sound(page, DESKTOP)
    page.get_by_role("button", name="Déclarer l'absence").press("Enter")
    page.wait_for_url(re.compile(f"/agenda/{office.mine.id}"))
    orientation = office.services.orientation
    that_day = {one.slot_id for one in orientation.agenda(office.mine.id, THURSDAY)}
    assert set(orientation.absent_slots(office.mine.id)) == that_day
    page.goto(f"/agenda/{office.other.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Accès réservé")
    set_roles(accounts, account, [Role.PROFESSIONAL], [], "essai")
    page.goto(f"/agenda/{office.mine.id}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Se connecter")
