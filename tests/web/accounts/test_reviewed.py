"""What a security review found: each with what shows that it is closed."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from directory.base.audit_keeping import AuditLine, AuditQuestion, search_trails
from directory.base.clock import FixedClock
from directory.base.errors import GoneError
from directory.territory import load_territory
from tests.web.accounts.people import BROWSER, ELSEWHERE, PASSWORD, SITE, code_now, invite, join
from tests.web.accounts.site import signed_in, visitor
from tests.web.api_samples import CALL
from web.access import Role
from web.accounts import factors, links, registry, sessions, signing
from web.accounts.api_keys import create_key, revoke_key
from web.accounts.model import Method, Purpose, SignInRefusedError, Stage, State
from web.accounts.store import Accounts
from web.services import Services
from web.trails import services_trails

COOKIE = "recours_session"


def traced(services: Services, **asked: str) -> list[AuditLine]:
    """Newest first."""
    return search_trails(services_trails(services), AuditQuestion(**asked), limit=1000)  # type: ignore[arg-type]


def test_a_link_does_not_open_an_account_that_was_closed(alone: Accounts) -> None:
    """Whenever it was sent, and whatever it was for; a suspended account stays suspended."""
    account = join(alone, Role.PROFESSIONAL)
    registry.suspend_account(alone, account)
    for purpose in Purpose:
        link = links.send_link(alone, account, purpose, SITE).rpartition("/")[2]
        with pytest.raises(GoneError):
            links.use_link(alone, link, purpose, PASSWORD, PASSWORD)
    assert registry.read_account(alone, account).state is State.SUSPENDED
    registry.restore_account(alone, account)
    link = links.send_link(alone, account, Purpose.RECOVERY, SITE).rpartition("/")[2]
    links.use_link(alone, link, Purpose.RECOVERY, PASSWORD, PASSWORD)


def test_an_account_of_elsewhere_is_nobody_here(alone: Accounts) -> None:
    """The right password says no more than a wrong one."""
    join(alone, Role.PROFESSIONAL, email="ici@exemple.fr")
    elsewhere = replace(alone, territory=load_territory("melun"))
    for password in (PASSWORD, "pas le bon mot de passe"):
        with pytest.raises(SignInRefusedError, match="faux"):
            signing.sign_in(elsewhere, "ici@exemple.fr", password, BROWSER)


def test_the_secret_of_an_enrolment_is_the_last_comer_s(alone: Accounts) -> None:
    """Who had the password first saw a secret: it is not the one put in force later."""
    account = join(alone, Role.SECRETARY, email="s@exemple.fr")
    theirs = signing.sign_in(alone, "s@exemple.fr", PASSWORD, ELSEWHERE)
    seen = factors.draft_secret(alone, account)
    mine = signing.sign_in(alone, "s@exemple.fr", PASSWORD, BROWSER)
    assert sessions.read_session(alone, theirs.secret) is None
    assert factors.draft_secret(alone, account) != seen
    assert factors.draft_secret(alone, account) == factors.draft_secret(alone, account)
    assert sessions.read_session(alone, mine.secret) is not None


def test_a_new_password_ends_the_links_sent_before(alone: Accounts) -> None:
    account = join(alone, Role.PROFESSIONAL, email="p@exemple.fr")
    link = links.send_link(alone, account, Purpose.RECOVERY, SITE).rpartition("/")[2]
    done = signing.sign_in(alone, "p@exemple.fr", PASSWORD, BROWSER)
    new = PASSWORD + " encore"
    here = replace(BROWSER, secret=done.secret)
    signing.change_password(alone, account, PASSWORD, new, new, here)
    with pytest.raises(GoneError):
        links.read_link(alone, link, Purpose.RECOVERY)


@pytest.mark.slow
def test_a_second_factor_put_in_force_ends_the_other_sessions(desk: Services, app: FastAPI) -> None:
    account = join(desk.accounts, Role.PROFESSIONAL)
    here, there = visitor(desk, app), visitor(desk, app)
    for client in (here, there):
        secret = sessions.open_session(desk.accounts, account, Stage.FULL, Method.PASSWORD, "essai")
        client.cookies.set(COOKIE, secret)
    code = code_now(desk.accounts, factors.draft_secret(desk.accounts, account))
    assert here.post("/compte/second-facteur", data={"code": code}).status_code == 200
    assert here.get("/compte").status_code == 200
    assert there.get("/compte").status_code == 303


@pytest.mark.slow
def test_keys_and_invitations_leave_a_line(desk: Services) -> None:
    accounts = desk.accounts
    key, _ = create_key(accounts, name="SAS 94", scopes=["call.take"], days=9, author="Ada")
    revoke_key(accounts, key)
    revoke_key(accounts, key)
    ended, made = traced(desk, subject=str(key))
    assert (made.action, made.actor) == ("apikey.create", "Ada")
    assert made.after == {"name": "SAS 94", "scopes": "call.take"}
    assert ended.action == "apikey.revoke"
    account = invite(accounts, Role.PROFESSIONAL)
    link = links.send_link(accounts, account, Purpose.INVITATION, SITE)
    told = traced(desk, subject=str(account))
    assert [one.action for one in told] == ["account.invitation", "account.create"]
    assert link.rpartition("/")[2] not in repr(told)


@pytest.mark.slow
def test_a_program_is_named_by_its_key_whatever_it_says(desk: Services, app: FastAPI) -> None:
    key, secret = create_key(
        desk.accounts, name="SAS 94", scopes=["call.take"], days=9, author="essai"
    )
    bearer = {"Authorization": f"Bearer {secret}"}
    emergency = CALL | {"red_flags": ["chest_pain"]}
    made = visitor(desk, app).post("/api/v1/requests", json=emergency, headers=bearer)
    assert made.status_code == 201, made.text
    (line,) = traced(desk, subject=made.json()["id"])
    assert (line.actor, line.account) == ("clé d'API « SAS 94 »", key)


@pytest.mark.slow
def test_an_idempotency_key_is_of_the_program_that_chose_it(desk: Services, app: FastAPI) -> None:
    answers = []
    for name in ("SAS 94", "SAS 91"):
        _, secret = create_key(
            desk.accounts, name=name, scopes=["call.take"], days=9, author="essai"
        )
        told = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "appel-1"}
        emergency = CALL | {"red_flags": ["chest_pain"], "callback_number": f"06399800{name[-2:]}"}
        made = [
            visitor(desk, app).post("/api/v1/requests", json=emergency, headers=told)
            for _ in range(2)
        ]
        assert [one.status_code for one in made] == [201, 201], made[0].text
        assert made[0].json() == made[1].json()
        answers.append(made[0].json()["id"])
    assert len(set(answers)) == 2


@pytest.fixture
def open_page(desk: Services, app: FastAPI) -> TestClient:
    return signed_in(desk, Role.SECRETARY, app=app)


@pytest.mark.slow
def test_a_page_left_open_keeps_no_session_alive(desk: Services, open_page: TestClient) -> None:
    """It refreshes itself for ever; the person has gone."""
    assert isinstance(desk.clock, FixedClock)
    start = desk.clock()
    by_itself = {"HX-Request": "true"}
    try:
        for minutes, status in ((10, 200), (20, 200), (29, 200), (31, 401)):
            desk.clock.set(start + timedelta(minutes=minutes))
            answer = open_page.get("/secretariat/tableau", headers=by_itself)
            assert answer.status_code == status
        assert open_page.get("/secretariat").status_code == 303
    finally:
        desk.clock.set(start)


@pytest.mark.slow
def test_a_person_at_work_keeps_their_session(desk: Services, open_page: TestClient) -> None:
    assert isinstance(desk.clock, FixedClock)
    start = desk.clock()
    try:
        for minutes in (20, 40, 60):
            desk.clock.set(start + timedelta(minutes=minutes))
            assert open_page.get("/secretariat").status_code == 200
    finally:
        desk.clock.set(start)


@pytest.mark.slow
@pytest.mark.parametrize("number", [1 << 63, 1 << 80, -1])
def test_a_number_no_store_holds_is_refused(desk: Services, app: FastAPI, number: int) -> None:
    client = signed_in(desk, Role.COORDINATOR, app=app)
    assert client.get(f"/imports/{number}").status_code == 422
    for path in (f"/corrections/{number}/retirer", f"/rapprochements/{number}/retirer"):
        assert client.post(path, data={"author": "Ada"}).status_code == 422
