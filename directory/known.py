"""Rows known word for word: what a run remembers of those it shaped, for the next one to pass over.

A mark is a digest of the raw row *keyed by all else that shaping depends on* (code, communes, card,
header of the file…): another way of reading finds no mark again, and so reads every row.
"""

from array import array
from collections.abc import Iterable
from functools import cached_property
from hashlib import blake2b
from itertools import repeat

from xxhash import xxh3_64_intdigest, xxh3_128_digest

NO_MARK = 0
"""Of a row that must be shaped again each time: it counts among the remarks of its import."""


digest_of = xxh3_128_digest
"""What tells a statement from another of the same row, in 16 bytes; a tenth of BLAKE2's time."""


def is_former_digest(digest: bytes, content: bytes) -> bool:
    """Whether a digest is a statement's as it was kept before 30 November 2026: BLAKE2's."""
    return digest == blake2b(content, digest_size=16).digest()


class Marking:
    """Makes the marks of rows read in one way."""

    def __init__(self, way: str) -> None:
        self._seed = int.from_bytes(blake2b(way.encode(), digest_size=8).digest(), "little")

    def marks(self, raws: Iterable[bytes]) -> list[int]:
        """The mark of each raw row; two rows out of 10¹⁹ share one."""
        return [*map(xxh3_64_intdigest, raws, repeat(self._seed))]


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
