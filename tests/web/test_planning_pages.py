"""A doctor or their delegate gives, changes and takes back time on the pages, without JavaScript."""

import html
import re
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient
from httpx2 import Response

from directory.base.clock import FixedClock
from orientation import tables
from orientation.model import Doctor, Mode
from orientation.service import Orientation
from tests.orientation.calendar_server import calendar, open_shelf
from tests.orientation.team import make_doctor
from tests.orientation.test_calendars import BUSY_TUESDAY
from tests.orientation.test_planning import TUESDAY, book_on, given, hours
from tests.web.conftest import SITE
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import Services, open_services

NEW = {
    "mode": "cabinet",
    "first": "2026-11-24",
    "repeat": "0",
    "opens": "14:00",
    "closes": "15:00",
    "slot_minutes": "20",
    "seats": "1",
    "visibility": "snp",
}


@pytest.fixture
def team(empty_services: Services) -> Orientation:
    empty_services.orientation.add_doctor(make_doctor())
    return empty_services.orientation


@pytest.fixture
def doctor(team: Orientation) -> Doctor:
    return team.doctors()[0]


def said(answer: Response) -> str:
    return html.unescape(answer.text)


def give(site: TestClient, doctor: Doctor, **changes: Any) -> Response:
    data = {**NEW, "place": str(doctor.places[0].id), **changes}
    return site.post(f"/agenda/{doctor.id}/disponibilites", data=data)


def actors(team: Orientation, action: str) -> list[str]:
    audit = tables.audit
    with team.database.read() as connection:
        return list(
            connection.execute(sa.select(audit.c.actor).where(audit.c.action == action)).scalars()
        )


def test_availability_is_given_in_two_taps_as_typed(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    address = f"/agenda/{doctor.id}/disponibilites"
    form = empty_site.get(address).text  # the first tap; the second is « Ajouter »
    typed = dict(re.findall(r'<input id="[^"]+" name="(\w+)" type="\w+" value="([^"]*)"', form))
    chosen = dict(
        re.findall(
            r'<select id="[^"]+" name="(\w+)".*?<option value="([^"]*)" selected', form, re.S
        )
    )
    done = empty_site.post(address, data=typed | chosen)
    assert done.status_code == 200
    assert str(done.url).endswith(f"/agenda/{doctor.id}?jour=2026-11-24")
    assert hours(team, doctor, TUESDAY)[0] == "14:00"
    assert len(hours(team, doctor, TUESDAY)) == 9


def test_a_delegate_is_named_in_the_trail_and_proposed_next_time(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    give(empty_site, doctor, author="Odette Brunel")
    assert actors(team, "schedule.add") == ["Odette Brunel"]
    page = empty_site.get(f"/agenda/{doctor.id}/disponibilites").text
    assert 'value="Odette Brunel"' in page
    slot = team.agenda(doctor.id, TUESDAY, 1)[0]
    booked = book_on(team, TUESDAY)
    empty_site.post(f"/agenda/{doctor.id}/creneau", data={"slot": str(slot.slot_id)})
    assert actors(team, "appointment.cancel") == ["Odette Brunel"]
    assert team.to_call_back()[0].appointment_id == booked.appointment_id


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"opens": "17:00", "closes": "14:00"}, "passe minuit"),
        ({"opens": "midi"}, "Heure attendue"),
        ({"first": "demain"}, "AAAA-MM-JJ"),
        ({"seats": "trois"}, "nombre entier"),
        ({"slot_minutes": "9" * 4}, "tenir dans la plage"),
        ({"first": "2026-12-25"}, "férié"),
        ({"first": "2027-03-28", "opens": "02:00", "closes": "03:00"}, "n'existe pas"),
        ({"mode": "pigeon"}, "Cabinet, visite"),
        ({"visibility": "tous"}, "À qui"),
        ({"weekdays": ["9" * 5000], "repeat": "1"}, "nombre entier"),
    ],
)
def test_what_cannot_be_given_comes_back_with_why(
    empty_site: TestClient, doctor: Doctor, changes: dict[str, Any], told: str
) -> None:
    answer = give(empty_site, doctor, **changes)
    assert answer.status_code == 422
    assert told in said(answer)


def test_an_overlap_names_the_other_series(empty_site: TestClient, doctor: Doctor) -> None:
    give(empty_site, doctor)
    answer = give(empty_site, doctor, opens="14:30", closes="16:00")
    assert answer.status_code == 409
    assert "mardi 24/11/2026 de 14 h à 15 h au cabinet" in said(answer)


def test_closing_a_booked_day_asks_first_then_lists_who_to_call(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    series = team.planning.add(doctor.id, given(doctor)).schedule
    booked = book_on(team, TUESDAY)
    url = f"/agenda/{doctor.id}/disponibilites/{series}/jour"
    asked = empty_site.post(url, data={"act": "close", "day": "2026-11-24", "author": "O. B."})
    assert asked.status_code == 409
    page = said(asked)
    assert "E. V." in page
    assert f"/secretariat/demandes/{booked.request_id}" in page
    assert "Vauquelin" not in page
    assert team.to_call_back() == ()
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    action = re.search(r'<form class="actions" method="post" action="([^"]+)"', asked.text)
    assert action is not None
    done = empty_site.post(action.group(1), data={**fields, "confirmed": "oui"})
    assert str(done.url).endswith("/secretariat/rappels")
    assert "Vauquelin" in done.text
    assert hours(team, doctor, TUESDAY) == []
    closed = empty_site.get(f"/agenda/{doctor.id}/disponibilites")
    assert "fermé" in closed.text
    empty_site.post(url, data={"act": "reopen", "day": "2026-11-24"})
    assert hours(team, doctor, TUESDAY) == ["09:00", "09:20", "09:40"]


def test_a_series_is_changed_and_ended(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    series = team.planning.add(doctor.id, given(doctor)).schedule
    base = f"/agenda/{doctor.id}/disponibilites"
    page = empty_site.get(f"{base}?serie={series}").text
    assert f'action="{base}/{series}"' in page
    assert 'value="09:00"' in page
    data = {**NEW, "place": str(doctor.places[0].id), "repeat": "1", "weekdays": ["1", "3"]}
    empty_site.post(f"{base}/{series}", data=data)
    assert hours(team, doctor, TUESDAY) == ["14:00", "14:20", "14:40"]
    (after,) = [one for one in team.planning.series(doctor.id) if one.schedule.valid_to is None]
    empty_site.post(f"{base}/{after.schedule.id}/fin", data={"last": "2026-11-24"})
    assert hours(team, doctor, date(2026, 11, 26)) == []
    hour = {"act": "hours", "day": "2026-11-24", "opens": "14:00", "closes": "14:20"}
    empty_site.post(f"{base}/{after.schedule.id}/jour", data=hour)
    assert hours(team, doctor, TUESDAY) == ["14:00"]


def test_a_series_of_another_doctor_is_not_found(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    series = team.planning.add(doctor.id, given(doctor)).schedule
    other = make_doctor(family="LENOIR")
    team.add_doctor(other)
    url = f"/agenda/{other.id}/disponibilites/{series}/fin"
    assert empty_site.post(url, data={"last": "2026-11-24"}).status_code == 404
    assert empty_site.get("/agenda/rien/disponibilites").status_code == 404


def test_a_profile_and_its_places_are_changed(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    url = f"/agenda/{doctor.id}"
    page = empty_site.get(f"{url}/profil").text
    assert "Cabinet du Lavoir" in page
    told = {
        "team": "adjoint",
        "modes": ["cabinet", "home"],
        "visit_km": "4,5",
        "min_age": "3",
        "visit_from": str(doctor.places[0].id),
        "max_age": "79",
        "weekly_capacity": "25",
        "author": "Odette Brunel",
    }
    assert empty_site.post(f"{url}/profil", data=told).status_code == 200
    now = team.doctors()[0]
    assert (now.visit_km, now.min_age_months, now.max_age_months) == (4.5, 36, 959)
    assert now.modes == (Mode.CABINET, Mode.HOME)
    assert actors(team, "doctor.profile") == ["Odette Brunel"]
    wrong = empty_site.post(f"{url}/profil", data={**told, "visit_km": "loin"})
    assert wrong.status_code == 422
    assert "nombre de kilomètres" in said(wrong)
    place = {"label": "Maison de santé", "insee": "94034"}
    empty_site.post(f"{url}/lieu", data=place)
    added = next(one for one in team.doctors()[0].places if one.label == "Maison de santé")
    empty_site.post(f"{url}/lieu", data={"place": str(added.id), "remove": "oui"})
    assert len(team.doctors()[0].places) == 1


def test_a_departure_names_who_is_booked_after_it(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    team.planning.add(doctor.id, given(doctor))
    book_on(team, TUESDAY)
    url, told = f"/agenda/{doctor.id}/depart", {"leaves_on": "2026-11-24"}
    asked = empty_site.post(url, data=told)
    assert asked.status_code == 409
    assert "E. V." in said(asked)
    empty_site.post(url, data={**told, "confirmed": "oui"})
    assert len(team.to_call_back()) == 1
    assert "Quitte l'équipe" in said(empty_site.get(f"/agenda/{doctor.id}/profil"))


def test_the_private_address_is_told_once_and_serves_a_calendar(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    team.planning.add(doctor.id, given(doctor))
    book_on(team, TUESDAY)
    url = f"/agenda/{doctor.id}/calendriers"
    made = empty_site.post(f"{url}/adresse")
    address = re.search(r'value="(http[^"]+\.ics)"', made.text)
    assert address is not None
    assert address.group(1) not in empty_site.get(url).text
    answer = empty_site.get(address.group(1))
    assert answer.headers["content-type"].startswith("text/calendar")
    assert answer.headers["cache-control"] == "no-store"
    assert "RDV premier recours" in answer.text
    assert "Vauquelin" not in answer.text
    empty_site.post(f"{url}/adresse", data={"act": "revoke"})
    assert empty_site.get(address.group(1)).status_code == 404
    assert empty_site.get("/agenda/ics/rien.ics").status_code == 404


def test_an_external_calendar_is_read_and_what_it_contradicts_is_shown(
    empty_services: Services,
) -> None:
    settings = empty_services.settings.model_copy(update={"calendar_local": True})
    services = open_services(settings, FixedClock(empty_services.clock()))
    site = Visitor(create_app(services), base_url=SITE)
    team = services.orientation
    doctor = make_doctor()
    team.add_doctor(doctor)
    team.planning.add(doctor.id, given(doctor))
    book_on(team, TUESDAY)
    url = f"/agenda/{doctor.id}/calendriers"
    with open_shelf() as shelf:
        shelf.content = calendar(BUSY_TUESDAY)
        page = said(site.post(f"{url}/externe", data={"url": shelf.url}))
        assert "Agenda lu chez" in page
        assert "E. V." in page
        assert shelf.url not in page
        shelf.status = 503
        team.calendars.refresh()
    assert "répond 503" in said(site.get(url))
    week = said(site.get(f"/agenda/{doctor.id}"))
    assert "répond 503" in week
    assert "votre agenda externe vous dit occupé" in week
    assert site.get("/healthz").json()["calendars"] == "late: 1"
    site.post(f"{url}/externe", data={"act": "stop"})
    assert "Agenda lu chez" not in site.get(url).text
    services.close()


def test_an_address_inside_the_network_is_refused(empty_site: TestClient, doctor: Doctor) -> None:
    for url in ("https://127.0.0.1/a.ics", "http://agenda.example/a.ics"):
        answer = empty_site.post(f"/agenda/{doctor.id}/calendriers/externe", data={"url": url})
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


def test_an_absence_names_who_is_booked_before_it_is_declared(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    team.planning.add(doctor.id, given(doctor))
    booked = book_on(team, TUESDAY)
    url = f"/agenda/{doctor.id}/absence"
    span = {"start": "2026-11-24T09:10", "end": "2026-11-24T10:00"}
    asked = empty_site.post(url, data=span)
    assert asked.status_code == 409
    assert "E. V." in said(asked)
    assert team.absent_slots(doctor.id) == frozenset()
    done = empty_site.post(url, data={**span, "confirmed": "oui"})
    assert str(done.url).endswith("/secretariat/rappels")
    assert [one.appointment_id for one in team.to_call_back()] == [booked.appointment_id]
