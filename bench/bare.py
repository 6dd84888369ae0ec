"""The writes of a reservation through the store's driver alone: nothing is checked or sealed."""

import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from directory.base.turns import Turns

SEALED = os.urandom(120)
"""As long as a sealed name; a sealed answer and a sealed notice are longer."""

APPEND_LOCK = 4_927_002


class BareStore:
    """An agenda that was migrated and filled, written to by hand.

    `synchronous` is SQLite's: FULL waits for the disk at each commit, NORMAL does not.
    """

    def __init__(self, place: Path, url: str, synchronous: str) -> None:
        self.on_sqlite = not url
        self._turns: Turns | None = None
        self._connection: Any
        if url:
            self._connection = psycopg.connect(url, options="-csearch_path=agenda")
            return
        path = place / "agenda.sqlite"
        self._turns = Turns(path.with_suffix(".sqlite.lock"))
        self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
        for pragma in (f"synchronous = {synchronous}", "foreign_keys = ON", "secure_delete = ON"):
            self._connection.execute(f"PRAGMA {pragma}")

    @contextmanager
    def write(self) -> Iterator[None]:
        """One transaction."""
        if self._turns is None:
            with self._connection.transaction():
                yield
            return
        with self._turns.one():
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")

    def execute(self, statement: str, values: Sequence[Any]) -> None:
        """One statement, with `?` for its values."""
        self._connection.execute(self._said(statement), values)

    def execute_many(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        """One statement for several rows."""
        cursor = self._connection.cursor()
        cursor.executemany(self._said(statement), rows)
        cursor.close()

    def starts(self) -> dict[str, tuple[str, int, int]]:
        """Doctor, first minute and end minute of each slot, by key in hexadecimal."""
        rows = self._connection.execute("SELECT id, doctor, starts, ends FROM slot").fetchall()
        if self._turns is None:
            self._connection.commit()
        return {
            UUID(str(row[0])).hex: (UUID(str(row[1])).hex, row[2] // 60_000, row[3] // 60_000)
            for row in rows
        }

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()
        if self._turns:
            self._turns.close()

    def _said(self, statement: str) -> str:
        return statement if self.on_sqlite else statement.replace("?", "%s")


def reserve(store: BareStore, slot: UUID, request: UUID, doctor: str, first: int, end: int) -> None:
    """Hold then confirm: the same rows as Recours writes, in as many transactions."""
    booking, now = uuid4().hex, int(time.time() * 1000)
    with store.write():
        store.execute(
            "INSERT INTO idempotency (territory, operation, key, body, created_at)"
            " VALUES ('bievre', 'hold', ?, 'corps', ?)",
            (request.hex, now),
        )
        store.execute(
            "INSERT INTO booking (id, territory, slot, seat, request, state, live_outcome, held_at,"
            " expires_at) VALUES (?, 'bievre', ?, 1, ?, 'held', 'open', ?, ?)",
            (booking, slot.hex, request.hex, now, now + 150_000),
        )
        store.execute_many(
            "INSERT INTO occupied_minute (doctor, minute, slot, territory)"
            " VALUES (?, ?, ?, 'bievre')",
            [(doctor, minute, slot.hex) for minute in range(first, end)],
        )
        _say_changed(store, slot, request, now)
        store.execute(
            "UPDATE idempotency SET request = ?, status = 200, payload = ?"
            " WHERE operation = 'hold' AND key = ?",
            (request.hex, SEALED * 2, request.hex),
        )
    with store.write():
        store.execute(
            "INSERT INTO idempotency (territory, operation, key, body, request, status, payload,"
            " created_at) VALUES ('bievre', 'confirm', ?, 'corps', ?, 200, ?, ?)",
            (request.hex, request.hex, SEALED * 2, now),
        )
        store.execute(
            "UPDATE booking SET state = 'confirmed', expires_at = NULL, confirmed_at = ?,"
            " patient = ? WHERE id = ? AND state = 'held'",
            (now, SEALED, booking),
        )
        store.execute(
            "INSERT INTO outbox (id, territory, owner, topic, payload, created_at, due_at,"
            " attempts) VALUES (?, 'bievre', ?, 'appointment.confirmed', ?, ?, ?, 0)",
            (uuid4().hex, request.hex, SEALED * 4, now, now),
        )
        store.execute(
            "INSERT INTO audit (territory, at, actor, action, subject, fields, digests)"
            " VALUES ('bievre', ?, 'essai', 'appointment.confirm', ?, '[]', '{}')",
            (now, str(request)),
        )
        _say_changed(store, slot, request, now)


def _say_changed(store: BareStore, slot: UUID, request: UUID, now: int) -> None:
    if not store.on_sqlite:
        store.execute("SELECT pg_advisory_xact_lock(?)", (APPEND_LOCK,))
    store.execute_many(
        "INSERT INTO change_log (at, topic, ref, detail) VALUES (?, ?, ?, '{}')",
        [(now, "slot", str(slot)), (now, "request", str(request))],
    )
