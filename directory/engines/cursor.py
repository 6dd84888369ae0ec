"""Where a page stops: an opaque mark that belongs to one question and is refused elsewhere."""

import base64
import binascii
import hashlib
import struct
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from directory.base.errors import InputRefusedError
from directory.query import DirectoryQuery

MAX_OFFSET = 10_000
"""Paging stops there: further down, a question needs another word, not another page."""

NOWHERE = "Infinity"
"""The distance a server gives to an entry without a point."""

_DIGEST_BYTES = 8
_LAYOUT = struct.Struct(">BI8s8s")
_VERSION = 2


class Mark(NamedTuple):
    """How many hits come before the page asked for, and a digest of the generation counted in.

    An engine goes on answering from that generation as long as it is kept, so that a page after a
    rebuild has no gap nor repetition.
    """

    offset: int
    generation: bytes

    def is_of(self, generation: str) -> bool:
        """Whether the page before was read in this generation; false for a first page."""
        return self.generation == _short(generation.encode())


def write_cursor(query: DirectoryQuery, offset: int, generation: str) -> str:
    """The mark of the page that starts after `offset` hits of this question in a generation."""
    packed = _LAYOUT.pack(_VERSION, offset, _digest(query), _short(generation.encode()))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(query: DirectoryQuery) -> Mark:
    """Where the page asked for starts; InputRefusedError for a mark not ours."""
    if not query.cursor:
        return Mark(0, b"")
    try:
        version, offset, digest, generation = _LAYOUT.unpack(_unpacked(query.cursor))
    except (ValueError, binascii.Error, struct.error) as exc:
        raise _refusal() from exc
    if version != _VERSION or digest != _digest(query) or not 0 < offset <= MAX_OFFSET:
        raise _refusal()
    return Mark(int(offset), bytes(generation))


def write_place(query: DirectoryQuery, sorted_by: Sequence[float | str]) -> str:
    """The mark of the page that starts after the hit of these sort values."""
    told = msgspec.json.encode(list(sorted_by))
    return base64.urlsafe_b64encode(_digest(query) + told).decode().rstrip("=")


def read_place(query: DirectoryQuery, expected: int) -> list[float | str] | None:
    """Sort values the page starts after, None for the first; InputRefusedError if not ours."""
    if not query.cursor:
        return None
    try:
        packed = _unpacked(query.cursor)
        told = msgspec.json.decode(packed[_DIGEST_BYTES:], type=list[int | float | str])
    except (ValueError, binascii.Error) as exc:
        raise _refusal() from exc
    if packed[:_DIGEST_BYTES] != _digest(query) or len(told) != expected:
        raise _refusal()
    if not all(isinstance(one, int | float) or one == NOWHERE for one in told):
        raise _refusal()
    return list(told)


def _unpacked(cursor: str) -> bytes:
    padded = cursor + "=" * (-len(cursor) % 4)
    return base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)


def _digest(query: DirectoryQuery) -> bytes:
    return _short(msgspec.json.encode(msgspec.structs.replace(query, cursor="", size=0)))


def _short(told: bytes) -> bytes:
    return hashlib.blake2b(told, digest_size=_DIGEST_BYTES).digest()


def _refusal() -> InputRefusedError:
    return InputRefusedError(
        "cursor : ce repère de page n'est pas le nôtre ou appartient à une autre recherche ; "
        "reprenez la recherche depuis sa première page."
    )
