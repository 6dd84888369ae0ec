"""The agenda on screen: the team, a doctor's week, who comes."""

import html
import re

import pytest
from fastapi.testclient import TestClient

from tests.web.test_secretariat import confirm, hold_first
from web.services import Services


@pytest.fixture
def first_doctor(services: Services) -> str:
    return str(services.orientation.doctors()[0].id)


def test_team_page_names_doctors_places_and_modes(site: TestClient, first_doctor: str) -> None:
    page = site.get("/agenda").text
    assert f'href="/agenda/{first_doctor}"' in page
    assert "Cabinet du Lavoir" in page
    assert "téléconsultation" in page
    assert "Visites : Cachan, Fresnes" in page


def test_week_shows_slots_with_their_state_in_words(site: TestClient, first_doctor: str) -> None:
    page = site.get(f"/agenda/{first_doctor}?jour=2026-12-02").text
    assert "mercredi 02/12" in page
    assert page.count('class="slot free"') >= 40
    assert ">libre<" in page


def test_slot_with_places_says_how_many_are_left(site: TestClient, services: Services) -> None:
    video = services.orientation.doctors()[1]
    page = site.get(f"/agenda/{video.id}?jour=2026-12-02").text
    assert "3 places libres" in page


def test_confirmed_patient_is_seen_by_the_doctor(site: TestClient) -> None:
    done = confirm(site, hold_first(site), given="Aglaé", family="Sauvestre")
    link = re.search(r'href="(/agenda/[^"]+)"', done.text)
    assert link is not None
    page = html.unescape(site.get(link.group(1)).text)
    assert "Aglaé Sauvestre" in page
    assert 'href="tel:+33612345678"' in page
    assert 'class="slot confirmed"' in page


def test_hold_is_shown_without_a_name(site: TestClient, first_doctor: str) -> None:
    hold_first(site)
    weeks = [site.get(f"/agenda/{first_doctor}?jour={day}").text for day in _DAYS]
    assert any('class="slot held"' in page for page in weeks)


_DAYS = ("2026-11-23", "2026-11-30", "2026-12-07")


def test_unknown_doctor_is_a_page_in_french(site: TestClient) -> None:
    for ref in ("rien", "018f0000-0000-7000-8000-000000000000"):
        answer = site.get(f"/agenda/{ref}")
        assert answer.status_code == 404
        assert "Médecin introuvable" in answer.text


def test_day_that_is_not_a_date_is_refused(site: TestClient, first_doctor: str) -> None:
    assert site.get(f"/agenda/{first_doctor}?jour=demain").status_code == 422


def test_day_at_the_end_of_time_is_refused(site: TestClient, first_doctor: str) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        assert site.get(f"/agenda/{first_doctor}?jour={day}").status_code == 422


def test_empty_team_says_how_to_try(empty_site: TestClient) -> None:
    assert "Aucun médecin dans l&#39;équipe" in empty_site.get("/agenda").text
