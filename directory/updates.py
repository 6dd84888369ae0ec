"""What the register remembers of updates: one at a time, each with its report, and each source."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from directory.base.database import Database, store_now
from directory.base.errors import ConflictError
from directory.base.leases import acquire_lease, leased
from directory.tables import base, update_run, update_source

LEASE = "update"
LEASE_SECONDS = 1800
"""Renewed as work goes on; a process killed on this machine frees it at once."""


@dataclass(frozen=True)
class UpdateView:
    """One update; `state` is running, done, attention (a person is needed) or interrupted."""

    id: int
    state: str
    started_at: datetime
    ended_at: datetime | None
    report: Mapping[str, Any]


@dataclass(frozen=True)
class SourceState:
    """How the last look at a source ended; `cursor` is where the next delta begins."""

    name: str
    checked_at: datetime
    outcome: str
    detail: str
    failures: int
    cursor: Mapping[str, Any]


@contextmanager
def update_turn(database: Database) -> Iterator[None]:
    """Be the one update that runs, for a block; raises ConflictError when another one does."""
    with leased(database, base.lease, LEASE, LEASE_SECONDS) as mine:
        if not mine:
            raise ConflictError(
                "Une mise à jour est déjà en cours : attendez qu'elle finisse (« recours update "
                "--status » dit où elle en est)."
            )
        yield


def keep_turn(database: Database) -> None:
    """Say that the update is alive."""
    acquire_lease(database, base.lease, LEASE, LEASE_SECONDS)


def begin_update(database: Database) -> tuple[int, int]:
    """Open an update, by whoever holds the turn; its number, and that of the one it takes up
    because it was cut (0: none was)."""
    with database.write() as connection:
        cut = connection.execute(
            update_run.update()
            .where(update_run.c.state == "running")
            .values(state="interrupted", ended_at=store_now())
            .returning(update_run.c.id)
        ).scalars()
        before = max(cut, default=0)
        opened = connection.execute(
            update_run.insert()
            .values(state="running", started_at=store_now(), report={})
            .returning(update_run.c.id)
        )
        return int(opened.scalar_one()), before


def end_update(database: Database, number: int, state: str, report: Mapping[str, Any]) -> None:
    """Close an update with its report."""
    with database.write() as connection:
        connection.execute(
            update_run.update()
            .where(update_run.c.id == number)
            .values(state=state, ended_at=store_now(), report=dict(report))
        )


def updates(database: Database, limit: int = 20) -> list[UpdateView]:
    """The latest updates, newest first."""
    wanted = sa.select(
        update_run.c.id,
        update_run.c.state,
        update_run.c.started_at,
        update_run.c.ended_at,
        update_run.c.report,
    ).order_by(update_run.c.id.desc())
    with database.read() as connection:
        return [UpdateView(*row) for row in connection.execute(wanted.limit(limit))]


def source_states(database: Database) -> dict[str, SourceState]:
    """Every source that an update looked at, by name."""
    with database.read() as connection:
        rows = connection.execute(sa.select(update_source)).all()
        return {row.name: SourceState(*row) for row in rows}


def note_source(
    database: Database,
    name: str,
    outcome: str,
    detail: str,
    *,
    failed: bool = False,
    cursor: Mapping[str, Any] | None = None,
) -> None:
    """Remember how a look at a source ended; without `cursor`, the former one stays."""
    known = source_states(database).get(name)
    values: dict[str, Any] = {
        "checked_at": store_now(),
        "outcome": outcome,
        "detail": detail,
        "failures": (known.failures if known else 0) + 1 if failed else 0,
    }
    if cursor is not None:
        values["cursor"] = dict(cursor)
    with database.write() as connection:
        changed = connection.execute(
            update_source.update().where(update_source.c.name == name).values(values)
        )
        if not changed.rowcount:
            connection.execute(
                update_source.insert().values({"cursor": {}, **values, "name": name})
            )
