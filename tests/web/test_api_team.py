"""Profile, departure, calendars, crisis mode and outside figures through the API and the terminal."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from typer.testing import CliRunner

from orientation.model import Doctor
from orientation.store import new_id
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request
from tests.web.api_samples import FIGURE
from tests.web.test_api_requests import is_problem
from web.cli import app
from web.services import Services

CRISIS = {
    "title": "Canicule",
    "banner": "Fortes chaleurs : rappelez les personnes seules.",
    "until": "2026-12-01T20:00:00",
    "kept_modes": ["home"],
    "author": "Mme Coordinatrice",
}
FIGURES, CRISES = "/api/v1/outside-figures", "/api/v1/crisis"
HEADER = "code;premier_jour;dernier_jour;valeur;source;date_source\n"
ROW = "without-medecin-traitant;2025-01-01;2025-12-31;12,2;CPAM;2026-03-01\n"


@pytest.fixture
def doctor(empty_services: Services) -> Doctor:
    return add_slots(empty_services.orientation)


@pytest.fixture
def base(doctor: Doctor) -> str:
    return f"/api/v1/practitioners/{doctor.id}"


def problem(answer: Response, status: int) -> dict[str, Any]:
    assert is_problem(answer, status), answer.text
    told: dict[str, Any] = answer.json()
    return told


def profile(doctor: Doctor, **changes: Any) -> dict[str, Any]:
    values = {"team": "adjoint", "modes": ["cabinet", "video"], "weekly_capacity": 12}
    return {**values, **changes}


def test_a_profile_is_read_and_said_anew(empty_site: TestClient, base: str, doctor: Doctor) -> None:
    assert empty_site.get(f"{base}/profile").json()["team"] == "titulaire"
    told = profile(doctor, visits=["94016"], visit_km=4, visit_from=str(doctor.places[0].id))
    said = empty_site.put(f"{base}/profile", json=told)
    assert said.status_code == 200
    assert said.json()["visit_km"] == 4
    assert said.json()["modes"] == ["cabinet", "video"]
    assert empty_site.get(f"{base}/profile").json() == said.json()
    assert "email" not in said.json()


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"modes": []}, 422, "modes"),
        ({"modes": ["video"]}, 409, "mode_in_use"),
        ({"visits": ["00000"]}, 422, "visits"),
        ({"visit_km": 101}, 422, "visit_km"),
        ({"min_age_months": 40, "max_age_months": 3}, 422, "ages"),
        ({"weekly_capacity": -1}, 422, "weekly_capacity"),
        ({"weekly_capacity": "douze"}, 422, ""),
        ({"team": "chef"}, 422, ""),
        ({"unknown": 1}, 422, ""),
    ],
)
def test_what_a_profile_cannot_be_is_named(
    empty_site: TestClient,
    base: str,
    doctor: Doctor,
    changes: dict[str, Any],
    status: int,
    named: str,
) -> None:
    before = empty_site.get(f"{base}/profile").json()
    refused = problem(empty_site.put(f"{base}/profile", json=profile(doctor, **changes)), status)
    assert not named or named in (refused.get("field"), refused.get("reason"))
    assert empty_site.get(f"{base}/profile").json() == before


def test_a_place_is_added_corrected_and_removed(
    empty_site: TestClient, base: str, doctor: Doctor
) -> None:
    place = {"label": "Maison de santé", "insee": "94034"}
    added = empty_site.post(f"{base}/places", json=place)
    assert added.status_code == 201
    address = f"{base}/places/{added.json()['place_id']}"
    assert empty_site.put(address, json={**place, "label": "MSP"}).status_code == 200
    labels = [one["label"] for one in empty_site.get(f"{base}/profile").json()["places"]]
    assert "MSP" in labels
    assert empty_site.delete(address).status_code == 204
    problem(empty_site.delete(address), 404)
    problem(empty_site.post(f"{base}/places", json={**place, "insee": "99999"}), 422)
    used = f"{base}/places/{doctor.places[0].id}"
    assert problem(empty_site.delete(used), 409)["reason"] == "place_in_use"
    problem(empty_site.put(f"{base}/places/{new_id()}", json=place), 404)


def test_a_departure_names_who_to_call_before_and_after(
    empty_site: TestClient, empty_services: Services, base: str
) -> None:
    team = empty_services.orientation
    request = open_request(team)
    held = team.hold(first_slot(team, request), request)
    booked = team.confirm(held.hold_id, PATIENT)
    leaving = {"leaves_on": "2026-11-23", "actor": "Dr Ardouin"}
    refused = problem(empty_site.post(f"{base}/departure", json=leaving), 409)
    assert refused["reason"] == "appointments_concerned"
    (concerned,) = refused["appointments"]
    assert concerned["appointment_id"] == str(booked.appointment_id)
    assert (concerned["initials"], concerned["callback_number"]) == ("E. V.", "+33612345678")
    assert empty_site.get(f"{base}/profile").json()["leaves_on"] is None
    done = empty_site.post(f"{base}/departure", json={**leaving, "confirmed": True}).json()
    assert done == {"leaves_on": "2026-11-23", "to_call_back": [concerned]}
    assert [one.callback_number for one in team.to_call_back()] == ["+33612345678"]
    assert team.proposals(open_request(team)).proposals == ()


def test_a_departure_is_undone_and_never_in_the_past(empty_site: TestClient, base: str) -> None:
    problem(empty_site.post(f"{base}/departure", json={"leaves_on": "2026-11-01"}), 422)
    problem(empty_site.post(f"{base}/departure", json={}), 422)
    problem(empty_site.post(f"{base}/departure", json={"leaves_on": "demain"}), 422)
    assert empty_site.post(f"{base}/departure", json={"leaves_on": "2026-12-24"}).status_code == 200
    stays = empty_site.post(f"{base}/departure", json={"leaves_on": None}).json()
    assert stays == {"leaves_on": None, "to_call_back": []}
    unknown = f"/api/v1/practitioners/{new_id()}/departure"
    problem(empty_site.post(unknown, json={"leaves_on": None}), 404)


def test_calendars_are_given_out_and_read(empty_site: TestClient, base: str) -> None:
    nothing: dict[str, Any] = {"address_since": None, "followed": None, "conflicts": []}
    assert empty_site.get(f"{base}/calendars").json() == nothing
    url = empty_site.post(f"{base}/calendars/address").json()["url"]
    assert empty_site.get(url).headers["content-type"].startswith("text/calendar")
    assert empty_site.get(f"{base}/calendars").json()["address_since"]
    assert empty_site.delete(f"{base}/calendars/address").status_code == 204
    assert empty_site.get(url).status_code == 404
    assert empty_site.delete(f"{base}/calendars/followed").status_code == 204
    assert empty_site.get(f"{base}/calendars").json() == nothing
    for wrong in (
        "https://agenda.invalid/a.ics",
        "ftp://agenda.example/a",
        "https://127.0.0.1/a.ics",
        "",
    ):
        problem(empty_site.put(f"{base}/calendars/followed", json={"url": wrong}), 422)


def test_a_crisis_is_started_once_read_and_stopped(
    empty_site: TestClient, empty_services: Services
) -> None:
    assert empty_site.get(CRISES).json() == {"crisis": None}
    started = empty_site.post(CRISES, json=CRISIS)
    assert started.status_code == 201
    assert started.json()["crisis"]["until"] == "2026-12-01T20:00:00+01:00"
    assert empty_site.get(CRISES).json() == started.json()
    assert problem(empty_site.post(CRISES, json=CRISIS), 409)["reason"] == "crisis_running"
    by = {"author": "M. Remplaçant"}
    assert empty_site.post(f"{CRISES}/stop", json=by).json() == {"crisis": None}
    assert problem(empty_site.post(f"{CRISES}/stop", json=by), 409)["reason"] == "no_crisis"


@pytest.mark.parametrize(
    "changes",
    [
        {"until": "2026-11-01T20:00:00"},
        {"until": "9999-12-31T23:59:59"},
        {"until": "demain"},
        {"kept_share": 91},
        {"kept_modes": ["cabinet", "home", "video"]},
        {"kept_modes": ["cheval"]},
        {"order": ["delay", "delay"]},
        {"title": " "},
        {"author": " "},
        {"numbers": [{"label": "", "number": "1"}]},
        {"red_flags": []},
    ],
)
def test_what_a_crisis_cannot_be_is_refused(
    empty_site: TestClient, changes: dict[str, Any]
) -> None:
    if changes.get("until", "").startswith("9999"):
        assert empty_site.post(CRISES, json=CRISIS | changes).status_code in (201, 422)
        return
    problem(empty_site.post(CRISES, json=CRISIS | changes), 422)
    assert empty_site.get(CRISES).json() == {"crisis": None}


def test_an_outside_figure_is_entered_corrected_and_withdrawn(empty_site: TestClient) -> None:
    entered = empty_site.post(FIGURES, json=FIGURE)
    assert entered.status_code == 201
    assert entered.json()["source_date"] == "2026-03-01"
    corrected = empty_site.post(FIGURES, json=FIGURE | {"value": 11.9}).json()
    told = empty_site.get(FIGURES).json()
    assert [one["value"] for one in told["figures"]] == [11.9]
    assert FIGURE["code"] in {one["code"] for one in told["indicators"]}
    by = {"author": "Mme Coordinatrice"}
    problem(empty_site.delete(f"{FIGURES}/{entered.json()['id']}", params=by), 404)
    problem(empty_site.delete(f"{FIGURES}/{corrected['id']}"), 422)
    assert empty_site.delete(f"{FIGURES}/{corrected['id']}", params=by).status_code == 204
    assert empty_site.get(FIGURES).json()["figures"] == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "patients"}, "code"),
        ({"value": -1}, "value"),
        ({"value": 101}, "value"),
        ({"source": " "}, "source"),
        ({"source_date": "2027-01-01"}, "source_date"),
        ({"author": ""}, "author"),
        ({"from": "2026-01-01"}, "to"),
        ({"value": "beaucoup"}, ""),
    ],
)
def test_an_impossible_figure_is_refused_by_name(
    empty_site: TestClient, changes: dict[str, Any], field: str
) -> None:
    told = problem(empty_site.post(FIGURES, json=FIGURE | changes), 422)
    assert told.get("field", "") == field or not field
    assert empty_site.get(FIGURES).json()["figures"] == []


def test_the_new_operations_are_described(empty_site: TestClient) -> None:
    told = empty_site.get("/api/openapi.json").json()["paths"]
    for path in (CRISES, FIGURES, "/api/v1/practitioners/{practitioner_id}/departure"):
        for operation in told[path].values():
            assert operation["summary"]
            assert "422" in operation["responses"] or "requestBody" not in operation


def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> Any:
    monkeypatch.setenv("RECOURS_DATA_DIR", str(tmp_path))
    return CliRunner().invoke(app, ["figures", *arguments])


def test_a_table_of_figures_is_imported_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = tmp_path / "cpam.csv"
    table.write_text("\ufeff" + HEADER + ROW + ROW.replace("2025", "2024"), encoding="utf-8")
    done = run(tmp_path, monkeypatch, "import", str(table), "--author", "Mme Coordinatrice")
    assert done.exit_code == 0, done.output
    assert "2 chiffre(s)" in done.output
    run(tmp_path, monkeypatch, "import", str(table), "--author", "Mme Coordinatrice")
    known = json.loads(run(tmp_path, monkeypatch, "list", "--json").stdout)
    assert [(one["value"], one["source"]) for one in known] == [(12.2, "CPAM")] * 2
    assert "12.2" in run(tmp_path, monkeypatch, "list").output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEADER + ROW + ROW.replace("12,2", "-3").replace("2025", "2024"), "Chiffre 2"),
        (HEADER + ROW + ROW.replace("2025-01-01", "01/01/2025"), "Ligne 3"),
        (HEADER + ROW.replace("12,2", "beaucoup"), "Ligne 2"),
        ("code;valeur\nx;1\n", "premier_jour"),
        ("", "code"),
        (HEADER + '"without', "ligne"),
    ],
)
def test_a_table_with_a_wrong_line_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str, said: str
) -> None:
    table = tmp_path / "cpam.csv"
    table.write_text(content, encoding="utf-8")
    refused = run(tmp_path, monkeypatch, "import", str(table), "--author", "Mme Coordinatrice")
    assert refused.exit_code == 1
    assert said in str(refused.exception)
    assert json.loads(run(tmp_path, monkeypatch, "list", "--json").stdout) == []
