"""A value for each parameter of the API's addresses that something answers to, made by the API."""

from collections.abc import Mapping
from typing import Any

from fastapi.testclient import TestClient

from tests.orientation.team import CACHAN
from tests.web.sample import EHPAD_PHONE

CALL: dict[str, Any] = {
    "callback_number": "06 12 34 56 78",
    "commune": CACHAN,
    "age_band": "16-69",
    "mobility": "travel",
    "delay_hours": 48,
    "medecin_traitant": "none",
    "red_flags": "none",
}
PATIENT = {"patient": {"family": "Vauquelin", "given": "Eudoxie", "birth_date": "1961-04-02"}}
FIGURE = {
    "code": "without-medecin-traitant",
    "from": "2025-01-01",
    "to": "2025-12-31",
    "value": 12.2,
    "source": "CPAM du Val-de-Marne",
    "source_date": "2026-03-01",
    "author": "Mme Coordinatrice",
}


def known_values(site: TestClient, doctor: str, place: str) -> Mapping[str, str]:
    """By name of parameter; `site` is a demonstration, `doctor` and `place` are of its team."""
    ref = str(site.get("/api/v1/resources", params={"q": "ehpad"}).json()["results"][0]["id"])
    request, appointment = _book(site)
    hold = _hold(site, request)
    wait = _wait(site, doctor)
    return {
        "ref": ref,
        "field": "organization.contacts",
        "number": str(_correct(site, ref)),
        "token": _made(site, f"/resources/{ref}/number-reports", {"number": EHPAD_PHONE})["token"],
        "request_id": request,
        "slot_id": hold["slot_id"],
        "hold_id": hold["hold_id"],
        "appointment_id": appointment,
        "wait_id": wait,
        "placement_id": _made(site, f"/waits/{wait}/placements", {"practitioner_id": doctor})["id"],
        "practitioner_id": doctor,
        "schedule_id": _series(site, doctor, place),
        "place_id": place,
        "figure_id": str(_made(site, "/outside-figures", FIGURE)["id"]),
        "code": "requests",
        "day": "2026-12-01",
    }


def person(site: TestClient, **changes: Any) -> dict[str, Any]:
    """Somebody who waits for a médecin traitant, consent asked."""
    return {
        "sees_doctor": False,
        "family": "Vauquelin",
        "given": "Eudoxie",
        "phone": "06 12 34 56 78",
        "birth_date": "1961-04-02",
        "commune": CACHAN,
        "consent_version": site.get("/api/v1/waits/consent").json()["version"],
        **changes,
    }


def _made(site: TestClient, path: str, body: object) -> dict[str, Any]:
    answer = site.post(f"/api/v1{path}", json=body)
    assert answer.status_code in (200, 201), answer.text
    told: dict[str, Any] = answer.json()
    return told


def _book(site: TestClient) -> tuple[str, str]:
    request = str(_made(site, "/requests", CALL)["id"])
    hold = _hold(site, request)
    return str(_made(site, "/requests", CALL)["id"]), str(
        _made(site, f"/holds/{hold['hold_id']}/confirm", PATIENT)["appointment_id"]
    )


def _hold(site: TestClient, request: str) -> dict[str, Any]:
    found = site.get(f"/api/v1/requests/{request}/proposals").json()["proposals"]
    slot = str(found[0]["slot_id"])
    return _made(site, f"/slots/{slot}/hold", {"request_id": request}) | {"slot_id": slot}


def _wait(site: TestClient, doctor: str) -> str:
    offer = {"places": 3, "available_from": "2026-11-23"}
    assert site.put(f"/api/v1/offers/{doctor}", json=offer).status_code == 200
    return str(_made(site, "/waits", person(site))["id"])


def _correct(site: TestClient, ref: str) -> int:
    body = {
        "field": "organization.name",
        "value": {"value": "EHPAD DES TILLEULS"},
        "author": "Essai",
        "reason": "essai",
    }
    return int(_made(site, f"/resources/{ref}/corrections", body)["act"])


def _series(site: TestClient, doctor: str, place: str) -> str:
    body = {
        "mode": "cabinet",
        "first": "2026-11-28",
        "weekdays": [5],
        "opens": "09:00",
        "closes": "11:00",
        "slot_minutes": 20,
        "place_id": place,
    }
    made = _made(site, f"/practitioners/{doctor}/schedules", body)
    return str(made["schedule_id"])
