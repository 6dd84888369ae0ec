"""What a person does to an entry: correct, confirm, refuse its publication, take an act back.

Nothing is ever overwritten: each act is a row of `local_statement`, with who, when and why; a
withdrawn one stays, with who took it back.
"""

from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import Database, store_now
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.entries import entry_of
from directory.local.keys import value_key
from directory.local.parts import KINDS, decode_value, split_path
from directory.local.reading import ActKind
from directory.local.signing import Signed
from directory.merge import merge
from directory.model import Contact
from directory.policy import rule_for
from directory.subjects import Subject
from directory.tables import base, entity, local_statement
from directory.tracing import trace_change

CHANGED = "local.changed"
"""Topic of the change log: somebody here spoke of an entry, the index is to follow."""


def correct(
    database: Database, ref: str, path: str, now: Any, signed: Signed, *, was: str = ""
) -> int:
    """Say what a fact of an entry is; None takes it off the entry. Returns the act's number.

    Where a field keeps several values, `was` is the key of the one that is replaced or taken off,
    empty to add one. Raises NotFoundError or GoneError for the entry, InputRefusedError for what is
    no fact of it or no such value, ConflictError when nothing would change.
    """
    with database.write() as connection:
        subject = entry_of(connection, ref)
        part, field = split_path(path, subject.identity.kind)
        union = rule_for(field).union
        before = _present(subject, part, field, was) if was or not union else None
        _check_change(before, now, was)
        value = {"was": msgspec.to_builtins(before), "now": msgspec.to_builtins(now)}
        decode_value(path, value["now"])
        return _append(connection, subject, part, ActKind.CORRECTION, path, value, signed)


def _check_change(before: Any, now: Any, was: str) -> None:
    if was and before is None:
        raise ConflictError(
            "Cette valeur n'est plus sur la fiche : quelqu'un l'a corrigée, ou sa source l'a "
            "changée. Rouvrez la fiche et recommencez."
        )
    if _means_the_same(now, before):
        raise ConflictError(
            "C'est déjà ce que dit la fiche : pour dire que c'est exact, confirmez-le."
        )


def _means_the_same(now: Any, before: Any) -> bool:
    """Whether nothing would change; a number is the same however it is written."""
    if isinstance(now, Contact) and isinstance(before, Contact):
        rewritten = msgspec.structs.replace(before, value=now.value)
        return value_key(now) == value_key(before) and now == rewritten
    return bool(now == before)


def confirm(database: Database, ref: str, path: str, signed: Signed, *, key: str) -> int:
    """Say that a fact was checked today and is right; `key` is the one of the value shown.

    Raises ConflictError when the entry no longer says so.
    """
    with database.write() as connection:
        subject = entry_of(connection, ref)
        part, field = split_path(path, subject.identity.kind)
        shown = _shown(subject, part, field)
        values = shown if rule_for(field).union else (shown,)
        value = next((one for one in values or () if one and value_key(one) == key), None)
        if value is None:
            raise ConflictError(
                "La fiche ne dit plus cela : elle vient de changer. Rouvrez-la et recommencez."
            )
        stored = {"now": msgspec.to_builtins(value)}
        return _append(connection, subject, part, ActKind.CONFIRMATION, path, stored, signed)


def refuse(database: Database, ref: str, signed: Signed, *, whole_person: bool = False) -> int:
    """Take an entry off the directory, whatever sources say later; with `whole_person`, every entry
    of who exercises it. Raises InputRefusedError when no person is known behind the entry.
    """
    with database.write() as connection:
        subject = entry_of(connection, ref)
        if whole_person and not subject.person:
            raise InputRefusedError("Aucune personne n'est connue derrière cette fiche.")
        part = "person" if whole_person else ""
        return _append(connection, subject, part, ActKind.REFUSAL, "", None, signed)


def value_of(database: Database, ref: str, path: str, key: str) -> Any:
    """The value a correction would replace, None where it would add one.

    Raises NotFoundError or GoneError for the entry, InputRefusedError for what is no fact of it.
    """
    with database.read() as connection:
        subject = entry_of(connection, ref)
    part, field = split_path(path, subject.identity.kind)
    return _present(subject, part, field, key)


def take_back(database: Database, number: int, author: str) -> ActKind:
    """Withdraw an act: it stays in the history, with who took it back, and counts no more.

    Raises NotFoundError when none in force has this number.
    """
    table = local_statement
    with database.write() as connection:
        row = connection.execute(
            table.update()
            .where(table.c.id == number, table.c.withdrawn_at.is_(None))
            .values(withdrawn_at=store_now(), withdrawn_by=author)
            .returning(table.c.entity, table.c.act, table.c.field)
        ).first()
        if row is None:
            raise NotFoundError(f"Aucune correction en vigueur ne porte le n° {number}.")
        uuid = _log(connection, row.entity, row.act, row.field, withdrawn=True)
        told = {"act": number, "kind": row.act}
        trace_change(connection, "directory.withdraw", uuid, author, after=told)
    return ActKind(row.act)


def append_act(
    connection: sa.Connection,
    entity_id: int,
    act: ActKind,
    signed: Signed,
    *,
    field: str = "",
    value: Any = None,
) -> int:
    """Write one act with its line of the change log; returns its number."""
    number = connection.execute(
        local_statement.insert()
        .values(
            entity=entity_id,
            act=act,
            field=field,
            value=value,
            author=signed.author,
            reason=signed.reason,
            created_at=store_now(),
        )
        .returning(local_statement.c.id)
    ).scalar_one()
    uuid = _log(connection, entity_id, act, field)
    told = value if isinstance(value, dict) else {}
    trace_change(
        connection,
        f"directory.{act}",
        uuid,
        signed.author,
        field=field,
        reason=signed.reason,
        before=told.get("was"),
        after=told.get("now"),
    )
    return int(number)


def _append(
    connection: sa.Connection,
    subject: Subject,
    part: str,
    act: ActKind,
    path: str,
    value: Any,
    signed: Signed,
) -> int:
    """On the person of a role for what is true of them wherever they work, else on the entry."""
    about = subject.identity.id
    if part == "person" and subject.person:
        wanted = sa.select(entity.c.id).where(entity.c.uuid == UUID(subject.person))
        about = connection.execute(wanted).scalar_one()
    return append_act(connection, about, act, signed, field=path, value=value)


def _shown(subject: Subject, part: str, field: str) -> Any:
    """What the entry says of a field, all sources and people heard."""
    told = [line.tell(said) for line in subject.told if (said := getattr(line.said, part))]
    return getattr(merge(KINDS[part], told), field) if told else None


def _present(subject: Subject, part: str, field: str, key: str) -> Any:
    """The value that a correction replaces: the field's, or among its values the one of this key.

    A value that another correction has just hidden is still told by somebody: the last one wins.
    """
    if not rule_for(field).union:
        return _shown(subject, part, field)
    told = [getattr(line.said, part) for line in subject.told]
    values = (one for said in told if said is not None for one in getattr(said, field))
    return next((one for one in values if value_key(one) == key), None)


def _log(
    connection: sa.Connection, entity_id: int, act: str, field: str, *, withdrawn: bool = False
) -> UUID:
    known = connection.execute(sa.select(entity.c.uuid).where(entity.c.id == entity_id))
    uuid: UUID = known.scalar_one()
    detail = {"act": str(act), "field": field, "withdrawn": withdrawn}
    append_change(connection, base.change_log, CHANGED, str(uuid), detail)
    return uuid
