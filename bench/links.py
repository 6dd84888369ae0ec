"""Linking measured: entries of several sources compared, decided and joined, in processor time.

`python -m bench.links [ENTRIES]`: invented people and places, each told by two sources.
"""

import sys
from time import process_time

from bench.matching import invented_records
from directory.links import Entry, decide, find_pairs
from directory.model import EntityKind


def invented_entries(count: int) -> list[Entry]:
    """Entries as a register holds them; records of one source follow each other's numbers."""
    return [
        Entry(
            id=number,
            kind=EntityKind.ROLE if told.family else EntityKind.ORGANIZATION,
            sources=frozenset((told.source,)),
            who=number if told.rpps else 0,
            record=told,
        )
        for number, told in enumerate(invented_records(count), start=1)
    ]


def main(count: int = 20_000) -> None:
    """Print how long all pairs take, and those of one hundred changed entries."""
    entries = invented_entries(count)
    by_id = {one.id: one for one in entries}
    started = process_time()
    pairs = list(find_pairs(entries))
    compared = process_time() - started
    started = process_time()
    decided = decide(pairs, {}, by_id)
    settled = process_time() - started
    started = process_time()
    again = list(find_pairs(entries, set(list(by_id)[:100])))
    few = process_time() - started
    print(f"{len(entries)} fiches, {len(pairs)} paires retenues, {len(decided.joined)} réunies")
    print(f"tout comparer {compared:.1f} s, décider {settled:.1f} s")
    print(f"cent fiches changées : {few:.1f} s ({len(again)} paires)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
