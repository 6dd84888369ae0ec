"""One append-only list of what happened, read by cursors: index, live pages, « nouveau depuis »."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import sqlalchemy as sa

from directory.base.database import store_now
from directory.base.prepared import Prepared

_APPEND_LOCK = 4927002

_AT_ONCE = 8
"""Lines of one statement: on a server each statement is a round trip under everybody's lock."""


@dataclass(frozen=True)
class Change:
    """One line of the log: `seq` grows for ever, `ref` names what changed, `detail` is public."""

    seq: int
    at: datetime
    topic: str
    ref: str
    detail: Mapping[str, Any]


def append_change(
    connection: sa.Connection,
    table: sa.Table,
    topic: str,
    ref: str,
    detail: Mapping[str, Any] | None = None,
) -> int:
    """Write one line inside the caller's transaction and return its sequence number.

    `detail` must hold nothing about a patient: this table is never erased.
    """
    _wait_turn(connection)
    result = connection.execute(
        table.insert()
        .values(at=store_now(), topic=topic, ref=ref, detail=dict(detail or {}))
        .returning(table.c.seq)
    )
    return int(result.scalar_one())


def append_changes(
    connection: sa.Connection, table: sa.Table, changes: Iterable[tuple[str, str]]
) -> None:
    """`append_change` for several topics and references at once, without their details."""
    told = list(changes)
    for start in range(0, len(told), _AT_ONCE):
        some = told[start : start + _AT_ONCE]
        topics = {f"topic{n}": topic for n, (topic, _) in enumerate(some)}
        refs = {f"ref{n}": ref for n, (_, ref) in enumerate(some)}
        _append_to(table, len(some)).run(connection, **topics, **refs)


def last_seq(connection: sa.Connection, table: sa.Table) -> int:
    """The newest sequence number, 0 when nothing ever happened."""
    return int(connection.execute(sa.select(sa.func.max(table.c.seq))).scalar() or 0)


def changes_after(
    connection: sa.Connection, table: sa.Table, seq: int, limit: int = 500
) -> list[Change]:
    """Lines after `seq`, oldest first, at most `limit`."""
    rows = connection.execute(
        sa.select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(limit)
    )
    return [Change(row.seq, row.at, row.topic, row.ref, row.detail) for row in rows]


def _taken() -> sa.Select[Any]:
    return sa.select(sa.func.pg_advisory_xact_lock(_APPEND_LOCK).label("taken"))


_TAKE_TURN = Prepared(lambda _: _taken())


def _wait_turn(connection: sa.Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Numbers become visible in order: a reader that has seen 12 will never miss 11.
        _TAKE_TURN.run(connection)


@cache
def _append_to(table: sa.Table, lines: int) -> Prepared:
    return Prepared(lambda dialect: _append(dialect, table, lines))


def _append(dialect: str, table: sa.Table, lines: int) -> Any:
    """On a server the turn is taken by the same statement: its row comes before any number."""
    turn = _taken().cte("turn").prefix_with("MATERIALIZED") if dialect == "postgresql" else None
    rows = []
    for n in range(lines):
        topic, ref = (sa.bindparam(f"{name}{n}", type_=sa.Text) for name in ("topic", "ref"))
        row = sa.select(store_now(), topic, ref, sa.literal({}, table.c.detail.type))
        rows.append(row if turn is None else row.select_from(turn))
    told = sa.union_all(*rows) if lines > 1 else rows[0]
    return table.insert().inline().from_select(["at", "topic", "ref", "detail"], told)
