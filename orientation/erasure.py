"""Identity goes away days after the appointment: the key is destroyed, what it sealed with it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from directory.base.audit import append_audit
from directory.base.logs import get_logger
from orientation import tables
from orientation.absences import waits_for_call
from orientation.model import LIVE_STATES
from orientation.sending import ERASED
from orientation.store import Agenda

log = get_logger(__name__)

BATCH = 500

ERASER = "recours (effacement)"
"""Who acts when identities reach the end of their time."""


def erase_due(agenda: Agenda) -> int:
    """Erase every request ended `erase_after_days` ago; returns how many.

    Age band, commune, delay, mode, médecin traitant (yes or no), line, channel, origin and
    outcome stay, for the indicators; names, numbers, addresses, reasons and red-flag codes do not.
    """
    erased = 0
    while due := _due(agenda):
        with agenda.database.write() as connection:
            erase_requests(agenda, connection, due)
            _say_erased(agenda, connection, "requests", len(due))
        erased += len(due)
    if erased:
        shred_journal(agenda)
        log.info("identities erased", requests=erased)
    return erased


def _due(agenda: Agenda) -> Sequence[UUID]:
    request, booking, slot = tables.request, tables.booking, tables.slot
    limit = agenda.clock() - timedelta(days=agenda.settings.erase_after_days)
    has_later_appointment = sa.exists().where(
        booking.c.request == request.c.id,
        sa.or_(booking.c.state.in_([state.value for state in LIVE_STATES]), waits_for_call()),
        slot.c.id == booking.c.slot,
        slot.c.ends >= limit,
    )
    touched = (request.c.closed_at, request.c.call_back_since, request.c.call_back_last)
    query = sa.select(request.c.id).where(
        request.c.erased_at.is_(None),
        request.c.created_at < limit,
        *(sa.or_(at.is_(None), at < limit) for at in touched),
        ~has_later_appointment,
    )
    with agenda.database.read() as connection:
        return connection.execute(query.limit(BATCH)).scalars().all()


def erase_requests(agenda: Agenda, connection: sa.Connection, requests: Sequence[UUID]) -> None:
    """Destroy the keys of these requests, and everything personal with them."""
    request, booking = tables.request, tables.booking
    outbox, idempotency = tables.outbox, tables.idempotency
    connection.execute(
        request.update()
        .where(request.c.id.in_(requests))
        .values(
            wrapped_key=None,
            sealed=None,
            caller=None,
            red_flags=[],
            own_doctor=None,
            watcher=None,
            call_back_since=None,
            erased_at=agenda.clock(),
        )
    )
    connection.execute(booking.update().where(booking.c.request.in_(requests)).values(patient=None))
    connection.execute(
        outbox.update()
        .where(outbox.c.owner.in_(requests))
        .values(payload=None, outcome=sa.func.coalesce(outbox.c.outcome, ERASED))
    )
    connection.execute(idempotency.delete().where(idempotency.c.request.in_(requests)))


def _say_erased(agenda: Agenda, connection: sa.Connection, what: str, count: int) -> None:
    """The report of the job, in the audit trail: how many, never who."""
    append_audit(
        connection,
        tables.audit,
        territory=agenda.territory.slug,
        actor=ERASER,
        action="identity.erase",
        subject=what,
        after={"count": count, "after_days": agenda.settings.erase_after_days},
    )


def shred_journal(agenda: Agenda) -> None:
    """Empty SQLite's write-ahead log, which still holds the pages of before."""
    if not agenda.database.is_sqlite:
        return
    connection = agenda.database.engine.raw_connection()
    try:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
