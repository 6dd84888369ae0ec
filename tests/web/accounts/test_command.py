"""`recours account`, and where `recours serve` refuses to start."""

from datetime import timedelta
from pathlib import Path

import pytest
from faker import Faker

from directory.base.clock import FixedClock
from tests.web.accounts.people import code_now, equip, join, open_at
from tests.web.servers import free_port
from tests.web.test_cli import Run, run
from web.access import Role
from web.accounts.factors import check_code

__all__ = ["run"]

CREATE = ("account", "create", "--name", Faker("fr_FR").name(), "--role", "coordinator")


def test_the_first_coordinator_gets_an_address(run: Run) -> None:
    told = run(*CREATE, "--email", "Coord@Exemple.fr", "--json")
    assert told.code == 0, told.err
    assert told.document["link"].startswith("http://127.0.0.1:8000/invitation/")
    listed = run("account", "list", "--json").document
    assert [(one["email"], one["roles"], one["state"]) for one in listed] == [
        ("coord@exemple.fr", ["coordinator"], "invited")
    ]
    assert run(*CREATE, "--email", "coord@exemple.fr").code == 1
    again = run("account", "reset", "coord@exemple.fr", "--json").document
    assert again["link"] != told.document["link"]
    assert run("account", "suspend", "coord@exemple.fr").code == 0
    assert run("account", "suspend", "personne@exemple.fr").code == 1


def test_a_role_nobody_knows_is_wrong_usage(run: Run) -> None:
    assert run(*CREATE[:-1], "admin", "--email", "a@exemple.fr").code == 2


@pytest.mark.slow
def test_the_demonstration_refuses_a_folder_with_accounts(run: Run) -> None:
    run(*CREATE, "--email", "a@exemple.fr")
    for command in (("demo", "--no-serve"), ("serve", "--demo", "--port", "1")):
        refused = run(*command)
        assert refused.code == 1
        assert "comptes" in refused.err


@pytest.mark.parametrize(
    ("public_url", "demo", "said"),
    [
        ("", True, "démonstration"),
        ("https://annuaire.exemple.fr", True, "démonstration"),
        ("", False, "RECOURS_PUBLIC_URL"),
        ("http://127.0.0.1:8000", False, "RECOURS_PUBLIC_URL"),
    ],
)
def test_nothing_listens_on_the_network_unprotected(
    run: Run, monkeypatch: pytest.MonkeyPatch, public_url: str, demo: bool, said: str
) -> None:
    monkeypatch.setenv("RECOURS_PUBLIC_URL", public_url)
    refused = run("serve", "--host", "0.0.0.0", *(["--demo"] if demo else []))
    assert refused.code == 2
    assert said in refused.err


@pytest.mark.slow
def test_the_network_waits_for_a_first_account(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURS_PUBLIC_URL", "https://annuaire.exemple.fr")
    refused = run("serve", "--host", "0.0.0.0", "--port", str(free_port()))
    assert refused.code == 2
    assert "compte de coordination" in refused.err


def test_a_public_address_is_https(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    for wrong in ("http://annuaire.exemple.fr", "https://", "https://a/b", "ftp://x"):
        monkeypatch.setenv("RECOURS_PUBLIC_URL", wrong)
        assert run("account", "list").code == 2


def test_second_factors_survive_two_changes_of_the_key(run: Run, tmp_path: Path) -> None:
    """The key file keeps one former key: what waits for the second change would be lost."""
    opened = open_at(tmp_path / "data")
    account = join(opened, Role.SECRETARY)
    secret, _ = equip(opened, account)
    for _ in range(2):
        told = run("keys", "rotate", "--json")
        assert told.document["accounts"] == 1, told.err
    clock = opened.clock
    assert isinstance(clock, FixedClock)
    clock.set(clock() + timedelta(minutes=1))
    assert check_code(opened, account, code_now(opened, secret))
    opened.database.close()
