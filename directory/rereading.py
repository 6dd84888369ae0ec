"""Rows known word for word: what a run remembers of those it shaped, for the next one to pass over.

A mark is a digest of the raw row *keyed by all else that shaping depends on* (code, communes, card,
header of the file…): another way of reading finds no mark again, and so reads every row. Marks are
written with the rows of their batch, and only those of the run in force are kept.
"""

from array import array
from collections.abc import Iterable, Sequence
from functools import cached_property
from hashlib import blake2b

import sqlalchemy as sa

from directory.tables import marked, record, run, source

NO_MARK = 0
"""Of a row that must be shaped again each time: it counts among the remarks of its import."""

_MARK_BYTES = 8


class Marking:
    """Makes the marks of rows read in one way."""

    def __init__(self, way: str) -> None:
        key = blake2b(way.encode(), digest_size=32).digest()
        self._keyed = blake2b(digest_size=_MARK_BYTES, key=key)

    def mark(self, raw: str) -> int:
        """The mark of a raw row; two rows out of 10¹⁹ share one."""
        digest = self._keyed.copy()  # a third sooner than a key to take in each time
        digest.update(raw.encode())
        return int.from_bytes(digest.digest(), "little")


class KnownRows:
    """Versions in force by mark: two million of them in some 60 MB."""

    def __init__(self, marks: "array[int]", records: "array[int]") -> None:
        self._marks = marks
        self._records = records
        self._mask = (1 << max(4, (len(marks) * 3 // 2).bit_length())) - 1

    @cached_property
    def _slots(self) -> "array[int]":
        """Where each mark is, or the next free slot; made by the process that looks."""
        slots = array("I", bytes(4 * (self._mask + 1)))
        for place, mark in enumerate(self._marks, start=1):
            slot = mark & self._mask
            while slots[slot]:
                slot = (slot + 1) & self._mask
            slots[slot] = place
        return slots

    def __len__(self) -> int:
        return len(self._marks)

    def __reduce__(self) -> tuple[type["KnownRows"], tuple["array[int]", "array[int]"]]:
        return KnownRows, (self._marks, self._records)

    def find(self, mark: int) -> int | None:
        """The id of the version a mark stands for."""
        slots, slot = self._slots, mark & self._mask
        while place := slots[slot]:
            if self._marks[place - 1] == mark:
                return self._records[place - 1]
            slot = (slot + 1) & self._mask
        return None


def known_rows(connection: sa.Connection, name: str) -> KnownRows:
    """What the run in force of a source has marked, of which nothing has changed since."""
    live = _live(connection, name)
    marks, records = array("Q"), array("q")
    parts = (
        sa.select(marked.c.marks, marked.c.records)
        .join(source, source.c.published_run == marked.c.run)
        .where(source.c.name == name)
        .order_by(marked.c.part)
    )
    for part in connection.execute(parts):
        for mark, row_id in zip(array("Q", part.marks), array("q", part.records), strict=True):
            if row_id < len(live) and live[row_id]:
                marks.append(mark)
                records.append(row_id)
    return KnownRows(marks, records)


def _live(connection: sa.Connection, name: str) -> bytearray:
    """Which versions of a source are in force, by id; one this run has ended already is not."""
    found = bytearray()
    wanted = sa.select(record.c.id).where(record.c.source == name, record.c.until_run.is_(None))
    for row_id in connection.execute(wanted).scalars():
        if row_id >= len(found):
            found.extend(bytes(max(row_id + 1 - len(found), 65536)))
        found[row_id] = 1
    return found


class Marks:
    """The marks of a run, written batch by batch."""

    def __init__(self, run_id: int) -> None:
        self._run_id = run_id
        self._part = 0
        self._clear()

    def _clear(self) -> None:
        self._marks, self._records = array("Q"), array("q")

    def add(self, mark: int, row_id: int) -> None:
        """A row with this mark says what this version says."""
        if mark != NO_MARK:
            self._marks.append(mark)
            self._records.append(row_id)

    def extend(self, marks: Sequence[int], row_ids: Sequence[int]) -> None:
        """`add` for rows that were just written."""
        if NO_MARK in marks:
            for mark, row_id in zip(marks, row_ids, strict=True):
                self.add(mark, row_id)
            return
        self._marks.extend(marks)
        self._records.extend(row_ids)

    def write(self, connection: sa.Connection) -> None:
        """Keep those added since the last time, in the transaction of their rows."""
        if self._marks:
            connection.execute(
                marked.insert().values(
                    run=self._run_id,
                    part=self._part,
                    marks=self._marks.tobytes(),
                    records=self._records.tobytes(),
                )
            )
            self._part += 1
            self._clear()


def repeat_marks(connection: sa.Connection, before: int, run_id: int) -> None:
    """A run that takes another over has its marks too."""
    told = sa.select(sa.literal(run_id), marked.c.part, marked.c.marks, marked.c.records)
    names = ("run", "part", "marks", "records")
    connection.execute(marked.insert().from_select(names, told.where(marked.c.run == before)))


def forget_marks(connection: sa.Connection, runs: Iterable[int]) -> None:
    """Forget what these runs have marked."""
    connection.execute(marked.delete().where(marked.c.run.in_(list(runs))))


def keep_marks_of(connection: sa.Connection, name: str, run_id: int) -> None:
    """Forget the marks of a source's other runs."""
    others = sa.select(run.c.id).where(run.c.source == name, run.c.id != run_id)
    connection.execute(marked.delete().where(marked.c.run.in_(others)))
