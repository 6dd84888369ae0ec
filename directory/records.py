"""Versions of records, and the entities and identifiers they bring, written in batches."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from uuid_utils import uuid7

from directory.base.database import store_now
from directory.bulk import insert_columns, is_one_of, milliseconds, reserve_ids
from directory.model import EntityKind
from directory.prepared import KINDS, Packed
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

REMEMBERED = 50_000
"""Organizations, and numbers of theirs, kept in mind from one batch to the next."""


class Remembered:
    """What a run has written or found already; both are never removed from the register."""

    def __init__(self) -> None:
        self.organizations: dict[str, int] = {}
        self.numbers: set[tuple[str, str, int]] = set()

    def tidy(self) -> None:
        """Forget all once there is too much: memory does not grow with the file."""
        if len(self.organizations) > REMEMBERED:
            self.organizations.clear()
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
        entities = self._entities(told, all_new=first_seen is None)
        now = milliseconds(self._connection.execute(sa.select(store_now())).scalar_one())
        row_ids = reserve_ids(self._connection, record, len(told.keys))
        entity_of = [*entities, None].__getitem__  # NOBODY is its last
        columns: dict[str, Sequence[Any]] = {
            "id": row_ids,
            "subject": list(map(entity_of, told.subjects)),
            "person": list(map(entity_of, told.people)),
            "organization": list(map(entity_of, told.organizations)),
            "key": told.keys,
            "digest": told.digests,
            "statement": told.contents,
            "raw": told.raws,
            "data_date": told.days,
        }
        shared = {"source": self._source, "since_run": self._run_id}
        if first_seen is None:
            shared["first_seen"] = now
        else:
            columns["first_seen"] = [milliseconds(one) if one else now for one in first_seen]
        insert_columns(self._connection, record, columns, shared)
        self._number(told, entities)
        self._remembered.tidy()
        return row_ids

    def _number(self, told: Packed, entities: Sequence[int]) -> None:
        """Write the numbers of entities that this run has not written yet."""
        known = self._remembered.numbers
        owners = list(map(told.owners.__getitem__, told.groups))
        numbers = list(
            zip(told.systems, told.values, map(entities.__getitem__, owners), strict=True)
        )
        fresh = [one for one in numbers if one not in known] if known else numbers
        if fresh:
            columns = dict(
                zip(("system", "value", "entity"), zip(*fresh, strict=True), strict=True)
            )
            shared = {"source": self._source}
            insert_columns(self._connection, identifier, columns, shared, ignore=True)
        kinds = told.kinds
        known.update(
            number
            for number, owner in zip(numbers, owners, strict=True)
            if kinds[owner] == _COMES_BACK
        )

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
        ids = [0] * len(told.names)
        for kind in sorted(set(told.kinds), key=KINDS.__getitem__):
            places = [at for at, one in enumerate(told.kinds) if one == kind]
            keys = [told.names[at] for at in places]
            comes_back = kind == _COMES_BACK
            named = self._remember(keys) if comes_back else self._name(kind, keys, all_new=all_new)
            for at, number in zip(places, named, strict=True):
                ids[at] = number
        return ids

    def _remember(self, keys: Sequence[str]) -> list[int]:
        """`_name` for those that come back batch after batch."""
        known = self._remembered.organizations
        asked = [key for key in keys if key not in known]
        known.update(zip(asked, self._name(_COMES_BACK, asked, all_new=False), strict=True))
        return [known[key] for key in keys]

    def _name(self, kind: int, keys: Sequence[str], *, all_new: bool) -> Sequence[int]:
        """The id of each of these keys, none of which comes twice.

        Those of new rows are mostly new themselves, organizations apart: looked for only if not.
        They are created in the order of their keys: two imports never wait for each other.
        """
        found = {} if all_new else self._find_entities(KINDS[kind], keys)
        missing = sorted(key for key in keys if key not in found) if found else sorted(keys)
        if not missing:
            return [found[key] for key in keys]
        created = self._create_entities(KINDS[kind], missing)
        if missing == keys:
            return created
        found.update(zip(missing, created, strict=True))
        return [found[key] for key in keys]

    def _create_entities(self, kind: str, missing: Sequence[str]) -> Sequence[int]:
        ids = reserve_ids(self._connection, entity, len(missing))
        columns = {"id": ids, "uuid": [uuid7().hex for _ in missing], "key": missing}
        shared = {"kind": kind, "created_run": self._run_id}
        # Where one is there already, or another import creates it at this moment, the first wins.
        if insert_columns(self._connection, entity, columns, shared, ignore=True) == len(missing):
            return ids
        found = self._find_entities(kind, missing)
        return [found[key] for key in missing]

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
