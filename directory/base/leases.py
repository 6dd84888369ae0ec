"""Leases: among all processes, one at a time does a named job."""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from directory.base.database import Database, store_now

PROCESS = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
"""Who this process is, in the lease table."""


def acquire_lease(database: Database, table: sa.Table, name: str, seconds: float) -> bool:
    """Take or renew the lease `name` for `seconds`; False when another process holds it."""
    with database.write() as connection:
        renewed = connection.execute(
            table.update()
            .where(
                table.c.name == name,
                sa.or_(table.c.holder == PROCESS, table.c.until < store_now()),
            )
            .values(holder=PROCESS, until=store_now(seconds))
        )
        if renewed.rowcount:
            return True
        insert = _insert_ignoring(connection, table).values(
            name=name, holder=PROCESS, until=store_now(seconds)
        )
        return bool(connection.execute(insert).rowcount)


def release_lease(database: Database, table: sa.Table, name: str) -> None:
    """Give the lease back early; nothing happens when this process does not hold it."""
    with database.write() as connection:
        connection.execute(table.delete().where(table.c.name == name, table.c.holder == PROCESS))


@contextmanager
def leased(database: Database, table: sa.Table, name: str, seconds: float) -> Iterator[bool]:
    """Hold the lease for the length of a block; yields whether it was obtained."""
    obtained = acquire_lease(database, table, name, seconds)
    try:
        yield obtained
    finally:
        if obtained:
            release_lease(database, table, name)


def _insert_ignoring(connection: sa.Connection, table: sa.Table) -> sa.Insert:
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table).on_conflict_do_nothing()
