"""What the agenda has to offer now: every coming slot with its places left and its doctor's load."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import store_now
from orientation import tables
from orientation.calendar import local_day, week_of, week_start
from orientation.model import LIVE_STATES, BookingState, Candidate, Doctor, Mode, Place
from orientation.store import Agenda
from orientation.team import read_doctors


@dataclass
class Occupation:
    """Live bookings seen three ways: by slot, by doctor's day, by doctor's week."""

    seats: Counter[UUID] = field(default_factory=Counter)
    days: dict[tuple[UUID, date], list[tuple[datetime, datetime, UUID]]] = field(
        default_factory=dict
    )
    weeks: Counter[tuple[UUID, tuple[int, int]]] = field(default_factory=Counter)


def is_live() -> sa.ColumnElement[bool]:
    """A booking that occupies its seat now: a hold counts until the store's clock ends it."""
    booking = tables.booking
    return sa.and_(
        booking.c.state.in_([state.value for state in LIVE_STATES]),
        sa.or_(booking.c.state != BookingState.HELD.value, booking.c.expires_at > store_now()),
    )


def read_candidates(agenda: Agenda, connection: sa.Connection, now: datetime) -> list[Candidate]:
    """Every coming slot of the territory; full ones and those of a busy doctor have no place."""
    doctors = read_doctors(agenda, connection)
    occupation = _read_occupation(agenda, connection, now)
    slot = tables.slot
    rows = connection.execute(
        sa.select(slot)
        .where(slot.c.territory == agenda.territory.slug, slot.c.starts > now)
        .order_by(slot.c.starts)
    )
    return [
        _candidate(agenda, row, doctors[row.doctor], occupation, now)
        for row in rows
        if doctors[row.doctor].active
    ]


def _read_occupation(agenda: Agenda, connection: sa.Connection, now: datetime) -> Occupation:
    booking, slot = tables.booking, tables.slot
    rows = connection.execute(
        sa.select(slot.c.id, slot.c.doctor, slot.c.starts, slot.c.ends)
        .join(booking, booking.c.slot == slot.c.id)
        .where(
            slot.c.territory == agenda.territory.slug,
            slot.c.ends > week_start(agenda.territory, now),
            is_live(),
        )
    )
    return _occupation(agenda, rows)


def _occupation(agenda: Agenda, rows: Iterable[Any]) -> Occupation:
    found = Occupation()
    for row in rows:
        day = (row.doctor, local_day(agenda.territory, row.starts))
        found.seats[row.id] += 1
        found.days.setdefault(day, []).append((row.starts, row.ends, row.id))
        found.weeks[row.doctor, week_of(agenda.territory, row.starts)] += 1
    return found


def _candidate(
    agenda: Agenda, row: sa.Row[Any], doctor: Doctor, occupation: Occupation, now: datetime
) -> Candidate:
    day = (doctor.id, local_day(agenda.territory, row.starts))
    elsewhere = _is_elsewhere(row, occupation.days.get(day, ()))
    week = week_of(agenda.territory, row.starts)
    return Candidate(
        slot_id=row.id,
        start=row.starts,
        end=row.ends,
        mode=Mode(row.mode),
        places_left=0 if elsewhere else max(0, row.seats - occupation.seats[row.id]),
        doctor=doctor,
        place=place_of(doctor, row.place),
        given=occupation.weeks[doctor.id, week],
        this_week=week == week_of(agenda.territory, now),
    )


def place_of(doctor: Doctor, place: UUID | None) -> Place | None:
    """The place of a slot among its doctor's."""
    return next((known for known in doctor.places if known.id == place), None)


def _is_elsewhere(row: sa.Row[Any], busy: Sequence[tuple[datetime, datetime, UUID]]) -> bool:
    return any(
        start < row.ends and end > row.starts and other != row.id for start, end, other in busy
    )
