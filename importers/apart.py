"""A long file is read and shaped by a second process while this one compares and writes.

Python does one thing at a time in a process, and each of the two has about half of the work
(docs/mesures.md). The other holds no register: it sends rows `Packed`, and at the end its counts. A
short file is read here, since starting another process costs a second or two.
"""

import os
import pickle
import subprocess
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import IO, Any, NamedTuple, cast

from directory.base.errors import RecoursError
from directory.model import SourceRecord
from directory.prepared import Packer, Ready, decode_packed, encode_packed
from directory.staging import BATCH_ROWS, Staging
from importers.contract import Context, Importer
from importers.gather import Dated
from importers.outcome import Run
from importers.report import Report
from importers.rows import Reading, rare_collections, total_bytes

APART_BYTES = 16 << 20
"""From how much on a second process is worth its start, in bytes on disk (compressed or not)."""


def read(run: Run[Any], dated: Sequence[Dated]) -> None:
    """Bring every row of a run to its sink, with a second process where that is faster.

    Raises what reading here would: InputRefusedError at what stops a run.
    """
    worth_it = total_bytes(dated) >= APART_BYTES and (os.cpu_count() or 1) > 1
    if worth_it and isinstance(run.sink, Staging) and not run.importer.card.follows:
        _read_apart(run, run.sink, dated)
    else:
        run.read(dated)


PACKED_ROWS = 4000
"""Rows packed together: few enough for a processor's memory to hold them from end to end."""

PIPE_BYTES = 1 << 20
"""What the pipe holds between the two processes, where the system lets its size be chosen."""


class _Work(NamedTuple):
    """What the other process is to do."""

    importer: Importer[SourceRecord]
    context: Context
    report: Report
    dated: Sequence[Dated]


class _Batch(NamedTuple):
    """Rows on their way here, and how far the files were read."""

    packed: list[bytes]
    """`Packed` rows, BATCH_ROWS or more together, or nothing yet: they are written in one
    transaction."""
    set_aside: list[tuple[int, str, str, str, str]]
    ended: list[tuple[str, date | None]]
    done: int
    read: int


class _End(NamedTuple):
    """The last thing said: counts, remarks and parts, or why reading stopped."""

    report: Report
    parts: set[str]
    error: Exception | None


def _read_apart(run: Run[Any], staging: Staging, dated: Sequence[Dated]) -> None:
    total, removed = total_bytes(dated), 0
    work = _Work(run.importer, run.context, run.report, dated)
    with _other_process(work) as answers, rare_collections():
        run.context.known_rows = None  # the other process has them
        said = _next(answers)
        while isinstance(said, _Batch):
            for row in said.set_aside:
                staging.quarantine(*row)
            if said.packed:
                staging.add_packed(map(decode_packed, said.packed))
            removed += sum(staging.end(*row) for row in said.ended)
            staging.keep_turn()
            if run.progress:
                run.progress(said.done, total, said.read)
            del said  # before the next batch takes as much room
            said = _next(answers)
    vars(run.report).update(vars(said.report))
    run.report.removed += removed
    run.context.notes, run.context.parts = said.report.notes, said.parts
    if said.error is not None:
        raise said.error


def _next(stream: IO[bytes]) -> _Batch | _End:
    """The next thing said."""
    try:
        said: _Batch | _End = pickle.load(stream)  # noqa: S301 - said by our own process
    except (EOFError, pickle.UnpicklingError) as exc:
        raise _interrupted() from exc
    return said


def _interrupted() -> RecoursError:
    return RecoursError(
        "La lecture du fichier s'est interrompue (processus arrêté, mémoire épuisée ?). Rien "
        "n'est publié ; relancez l'import."
    )


@contextmanager
def _other_process(work: _Work) -> Iterator[IO[bytes]]:
    """What the process says while it works; it ends with the block, whatever happens here."""
    command = [sys.executable, "-c", f"from {__name__} import main; main()"]
    process = subprocess.Popen(  # noqa: S603 - ourselves
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=_same_path(),
        pipesize=PIPE_BYTES,
    )
    orders, answers = cast(IO[bytes], process.stdin), cast(IO[bytes], process.stdout)
    try:
        _order(work, orders)
        yield answers
    finally:
        process.kill()
        process.wait()
        answers.close()


def _order(work: _Work, orders: IO[bytes]) -> None:
    try:
        with orders:
            pickle.dump(work, orders, protocol=pickle.HIGHEST_PROTOCOL)
    except BrokenPipeError as exc:
        raise _interrupted() from exc


def _same_path() -> dict[str, str]:
    """The environment, with our modules where this process found them."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


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

    def add(self, told: Ready, line: int) -> None:
        """Take one row."""
        self._packer.add(told)
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
        """Say how far the files were read, with the rows once there are enough of them."""
        self._done = (done, rows)
        self.send(BATCH_ROWS)

    def send(self, at_least: int = 1) -> None:
        """Send what there is, rows only from `at_least` on."""
        packed: list[bytes] = []
        if self._rows + len(self._packer) >= at_least:
            if len(self._packer):
                self._pack()
            packed, self._packed, self._rows = self._packed, [], 0
        _say(self._stream, _Batch(packed, self._set_aside, self._ended, *self._done))
        self._set_aside, self._ended = [], []


def _say(stream: IO[bytes], answer: _Batch | _End) -> None:
    """Send one thing whole."""
    pickle.dump(answer, stream, protocol=pickle.HIGHEST_PROTOCOL)
    stream.flush()


def main() -> None:
    """The other process: read the work, send its rows, then how it ended."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr  # nothing printed joins the answers
    work: _Work = pickle.load(sys.stdin.buffer)  # noqa: S301 - said by our own process
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
    _say(answers, _End(work.report, work.context.parts, error))
