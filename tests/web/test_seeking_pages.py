"""Finding a médecin traitant on screen, without JavaScript: from the question to the signature."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from orientation.seeking.model import PlacementState
from tests.orientation.seeking.people import enrol, offer_places
from tests.orientation.team import add_slots
from tests.web.conftest import MONDAY, SITE
from tests.web.sites import open_site
from tests.web.test_secretariat import confirm, hidden, hold_first, reach_proposals
from web.services import Services, open_services

HOME = "/secretariat/medecin-traitant"
PERSON = {
    "family": "Vauquelin",
    "given": "Eudoxie",
    "birth_date": "02/04/1961",
    "phone": "06 12 34 56 78",
    "commune": "cachan",
    "consent": "oui",
    "ald": "oui",
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def desk(tmp_path: Path, clock: FixedClock) -> Iterator[Services]:
    """An empty list, at a moment that the test can move."""
    settings = Settings(data_dir=tmp_path, demo=True, horizon_days=7, territory="bievre")
    opened = open_services(settings, clock)
    yield opened
    opened.close()


@pytest.fixture
def pages(desk: Services) -> TestClient:
    return open_site(desk)


def fill(pages: TestClient, **told: str) -> Response:
    form = pages.get(f"{HOME}/inscrire?suivi=non").text
    hidden_fields = {name: hidden(form, name)[0] for name in ("key", "consent_version")}
    return pages.post(f"{HOME}/inscrire", data={**hidden_fields, **PERSON, **told})


def press(pages: TestClient, sheet: Response, act: str, **told: str) -> Response:
    """Press a button of the sheet, with what its form hides."""
    path = str(sheet.url).removeprefix(SITE)
    form = re.search(rf'action="[^"]*/{act}".*?</form>', sheet.text, re.DOTALL)
    assert form is not None, act
    names = ("doctor", "placement", "key", "reason")
    found = {name: values[0] for name in names if (values := hidden(form[0], name))}
    return pages.post(f"{path}/{act}", data={**found, **told})


def text_of(answer: Response) -> str:
    return html.unescape(answer.text)


def test_the_doctor_already_seen_is_asked_first(pages: TestClient) -> None:
    question = text_of(pages.get(f"{HOME}/inscrire"))
    assert "Voyez-vous déjà un médecin régulièrement ?" in question
    assert 'href="?suivi=oui"' in question
    advice = text_of(pages.get(f"{HOME}/inscrire?suivi=oui"))
    assert "La déclaration se signe avec ce médecin" in advice
    assert "<form" not in advice


def test_from_enrolment_to_the_signed_declaration(pages: TestClient, desk: Services) -> None:
    doctor = offer_places(desk.orientation)
    sheet = fill(pages)
    assert sheet.status_code == 200
    assert "Eudoxie Vauquelin" in sheet.text
    assert "dans sa commune" in sheet.text
    proposed = press(pages, sheet, "proposer")
    assert "proposé au médecin" in proposed.text
    accepted = press(pages, proposed, "accepter")
    assert "accepté, déclaration à signer" in accepted.text
    declared = press(pages, accepted, "declarer")
    closed = press(pages, declared, "clore")
    assert "clos : déclaration signée, suivi commencé" in text_of(closed)
    assert desk.orientation.seeking.offers()[doctor.id].places_left == 0
    figures = text_of(pages.get(HOME))
    assert re.search(r"placées</dt><dd>1</dd>", figures)
    assert "0 personne inscrite" in figures


def test_a_refusal_with_its_reason_puts_the_person_back(pages: TestClient, desk: Services) -> None:
    offer_places(desk.orientation)
    proposed = press(pages, fill(pages), "proposer")
    missing = press(pages, proposed, "refuser")
    assert missing.status_code == 422
    assert "Choisissez une raison" in missing.text
    refused = press(pages, proposed, "refuser", reason="person_distance")
    assert "refusé (la personne : trop loin)" in text_of(refused)
    assert "1 déjà proposé sans suite" in text_of(refused)
    assert "Eudoxie Vauquelin" in pages.get(HOME).text


def test_the_last_place_taken_meanwhile_is_said(pages: TestClient, desk: Services) -> None:
    doctor = offer_places(desk.orientation)
    other = enrol(desk.orientation, 50)
    rival = desk.orientation.seeking.propose(other, doctor.id)
    proposed = press(pages, fill(pages), "proposer")
    desk.orientation.seeking.accept(rival.id)
    late = press(pages, proposed, "accepter")
    assert late.status_code == 409
    assert "la dernière vient d'être prise" in text_of(late)
    assert 'role="alert"' in late.text


def test_the_same_button_pressed_twice_acts_once(pages: TestClient, desk: Services) -> None:
    offer_places(desk.orientation)
    sheet = fill(pages)
    press(pages, sheet, "proposer")
    again = press(pages, sheet, "proposer")
    assert again.status_code == 200
    wait = str(sheet.url).rsplit("/", 1)[1]
    live = desk.orientation.seeking.wait(wait).live
    assert live is not None
    assert live.state is PlacementState.PROPOSED


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"family": " "}, "Le nom est nécessaire"),
        ({"given": ""}, "Le prénom est nécessaire"),
        ({"phone": "12"}, "Ce numéro ne peut pas être rappelé"),
        ({"phone": "06 12 34 56 7"}, "Ce numéro"),
        ({"birth_date": ""}, "La date de naissance est nécessaire"),
        ({"birth_date": "31/02/1961"}, "Cette date n'existe pas"),
        ({"commune": "Atlantide"}, "Le nom de la commune"),
        ({"consent": ""}, "Sans l'accord de la personne"),
        ({"consent_version": "2019"}, "texte d'information en vigueur"),
        ({"language": "klingon"}, "Langue inconnue"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    pages: TestClient, told: dict[str, str], problem: str
) -> None:
    answer = fill(pages, **told)
    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert 'aria-invalid="true"' in answer.text
    assert "0 personne inscrite" in text_of(pages.get(HOME))


def test_who_waits_already_is_shown_their_sheet(pages: TestClient) -> None:
    first = fill(pages)
    again = fill(pages, given="E.")
    assert again.status_code == 409
    assert f'href="{str(first.url).removeprefix(SITE)}"' in again.text


def test_addresses_and_titles_name_nobody(pages: TestClient) -> None:
    sheet = fill(pages)
    title = re.search(r"<title>(.*?)</title>", sheet.text, re.DOTALL)
    assert title is not None
    for said in (str(sheet.url), title[1], *(str(one.url) for one in sheet.history)):
        assert "auquelin" not in said
        assert "612345678" not in said
    assert sheet.headers["cache-control"] == "no-store"


def test_html_in_a_name_is_shown_as_text(pages: TestClient) -> None:
    sheet = fill(pages, family="<script>alert(1)</script>")
    assert "<script>alert" not in sheet.text
    assert "<script>alert" not in pages.get(HOME).text


def test_the_list_is_filtered_by_group_and_by_page(pages: TestClient, desk: Services) -> None:
    fill(pages)
    for number in range(31):
        enrol(desk.orientation, number)
    assert "32 personnes inscrites" in text_of(pages.get(HOME))
    assert "1 personne inscrite" in text_of(pages.get(f"{HOME}?groupe=ald"))
    assert 'start="31"' in pages.get(f"{HOME}?page=2").text
    assert f'href="{HOME}?page=1"' in pages.get(f"{HOME}?page=2").text
    assert pages.get(f"{HOME}?page=3").status_code == 404
    assert pages.get(f"{HOME}?groupe=riches").status_code == 422


def test_after_a_year_the_sheet_asks_again(
    pages: TestClient, desk: Services, clock: FixedClock
) -> None:
    path = str(fill(pages).url).removeprefix(SITE)
    assert "Cherche-t-elle toujours" not in pages.get(path).text
    clock.set(clock() + timedelta(days=366))
    due = pages.get(path)
    assert "0 appel sans réponse sur 2" in text_of(due)
    assert "Eudoxie Vauquelin" in pages.get(f"{HOME}?filtre=a-confirmer").text
    assert "1 appel sans réponse" in text_of(press(pages, due, "relancer"))
    confirmed = press(pages, due, "reconfirmer")
    assert "Cherche-t-elle toujours" not in confirmed.text


def test_closing_asks_for_a_reason_and_delays_are_not_one(pages: TestClient) -> None:
    sheet = fill(pages)
    for reason in ("", "not_confirmed", "ennui"):
        assert press(pages, sheet, "clore", reason=reason).status_code == 422
    closed = press(pages, sheet, "clore", reason="moved")
    assert "clos : a quitté le territoire" in text_of(closed)
    path = str(sheet.url).removeprefix(SITE)
    for act in ("reconfirmer", "relancer"):
        assert pages.post(f"{path}/{act}").status_code == 409


def test_an_erased_sheet_says_so(pages: TestClient, desk: Services, clock: FixedClock) -> None:
    sheet = fill(pages)
    press(pages, sheet, "clore", reason="withdrawn")
    clock.set(clock() + timedelta(days=8))
    desk.orientation.erase_due()
    page = pages.get(str(sheet.url).removeprefix(SITE))
    assert "Identité effacée" in page.text
    assert "auquelin" not in page.text


def test_a_doctor_says_how_many_they_take(pages: TestClient, desk: Services) -> None:
    doctor = add_slots(desk.orientation)
    path = f"/agenda/{doctor.id}"
    assert "Rien n'est déclaré" in text_of(pages.get(path))
    fill(pages)
    told = {
        "places": "4",
        "available_from": "2027-01-04",
        "min_age": "16",
        "communes": ["94016", "94034"],
        "groups": ["ald"],
        "languages": ["ar", "pt"],
        "sex": "female",
        "in_team": "oui",
    }
    answer = pages.post(f"{path}/nouveaux-patients", data=told)
    page = text_of(answer)
    assert "encore 4 personnes à partir du 04/01/2027" in page
    assert "65 ans, Cachan" in page
    assert "auquelin" not in page
    for ticked in ("94034", "ald", "pt", "oui"):
        assert f'value="{ticked}" checked' in page
    offer = desk.orientation.seeking.offers()[doctor.id]
    assert (offer.limits.min_age, offer.limits.max_age) == (16, None)
    assert offer.languages == ("ar", "pt")


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"places": ""}, "Un nombre de personnes est attendu"),
        ({"places": "beaucoup"}, "Un nombre de personnes est attendu"),
        ({"places": "900"}, "de 0 à 500"),
        ({"places": "2", "available_from": "demain"}, "AAAA-MM-JJ"),
        ({"places": "2", "min_age": "40", "max_age": "20"}, "le plus jeune d'abord"),
        ({"places": "2", "min_age": "x"}, "nombre entier"),
        ({"places": "2", "communes": ["99999"]}, "inconnue"),
        ({"places": "2", "languages": ["klingon"]}, "Langue inconnue"),
    ],
)
def test_a_declaration_that_cannot_be_comes_back(
    pages: TestClient, desk: Services, told: dict[str, str], problem: str
) -> None:
    doctor = add_slots(desk.orientation)
    answer = pages.post(f"/agenda/{doctor.id}/nouveaux-patients", data=told)
    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert f'value="{told["places"]}"' in answer.text
    assert desk.orientation.seeking.offers() == {}


def test_unknown_people_and_doctors_are_pages_in_french(pages: TestClient) -> None:
    for ref in ("rien", str(uuid4())):
        assert "Inscription introuvable" in pages.get(f"{HOME}/{ref}").text
        answer = pages.post(f"/agenda/{ref}/nouveaux-patients", data={"places": "1"})
        assert answer.status_code == 404


def test_a_call_without_medecin_traitant_ends_with_the_way_here(site: TestClient) -> None:
    link = f'href="{HOME}/inscrire"'
    assert link in confirm(site, hold_first(site)).text
    assert link in reach_proposals(site).text
    assert link not in reach_proposals(site, medecin_traitant="not_tried").text
    assert f'href="{HOME}"' in site.get("/secretariat").text
