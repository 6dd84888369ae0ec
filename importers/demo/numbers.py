"""Numbers that look like the real ones and can belong to nobody.

RPPS: the numbers published begin with 10 and the national agency's test identities with 99700
(seen 2026-11-22); those of the demonstration begin with 999. FINESS: after the département every
number seen goes on with 0; those of the demonstration go on with 9. No authority has reserved these
two ranges: they are far from what is issued, nothing more. Phones come from the ranges ARCEP keeps
for fiction (decision 2018-0881), landlines only: `phonenumbers` knows these as valid, not 06 39 98.
"""

from collections.abc import Iterator
from itertools import cycle
from random import Random

from stdnum import luhn

RPPS_PREFIX = "999"
FINESS_MARK = "9"
FICTION_PHONES = ("019900", "026191", "035301", "046571", "053649")
"""Beginnings of the landline numbers that exist for fiction alone, one per numbering zone."""

_ZONES = {
    "019900": ("11",),
    "026191": ("24", "28", "52", "53"),
    "035301": ("27", "32", "44"),
    "046571": ("84", "93", "94"),
    "053649": ("75", "76"),
}


def rpps_number(serial: int) -> str:
    """An invented RPPS number of 11 digits with its check digit; `serial` is under 10 million."""
    return _checked(f"{RPPS_PREFIX}{serial:07d}")


def first_serial(departement: str) -> int:
    """Where the RPPS serials of a département's demonstration begin, so that two never share one."""
    return int(_two_digits(departement)) * 100_000 + 1


def finess_number(departement: str, serial: int) -> str:
    """An invented FINESS number of 9 characters; `serial` is under 100,000."""
    number = _checked(f"{_two_digits(departement)}{FINESS_MARK}{serial:05d}")
    return departement + number[2:] if departement in ("2A", "2B") else number


def fiction_phones(region: str, rng: Random) -> Iterator[str]:
    """Ten-digit numbers for fiction in the numbering zone of a region, each once in 10,000."""
    zone = next((prefix for prefix, regions in _ZONES.items() if region in regions), "019900")
    order = rng.sample(range(10_000), 10_000)
    return (f"{zone}{rank:04d}" for rank in cycle(order))


def _two_digits(departement: str) -> str:
    return "20" if departement in ("2A", "2B") else departement[:2]


def _checked(payload: str) -> str:
    return payload + str(luhn.calc_check_digit(payload))
