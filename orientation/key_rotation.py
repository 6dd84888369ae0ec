"""Rotation of the keys: data keys change their wrapping, hashes of numbers their key.

What they sealed stays as it is. Hashes of secrets (private addresses) cannot be written anew, since
the secret is kept nowhere: they verify under the former keys, which stay in the file.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import Database
from directory.base.keys import KeyRing, open_keys, rotate_ring
from directory.base.logs import get_logger
from orientation import tables
from orientation.call_tables import phone_call
from orientation.calls import CallNotes
from orientation.privacy import unseal
from orientation.records import Sealed
from orientation.seeking import tables as seeking
from orientation.seeking.records import SealedWait

log = get_logger(__name__)

BATCH = 500

Columns = dict[str, Any]


def rotate_keys(database: Database, data_dir: Path) -> int:
    """Make new keys, wrap every data key and hash every number with them; returns how many.

    Processes that run go on meanwhile. Cut short, nothing is lost: the former keys stay in the
    file until the next rotation, which first finishes this one.
    """
    renew_all(database, open_keys(data_dir))
    renewed = renew_all(database, rotate_ring(data_dir))
    log.info("keys rotated", rows=renewed)
    return renewed


def renew_all(database: Database, ring: KeyRing) -> int:
    """Put whatever is not yet under the ring's newest keys; returns how many rows changed."""
    feed, request, wait = tables.busy_feed, tables.request, seeking.wait
    return (
        _renew(database, request.c.id, lambda row: _request(ring, row))
        + _renew(database, feed.c.doctor, lambda row: _wrapped(ring, row))
        + _renew(database, wait.c.id, lambda row: _wait(ring, row))
        + _renew(database, phone_call.c.id, lambda row: _call(ring, row))
    )


def rewrap_table(database: Database, ring: KeyRing, key: sa.Column[UUID]) -> int:
    """Wrap with the newest key, in the table of this primary key, its column `wrapped_key`."""
    return _renew(database, key, lambda row: _wrapped(ring, row))


def _wrapped(ring: KeyRing, row: Any) -> Columns:
    return {"wrapped_key": ring.rewrap(row.wrapped_key)}


def _request(ring: KeyRing, row: Any) -> Columns:
    if not row.caller:
        return _wrapped(ring, row)
    number = unseal(ring.unwrap(row.wrapped_key), row.sealed, Sealed).callback_number
    return {**_wrapped(ring, row), "caller": ring.digest("phone", number)}


def _call(ring: KeyRing, row: Any) -> Columns:
    if not row.caller:
        return _wrapped(ring, row)
    number = unseal(ring.unwrap(row.wrapped_key), row.sealed, CallNotes).callback_number
    return {**_wrapped(ring, row), "caller": ring.digest("phone", number)}


def _wait(ring: KeyRing, row: Any) -> Columns:
    if not row.person:
        return _wrapped(ring, row)
    told = unseal(ring.unwrap(row.wrapped_key), row.sealed, SealedWait).identity
    person = ring.digest("wait", told.phone, told.birth_date.isoformat())
    return {**_wrapped(ring, row), "person": person}


def _renew(database: Database, key: sa.Column[UUID], renewed: Callable[[Any], Columns]) -> int:
    """Do so in the table of this primary key, one transaction a batch."""
    table = key.table
    changed = 0
    last: UUID | None = None
    while True:
        after: list[sa.ColumnElement[bool]] = [] if last is None else [key > last]
        query = (
            sa.select(table)
            .where(table.c.wrapped_key.is_not(None), *after)
            .order_by(key)
            .limit(BATCH)
        )
        with database.write() as connection:
            rows = connection.execute(query.with_for_update()).all()
            for row in rows:
                values = renewed(row)
                if any(getattr(row, name) != value for name, value in values.items()):
                    known = row._mapping[key]
                    connection.execute(sa.update(table).where(key == known).values(**values))
                    changed += 1
        if not rows:
            return changed
        last = rows[-1]._mapping[key]
