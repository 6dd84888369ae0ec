"""Rotation of the wrapping key: data keys change their wrapping, what they sealed stays as it is."""

from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import Database
from directory.base.keys import KeyRing, open_keys, rotate_wrapping
from directory.base.logs import get_logger
from orientation import tables

log = get_logger(__name__)

BATCH = 500


def rotate_keys(database: Database, data_dir: Path) -> int:
    """Make a new wrapping key and wrap every data key with it; returns how many.

    Processes that run go on meanwhile. Cut short, nothing is lost: the former key stays in the
    file until the next rotation, which first finishes this one.
    """
    rewrap_all(database, open_keys(data_dir))
    rewrapped = rewrap_all(database, rotate_wrapping(data_dir))
    log.info("keys rotated", requests=rewrapped)
    return rewrapped


def rewrap_all(database: Database, ring: KeyRing) -> int:
    """Wrap with the ring's newest key whatever is not yet; returns how many keys changed."""
    feed, request = tables.busy_feed, tables.request
    return rewrap_table(database, ring, request.c.id) + rewrap_table(database, ring, feed.c.doctor)


def rewrap_table(database: Database, ring: KeyRing, key: sa.Column[UUID]) -> int:
    """Wrap with the newest key, in the table of this primary key, its column `wrapped_key`."""
    table = key.table
    changed = 0
    last: UUID | None = None
    while True:
        after: list[sa.ColumnElement[bool]] = [] if last is None else [key > last]
        query = (
            sa.select(key.label("key"), table.c.wrapped_key)
            .where(table.c.wrapped_key.is_not(None), *after)
            .order_by(key)
            .limit(BATCH)
        )
        with database.write() as connection:
            rows = connection.execute(query.with_for_update()).all()
            for row in rows:
                wrapped = ring.rewrap(row.wrapped_key)
                if wrapped != row.wrapped_key:
                    connection.execute(
                        sa.update(table).where(key == row.key).values(wrapped_key=wrapped)
                    )
                    changed += 1
        if not rows:
            return changed
        last = rows[-1].key
