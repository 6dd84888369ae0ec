"""French spaces that do not break, by one rule for all that people read, and hours.

Source: Lexique des règles typographiques en usage à l'Imprimerie nationale.
"""

import re

NARROW = "\u202f"
"""Narrow no-break space: before ; ! ? and a unit, between thousands."""

NO_BREAK = "\u00a0"
"""No-break space: before : and inside « »."""

_SIGN = re.compile("[:;!?«»]")

_AROUND_SIGNS = (
    (re.compile(r"[ \u00a0\u202f]+(?=[;!?](?:[\s»)]|$))"), NARROW),
    (re.compile(r"[ \u202f]+(?=:(?:\s|$))"), NO_BREAK),
    (re.compile(r"(?<=«)(?:[ \u00a0\u202f]+|(?=\S))"), NO_BREAK),
    (re.compile(r"[ \u00a0\u202f]+(?=»)|(?<=\S)(?=»)"), NO_BREAK),
)
_UNIT = r"(?:[%€]|(?:[ckm]?m|h|min|s|k?g|mg|ko|Mo)\b(?!['’]))"
_BEFORE_UNIT = re.compile(rf"[ \u00a0](?<=\d.)(?={_UNIT})")
_BEFORE_MINUTES = re.compile(r"(?<=\d\u202fh)[ \u00a0](?=\d\d\b)")

_CONCERNED = re.compile(rf"[:;!?«»]|\d(?:[ \u00a0]{_UNIT}|\u202fh[ \u00a0]\d\d\b)")
"""Most of the thousand values of a page are not: « 12 rue du Parc » is left alone."""


def typeset(text: str) -> str:
    """Spaces that do not break: before ; ! ? and :, inside « », in « 12 km » and « 14 h 30 ».

    Nothing else is touched: neither an address nor « 12:30 ». Set text stays as it is.
    """
    if not _CONCERNED.search(text):
        return text
    if _SIGN.search(text):
        for found, space in _AROUND_SIGNS:
            text = found.sub(space, text)
    text = _BEFORE_UNIT.sub(NARROW, text)
    return _BEFORE_MINUTES.sub(NARROW, text) if NARROW in text else text


def say_hour(hour: int, minute: int = 0) -> str:
    """« 9 h », « 14 h 30 », with plain spaces: `typeset` sets them where they are shown."""
    return f"{hour} h {minute:02}" if minute else f"{hour} h"


def say_hour_of(told: str) -> str:
    """« 14 h 30 » for `14:30`; what is not an hour stays as it is."""
    hour, colon, minute = told.partition(":")
    return say_hour(int(hour), int(minute)) if colon and (hour + minute).isdigit() else told
