"""Thousands of attempts at signing in: bounded work, and those who belong still get in."""

import time
from datetime import timedelta

import pytest

from directory.base.clock import FixedClock
from tests.web.accounts.people import PASSWORD, code_now, equip, join
from web.access import Role
from web.accounts import registry, signing
from web.accounts.attempts import KNOWN_FOR, forget_old_attempts
from web.accounts.model import LockedError, SignInRefusedError, Stage
from web.accounts.signing import Browser
from web.accounts.store import Accounts

WRONG = "pas le bon mot de passe"
OFFICE, ATTACKER = Browser("192.0.2.7", "Firefox, Linux"), Browser("203.0.113.66", "programme")


def attack(accounts: Accounts, emails: list[str], browser: Browser, times: int) -> dict[str, int]:
    told = {"wrong": 0, "locked": 0}
    for number in range(times):
        try:
            signing.sign_in(accounts, emails[number % len(emails)], WRONG, browser)
        except LockedError:
            told["locked"] += 1
        except SignInRefusedError:
            told["wrong"] += 1
    return told


@pytest.mark.slow
@pytest.mark.parametrize("times", [1_000, pytest.param(10_000, marks=pytest.mark.soak)])
def test_attempts_cost_little_and_lock_nobody_out_of_their_office(
    alone: Accounts, times: int
) -> None:
    account = join(alone, Role.PROFESSIONAL, email="soignante@exemple.fr")
    other = join(alone, Role.PROFESSIONAL, email="voisin@exemple.fr")
    for one in (account, other):
        email = registry.read_account(alone, one).email
        assert signing.sign_in(alone, email, PASSWORD, OFFICE).stage is Stage.FULL
    victims = ["soignante@exemple.fr", *(f"inconnu{n}@exemple.fr" for n in range(40))]
    started = time.process_time()
    told = attack(alone, victims, ATTACKER, times)
    spent = time.process_time() - started
    assert told["locked"] >= times - 40
    assert spent < 60
    # From where they work, whatever was tried elsewhere.
    assert signing.sign_in(alone, victims[0], PASSWORD, OFFICE).secret
    with pytest.raises(LockedError):
        signing.sign_in(alone, victims[0], PASSWORD, ATTACKER)
    # An attacker behind the same address locks what they try, not the neighbours.
    attack(alone, [f"autre{n}@exemple.fr" for n in range(40)], OFFICE, 60)
    with pytest.raises(LockedError):
        signing.sign_in(alone, "jamais.vu@exemple.fr", WRONG, OFFICE)
    assert signing.sign_in(alone, "voisin@exemple.fr", PASSWORD, OFFICE).secret


@pytest.mark.slow
def test_a_known_place_gives_five_attempts_and_no_more(alone: Accounts) -> None:
    join(alone, Role.PROFESSIONAL, email="a@exemple.fr")
    signing.sign_in(alone, "a@exemple.fr", PASSWORD, OFFICE)
    assert attack(alone, ["a@exemple.fr"], OFFICE, 20) == {"wrong": 5, "locked": 15}


@pytest.mark.slow
def test_a_place_is_known_once_the_second_factor_passed_and_for_a_month(alone: Accounts) -> None:
    assert isinstance(alone.clock, FixedClock)
    account = join(alone, Role.SECRETARY, email="s@exemple.fr")
    secret, _ = equip(alone, account)
    alone.clock.set(alone.clock() + timedelta(minutes=5))
    begun = signing.sign_in(alone, "s@exemple.fr", PASSWORD, OFFICE)
    attack(alone, ["s@exemple.fr"], ATTACKER, 6)
    with pytest.raises(LockedError):
        signing.sign_in(alone, "s@exemple.fr", PASSWORD, OFFICE)
    at_office = Browser(OFFICE.address, OFFICE.agent, begun.secret)
    signing.pass_second_factor(alone, code_now(alone, secret), at_office)
    assert signing.sign_in(alone, "s@exemple.fr", PASSWORD, OFFICE).secret
    alone.clock.set(alone.clock() + KNOWN_FOR - timedelta(days=1))
    forget_old_attempts(alone)
    attack(alone, ["s@exemple.fr"], ATTACKER, 6)
    assert signing.sign_in(alone, "s@exemple.fr", PASSWORD, OFFICE).secret
    alone.clock.set(alone.clock() + timedelta(days=2))
    attack(alone, ["s@exemple.fr"], ATTACKER, 6)
    with pytest.raises(LockedError):
        signing.sign_in(alone, "s@exemple.fr", PASSWORD, OFFICE)
