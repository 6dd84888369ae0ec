"""One import in progress: rows compared with what is known, written aside, then published."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from time import monotonic
from typing import Any

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.checkpoints import Checkpoints
from directory.base.database import Database, store_now
from directory.base.errors import RecoursError
from directory.base.leases import acquire_lease, release_lease
from directory.bulk import numbers_told
from directory.comparing import Comparison, StagedCounts
from directory.forgetting import forget_old_versions
from directory.known import KnownRows
from directory.links.plan import plan_links
from directory.links.turn import linking_turn
from directory.packing import Packed, Packer
from directory.prepared import BATCH_ROWS, Ready, Repeated, ShapedRoles
from directory.records import RecordWriter, Remembered, abandon_staged
from directory.rereading import (
    forget_marks,
    keep_marks_of,
    known_rows,
    repeat_marks,
)
from directory.tables import base, quarantine, record, run, source
from directory.tracing import IMPORTER, trace_change

PUBLISH_SECONDS = 1800
"""How long a run keeps its turn while links are worked out: minutes for the whole country."""


class Staging:
    """A run that can be filled, then published or refused. One process holds it at a time."""

    def __init__(
        self,
        database: Database,
        name: str,
        run_id: int,
        data_date: date | None,
        lease: str,
        lease_seconds: float,
        *,
        partial: bool = False,
    ) -> None:
        self.run_id = run_id
        self._database = database
        self._name = name
        self._data_date = data_date
        self._lease = lease
        self._lease_seconds = lease_seconds
        self._renewed = monotonic()
        self._packer = Packer()
        self._set_aside: list[dict[str, Any]] = []
        self._remembered = Remembered()
        self._checkpoints = Checkpoints(database)
        self._absent: list[int] = []
        self._compared = Comparison(
            run_id, data_date, _published_date(database, name), partial=partial
        )
        self.counts = self._compared.counts
        with database.write() as connection:  # a resumed run tells its quarantine again
            connection.execute(quarantine.delete().where(quarantine.c.run == run_id))
            forget_marks(connection, [run_id])

    def add(self, told: Ready, line: int) -> None:
        """Take one row; it is compared and written with its batch."""
        self._packer.add(told)
        self._flush_when_full()

    def add_together(self, rows: ShapedRoles) -> None:
        """Take rows together."""
        self._packer.add_together(rows)
        self._flush_when_full()

    def add_known(self, known: Iterable[Repeated]) -> None:
        """Take rows known word for word."""
        self._packer.add_known(known)
        self._flush_when_full()

    def _flush_when_full(self) -> None:
        if len(self._packer) >= BATCH_ROWS:
            self._flush([self._packer.take()])

    def add_packed(self, parts: Iterable[Packed]) -> None:
        """Take a batch that another process made ready, in some parts."""
        self._flush(parts)

    def quarantine(self, line: int, key: str, reason: str, detail: str, raw: str) -> None:
        """Set a row aside with its reason; a row known before keeps its last good version."""
        self._set_aside.append(
            {
                "run": self.run_id,
                "line": line,
                "key": key,
                "reason": reason,
                "detail": detail,
                "raw": raw[:4000],
            }
        )
        if len(self._set_aside) >= BATCH_ROWS:
            self._flush([self._packer.take()])

    def known_rows(self) -> KnownRows:
        """Rows of the run in force that need no second look if they come back word for word."""
        with self._database.read() as connection:
            return known_rows(connection, self._name)

    def keep_turn(self) -> None:
        """Renew the lease of a run, a third of it before the end, also where it reads for long
        without writing: a national file has two million rows and a territory a few thousand."""
        if monotonic() - self._renewed > self._lease_seconds / 3:
            self._renew()

    def _renew(self) -> None:
        """Raises RecoursError when it came too late: what is staged is another process's by now, and
        neither to be written nor to be abandoned."""
        if not acquire_lease(self._database, base.lease, self._lease, self._lease_seconds):
            raise RecoursError(
                f"L'import de « {self._name} » s'est arrêté plus de {self._lease_seconds:.0f} s et "
                "un autre a commencé depuis. Rien n'est publié ; relancez-le quand l'autre a fini."
            )
        self._renewed = monotonic()

    def end(self, key: str, told_on: date | None = None) -> int:
        """Announce that a known row ends with this run, also where the run is an extract.

        One known from later than `told_on` stays. Returns how many rows end.
        """
        with self._database.write() as connection:
            writer = RecordWriter(connection, self._name, self.run_id)
            ids = [
                row.id
                for row in writer.known_rows({key}).values()
                if not (told_on and row.data_date and row.data_date > told_on)
            ]
            writer.end(ids)
        return len(ids)

    def repeat(self, run_id: int) -> None:
        """Take over a published run of the same files: its rows stay, what it set aside is copied."""
        names = ("line", "key", "reason", "detail", "raw")
        told = sa.select(sa.literal(self.run_id), *(quarantine.c[name] for name in names))
        with self._database.write() as connection:
            connection.execute(
                quarantine.insert().from_select(
                    ("run", *names), told.where(quarantine.c.run == run_id)
                )
            )
            repeat_marks(connection, run_id, self.run_id)

    def finish(self) -> StagedCounts:
        """Write what is left and find which published rows were not seen again."""
        self._flush([self._packer.take()])
        self._checkpoints.end()
        with self._database.read() as connection:
            known = sa.select(record.c.id).where(
                record.c.source == self._name,
                record.c.until_run.is_(None),
                record.c.since_run < self.run_id,
            )
            self._absent = self._compared.unseen(numbers_told(connection, known))
        self.counts.absent = len(self._absent)
        return self.counts

    def publish(self, report: Mapping[str, Any], *, remove_absent: bool) -> None:
        """Put the run in force in one short transaction.

        With `remove_absent`, rows the file no longer has end with this run (`finish` found them)
        and the source's data date moves; an extract leaves both as they were, and dates the rows it
        confirms.
        """
        acquire_lease(self._database, base.lease, self._lease, PUBLISH_SECONDS)
        if remove_absent:
            self._end_rows(self._absent)
        with linking_turn(self._database):
            self._put_in_force(report, {"data_date": self._data_date} if remove_absent else {})
        self._date_confirmed()
        forget_old_versions(self._database, self._name, self.run_id)
        release_lease(self._database, base.lease, self._lease)

    def _put_in_force(self, report: Mapping[str, Any], moved: Mapping[str, Any]) -> None:
        """Work out the links between sources beside the published state, then flip both."""
        with self._database.read() as connection:
            plan = plan_links(connection, (self._name, self.run_id))
        with self._database.write() as connection:
            plan.write(connection)
            connection.execute(
                source.update()
                .where(source.c.name == self._name)
                .values(published_run=self.run_id, published_at=store_now(), **moved)
            )
            keep_marks_of(connection, self._name, self.run_id)
            self._close_run(connection, "published", report)
            append_change(
                connection, base.change_log, "source.published", self._name, {"run": self.run_id}
            )
            told = {"run": self.run_id}
            trace_change(connection, "source.publish", self._name, IMPORTER, after=told)

    def refuse(self, report: Mapping[str, Any]) -> None:
        """Drop everything staged and keep the run's report: the register is as it was."""
        self._checkpoints.end()
        with self._database.write() as connection:
            abandon_staged(connection, self._name)
            forget_marks(connection, [self.run_id])
            self._close_run(connection, "refused", report)
        release_lease(self._database, base.lease, self._lease)

    def _close_run(self, connection: sa.Connection, state: str, report: Mapping[str, Any]) -> None:
        connection.execute(
            run.update()
            .where(run.c.id == self.run_id)
            .values(state=state, ended_at=store_now(), report=dict(report))
        )

    def _flush(self, parts: Iterable[Packed]) -> None:
        """Write a batch, in one transaction."""
        self.keep_turn()
        with self._database.write_in_bulk() as connection:
            for part in parts:
                if part.keys or part.repeated:
                    self._write_part(connection, part)
            self._compared.marks.write(connection)
            if self._set_aside:
                self._write_quarantine(connection)
        self._checkpoints.after_commit()
        self._set_aside = []

    def _write_part(self, connection: sa.Connection, batch: Packed) -> None:
        writer = RecordWriter(connection, self._name, self.run_id, self._remembered)
        known = writer.known_rows(batch.keys) if batch.keys else {}
        first_seen: list[datetime | None] | None = None
        self.counts.duplicates += batch.duplicates
        if known or batch.repeated:
            rows, first_seen = self._compared.compare(writer, batch, known)
            batch = batch.only(rows)
        self.counts.kept += len(batch.keys)
        if batch.keys:
            ids = writer.insert(batch, first_seen)
            self._compared.mark_seen(ids)
            self._compared.marks.extend(batch.marks, ids)

    def _date_confirmed(self) -> None:
        dated = (
            record.update()
            .where(record.c.id == sa.bindparam("row"))
            .values(data_date=sa.bindparam("day"))
        )
        confirmed = self._compared.confirmed
        for start in range(0, len(confirmed), BATCH_ROWS):
            with self._database.write() as connection:
                connection.execute(dated, confirmed[start : start + BATCH_ROWS])

    def _write_quarantine(self, connection: sa.Connection) -> None:
        connection.execute(quarantine.insert(), self._set_aside)
        keys = {row["key"] for row in self._set_aside if row["key"]}
        kept = RecordWriter(connection, self._name, self.run_id).known_rows(keys).values()
        for row in kept:
            self._compared.mark_seen([row.id])
        if kept:
            connection.execute(
                record.update()
                .where(record.c.id.in_([row.id for row in kept]))
                .values(malformed_run=self.run_id)
            )

    def _end_rows(self, ids: Sequence[int]) -> None:
        for start in range(0, len(ids), BATCH_ROWS):
            with self._database.write() as connection:
                writer = RecordWriter(connection, self._name, self.run_id)
                writer.end(ids[start : start + BATCH_ROWS])


def _published_date(database: Database, name: str) -> date | None:
    with database.read() as connection:
        day = connection.execute(sa.select(source.c.data_date).where(source.c.name == name))
        return day.scalar()
