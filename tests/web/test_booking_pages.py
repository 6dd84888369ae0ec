"""What becomes of a slot on screen: extended, moved, given up, honoured, withdrawn, called back."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from orientation.model import BookingState, Doctor, Mode
from tests.orientation.team import add_slots, make_doctor
from tests.web.conftest import MONDAY, SITE
from tests.web.test_secretariat import (
    confirm,
    hidden,
    hold_first,
    reach_proposals,
    text_of,
)
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import Services, open_services

ROOM = "https://visio.example/salle-du-lavoir"


@pytest.fixture
def doctor(empty_services: Services) -> Doctor:
    return add_slots(empty_services.orientation)


@pytest.fixture
def clock(empty_services: Services) -> FixedClock:
    assert isinstance(empty_services.clock, FixedClock)
    return empty_services.clock


def move_to(site: TestClient, address: str) -> Response:
    page = site.get(f"{address}/deplacer").text
    form = {"slot": hidden(page, "slot")[0], "key": hidden(page, "key")[0]}
    return site.post(f"{address}/deplacer", data=form)


def test_a_hold_is_extended_by_a_button_that_then_goes(
    empty_site: TestClient, doctor: Doctor
) -> None:
    held = hold_first(empty_site)
    assert "Prolonger de 150 secondes, une fois" in text_of(held)
    form = {"hold": hidden(held.text, "hold")[0]}
    longer = empty_site.post(f"{held.url}/prolonger", data=form)
    assert longer.status_code == 200
    assert "Déjà prolongé une fois." in text_of(longer)
    assert "/prolonger" not in longer.text
    again = empty_site.post(f"{held.url}/prolonger", data=form)
    assert again.status_code == 409
    assert "déjà été prolongée une fois" in text_of(again)
    assert 'class="countdown"' in again.text


def test_an_appointment_is_moved_from_its_page(empty_site: TestClient, doctor: Doctor) -> None:
    done = confirm(empty_site, hold_first(empty_site))
    choice = empty_site.get(f"{done.url}/deplacer")
    assert "reste pris tant qu'un autre créneau n'est pas choisi" in text_of(choice)
    moved = move_to(empty_site, str(done.url))
    assert moved.status_code == 200
    assert "Rendez-vous confirmé" in moved.text
    before, after = (re.findall(r'class="when">([^<]+)<', one.text) for one in (done, moved))
    assert len(before) == len(after) == 1
    assert before != after


def test_a_move_to_a_slot_just_taken_keeps_the_appointment(
    empty_site: TestClient, doctor: Doctor
) -> None:
    done = confirm(empty_site, hold_first(empty_site))
    page = empty_site.get(f"{done.url}/deplacer").text
    wanted = hidden(page, "slot")[0]
    other = reach_proposals(empty_site)
    empty_site.post(f"{other.url}/retenir", data={"slot": wanted, "key": "autre-appel"})
    lost = empty_site.post(f"{done.url}/deplacer", data={"slot": wanted, "key": "course"})
    assert lost.status_code == 409
    assert "vient d'être pris" in text_of(lost)
    assert wanted not in hidden(lost.text, "slot")
    assert "Rendez-vous confirmé" in empty_site.get(str(done.url)).text


def test_there_is_nothing_to_move_before_the_confirmation(
    empty_site: TestClient, doctor: Doctor
) -> None:
    held = hold_first(empty_site)
    assert "Créneau retenu" in empty_site.get(f"{held.url}/deplacer").text


def test_the_person_gives_up(empty_site: TestClient, doctor: Doctor) -> None:
    done = confirm(empty_site, hold_first(empty_site))
    form = {"appointment": hidden(done.text, "appointment")[0]}
    after = empty_site.post(f"{done.url}/annuler", data=form)
    assert "Créneaux proposés" in after.text
    again = empty_site.post(f"{done.url}/annuler", data=form)
    assert again.status_code == 409


def test_the_doctor_says_who_came_in_one_click(
    empty_site: TestClient, empty_services: Services, doctor: Doctor, clock: FixedClock
) -> None:
    done = confirm(empty_site, hold_first(empty_site))
    before = empty_site.get(f"/agenda/{doctor.id}").text
    assert "/presence" not in before
    request = str(done.url).rsplit("/", 1)[1]
    booking = empty_services.orientation.request(request).booking
    assert booking is not None
    clock.set(booking.start)
    page = empty_site.get(f"/agenda/{doctor.id}").text
    assert 'data-key="v"' in page
    assert 'data-key="p"' in page
    form = {"appointment": hidden(page, "appointment")[0], "jour": "2026-11-23"}
    address = f"/agenda/{doctor.id}/presence"
    came = empty_site.post(address, data={**form, "state": "honoured"})
    assert str(came.url).endswith(f"?jour=2026-11-23#rdv-{form['appointment']}")
    assert ">venu<" in came.text
    undone = empty_site.post(address, data={**form, "state": "undo"})
    assert ">venu<" not in undone.text
    assert 'data-key="v"' in undone.text
    empty_site.post(address, data={**form, "state": "honoured"})
    corrected = empty_site.post(address, data={**form, "state": "no_show"})
    assert ">pas venu<" in corrected.text
    found = empty_services.orientation.request(request).booking
    assert found is not None
    assert found.state is BookingState.NO_SHOW
    assert "Rendez-vous non honoré" in empty_site.get(str(done.url)).text
    clock.set(booking.start + timedelta(days=2))
    late = empty_site.post(address, data={**form, "state": "honoured"})
    assert late.status_code == 409
    assert "jusqu'au lendemain" in text_of(late)
    assert empty_site.post(address, data={**form, "state": "peut-être"}).status_code == 422


def test_a_withdrawn_slot_says_whom_to_call_back_until_it_is_done(
    empty_site: TestClient, doctor: Doctor
) -> None:
    done = confirm(empty_site, hold_first(empty_site), given="Aglaé", family="Sauvestre")
    page = empty_site.get(f"/agenda/{doctor.id}").text
    booked = re.search(r'class="slot confirmed".*?</li>', page, re.DOTALL)
    assert booked is not None
    slot = hidden(booked[0], "slot")[0]
    after = empty_site.post(f"/agenda/{doctor.id}/creneau", data={"slot": slot})
    assert str(after.url).endswith("/secretariat/rappels")
    told = text_of(after)
    assert "Aglaé Sauvestre" in told
    assert 'href="tel:+33612345678"' in told
    assert after.headers["cache-control"] == "no-store"
    assert "1 personne à rappeler" in text_of(empty_site.get("/secretariat"))
    assert 'class="slot withdrawn"' in empty_site.get(f"/agenda/{doctor.id}").text
    stamp = re.search(r'action="(/secretariat/a-rappeler/[^"]+)"', told)
    assert stamp is not None
    before = empty_site.get("/secretariat/a-rappeler", follow_redirects=False)
    assert (before.status_code, before.headers["location"]) == (301, "/secretariat/rappels")
    assert "Sauvestre" not in empty_site.post(stamp[1]).text
    assert "à rappeler" not in text_of(empty_site.get("/secretariat"))
    assert "Rendez-vous confirmé" not in empty_site.get(str(done.url)).text


def test_an_absence_withdraws_its_hours(empty_site: TestClient, doctor: Doctor) -> None:
    hours = {"start": "2026-11-24T09:00", "end": "2026-11-24T10:00", "jour": "2026-11-24"}
    after = empty_site.post(f"/agenda/{doctor.id}/absence", data=hours)
    assert str(after.url).endswith("?jour=2026-11-24")
    assert after.text.count('class="slot withdrawn"') == 3


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-24T10:00", "2026-11-24T09:00", "doit venir après"),
        ("2026-11-20T10:00", "2026-11-20T12:00", "déjà passée"),
        ("demain", "2026-11-24T09:00", "avec la date et l'heure"),
        ("2027-03-28T02:30", "2027-03-28T09:00", "n'existe pas"),
    ],
)
def test_an_absence_that_says_nothing_is_refused_with_what_was_typed(
    empty_site: TestClient, doctor: Doctor, start: str, end: str, said: str
) -> None:
    refused = empty_site.post(f"/agenda/{doctor.id}/absence", data={"start": start, "end": end})
    assert refused.status_code == 422
    assert said in text_of(refused)
    assert f'value="{start}"' in refused.text


def test_the_room_of_a_teleconsultation_is_shown_at_the_confirmation(
    empty_site: TestClient, empty_services: Services
) -> None:
    doctor = make_doctor(places=(), modes=(Mode.VIDEO,))
    add_slots(empty_services.orientation, Mode.VIDEO, doctor)
    address = f"/agenda/{doctor.id}/visio"
    refused = empty_site.post(address, data={"video_url": "http://visio.example"})
    assert refused.status_code == 422
    assert "https://" in text_of(refused)
    assert empty_site.post(address, data={"video_url": ROOM}).status_code == 200
    proposals = reach_proposals(empty_site, mobility="video").text
    request = re.search(r'action="(/secretariat/demandes/[^/"]+)/retenir"', proposals)
    assert request is not None
    form = {"slot": hidden(proposals, "slot")[0], "key": "visio"}
    held = empty_site.post(f"{request[1]}/retenir", data=form)
    assert f'href="{ROOM}"' in confirm(empty_site, held).text


@pytest.fixture
def texting(tmp_path: Path) -> Iterator[Services]:
    settings = Settings(
        data_dir=tmp_path,
        demo=True,
        horizon_days=14,
        patient_texts=True,
        sms_url="http://127.0.0.1:9/envoi",
    )
    opened = open_services(settings, FixedClock(MONDAY))
    add_slots(opened.orientation)
    yield opened
    opened.close()


def test_a_text_is_written_only_with_consent(texting: Services) -> None:
    site = Visitor(create_app(texting), base_url=SITE)
    held = hold_first(site)
    assert 'name="consent"' in held.text
    assert 'name="text_to" type="text" value="+33612345678"' in held.text
    without = confirm(site, held, text_to="06 12 34 56 78")
    assert "Un message part" not in without.text
    held = hold_first(site)
    wrong = confirm(site, held, consent="yes", text_to="12")
    assert wrong.status_code == 422
    assert "donnez un numéro de téléphone" in text_of(wrong)
    agreed = confirm(site, held, consent="yes", text_to="06 12 34 56 78")
    assert "Un message part à <strong>+33612345678</strong>" in agreed.text


def test_without_the_setting_nothing_is_proposed(empty_site: TestClient, doctor: Doctor) -> None:
    assert 'name="consent"' not in hold_first(empty_site).text
