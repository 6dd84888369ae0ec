"""Invented people with accounts, and what they hold: a password, a phone that shows codes."""

from collections.abc import Collection
from pathlib import Path
from uuid import UUID, uuid4

import pyotp
from faker import Faker

from directory.base.clock import Clock, FixedClock
from directory.base.keys import open_keys
from directory.base.settings import Settings
from directory.territory import load_territory
from tests.web.conftest import MONDAY
from web.access import Role
from web.accounts.factors import confirm_draft, draft_secret
from web.accounts.links import send_link, use_link
from web.accounts.model import Purpose
from web.accounts.registry import create_account
from web.accounts.signing import Browser
from web.accounts.store import Accounts, open_accounts

SITE = "https://annuaire.exemple.fr"
PASSWORD = "quatre mots sans rapport"
BROWSER = Browser("192.0.2.7", "Firefox, Linux")
ELSEWHERE = Browser("198.51.100.9", "Chrome, Windows")

_faker = Faker("fr_FR")
_faker.seed_instance(2026)


def open_at(folder: Path, url: str = "", clock: Clock | None = None, **changes: object) -> Accounts:
    settings = Settings(data_dir=folder, database_url=url, territory="bievre", **changes)  # type: ignore[arg-type]
    return open_accounts(
        settings, load_territory("bievre"), open_keys(folder), clock or FixedClock(MONDAY)
    )


def invite(
    accounts: Accounts, *roles: Role, email: str = "", rpps: str = "", name: str = ""
) -> UUID:
    return create_account(
        accounts,
        email=email or f"{uuid4().hex[:12]}@exemple.fr",
        name=name or _faker.name(),
        roles=roles,
        author="essai",
        rpps=rpps,
    )


def join(accounts: Accounts, *roles: Role, email: str = "", rpps: str = "") -> UUID:
    """Invited, and came: the account has its password."""
    account = invite(accounts, *roles, email=email, rpps=rpps)
    link = send_link(accounts, account, Purpose.INVITATION, SITE)
    use_link(accounts, link.rpartition("/")[2], Purpose.INVITATION, PASSWORD, PASSWORD)
    return account


def code_now(accounts: Accounts, secret: str) -> str:
    return pyotp.TOTP(secret).at(accounts.clock())


def equip(accounts: Accounts, account: UUID) -> tuple[str, Collection[str]]:
    """A phone that shows this account's codes: (its secret, recovery codes)."""
    secret = draft_secret(accounts, account)
    return secret, confirm_draft(accounts, account, code_now(accounts, secret))
