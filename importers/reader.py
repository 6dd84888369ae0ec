"""The process that reads a long file for another one: what it is told, and what it answers.

It loads neither the store nor the web: half of its start and a quarter of its memory.
"""

import pickle
import sys
import traceback
from collections.abc import Iterable, Sequence
from datetime import date
from time import monotonic
from typing import IO, NamedTuple

from directory.base.errors import RecoursError
from directory.model import SourceRecord
from directory.packing import Packer, encode_packed
from directory.prepared import BATCH_ROWS, Ready, Repeated, ShapedRoles
from importers.contract import Context, Importer
from importers.inputs import Dated
from importers.report import Report
from importers.rows import Reading

PACKED_ROWS = 3000
"""Rows packed together, so that neither process holds a whole batch as Python values."""


SILENCE = 0.5
"""Seconds without a word after which the reader says how far it is."""


class Work(NamedTuple):
    """What the other process is to do."""

    importer: Importer[SourceRecord]
    context: Context
    report: Report
    dated: Sequence[Dated]


class Batch(NamedTuple):
    """Rows on their way here, and how far the files were read."""

    packed: list[bytes]
    """`Packed` rows, BATCH_ROWS or more together, or nothing yet: they are written in one
    transaction."""
    set_aside: list[tuple[int, str, str, str, str]]
    ended: list[tuple[str, date | None]]
    done: int
    read: int


class End(NamedTuple):
    """The last thing said: counts, remarks and parts, or why reading stopped."""

    report: Report
    parts: set[str]
    error: Exception | None


class _Sender:
    """The other process's sink: rows leave as soon as the reader shows how far it is."""

    def __init__(self, run_id: int, stream: IO[bytes]) -> None:
        self.run_id = run_id
        self._stream = stream
        self._packer = Packer()
        self._packed: list[bytes] = []
        self._rows = 0
        self._set_aside: list[tuple[int, str, str, str, str]] = []
        self._ended: list[tuple[str, date | None]] = []
        self._done = (0, 0)
        self._said = monotonic()

    def add(self, told: Ready, line: int) -> None:
        """Take one row."""
        self._packer.add(told)
        if len(self._packer) >= PACKED_ROWS:
            self._pack()

    def add_together(self, rows: ShapedRoles) -> None:
        """Take rows together."""
        self._packer.add_together(rows)
        if len(self._packer) >= PACKED_ROWS:
            self._pack()

    def add_known(self, known: Iterable[Repeated]) -> None:
        """Take rows known word for word."""
        self._packer.add_known(known)
        if len(self._packer) >= PACKED_ROWS:
            self._pack()

    def _pack(self) -> None:
        self._rows += len(self._packer)
        self._packed.append(encode_packed(self._packer.take()))

    def quarantine(self, line: int, key: str, reason: str, detail: str, raw: str) -> None:
        """Set one row aside."""
        self._set_aside.append((line, key, reason, detail, raw))

    def end(self, key: str, told_on: date | None = None) -> int:
        """Have a known row ended over there, where it is counted."""
        self._ended.append((key, told_on))
        return 0

    def keep_turn(self) -> None:
        """The process that writes keeps it."""

    def show(self, done: int, total: int, rows: int) -> None:
        """Say how far the files were read, with the rows once there are enough of them; else only
        now and then, since what is said waits before the rows that follow."""
        self._done = (done, rows)
        if self._rows + len(self._packer) >= BATCH_ROWS or monotonic() - self._said > SILENCE:
            self.send(BATCH_ROWS)

    def send(self, at_least: int = 1) -> None:
        """Send what there is, rows only from `at_least` on."""
        packed: list[bytes] = []
        if self._rows + len(self._packer) >= at_least:
            if len(self._packer):
                self._pack()
            packed, self._packed, self._rows = self._packed, [], 0
        _say(self._stream, Batch(packed, self._set_aside, self._ended, *self._done))
        self._set_aside, self._ended, self._said = [], [], monotonic()


def _say(stream: IO[bytes], answer: Batch | End) -> None:
    """Send one thing whole."""
    pickle.dump(answer, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def main() -> None:
    """The other process: read the work, send its rows, then how it ended."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing printed joins the answers
    work: Work = pickle.load(sys.stdin.buffer)  # noqa: S301 - said by our own process
    sink = _Sender(work.report.run, answers)
    reading = Reading(work.importer, sink, work.context, work.report, sink.show)
    error: Exception | None = None
    try:
        reading.read(work.dated)
    except Exception as exc:  # raised again over there, where its reader is
        if not isinstance(exc, RecoursError):
            traceback.print_exc()
        error = exc
    sink.send()
    _say(answers, End(work.report, work.context.parts, error))
