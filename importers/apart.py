"""A long file is read and shaped by a second process while this one compares and writes.

Python does one thing at a time in a process, and each of the two has about half of the work
(docs/mesures.md). The other holds no register: it sends rows `Packed`, and at the end its counts
(`importers.reader`). A short file is read here, since starting another process costs a second.
"""

import os
import pickle
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import IO, Any, cast

from directory.base.errors import RecoursError
from directory.packing import decode_packed
from directory.staging import Staging
from importers import reader
from importers.inputs import Dated
from importers.outcome import Run
from importers.reader import Batch, End, Work
from importers.rows import rare_collections, total_bytes

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


AHEAD = 2
"""Batches brought before they are written: some take longer to read, others to write."""

PIPE_BYTES = 1 << 20
"""What the pipe holds between the two processes, where the system lets its size be chosen."""


def _read_apart(run: Run[Any], staging: Staging, dated: Sequence[Dated]) -> None:
    total, removed = total_bytes(dated), 0
    work = Work(run.importer, run.context, run.report, dated)
    with (
        rare_collections(),
        ThreadPoolExecutor(1, "next") as ahead,
        _other_process(work) as answers,
    ):
        run.context.known_rows = None  # the other process has them
        coming = deque([ahead.submit(_next, answers) for _ in range(AHEAD)])
        while isinstance(said := coming.popleft().result(), Batch):
            coming.append(ahead.submit(_next, answers))  # the reader goes on while it is written
            for row in said.set_aside:
                staging.quarantine(*row)
            if said.packed:
                staging.add_packed(map(decode_packed, said.packed))
            removed += sum(staging.end(*row) for row in said.ended)
            staging.keep_turn()
            if run.progress:
                run.progress(said.done, total, said.read)
            del said  # before the next batch takes as much room
    vars(run.report).update(vars(said.report))
    run.report.removed += removed
    run.context.notes, run.context.parts = said.report.notes, said.parts
    if said.error is not None:
        raise said.error


def _next(stream: IO[bytes]) -> Batch | End:
    """The next thing said."""
    try:
        said: Batch | End = pickle.load(stream)  # noqa: S301 - said by our own process
    except (EOFError, pickle.UnpicklingError) as exc:
        raise _interrupted() from exc
    return said


def _interrupted() -> RecoursError:
    return RecoursError(
        "La lecture du fichier s'est interrompue (processus arrêté, mémoire épuisée ?). Rien "
        "n'est publié ; relancez l'import."
    )


@contextmanager
def _other_process(work: Work) -> Iterator[IO[bytes]]:
    """What the process says while it works; it ends with the block, whatever happens here."""
    command = [sys.executable, "-c", f"from {reader.__name__} import main; main()"]
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


def _order(work: Work, orders: IO[bytes]) -> None:
    try:
        with orders:
            pickle.dump(work, orders, protocol=pickle.HIGHEST_PROTOCOL)
    except BrokenPipeError as exc:
        raise _interrupted() from exc


def _same_path() -> dict[str, str]:
    """The environment, with our modules where this process found them."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
