"""Leases: among all processes, one at a time does a named job."""

import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import psutil
import sqlalchemy as sa

from directory.base.database import Database, insert_ignoring, store_now

PROCESS = f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}"
"""Who this process is, in the lease table."""


def acquire_lease(database: Database, table: sa.Table, name: str, seconds: float) -> bool:
    """Take or renew the lease `name` for `seconds`; False when another process holds it.

    A lease whose holder was killed on this machine is free at once, elsewhere when it runs out.
    """
    with database.write() as connection:
        holder = connection.execute(sa.select(table.c.holder).where(table.c.name == name)).scalar()
        if holder is not None and _is_dead(holder):
            connection.execute(table.delete().where(table.c.name == name, table.c.holder == holder))
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
        insert = insert_ignoring(connection, table).values(
            name=name, holder=PROCESS, until=store_now(seconds)
        )
        # RETURNING, not rowcount: psycopg answers -1 for an INSERT that did nothing.
        return connection.execute(insert.returning(table.c.name)).first() is not None


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


def _is_dead(holder: str) -> bool:
    """Whether a holder was a process of this machine that no longer runs."""
    host, pid, _ = holder.rsplit(":", 2)
    return host == socket.gethostname() and not psutil.pid_exists(int(pid))
