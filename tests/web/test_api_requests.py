"""The line for programs: the contract of requests, proposals, holds and confirmations."""

from datetime import datetime
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.orientation.team import add_slots
from tests.web.api_samples import CALL, PATIENT
from web.services import Services

CODES = {
    *("chest_pain", "breathing", "stroke", "unconscious", "bleeding", "infant_fever", "allergy"),
    *("abdominal_pain", "accident", "suicidal", "pregnancy", "poisoning", "doubt"),
}


@pytest.fixture
def api(empty_services: Services, empty_site: TestClient) -> TestClient:
    add_slots(empty_services.orientation)
    return empty_site


def post(api: TestClient, path: str, body: Any, key: str | None = None) -> Response:
    headers = {"Idempotency-Key": key} if key else {}
    return api.post(f"/api/v1{path}", json=body, headers=headers)


def take_request(api: TestClient, **changes: Any) -> str:
    answer = post(api, "/requests", CALL | changes)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def proposals(api: TestClient, request: str) -> dict[str, Any]:
    found: dict[str, Any] = api.get(f"/api/v1/requests/{request}/proposals").json()
    return found


def first_slot(api: TestClient, request: str) -> str:
    return str(proposals(api, request)["proposals"][0]["slot_id"])


def is_problem(answer: Response, status: int) -> bool:
    document = answer.json()
    return (
        answer.status_code == document["status"] == status
        and answer.headers["content-type"] == "application/problem+json"
        and bool(document["title"] and document["detail"])
    )


def test_from_the_call_to_the_appointment(api: TestClient) -> None:
    request = take_request(api)
    found = proposals(api, request)
    first = found["proposals"][0]
    assert set(first) >= {"slot_id", "start", "end", "mode", "places_left", "practitioner"}
    assert first["start"] == "2026-11-23T10:20:00+01:00"
    assert first["practitioner"]["name"] == "Dr Maëlle ARDOUIN"
    assert first["reasons"]
    assert found["next_actions"]
    assert found["explanation"]

    held = post(api, f"/slots/{first['slot_id']}/hold", {"request_id": request}).json()
    assert datetime.fromisoformat(held["expires_at"]).utcoffset() is not None
    assert api.get(f"/api/v1/requests/{request}").json()["booking"]["state"] == "held"

    appointment = post(api, f"/holds/{held['hold_id']}/confirm", PATIENT)
    assert appointment.status_code == 200
    assert appointment.json()["appointment_id"]
    assert appointment.json()["start"] == first["start"]
    assert "Vauquelin" not in appointment.text
    seen = api.get(f"/api/v1/requests/{request}")
    assert seen.json()["booking"]["state"] == "confirmed"
    assert "Vauquelin" not in seen.text
    assert "612345678" not in seen.text


@pytest.mark.parametrize(
    "changes",
    [
        {"callback_number": "0600"},
        {"callback_number": "15"},
        {"callback_number": None},
        {"commune": "99999"},
        {"commune": "94230"},
        {"age_band": "vieux"},
        {"mobility": "teleport"},
        {"delay_hours": 0},
        {"delay_hours": "bientôt"},
        {"medecin_traitant": "available"},
        {"reason_category": "mal de tête depuis hier"},
        {"channel": "pigeon"},
        {"origin": "nulle part"},
        {"line": "116117"},
        {"red_flags": []},
        {"red_flags": "aucun"},
        {"red_flags": ["fever"]},
        {"red_flags": None},
        {"surprise": 1},
    ],
)
def test_what_cannot_be_taken_is_a_422_problem(api: TestClient, changes: dict[str, Any]) -> None:
    answer = post(api, "/requests", CALL | changes)
    assert is_problem(answer, 422), answer.text


def test_an_unknown_code_is_answered_with_the_codes_allowed(api: TestClient) -> None:
    answer = post(api, "/requests", {"red_flags": ["fever"]})
    assert set(answer.json()["allowed"]) == CODES | {"none"}


@pytest.mark.parametrize("code", sorted(CODES))
def test_one_red_flag_is_enough_and_final(api: TestClient, code: str) -> None:
    answer = post(api, "/requests", {"red_flags": [code]})
    assert answer.status_code == 201
    assert answer.json()["outcome"] == "transfer_15"
    request = answer.json()["id"]
    found = proposals(api, request)
    assert found["proposals"] == []
    assert found["next_actions"][0]["number"] == "15"
    slot = first_slot(api, take_request(api))
    held = post(api, f"/slots/{slot}/hold", {"request_id": request})
    assert is_problem(held, 409)
    assert held.json()["reason"] == "request_flagged"


def test_no_slot_comes_before_the_call_to_the_medecin_traitant(api: TestClient) -> None:
    slot = first_slot(api, take_request(api))
    taken = post(api, "/requests", CALL | {"medecin_traitant": "not_tried"})
    assert taken.json()["outcome"] == "medecin_traitant_first"
    request = taken.json()["id"]
    found = proposals(api, request)
    assert found["proposals"] == []
    assert [one["code"] for one in found["next_actions"]] == ["call_15", "call_medecin_traitant"]
    held = post(api, f"/slots/{slot}/hold", {"request_id": request})
    assert is_problem(held, 409)
    assert held.json()["reason"] == "medecin_traitant_first"
    stamp = f"/requests/{request}/medecin-traitant"
    assert is_problem(post(api, stamp, {"outcome": "not_tried"}), 422)
    stamped = post(api, stamp, {"outcome": "not_tried", "why": "closed"}).json()
    assert (stamped["outcome"], stamped["medecin_traitant_why"]) == ("open", "closed")
    assert stamped["medecin_traitant_at"]
    assert post(api, f"/slots/{slot}/hold", {"request_id": request}).status_code == 200


def test_a_request_says_where_it_came_from_and_how_it_ended(api: TestClient) -> None:
    told = {"channel": "professional", "origin": "crt", "line": "sas"}
    request = take_request(api, **told)
    waiting = post(api, f"/requests/{request}/call-back", None).json()
    assert waiting["call_back_since"]
    closed = post(api, f"/requests/{request}/close", {"outcome": "no_solution"}).json()
    assert {name: closed[name] for name in told} == told
    assert closed["outcome"] == "no_solution"
    assert closed["call_back_since"] is None
    again = post(api, f"/requests/{request}/close", {"outcome": "refused"})
    assert is_problem(again, 409)
    assert again.json()["reason"] == "request_closed"
    assert is_problem(post(api, f"/requests/{request}/close", {"outcome": "open"}), 422)


def test_a_red_flag_with_a_wrong_number_still_goes_to_the_15(api: TestClient) -> None:
    body = CALL | {"red_flags": ["stroke"], "callback_number": "15", "commune": "?"}
    answer = post(api, "/requests", body)
    assert (answer.status_code, answer.json()["outcome"]) == (201, "transfer_15")


def test_a_flag_raised_later_forbids_the_confirmation(api: TestClient) -> None:
    request = take_request(api)
    held = post(api, f"/slots/{first_slot(api, request)}/hold", {"request_id": request}).json()
    flagged = post(api, f"/requests/{request}/escalate", {"red_flags": ["breathing"]})
    assert flagged.json() == {"id": request, "outcome": "transfer_15"}
    answer = post(api, f"/holds/{held['hold_id']}/confirm", PATIENT)
    assert is_problem(answer, 409)
    assert answer.json()["reason"] == "request_flagged"


def test_a_lost_race_has_a_reason_and_three_alternatives(api: TestClient) -> None:
    first, second = take_request(api), take_request(api)
    slot = first_slot(api, first)
    post(api, f"/slots/{slot}/hold", {"request_id": first})
    lost = post(api, f"/slots/{slot}/hold", {"request_id": second})
    assert is_problem(lost, 409)
    assert lost.json()["reason"] == "slot_taken"
    alternatives = lost.json()["alternatives"]
    assert len(alternatives) == 3
    assert alternatives == proposals(api, second)["proposals"]


def test_a_released_hold_can_be_taken_again(api: TestClient) -> None:
    first, second = take_request(api), take_request(api)
    slot = first_slot(api, first)
    held = post(api, f"/slots/{slot}/hold", {"request_id": first}).json()
    assert post(api, f"/holds/{held['hold_id']}/release", None).json() == {"released": True}
    assert post(api, f"/slots/{slot}/hold", {"request_id": second}).status_code == 200


def test_the_same_key_and_body_replay_the_same_answer(api: TestClient) -> None:
    taken = [post(api, "/requests", CALL, "r") for _ in range(2)]
    request = taken[0].json()["id"]
    slot = first_slot(api, request)
    held = [post(api, f"/slots/{slot}/hold", {"request_id": request}, "h") for _ in range(2)]
    path = f"/holds/{held[0].json()['hold_id']}/confirm"
    confirmed = [post(api, path, PATIENT, "c") for _ in range(2)]
    for first, again in (taken, held, confirmed):
        assert (again.status_code, again.json()) == (first.status_code, first.json())
    assert [answer.status_code for answer in (taken[1], held[1], confirmed[1])] == [201, 200, 200]


def test_the_same_key_with_another_body_is_a_409(api: TestClient) -> None:
    request = post(api, "/requests", CALL, "r").json()["id"]
    slot = first_slot(api, request)
    held = post(api, f"/slots/{slot}/hold", {"request_id": request}, "h").json()
    other = {"patient": {"family": "Autre", "given": "Eudoxie"}}
    path = f"/holds/{held['hold_id']}/confirm"
    post(api, path, PATIENT, "c")
    for answer in (
        post(api, "/requests", CALL | {"delay_hours": 24}, "r"),
        post(api, f"/slots/{slot}/hold", {"request_id": take_request(api)}, "h"),
        post(api, path, other, "c"),
    ):
        assert is_problem(answer, 409)
        assert answer.json()["reason"] == "idempotency_key_reused"


def test_a_slot_beyond_the_delay_is_not_hidden(api: TestClient) -> None:
    for _ in range(2):  # 10:20 and 10:40: only 11:00 is left within the hour
        other = take_request(api)
        post(api, f"/slots/{first_slot(api, other)}/hold", {"request_id": other})
    found = proposals(api, take_request(api, delay_hours=1))["proposals"]
    assert [proposal["delay_met"] for proposal in found] == [True, False, False]


@pytest.mark.parametrize("unknown", ["01890000-0000-7000-8000-000000000000", "nimporte-quoi"])
def test_what_does_not_exist_is_a_404_problem(api: TestClient, unknown: str) -> None:
    request = take_request(api)
    for answer in (
        api.get(f"/api/v1/requests/{unknown}"),
        api.get(f"/api/v1/requests/{unknown}/proposals"),
        post(api, f"/slots/{unknown}/hold", {"request_id": request}),
        post(api, f"/slots/{first_slot(api, request)}/hold", {"request_id": unknown}),
        post(api, f"/holds/{unknown}/confirm", PATIENT),
        post(api, f"/holds/{unknown}/release", None),
        post(api, f"/requests/{unknown}/escalate", {"red_flags": ["doubt"]}),
    ):
        assert is_problem(answer, 404), answer.text


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"patient": {"family": "", "given": "Eudoxie"}},
        {"patient": {"family": "   ", "given": "Eudoxie"}},
        {"patient": {"family": "Vauquelin"}},
        {"patient": {"family": "Vauquelin", "given": "Eudoxie", "birth_date": "hier"}},
    ],
)
def test_a_confirmation_needs_a_name(api: TestClient, body: dict[str, Any]) -> None:
    request = take_request(api)
    held = post(api, f"/slots/{first_slot(api, request)}/hold", {"request_id": request}).json()
    answer = post(api, f"/holds/{held['hold_id']}/confirm", body)
    assert is_problem(answer, 422)
    assert "Eudoxie" not in answer.text


def test_html_in_a_name_is_only_text(api: TestClient) -> None:
    request = take_request(api, address="<script>alert(1)</script>")
    held = post(api, f"/slots/{first_slot(api, request)}/hold", {"request_id": request}).json()
    body = {"patient": {"family": "<b>Vauquelin</b>", "given": "🙂"}}
    assert post(api, f"/holds/{held['hold_id']}/confirm", body).status_code == 200


def test_the_contract_is_in_the_openapi_document(api: TestClient) -> None:
    paths = api.get("/api/openapi.json").json()["paths"]
    for path in ("/requests", "/slots/{slot_id}/hold", "/holds/{hold_id}/confirm"):
        parameters = paths[f"/api/v1{path}"]["post"]["parameters"]
        assert "Idempotency-Key" in {parameter["name"] for parameter in parameters}


@pytest.mark.parametrize(
    "wrong",
    [
        {"age_band": "x"},
        {"mobility": "?"},
        {"delay_hours": "abc"},
        {"callback_number": 612345678},
        {"callback_number": "0" * 50},
        {"commune": 94016},
        {"address": "x" * 301},
        {"foo": 1},
    ],
    ids=["age", "mobility", "delay", "number", "long number", "commune", "address", "unknown"],
)
def test_an_emergency_never_waits_for_a_well_written_field(
    api: TestClient, wrong: dict[str, Any]
) -> None:
    answer = post(api, "/requests", {"red_flags": ["stroke"], **wrong})
    assert (answer.status_code, answer.json()["outcome"]) == (201, "transfer_15")


def test_a_wrong_code_is_refused_even_beside_a_wrong_field(api: TestClient) -> None:
    assert is_problem(post(api, "/requests", {"red_flags": [3], "mobility": "?"}), 422)


def test_nobody_is_born_tomorrow(api: TestClient) -> None:
    request = take_request(api)
    slot = first_slot(api, request)
    hold = post(api, f"/slots/{slot}/hold", {"request_id": request}).json()["hold_id"]
    patient = {"family": "Vauquelin", "given": "Eudoxie", "birth_date": "2999-01-01"}
    assert is_problem(post(api, f"/holds/{hold}/confirm", {"patient": patient}), 422)
