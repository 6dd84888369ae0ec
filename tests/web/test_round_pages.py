"""A doctor's round on screen, drawn, and in their calendar: where and when, hardly who.

The first doctor of the sample visits from 14 to 16 in slots of 40 minutes. Each test has a day of
its own, since they share the agenda.
"""

import html
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import msgspec
import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar

from directory.model import Point
from directory.territory import Rounds
from orientation import tables
from orientation.model import BookingState, Doctor, Mobility
from orientation.records import Patient
from orientation.routes import StraightLine
from orientation.service import Orientation
from orientation.visits import DayRound, DayVisit
from tests.orientation.team import CACHAN, FRESNES, PATIENT, make_doctor, make_place, open_request
from tests.web.conftest import SITE
from tests.web.visitor import Visitor
from web.app import create_app
from web.round_map import HEIGHT, WIDTH, draw_map
from web.services import Services

ADDRESS = "9 impasse Imaginaire"


@pytest.fixture
def doctor(services: Services) -> Doctor:
    return services.orientation.doctors()[0]


def visit(
    services: Services, doctor: Doctor, day: date, hour: str, commune: str, who: Patient | None
) -> None:
    """Hold a visit at this hour of Paris in winter, and confirm it when somebody is named."""
    start = datetime.fromisoformat(f"{day}T{hour}+01:00")
    slots = services.orientation.agenda(doctor.id, day)
    slot = next(one.slot_id for one in slots if one.start == start)
    told = {"commune": commune, "mobility": Mobility.HOME, "address": ADDRESS}
    hold = services.orientation.hold(slot, open_request(services.orientation, **told))
    if who:
        services.orientation.confirm(hold.hold_id, who)


def read(site: TestClient, doctor: Doctor, day: date) -> str:
    answer = site.get(f"/agenda/{doctor.id}/tournee?jour={day}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return html.unescape(answer.text)


def test_round_lists_visits_with_travel_and_initials(
    site: TestClient, services: Services, doctor: Doctor
) -> None:
    day = date(2026, 12, 1)
    visit(services, doctor, day, "14:40", FRESNES, PATIENT)
    visit(services, doctor, day, "14:00", CACHAN, PATIENT)
    page = read(site, doctor, day)
    assert "Tournée du mardi 1er décembre 2026" in page
    assert page.index("Visite 1, Cachan") < page.index("Visite 2, Fresnes")
    assert "13 min de trajet depuis Cachan" in page
    assert "rendez-vous donné de 14 h 40 à 15 h 20" in page
    assert "2 visites, 18 min de trajet en tout. Départ de Cabinet du Lavoir" in page
    assert "à <strong>13 h 55</strong> au plus tard" in page
    assert "Temps de trajet estimés à vol d'oiseau" in page
    assert "E. V." in page
    assert "Vauquelin" not in page
    assert ADDRESS in page
    assert 'href="tel:+33612345678"' in page
    assert "1 : Cachan</text>" in page
    assert "2 : Fresnes</text>" in page


def test_held_visit_has_neither_initials_nor_address(
    site: TestClient, services: Services, doctor: Doctor
) -> None:
    day = date(2026, 12, 2)
    visit(services, doctor, day, "14:00", CACHAN, None)
    page = read(site, doctor, day)
    assert "retenu, en cours d'appel" in page
    assert ADDRESS not in page
    assert "tel:+33612345678" not in page
    calendar = Calendar.from_ical(
        site.get(f"/agenda/{doctor.id}/tournee.ics?jour={day}").content.decode()
    )
    assert calendar.walk("VEVENT") == []


def test_round_that_does_not_hold_is_said(services: Services, doctor: Doctor) -> None:
    day = date(2026, 11, 25)
    visit(services, doctor, day, "14:00", CACHAN, PATIENT)
    visit(services, doctor, day, "14:40", FRESNES, PATIENT)
    on_foot = replace(services.orientation.context, routes=StraightLine(Rounds(speed_kmh=4)))
    walking = replace(services, orientation=Orientation(on_foot))
    page = read(Visitor(create_app(walking), base_url=SITE), doctor, day)
    assert "Cette tournée ne tient pas." in page
    assert "76 min de trajet depuis Cachan" in page


def test_reading_a_round_is_audited(site: TestClient, services: Services, doctor: Doctor) -> None:
    day = date(2026, 12, 3)
    visit(services, doctor, day, "14:00", CACHAN, PATIENT)

    def readings() -> int:
        with services.orientation.database.read() as connection:
            rows = connection.execute(tables.audit.select()).all()
        return sum(row.action == "agenda.read" for row in rows)

    before = readings()
    read(site, doctor, day)
    assert readings() == before + 1


def test_calendar_says_where_and_when_and_nothing_else(
    site: TestClient, services: Services, doctor: Doctor
) -> None:
    day = date(2026, 12, 4)
    visit(services, doctor, day, "14:00", CACHAN, PATIENT)
    visit(services, doctor, day, "14:40", FRESNES, PATIENT)
    answer = site.get(f"/agenda/{doctor.id}/tournee.ics?jour={day}")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert 'filename="tournee-2026-12-04.ics"' in answer.headers["content-disposition"]
    assert answer.headers["cache-control"] == "no-store"
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [str(one["SUMMARY"]) for one in events] == ["Visite 1, Cachan", "Visite 2, Fresnes"]
    first = datetime(2026, 12, 4, 13, 0, tzinfo=UTC)
    starts = [one.decoded("DTSTART") for one in events]
    assert starts == [first, first + timedelta(minutes=40)]
    assert [one.decoded("DTEND") for one in events] == [at + timedelta(minutes=25) for at in starts]
    assert len({str(one["UID"]) for one in events}) == 2
    kept = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "CLASS"}
    assert all(set(one.keys()) == kept for one in events)
    again = site.get(f"/agenda/{doctor.id}/tournee.ics?jour={day}")
    assert again.content == answer.content


def test_day_without_visits_says_so(site: TestClient, doctor: Doctor) -> None:
    assert "Aucune visite ce jour-là" in read(site, doctor, date(2026, 11, 29))


def test_today_is_shown_when_no_day_is_said(site: TestClient, doctor: Doctor) -> None:
    assert "Tournée du lundi 23 novembre 2026" in site.get(f"/agenda/{doctor.id}/tournee").text


@pytest.mark.parametrize("name", ["tournee", "tournee.ics"])
def test_unknown_doctor_and_wrong_day_are_refused(
    site: TestClient, doctor: Doctor, name: str
) -> None:
    assert site.get(f"/agenda/rien/{name}").status_code == 404
    assert site.get(f"/agenda/{doctor.id}/{name}?jour=demain").status_code == 422


def test_agenda_leads_to_the_round(site: TestClient, services: Services, doctor: Doctor) -> None:
    address = f"/agenda/{doctor.id}"
    assert (
        f'href="{address}/tournee?jour=2026-12-01"' in site.get(f"{address}?jour=2026-12-01").text
    )
    video = services.orientation.doctors()[1]
    assert "tournee" not in site.get(f"/agenda/{video.id}").text


def day_round(*points: Point | None) -> DayRound:
    start = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    visits = tuple(
        DayVisit(
            booking_id=UUID(int=number),
            state=BookingState.CONFIRMED,
            commune_name=f"Commune {point.lat if point else '?'}",
            appointment=start,
            appointment_end=start,
            start=start,
            end=start,
            travel_minutes=5,
            point=point,
        )
        for number, point in enumerate(points)
    )
    return DayRound(
        doctor=make_doctor(), day=start.date(), visits=visits, feasible=True, origin="", base=None
    )


def test_map_is_north_up_to_scale_and_inside_its_frame() -> None:
    south, north = Point(lat=48.75, lon=2.33), Point(lat=48.80, lon=2.38)
    drawn = draw_map(day_round(south, north, south))
    assert drawn is not None
    upper, lower = drawn.markers
    assert (upper.label, lower.label) == ("2 : Commune 48.8", "1, 3 : Commune 48.75")
    assert upper.y < lower.y
    assert upper.x > lower.x
    assert (drawn.scale, drawn.scale_km) == ("2 km", 2)
    # 0.05° of latitude is 5.56 km.
    assert (lower.y - upper.y) / 5.56 == pytest.approx(drawn.scale_px / drawn.scale_km, rel=0.02)
    assert drawn.way.split()[0] == drawn.way.split()[2] == f"{lower.x},{lower.y}"
    for marker in drawn.markers:
        assert 0 < marker.x < WIDTH
        assert 0 < marker.y < HEIGHT


def test_map_starts_from_the_practice() -> None:
    alone = day_round(Point(lat=48.75, lon=2.33))
    drawn = draw_map(msgspec.structs.replace(alone, base=make_place()))
    assert drawn is not None
    assert {marker.label for marker in drawn.markers} == {
        "départ : Cabinet du Lavoir",
        "1 : Commune 48.75",
    }


def test_labels_of_places_close_together_do_not_overlap() -> None:
    near = [Point(lat=48.75 + number / 10_000, lon=2.33) for number in range(4)]
    drawn = draw_map(day_round(*near, Point(lat=48.80, lon=2.33)))
    assert drawn is not None
    heights = sorted(marker.label_y for marker in drawn.markers)
    assert all(lower - upper >= 20 for upper, lower in pairwise(heights))


def test_map_needs_a_known_point() -> None:
    assert draw_map(day_round(None)) is None
