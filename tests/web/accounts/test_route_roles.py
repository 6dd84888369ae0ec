"""Every route × every role, by real sessions, against the table people read (docs/acces.md)."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from orientation.model import Mode
from tests.orientation.team import add_slots, make_doctor
from tests.web.accounts.people import equip, join
from tests.web.accounts.site import real_services, visitor
from web.access import ROLE_LABELS, Role, route_rules
from web.access_guide import GUIDE
from web.accounts.model import Method, Stage
from web.accounts.registry import set_roles
from web.accounts.sessions import open_session
from web.app import create_app
from web.denials import TITLES
from web.services import Services

pytestmark = pytest.mark.slow

RPPS, OTHER_RPPS = "10003456826", "10003456834"
STREAM = "/secretariat/direct"
"""Lasts ten minutes for who may follow it, unless what it is asked is wrong."""

OWN_PARAMETERS = ("{doctor_id}", "{practitioner_id}")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with real_services(tmp_path_factory.mktemp("roles")) as opened:
        yield opened


@pytest.fixture(scope="module")
def doctors(guarded: Services) -> tuple[str, str]:
    """Mine and another's."""
    told = (make_doctor(rpps=RPPS), make_doctor(family="AUTRE", rpps=OTHER_RPPS))
    for one in told:
        guarded.orientation.add_doctor(one)
    return str(told[0].id), str(told[1].id)


@pytest.fixture(scope="module")
def clients(guarded: Services, doctors: tuple[str, str]) -> Mapping[Role | None, TestClient]:
    app = create_app(guarded)
    made: dict[Role | None, TestClient] = {None: visitor(guarded, app)}
    for role in Role:
        rpps = RPPS if role is Role.FIRST_RECOURSE_DOCTOR else ""
        made[role] = client = visitor(guarded, app)
        if role is Role.DELEGATE:
            account = join(guarded.accounts, Role.PROFESSIONAL)
            mine = [one.id for one in guarded.orientation.doctors() if one.rpps == RPPS]
            set_roles(guarded.accounts, account, [Role.DELEGATE], mine, "essai")
        else:
            account = join(guarded.accounts, role, rpps=rpps)
        equip(guarded.accounts, account)
        secret = open_session(guarded.accounts, account, Stage.FULL, Method.PASSWORD, "essai")
        client.cookies.set("recours_session", secret)
    return made


def read_table() -> dict[tuple[str, str], list[str]]:
    """(method, path) → what the public, then each role, may do, as the page says it."""
    guide = GUIDE.read_text(encoding="utf-8")
    cells = {
        told[0]: told[1:]
        for line in guide.splitlines()
        if line.startswith("| ")
        for told in [[one.strip() for one in line.strip("|").split("|")]]
    }
    found = {}
    for section in guide.split("\n### ")[1:]:
        title, _, body = section.partition("\n")
        for method, path in re.findall(r"`([A-Z]+) (\S+)`", body):
            found[method, path] = cells[title]
    return found


def test_the_page_names_every_route() -> None:
    assert set(read_table()) == set(route_rules())


@pytest.mark.parametrize("place", range(len(ROLE_LABELS) + 1))
def test_each_route_opens_to_whom_the_page_says(
    clients: Mapping[Role | None, TestClient], doctors: tuple[str, str], place: int
) -> None:
    role = (None, *ROLE_LABELS)[place]
    mine, other = doctors
    wrong = []
    for (method, path), cells in read_table().items():
        if path in ("/deconnexion", "/compte/sessions/fermer"):
            continue  # they would end the walk; tests of the pages see to them
        for doctor in (mine, other):
            if doctor == other and not any(one in path for one in OWN_PARAMETERS):
                continue
            filled = re.sub("|".join(map(re.escape, OWN_PARAMETERS)), doctor, path)
            filled = re.sub(r"\{\w+\}", lambda _: str(uuid4()), filled)
            filled += "?depuis=x" if path == STREAM else ""
            answer = clients[role].request(
                method, filled, content=b"{", headers={"Content-Type": "application/json"}
            )
            away = answer.headers.get("location", "").startswith("/connexion?suite=")
            shut = away or any(one in answer.text for one in TITLES.values())
            own = doctor == mine and any(one in path for one in OWN_PARAMETERS)
            may = cells[place] == "oui" or (cells[place] == "le sien" and own)
            if shut is may:
                wrong.append((method, filled, answer.status_code))
    assert wrong == []


def test_a_doctor_withdraws_no_slot_of_another(
    guarded: Services, clients: Mapping[Role | None, TestClient], doctors: tuple[str, str]
) -> None:
    """The address is their own; the form names another's slot."""
    mine, other = doctors
    their_doctor = next(one for one in guarded.orientation.doctors() if str(one.id) == other)
    add_slots(guarded.orientation, Mode.CABINET, their_doctor)
    slot = guarded.orientation.agenda(their_doctor.id, date(2026, 11, 24))[0].slot_id
    client = clients[Role.FIRST_RECOURSE_DOCTOR]
    answer = client.post(f"/agenda/{mine}/creneau", data={"slot": str(slot)})
    assert answer.status_code == 404
    assert "Créneau introuvable" in answer.text
    assert guarded.orientation.absent_slots(their_doctor.id) == frozenset()
