"""Who says so and why: required with every act, until accounts know the first."""

import unicodedata
from dataclasses import dataclass

from directory.base.acting import acting
from directory.base.errors import InputRefusedError

LONGEST_AUTHOR = 80
LONGEST_REASON = 500


@dataclass(frozen=True)
class Signed:
    """The name and the reason that go with an act."""

    author: str
    reason: str


def sign(author: str, reason: str) -> Signed:
    """Check both; raises InputRefusedError, with the `field`, when one is missing or too long."""
    return Signed(
        checked_author(author),
        checked_text(reason, "reason", "La raison", LONGEST_REASON),
    )


def checked_author(told: str) -> str:
    """The name of the account behind what is done, whatever is told; else the name told."""
    who = acting()
    name = who.name[:LONGEST_AUTHOR] if who else told
    return checked_text(name, "author", "Votre nom", LONGEST_AUTHOR)


def checked_text(told: str, field: str, label: str, longest: int, *, required: bool = True) -> str:
    """A text of one line without control characters; raises InputRefusedError with the `field`."""
    text = " ".join("".join(_printable(one) for one in told).split())
    if required and not text:
        raise InputRefusedError(f"{label} est à dire.", field=field)
    if len(text) > longest:
        raise InputRefusedError(
            f"{label} : au plus {longest} caractères, {len(text)} reçus.", field=field
        )
    return text


def _printable(letter: str) -> str:
    return " " if unicodedata.category(letter) == "Cc" else letter
