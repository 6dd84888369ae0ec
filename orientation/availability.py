"""What the agenda has to offer now: every coming slot with its places left and its doctor's load."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.database import store_now
from directory.territory import Territory
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


class Almanac:
    """Day and week of an instant on the territory's calendar; slots share their hours."""

    def __init__(self, territory: Territory) -> None:
        self._territory = territory
        self._known: dict[datetime, tuple[date, tuple[int, int]]] = {}

    def __call__(self, at: datetime) -> tuple[date, tuple[int, int]]:
        """(date, ISO year and week)."""
        found = self._known.get(at)
        if found is None:
            found = local_day(self._territory, at), week_of(self._territory, at)
            self._known[at] = found
        return found


def is_live() -> sa.ColumnElement[bool]:
    """A booking that occupies its seat now: a hold counts until the store's clock ends it."""
    booking = tables.booking
    return sa.and_(
        booking.c.state.in_([state.value for state in LIVE_STATES]),
        sa.or_(booking.c.state != BookingState.HELD.value, booking.c.expires_at > store_now()),
    )


def read_candidates(
    agenda: Agenda, connection: sa.Connection, now: datetime, until: datetime | None = None
) -> list[Candidate]:
    """Every coming slot of the territory, up to `until` if given.

    Full ones, and those of a doctor who is busy elsewhere at that time, have no place left.
    """
    doctors = read_doctors(agenda, connection)
    almanac = Almanac(agenda.territory)
    occupation = _read_occupation(agenda, connection, almanac, now)
    slot = tables.slot
    wanted = (slot.c.id, slot.c.doctor, slot.c.place, slot.c.mode)
    coming = [slot.c.territory == agenda.territory.slug, slot.c.starts > now]
    if until is not None:
        coming.append(slot.c.starts <= until)
    rows = connection.execute(
        sa.select(*wanted, slot.c.starts, slot.c.ends, slot.c.seats)
        .where(*coming)
        .order_by(slot.c.starts)
    )
    this_week = week_of(agenda.territory, now)
    return [
        _candidate(row, doctor, occupation, almanac, this_week)
        for row in rows
        if (doctor := doctors[row.doctor]).active
    ]


def place_of(doctor: Doctor, place: UUID | None) -> Place | None:
    """The place of a slot among its doctor's."""
    if place is None:
        return None
    return next((known for known in doctor.places if known.id == place), None)


def _read_occupation(
    agenda: Agenda, connection: sa.Connection, almanac: Almanac, now: datetime
) -> Occupation:
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
    found = Occupation()
    for row in rows:
        day, week = almanac(row.starts)
        found.seats[row.id] += 1
        found.days.setdefault((row.doctor, day), []).append((row.starts, row.ends, row.id))
        found.weeks[row.doctor, week] += 1
    return found


def _candidate(
    row: Any,
    doctor: Doctor,
    occupation: Occupation,
    almanac: Almanac,
    this_week: tuple[int, int],
) -> Candidate:
    day, week = almanac(row.starts)
    elsewhere = _is_elsewhere(row, occupation.days.get((doctor.id, day), ()))
    return Candidate(
        slot_id=row.id,
        start=row.starts,
        end=row.ends,
        mode=Mode(row.mode),
        places_left=0 if elsewhere else max(0, row.seats - occupation.seats[row.id]),
        doctor=doctor,
        place=place_of(doctor, row.place),
        given=occupation.weeks[doctor.id, week],
        this_week=week == this_week,
    )


def _is_elsewhere(row: Any, busy: Sequence[tuple[datetime, datetime, UUID]]) -> bool:
    return any(
        start < row.ends and end > row.starts and other != row.id for start, end, other in busy
    )
