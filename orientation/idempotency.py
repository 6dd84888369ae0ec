"""The same key and the same body give the same answer, once done, however often asked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from directory.base.database import insert_ignoring_in
from directory.base.errors import ConflictError
from directory.base.prepared import Prepared
from directory.model import Value
from orientation import tables
from orientation.privacy import data_key, seal, unseal
from orientation.store import Agenda

T = TypeVar("T", bound=Value)

REFUSED = 409
DONE = 200


@dataclass(frozen=True)
class Owner:
    """Whose key seals stored answers: `rows` has it (`wrapped_key`), `calls` names it (`column`).

    Erasing an owner erases its answers: nothing personal outlives the key.
    """

    rows: sa.Table
    calls: sa.Table
    column: str


REQUESTS = Owner(tables.request, tables.idempotency, "request")


@dataclass(frozen=True)
class Call:
    """One call of an operation: its key (empty: not idempotent) and what was asked."""

    operation: str
    key: str | None
    body: tuple[Any, ...]
    owner: Owner = REQUESTS


class Refusal(Value, frozen=True, kw_only=True):
    """A refusal as it is kept, so that the same call is refused in the same words."""

    detail: str
    extra: dict[str, Any]

    def as_error(self) -> ConflictError:
        """The error a handler answers with."""
        return ConflictError(self.detail, **self.extra)


def replayed(agenda: Agenda, connection: sa.Connection, call: Call, kind: type[T]) -> T | None:
    """The answer already given to this call, None when the call is new and now ours to do.

    Claims the key in the caller's transaction: a second process waits for its end. Raises the
    stored refusal, or ConflictError `idempotency_key_reused` for another body.
    """
    if not call.key or _is_new(agenda, connection, call, {}):
        return None
    return _stored_answer(agenda, connection, call, kind)


def remember(
    agenda: Agenda,
    connection: sa.Connection,
    call: Call,
    owner_id: Any,
    answer: Value,
    key: bytes | None = None,
) -> None:
    """Store the answer of a call that `replayed` let through, in the same transaction.

    `key` is the owner's data key, read when it is not given.
    """
    if call.key:
        _answering(call.owner).run(
            connection,
            called=call.operation,
            digest=_key_digests(agenda, call)[0],
            owner=owner_id,
            status=REFUSED if isinstance(answer, Refusal) else DONE,
            payload=seal(key or _owner_key(agenda, connection, call, owner_id), answer),
        )


def run_once(
    agenda: Agenda,
    call: Call,
    kind: type[T],
    work: Callable[[sa.Connection], tuple[Any, T] | tuple[Any, T, bytes]],
) -> T:
    """Do `work` in one transaction with its stored answer.

    It returns (owner's id, answer), and the owner's data key if it has it at hand.
    """
    with agenda.database.write() as connection:
        before = replayed(agenda, connection, call, kind)
        if before is not None:
            return before
        owner_id, answer, *key = work(connection)
        remember(agenda, connection, call, owner_id, answer, *key)
        return answer


def run_known(
    agenda: Agenda,
    call: Call,
    owner_id: Any,
    key: bytes,
    answer: T,
    work: Callable[[sa.Connection], None],
) -> T:
    """`run_once` for an answer known before `work`, which raises when it is not to be given.

    What takes time is done before the transaction: the answer is sealed, then claimed with it.
    """
    claimed = {"status": DONE, "payload": seal(key, answer), "owner": owner_id}
    with agenda.database.write() as connection:
        if call.key and not _is_new(agenda, connection, call, claimed):
            return _stored_answer(agenda, connection, call, type(answer))
        work(connection)
        return answer


def remember_refusal(
    agenda: Agenda, call: Call, owner_id: Any, refusal: Refusal, kind: type[T]
) -> T:
    """Store a refusal and raise it; or give the answer another process stored meanwhile."""
    if call.key:
        with agenda.database.write() as connection:
            before = replayed(agenda, connection, call, kind)
            if before is not None:
                return before
            remember(agenda, connection, call, owner_id, refusal)
    raise refusal.as_error()


def _is_new(
    agenda: Agenda, connection: sa.Connection, call: Call, answer: Mapping[str, Any]
) -> bool:
    key, *former = _key_digests(agenda, call)
    if former and _is_known(connection, call, former):
        return False
    claimed = _claiming(call.owner).first(
        connection,
        territory=agenda.territory.slug,
        operation=call.operation,
        key=key,
        body=_body_digests(agenda, call)[0],
        created_at=agenda.clock(),
        owner=answer.get("owner"),
        status=answer.get("status"),
        payload=answer.get("payload"),
    )
    return claimed is not None


def _is_known(connection: sa.Connection, call: Call, former: Sequence[str]) -> bool:
    """Whether the call was claimed under a key of before the last rotation."""
    table = call.owner.calls
    query = sa.select(table.c.key).where(
        table.c.operation == call.operation, table.c.key.in_(former)
    )
    return connection.execute(query).first() is not None


def _stored_answer(agenda: Agenda, connection: sa.Connection, call: Call, kind: type[T]) -> T:
    row = connection.execute(sa.select(call.owner.calls).where(*_is_call(agenda, call))).one()
    if row.body not in _body_digests(agenda, call):
        raise ConflictError(
            "Cette clé Idempotency-Key a déjà servi pour une autre demande : "
            "prenez une nouvelle clé pour chaque nouvelle action.",
            reason="idempotency_key_reused",
        )
    key = _owner_key(agenda, connection, call, row._mapping[call.owner.column])
    if row.status == REFUSED:
        raise unseal(key, row.payload, Refusal).as_error()
    return unseal(key, row.payload, kind)


def _is_call(agenda: Agenda, call: Call) -> tuple[sa.ColumnElement[bool], ...]:
    table = call.owner.calls
    return table.c.operation == call.operation, table.c.key.in_(_key_digests(agenda, call))


def _key_digests(agenda: Agenda, call: Call) -> tuple[str, ...]:
    return agenda.keys.digests("idempotency", agenda.territory.slug, call.key or "")


def _body_digests(agenda: Agenda, call: Call) -> tuple[str, ...]:
    return agenda.keys.digests("body", call.operation, msgspec.json.encode(call.body))


def _owner_key(agenda: Agenda, connection: sa.Connection, call: Call, owner_id: Any) -> bytes:
    row = _reading_key(call.owner).first(connection, owner=owner_id)
    return data_key(agenda, row.wrapped_key if row else None)


@cache
def _claiming(owner: Owner) -> Prepared:
    calls = owner.calls
    told = ("territory", "operation", "key", "body", "created_at", "status", "payload")
    values = {name: sa.bindparam(name, type_=calls.c[name].type) for name in told}
    values[owner.column] = sa.bindparam("owner", type_=calls.c[owner.column].type)
    return Prepared(
        lambda dialect: insert_ignoring_in(dialect, calls).values(values).returning(calls.c.key)
    )


@cache
def _answering(owner: Owner) -> Prepared:
    calls = owner.calls
    values = {name: sa.bindparam(name, type_=calls.c[name].type) for name in ("status", "payload")}
    values[owner.column] = sa.bindparam("owner", type_=calls.c[owner.column].type)
    return Prepared(
        lambda _: (
            calls.update()
            .where(
                calls.c.operation == sa.bindparam("called"), calls.c.key == sa.bindparam("digest")
            )
            .values(values)
        )
    )


@cache
def _reading_key(owner: Owner) -> Prepared:
    rows = owner.rows
    of_owner = rows.c.id == sa.bindparam("owner")
    return Prepared(lambda _: sa.select(rows.c.wrapped_key).where(of_owner))
