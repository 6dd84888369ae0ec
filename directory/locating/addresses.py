"""What is asked of an address: the lines a geocoder understands, and the key it is remembered by."""

import re
from typing import NamedTuple

from directory.communes import ARRONDISSEMENTS, Communes, plain_name
from directory.model import Address, Point, Precision

_BOX = re.compile(
    r"\b(?:b\.?p\.?|c\.?s\.?|t\.?s\.?a\.?|cidex)\s*\d+\b|\bc[ée]dex\b(?:\s*\d+\b)?", re.IGNORECASE
)
"""What a postman reads and no map knows: BP 12, CS 40001, TSA, CIDEX, CEDEX 3."""


class Asked(NamedTuple):
    """An address as it is asked: `street` first as told, `bare` without box numbers."""

    key: str
    street: str
    bare: str
    postcode: str
    city: str
    insee: str


def address_key(address: Address) -> str:
    """What an address is remembered by: the same however it is spelled; empty where no street is
    told, since there is nothing to look for."""
    street = _street(address)
    if not street or not (address.insee or address.postcode):
        return ""
    return f"{plain_name(street)}|{address.postcode}|{address.insee}"


def ask_for(address: Address, communes: Communes) -> Asked | None:
    """The question an address makes, None without a street; a CEDEX gives way to its commune."""
    key = address_key(address)
    if not key:
        return None
    commune = communes.get(address.insee)
    city = commune.name if commune else _BOX.sub(" ", address.city).strip()
    known = commune is None or address.postcode in commune.postcodes
    postcode = address.postcode if known else (commune.postcodes or ("",))[0] if commune else ""
    street = _street(address)
    bare = " ".join(_BOX.sub(" ", street).replace(" ,", ",").strip(" ,").split())
    return Asked(key, street, bare, postcode, city, address.insee)


def needs_place(point: Point | None) -> bool:
    """Whether an address has no point of its own: none, or its commune's."""
    return point is None or point.precision is Precision.COMMUNE


def same_commune(asked: str, found: str) -> bool:
    """Whether a found commune is the one asked for: Paris is also each of its arrondissements."""
    return asked == found or found.startswith(ARRONDISSEMENTS.get(asked, "-"))


def _street(address: Address) -> str:
    told = " ".join(filter(None, (address.street_number, address.street)))
    return " ".join((told or ", ".join(address.lines)).split())
