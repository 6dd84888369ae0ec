"""Versions of records, and the entities and identifiers they bring, written in batches."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from uuid_utils import uuid7

from directory.base.database import store_now
from directory.bulk import insert_columns, insert_numbered, is_one_of, milliseconds
from directory.model import EntityKind
from directory.packing import KINDS, Packed
from directory.prepared import Numbers
from directory.tables import entity, identifier, record, source


class Known(NamedTuple):
    """A version in force, or staged by this run."""

    id: int
    key: str
    digest: bytes
    since_run: int
    first_seen: datetime
    data_date: date | None


_COMES_BACK = KINDS.index(EntityKind.ORGANIZATION)
"""What rows far from each other name: their workplace. A person's rows follow each other."""

REMEMBERED = 40_000
"""Organizations kept in mind from one batch to the next, and as many asked for before them."""

K = TypeVar("K")
V = TypeVar("V")


class Lately(dict[K, V]):
    """What was asked for lately; memory does not grow with the file."""

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[K, V] = {}

    def find(self, key: K) -> V | None:
        """What is known of a key, kept for longer from now on."""
        found = self.get(key)
        if found is None and (found := self._before.get(key)) is not None:
            self[key] = found
        return found

    def tidy(self) -> None:
        """Keep what was asked for since the last time there was enough, forget what was not."""
        if len(self) > REMEMBERED:
            self._before = dict(self)
            self.clear()


class Remembered:
    """What a run has written or found already; both are never removed from the register."""

    def __init__(self) -> None:
        self.organizations: Lately[str, int] = Lately()
        self.numbers: Lately[int, str] = Lately()
        """The numbers told of each of them, in one text."""

    def tidy(self) -> None:
        """Forget what was not asked for lately."""
        self.organizations.tidy()
        self.numbers.tidy()


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
        entities = self._entities(told, all_new=first_seen is None)
        now = milliseconds(self._connection.execute(sa.select(store_now())).scalar_one())
        entity_of = [*entities, None].__getitem__  # NOBODY is its last
        columns: dict[str, Sequence[Any]] = {
            "subject": list(map(entity_of, told.subjects)),
            "person": list(map(entity_of, told.people)),
            "organization": list(map(entity_of, told.organizations)),
            "key": told.keys,
            "digest": told.digests,
            "statement": told.contents,
            "raw": told.raws,
            "data_date": told.days,
        }
        shared: dict[str, Any] = {"source": self._source, "since_run": self._run_id}
        if first_seen is None:
            shared["first_seen"] = now
        else:
            columns["first_seen"] = [milliseconds(one) if one else now for one in first_seen]
        if told.days.count(told.days[0]) == len(told.days):
            shared["data_date"] = columns.pop("data_date")[0]
        ids = insert_numbered(self._connection, record, columns, shared, encoded={"raw"})
        self._number(told, entities)
        self._remembered.tidy()
        return ids or ()

    def _number(self, told: Packed, entities: Sequence[int]) -> None:
        """Write the numbers of entities that this run has not written yet."""
        known = self._remembered.numbers
        named: list[int] = []
        fresh: list[Numbers] = []
        start = sum(map(len, told.names[:_COMES_BACK]))
        end = start + len(told.names[_COMES_BACK])
        for owner, numbers in zip(told.owners, told.numbers, strict=True):
            entity_id = entities[owner]
            if start <= owner < end:
                whole = "\n".join(numbers)
                if known.find(entity_id) == whole:
                    continue
                known[entity_id] = whole
            named.append(entity_id)
            fresh.append(numbers)
        if fresh:
            flat = [*chain.from_iterable(fresh)]
            each = [len(numbers) // 2 for numbers in fresh]
            columns: dict[str, Sequence[Any]] = {
                "system": flat[::2],
                "value": flat[1::2],
                "entity": [*chain.from_iterable(map(repeat, named, each))],
            }
            shared = {"source": self._source}
            insert_columns(self._connection, identifier, columns, shared, ignore=True)

    def end(self, ids: Sequence[int]) -> None:
        """Announce that these versions end with this run; seen by readers once it is published."""
        if ids:
            self._connection.execute(
                record.update()
                .where(is_one_of(self._connection, record.c.id, ids))
                .values(until_run=self._run_id, last_seen=store_now())
            )

    def _entities(self, told: Packed, *, all_new: bool) -> list[int]:
        """The id of each entity, created where needed."""
        ids: list[int] = []
        for kind, keys in enumerate(told.names):
            comes_back = kind == _COMES_BACK
            ids += self._remember(keys) if comes_back else self._name(kind, keys, all_new=all_new)
        return ids

    def _remember(self, keys: Sequence[str]) -> list[int]:
        """`_name` for those that come back batch after batch."""
        known = self._remembered.organizations
        asked = [key for key in keys if known.find(key) is None]
        known.update(zip(asked, self._name(_COMES_BACK, asked, all_new=False), strict=True))
        return [known[key] for key in keys]

    def _name(self, kind: int, keys: Sequence[str], *, all_new: bool) -> Sequence[int]:
        """The id of each of these keys, which are in their order and come once each.

        Those of new rows are mostly new themselves, organizations apart: looked for only if not.
        """
        found = {} if all_new or not keys else self._find_entities(KINDS[kind], keys)
        if not found:
            return self._create_entities(KINDS[kind], keys) if keys else ()
        missing = [key for key in keys if key not in found]
        if missing:
            created = self._create_entities(KINDS[kind], missing)
            found.update(zip(missing, created, strict=True))
        return [found[key] for key in keys]

    def _create_entities(self, kind: str, missing: Sequence[str]) -> Sequence[int]:
        columns = {"uuid": [uuid7().hex for _ in missing], "key": missing}
        shared = {"kind": kind, "created_run": self._run_id}
        # Where one is there already, or another import creates it at this moment, the first wins.
        ids = insert_numbered(self._connection, entity, columns, shared, ignore=True)
        if ids is not None:
            return ids
        found = self._find_entities(kind, missing)
        return [found[key] for key in missing]

    def _find_entities(self, kind: str, keys: Collection[str]) -> dict[str, int]:
        wanted = sa.select(entity.c.key, entity.c.id).where(
            entity.c.kind == kind, is_one_of(self._connection, entity.c.key, keys)
        )
        return {key: found for key, found in self._connection.execute(wanted)}  # noqa: C416


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
