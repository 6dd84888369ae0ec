"""The accounts store and what every operation on it needs, opened once and passed down."""

import hashlib
import secrets
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from directory.base.clock import Clock
from directory.base.database import Database, StoreSpec, open_database
from directory.base.keys import KeyRing
from directory.base.settings import Settings
from directory.territory import Territory
from web.accounts import tables

SPEC = StoreSpec("accounts", Path(__file__).parent / "migrations", durable=True)
SECRET_BYTES = 32


@dataclass(frozen=True)
class Accounts:
    """Open accounts: their store, the territory whose roles count here, secrets and clock."""

    database: Database
    territory: Territory
    keys: KeyRing
    clock: Clock
    settings: Settings

    @property
    def here(self) -> str:
        """The territory whose roles count in this process."""
        return self.territory.slug

    def any_account(self) -> bool:
        """Whether the store holds an account, whatever its territory."""
        with self.database.read() as connection:
            return connection.execute(sa.select(tables.account.c.id).limit(1)).first() is not None


def open_accounts(
    settings: Settings, territory: Territory, keys: KeyRing, clock: Clock
) -> Accounts:
    """Open and migrate the accounts of these settings."""
    database = open_database(SPEC, settings.data_dir, settings.database_url)
    return Accounts(database, territory, keys, clock, settings)


def new_secret() -> str:
    """256 random bits, for a cookie or an address; only `digest_of` it is kept."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> str:
    """What is kept of a secret of 256 bits: nothing to guess, hence no salt and no key."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
