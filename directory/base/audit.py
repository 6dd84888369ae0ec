"""Append-only trace of who read or changed a patient's record: fields and digests, never values."""

from collections.abc import Mapping, Sequence
from functools import cache

import sqlalchemy as sa

from directory.base.database import BigId, Instant, store_now
from directory.base.prepared import Prepared


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
        sa.Index("ix_audit_subject", "subject", "id"),
        sqlite_autoincrement=True,
    )


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
) -> None:
    """Write one line inside the caller's transaction.

    `fields` are the names of what was read or written; `digests` are keyed hashes of what was
    written, made with a key that dies with the record, so that nothing can be guessed back.
    """
    _append_to(table).run(
        connection,
        territory=territory,
        actor=actor,
        action=action,
        subject=subject,
        fields=list(fields),
        digests=dict(digests or {}),
    )


@cache
def _append_to(table: sa.Table) -> Prepared:
    told = ("territory", "actor", "action", "subject", "fields", "digests")
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in told}
    return Prepared(lambda _: table.insert().inline().values(at=store_now(), **values))
