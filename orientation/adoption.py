"""Slots that two series have in common go from one to the other, with who is booked in them."""

from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import insert_ignoring
from orientation import tables
from orientation.calendar import local_day
from orientation.model import LIVE_STATES, Schedule
from orientation.slots import expand
from orientation.store import Agenda


def adopt(agenda: Agenda, connection: sa.Connection, old: Schedule, new: Schedule) -> None:
    """Give `new` the coming slots of `old` that it has too: same hours, mode and place.

    They take its places and visibility; a place somebody is in is never taken away.
    """
    if (old.mode, old.place) != (new.mode, new.place):
        return
    slot = tables.slot
    rows = connection.execute(
        sa.select(slot.c.id, slot.c.starts, slot.c.ends, _last_taken().label("taken")).where(
            slot.c.schedule == old.id, slot.c.starts > agenda.clock()
        )
    ).all()
    theirs = set(
        connection.execute(sa.select(slot.c.starts).where(slot.c.schedule == new.id)).scalars()
    )
    for row in rows:
        if row.starts not in theirs and _has(agenda, new, row):
            _hand_over(agenda, connection, row.id, new, max(new.seats, row.taken or 0))


def _last_taken() -> sa.ScalarSelect[Any]:
    booking = tables.booking
    return (
        sa.select(sa.func.max(booking.c.seat))
        .where(
            booking.c.slot == tables.slot.c.id,
            booking.c.state.in_([state.value for state in LIVE_STATES]),
        )
        .scalar_subquery()
    )


def _has(agenda: Agenda, schedule: Schedule, row: Any) -> bool:
    day = local_day(agenda.territory, row.starts)
    spans = expand(schedule, agenda.territory, day, day)
    return any((span.start, span.end) == (row.starts, row.ends) for span in spans)


def _hand_over(
    agenda: Agenda, connection: sa.Connection, slot_id: UUID, new: Schedule, seats: int
) -> None:
    rows = [
        {"slot": slot_id, "seat": seat, "territory": agenda.territory.slug}
        for seat in range(1, seats + 1)
    ]
    connection.execute(insert_ignoring(connection, tables.seat), rows)
    connection.execute(
        tables.slot.update()
        .where(tables.slot.c.id == slot_id)
        .values(schedule=new.id, visibility=new.visibility.value, seats=seats)
    )
