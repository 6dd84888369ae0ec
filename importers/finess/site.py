"""What both generations of FINESS share: keys, numbers, names of a site."""

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from directory.model import (
    Address,
    Contact,
    CoveredArea,
    EntityKind,
    Identifier,
    Membership,
    Organization,
    SourceRecord,
    Statement,
)
from directory.vocabulary import category_coding, category_kind
from importers.contract import Context, Quarantined

NUMBER = re.compile(r"(\d{2}|2[ABab])\d{7}")
"""Shape of a FINESS number; sites and legal entities share the number space (FORMATS.md a.6)."""

HOMES = frozenset({"462"})
"""Categories whose address can be somebody's home: lieux de vie (FORMATS.md a.5)."""

SHORT_NAME = 38
"""Length at which FINESS cuts its short names."""


def check_number(number: str) -> Quarantined | None:
    """Why a number cannot be the key of a site; the check digit is left to warn."""
    if not number:
        return Quarantined("numéro FINESS absent", "la ligne ne dit pas quel établissement c'est")
    if not NUMBER.fullmatch(number):
        return Quarantined("numéro FINESS mal formé", number[:40], number)
    return None


def make_names(short: str, long: str) -> tuple[str, str]:
    """Name and long name: the long one is the name when the short one was cut."""
    if long and (not short or len(short) >= SHORT_NAME):
        return long, ""
    return short, long if long.casefold() != short.casefold() else ""


def shown_addresses(category: str, addresses: Sequence[Address]) -> tuple[Address, ...]:
    """The addresses of a site; of one that can be a home, the communes alone."""
    if category not in HOMES:
        return tuple(addresses)
    reduced = (
        msgspec.structs.replace(
            one, lines=(), street_number="", street="", complement="", point=None
        )
        for one in addresses
    )
    return tuple(dict.fromkeys(reduced))


def make_site(
    context: Context,
    *,
    number: str,
    raw: str,
    short: str,
    long: str,
    complement: str,
    category: str,
    category_label: str,
    legal_entity: str,
    numbers: dict[str, str],
    addresses: tuple[Address, ...],
    contacts: tuple[Contact, ...],
    opened_on: date | None,
    updated_on: date | None,
    member_of: tuple[Membership, ...] = (),
    notes: tuple[str, ...] = (),
    scope: tuple[str, ...] = (),
) -> SourceRecord:
    """The record of one site. SIRET is a number of it, never its key: several sites share one.

    `scope`: communes of the territory it goes to, where it sits elsewhere.
    """
    name, long_name = make_names(short, long)
    site = Organization(
        name=name,
        long_name=long_name,
        complement=complement,
        category=category_coding(category, category_label) if category else None,
        kind=category_kind(category),
        legal_entity=legal_entity,
        identifiers=tuple(
            Identifier(system=system, value=value) for system, value in numbers.items() if value
        ),
        addresses=shown_addresses(category, addresses),
        contacts=contacts,
        opened_on=opened_on,
        updated_on=updated_on,
        member_of=member_of,
        notes=notes,
    )
    key = f"finess|{number}"
    statement = Statement(
        subject=EntityKind.ORGANIZATION,
        subject_key=key,
        organization_key=key,
        organization=site,
        scope=CoveredArea(communes=scope) if scope else None,
        demo=context.demo,
    )
    return SourceRecord(key=number, statement=statement, raw=raw, data_date=context.data_date)
