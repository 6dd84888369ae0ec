"""French spaces that do not break, by one rule for all that people read.

Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
"""

import re

NARROW = "\u202f"
"""Narrow no-break space: before ; ! ? and a unit, between thousands."""

NO_BREAK = "\u00a0"
"""No-break space: before : and inside « »."""

_UNITS = r"[%€]|(?:[ckm]?m|h|min|s|k?g|mg|ko|Mo)\b(?!['’])"

_SPACES = (
    (re.compile(r"[ \u00a0\u202f]+(?=[;!?](?:[\s»)]|$))"), NARROW),
    (re.compile(r"[ \u202f]+(?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=«)(?:[ \u00a0\u202f]+|(?=\S))"), NO_BREAK),
    (re.compile(r"[ \u00a0\u202f]+(?=»)|(?<=\S)(?=»)"), NO_BREAK),
    (re.compile(rf"(?<=\d)[ \u00a0]+(?={_UNITS})"), NARROW),
    (re.compile(r"(?<=\d\u202fh)[ \u00a0]+(?=\d\d\b)"), NARROW),
)
_CONCERNED = re.compile(rf"[:;!?«»]|\d[ \u00a0](?:{_UNITS})")


def typeset(text: str) -> str:
    """Spaces that do not break: before ; ! ? and :, inside « », in « 12 km » and « 14 h 30 ».

    Nothing else is touched: neither an address nor « 12:30 ». Set text stays as it is.
    """
    if not _CONCERNED.search(text):
        return text
    for found, space in _SPACES:
        text = found.sub(space, text)
    return text
