"""Matching measured: comparisons a second, what blocking spares and keeps, precision and recall.

`python -m bench.matching [RECORDS]`; times are processor time, so that a busy machine lies less.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time

from directory.matching import (
    LabelledPair,
    MatchRecord,
    candidates,
    compare,
    evaluate,
    read_pairs,
    record_from_object,
)
from directory.matching.prepared import prepare
from tests.directory.matching.invented import Inventor
from tests.directory.matching.make_pairs import FIXTURES
from tests.directory.matching.writers import ameli_row, finess_row, house_list_row, rpps_row

FILES = ("pairs.jsonl", "held_out.jsonl")


@dataclass(frozen=True)
class Speed:
    """What one run over invented records took."""

    records: int
    prepare_us: float
    candidates: int
    spared: float
    compared_per_second: float
    found: float


def invented_records(count: int, seed: int = 1) -> Iterator[MatchRecord]:
    """Each practitioner told by two sources, and one establishment for four practitioners."""
    inventor = Inventor(seed)
    for turn in range(count // 2):
        if turn % 5:
            one = inventor.someone()
            rows = rpps_row(one, inventor.rng), ameli_row(one, inventor.rng)
        else:
            house = inventor.house()
            rows = finess_row(house, inventor.rng), house_list_row(house, inventor.rng)
        yield from map(record_from_object, rows)


def measure_speed(count: int) -> Speed:
    """Prepare, block and compare `count` invented records."""
    records = list(invented_records(count))
    started = process_time()
    for record in records:
        prepare(record)
    prepared = process_time() - started
    pairs = list(candidates(records))
    started = process_time()
    for left, right in pairs:
        compare(records[left], records[right])
    compared = process_time() - started
    return Speed(
        records=len(records),
        prepare_us=prepared / len(records) * 1e6,
        candidates=len(pairs),
        spared=1 - len(pairs) / (len(records) * (len(records) - 1) / 2),
        compared_per_second=len(pairs) / compared,
        found=_twins_found(pairs, len(records)),
    )


def blocking_recall(path: Path) -> float:
    """Share of the pairs labelled same that blocking proposes, all records in one heap."""
    labelled = list(read_pairs(path))
    records = [record for pair in labelled for record in _records(pair)]
    wanted = {(2 * i, 2 * i + 1) for i, pair in enumerate(labelled) if pair.same}
    return len(wanted & set(candidates(records))) / len(wanted)


def _records(pair: LabelledPair) -> tuple[MatchRecord, MatchRecord]:
    return pair.left, pair.right


def _twins_found(pairs: list[tuple[int, int]], count: int) -> float:
    twins = sum(left % 2 == 0 and right == left + 1 for left, right in pairs)
    return twins / (count // 2)


def main(count: int) -> None:
    """Print every figure of docs/rapprochement.md."""
    for name in FILES:
        path = FIXTURES / name
        found = evaluate(read_pairs(path))
        print(
            f"{name}: {found.pairs} pairs, precision {found.precision:.4f},"
            f" recall {found.recall:.4f}, asked {found.asked}, wrong {len(found.wrong)},"
            f" blocking keeps {blocking_recall(path):.4f}"
        )
    speed = measure_speed(count)
    print(
        f"{speed.records} records: prepare {speed.prepare_us:.0f} µs each,"
        f" {speed.candidates} candidates ({speed.spared:.4%} of pairs spared,"
        f" {speed.found:.4%} of twins kept), {speed.compared_per_second:,.0f} comparisons/s"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20_000)
