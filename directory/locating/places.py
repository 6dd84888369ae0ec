"""Where an entry is: put there by somebody, told by a source, located, or somewhere in its commune."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.communes import Commune, Communes, plain_name
from directory.locating.addresses import address_key, needs_place
from directory.locating.store import points_of
from directory.model import Address, Point, Precision, statement_addresses
from directory.subjects import Subject
from directory.wording import name_case, say_address

Points = Mapping[str, Point]
"""Points of located addresses, by the key of each."""


def located_for(connection: sa.Connection, subjects: Iterable[Subject]) -> Points:
    """Points of the addresses told of these subjects that lack one of their own."""
    keys = {
        address_key(one)
        for subject in subjects
        for line in (*subject.told, *subject.about_site)
        for one in statement_addresses(line.said)
        if needs_place(one.point)
    }
    return points_of(connection, keys - {""})


def place_of(
    addresses: Sequence[Address], pin: Point | None, communes: Communes, points: Points
) -> dict[str, Any]:
    """Where an entry is, from its first address; the commune's point where there is no better."""
    if not addresses:
        return {"point": _pinned(pin)} if pin else {}
    address = addresses[0]
    commune = communes.get(address.insee)
    point = _pinned(pin) if pin else _point(address, commune, points)
    if commune and _is_same(address, commune):
        address = msgspec.structs.replace(address, city=commune.name)
    return {
        "commune": commune.name if commune else name_case(address.city),
        "insee": address.insee,
        "postcode": address.postcode,
        "address": say_address(address),
        "point": point,
    }


def _point(address: Address, commune: Commune | None, points: Points) -> Point | None:
    if not needs_place(address.point):
        return address.point
    found = points.get(address_key(address)) if points else None
    return found or address.point or (commune.point if commune else None)


def _pinned(pin: Point) -> Point:
    """A point given by hand says so, whatever it came with."""
    return msgspec.structs.replace(pin, precision=Precision.PIN, origin="")


def _is_same(address: Address, commune: Commune) -> bool:
    """Whether the told city is the commune in other letters (« L HAY LES ROSES »), not a CEDEX."""
    return not address.city or plain_name(address.city) == plain_name(commune.name)
