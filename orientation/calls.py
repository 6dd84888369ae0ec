"""Calls under way: a page that closes loses nothing, and colleagues see who is on what.

A call is a row from its first screen. Until its request exists, what was said is sealed with a key
of its own, for an hour at most; then the request has it under its key, and the row only says whose
call it is.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import insert_ignoring
from directory.model import Value
from directory.phones import parse_phone
from orientation import tables
from orientation.call_tables import phone_call
from orientation.model import LIVE_STATES, PENDING, BookingState
from orientation.privacy import (
    DEFAULT_ACTOR,
    field_digests,
    phone_digest,
    phone_digests,
    seal,
    trace,
    unseal,
)
from orientation.store import Agenda, missing, new_id

NOTES_LAST = timedelta(hours=1)
"""How long what was said is kept for a call that has no request."""

HOLDER_LETTERS = 80
MOST_OF_A_NUMBER = 10

_BOOKED = [state.value for state in LIVE_STATES if state is not BookingState.HELD]


class CallNotes(Value, frozen=True, kw_only=True):
    """What was said before the request exists; the number and the address are sealed."""

    callback_number: str
    commune: str
    address: str = ""
    checked: bool = False
    """Whether « aucun de ces signes » was the answer."""


class OpenCall(Value, frozen=True, kw_only=True):
    """A call somebody is on: where from and since when, nothing that says who called."""

    id: UUID
    holder: str
    since: datetime
    commune: str
    checked: bool
    request: UUID | None = None


class Calls:
    """The calls under way of a territory."""

    def __init__(self, context: Agenda) -> None:
        self.context = context

    def begin(self, notes: CallNotes, holder: str) -> UUID:
        """Keep a call that just began; what was said in forgotten ones is erased meanwhile."""
        agenda, call_id = self.context, new_id()
        key, wrapped = agenda.keys.new_data_key()
        with agenda.database.write() as connection:
            _forget(agenda, connection)
            connection.execute(
                phone_call.insert().values(
                    id=call_id,
                    territory=agenda.territory.slug,
                    holder=holder[:HOLDER_LETTERS],
                    started_at=agenda.clock(),
                    taken_at=agenda.clock(),
                    commune=notes.commune or None,
                    checked=notes.checked,
                    wrapped_key=wrapped,
                    sealed=seal(key, notes),
                    caller=phone_digest(agenda, notes.callback_number),
                )
            )
            written = {"callback_number": notes.callback_number, "address": notes.address}
            trace(agenda, connection, "call.begin", call_id, field_digests(key, written), holder)
            _say(connection, call_id)
        return call_id

    def note_checked(self, call_id: UUID) -> None:
        """The red flags were asked: none."""
        with self.context.database.write() as connection:
            row = _row(self.context, connection, call_id)
            if row is None or row.sealed is None:
                return
            key = self.context.keys.unwrap(row.wrapped_key)
            told = unseal(key, row.sealed, CallNotes)
            notes = CallNotes(
                callback_number=told.callback_number,
                commune=told.commune,
                address=told.address,
                checked=True,
            )
            _write(connection, call_id, checked=True, sealed=seal(key, notes))
            _say(connection, call_id)

    def attach(self, call_id: UUID, request_id: UUID) -> None:
        """The call's request exists: what was said is under its key, the row's own goes."""
        with self.context.database.write() as connection:
            row = _row(self.context, connection, call_id)
            if row is None or row.request is not None:
                return
            taken = sa.select(phone_call.c.id).where(phone_call.c.request == request_id)
            if connection.execute(taken).first() is None:
                gone = {"wrapped_key": None, "sealed": None, "caller": None}
                _write(connection, call_id, request=request_id, **gone)
            else:
                connection.execute(phone_call.delete().where(phone_call.c.id == call_id))
            _say(connection, call_id)

    def take(self, request_id: UUID, holder: str) -> None:
        """Say who handles a request from now on, whoever took the call down."""
        agenda = self.context
        values = {"holder": holder[:HOLDER_LETTERS], "taken_at": agenda.clock()}
        with agenda.database.write() as connection:
            connection.execute(
                insert_ignoring(connection, phone_call).values(
                    id=new_id(),
                    territory=agenda.territory.slug,
                    started_at=agenda.clock(),
                    checked=True,
                    request=request_id,
                    **values,
                )
            )
            connection.execute(
                phone_call.update().where(phone_call.c.request == request_id).values(**values)
            )
            _say(connection, request_id)

    def request_of(self, call_id: UUID) -> UUID | None:
        """The request a call became, if it did."""
        with self.context.database.read() as connection:
            row = _row(self.context, connection, call_id, lock=False)
        found: UUID | None = row.request if row else None
        return found

    def resume(self, call_id: UUID, holder: str) -> CallNotes | UUID:
        """Take a call over: its request, or what was said so far; NotFoundError once forgotten."""
        agenda = self.context
        with agenda.database.write() as connection:
            row = _row(agenda, connection, call_id)
            too_old = row is not None and row.request is None and row.started_at < _limit(agenda)
            if row is None or too_old:
                raise missing("Appel")
            values = {"holder": holder[:HOLDER_LETTERS], "taken_at": agenda.clock()}
            _write(connection, call_id, **values)
            _say(connection, call_id)
            if row.request is not None:
                request_id: UUID = row.request
                return request_id
            trace(
                agenda, connection, "call.resume", call_id, ("callback_number", "address"), holder
            )
            return unseal(agenda.keys.unwrap(row.wrapped_key), row.sealed, CallNotes)

    def abandon(self, call_id: UUID, holder: str) -> None:
        """Nobody is on the line any more: a call without a request leaves nothing behind."""
        agenda = self.context
        with agenda.database.write() as connection:
            gone = connection.execute(
                phone_call.delete().where(
                    phone_call.c.id == call_id,
                    phone_call.c.territory == agenda.territory.slug,
                    phone_call.c.request.is_(None),
                )
            )
            if gone.rowcount:
                trace(agenda, connection, "call.abandon", call_id, (), holder)
                _say(connection, call_id)

    def under_way(self) -> tuple[OpenCall, ...]:
        """Calls without an ending, oldest first: no appointment, not put off, not closed."""
        agenda, request, booking = self.context, tables.request, tables.booking
        booked = sa.exists().where(
            booking.c.request == phone_call.c.request, booking.c.state.in_(_BOOKED)
        )
        waits = sa.and_(
            request.c.outcome.in_([state.value for state in PENDING]),
            request.c.erased_at.is_(None),
            request.c.call_back_since.is_(None),
            ~booked,
        )
        recent = sa.and_(phone_call.c.request.is_(None), phone_call.c.started_at >= _limit(agenda))
        commune = sa.func.coalesce(request.c.commune, phone_call.c.commune).label("place")
        query = (
            sa.select(phone_call, commune)
            .outerjoin(request, request.c.id == phone_call.c.request)
            .where(phone_call.c.territory == agenda.territory.slug, sa.or_(waits, recent))
            .order_by(phone_call.c.started_at, phone_call.c.id)
        )
        with agenda.database.read() as connection:
            return tuple(_view(row) for row in connection.execute(query))

    def of_number(
        self, phone: str, but: UUID | None = None, actor: str = DEFAULT_ACTOR
    ) -> tuple[OpenCall, ...]:
        """Calls of this number that have no request yet, latest first, without `but`; audited.

        Found by a keyed hash of the number; nothing of what was said is opened.
        """
        agenda, number = self.context, parse_phone(phone)
        if not number:
            return ()
        query = (
            sa.select(phone_call, phone_call.c.commune.label("place"))
            .where(
                phone_call.c.territory == agenda.territory.slug,
                phone_call.c.caller.in_(phone_digests(agenda, number)),
                phone_call.c.request.is_(None),
                phone_call.c.started_at >= _limit(agenda),
            )
            .order_by(phone_call.c.started_at.desc(), phone_call.c.id.desc())
            .limit(MOST_OF_A_NUMBER)
        )
        with agenda.database.write() as connection:
            calls = tuple(_view(row) for row in connection.execute(query) if row.id != but)
            for call in calls:
                trace(agenda, connection, "call.found", call.id, ("callback_number",), actor)
        return calls

    def forget(self) -> int:
        """Erase calls that never became a request, and those whose request ended; how many."""
        with self.context.database.write() as connection:
            return _forget(self.context, connection)


def _view(row: Any) -> OpenCall:
    return OpenCall(
        id=row.id,
        holder=row.holder,
        since=row.started_at,
        commune=row.place or "",
        checked=row.checked,
        request=row.request,
    )


def _row(agenda: Agenda, connection: sa.Connection, call_id: UUID, *, lock: bool = True) -> Any:
    query = sa.select(phone_call).where(
        phone_call.c.id == call_id, phone_call.c.territory == agenda.territory.slug
    )
    return connection.execute(query.with_for_update() if lock else query).first()


def _write(connection: sa.Connection, call_id: UUID, **values: Any) -> None:
    connection.execute(phone_call.update().where(phone_call.c.id == call_id).values(**values))


def _say(connection: sa.Connection, ref: UUID) -> None:
    append_change(connection, tables.base.change_log, "call", str(ref))


def _limit(agenda: Agenda) -> datetime:
    return agenda.clock() - NOTES_LAST


def _forget(agenda: Agenda, connection: sa.Connection) -> int:
    request = tables.request
    ended = sa.exists().where(
        request.c.id == phone_call.c.request,
        request.c.outcome.not_in([state.value for state in PENDING]),
    )
    stale = sa.and_(phone_call.c.request.is_(None), phone_call.c.started_at < _limit(agenda))
    gone = connection.execute(
        phone_call.delete().where(
            phone_call.c.territory == agenda.territory.slug, sa.or_(ended, stale)
        )
    )
    return gone.rowcount
