"""How a French name sounds, so that « Gauthier » and « Gotier » meet. Never enough to decide.

No maintained French phonetic exists on PyPI by itself (2026-11-22: addok-fr's comes with addok);
the rules are the usual ones of Soundex FR and Phonex, kept to what surnames need.
"""

import re
from functools import lru_cache

_RULES = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"[^a-z]", ""),
        (r"(.)\1+", r"\1"),
        (r"ph", "f"),
        (r"sch|sh", "S"),
        (r"ch(?=[rl])", "k"),
        (r"ch", "S"),
        (r"h", ""),
        (r"qu|q|ck", "k"),
        (r"gu(?=[eiy])", "G"),
        (r"ge(?=[aou])|g(?=[eiy])", "j"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"gn", "n"),
        (r"bv", "v"),
        (r"sn", "n"),
        (r"w", "v"),
        (r"z", "s"),
        (r"(?:eau|au)l?(?:[dtxs]+)?$", "o"),
        (r"eau|au", "o"),
        (r"o[tps]+$", "o"),
        (r"[ae]in(?=[^aeiouyn]|$)|[iy]n(?=[^aeiouyn]|$)|[iy]m(?=[pb])", "1"),
        (r"[ae]n(?=[^aeiouyn]|$)|[ae]m(?=[pb])", "2"),
        (r"on(?=[^aeiouyn]|$)|om(?=[pb])", "3"),
        (r"(?:ez|et|ai[st]?)$", "e"),
        (r"(?<=[^e])[dtspx]+$", ""),
        (r"er$", "e"),
        (r"(?<=[^e])e?s?$", ""),
        (r"oeu|eu", "E"),
        (r"ai|ei|ay|ey", "e"),
        (r"y", "i"),
        (r"[dtspxk]+$", ""),
    )
)


@lru_cache(maxsize=1 << 16)
def sound(folded: str) -> str:
    """Phonetic key of a folded word: `lefebvre` and `lefevre` share theirs."""
    key = folded
    for pattern, replacement in _RULES:
        key = pattern.sub(replacement, key)
    return key or folded[:1]
