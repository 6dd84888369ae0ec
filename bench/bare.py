"""The rows of a reservation written by hand through the store's driver: what Recours is beside.

The same rows in as many transactions with the same durability, and what a careful developer needs
for the same guarantees: one writer of SQLite at a time, and on PostgreSQL the lock that makes
changes appear in their order, then the lock of the audit trail, whose lines are sealed with the
line before. Nothing is read but the end of that trail, nothing is checked, nothing is encrypted.
"""

import json
import os
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg

from directory.base.audit import GENESIS, SEALED, seal_of
from directory.base.turns import Turns

CIPHERED = os.urandom(120)
"""As long as an encrypted name; an encrypted answer and an encrypted notice are longer."""

APPEND_LOCK, CHAIN_LOCK = 4_927_002, 4_927_003
DIGESTS = dict.fromkeys(("family", "given", "birth_date"), "0" * 32)
AUDIT = (*SEALED, "seal")
CHAIN_TURN = f"SELECT pg_advisory_xact_lock({CHAIN_LOCK}, CAST(to_regclass('audit') AS oid)::int)"

Slot = tuple[str, int, int]
"""A slot's doctor, its first minute and the one after its last, since 1970."""


class BareStore:
    """An agenda that was migrated and filled, written to by hand.

    `synchronous` is SQLite's: FULL waits for the disk at each commit, NORMAL does not.
    """

    def __init__(self, place: Path, url: str, synchronous: str = "FULL") -> None:
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

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """One statement, with `?` for its values; its cursor."""
        return self._connection.execute(self._said(statement), values)

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Several rows at once."""
        marks = f"({', '.join('?' * len(columns))})"
        told = f"INSERT INTO {table} ({', '.join(columns)}) VALUES "
        if self.on_sqlite:
            self._connection.executemany(told + marks, rows).close()
        else:
            values = [value for row in rows for value in row]
            self.execute(told + ", ".join([marks] * len(rows)), values)

    def slots(self) -> dict[str, Slot]:
        """Every slot by its key in hexadecimal."""
        rows = self.execute("SELECT id, doctor, starts, ends FROM slot").fetchall()
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


def reserve(store: BareStore, slot: UUID, request: UUID, of_slot: Slot) -> None:
    """Hold then confirm: the rows that Recours writes."""
    booking, now = uuid4().hex, int(time.time() * 1000)
    with store.write():
        _write_hold(store, booking, slot, request, of_slot, now)
    with store.write():
        _write_confirmation(store, booking, slot, request, now)


def _write_hold(
    store: BareStore, booking: str, slot: UUID, request: UUID, of_slot: Slot, now: int
) -> None:
    doctor, first, end = of_slot
    store.execute(
        "INSERT INTO idempotency (territory, operation, key, body, created_at)"
        " VALUES ('bievre', 'hold', ?, 'corps', ?)",
        (request.hex * 2, now),
    )
    store.execute(
        "INSERT INTO booking (id, territory, slot, seat, request, state, live_outcome, held_at,"
        " expires_at) VALUES (?, 'bievre', ?, 1, ?, 'held', 'open', ?, ?)",
        (booking, slot.hex, request.hex, now, now + 150_000),
    )
    minutes = [(doctor, minute, slot.hex, "bievre") for minute in range(first, end)]
    store.insert("occupied_minute", ("doctor", "minute", "slot", "territory"), minutes)
    store.execute(
        "UPDATE idempotency SET request = ?, status = 200, payload = ?"
        " WHERE operation = 'hold' AND key = ?",
        (request.hex, CIPHERED * 2, request.hex * 2),
    )
    _say_changed(store, slot, request, now)


def _write_confirmation(
    store: BareStore, booking: str, slot: UUID, request: UUID, now: int
) -> None:
    store.execute(
        "INSERT INTO idempotency (territory, operation, key, body, request, status, payload,"
        " created_at) VALUES ('bievre', 'confirm', ?, 'corps', ?, 200, ?, ?)",
        (request.hex * 2, request.hex, CIPHERED * 2, now),
    )
    store.execute(
        "UPDATE booking SET state = 'confirmed', expires_at = NULL, confirmed_at = ?,"
        " patient = ? WHERE id = ? AND state = 'held'",
        (now, CIPHERED, booking),
    )
    store.execute(
        "INSERT INTO outbox (id, territory, owner, topic, payload, created_at, due_at,"
        " attempts) VALUES (?, 'bievre', ?, 'appointment.confirmed', ?, ?, ?, 0)",
        (uuid4().hex, request.hex, CIPHERED * 4, now, now),
    )
    _say_changed(store, slot, request, now)
    _seal_line(store, str(request), now)


def _say_changed(store: BareStore, slot: UUID, request: UUID, now: int) -> None:
    if not store.on_sqlite:
        store.execute(f"SELECT pg_advisory_xact_lock({APPEND_LOCK})")
    rows = [(now, "slot", str(slot), "{}"), (now, "request", str(request), "{}")]
    store.insert("change_log", ("at", "topic", "ref", "detail"), rows)


def _seal_line(store: BareStore, subject: str, now: int) -> None:
    if not store.on_sqlite:
        store.execute(CHAIN_TURN)
    end = store.execute("SELECT id, seal FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    number, seal = end or (0, GENESIS)
    line: dict[str, Any] = {
        "id": number + 1,
        "territory": "bievre",
        "at": now,
        "actor": "essai",
        "account": None,
        "action": "appointment.confirm",
        "subject": subject,
        "fields": list(DIGESTS),
        "digests": DIGESTS,
        "reason": "",
        "before": None,
        "after": None,
    }
    sealed = seal_of(seal, {**line, "at": datetime.fromtimestamp(now / 1000, UTC)})
    kept = line | {"fields": json.dumps(line["fields"]), "digests": json.dumps(DIGESTS)}
    store.insert("audit", AUDIT, [[*kept.values(), sealed]])
