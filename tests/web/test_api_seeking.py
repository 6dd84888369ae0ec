"""Finding a médecin traitant for programs: the contract, and nothing that names a person."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.orientation.team import CACHAN, FRESNES, make_doctor
from tests.web.api_samples import person
from tests.web.test_api_requests import is_problem, post
from web.services import Services

OFFER: dict[str, Any] = {"places": 1, "available_from": "2026-11-23"}


@pytest.fixture
def doctor(empty_services: Services) -> str:
    known = make_doctor()
    empty_services.orientation.add_doctor(known)
    return str(known.id)


@pytest.fixture
def api(empty_site: TestClient) -> TestClient:
    return empty_site


def enrol(api: TestClient, **changes: Any) -> str:
    answer = post(api, "/waits", person(api, **changes))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def declare(api: TestClient, doctor: str, **changes: Any) -> dict[str, Any]:
    answer = api.put(f"/api/v1/offers/{doctor}", json=OFFER | changes)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def test_from_the_list_to_the_signature(api: TestClient, doctor: str) -> None:
    declare(api, doctor, languages=["ar"], groups=["ald"])
    wait = enrol(api, ald=True, language="ar")
    (called,) = api.get(f"/api/v1/offers/{doctor}/waits").json()
    assert (called["wait_id"], called["group"]) == (wait, "ald")
    matches = api.get(f"/api/v1/waits/{wait}/matches").json()
    assert matches["practitioners"][0]["practitioner"]["name"] == "Dr Maëlle ARDOUIN"
    assert "consultation en arabe, comme demandé" in matches["practitioners"][0]["reasons"]
    placed = post(api, f"/waits/{wait}/placements", {"practitioner_id": doctor})
    assert placed.status_code == 201
    base = f"/placements/{placed.json()['id']}"
    assert post(api, f"{base}/accept", None).json()["state"] == "accepted"
    assert post(api, f"{base}/declare", None).json()["state"] == "declared"
    assert post(api, f"/waits/{wait}/close", {"reason": "placed"}).json()["reason"] == "placed"
    counts = api.get("/api/v1/waits/counts").json()
    assert (counts["placed"], counts["places_left"], counts["target"]) == (1, 0, None)
    assert counts["waiting"] == {"ald": 0, "over_70": 0, "c2s_ame": 0, "other": 0}


def test_nothing_names_the_person(api: TestClient, doctor: str) -> None:
    declare(api, doctor)
    wait = enrol(api, address="12 allée des Sycomores")
    post(api, f"/waits/{wait}/placements", {"practitioner_id": doctor})
    paths = (f"/waits/{wait}", "/waits", f"/waits/{wait}/matches", f"/offers/{doctor}/waits")
    for answer in (api.get(f"/api/v1{path}") for path in paths):
        assert answer.status_code == 200
        for said in ("auquelin", "Eudoxie", "612345678", "1961", "Sycomores"):
            assert said not in answer.text
        assert answer.headers["cache-control"] == "no-store"


def test_who_sees_a_doctor_is_sent_back_to_them(api: TestClient) -> None:
    answer = post(api, "/waits", person(api, sees_doctor=True))
    assert is_problem(answer, 422)
    assert answer.json()["field"] == "sees_doctor"
    assert api.get("/api/v1/waits").json()["total"] == 0


def test_the_first_question_cannot_be_left_out(api: TestClient) -> None:
    told = person(api)
    del told["sees_doctor"]
    assert is_problem(post(api, "/waits", told), 422)


def test_somebody_waits_once_and_keys_repeat_the_answer(api: TestClient) -> None:
    first = post(api, "/waits", person(api), key="one")
    assert post(api, "/waits", person(api), key="one").json() == first.json()
    again = post(api, "/waits", person(api, given="E."))
    assert is_problem(again, 409)
    assert again.json()["reason"] == "already_waiting"
    assert again.json()["wait_id"] == first.json()["id"]


def test_the_last_place_has_one_winner(api: TestClient, doctor: str) -> None:
    declare(api, doctor)
    placements = [
        post(api, f"/waits/{enrol(api, phone=phone)}/placements", {"practitioner_id": doctor})
        for phone in ("06 12 34 56 01", "06 12 34 56 02")
    ]
    first, second = (f"/placements/{one.json()['id']}/accept" for one in placements)
    assert post(api, first, None).status_code == 200
    lost = post(api, second, None)
    assert is_problem(lost, 409)
    assert lost.json()["reason"] == "no_place_left"
    refused = post(api, second.replace("accept", "refuse"), {"reason": "doctor_full"})
    assert refused.json()["state"] == "refused"
    listed = api.get("/api/v1/waits").json()
    assert listed["total"] == 2


def test_a_doctor_who_cannot_is_refused_in_words(api: TestClient, doctor: str) -> None:
    declare(api, doctor, communes=[FRESNES])
    answer = post(api, f"/waits/{enrol(api)}/placements", {"practitioner_id": doctor})
    assert is_problem(answer, 409)
    assert answer.json()["bar"] == "commune"
    assert "hors des communes acceptées" in answer.json()["detail"]


def test_confirmation_is_stamped_and_a_call_not_due_is_not_counted(api: TestClient) -> None:
    wait = enrol(api)
    assert post(api, f"/waits/{wait}/confirm", None).status_code == 204
    assert post(api, f"/waits/{wait}/remind", None).json() == {"counted": False}
    assert api.get("/api/v1/waits", params={"to_confirm": "true"}).json()["total"] == 0


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/waits/{ref}/placements", {"practitioner_id": str(uuid4())}),
        ("/waits/{ref}/close", {"reason": "moved"}),
        ("/waits/{ref}/confirm", None),
        ("/waits/{ref}/remind", None),
        ("/placements/{ref}/accept", None),
        ("/placements/{ref}/refuse", {"reason": "error"}),
        ("/placements/{ref}/declare", None),
    ],
)
def test_unknown_identifiers_are_problems(api: TestClient, path: str, body: Any) -> None:
    for ref in ("rien", str(uuid4())):
        assert is_problem(post(api, path.format(ref=ref), body), 404)


@pytest.mark.parametrize("reason", ["not_confirmed", "ennui"])
def test_only_people_s_reasons_close_a_wait(api: TestClient, reason: str) -> None:
    answer = post(api, f"/waits/{enrol(api)}/close", {"reason": reason})
    assert is_problem(answer, 422)


def test_what_doctors_declare_is_read_back(api: TestClient, doctor: str) -> None:
    told = declare(api, doctor, places=3, min_age=16, communes=[CACHAN], sex="female", in_team=True)
    assert api.get("/api/v1/offers").json() == [told]
    assert (told["places_left"], told["taken"], told["communes"]) == (3, 0, [CACHAN])
    assert is_problem(api.put(f"/api/v1/offers/{uuid4()}", json=OFFER), 404)
    assert is_problem(api.put(f"/api/v1/offers/{doctor}", json=OFFER | {"places": 501}), 422)
