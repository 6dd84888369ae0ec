"""Phone numbers: parsed, checked and printed by `phonenumbers`, French unless told otherwise."""

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

_SEPARATORS = re.compile(r"\s*(?:/|;|,|\bou\b)\s*")


@lru_cache(maxsize=65536)
def parse_phone(told: str, region: str = "FR") -> str:
    """E.164 of a number that exists, else an empty string. « 01 46 65 62 22 » → +33146656222."""
    try:
        number = phonenumbers.parse(told, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def split_phones(told: str) -> list[str]:
    """The numbers of one cell: FINESS+ writes « 0690291988/0590895757 »."""
    return [part for part in _SEPARATORS.split(told.strip()) if part]


@lru_cache(maxsize=65536)
def show_phone(value: str) -> str:
    """National form for a reader; what cannot be parsed is shown as told."""
    try:
        number = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        return value
    if not phonenumbers.is_possible_number(number):
        return value
    french = number.country_code in (33, 262, 508, 590, 594, 596)
    form = PhoneNumberFormat.NATIONAL if french else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)
