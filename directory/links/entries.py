"""What is compared: each entity somebody tells of, cut down to the fields that matching reads."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.bulk import is_one_of
from directory.matching import MatchRecord
from directory.matching.blocking import block_keys
from directory.matching.prepared import prepare
from directory.model import (
    Address,
    Contact,
    ContactSystem,
    EntityKind,
    Identifier,
    Statement,
    statement_addresses,
)
from directory.published import visible
from directory.tables import entity, record, source

COMPARED = (EntityKind.ROLE, EntityKind.ORGANIZATION)
"""Kinds that several sources may tell under different keys."""

_decode = msgspec.json.Decoder(Statement).decode
_DIALLED = (ContactSystem.PHONE, ContactSystem.DIRECT_LINE)


@dataclass(frozen=True)
class Entry:
    """One entity as matching sees it; `who` is the person's entity for a role, 0 when unknown."""

    id: int
    kind: EntityKind
    sources: frozenset[str]
    who: int
    record: MatchRecord


def comparable_entries(
    connection: sa.Connection, staged: tuple[str, int] | None = None
) -> list[Entry]:
    """Entries that may have a counterpart in another source.

    The largest source is read as a stream of which only what shares a key with the others stays:
    memory follows the smaller sources, not the two million rows of a national file.
    """
    others = told_elsewhere(largest_source(connection))
    kept = list(read_entries(connection, staged=staged, where=others))
    keys = {key for one in kept for key in _keys(one)}
    alone = read_entries(connection, staged=staged, where=sa.not_(others))
    return kept + [one for one in alone if any(key in keys for key in _keys(one))]


def largest_source(connection: sa.Connection) -> str:
    """The source with the most rows in force or staged, empty when there is none."""
    rows = sa.func.count()
    wanted = (
        sa.select(record.c.source)
        .where(record.c.until_run.is_(None))
        .group_by(record.c.source)
        .order_by(rows.desc(), record.c.source)
        .limit(1)
    )
    return connection.execute(wanted).scalar() or ""


def told_elsewhere(name: str) -> sa.ColumnElement[bool]:
    """SQL condition on `record`: its subject is told by a source other than this one.

    A listing that says more of a source's own subjects (`finess_activites`) is no other source.
    """
    other = record.alias("other")
    return sa.exists().where(
        other.c.subject == record.c.subject,
        other.c.source != name,
        sa.not_(other.c.source.startswith(f"{name}_", autoescape=True)),
    )


def _keys(entry: Entry) -> list[int]:
    return [hash(key) for key in block_keys(prepare(entry.record))]


def read_entries(
    connection: sa.Connection,
    *,
    staged: tuple[str, int] | None = None,
    among: Collection[int] | None = None,
    where: sa.ColumnElement[bool] | None = None,
) -> Iterator[Entry]:
    """Every role and organization in force (those `among`, those of a condition), by number.

    `staged`: as they will be once that run of that source is published.
    """
    wanted = (
        sa.select(
            record.c.subject, entity.c.kind, record.c.source, record.c.person, record.c.statement
        )
        .join(source, source.c.name == record.c.source)
        .join(entity, entity.c.id == record.c.subject)
        .where(visible(staged), entity.c.kind.in_([str(kind) for kind in COMPARED]))
        .order_by(record.c.subject, record.c.id)
    )
    if among is not None:
        wanted = wanted.where(is_one_of(connection, record.c.subject, among))
    if where is not None:
        wanted = wanted.where(where)
    rows = connection.execute(wanted, execution_options={"yield_per": 1000})
    for subject, told in groupby(rows, key=lambda row: row.subject):
        yield _entry(subject, list(told))


def _entry(subject: int, rows: list[Any]) -> Entry:
    names = frozenset(row.source for row in rows)
    said = [_decode(row.statement) for row in rows]
    return Entry(
        id=subject,
        kind=EntityKind(rows[0].kind),
        sources=names,
        who=next((row.person for row in rows if row.person), 0),
        record=match_record("+".join(sorted(names)), said),
    )


def match_record(name: str, said: Iterable[Statement]) -> MatchRecord:
    """The fields of matching out of an entity's statements: the first that says each one."""
    fields: dict[str, str] = {}
    for statement in said:
        for field, value in _fields(statement):
            if value and not fields.get(field):
                fields[field] = value
    return MatchRecord(source=name, **fields)


def _fields(said: Statement) -> Iterator[tuple[str, str]]:
    numbers = list(_numbers(said))
    yield "rpps", _number(numbers, "rpps")
    yield "finess", _number(numbers, "finess_et")
    yield "siret", _number(numbers, "siret")
    if said.person is not None:
        yield "family", said.person.family
        yield "given", said.person.given
    yield from _activity(said)
    yield from _place(next(iter(statement_addresses(said)), None))
    yield "phone", " ; ".join(one.value for one in _contacts(said) if one.system in _DIALLED)


def _activity(said: Statement) -> Iterator[tuple[str, str]]:
    if said.role is not None:
        trade = said.role.profession
        yield "profession", (trade.label or trade.code) if trade else ""
        skills = [one.label or one.code for one in said.role.specialities]
        yield "speciality", " ; ".join(skills)
        yield "name", said.role.organization_name
    elif said.organization is not None:
        category = said.organization.category
        yield "profession", category.label if category else ""
        yield "name", said.organization.name or said.organization.long_name


def _place(address: Address | None) -> Iterator[tuple[str, str]]:
    if address is None:
        return
    yield "street_number", address.street_number
    yield "street", address.street or " ".join(address.lines)
    yield "postcode", address.postcode
    yield "city", address.city


def _numbers(said: Statement) -> Iterator[Identifier]:
    for part in (said.person, said.role, said.organization):
        yield from part.identifiers if part is not None else ()


def _number(numbers: Iterable[Identifier], system: str) -> str:
    return next((one.value for one in numbers if one.system == system), "")


def _contacts(said: Statement) -> Iterator[Contact]:
    for part in (said.role, said.organization if said.role is None else None):
        yield from part.contacts if part is not None else ()
