"""Recurring availability turned into dated slots, ahead of time and never twice."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from dateutil.rrule import rrulestr

from directory.base.database import insert_ignoring
from directory.territory import Territory
from orientation import tables
from orientation.calendar import holiday_name, instant, local_day
from orientation.model import Schedule, Span
from orientation.occupation import lock_doctors
from orientation.store import Agenda, new_id
from orientation.team import read_doctors, read_exceptions, read_schedules

Key = tuple[UUID, datetime]
"""A slot as its series knows it: the series, and the instant it starts."""


def expand(
    schedule: Schedule,
    territory: Territory,
    first: date,
    last: date,
    closed: Collection[date] = (),
) -> list[Span]:
    """The slots of a schedule between two days included, in the territory's wall-clock time.

    Its `closed` days give none, nor do public holidays unless it says so, nor the minutes that
    spring skips. A slot lasts its real minutes; the hour that autumn repeats is used once.
    """
    spans = [
        span
        for day in days_of(schedule, territory, first, last)
        if day not in closed
        for span in _slots_of(schedule, territory.zone, day)
    ]
    return sorted(spans, key=lambda span: span.start)


def days_of(schedule: Schedule, territory: Territory, first: date, last: date) -> list[date]:
    """The days of a schedule between two days included, its exceptions apart."""
    return [
        day
        for day in _days(schedule, first, last)
        if schedule.on_holidays or not holiday_name(territory, day)
    ]


def extend_horizon(agenda: Agenda) -> int:
    """Create the slots that are missing up to `horizon_days` ahead; returns how many.

    Running it again, or in two processes at once, changes nothing. Who left the day before or
    earlier is no longer of the team.
    """
    today = local_day(agenda.territory, agenda.clock())
    doctor = tables.doctor
    with agenda.database.read() as connection:
        doctors = read_doctors(agenda, connection)
    gone = [one.id for one in doctors.values() if one.active and _left(one.leaves_on, today)]
    if gone:
        with agenda.database.write() as connection:
            connection.execute(doctor.update().where(doctor.c.id.in_(gone)).values(active=False))
    created = 0
    for one in doctors.values():
        if one.active:
            created += _extend(agenda, one.id)
    return created


def realign(agenda: Agenda, connection: sa.Connection, doctor_id: UUID) -> int:
    """Make the coming slots of a doctor what their series say; returns how many were created.

    Call it with the doctor's lock. A slot that no series has any more is closed, never deleted;
    one that comes back is opened again.
    """
    slot = tables.slot
    wanted, known = _wanted(agenda, connection, doctor_id), _known(agenda, connection, doctor_id)
    close = [row.id for key, row in known.items() if row.closed_at is None and key not in wanted]
    reopen = [row.id for key, row in known.items() if row.closed_at and key in wanted]
    for ids, closed_at in ((close, agenda.clock()), (reopen, None)):
        if ids:
            change = slot.update().where(slot.c.id.in_(ids)).values(closed_at=closed_at)
            connection.execute(change)
    rows = [
        _slot_row(agenda, schedule, span)
        for key, (schedule, span) in wanted.items()
        if key not in known
    ]
    return _insert_slots(agenda, connection, rows) if rows else 0


def _left(leaves_on: date | None, today: date) -> bool:
    return leaves_on is not None and leaves_on < today


def _extend(agenda: Agenda, doctor_id: UUID) -> int:
    """Look first, so that an agenda that lacks nothing locks nobody."""
    with agenda.database.read() as connection:
        wanted, known = (
            _wanted(agenda, connection, doctor_id),
            _known(agenda, connection, doctor_id),
        )
    if wanted.keys() == {key for key, row in known.items() if row.closed_at is None}:
        return 0
    with agenda.database.write() as connection:
        lock_doctors(connection, [doctor_id])
        return realign(agenda, connection, doctor_id)


def _wanted(
    agenda: Agenda, connection: sa.Connection, doctor_id: UUID
) -> dict[Key, tuple[Schedule, Span]]:
    """Every coming slot of a doctor's series up to the horizon, or to the last that exists."""
    now = agenda.clock()
    first = local_day(agenda.territory, now)
    last = max(
        first + timedelta(days=agenda.settings.horizon_days),
        _last_day(agenda, connection, doctor_id) or first,
    )
    leaves_on = read_doctors(agenda, connection, doctor_id)[doctor_id].leaves_on
    if leaves_on is not None:
        last = min(last, leaves_on - timedelta(days=1))
    closed = read_exceptions(agenda, connection, doctor_id)
    return {
        (schedule.id, span.start): (schedule, span)
        for schedule in read_schedules(agenda, connection, doctor_id)
        for span in expand(schedule, agenda.territory, first, last, closed.get(schedule.id, ()))
        if span.start > now
    }


def _last_day(agenda: Agenda, connection: sa.Connection, doctor_id: UUID) -> date | None:
    slot = tables.slot
    query = sa.select(slot.c.starts).where(slot.c.doctor == doctor_id)
    at = connection.execute(query.order_by(slot.c.starts.desc()).limit(1)).scalar()
    return local_day(agenda.territory, at) if at else None


def _days(schedule: Schedule, first: date, last: date) -> Iterator[date]:
    start = datetime.combine(schedule.valid_from, time.min)
    end = min(last, schedule.valid_to or last)
    rule = rrulestr(schedule.rule, dtstart=start)
    for moment in rule.between(
        datetime.combine(first, time.min), datetime.combine(end, time.min), inc=True
    ):
        yield moment.date()


def _slots_of(schedule: Schedule, zone: ZoneInfo, day: date) -> Iterator[Span]:
    length = timedelta(minutes=schedule.slot_minutes)
    wall = datetime.combine(day, schedule.opens)
    closing = datetime.combine(day, schedule.closes)
    closes = instant(zone, day, schedule.closes)
    while wall + length <= closing:
        start = instant(zone, day, wall.time())
        if start is not None and (closes is None or start + length <= closes):
            yield Span(start=start, end=start + length)
        wall += length


def _known(agenda: Agenda, connection: sa.Connection, doctor_id: UUID) -> dict[Key, Any]:
    slot = tables.slot
    rows = connection.execute(
        sa.select(slot.c.id, slot.c.schedule, slot.c.starts, slot.c.closed_at).where(
            slot.c.doctor == doctor_id, slot.c.starts > agenda.clock()
        )
    )
    return {(row.schedule, row.starts): row for row in rows}


def _slot_row(agenda: Agenda, schedule: Schedule, span: Span) -> dict[str, Any]:
    return {
        "id": new_id(),
        "territory": agenda.territory.slug,
        "doctor": schedule.doctor,
        "schedule": schedule.id,
        "place": schedule.place,
        "mode": schedule.mode.value,
        "starts": span.start,
        "ends": span.end,
        "seats": schedule.seats,
        "visibility": schedule.visibility.value,
    }


def _insert_slots(agenda: Agenda, connection: sa.Connection, rows: Sequence[dict[str, Any]]) -> int:
    slot = tables.slot
    insert = insert_ignoring(connection, slot).returning(slot.c.id, slot.c.seats)
    created = connection.execute(insert, rows).all()
    seats = [
        {"slot": row.id, "seat": seat, "territory": agenda.territory.slug}
        for row in created
        for seat in range(1, row.seats + 1)
    ]
    if seats:
        connection.execute(tables.seat.insert(), seats)
    return len(created)
