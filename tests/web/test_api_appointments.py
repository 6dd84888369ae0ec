"""Holds extended and appointments moved, cancelled or settled by a program."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from tests.orientation.team import add_slots
from tests.web.api_samples import PATIENT
from tests.web.test_api_requests import first_slot, is_problem, post, take_request
from web.services import Services


@pytest.fixture
def api(empty_services: Services, empty_site: TestClient) -> TestClient:
    add_slots(empty_services.orientation)
    return empty_site


def hold(api: TestClient) -> tuple[str, dict[str, Any]]:
    request = take_request(api)
    slot = first_slot(api, request)
    held: dict[str, Any] = post(api, f"/slots/{slot}/hold", {"request_id": request}).json()
    return request, held


def book(api: TestClient) -> tuple[str, dict[str, Any]]:
    request, held = hold(api)
    done: dict[str, Any] = post(api, f"/holds/{held['hold_id']}/confirm", PATIENT).json()
    return request, done


def test_a_hold_is_extended_once(api: TestClient) -> None:
    request, held = hold(api)
    address = f"/holds/{held['hold_id']}/extend"
    longer = post(api, address, None, "cle-1")
    assert longer.status_code == 200
    assert longer.json()["expires_at"] >= held["expires_at"]
    assert post(api, address, None, "cle-1").json() == longer.json()
    assert api.get(f"/api/v1/requests/{request}").json()["booking"]["extended"] is True
    refused = post(api, address, None)
    assert is_problem(refused, 409)
    assert refused.json()["reason"] == "hold_extended"


def test_an_appointment_is_moved(api: TestClient) -> None:
    request, done = book(api)
    slot = first_slot(api, request)
    address = f"/appointments/{done['appointment_id']}/move"
    moved = post(api, address, {"slot_id": slot}, "cle-1")
    assert moved.status_code == 200
    assert moved.json()["slot_id"] == slot
    assert moved.json()["video_url"] is None
    assert moved.headers["cache-control"] == "no-store"
    assert post(api, address, {"slot_id": slot}, "cle-1").json() == moved.json()
    other = post(api, address, {"slot_id": done["slot_id"]}, "cle-1")
    assert is_problem(other, 409)
    assert other.json()["reason"] == "idempotency_key_reused"


def test_a_lost_move_has_alternatives(api: TestClient) -> None:
    _, done = book(api)
    _, held = hold(api)
    address = f"/appointments/{done['appointment_id']}/move"
    lost = post(api, address, {"slot_id": held["slot_id"]})
    assert is_problem(lost, 409)
    assert lost.json()["reason"] == "slot_taken"
    assert len(lost.json()["alternatives"]) == 3


def test_an_appointment_is_cancelled(api: TestClient) -> None:
    request, done = book(api)
    address = f"/appointments/{done['appointment_id']}/cancel"
    assert post(api, address, {"reason": "patient"}).json()["state"] == "cancelled"
    assert api.get(f"/api/v1/requests/{request}").json()["booking"] is None
    assert is_problem(post(api, address, {"reason": "patient"}), 409)
    assert is_problem(post(api, address, {"reason": "malade"}), 422)


def test_attendance_waits_for_the_slot(api: TestClient, empty_services: Services) -> None:
    _, done = book(api)
    address = f"/appointments/{done['appointment_id']}/attendance"
    early = post(api, address, {"state": "honoured"})
    assert is_problem(early, 409)
    assert early.json()["reason"] == "not_begun"
    clock = empty_services.clock
    assert isinstance(clock, FixedClock)
    clock.set(datetime.fromisoformat(done["start"]))
    assert post(api, address, {"state": "honoured"}).json()["state"] == "honoured"
    assert is_problem(post(api, address, {"state": "confirmed"}), 422)


@pytest.mark.parametrize("what", ["move", "cancel", "attendance"])
def test_an_unknown_appointment_is_a_404(api: TestClient, what: str) -> None:
    bodies = {
        "move": {"slot_id": "rien"},
        "cancel": {"reason": "patient"},
        "attendance": {"state": "no_show"},
    }
    assert is_problem(post(api, f"/appointments/rien/{what}", bodies[what]), 404)
