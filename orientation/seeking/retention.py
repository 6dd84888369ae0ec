"""Nobody stays on the list without saying so, and identity goes away once the wait is closed."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from directory.base.logs import get_logger
from orientation.erasure import BATCH, shred_journal
from orientation.seeking import tables
from orientation.seeking.model import CloseReason, WaitState
from orientation.seeking.refusals import DeniedError
from orientation.seeking.views import is_live
from orientation.seeking.waits import close_in, due_since, months_before
from orientation.store import Agenda

log = get_logger(__name__)

ACTOR = "recours (délais)"
"""Who acts in the audit trail when a delay ends a wait."""


def keep_list_current(agenda: Agenda) -> str:
    """Close and erase who did not confirm; returns how many, and how many are to be called.

    Closed: `reminders` calls without an answer, the last one `reminder_days` ago, or nothing said
    for `forget_months`. Somebody to whom a doctor is proposed is left alone.
    """
    ended = 0
    for wait_id in _unconfirmed(agenda):
        ended += _end(agenda, wait_id)
    if ended:
        shred_journal(agenda)
        log.info("waits not confirmed", ended=ended)
    due = count_due(agenda)
    said = [f"{ended} effacées" if ended else "", f"{due} à reconfirmer" if due else ""]
    return ", ".join(part for part in said if part)


def count_due(agenda: Agenda) -> int:
    """How many people are to be called about their yearly confirmation."""
    wait = tables.wait
    with agenda.database.read() as connection:
        return connection.execute(
            sa.select(sa.func.count())
            .select_from(wait)
            .where(
                wait.c.territory == agenda.territory.slug,
                wait.c.state == WaitState.OPEN.value,
                wait.c.confirmed_at <= due_since(agenda),
            )
        ).scalar_one()


def erase_closed(agenda: Agenda) -> int:
    """Erase the identity of waits closed `erase_after_days` ago or more; returns how many.

    Commune, group, dates and the reason stay, for the indicators.
    """
    wait, erased = tables.wait, 0
    limit = agenda.clock() - timedelta(days=agenda.settings.erase_after_days)
    query = (
        sa.select(wait.c.id)
        .where(
            wait.c.territory == agenda.territory.slug,
            wait.c.erased_at.is_(None),
            wait.c.closed_at < limit,
        )
        .limit(BATCH)
    )
    while True:
        with agenda.database.write() as connection:
            due = connection.execute(query).scalars().all()
            erase_waits(agenda, connection, due)
        if not due:
            break
        erased += len(due)
    if erased:
        shred_journal(agenda)
        log.info("identities erased", waits=erased)
    return erased


def _unconfirmed(agenda: Agenda) -> Sequence[UUID]:
    wait, placement, policy = tables.wait, tables.placement, agenda.territory.seeking
    called_in_vain = sa.and_(
        wait.c.confirmed_at <= due_since(agenda),
        wait.c.reminders >= policy.reminders,
        wait.c.reminded_at <= agenda.clock() - timedelta(days=policy.reminder_days),
    )
    forgotten = wait.c.confirmed_at <= months_before(agenda, policy.forget_months)
    query = sa.select(wait.c.id).where(
        wait.c.territory == agenda.territory.slug,
        wait.c.state == WaitState.OPEN.value,
        sa.or_(called_in_vain, forgotten),
        ~sa.exists().where(placement.c.wait == wait.c.id, is_live()),
    )
    with agenda.database.read() as connection:
        return connection.execute(query).scalars().all()


def _end(agenda: Agenda, wait_id: UUID) -> int:
    try:
        with agenda.database.write() as connection:
            close_in(agenda, connection, wait_id, CloseReason.NOT_CONFIRMED, ACTOR)
            erase_waits(agenda, connection, [wait_id])
    except DeniedError:  # somebody answered between the question and this write
        return 0
    return 1


def erase_waits(agenda: Agenda, connection: sa.Connection, waits: Sequence[UUID]) -> None:
    """Destroy the keys of these waits, and everything personal with them."""
    wait, call = tables.wait, tables.wait_call
    connection.execute(
        wait.update()
        .where(wait.c.id.in_(waits))
        .values(wrapped_key=None, sealed=None, person=None, erased_at=agenda.clock())
    )
    connection.execute(call.delete().where(call.c.wait.in_(waits)))
