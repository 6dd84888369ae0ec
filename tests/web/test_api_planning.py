"""Series and exceptions through the API: the same rules, and who is concerned before it is done."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.orientation.team import make_doctor
from tests.orientation.test_planning import TUESDAY, book_on, hours
from tests.web.test_api_requests import is_problem
from web.services import Services


@pytest.fixture
def base(empty_services: Services) -> str:
    doctor = make_doctor()
    empty_services.orientation.add_doctor(doctor)
    return f"/api/v1/practitioners/{doctor.id}/schedules"


def body(services: Services, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "mode": "cabinet",
        "first": "2026-11-23",
        "weekdays": [0, 1, 2, 3, 4],
        "opens": "09:00",
        "closes": "10:00",
        "slot_minutes": 20,
        "place_id": str(services.orientation.doctors()[0].places[0].id),
    }
    return {**values, **changes}


def test_a_series_is_given_listed_changed_and_ended(
    empty_site: TestClient, empty_services: Services, base: str
) -> None:
    team = empty_services.orientation
    made = empty_site.post(base, json=body(empty_services, actor="Odette Brunel"))
    assert made.status_code == 201
    series = made.json()["schedule_id"]
    (listed,) = empty_site.get(base).json()["schedules"]
    assert (listed["id"], listed["opens"], listed["exceptions"]) == (series, "09:00", [])
    changed = empty_site.post(
        f"{base}/{series}/change", json=body(empty_services, first="2026-11-24", closes="09:40")
    )
    after = changed.json()["schedule_id"]
    assert hours(team, team.doctors()[0], TUESDAY) == ["09:00", "09:20"]
    ended = empty_site.post(f"{base}/{after}/end", json={"last": "2026-11-23"})
    assert ended.json() == {"schedule_id": after, "cancelled": []}
    assert hours(team, team.doctors()[0], TUESDAY) == []


def test_an_exception_tells_who_is_concerned_until_confirmed(
    empty_site: TestClient, empty_services: Services, base: str
) -> None:
    team = empty_services.orientation
    series = empty_site.post(base, json=body(empty_services)).json()["schedule_id"]
    booked = book_on(team, TUESDAY)
    url, day = f"{base}/{series}/exceptions", {"day": "2026-11-24"}
    refused = empty_site.post(url, json=day)
    assert is_problem(refused, 409)
    told = refused.json()
    assert told["reason"] == "appointments_concerned"
    assert told["appointments"][0]["initials"] == "E. V."
    assert told["appointments"][0]["request_id"] == str(booked.request_id)
    done = empty_site.post(url, json={**day, "confirmed": True})
    assert done.status_code == 201
    assert [one["appointment_id"] for one in done.json()["cancelled"]] == [
        str(booked.appointment_id)
    ]
    (listed,) = empty_site.get(base).json()["schedules"]
    assert listed["exceptions"] == [{"day": "2026-11-24", "replaced_by": None}]
    assert empty_site.delete(f"{url}/2026-11-24").status_code == 200
    other = empty_site.post(url, json={**day, "opens": "09:20", "closes": "10:00"})
    assert other.status_code == 201
    assert hours(team, team.doctors()[0], TUESDAY) == ["09:20", "09:40"]


@pytest.mark.parametrize(
    "changes",
    [
        *({"closes": "08:00"}, {"opens": "9h"}, {"weekdays": [8]}, {"seats": 0}),
        *({"visibility": "tous"}, {"unknown": 1}, {"first": "2026-02-30"}, {"opens": "09:00:30"}),
    ],
)
def test_what_makes_no_sense_is_a_problem_document(
    empty_site: TestClient, empty_services: Services, base: str, changes: dict[str, Any]
) -> None:
    assert is_problem(empty_site.post(base, json=body(empty_services, **changes)), 422)


def test_overlaps_and_strangers_are_named(
    empty_site: TestClient, empty_services: Services, base: str
) -> None:
    series = empty_site.post(base, json=body(empty_services)).json()["schedule_id"]
    again = empty_site.post(base, json=body(empty_services))
    assert is_problem(again, 409)
    assert (again.json()["reason"], again.json()["schedule"]) == ("series_overlap", series)
    other = make_doctor(family="LENOIR")
    empty_services.orientation.add_doctor(other)
    foreign = f"/api/v1/practitioners/{other.id}/schedules/{series}/end"
    assert is_problem(empty_site.post(foreign, json={"last": "2026-11-24"}), 404)
