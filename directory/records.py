"""Versions of records, and the entities and identifiers they bring, written in batches."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import repeat
from typing import NamedTuple

import sqlalchemy as sa
import uuid_utils

from directory.base.database import store_now
from directory.bulk import insert_rows, is_one_of, milliseconds, reserve_ids
from directory.model import EntityKind
from directory.prepared import Owner, Packed
from directory.tables import entity, identifier, record, source


class Known(NamedTuple):
    """A version in force, or staged by this run."""

    id: int
    key: str
    digest: bytes
    since_run: int
    first_seen: datetime
    data_date: date | None


_RECORD_COLUMNS = (
    *("id", "source", "since_run", "first_seen", "subject", "person", "organization"),
    *("key", "digest", "statement", "raw", "data_date"),
)
_IDENTIFIER_COLUMNS = ("system", "value", "entity", "source")
_ENTITY_COLUMNS = ("id", "uuid", "kind", "key", "created_run")

_COMES_BACK = str(EntityKind.ORGANIZATION)
"""What rows far from each other name: their workplace. A person's rows follow each other."""

REMEMBERED = 50_000
"""Organizations, and numbers of theirs, kept in mind from one batch to the next."""


class Remembered:
    """What a run has written or found already; both are never removed from the register."""

    def __init__(self) -> None:
        self.entities: dict[Owner, int] = {}
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

    def known_rows(self, keys: Collection[str]) -> dict[str, Known]:
        """Versions in force or staged for these keys, by key."""
        wanted = sa.select(*(record.c[name] for name in Known._fields)).where(
            record.c.source == self._source,
            record.c.until_run.is_(None),
            is_one_of(self._connection, record.c.key, keys),
        )
        return {row.key: Known._make(row) for row in self._connection.execute(wanted)}

    def insert(
        self, told: Packed, first_seen: Sequence[datetime | None] | None = None
    ) -> Sequence[int]:
        """Write new versions with what they name; returns their ids.

        `first_seen`, in the order of the rows: since when each key is known; without it, all are new.
        """
        entities = self._entities(told.entities, all_new=first_seen is None)
        now = milliseconds(self._connection.execute(sa.select(store_now())).scalar_one())
        since = [milliseconds(one) if one else now for one in first_seen or ()]
        row_ids = reserve_ids(self._connection, record, len(told.keys))
        entity_of = [*entities, None].__getitem__  # NOBODY is its last
        rows = zip(
            row_ids,
            repeat(self._source),
            repeat(self._run_id),
            since or repeat(now),
            map(entity_of, told.subjects),
            map(entity_of, told.people),
            map(entity_of, told.organizations),
            told.keys,
            told.digests,
            told.contents,
            told.raws,
            told.days,
            strict=False,
        )
        insert_rows(self._connection, record, _RECORD_COLUMNS, rows)
        self._number(told, entities)
        self._remembered.tidy()
        return row_ids

    def _number(self, told: Packed, entities: Sequence[int]) -> None:
        """Write the numbers of entities that this run has not written yet."""
        known = self._remembered.numbers
        numbers = [(system, value, entities[of]) for system, value, of in told.numbers]
        fresh = [one for one in numbers if one not in known]
        rows = [(*one, self._source) for one in fresh]
        insert_rows(self._connection, identifier, _IDENTIFIER_COLUMNS, rows, ignore=True)
        known.update(
            number
            for number, (_, _, of) in zip(numbers, told.numbers, strict=True)
            if told.entities[of][0] == _COMES_BACK
        )

    def end(self, ids: Sequence[int]) -> None:
        """Announce that these versions end with this run; seen by readers once it is published."""
        if ids:
            self._connection.execute(
                record.update()
                .where(is_one_of(self._connection, record.c.id, ids))
                .values(until_run=self._run_id, last_seen=store_now())
            )

    def _entities(self, owners: Sequence[Owner], *, all_new: bool) -> list[int]:
        """The id of each entity, created where needed."""
        known = self._remembered.entities
        wanted: dict[str, list[str]] = {}
        for kind, key in (one for one in owners if one not in known):
            wanted.setdefault(kind, []).append(key)
        found: dict[Owner, int] = {}
        for kind, keys in sorted(wanted.items()):
            of_kind = self._name(kind, keys, all_new=all_new)
            found |= {(kind, key): number for key, number in of_kind.items()}
            if kind == _COMES_BACK:
                known |= {(kind, key): number for key, number in of_kind.items()}
        found |= {one: known[one] for one in owners if one in known}
        return [found[one] for one in owners]

    def _name(self, kind: str, keys: Sequence[str], *, all_new: bool) -> dict[str, int]:
        """Entities of one kind by key, in the order of keys: two imports never wait for each other.

        Those of new rows are mostly new themselves, organizations apart: looked for only if not.
        """
        guess = all_new and kind != _COMES_BACK
        found = {} if guess else self._find_entities(kind, keys)
        missing = sorted(key for key in keys if key not in found)
        if missing:
            found |= self._create_entities(kind, missing)
        return found

    def _create_entities(self, kind: str, missing: Sequence[str]) -> dict[str, int]:
        ids = reserve_ids(self._connection, entity, len(missing))
        rows = zip(
            ids,
            [uuid_utils.uuid7().hex for _ in missing],
            repeat(kind),
            missing,
            repeat(self._run_id),
            strict=False,
        )
        # Where one is there already, or another import creates it at this moment, the first wins.
        written = insert_rows(self._connection, entity, _ENTITY_COLUMNS, rows, ignore=True)
        if written == len(missing):
            return dict(zip(missing, ids, strict=True))
        return self._find_entities(kind, missing)

    def _find_entities(self, kind: str, keys: Collection[str]) -> dict[str, int]:
        wanted = sa.select(entity.c.key, entity.c.id).where(
            entity.c.kind == kind, is_one_of(self._connection, entity.c.key, keys)
        )
        return {row.key: row.id for row in self._connection.execute(wanted)}


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
