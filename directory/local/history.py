"""Every act of people here, newest first: on one entry, or on all of them."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.alias import make_alias
from directory.base.database import Database
from directory.bulk import is_one_of
from directory.entries import entry_of, published_among
from directory.local.parts import decode_value
from directory.local.reading import ActKind
from directory.model import EntityKind
from directory.published import visible
from directory.tables import entity, local_statement, record, source


@dataclass(frozen=True)
class ActView:
    """One act as its history tells it; `was` and `now` are values of the model, None for nothing.

    `ref` is a short address of the entry, of one of them where it was said of a person; where that
    one is not published (`shown`), the act keeps its author and dates and no value.
    """

    id: int
    ref: str
    of_person: bool
    shown: bool
    act: ActKind
    path: str
    was: Any
    now: Any
    author: str
    reason: str
    created_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


def acts_on(database: Database, ref: str) -> list[ActView]:
    """What was done to one entry and to its person, withdrawn acts included.

    Raises NotFoundError, or GoneError for an entry that must not be published.
    """
    with database.read() as connection:
        subject = entry_of(connection, ref)
        ids = {subject.identity.id, *(line.subject for line in subject.told)}
        if subject.person:
            person = sa.select(entity.c.id).where(entity.c.uuid == UUID(subject.person))
            ids.add(connection.execute(person).scalar_one())
        return _views(connection, lambda wanted: wanted.where(_about(connection, ids)))


def latest_acts(database: Database, limit: int = 100) -> list[ActView]:
    """The latest acts on any entry."""
    with database.read() as connection:
        return _views(connection, lambda wanted: wanted.limit(limit))


def _about(connection: sa.Connection, ids: Collection[int]) -> sa.ColumnElement[bool]:
    return is_one_of(connection, local_statement.c.entity, ids)


def _views(
    connection: sa.Connection, narrow: Callable[[sa.Select[Any]], sa.Select[Any]]
) -> list[ActView]:
    first_role = (
        sa.select(sa.func.min(record.c.subject))
        .join(source, source.c.name == record.c.source)
        .where(record.c.person == local_statement.c.entity, visible())
        .scalar_subquery()
    )
    wanted = (
        sa.select(local_statement, entity.c.kind, first_role.label("role"))
        .join(entity, entity.c.id == local_statement.c.entity)
        .order_by(local_statement.c.id.desc())
    )
    rows = connection.execute(narrow(wanted)).all()
    public = published_among(connection, {row.role or row.entity for row in rows})
    return [_view(row, shown=(row.role or row.entity) in public) for row in rows]


def _view(row: Any, *, shown: bool) -> ActView:
    value = row.value if shown and row.value else {}
    return ActView(
        id=row.id,
        ref=make_alias(row.role or row.entity, "", ""),
        of_person=row.kind == EntityKind.PERSON,
        shown=shown,
        act=ActKind(row.act),
        path=row.field,
        was=decode_value(row.field, value.get("was")),
        now=decode_value(row.field, value.get("now")),
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
    )
