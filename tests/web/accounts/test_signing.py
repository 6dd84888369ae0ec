"""Signing in: who, the second factor, lock-out, links and sessions, on a real store."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, GoneError, InputRefusedError, NotFoundError
from tests.web.accounts.people import (
    BROWSER,
    ELSEWHERE,
    PASSWORD,
    SITE,
    code_now,
    equip,
    invite,
    join,
    open_at,
)
from tests.web.conftest import MONDAY
from web.access import Role
from web.accounts import factors, links, registry, sessions, signing, tables
from web.accounts.attempts import begin_attempt, counted_account, counted_address
from web.accounts.model import LockedError, Method, Purpose, SignInRefusedError, Stage, State
from web.accounts.signing import Browser
from web.accounts.store import Accounts

WRONG = "ce n'est pas celui-là"


def email_of(accounts: Accounts, account: object) -> str:
    return registry.read_account(accounts, account).email  # type: ignore[arg-type]


def somewhere() -> Browser:
    return Browser(uuid4().hex, "Firefox, Linux")


def test_a_professional_signs_in_with_a_password(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    done = signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
    actor = sessions.find_actor(accounts, done.secret)
    assert done.stage is Stage.FULL
    assert actor is not None
    assert actor.roles == {Role.PROFESSIONAL}


def test_the_address_is_found_however_it_is_typed(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL, email="Zoé.Durand@Exemple.FR")
    done = signing.sign_in(accounts, " zoé.durand@exemple.fr ", PASSWORD, somewhere())
    seen = sessions.read_session(accounts, done.secret)
    assert seen is not None
    assert seen.account == account


def test_a_secretary_sets_the_second_factor_up_before_anything_opens(accounts: Accounts) -> None:
    account = join(accounts, Role.SECRETARY)
    here = somewhere()
    done = signing.sign_in(accounts, email_of(accounts, account), PASSWORD, here)
    assert done.stage is Stage.ENROL
    assert sessions.find_actor(accounts, done.secret) is None
    pending = Browser(here.address, here.agent, done.secret)
    with pytest.raises(InputRefusedError):
        signing.enrol_second_factor(accounts, "000000", pending)
    code = code_now(accounts, factors.draft_secret(accounts, account))
    full, codes = signing.enrol_second_factor(accounts, code, pending)
    actor = sessions.find_actor(accounts, full.secret)
    assert actor is not None
    assert actor.roles == {Role.SECRETARY}
    assert len(set(codes)) == factors.CODES
    assert sessions.read_session(accounts, done.secret) is None  # rotated


def test_the_second_factor_is_asked_and_its_code_serves_once(alone: Accounts) -> None:
    account = join(alone, Role.SECRETARY)
    secret, _ = equip(alone, account)
    email, clock = email_of(alone, account), alone.clock
    assert isinstance(clock, FixedClock)

    def first_step() -> Browser:
        done = signing.sign_in(alone, email, PASSWORD, BROWSER)
        assert done.stage is Stage.SECOND_FACTOR
        assert sessions.find_actor(alone, done.secret) is None
        return Browser(BROWSER.address, BROWSER.agent, done.secret)

    clock.set(MONDAY + timedelta(minutes=1))
    code = code_now(alone, secret)
    full = signing.pass_second_factor(alone, code, first_step())
    assert sessions.find_actor(alone, full.secret) is not None
    with pytest.raises(SignInRefusedError):  # seen over a shoulder
        signing.pass_second_factor(alone, code, first_step())
    clock.set(MONDAY + timedelta(minutes=2))
    with pytest.raises(SignInRefusedError):  # the one of before, still within the skew
        signing.pass_second_factor(alone, code, first_step())


@pytest.mark.parametrize(("seconds", "good"), [(-29, True), (29, True), (-95, False), (95, False)])
def test_a_phone_may_be_half_a_minute_off(alone: Accounts, seconds: int, good: bool) -> None:
    account = join(alone, Role.SECRETARY)
    secret, _ = equip(alone, account)
    now = MONDAY + timedelta(hours=1, seconds=15)
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    clock.set(now + timedelta(seconds=seconds))
    code = code_now(alone, secret)
    clock.set(now)
    assert factors.check_code(alone, account, code) is good


def test_a_recovery_code_serves_once(accounts: Accounts) -> None:
    account = join(accounts, Role.SECRETARY)
    _, codes = equip(accounts, account)
    first = next(iter(codes))
    assert factors.check_code(accounts, account, first.lower().replace("-", " "))
    assert not factors.check_code(accounts, account, first)
    assert factors.count_codes(accounts, account) == factors.CODES - 1
    renewed = factors.renew_codes(accounts, account)
    assert not any(factors.check_code(accounts, account, one) for one in list(codes)[1:3])
    assert factors.check_code(accounts, account, renewed[0])


@pytest.mark.parametrize("told", ["", "x", "12345", "²²²²²²", "1234567", "\x00", "é" * 300])
def test_what_is_no_code_is_refused(accounts: Accounts, told: str) -> None:
    account = join(accounts, Role.SECRETARY)
    equip(accounts, account)
    assert not factors.check_code(accounts, account, told)


def test_wrong_address_and_wrong_password_get_the_same_words(accounts: Accounts) -> None:
    known = email_of(accounts, join(accounts, Role.PROFESSIONAL))
    suspended = join(accounts, Role.PROFESSIONAL)
    registry.suspend_account(accounts, suspended)
    said = set()
    for email, password in (
        (known, WRONG),
        ("personne@exemple.fr", PASSWORD),
        ("pas une adresse", PASSWORD),
        ("", ""),
        (email_of(accounts, suspended), PASSWORD),
        (email_of(accounts, invite(accounts, Role.PROFESSIONAL)), PASSWORD),
    ):
        with pytest.raises(SignInRefusedError) as refused:
            signing.sign_in(accounts, email, password, somewhere())
        said.add(refused.value.detail)
    assert said == {signing.WRONG}


def fail_until_locked(accounts: Accounts, email: str) -> datetime:
    for _ in range(10):
        try:
            signing.sign_in(accounts, email, WRONG, somewhere())
        except SignInRefusedError:
            continue
        except LockedError as locked:
            return datetime.fromisoformat(locked.extra["until"])
    raise AssertionError("never locked")


@pytest.mark.parametrize("exists", [True, False])
def test_five_failures_lock_with_a_growing_delay(alone: Accounts, exists: bool) -> None:
    """Whether the account exists or not; also after a restart, from another address."""
    email = email_of(alone, join(alone, Role.PROFESSIONAL)) if exists else "nul@exemple.fr"
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    waits = []
    for _ in range(3):
        until = fail_until_locked(alone, email)
        waits.append(until - clock())
        again = open_at(alone.settings.data_dir, clock=clock)
        with pytest.raises(LockedError):
            signing.sign_in(again, email, PASSWORD, somewhere())
        again.database.close()
        clock.set(clock() + waits[-1])
    assert waits == [timedelta(seconds=30 * 2**one) for one in range(3)]


def test_the_right_password_forgets_the_failures(accounts: Accounts) -> None:
    email = email_of(accounts, join(accounts, Role.PROFESSIONAL))
    for _ in range(3):
        for _ in range(4):
            with pytest.raises(SignInRefusedError):
                signing.sign_in(accounts, email, WRONG, somewhere())
        signing.sign_in(accounts, email, PASSWORD, somewhere())


def test_one_address_cannot_try_every_account(accounts: Accounts) -> None:
    here = somewhere()
    for number in range(30):
        by_account = counted_account(accounts, f"x{number}@exemple.fr")
        begin_attempt(accounts, (by_account, counted_address(accounts, here.address)))
    with pytest.raises(LockedError):
        signing.sign_in(accounts, "encore@exemple.fr", WRONG, here)


def test_attempts_at_once_are_all_counted(accounts: Accounts) -> None:
    counted = counted_account(accounts, uuid4().hex)

    def attempt(_: int) -> bool:
        try:
            begin_attempt(accounts, (counted,))
        except LockedError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        heard = sum(pool.map(attempt, range(40)))
    assert heard == counted.free


def test_addresses_are_not_kept_in_clear(accounts: Accounts) -> None:
    with pytest.raises(SignInRefusedError):
        signing.sign_in(accounts, "curieuse@exemple.fr", WRONG, Browser("203.0.113.77", ""))
    with accounts.database.read() as connection:
        kept = repr(connection.execute(sa.select(tables.attempt)).all())
    assert "curieuse" not in kept
    assert "203.0.113.77" not in kept


def test_an_invitation_serves_once_and_a_week(alone: Accounts) -> None:
    account = invite(alone, Role.PROFESSIONAL)
    old = links.send_link(alone, account, Purpose.INVITATION, SITE).rpartition("/")[2]
    link = links.send_link(alone, account, Purpose.INVITATION, SITE).rpartition("/")[2]
    with pytest.raises(GoneError):
        links.use_link(alone, old, Purpose.INVITATION, PASSWORD, PASSWORD)
    with pytest.raises(InputRefusedError):
        links.use_link(alone, link, Purpose.INVITATION, "court", "court")
    with pytest.raises(GoneError):
        links.use_link(alone, link, Purpose.RECOVERY, PASSWORD, PASSWORD)
    assert links.read_link(alone, link, Purpose.INVITATION).id == account
    links.use_link(alone, link, Purpose.INVITATION, PASSWORD, PASSWORD)
    with pytest.raises(GoneError):
        links.use_link(alone, link, Purpose.INVITATION, PASSWORD, PASSWORD)
    late = links.send_link(alone, account, Purpose.INVITATION, SITE).rpartition("/")[2]
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    clock.set(MONDAY + timedelta(days=7))
    with pytest.raises(GoneError):
        links.read_link(alone, late, Purpose.INVITATION)


@pytest.mark.parametrize(
    ("password", "again"),
    [
        ("", ""),
        ("onze lettre", "onze lettre"),
        ("a" * 201, "a" * 201),
        ("aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa"),
        (PASSWORD, PASSWORD + "."),
        ("jean.dupont.long@exemple.fr", "jean.dupont.long@exemple.fr"),
    ],
)
def test_a_password_that_cannot_be_is_refused(
    accounts: Accounts, password: str, again: str
) -> None:
    from web.accounts.passwords import accept_password

    with pytest.raises(InputRefusedError):
        accept_password(password, again, "jean.dupont.long@exemple.fr", "Jean Dupont")


def test_recovery_ends_sessions_and_says_nothing_of_who_exists(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    done = signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
    for nobody in ("personne2@exemple.fr", "", "pas une adresse"):
        links.recover(accounts, nobody, SITE)
    links.recover(accounts, email_of(accounts, account), SITE)
    with accounts.database.read() as connection:
        purposes = connection.execute(
            sa.select(tables.token.c.purpose).where(tables.token.c.account == account)
        ).scalars()
        assert list(purposes) == ["recovery"]
    link = links.send_link(accounts, account, Purpose.RECOVERY, SITE).rpartition("/")[2]
    links.use_link(accounts, link, Purpose.RECOVERY, PASSWORD + " 2", PASSWORD + " 2")
    assert sessions.find_actor(accounts, done.secret) is None


def test_signing_out_ends_the_session_for_whoever_copied_it(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    done = signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
    sessions.close_session(accounts, done.secret)
    assert sessions.find_actor(accounts, done.secret) is None


def test_secrets_of_sessions_are_not_in_the_store(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    done = signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
    with accounts.database.read() as connection:
        kept = repr(connection.execute(sa.select(tables.session)).all())
        kept += repr(connection.execute(sa.select(tables.account)).all())
    assert done.secret not in kept
    assert PASSWORD not in kept
    assert len(done.secret) >= 43  # 256 bits


def test_a_session_ends_idle_and_ends_old(alone: Accounts) -> None:
    account = join(alone, Role.PROFESSIONAL)
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    done = signing.sign_in(alone, email_of(alone, account), PASSWORD, BROWSER)
    for _ in range(24):
        clock.set(clock() + timedelta(minutes=29))
        if clock() - MONDAY >= timedelta(hours=12):
            break
        assert sessions.find_actor(alone, done.secret) is not None
    clock.set(MONDAY + timedelta(hours=12))
    assert sessions.find_actor(alone, done.secret) is None
    again = signing.sign_in(alone, email_of(alone, account), PASSWORD, BROWSER)
    clock.set(clock() + timedelta(minutes=30))
    assert sessions.find_actor(alone, again.secret) is None
    sessions.forget_dead_sessions(alone)
    with alone.database.read() as connection:
        assert connection.execute(sa.select(tables.session)).all() == []


def test_new_roles_end_the_sessions(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    done = signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
    registry.set_roles(accounts, account, [Role.AUDITOR], [], "essai")
    assert sessions.find_actor(accounts, done.secret) is None


def test_a_password_change_renews_this_session_and_ends_the_others(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    email = email_of(accounts, account)
    other = signing.sign_in(accounts, email, PASSWORD, ELSEWHERE)
    mine = signing.sign_in(accounts, email, PASSWORD, somewhere())
    here = Browser("x", "y", mine.secret)
    with pytest.raises(InputRefusedError):
        signing.change_password(accounts, account, WRONG, PASSWORD, PASSWORD, here)
    new = PASSWORD + " encore"
    renewed = signing.change_password(accounts, account, PASSWORD, new, new, here)
    assert sessions.find_actor(accounts, other.secret) is None
    assert sessions.find_actor(accounts, mine.secret) is None
    assert sessions.find_actor(accounts, renewed) is not None


def test_nobody_closes_the_session_of_another(accounts: Accounts) -> None:
    mine, theirs = join(accounts, Role.PROFESSIONAL), join(accounts, Role.PROFESSIONAL)
    done = signing.sign_in(accounts, email_of(accounts, theirs), PASSWORD, somewhere())
    listed = sessions.list_sessions(accounts, theirs)
    with pytest.raises(NotFoundError):
        sessions.close_one(accounts, mine, listed[0].id)
    sessions.close_one(accounts, theirs, listed[0].id)
    assert sessions.find_actor(accounts, done.secret) is None


def test_without_a_second_factor_a_session_has_no_role_that_needs_one(alone: Accounts) -> None:
    """A session opened by password, then roles written by other means: they do not count."""
    account = join(alone, Role.PROFESSIONAL, Role.SECRETARY)
    secret = sessions.open_session(alone, account, Stage.FULL, Method.PASSWORD, "essai")
    actor = sessions.find_actor(alone, secret)
    assert actor is not None
    assert actor.roles == {Role.PROFESSIONAL}


def test_an_rpps_number_and_an_address_have_one_account(accounts: Accounts) -> None:
    invite(accounts, Role.FIRST_RECOURSE_DOCTOR, email="un@exemple.fr", rpps="10003456826")
    with pytest.raises(ConflictError, match="RPPS"):
        invite(accounts, Role.PROFESSIONAL, rpps="1000 3456 826")
    with pytest.raises(ConflictError):
        invite(accounts, Role.PROFESSIONAL, email="UN@exemple.fr")


def test_a_first_recourse_doctor_has_an_rpps_number(accounts: Accounts) -> None:
    for wrong in ("", "123", "1000345682X"):
        with pytest.raises(InputRefusedError):
            invite(accounts, Role.FIRST_RECOURSE_DOCTOR, rpps=wrong)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Accounts]:
    url = request.getfixturevalue("postgres_url") if request.param == "postgresql" else ""
    opened = open_at(tmp_path, url)
    yield opened
    opened.database.close()


def test_the_last_coordinator_stays(either: Accounts) -> None:
    """Not by taking the role away, nor by suspending; two leaving at once leave one."""
    first = join(either, Role.COORDINATOR)
    invite(either, Role.COORDINATOR)  # invited, never came: does not count
    with pytest.raises(ConflictError, match="dernier"):
        registry.set_roles(either, first, [Role.SECRETARY], [], "essai")
    with pytest.raises(ConflictError, match="dernier"):
        registry.suspend_account(either, first)
    second = join(either, Role.COORDINATOR)

    def leave(account: object) -> bool:
        try:
            registry.suspend_account(either, account)  # type: ignore[arg-type]
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        left = sorted(pool.map(leave, (first, second)))
    assert left == [False, True]


def test_roles_count_on_their_territory_alone(alone: Accounts) -> None:
    from dataclasses import replace

    from directory.territory import load_territory

    account = join(alone, Role.PROFESSIONAL)
    done = signing.sign_in(alone, email_of(alone, account), PASSWORD, BROWSER)
    elsewhere = replace(alone, territory=load_territory("melun"))
    assert sessions.find_actor(elsewhere, done.secret) is None
    assert registry.list_accounts(elsewhere) == ()


def test_a_suspended_account_opens_again_or_starts_anew(accounts: Accounts) -> None:
    account = join(accounts, Role.PROFESSIONAL)
    registry.suspend_account(accounts, account)
    registry.restore_account(accounts, account)
    signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
    registry.reset_account(accounts, account)
    assert registry.read_account(accounts, account).state is State.INVITED
    with pytest.raises(SignInRefusedError):
        signing.sign_in(accounts, email_of(accounts, account), PASSWORD, somewhere())
