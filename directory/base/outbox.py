"""Messages that leave after the commit, at least once: written with the fact, sent by a job."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa

from directory.base.database import Database, Instant, store_now
from directory.base.logs import get_logger
from directory.base.prepared import Prepared

log = get_logger(__name__)

LEASE_SECONDS = 120
"""How long a taken message stays with its process before another one may try it."""

LONGEST_PAUSE_SECONDS = 3600
"""A server that is down for a day is asked again every hour."""

_WAITING = sa.text("outcome IS NULL")


@dataclass(frozen=True)
class Message:
    """A message to deliver: `id` goes out with it, so that a second delivery can be recognised."""

    id: uuid.UUID
    owner: uuid.UUID
    topic: str
    payload: bytes
    attempts: int


Deliver = Callable[[Message], str]
"""Delivers a message and returns what became of it, in French; raises to be tried again later."""


def add_outbox_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the outbox in a store's metadata; `owner` is whose key seals the payload."""
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("owner", sa.Uuid, nullable=False),
        sa.Column("topic", sa.Text, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("due_at", Instant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("outcome", sa.Text),  # NULL while it waits
        sa.Index("ix_outbox_due", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        sa.Index("ix_outbox_owner", "owner"),
    )


def append_message(
    connection: sa.Connection,
    table: sa.Table,
    *,
    message_id: uuid.UUID,
    territory: str,
    owner: uuid.UUID,
    topic: str,
    payload: bytes,
) -> None:
    """Write a message inside the caller's transaction: it leaves only if that commits."""
    _append_to(table).run(
        connection, id=message_id, territory=territory, owner=owner, topic=topic, payload=payload
    )


@cache
def _append_to(table: sa.Table) -> Prepared:
    told = ("id", "territory", "owner", "topic", "payload")
    values = {name: sa.bindparam(name, type_=table.c[name].type) for name in told}
    since = {"created_at": store_now(), "due_at": store_now()}
    return Prepared(lambda _: table.insert().inline().values(**values, **since, attempts=0))


def dispatch_messages(
    database: Database, table: sa.Table, deliver: Deliver, limit: int = 50
) -> dict[str, int]:
    """Try every message that is due, and count what became of them."""
    counts: dict[str, int] = {}
    for message in _take_due(database, table, limit):
        outcome = _try(database, table, deliver, message)
        counts[outcome] = counts.get(outcome, 0) + 1
    return counts


def count_messages(connection: sa.Connection, table: sa.Table) -> dict[str, int]:
    """Messages by outcome; those that wait are counted as « en attente »."""
    rows = connection.execute(sa.select(table.c.outcome, sa.func.count()).group_by(table.c.outcome))
    return {name or "en attente": int(count) for name, count in rows}


@dataclass(frozen=True)
class Lateness:
    """Messages that were tried more than once, and for how long the oldest has waited."""

    messages: int
    oldest_minutes: int


def late_messages(connection: sa.Connection, table: sa.Table) -> Lateness:
    """What still waits although it was tried more than once, by the store's clock."""
    row = connection.execute(
        sa.select(
            sa.func.count().label("messages"),
            sa.func.min(table.c.created_at).label("oldest"),
            store_now().label("now"),
        ).where(table.c.outcome.is_(None), table.c.attempts > 1)
    ).one()
    waited = (row.now - row.oldest).total_seconds() if row.oldest else 0
    return Lateness(row.messages, int(waited // 60))


def _take_due(database: Database, table: sa.Table, limit: int) -> list[Message]:
    due = (
        sa.select(table.c.id)
        .where(table.c.outcome.is_(None), table.c.due_at <= store_now())
        .order_by(table.c.due_at)
    )
    with database.read() as connection:
        if connection.execute(due.limit(1)).first() is None:
            return []
    with database.write() as connection:
        taken = connection.execute(
            table.update()
            .where(table.c.id.in_(due.limit(limit).with_for_update(skip_locked=True)))
            .values(due_at=store_now(LEASE_SECONDS), attempts=table.c.attempts + 1)
            .returning(table.c.id, table.c.owner, table.c.topic, table.c.payload, table.c.attempts)
        )
        return [Message(row.id, row.owner, row.topic, row.payload, row.attempts) for row in taken]


def _try(database: Database, table: sa.Table, deliver: Deliver, message: Message) -> str:
    values: dict[str, object]
    try:
        outcome = deliver(message)
        values = {"outcome": outcome}
    except Exception as exc:
        # Only the kind of error: a server's answer may quote the message.
        log.warning("message not sent", message=str(message.id), error=type(exc).__name__)
        outcome = "à réessayer"
        values = {"due_at": store_now(_pause_seconds(message.attempts))}
    with database.write() as connection:
        connection.execute(table.update().where(table.c.id == message.id).values(values))
    return outcome


def _pause_seconds(attempts: int) -> float:
    return float(min(LONGEST_PAUSE_SECONDS, 30 * 2 ** min(attempts, 10)))
