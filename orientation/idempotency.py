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


@dataclass(frozen=True)
class _Named:
    """A call under the keyed hashes it is kept by, the present one first; none without a key.

    Made before the store is locked.
    """

    agenda: Agenda
    call: Call
    keys: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()


def run_once(
    agenda: Agenda,
    call: Call,
    kind: type[T],
    work: Callable[[sa.Connection], tuple[Any, T] | tuple[Any, T, bytes]],
) -> T:
    """Do `work` in one transaction with its stored answer.

    It returns (owner's id, answer), and the owner's data key if it has it at hand.
    """
    named = _name(agenda, call)
    with agenda.database.write() as connection:
        before = _replayed(named, connection, kind)
        if before is not None:
            return before
        owner_id, answer, *key = work(connection)
        _remember(named, connection, owner_id, answer, *key)
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
    named = _name(agenda, call)
    claimed = {"status": DONE, "payload": seal(key, answer), "owner": owner_id}
    with agenda.database.write() as connection:
        if named.keys and not _is_new(named, connection, claimed):
            return _stored_answer(named, connection, type(answer))
        work(connection)
        return answer


def remember_refusal(
    agenda: Agenda, call: Call, owner_id: Any, refusal: Refusal, kind: type[T]
) -> T:
    """Store a refusal and raise it; or give the answer another process stored meanwhile."""
    if call.key:
        named = _name(agenda, call)
        with agenda.database.write() as connection:
            before = _replayed(named, connection, kind)
            if before is not None:
                return before
            _remember(named, connection, owner_id, refusal)
    raise refusal.as_error()


def _name(agenda: Agenda, call: Call) -> _Named:
    if not call.key:
        return _Named(agenda, call)
    keys = agenda.keys.digests("idempotency", agenda.territory.slug, call.key)
    told = msgspec.json.encode(call.body)
    return _Named(agenda, call, keys, agenda.keys.digests("body", call.operation, told))


def _replayed(named: _Named, connection: sa.Connection, kind: type[T]) -> T | None:
    """The answer already given to this call, None when the call is new and now ours to do.

    Claims the key in the caller's transaction: a second process waits for its end. Raises the
    stored refusal, or ConflictError `idempotency_key_reused` for another body.
    """
    if not named.keys or _is_new(named, connection, {}):
        return None
    return _stored_answer(named, connection, kind)


def _remember(
    named: _Named,
    connection: sa.Connection,
    owner_id: Any,
    answer: Value,
    key: bytes | None = None,
) -> None:
    """Store the answer of a call that `_replayed` let through, in the same transaction.

    `key` is the owner's data key, read when it is not given.
    """
    if named.keys:
        _answering(named.call.owner).run(
            connection,
            called=named.call.operation,
            digest=named.keys[0],
            owner=owner_id,
            status=REFUSED if isinstance(answer, Refusal) else DONE,
            payload=seal(key or _owner_key(named, connection, owner_id), answer),
        )


def _is_new(named: _Named, connection: sa.Connection, answer: Mapping[str, Any]) -> bool:
    key, *former = named.keys
    if former and _is_known(named.call, connection, former):
        return False
    claimed = _claiming(named.call.owner).run(
        connection,
        territory=named.agenda.territory.slug,
        operation=named.call.operation,
        key=key,
        body=named.bodies[0],
        created_at=named.agenda.clock(),
        owner=answer.get("owner"),
        status=answer.get("status"),
        payload=answer.get("payload"),
    )
    return claimed == 1


def _is_known(call: Call, connection: sa.Connection, former: Sequence[str]) -> bool:
    """Whether the call was claimed under a key of before the last rotation."""
    table = call.owner.calls
    query = sa.select(table.c.key).where(
        table.c.operation == call.operation, table.c.key.in_(former)
    )
    return connection.execute(query).first() is not None


def _stored_answer(named: _Named, connection: sa.Connection, kind: type[T]) -> T:
    call, table = named.call, named.call.owner.calls
    is_call = table.c.operation == call.operation, table.c.key.in_(named.keys)
    row = connection.execute(sa.select(table).where(*is_call)).one()
    if row.body not in named.bodies:
        raise ConflictError(
            "Cette clé Idempotency-Key a déjà servi pour une autre demande : "
            "prenez une nouvelle clé pour chaque nouvelle action.",
            reason="idempotency_key_reused",
        )
    key = _owner_key(named, connection, row._mapping[call.owner.column])
    if row.status == REFUSED:
        raise unseal(key, row.payload, Refusal).as_error()
    return unseal(key, row.payload, kind)


def _owner_key(named: _Named, connection: sa.Connection, owner_id: Any) -> bytes:
    row = _reading_key(named.call.owner).first(connection, owner=owner_id)
    return data_key(named.agenda, row.wrapped_key if row else None)


@cache
def _claiming(owner: Owner) -> Prepared:
    calls = owner.calls
    told = ("territory", "operation", "key", "body", "created_at", "status", "payload")
    values = {name: sa.bindparam(name, type_=calls.c[name].type) for name in told}
    values[owner.column] = sa.bindparam("owner", type_=calls.c[owner.column].type)
    return Prepared(lambda dialect: insert_ignoring_in(dialect, calls).inline().values(values))


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
