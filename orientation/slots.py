"""Recurring availability turned into dated slots, ahead of time and never twice."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from dateutil.rrule import rrulestr

from directory.base.database import insert_ignoring
from directory.territory import Territory
from orientation import tables
from orientation.calendar import holiday_name, instant, local_day
from orientation.model import Schedule, Span
from orientation.store import Agenda, new_id
from orientation.team import read_schedules


def expand(schedule: Schedule, territory: Territory, first: date, last: date) -> list[Span]:
    """The slots of a schedule between two days included, in the territory's wall-clock time.

    Public holidays give none; neither do the minutes that spring skips. A slot lasts its real
    minutes, and the hour that autumn repeats is used once.
    """
    spans = [
        span
        for day in _days(schedule, first, last)
        if not holiday_name(territory, day)
        for span in _slots_of(schedule, territory.zone, day)
    ]
    return sorted(spans, key=lambda span: span.start)


def extend_horizon(agenda: Agenda) -> int:
    """Create the slots that are missing up to `horizon_days` ahead; returns how many.

    Running it again, or in two processes at once, changes nothing.
    """
    now = agenda.clock()
    first = local_day(agenda.territory, now)
    last = first + timedelta(days=agenda.settings.horizon_days)
    with agenda.database.read() as connection:
        schedules = read_schedules(agenda, connection)
        known = _known_starts(agenda, connection, now)
    rows = [
        _slot_row(agenda, schedule, span)
        for schedule in schedules
        for span in expand(schedule, agenda.territory, first, last)
        if span.start > now and (schedule.id, span.start) not in known
    ]
    return _insert_slots(agenda, rows) if rows else 0


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


def _known_starts(
    agenda: Agenda, connection: sa.Connection, now: datetime
) -> set[tuple[Any, datetime]]:
    slot = tables.slot
    rows = connection.execute(
        sa.select(slot.c.schedule, slot.c.starts).where(
            slot.c.territory == agenda.territory.slug, slot.c.starts > now
        )
    )
    return {(row.schedule, row.starts) for row in rows}


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


def _insert_slots(agenda: Agenda, rows: list[dict[str, Any]]) -> int:
    slot = tables.slot
    with agenda.database.write() as connection:
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
