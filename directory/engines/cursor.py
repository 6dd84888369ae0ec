"""Where a page stops: an opaque mark that belongs to one question and is refused elsewhere."""

import base64
import binascii
import hashlib
import struct

import msgspec

from directory.base.errors import InputRefusedError
from directory.query import DirectoryQuery

MAX_OFFSET = 10_000
"""Paging stops there: further down, a question needs another word, not another page."""

_LAYOUT = struct.Struct(">BI8s")
_VERSION = 1


def write_cursor(query: DirectoryQuery, offset: int) -> str:
    """The mark of the page that starts after `offset` hits of this question."""
    packed = _LAYOUT.pack(_VERSION, offset, _digest(query))
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def read_cursor(query: DirectoryQuery) -> int:
    """How many hits come before the page asked for; InputRefusedError for a mark not ours."""
    if not query.cursor:
        return 0
    try:
        padded = query.cursor + "=" * (-len(query.cursor) % 4)
        packed = base64.b64decode(padded.encode("ascii"), altchars=b"-_", validate=True)
        version, offset, digest = _LAYOUT.unpack(packed)
    except (ValueError, binascii.Error, struct.error) as exc:
        raise _refusal() from exc
    if version != _VERSION or digest != _digest(query) or not 0 < offset <= MAX_OFFSET:
        raise _refusal()
    return int(offset)


def _digest(query: DirectoryQuery) -> bytes:
    question = msgspec.structs.replace(query, cursor="", size=0)
    return hashlib.blake2b(msgspec.json.encode(question), digest_size=8).digest()


def _refusal() -> InputRefusedError:
    return InputRefusedError(
        "cursor : ce repère de page n'est pas le nôtre ou appartient à une autre recherche ; "
        "reprenez la recherche depuis sa première page."
    )
