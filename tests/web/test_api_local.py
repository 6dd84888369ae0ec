"""Corrections for programs: the same acts as the pages, and documents that say who spoke."""

import pytest
from fastapi.testclient import TestClient

from tests.web.sites import open_site
from web.services import Services

EHPAD = "/api/v1/resources/finess_et%7C940000010"
BY = {"author": "Ada", "reason": "appelée"}
KEY = "phone|+33149849200"
CONTACT = {"system": "phone", "value": "0146652020", "confidentiality": "public"}
CORRECTION = BY | {"field": "organization.contacts", "key": KEY, "value": CONTACT}


@pytest.fixture
def services(filled_alone: Services) -> Services:
    return filled_alone


@pytest.fixture
def site(services: Services) -> TestClient:
    return open_site(services)


def test_a_correction_is_made_read_and_withdrawn(site: TestClient) -> None:
    made = site.post(f"{EHPAD}/corrections", json=CORRECTION)
    assert made.status_code == 201

    entry = site.get(EHPAD).json()
    assert entry["phones"][0]["value"] == "01 46 65 20 20"
    fact = next(one for one in entry["facts"] if one["key"] == "phone|+33146652020")
    assert (fact["path"], fact["act"], fact["author"]) == (
        "organization.contacts",
        made.json()["act"],
        "Ada",
    )
    (act,) = site.get(f"{EHPAD}/acts").json()
    assert (act["was"], act["now"]) == ("01 49 84 92 00", "01 46 65 20 20")
    assert site.get("/api/v1/acts").json() == [act]

    withdrawal = f"/api/v1/acts/{act['number']}/withdrawal"
    assert site.post(withdrawal, json={"author": "Bob"}).status_code == 204
    assert site.get(EHPAD).json()["phones"][0]["value"] == "01 49 84 92 00"
    assert site.get(f"{EHPAD}/acts").json()[0]["withdrawn_by"] == "Bob"
    assert site.post(withdrawal, json={"author": "Bob"}).status_code == 404


def test_a_number_is_reported_then_confirmed(site: TestClient) -> None:
    told = {"number": "01 49 84 92 00", "comment": "occupé"}
    token = site.post(f"{EHPAD}/number-reports", json=told).json()["token"]
    assert site.get(EHPAD).json()["phones"][0]["reported"] == 1
    assert site.get("/api/v1/number-reports").json()[0]["state"] == "open"

    confirmation = BY | {"field": "organization.contacts", "key": KEY}
    assert site.post(f"{EHPAD}/confirmations", json=confirmation).status_code == 201

    phone = site.get(EHPAD).json()["phones"][0]
    assert (phone["reported"], phone["verified_by"]) == (0, "Ada")
    report = site.get(f"/api/v1/number-reports/{token}").json()
    assert (report["state"], report["answer"]) == ("rejected", "appelée")


def test_a_report_is_answered_once(site: TestClient) -> None:
    told = {"number": "01 49 84 92 00"}
    token = site.post(f"{EHPAD}/number-reports", json=told).json()["token"]
    answer = f"/api/v1/number-reports/{token}/answer"
    assert site.post(answer, json=BY | {"accepted": True}).status_code == 204
    assert site.post(answer, json=BY | {"accepted": True}).status_code == 409


def test_an_entry_is_added_and_refused(site: TestClient) -> None:
    values = {
        "organization.name.value": "Maison des familles",
        "organization.addresses.postcode": "94260",
        "organization.addresses.city": "Fresnes",
    }
    told = BY | {"kind": "etablissement", "values": values}
    ref = f"/api/v1/resources/{site.post('/api/v1/resources', json=told).json()['id']}"
    assert site.get(ref).json()["commune"] == "Fresnes"

    assert site.post(f"{ref}/refusals", json=BY).status_code == 201

    gone = site.get(ref)
    assert gone.status_code == 410
    assert gone.json()["type"] == "urn:recours:probleme:non-publiee"


def test_a_number_kept_for_professionals_is_not_told_by_the_history(site: TestClient) -> None:
    secret = CONTACT | {"value": "01 46 65 99 99", "confidentiality": "professional"}
    told = BY | {"field": "organization.contacts", "value": secret}
    assert site.post(f"{EHPAD}/corrections", json=told).status_code == 201

    history = site.get(f"{EHPAD}/acts").text
    assert "01 46 65 99 99" not in history
    assert "réservé aux professionnels" in history


@pytest.mark.parametrize(
    "change",
    [
        {"author": ""},
        {"reason": "x" * 10_000},
        {"value": {"value": "01"}},
        {"value": CONTACT | {"oops": "x"}},
        {"value": {"value": "x" * 10_000}},
        {"field": "organization.oops"},
        {"field": "person.family", "value": {"value": "X"}},
        {"oops": 1},
    ],
)
def test_what_is_not_a_correction_is_a_problem_in_french(
    site: TestClient, change: dict[str, object]
) -> None:
    answer = site.post(f"{EHPAD}/corrections", json=CORRECTION | change)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert site.get("/api/v1/acts").json() == []


def test_the_cells_of_a_fact_are_told(site: TestClient) -> None:
    cells = site.get("/api/v1/fields/organization.contacts").json()
    assert [one["name"] for one in cells] == ["system", "value", "label", "confidentiality"]
    assert "phone" in cells[0]["options"]
    assert site.get("/api/v1/fields/organization.oops").status_code == 404


def test_the_acts_are_in_the_contract(site: TestClient) -> None:
    contract = site.get("/api/openapi.json").json()
    assert "/api/v1/resources/{ref}/corrections" in contract["paths"]
    assert {"ActDocument", "ReportDocument"} <= contract["components"]["schemas"].keys()
