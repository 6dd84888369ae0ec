"""/healthz: what a watcher can rely on."""

import pytest
from fastapi.testclient import TestClient

from directory.base.database import store_now
from orientation import tables
from tests.orientation.team import add_slots
from tests.orientation.test_moving import book
from web.services import Services


def test_healthy_when_every_part_answers(site: TestClient) -> None:
    answer = site.get("/healthz")
    assert answer.status_code == 200
    parts = {"index": "ok", "register": "ok", "agenda": "ok", "messages": "ok"}
    parts["calendars"] = "ok"
    assert answer.json() == {"status": "ok", **parts}


def test_missing_index_is_said_and_is_a_503(empty_site: TestClient) -> None:
    answer = empty_site.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["index"] == "absent"
    assert answer.json()["register"] == "ok"


def test_broken_register_is_said(
    empty_site: TestClient, empty_services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(empty_services.register, "database", None)
    answer = empty_site.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["register"] == "error"


def test_messages_that_cannot_leave_are_said_and_restart_nothing(
    empty_site: TestClient, empty_services: Services
) -> None:
    orientation = empty_services.orientation
    add_slots(orientation)
    book(orientation)
    day = 24 * 3600
    with orientation.database.write() as connection:  # tried for a day
        waited = {"attempts": 30, "created_at": store_now(-day), "due_at": store_now(60)}
        connection.execute(tables.outbox.update().values(waited))
    answer = empty_site.get("/healthz")
    assert answer.json()["messages"] == "late: 1, oldest 1440 min"
    assert answer.json()["agenda"] == "ok"
