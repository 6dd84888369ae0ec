"""Readable addresses of entries, whose last part alone identifies them, for ever."""

from functools import cache

from sqids import Sqids

from directory.communes import plain_name


@cache
def _codes() -> Sqids:
    # Lower-case letters and digits that cannot be mistaken for one another when read aloud.
    return Sqids(alphabet="7b4kxf2h9mqc8n3tvw5rzpgd6js", min_length=4)


def make_alias(entity_id: int, name: str, commune: str) -> str:
    """Readable address of an entry; its last part alone identifies it, for ever."""
    words = f"{plain_name(name)} {plain_name(commune)}".split()
    slug = "-".join("".join(c for c in word if c.isascii()) for word in words)
    return f"{slug[:80].strip('-')}-{_codes().encode([entity_id])}".lstrip("-")


_LONGEST_CODE = 12
"""Twelve characters hold every number under 27**11: a longer code was never given."""


def decode_alias(alias: str) -> int | None:
    """The entity an alias ends with, whatever stands before; None when it names none."""
    code = alias.rsplit("-", 1)[-1]
    numbers = _codes().decode(code) if len(code) <= _LONGEST_CODE else []
    if len(numbers) != 1 or _codes().encode(numbers) != code:
        return None
    return numbers[0]
