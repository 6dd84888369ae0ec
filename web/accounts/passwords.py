"""Passwords: Argon2id, and a check that takes as long for an address nobody has."""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from directory.base.errors import InputRefusedError

SHORTEST, LONGEST = 12, 200
FEWEST_DIFFERENT = 5

# OWASP's Argon2id parameters: 19 MiB, two passes, one lane (read 2026-11).
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = BoundedSemaphore(4)  # memory stays bounded whatever the number of attempts
_NOBODY = HASHER.hash("personne n'a ce mot de passe")


def hash_password(password: str) -> str:
    """An Argon2id hash with its parameters and its salt."""
    with _AT_ONCE:
        return HASHER.hash(password)


def check_password(password: str, stored: str | None) -> bool:
    """Whether it is the one; without a stored hash the same work is done, for nothing."""
    with _AT_ONCE:
        try:
            HASHER.verify(stored or _NOBODY, password[: LONGEST + 1])
        except (VerificationError, InvalidHashError):
            return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether the parameters have changed since it was hashed."""
    return HASHER.check_needs_rehash(stored)


def accept_password(password: str, again: str, *known: str) -> str:
    """The password, if it may be one; InputRefusedError says why not.

    `known` is what everybody knows of the person: their name, their address.
    """
    lowered = password.casefold()
    if password != again:
        raise InputRefusedError("Les deux mots de passe ne sont pas les mêmes.", field="again")
    if not SHORTEST <= len(password) <= LONGEST:
        raise InputRefusedError(
            f"Entre {SHORTEST} et {LONGEST} caractères : une phrase convient très bien.",
            field="password",
        )
    told = [part for one in known for part in one.casefold().replace("@", " ").split()]
    if len(set(lowered)) < FEWEST_DIFFERENT or lowered in (
        *told,
        *(one.casefold() for one in known),
    ):
        raise InputRefusedError(
            "Ce mot de passe se devine : choisissez-en un autre.", field="password"
        )
    return password
