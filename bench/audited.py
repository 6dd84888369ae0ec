"""What the sealed audit trail costs a reservation: with it, with plain lines, without any.

    python -m bench.audited [--each 300] [--stores sqlite postgresql]

One process, one store, the three ways one after the other at each reservation (a hold and its
confirmation), so that whatever else the machine does weighs on all three. Told in CPU time of this
process: on a server, what it spends itself is not in it. The order turns at each round.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch
from uuid import UUID

import sqlalchemy as sa

from bench import reservations
from bench.machine import say_machine
from directory.base import audit
from directory.base.logs import configure_logs
from directory.base.prepared import Prepared
from orientation import tables
from orientation.service import Orientation

WITH, PLAIN, NONE = "journal scellé", "lignes sans sceau", "sans journal"
Chain = Callable[..., None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print, by store, the CPU of a reservation in each way, and the ratios."""
    parser = argparse.ArgumentParser(description="Measure what the audit trail costs.")
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args(arguments)
    configure_logs(level=40)
    print(say_machine())
    for store in options.stores:
        with tempfile.TemporaryDirectory() as name, reservations.server(store, Path(name)) as new:
            say_costs(store, measure(Path(name), new(), options.each))
    return 0


def measure(place: Path, url: str, each: int) -> Mapping[str, list[float]]:
    """CPU milliseconds of each reservation, by way; as many of each."""
    ways: dict[str, Chain] = {WITH: audit.chain_lines, PLAIN: _plain_lines, NONE: _no_lines}
    (share,) = reservations.prepare(place, url, 1, each * len(ways))
    orientation = reservations.open_at(place, url)
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for number, (slot, request) in enumerate(share):
        turn = (number + number // len(ways)) % len(ways)
        name = list(ways)[turn]
        with patch.object(audit, "chain_lines", ways[name]):
            spent[name].append(_reserve(orientation, slot, request))
    orientation.close()
    return spent


def say_costs(store: str, spent: Mapping[str, list[float]]) -> None:
    """One line per way: median CPU, and how many times what it costs without any trail."""
    bare = statistics.median(spent[NONE])
    for name, costs in spent.items():
        median = statistics.median(costs)
        print(f"{store:<12}{name:<20}{median:>7.2f} ms CPU  × {median / bare:.2f}  n={len(costs)}")


def _reserve(orientation: Orientation, slot: UUID, request: UUID) -> float:
    started = time.process_time()
    held = orientation.hold(slot, request, f"h-{request}")
    orientation.confirm(held.hold_id, reservations.PATIENT, f"c-{request}")
    return (time.process_time() - started) * 1000


def _plain_lines(
    connection: sa.Connection, _table: sa.Table, lines: Sequence[Mapping[str, Any]]
) -> None:
    """The same lines, dated and numbered by this process, beside the chain and under no seal."""
    now = datetime.now(UTC)
    rows = [{**line, "id": -next(_numbers), "at": now, "seal": ""} for line in lines]
    _INSERT.run_each(connection, rows)


def _insert(_dialect: str) -> sa.Insert:
    values = {one.name: sa.bindparam(one.name, type_=one.type) for one in tables.audit.c}
    return tables.audit.insert().inline().values(values)


_INSERT, _numbers = Prepared(_insert), count(1)


def _no_lines(*_told: object) -> None:
    """Nothing is written."""


if __name__ == "__main__":
    raise SystemExit(main())
