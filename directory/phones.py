"""Phone numbers: parsed, checked and printed by `phonenumbers`, French unless told otherwise."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

OVERSEAS_REGIONS = ("GP", "MQ", "GF", "RE", "YT", "PM")
"""Territories that write their numbers with ten digits as the mainland does."""

_TEN_DIGITS = re.compile(r"\s*0(?:[\s.-]*\d){9}\s*")
_SHOWN = re.compile(r"0[1-79](?: [0-9]{2}){4}")
"""A number of ten digits as it is shown; 08 numbers are grouped in other ways."""
_MAINLAND = re.compile(
    r"0(?:[134]\d{2}|2(?:[0-57-9]\d|6[014-7])|5[1-8]\d|6[0-24-8]\d|7[1-9]\d|9[0-25689]\d)\d{6}",
    re.ASCII,
)
"""No plan of ten digits overseas begins so: such a number is French, in a known block or not."""

_SEPARATORS = re.compile(r"\s*(?:/|;|,|\bou\b)\s*")


def mainland_phone(told: str) -> str:
    """E.164 of ten digits that can only be French, without the library; else an empty string."""
    return f"+33{told[1:]}" if _MAINLAND.fullmatch(told) else ""


def parse_phone(told: str, region: str = "FR") -> str:
    """E.164 of a number that can be called, else an empty string: « 01 46 65 62 22 » → +33146656222.

    A number written the French way may be overseas (0690…). One of the right length is taken even
    where the library knows no such block: the regulator opens new ones every month, and those kept
    for fiction (01 99 00…) are never in it.
    """
    if region == "FR" and (french := mainland_phone(told)):
        return french  # what the library would answer, a hundred times sooner
    return _look_up(told, region)


@lru_cache(maxsize=16384)
def _look_up(told: str, region: str) -> str:
    overseas = OVERSEAS_REGIONS if _TEN_DIGITS.fullmatch(told) else ()
    for tried in dict.fromkeys((region, "FR", *overseas)):
        number = _parse(told, tried)
        if number is not None and phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    number = _parse(told, "FR")
    if number is None or not _is_french_subscriber(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _parse(told: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(told, region)
    except phonenumbers.NumberParseException:
        return None


def split_phones(told: str) -> list[str]:
    """The numbers of one cell: FINESS+ writes « 0690291988/0590895757 »."""
    return [part for part in _SEPARATORS.split(told.strip()) if part]


def _is_french_subscriber(number: phonenumbers.PhoneNumber) -> bool:
    """Nine digits after +33, the first from 1 to 7 or 9 (08 numbers must be known to exist)."""
    digits = str(number.national_number)
    return number.country_code == 33 and len(digits) == 9 and digits[0] in "12345679"


@lru_cache(maxsize=65536)
def show_phone(value: str) -> str:
    """National form for a reader; what cannot be parsed is shown as told."""
    if _SHOWN.fullmatch(value):
        return value
    number = _parse(value, "FR")
    if number is None or not phonenumbers.is_possible_number(number):
        return value
    french = number.country_code in (33, 262, 508, 590, 594, 596)
    form = PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
