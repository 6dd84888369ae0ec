"""Attempts at signing in: counted in the store before they are tried, so that none is free.

A delay that doubles, per account and per network address; it survives restarts and holds between
processes. Addresses are kept as keyed hashes. An account nobody has is counted like another.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from directory.base.database import Instant, insert_ignoring
from web.accounts import tables
from web.accounts.model import LockedError
from web.accounts.store import Accounts

FORGOTTEN_AFTER = timedelta(hours=24)
KNOWN_FOR = timedelta(days=30)
"""How long an account is known at a network address after its last good sign-in from there."""

_KNOWN = -1
"""Stands for the count of failures on the row that says so."""

FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 30, 3600


@dataclass(frozen=True)
class Counted:
    """What attempts are counted on, and how many are free of any delay."""

    key: str
    free: int


def counted_account(accounts: Accounts, email: str) -> Counted:
    """By account, named by its address whether it exists or not."""
    return Counted(accounts.keys.digest("attempt-account", email), 5)


def counted_address(accounts: Accounts, address: str) -> Counted:
    """By network address; a health centre may sign in many people from one."""
    return Counted(accounts.keys.digest("attempt-address", address), 30)


def counted_sign_in(accounts: Accounts, email: str, address: str) -> tuple[Counted, ...]:
    """What a sign-in is counted on, the account's first.

    Where the account was seen signing in lately, on that pair alone: nobody elsewhere, nor anybody
    beside, locks people out of where they work. Otherwise on the account and on the address.
    """
    if _is_known(accounts, email, address):
        return (Counted(accounts.keys.digest("attempt-pair", f"{address} {email}"), 5),)
    return counted_account(accounts, email), counted_address(accounts, address)


def know_here(accounts: Accounts, email: str, address: str) -> None:
    """Remember, as a keyed hash, that this account signs in from this address."""
    table, key = tables.attempt, _known_key(accounts, email, address)
    with accounts.database.write() as connection:
        fresh = {"key": key, "failures": _KNOWN, "last_at": accounts.clock()}
        connection.execute(insert_ignoring(connection, table).values(fresh))
        connection.execute(
            table.update().where(table.c.key == key).values(last_at=accounts.clock())
        )


def _is_known(accounts: Accounts, email: str, address: str) -> bool:
    table = tables.attempt
    with accounts.database.read() as connection:
        found = connection.execute(
            sa.select(table.c.key).where(
                table.c.key == _known_key(accounts, email, address),
                table.c.last_at > accounts.clock() - KNOWN_FOR,
            )
        ).first()
    return found is not None


def _known_key(accounts: Accounts, email: str, address: str) -> str:
    return accounts.keys.digest("attempt-known", f"{address} {email}")


def begin_attempt(accounts: Accounts, counted: Iterable[Counted]) -> None:
    """Count one more attempt; raises LockedError where the delay is not over, and counts nothing.

    Counting comes before trying: a thousand attempts at once are a thousand, not one.
    """
    now, table = accounts.clock(), tables.attempt
    counted = sorted(counted, key=lambda told: told.key)
    _refuse_locked(accounts, [one.key for one in counted], now)  # without waiting to write
    with accounts.database.write() as connection:
        for one in counted:
            fresh = {"key": one.key, "failures": 0, "last_at": now}
            connection.execute(insert_ignoring(connection, table).values(fresh))
            row = connection.execute(
                sa.select(table).where(table.c.key == one.key).with_for_update()
            ).one()
            if row.locked_until and row.locked_until > now:
                raise _locked(accounts, row.locked_until)
            failures = (row.failures if now - row.last_at < FORGOTTEN_AFTER else 0) + 1
            connection.execute(
                table.update()
                .where(table.c.key == one.key)
                .values(
                    failures=failures,
                    last_at=now,
                    locked_until=_locked_until(now, failures - one.free),
                )
            )


def end_attempt(accounts: Accounts, good: Counted, others: Iterable[Counted] = ()) -> None:
    """It was the right person: forget their failures, and take this attempt off the others.

    Failures from the same address on other accounts stay counted.
    """
    table = tables.attempt
    with accounts.database.write() as connection:
        connection.execute(table.delete().where(table.c.key == good.key))
        for one in others:
            connection.execute(
                table.update()
                .where(table.c.key == one.key, table.c.failures > 0)
                .values(failures=table.c.failures - 1, locked_until=None)
            )


def forget_old_attempts(accounts: Accounts) -> None:
    """Drop what no longer delays anybody."""
    table, now = tables.attempt, accounts.clock()
    counted = table.c.failures != _KNOWN
    with accounts.database.write() as connection:
        connection.execute(
            table.delete().where(
                (counted & (table.c.last_at < now - FORGOTTEN_AFTER))
                | (table.c.last_at < now - KNOWN_FOR)
            )
        )


def _refuse_locked(accounts: Accounts, keys: Sequence[str], now: datetime) -> None:
    table = tables.attempt
    with accounts.database.read() as connection:
        until = connection.execute(
            sa.select(sa.func.max(table.c.locked_until, type_=Instant())).where(
                table.c.key.in_(keys), table.c.locked_until > now
            )
        ).scalar()
    if until is not None:
        raise _locked(accounts, until)


def _locked_until(now: datetime, beyond: int) -> datetime | None:
    if beyond < 0:
        return None
    seconds = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2 ** min(beyond, 10))
    return now + timedelta(seconds=seconds)


def _locked(accounts: Accounts, until: datetime) -> LockedError:
    told = (until + timedelta(seconds=59)).astimezone(accounts.territory.zone)
    return LockedError(
        f"Trop d'essais : le prochain sera entendu à {told:%H h %M}. Un mot de passe oublié se "
        "remplace depuis « Mot de passe oublié ».",
        until=until.isoformat(),
    )
