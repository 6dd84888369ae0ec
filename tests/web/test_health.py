"""/healthz: what a watcher can rely on."""

import pytest
from fastapi.testclient import TestClient

from web.services import Services


def test_healthy_when_every_part_answers(site: TestClient) -> None:
    answer = site.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "index": "ok", "register": "ok", "agenda": "ok"}


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
