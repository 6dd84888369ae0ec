"""Several processes that write to the same store at once, several ways in turn.

A process that dies ends the race: the others do not wait for it.
"""

import multiprocessing
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from pathlib import Path
from threading import BrokenBarrierError
from uuid import UUID

from directory.base.logs import configure_logs

BATCH = 10
"""Reservations of one way before the turn of the next."""

WARMING = 3
"""Reservations of each process that are done first and not counted: connections, statements."""

PATIENCE_SECONDS = 120
"""How long a process waits for the others, machine under load included."""

Reserve = Callable[[UUID, UUID], None]
"""Holds and confirms a slot for a request."""

Way = Callable[[Path, str], AbstractContextManager[Reserve]]
"""Opens the store of a folder, or of a URL."""


Share = Sequence[tuple[UUID, UUID]]
"""Slots and requests of one process."""


@dataclass(frozen=True)
class Course:
    """A way by its name, its store, and what each process reserves: `WARMING`, then the rest."""

    way: str
    place: Path
    url: str
    shares: Sequence[Share]


@dataclass(frozen=True)
class Ran:
    """What came of a way: reservations per second of all processes, and what one of them cost.

    `cpu_ms` is CPU time of the processes that reserve, for one reservation; a server's is not in
    it.
    """

    count: int
    rate: float
    cpu_ms: float


class RaceError(RuntimeError):
    """A process died or was waited for too long; its own error is the cause, if it had any."""


@dataclass(frozen=True)
class _Spent:
    """Seconds that each batch of a process took, and its CPU seconds for all of them."""

    batches: Sequence[float]
    cpu: float


def race(courses: Sequence[Course], ways: Mapping[str, Way], processes: int) -> Mapping[str, Ran]:
    """Run every course with as many processes, in turn; RaceError if one of them dies."""
    spawn = multiprocessing.get_context("spawn")
    gate = spawn.Barrier(processes)
    with ProcessPoolExecutor(processes, spawn, _meet_at, (gate,)) as pool:
        racers = [pool.submit(_run, courses, ways, number) for number in range(processes)]
        wait(racers)
    _raise_first_error(racers)
    told = [racer.result() for racer in racers]
    return {
        course.way: _add_up(course, [spent[n] for spent in told])
        for n, course in enumerate(courses)
    }


def _raise_first_error(racers: Sequence[Future[list[_Spent]]]) -> None:
    errors = [error for racer in racers if (error := racer.exception()) is not None]
    if errors:
        # Those who waited at the gate only say that it broke.
        cause = min(errors, key=lambda error: isinstance(error, BrokenBarrierError))
        raise RaceError(f"un processus s'est arrêté : {cause or type(cause).__name__}") from cause


def _add_up(course: Course, spent: Sequence[_Spent]) -> Ran:
    """A batch lasts as long as its slowest process."""
    count = sum(len(share) - WARMING for share in course.shares)
    seconds = sum(map(max, zip(*(one.batches for one in spent), strict=True)))
    return Ran(count, count / seconds, 1000 * sum(one.cpu for one in spent) / count)


_GATE: list[Barrier] = []


def _meet_at(gate: Barrier) -> None:
    _GATE.append(gate)


def _run(courses: Sequence[Course], ways: Mapping[str, Way], number: int) -> list[_Spent]:
    """What one process does: a batch of each course in turn, all processes at the same time."""
    (gate,) = _GATE
    configure_logs(level=40)
    try:
        with ExitStack() as opened:
            lanes = [
                (opened.enter_context(ways[one.way](one.place, one.url)), one.shares[number])
                for one in courses
            ]
            return _take_turns(gate, lanes)
    except BaseException:
        gate.abort()
        raise


def _take_turns(gate: Barrier, lanes: Sequence[tuple[Reserve, Share]]) -> list[_Spent]:
    for reserve, share in lanes:
        _reserve_all(reserve, share[:WARMING])
    batches: list[list[float]] = [[] for _ in lanes]
    spent = [0.0] * len(lanes)
    for start in range(WARMING, max(len(share) for _, share in lanes), BATCH):
        for n, (reserve, share) in enumerate(lanes):
            gate.wait(PATIENCE_SECONDS)
            began, cpu = time.perf_counter(), time.process_time()
            _reserve_all(reserve, share[start : start + BATCH])
            batches[n].append(time.perf_counter() - began)
            spent[n] += time.process_time() - cpu
    return [_Spent(took, cpu) for took, cpu in zip(batches, spent, strict=True)]


def _reserve_all(reserve: Reserve, share: Share) -> None:
    for slot, request in share:
        reserve(slot, request)
