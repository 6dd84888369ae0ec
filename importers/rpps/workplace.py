"""Where an activity takes place, read once per workplace: colleagues share the same cells."""

import re
from operator import attrgetter
from typing import NamedTuple

from directory.model import Address, Contact, ContactSystem, Identifier, Organization
from importers.cleaning import (
    CORRECTED,
    clean,
    join_street,
    make_address,
    phone_contacts,
    street_case,
)
from importers.contract import Context
from importers.rpps.layout import Layout, Told, town

_FINESS = re.compile(r"(\d{2}|2[AB])\d{7}")
_NUMBERS = ("structure", "finess_et", "finess_ej", "siret", "siren")
_numbers = attrgetter(*_NUMBERS)
_FIRST, _LAST = Told._fields.index("siret"), Told._fields.index("fax") + 1
"""The cells of a workplace stand together, from its numbers to its fax."""


class Workplace(NamedTuple):
    """What the cells of a place say, whoever exercises there."""

    organization_key: str
    organization: Organization | None
    name: str
    addresses: tuple[Address, ...]
    contacts: tuple[Contact, ...]


def workplace_of(told: Told, layout: Layout, context: Context) -> Workplace:
    """The workplace of a row, remembered; remarks on its commune count once per row."""
    cells = told[_FIRST:_LAST]
    found = layout.workplaces.get(cells)
    if found is None:
        return layout.learn_workplace(cells, read_workplace(told, context))
    if found.addresses and found.addresses[0].notes:
        context.note(CORRECTED)
    return found


def read_workplace(told: Told, context: Context) -> Workplace:
    """The workplace of a row."""
    name = clean(told.sign) or clean(told.company)
    address = _address(told, name, context)
    return Workplace(
        organization_key=_organization_key(told),
        organization=_organization(told, name),
        name=name,
        addresses=(address,) if address else (),
        contacts=(
            *_phones(told),
            *phone_contacts(told.fax, told.postcode, ContactSystem.FAX),
        ),
    )


def _organization_key(told: Told) -> str:
    if _FINESS.fullmatch(told.finess_et):
        return f"finess|{told.finess_et}"
    return f"structure|{told.structure}" if told.structure else ""


def _organization(told: Told, name: str) -> Organization | None:
    numbers = tuple(
        [
            Identifier(system=system, value=value)
            for system, value in zip(_NUMBERS, _numbers(told), strict=True)
            if value
        ]
    )
    return Organization(name=name, identifiers=numbers) if numbers else None


def _phones(told: Told) -> tuple[Contact, ...]:
    first = phone_contacts(told.phone, told.postcode)
    if not told.phone_2:
        return first
    return tuple(dict.fromkeys((*first, *phone_contacts(told.phone_2, told.postcode))))


def _address(told: Told, name: str, context: Context) -> Address | None:
    postcode, city = town(told.postcode, told.cedex, told.commune_label)
    if not (postcode or city or told.commune):
        return None
    number = told.street_number
    if told.repetition:
        number = f"{number} {told.repetition.lower()}".lstrip()
    return make_address(
        context,
        insee=told.commune,
        postcode=postcode,
        city=city,
        number=number,
        street=join_street(told.street_type or told.street_code, told.street),
        complement=_complement(told, name),
    )


def _complement(told: Told, name: str) -> str:
    cells = (told.recipient, told.point, told.distribution)
    if not any(cells):
        return ""
    known = name.casefold()
    found = [one for cell in cells if (one := clean(cell)) and one.casefold() != known]
    return ", ".join(map(street_case, found))
