"""Every export leaves a line: who, what, how many; a feed once a day; the public, none."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from directory.base.audit_keeping import AuditLine, AuditQuestion, search_trails
from orientation.model import Doctor
from tests.orientation.team import PATIENT, add_slots, first_slot, make_doctor, open_request
from tests.web.accounts.site import real_services, signed_in, visitor
from tests.web.sample import fill_directory
from tests.web.signed import signed_territory
from web.access import Role
from web.app import create_app
from web.services import Services
from web.trails import services_trails

pytestmark = pytest.mark.slow
RPPS = "10003456826"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    territory = signed_territory(tmp_path_factory.mktemp("territory"))
    with real_services(tmp_path_factory.mktemp("exports"), territory=territory) as opened:
        fill_directory(opened)
        yield opened


@pytest.fixture(scope="module")
def app(guarded: Services) -> FastAPI:
    return create_app(guarded)


@pytest.fixture(scope="module")
def doctor(guarded: Services) -> Doctor:
    made = make_doctor(rpps=RPPS)
    add_slots(guarded.orientation, doctor=made)
    return made


def traced(services: Services, action: str = "export.") -> list[AuditLine]:
    """Newest first."""
    return search_trails(services_trails(services), AuditQuestion(action=action), limit=1000)


def entries(client: TestClient) -> list[str]:
    found = client.get("/api/v1/resources", params={"q": "kiné"}).json()["results"]
    return [client.get(f"/api/v1/resources/{one['id']}").json()["alias"] for one in found]


def test_who_takes_a_selection_out_is_named_with_how_many(guarded: Services, app: FastAPI) -> None:
    client = signed_in(guarded, Role.PROFESSIONAL, app=app)
    aliases = entries(client)
    assert len(aliases) == 3
    for path, kind, what, count in (
        ("/selection.csv", "csv", "sélection", 3),
        ("/selection.vcf", "vcard", "sélection", 3),
        ("/selection", "page", "sélection", 3),
        (f"/fiche/{aliases[0]}/carte.vcf", "vcard", aliases[0], 1),
    ):
        shared = {"f": aliases} if path.startswith("/selection") else {}
        assert client.get(path, params=shared).status_code == 200
        line = traced(guarded)[0]
        assert (line.action, line.subject) == (f"export.{kind}", what)
        assert line.after == {"count": count}
        assert line.account is not None
        assert line.actor != "sans compte"


def test_tables_taken_out_are_traced(guarded: Services, app: FastAPI) -> None:
    client = signed_in(guarded, Role.COORDINATOR, app=app)
    for path, name in (
        ("/indicateurs.csv", "indicateurs-"),
        ("/indicateurs/requests.csv", "indicateurs-requests-"),
        ("/panorama.csv", "panorama-"),
    ):
        assert client.get(path).status_code == 200
        line = traced(guarded)[0]
        assert line.action == "export.csv"
        assert line.subject.startswith(name)
        assert line.after["count"] > 0
        assert line.account is not None
    assert client.get("/panorama.csv?tableau=inconnu").status_code == 404
    assert traced(guarded)[0].subject.startswith("panorama-")


def test_what_the_public_takes_out_names_nobody_and_is_not_traced(
    guarded: Services, app: FastAPI
) -> None:
    client = visitor(guarded, app)
    before = len(traced(guarded))
    aliases = entries(client)
    for path in ("/selection", "/selection.csv", "/selection.vcf", "/panorama.csv"):
        assert client.get(path, params={"f": aliases}).status_code == 200
    assert len(traced(guarded)) == before


def test_a_round_taken_to_a_calendar_is_traced(
    guarded: Services, app: FastAPI, doctor: Doctor
) -> None:
    client = signed_in(guarded, Role.FIRST_RECOURSE_DOCTOR, rpps=RPPS, app=app)
    assert client.get(f"/agenda/{doctor.id}/tournee.ics").status_code == 200
    line = traced(guarded)[0]
    assert (line.action, line.subject) == ("export.calendar", str(doctor.id))
    assert line.account is not None


def test_a_feed_is_traced_once_a_day(guarded: Services, app: FastAPI, doctor: Doctor) -> None:
    orientation = guarded.orientation
    request = open_request(orientation)
    held = orientation.hold(first_slot(orientation, request), request)
    orientation.confirm(held.hold_id, PATIENT)
    secret = orientation.calendars.renew_address(doctor.id)
    client = visitor(guarded, app)
    for _ in range(3):
        assert client.get(f"/agenda/ics/{secret}.ics").status_code == 200
    (line,) = traced(guarded, "calendar.feed")
    assert (line.subject, line.actor, line.after) == (str(doctor.id), "abonnement", {"count": 1})
    assert secret not in repr(line)
    assert client.get("/agenda/ics/faux.ics").status_code == 404
    assert len(traced(guarded, "calendar.feed")) == 1
