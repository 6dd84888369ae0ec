"""What an import changed, row by row: new and former values, in words."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.communes import Communes
from directory.model import ContactSystem, Statement, Value
from directory.register import Register
from directory.tables import entity, record, run
from directory.wording import CONTACT_LABELS, FIELD_LABELS, SYSTEM_LABELS, say_field, say_person

_PARTS = ("person", "role", "organization", "service")
_NUMBERS = (ContactSystem.PHONE, ContactSystem.DIRECT_LINE)
_decode = msgspec.json.Decoder(Statement).decode


@dataclass(frozen=True)
class FieldChange:
    """One field of a row before and after; an empty text says that it was not told."""

    label: str
    before: str
    after: str
    field: str = ""
    """The field of the model, `phone` for a contact one can call."""


@dataclass(frozen=True)
class RowChange:
    """A row that says something else than before; no fields: only what no page shows differs."""

    entity: UUID
    name: str
    fields: tuple[FieldChange, ...]

    @property
    def moved(self) -> bool:
        """Whether it is somewhere else than before."""
        return any(one.field == "addresses" for one in self.fields)

    @property
    def phone_changed(self) -> bool:
        """Whether a number came, left or changed."""
        return any(one.field == "phone" for one in self.fields)


@dataclass(frozen=True)
class NewRow:
    """A row the source did not have."""

    entity: UUID
    name: str


@dataclass(frozen=True)
class GoneRow:
    """A row the source no longer has: its key and its dates are all that is kept of a person."""

    key: str
    name: str
    first_seen: datetime
    data_date: date | None


@dataclass(frozen=True)
class RunChanges:
    """What one run changed; lists are cut at the limit asked, counts are whole.

    `forgotten`: a later import of the source has been published, former values are gone.
    """

    new: int
    changed: int
    gone: int
    rows: tuple[RowChange, ...]
    gone_rows: tuple[GoneRow, ...]
    forgotten: bool
    new_rows: tuple[NewRow, ...] = ()
    moved: int = 0
    phones: int = 0
    """Rows changed in where they are, and in the numbers they give."""


def run_changes(
    register: Register, communes: Communes, run_id: int, limit: int = 200
) -> RunChanges:
    """What a published run changed; raises NotFoundError for an unknown run."""
    name = register.run(run_id).source
    with register.database.read() as connection:
        changed, new, gone = (
            connection.execute(sa.select(sa.func.count()).select_from(wanted.subquery())).scalar()
            for wanted in (_changed(name, run_id), _new(name, run_id), _gone(name, run_id))
        )
        told = connection.execution_options(yield_per=500).execute(_changed(name, run_id))
        rows, moved, phones = _tell_changed(told, communes, limit)
        came = connection.execute(_new(name, run_id).limit(limit)).all()
        ended = connection.execute(_gone(name, run_id).limit(limit)).all()
        later = connection.execute(
            sa.select(run.c.id).where(
                run.c.source == name, run.c.id > run_id, run.c.state == "published"
            )
        ).first()
    return RunChanges(
        new=new or 0,
        changed=changed or 0,
        gone=gone or 0,
        rows=tuple(rows),
        gone_rows=tuple(_gone_row(row) for row in ended),
        forgotten=later is not None,
        new_rows=tuple(NewRow(row.uuid, _name_of(row.statement)) for row in came),
        moved=moved,
        phones=phones,
    )


def _tell_changed(
    told: Iterable[Any], communes: Communes, limit: int
) -> tuple[list[RowChange], int, int]:
    """Changed rows up to the limit; how many of all moved, and how many changed their numbers."""
    rows: list[RowChange] = []
    moved = phones = 0
    for row in told:
        if not (row.before and row.after):
            continue
        change = _row_change(row, communes)
        moved += change.moved
        phones += change.phone_changed
        if len(rows) < limit:
            rows.append(change)
    return rows, moved, phones


def statement_changes(
    before: Statement, after: Statement, communes: Communes
) -> tuple[FieldChange, ...]:
    """Fields of two statements about one subject that differ, in words."""
    found: list[FieldChange] = []
    for part in _PARTS:
        old, new = getattr(before, part), getattr(after, part)
        kind = type(new if new is not None else old)
        for field in getattr(kind, "__struct_fields__", ()):
            found += _field_changes(field, _get(old, field), _get(new, field), communes)
    return tuple(found)


def _get(value: Value | None, field: str) -> Any:
    return getattr(value, field) if value is not None else None


def _field_changes(field: str, before: Any, after: Any, communes: Communes) -> list[FieldChange]:
    if before == after:
        return []
    if isinstance(before, tuple) or isinstance(after, tuple):
        return list(_items_changed(field, before or (), after or (), communes))
    label = FIELD_LABELS.get(field, "")
    texts = [say_field(field, one, communes) if one is not None else "" for one in (before, after)]
    return [FieldChange(label, texts[0], texts[1], field)] if label and texts[0] != texts[1] else []


def _items_changed(
    field: str, before: tuple[Any, ...], after: tuple[Any, ...], communes: Communes
) -> Iterator[FieldChange]:
    """Items that left and items that came, side by side in their order."""
    left = [one for one in before if one not in after]
    came = [one for one in after if one not in before]
    for place in range(max(len(left), len(came))):
        old, new = (items[place] if place < len(items) else None for items in (left, came))
        label = _item_label(field, new if new is not None else old)
        texts = [say_field(field, one, communes) if one is not None else "" for one in (old, new)]
        if label:
            kind = _field_name(field, new if new is not None else old)
            yield FieldChange(label, texts[0], texts[1], kind)


def _field_name(field: str, item: Any) -> str:
    is_number = field == "contacts" and item.system in _NUMBERS
    return "phone" if is_number else field


def _item_label(field: str, item: Any) -> str:
    if field == "contacts":
        return str(CONTACT_LABELS[item.system])
    if field == "identifiers":
        return str(SYSTEM_LABELS.get(item.system, item.system))
    return FIELD_LABELS.get(field, "")


def _changed(name: str, run_id: int) -> sa.Select[Any]:
    """Versions that began with the run where another of the same key ended with it."""
    former = record.alias("former")
    return (
        sa.select(
            entity.c.uuid,
            former.c.statement.label("before"),
            record.c.statement.label("after"),
        )
        .join(entity, entity.c.id == record.c.subject)
        .join(
            former,
            sa.and_(
                former.c.source == record.c.source,
                former.c.key == record.c.key,
                former.c.until_run == run_id,
            ),
        )
        .where(record.c.source == name, record.c.since_run == run_id)
        .order_by(record.c.id)
    )


def _new(name: str, run_id: int) -> sa.Select[Any]:
    former = record.alias("former")
    known = sa.exists().where(
        former.c.source == name, former.c.key == record.c.key, former.c.until_run == run_id
    )
    return (
        sa.select(entity.c.uuid, record.c.statement)
        .join(entity, entity.c.id == record.c.subject)
        .where(record.c.source == name, record.c.since_run == run_id, sa.not_(known))
        .order_by(record.c.id)
    )


def _gone(name: str, run_id: int) -> sa.Select[Any]:
    later = record.alias("later")
    replaced = sa.exists().where(
        later.c.source == name, later.c.key == record.c.key, later.c.since_run == run_id
    )
    return (
        sa.select(record.c.key, record.c.statement, record.c.first_seen, record.c.data_date)
        .where(record.c.source == name, record.c.until_run == run_id, sa.not_(replaced))
        .order_by(record.c.id)
    )


def _row_change(row: Any, communes: Communes) -> RowChange:
    before, after = _decode(row.before), _decode(row.after)
    return RowChange(row.uuid, _name(after), statement_changes(before, after, communes))


def _gone_row(row: Any) -> GoneRow:
    return GoneRow(row.key, _name_of(row.statement), row.first_seen, row.data_date)


def _name_of(statement: bytes | None) -> str:
    return _name(_decode(statement)) if statement else ""


def _name(said: Statement) -> str:
    if said.person is not None and said.role is not None:
        return say_person(said.person)
    if said.service is not None:
        return said.service.name
    return said.organization.name if said.organization is not None else ""
