"""The same key and the same body give the same answer, once done, however often asked."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from directory.base.database import insert_ignoring
from directory.base.errors import ConflictError
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
    if not call.key or _claim(agenda, connection, call):
        return None
    return _stored_answer(agenda, connection, call, kind)


def remember(
    agenda: Agenda, connection: sa.Connection, call: Call, owner_id: Any, answer: Value
) -> None:
    """Store the answer of a call that `replayed` let through, in the same transaction."""
    if call.key:
        status = REFUSED if isinstance(answer, Refusal) else DONE
        connection.execute(
            call.owner.calls.update()
            .where(*_is_call(agenda, call))
            .values(
                {
                    call.owner.column: owner_id,
                    "status": status,
                    "payload": seal(_owner_key(agenda, connection, call, owner_id), answer),
                }
            )
        )


def run_once(
    agenda: Agenda,
    call: Call,
    kind: type[T],
    work: Callable[[sa.Connection], tuple[Any, T]],
) -> T:
    """Do `work` in one transaction with its stored answer; it returns (owner's id, answer)."""
    with agenda.database.write() as connection:
        before = replayed(agenda, connection, call, kind)
        if before is not None:
            return before
        owner_id, answer = work(connection)
        remember(agenda, connection, call, owner_id, answer)
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


def _claim(agenda: Agenda, connection: sa.Connection, call: Call) -> bool:
    calls = call.owner.calls
    insert = insert_ignoring(connection, calls).values(
        territory=agenda.territory.slug,
        operation=call.operation,
        key=_key_digest(agenda, call),
        body=_body_digest(agenda, call),
        created_at=agenda.clock(),
    )
    return connection.execute(insert.returning(calls.c.key)).first() is not None


def _stored_answer(agenda: Agenda, connection: sa.Connection, call: Call, kind: type[T]) -> T:
    row = connection.execute(sa.select(call.owner.calls).where(*_is_call(agenda, call))).one()
    if row.body != _body_digest(agenda, call):
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
    return table.c.operation == call.operation, table.c.key == _key_digest(agenda, call)


def _key_digest(agenda: Agenda, call: Call) -> str:
    return agenda.keys.digest("idempotency", agenda.territory.slug, call.key or "")


def _body_digest(agenda: Agenda, call: Call) -> str:
    return agenda.keys.digest("body", call.operation, msgspec.json.encode(call.body))


def _owner_key(agenda: Agenda, connection: sa.Connection, call: Call, owner_id: Any) -> bytes:
    rows = call.owner.rows
    wrapped = connection.execute(
        sa.select(rows.c.wrapped_key).where(rows.c.id == owner_id)
    ).scalar()
    return data_key(agenda, wrapped)
