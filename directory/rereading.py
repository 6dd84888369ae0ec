"""The marks of a run, kept with its rows for the next one (see `directory.known`).

They are written with the rows of their batch, and only those of the run in force are kept.
"""

from array import array
from collections.abc import Iterable, Sequence
from itertools import compress

import sqlalchemy as sa

from directory.bulk import numbers_told
from directory.known import NO_MARK, KnownRows
from directory.tables import marked, record, run, source


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
    for row_id in numbers_told(connection, wanted):
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
        self._marks.extend(compress(marks, marks))  # without those that are NO_MARK
        self._records.extend(compress(row_ids, marks))

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
