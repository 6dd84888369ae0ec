"""The register: what sources say, staged row by row, published in one step.

A run writes its rows beside the published ones, under its own number. Publishing moves the source's
`published_run` to that number; until then every reader sees the former state, whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from directory.base.database import Database, StoreSpec, open_database, store_now
from directory.base.errors import ConflictError, NotFoundError
from directory.base.leases import acquire_lease
from directory.base.settings import Settings
from directory.published import visible
from directory.records import abandon_staged
from directory.staging import Staging
from directory.tables import base, quarantine, record, run, source

REGISTER = StoreSpec("register", Path(__file__).parent / "migrations")

IMPORT_LEASE_SECONDS = 120
"""A lease is renewed with every batch; a killed import on this machine frees it at once."""


@dataclass(frozen=True)
class PublishedSource:
    """What is in force for one source. `data_date` is the day its publisher speaks of."""

    name: str
    title: str
    run: int
    data_date: date | None
    published_at: datetime | None
    rows: int


@dataclass(frozen=True)
class RunView:
    """One import as its report tells it; `state` is staging, published, refused or abandoned."""

    id: int
    source: str
    title: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    data_date: date | None
    report: Mapping[str, Any]


@dataclass(frozen=True)
class QuarantinedRow:
    """A row set aside, with the reason, for a human to look at."""

    line: int
    key: str
    reason: str
    detail: str
    raw: str


class Register:
    """Reads the published state and opens imports."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def begin_import(
        self,
        name: str,
        title: str,
        *,
        fingerprint: str,
        data_date: date | None,
        partial: bool = False,
    ) -> Staging:
        """Open a run for a source, or go on with the pending one of the same `fingerprint`.

        Rows staged by another unfinished run are dropped first. Raises ConflictError when the same
        source is being imported by somebody else at this moment.
        """
        lease = f"import:{name}"
        if not acquire_lease(self.database, base.lease, lease, IMPORT_LEASE_SECONDS):
            raise ConflictError(
                f"Un import de la source « {name} » est déjà en cours ; attendez qu'il finisse."
            )
        with self.database.write() as connection:
            _declare_source(connection, name, title)
            run_id = _adopt_or_open_run(connection, name, fingerprint, data_date)
        return Staging(
            self.database,
            name,
            run_id,
            data_date,
            lease,
            IMPORT_LEASE_SECONDS,
            partial=partial,
        )

    def published_by(self, name: str, fingerprint: str) -> RunView | None:
        """The run in force of a source when it did this very work, else None."""
        wanted = _select_runs().where(
            source.c.name == name,
            source.c.published_run == run.c.id,
            run.c.fingerprint == fingerprint,
        )
        with self.database.read() as connection:
            row = connection.execute(wanted).first()
            return RunView(*row) if row is not None else None

    def published(self, name: str) -> PublishedSource | None:
        """What is in force for a source, None when nothing was ever published."""
        return next((one for one in self.sources() if one.name == name), None)

    def sources(self) -> list[PublishedSource]:
        """Every source with something in force, by name, with its visible row count."""
        rows = (
            sa.select(sa.func.count())
            .select_from(record)
            .where(record.c.source == source.c.name, visible())
            .scalar_subquery()
        )
        wanted = (
            sa.select(source, rows.label("rows"))
            .where(source.c.published_run > 0)
            .order_by(source.c.name)
        )
        with self.database.read() as connection:
            return [
                PublishedSource(
                    row.name,
                    row.title,
                    row.published_run,
                    row.data_date,
                    row.published_at,
                    row.rows,
                )
                for row in connection.execute(wanted)
            ]

    def runs(self, limit: int = 50) -> list[RunView]:
        """The latest imports, newest first."""
        with self.database.read() as connection:
            rows = connection.execute(_select_runs().order_by(run.c.id.desc()).limit(limit))
            return [RunView(*row) for row in rows]

    def run(self, run_id: int) -> RunView:
        """One import; raises NotFoundError."""
        with self.database.read() as connection:
            row = connection.execute(_select_runs().where(run.c.id == run_id)).first()
        if row is None:
            raise NotFoundError(f"Aucun import ne porte le numéro {run_id}.")
        return RunView(*row)

    def quarantined(self, run_id: int, limit: int = 200) -> list[QuarantinedRow]:
        """Rows an import set aside, in file order, at most `limit`."""
        wanted = sa.select(quarantine).where(quarantine.c.run == run_id).order_by(quarantine.c.line)
        with self.database.read() as connection:
            return [
                QuarantinedRow(row.line, row.key, row.reason, row.detail, row.raw)
                for row in connection.execute(wanted.limit(limit))
            ]

    def close(self) -> None:
        """Give the connections back."""
        self.database.close()


def open_register(settings: Settings) -> Register:
    """Open (and migrate) the register the settings point to."""
    return Register(open_database(REGISTER, settings.data_dir, settings.database_url))


def _declare_source(connection: sa.Connection, name: str, title: str) -> None:
    updated = connection.execute(source.update().where(source.c.name == name).values(title=title))
    if not updated.rowcount:
        connection.execute(source.insert().values(name=name, title=title, published_run=0))


def _adopt_or_open_run(
    connection: sa.Connection, name: str, fingerprint: str, data_date: date | None
) -> int:
    pending = connection.execute(
        sa.select(run.c.id, run.c.fingerprint).where(run.c.source == name, run.c.state == "staging")
    ).all()
    same = [row.id for row in pending if row.fingerprint == fingerprint]
    if len(pending) == len(same) == 1:
        return int(same[0])
    abandon_staged(connection, name)
    connection.execute(
        run.update()
        .where(run.c.source == name, run.c.state == "staging")
        .values(state="abandoned", ended_at=store_now())
    )
    opened = connection.execute(
        run.insert()
        .values(
            source=name,
            state="staging",
            started_at=store_now(),
            fingerprint=fingerprint,
            data_date=data_date,
            report={},
        )
        .returning(run.c.id)
    )
    return int(opened.scalar_one())


def _select_runs() -> sa.Select[Any]:
    return sa.select(
        run.c.id,
        run.c.source,
        source.c.title,
        run.c.state,
        run.c.started_at,
        run.c.ended_at,
        run.c.data_date,
        run.c.report,
    ).join(source, source.c.name == run.c.source)
