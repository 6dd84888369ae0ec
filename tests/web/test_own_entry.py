"""A professional corrects the entry that bears their RPPS number, and no other."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from directory.base.audit_keeping import AuditQuestion, search_trails
from tests.web.accounts.site import real_services, signed_in, visitor
from tests.web.sample import fill_directory
from web.access import Actor, Role, Thing, can
from web.app import create_app
from web.services import Services
from web.trails import services_trails

RPPS, OTHER = "10003456784", "10003456792"
NUMBER, NEW = "01 46 65 10 01", "01 46 65 33 33"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with real_services(tmp_path_factory.mktemp("own")) as opened:
        fill_directory(opened)
        yield opened


@pytest.fixture(scope="module")
def app(guarded: Services) -> FastAPI:
    return create_app(guarded)


@pytest.fixture(scope="module")
def owner(guarded: Services, app: FastAPI) -> TestClient:
    return signed_in(guarded, Role.PROFESSIONAL, rpps=RPPS, app=app)


def address(client: TestClient, rpps: str) -> str:
    answer = client.get(f"/fiche/rpps%7C{rpps}")
    return str(answer.headers["location"])


def correction(number: str = NEW) -> dict[str, str]:
    return {
        "champ": "role.contacts",
        "valeur": "phone|+33146651001",
        "role.contacts.system": "phone",
        "role.contacts.value": number,
        "role.contacts.confidentiality": "public",
        "author": "Quelqu'un d'autre",
        "reason": "mon nouveau numéro",
        "acte": "corriger",
    }


@pytest.mark.slow
def test_one_s_own_entry_is_corrected_traced_and_reviewed(
    guarded: Services, app: FastAPI, owner: TestClient
) -> None:
    mine = address(owner, RPPS)
    assert "Corriger ou compléter ma fiche" in owner.get(mine).text
    assert owner.get(f"{mine}/corriger").status_code == 200
    answer = owner.post(f"{mine}/corriger", data=correction())
    assert answer.status_code == 303, answer.text
    assert NEW in owner.get(mine).text
    trail = search_trails(services_trails(guarded), AuditQuestion(action="directory.correction"))
    assert trail[0].account is not None
    assert trail[0].actor != "Quelqu'un d'autre"
    coordinator = signed_in(guarded, Role.COORDINATOR, app=app)
    listed = coordinator.get("/corrections").text
    assert "mon nouveau numéro" in listed
    number = coordinator.get("/api/v1/acts").json()[0]["number"]
    taken = coordinator.post(f"/corrections/{number}/retirer", data={"author": "x"})
    assert taken.status_code == 303
    assert coordinator.get("/api/v1/acts").json()[0]["withdrawn_at"]
    assert owner.post(f"/corrections/{number}/retirer").status_code == 403


@pytest.mark.slow
def test_nobody_s_and_others_entries_stay_closed(
    guarded: Services, app: FastAPI, owner: TestClient
) -> None:
    theirs = address(owner, OTHER)
    assert "Corriger ou compléter" not in owner.get(theirs).text
    body = {"field": "role.contacts", "value": None, "author": "x", "reason": "y"}
    for ref in (theirs.removeprefix("/fiche/"), f"rpps%7C{OTHER}", "finess_et%7C940000010", "non"):
        assert owner.get(f"/fiche/{ref}/corriger").status_code == 403
        assert owner.post(f"/fiche/{ref}/corriger", data=correction()).status_code == 403
        assert owner.post(f"/api/v1/resources/{ref}/corrections", json=body).status_code == 403
    assert owner.get("/ajouter").status_code == 403
    mine = address(owner, RPPS)
    without = signed_in(guarded, Role.PROFESSIONAL, app=app)
    assert without.get(f"{mine}/corriger").status_code == 403
    assert visitor(guarded, app).get(f"{mine}/corriger").status_code == 303
    delegate = signed_in(guarded, Role.AUDITOR, rpps="10003456800", app=app)
    assert delegate.get(f"{address(delegate, '10003456800')}/corriger").status_code == 403


@pytest.mark.slow
def test_a_correction_answers_no_report_but_the_coordinator_s(
    guarded: Services, owner: TestClient
) -> None:
    """The token of a report on another's entry, sent with the correction of one's own."""
    told = {"number": "01 46 65 10 02"}
    made = owner.post(f"/api/v1/resources/rpps%7C{OTHER}/number-reports", json=told)
    token = made.json()["token"]
    mine = address(owner, RPPS)
    shown = owner.get(f"{mine}/corriger?champ=role.contacts&signalement={token}")
    assert shown.status_code == 200
    answer = owner.post(f"{mine}/corriger", data=correction() | {"signalement": token})
    assert answer.status_code == 303, answer.text
    assert owner.get(f"/api/v1/number-reports/{token}").json()["state"] == "open"


@pytest.mark.parametrize(
    ("mine", "theirs", "may"), [(RPPS, RPPS, True), (RPPS, OTHER, False), ("", "", False)]
)
def test_an_entry_is_one_s_own_by_its_number_alone(mine: str, theirs: str, may: bool) -> None:
    actor = Actor(roles=frozenset({Role.PROFESSIONAL}), rpps=mine, demo=True)
    thing = Thing(of_an_entry=True, entry_rpps=theirs)
    assert can(actor, "directory.correct", thing) is may
    assert not can(actor, "directory.refuse", thing)
    assert not can(actor, "directory.add")
