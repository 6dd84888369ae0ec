"""Versions of records, and the entities and identifiers they bring, written in batches."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
import uuid_utils

from directory.base.database import store_now
from directory.bulk import insert_rows, is_one_of, milliseconds, reserve_ids
from directory.model import EntityKind
from directory.prepared import Owner, Prepared
from directory.tables import entity, identifier, record, source


class Version(NamedTuple):
    """A row to write, and since when its key is known."""

    told: Prepared
    first_seen: datetime | None


_RECORD_COLUMNS = (
    "id",
    "source",
    "since_run",
    "first_seen",
    "subject",
    "person",
    "organization",
    *("key", "digest", "statement", "raw", "data_date"),  # as `Prepared` begins
)
_TOLD = 5
_IDENTIFIER_COLUMNS = ("system", "value", "entity", "source")
_ENTITY_COLUMNS = ("id", "uuid", "kind", "key", "created_run")


REMEMBERED = 50_000
"""Entities and numbers kept in mind from one batch to the next: colleagues share their workplace,
and a person's rows follow each other."""


class Remembered:
    """What a run has written or found already; both are never removed from the register."""

    def __init__(self) -> None:
        self.entities: dict[Owner | None, int] = {}
        self.numbers: set[tuple[str, str, int]] = set()

    def tidy(self) -> None:
        """Forget all once there is too much: memory does not grow with the file."""
        if len(self.entities) > REMEMBERED:
            self.entities.clear()
        if len(self.numbers) > REMEMBERED:
            self.numbers.clear()


class RecordWriter:
    """Writes for one run of one source, inside the caller's transaction.

    What it remembers is only true once the caller's transaction is committed: a run whose batch
    fails goes no further.
    """

    def __init__(
        self,
        connection: sa.Connection,
        name: str,
        run_id: int,
        remembered: Remembered | None = None,
    ) -> None:
        self._connection = connection
        self._source = name
        self._run_id = run_id
        self._remembered = remembered or Remembered()

    def known_rows(self, keys: Collection[str]) -> dict[str, Any]:
        """Versions in force or staged for these keys, by key."""
        wanted = sa.select(
            record.c.id,
            record.c.key,
            record.c.digest,
            record.c.since_run,
            record.c.first_seen,
            record.c.data_date,
        ).where(
            record.c.source == self._source,
            record.c.until_run.is_(None),
            is_one_of(self._connection, record.c.key, keys),
        )
        return {row.key: row for row in self._connection.execute(wanted)}

    def insert(self, versions: Sequence[Version]) -> Iterable[int]:
        """Write new versions with what they name; returns their ids."""
        entities = self._entities([one.told for one in versions])
        now = milliseconds(self._connection.execute(sa.select(store_now())).scalar_one())
        rows, numbers = [], []
        ids = reserve_ids(self._connection, record, len(versions))
        for row_id, version in zip(ids, versions, strict=True):
            rows.append(self._row(row_id, version, entities, now))
            numbers += [
                (system, value, entities[owner]) for owner, system, value in version.told.numbers
            ]
        insert_rows(self._connection, record, _RECORD_COLUMNS, rows)
        self._number(numbers)
        self._remembered.tidy()
        return ids

    def _number(self, numbers: Iterable[tuple[str, str, int]]) -> None:
        """Write the numbers of entities that this run has not written yet."""
        known = self._remembered.numbers
        fresh = [one for one in dict.fromkeys(numbers) if one not in known]
        if fresh:
            rows = [(*one, self._source) for one in fresh]
            insert_rows(self._connection, identifier, _IDENTIFIER_COLUMNS, rows, ignore=True)
            known.update(fresh)

    def end(self, ids: Sequence[int]) -> None:
        """Announce that these versions end with this run; seen by readers once it is published."""
        if ids:
            self._connection.execute(
                record.update()
                .where(is_one_of(self._connection, record.c.id, ids))
                .values(until_run=self._run_id, last_seen=store_now())
            )

    def _row(
        self, row_id: int, version: Version, entities: Mapping[Owner | None, int], now: int
    ) -> tuple[Any, ...]:
        told, first_seen = version
        return (
            row_id,
            self._source,
            self._run_id,
            milliseconds(first_seen) if first_seen is not None else now,
            entities[told.subject],
            entities.get(told.person),
            entities.get(told.organization),
            *told[:_TOLD],
        )

    def _entities(self, rows: Sequence[Prepared]) -> Mapping[Owner | None, int]:
        """Ids of every entity the rows name, created where needed."""
        known = self._remembered.entities
        named = {told.subject for told in rows}
        named.update(told.person for told in rows if told.person)
        named.update(told.organization for told in rows if told.organization)
        wanted = named - known.keys()
        if wanted:
            known |= self._find_entities(wanted)
            if missing := wanted - known.keys():
                known |= self._create_entities(sorted(missing))
        return known

    def _create_entities(self, missing: Sequence[Owner]) -> dict[Owner | None, int]:
        ids = reserve_ids(self._connection, entity, len(missing))
        rows = [
            (number, uuid_utils.uuid7().hex, kind, key, self._run_id)
            for number, (kind, key) in zip(ids, missing, strict=True)
        ]
        # Another import may create the same entity at this moment: first one wins. SQLite's writer
        # is alone, so that there the numbers reserved are those written.
        insert_rows(self._connection, entity, _ENTITY_COLUMNS, rows, ignore=True)
        if self._connection.dialect.name == "sqlite":
            return dict(zip(missing, ids, strict=True))
        return self._find_entities(missing)

    def _find_entities(self, wanted: Collection[Owner]) -> dict[Owner | None, int]:
        found: dict[Owner | None, int] = {}
        for kind in map(str, EntityKind):
            keys = [key for of, key in wanted if of == kind]
            if keys:
                rows = self._connection.execute(
                    sa.select(entity.c.id, entity.c.key).where(
                        entity.c.kind == kind, is_one_of(self._connection, entity.c.key, keys)
                    )
                )
                found |= {(kind, row.key): row.id for row in rows}
        return found


def abandon_staged(connection: sa.Connection, name: str) -> None:
    """Forget every row staged for a source and not published: new versions and announced ends."""
    published = sa.select(source.c.published_run).where(source.c.name == name).scalar_subquery()
    connection.execute(
        record.delete().where(record.c.source == name, record.c.since_run > published)
    )
    connection.execute(
        record.update()
        .where(record.c.source == name, record.c.until_run > published)
        .values(until_run=None, last_seen=None)
    )
