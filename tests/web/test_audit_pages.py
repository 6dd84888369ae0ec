"""The audit trail as the auditor reads it, and the command that verifies it."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from directory.base.audit_keeping import AuditQuestion, search_trails, verify_trail
from orientation import tables
from tests.orientation.team import add_slots, open_request
from tests.web.accounts.people import PASSWORD, join
from tests.web.accounts.site import real_services, signed_in, visitor
from tests.web.api_samples import CALL, PATIENT
from tests.web.sample import fill_directory
from tests.web.signed import signed_territory
from tests.web.test_api_local import CORRECTION, EHPAD
from tests.web.test_api_requests import first_slot, post
from tests.web.test_cli import Run, run
from web.access import Role
from web.services import Services
from web.trails import DAYS_A_MONTH, prune_trails, services_trails

__all__ = ["run"]


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    territory = signed_territory(tmp_path_factory.mktemp("territory"))
    folder = tmp_path_factory.mktemp("traced")
    with real_services(folder, territory=territory) as opened:
        fill_directory(opened)
        add_slots(opened.orientation)
        yield opened


@pytest.fixture(scope="module")
def secretary(guarded: Services) -> TestClient:
    return signed_in(guarded, Role.SECRETARY)


@pytest.fixture(scope="module")
def auditor(guarded: Services) -> TestClient:
    return signed_in(guarded, Role.AUDITOR)


def actors(services: Services, action: str) -> set[tuple[str, UUID | None]]:
    found = search_trails(services_trails(services), AuditQuestion(action=action), limit=1000)
    return {(one.actor, one.account) for one in found}


@pytest.mark.slow
def test_who_is_named_is_the_account_and_nothing_of_the_patient_is_kept(
    guarded: Services, secretary: TestClient, auditor: TestClient
) -> None:
    """Handlers that say nothing, or « api (sans compte) », leave the account's name all the same."""
    request = post(secretary, "/requests", CALL).json()["id"]
    secretary.get(f"/api/v1/requests/{request}")
    secretary.get(f"/secretariat/demandes/{request}")
    hold = post(secretary, f"/slots/{first_slot(secretary, request)}/hold", {"request_id": request})
    assert hold.status_code == 200, hold.text
    confirmed = post(secretary, f"/holds/{hold.json()['hold_id']}/confirm", PATIENT)
    assert confirmed.status_code == 200, confirmed.text
    names = {name for name, account in actors(guarded, "request.") if account}
    assert len(names) == 1
    assert {name for name, _ in actors(guarded, "request.create")} == names
    page = auditor.get(f"/audit?objet={request}")
    assert page.status_code == 200
    assert names.pop() in page.text
    for word in ("demande enregistrée", "demande lue", "rendez-vous confirmé", "numéro de rappel"):
        assert word in page.text
    for secret in ("Vauquelin", "Eudoxie", "1961", "0612345678", "06 12 34"):
        assert secret not in page.text


def test_a_correction_says_the_old_and_the_new(secretary: TestClient, auditor: TestClient) -> None:
    made = secretary.post(f"{EHPAD}/corrections", json=CORRECTION | {"author": "Un autre"})
    assert made.status_code == 201, made.text
    page = auditor.get("/audit?quoi=directory.correction").text
    assert "information corrigée" in page
    assert "avant : 01 49 84 92 00 ; après : 01 46 65 20 20" in page
    assert "« appelée »" in page
    assert "Un autre" not in page


def test_a_name_typed_by_an_account_is_not_believed(
    secretary: TestClient, guarded: Services
) -> None:
    body = CORRECTION | {"author": "Quelqu'un d'autre", "key": "", "value": {"system": "url"}}
    body["value"] = {
        "system": "url",
        "value": "https://ehpad.exemple.fr",
        "confidentiality": "public",
    }
    assert secretary.post(f"{EHPAD}/corrections", json=body).status_code == 201
    history = secretary.get(f"{EHPAD}/acts").json()
    assert "Quelqu'un d'autre" not in {one["author"] for one in history}


@pytest.mark.slow
def test_signing_in_and_being_refused_are_traced(guarded: Services, auditor: TestClient) -> None:
    account = join(guarded.accounts, Role.PROFESSIONAL, email="pro@exemple.fr")
    client = visitor(guarded)
    for password in ("un mot de passe faux", PASSWORD):
        client.post("/connexion", data={"email": "pro@exemple.fr", "password": password})
    client.post("/deconnexion")
    trail = AuditQuestion(subject=str(account))
    told = [one.action for one in search_trails(services_trails(guarded), trail)]
    assert told[:2] == ["session.open", "session.refused"]
    assert "faux" not in auditor.get("/audit?quoi=session.refused").text.split("<tbody>")[1]


def test_an_export_is_traced(guarded: Services) -> None:
    coordinator = signed_in(guarded, Role.COORDINATOR)
    assert coordinator.get("/indicateurs.csv").status_code == 200
    assert any(account for _, account in actors(guarded, "export.csv"))


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.AUDITOR, Role.DELEGATE)]
)
def test_only_the_auditor_reads_it(guarded: Services, role: Role) -> None:
    rpps = "10003456826" if role is Role.FIRST_RECOURSE_DOCTOR else ""
    assert signed_in(guarded, role, rpps=rpps).get("/audit").status_code == 403


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?du=2026-01-01&au=2026-12-31",
        "?qui=%25&quoi=inconnu&objet=%00",
        "?page=2000",
        "?verifier=1",
    ],
)
def test_the_page_answers(auditor: TestClient, query: str) -> None:
    assert auditor.get(f"/audit{query}").status_code == 200


@pytest.mark.parametrize("query", ["?du=hier", "?au=2026-13-01", "?page=0", "?page=2001"])
def test_what_is_no_date_nor_page_is_said(auditor: TestClient, query: str) -> None:
    assert auditor.get(f"/audit{query}").status_code == 422


def test_what_was_looked_for_is_not_kept(guarded: Services, auditor: TestClient) -> None:
    """Somebody may type a patient's name in the box of identifiers."""
    auditor.get("/audit?objet=Vauquelin-Marquise")
    lines = search_trails(services_trails(guarded), AuditQuestion(action="audit.search"))
    assert lines[0].after == ["objet"]
    assert "Marquise" not in str(lines)


def test_the_job_of_retention_keeps_what_is_young(guarded: Services) -> None:
    trails = services_trails(guarded)
    assert prune_trails(trails, guarded.clock, 12) == ""
    assert DAYS_A_MONTH * 6 > 180
    assert all(verify_trail(one).intact for one in trails)


@pytest.mark.slow
def test_the_command_verifies_and_names_the_first_broken_link(run: Run, tmp_path: Path) -> None:
    run("account", "create", "--name", "A B", "--role", "coordinator", "--email", "a@exemple.fr")
    sound = run("audit", "verify", "--json")
    assert sound.code == 0, sound.err
    assert [one["trail"] for one in sound.document] == ["annuaire", "agenda", "comptes"]
    assert sound.document[2]["lines"] == 2  # the account, its invitation
    seal = sound.document[2]["seal"]
    assert run("audit", "verify", "--noted", seal).code == 0
    raw = sqlite3.connect(tmp_path / "data" / "accounts.sqlite")
    raw.execute("DROP TRIGGER audit_update")
    raw.execute("UPDATE audit SET actor = 'personne'")
    raw.commit()
    broken = run("audit", "verify")
    assert broken.code == 1
    assert "rompu à la ligne 1" in broken.out
    assert "comptes" in broken.err
    raw.execute("DROP TRIGGER audit_delete")
    raw.execute("DELETE FROM audit")
    raw.commit()
    raw.close()
    assert run("audit", "verify").code == 0
    cut = run("audit", "verify", "--noted", seal)
    assert (cut.code, "coupée" in cut.out) == (1, True)


def test_reading_who_comes_is_traced_before_it_is_shown(guarded: Services) -> None:
    request = open_request(guarded.orientation)
    guarded.orientation.request(request)
    with guarded.orientation.context.database.read() as connection:
        told = connection.execute(
            sa.select(tables.audit.c.fields).where(
                tables.audit.c.subject == str(request), tables.audit.c.action == "request.read"
            )
        ).scalar_one()
    assert "callback_number" in told
