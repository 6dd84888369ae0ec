"""Append-only trace of who read or changed what, each line sealed with the one before.

Of a patient, names of fields and digests only, never values; of a fact of the directory, what it
said before and after. Triggers refuse any other change (`directory.base.audit_schema`).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from directory.base.acting import acting
from directory.base.audit_guards import POSTGRESQL_GUARDS, SQLITE_GUARDS
from directory.base.database import BigId, Instant, before_commit, store_now
from directory.base.prepared import Prepared

GENESIS = ""
"""What stands before the first line of a store."""

_CHAIN_LOCK = 4927003
SEALED = (
    "id",
    "territory",
    "at",
    "actor",
    "account",
    "action",
    "subject",
    "fields",
    "digests",
    "reason",
    "before",
    "after",
)
"""What a line's seal covers, with the seal of the line before."""


def add_audit_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the audit trail in a store's metadata."""
    return sa.Table(
        "audit",
        metadata,
        sa.Column("id", BigId, primary_key=True, autoincrement=True),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("actor", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("fields", sa.JSON, nullable=False),
        sa.Column("digests", sa.JSON, nullable=False),
        sa.Column("account", sa.Uuid),
        sa.Column("reason", sa.Text, nullable=False, server_default=""),
        sa.Column("before", sa.JSON(none_as_null=True)),
        sa.Column("after", sa.JSON(none_as_null=True)),
        sa.Column("seal", sa.Text, nullable=False, server_default=""),
        sa.Index("ix_audit_subject", "subject", "id"),
        sa.Index("ix_audit_at", "at"),
        sqlite_autoincrement=True,
    )


def add_anchor_table(metadata: sa.MetaData) -> sa.Table:
    """Declare what stands for the lines that retention took away: the last one's seal.

    Created after `audit`, it brings the triggers of both.
    """
    anchor = sa.Table(
        "audit_anchor",
        metadata,
        sa.Column("through", BigId, primary_key=True, autoincrement=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("lines", sa.Integer, nullable=False),
        sa.Column("seal", sa.Text, nullable=False),
    )
    sa.event.listen(anchor, "after_create", _guard)
    return anchor


def _guard(_table: sa.Table, connection: sa.Connection, **_options: Any) -> None:
    sqlite = connection.dialect.name == "sqlite"
    for guard in SQLITE_GUARDS.values() if sqlite else POSTGRESQL_GUARDS:
        connection.exec_driver_sql(guard)


@dataclass
class _Batch:
    """The lines of one transaction, chained together just before it commits."""

    table: sa.Table
    lines: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, connection: sa.Connection) -> None:
        """Take the end of the chain, which is then ours until the commit, and add the lines."""
        chain_lines(connection, self.table, self.lines)


def append_audit(
    connection: sa.Connection,
    table: sa.Table,
    *,
    territory: str,
    actor: str,
    action: str,
    subject: str,
    fields: Sequence[str] = (),
    digests: Mapping[str, str] | None = None,
    reason: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """Write one line at the end of the caller's transaction (`Database.write`).

    The account behind the request, where there is one, is who is named, whatever `actor` says.
    `fields` are the names of what was read or written; `digests` are keyed hashes of what was
    written, made with a key that dies with the record, so that nothing can be guessed back.
    `before` and `after` are for what is no patient's: facts of the directory, roles, counts.
    """
    who = acting()
    line = {
        "territory": territory,
        "actor": who.name if who else actor,
        "account": who.account if who else None,
        "action": action,
        "subject": subject,
        "fields": list(fields),
        "digests": dict(digests or {}),
        "reason": reason,
        "before": before,
        "after": after,
    }
    waiting = before_commit(connection)
    batch = next((one for one in waiting if isinstance(one, _Batch) and one.table is table), None)
    if batch is None:
        waiting.append(batch := _Batch(table))
    batch.lines.append(line)


def chain_lines(
    connection: sa.Connection,
    table: sa.Table,
    lines: Sequence[Mapping[str, Any]],
    at: datetime | None = None,
) -> None:
    """Insert lines at the end of the chain, dated `at`, by default the store's own clock.

    Last thing of a transaction: on a server, the next one waits for this commit.
    """
    if connection.dialect.name == "postgresql":
        _TAKE_TURN.run(connection)
    end = _end_of(table).first(connection)
    number, seal = (end.id, end.seal) if end else (0, GENESIS)
    now = at or (end or _NOW.first(connection)).now  # type: ignore[union-attr]
    sealed = []
    for line in lines:
        number += 1
        row = {**line, "id": number, "at": now}
        seal = seal_of(seal, row)
        sealed.append({**row, "seal": seal})
    _insert_into(table).run_each(connection, sealed)


def seal_of(previous: str, row: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of a line and of the seal before it."""
    told = {name: row[name] for name in SEALED}
    told["at"] = round(row["at"].timestamp() * 1000)
    told["account"] = str(row["account"]) if row["account"] else None
    text = json.dumps([previous, told], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("ascii")).hexdigest()


_NOW = Prepared(lambda _: sa.select(store_now().label("now")))
_TAKE_TURN = Prepared(
    lambda _: sa.select(
        sa.literal_column(
            f"pg_advisory_xact_lock({_CHAIN_LOCK}, CAST(CAST(to_regclass('audit') AS oid) AS int))"
        ).label("taken")
    )
)


@cache
def _end_of(table: sa.Table) -> Prepared:
    last = (
        sa.select(table.c.id, table.c.seal, store_now().label("now"))
        .order_by(table.c.id.desc())
        .limit(sa.literal_column("1"))
    )
    return Prepared(lambda _: last)


@cache
def _insert_into(table: sa.Table) -> Prepared:
    values = {one.name: sa.bindparam(one.name, type_=one.type) for one in table.c}
    return Prepared(lambda _: table.insert().inline().values(values))
