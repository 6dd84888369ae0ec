"""What makes two values of a field the same one, whoever writes them and however."""

from typing import Any

import msgspec

from directory.model import Address, Coding, Contact, ContactSystem, Identifier, Membership
from directory.phones import parse_phone
from directory.wording import say_address

_CALLED = (ContactSystem.PHONE, ContactSystem.FAX, ContactSystem.DIRECT_LINE)


def value_key(value: Any) -> str:
    """A short text that stays the same while a value means the same, fit for an address.

    A phone is known by its number, an address by what a postman reads, a coding by its code: an
    import that writes « 01.46.65.62.22 » tells the number it told before.
    """
    match value:
        case Contact(system=system, value=told):
            called = parse_phone(told) if system in _CALLED else ""
            return f"{system}|{called or told.casefold()}"
        case Identifier(system=system, value=told):
            return f"{system}|{told}"
        case Coding(code=code, label=label):
            return code or label.casefold()
        case Membership(name=name):
            return name.casefold()
        case Address():
            return say_address(value).casefold()
        case str():
            return value.casefold()
        case tuple():
            return " ; ".join(map(value_key, value))
        case _:
            return msgspec.json.encode(value).decode()
