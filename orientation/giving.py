"""Time given in a few taps: as usual, as last week, several days at once or none of them."""

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError
from directory.model import Value
from orientation.calendar import local_day
from orientation.model import Doctor, Mode, Schedule
from orientation.planning_acts import carry_out
from orientation.planning_model import NewSeries, Planned
from orientation.privacy import DEFAULT_ACTOR
from orientation.series import build_schedule, refuse_overlap
from orientation.slots import days_of, expand
from orientation.store import Agenda
from orientation.team import read_exceptions, read_schedules, write_schedule

WEEK = timedelta(days=7)
USUAL_MINUTES = {Mode.CABINET: 20, Mode.HOME: 40, Mode.VIDEO: 20}
"""How long a slot lasts when the doctor never gave one of that mode."""


class Offered(Value, frozen=True, kw_only=True):
    """One day that may be given: how many slots it makes, or why it cannot be (`refusal`).

    `taken` when the doctor already gives some of these hours.
    """

    new: NewSeries
    slots: int
    refusal: str = ""
    taken: bool = False


class Giving:
    """What a doctor gives without filling a form in; nothing here undoes an appointment."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda

    def usual(self, doctor: Doctor) -> Schedule | None:
        """The series given last, whose mode, place and lengths are proposed again.

        One of a mode or a place that the doctor no longer has is passed over.
        """
        places = {place.id for place in doctor.places}
        return next(
            (
                one
                for one in sorted(self._schedules(doctor), key=lambda one: one.id, reverse=True)
                if one.mode in doctor.modes
                and (one.mode is not Mode.CABINET or one.place in places)
            ),
            None,
        )

    def minutes(self, doctor: Doctor, mode: Mode) -> int:
        """How long the doctor's slots of this mode last, as given last."""
        told = [one for one in self._schedules(doctor) if one.mode is mode]
        return max(told, key=lambda one: one.id).slot_minutes if told else USUAL_MINUTES[mode]

    def same_as_week_before(self, doctor: Doctor, monday: date) -> tuple[Offered, ...]:
        """What was given in the week before that Monday, moved to it, day by day.

        Days that an absence or a single withdrawal emptied count as they had been given.
        """
        with self.agenda.database.read() as connection:
            closed = read_exceptions(self.agenda, connection, doctor.id)
        found = [
            _on_day(one, day + WEEK)
            for one in self._schedules(doctor)
            for day in days_of(one, self.agenda.territory, monday - WEEK, monday - timedelta(1))
            if day not in closed.get(one.id, {})
        ]
        found.sort(key=lambda one: (one.first, one.opens))
        return self.offered(doctor, found)

    def offered(self, doctor: Doctor, news: Sequence[NewSeries]) -> tuple[Offered, ...]:
        """Each series with what it would give, or why it would be refused; nothing is written."""
        territory = self.agenda.territory
        today = local_day(territory, self.agenda.clock())
        told = []
        with self.agenda.database.read() as connection:
            for new in news:
                try:
                    schedule = build_schedule(new, doctor, territory, today)
                    refuse_overlaps(self.agenda, connection, schedule)
                except (ConflictError, InputRefusedError) as refused:
                    taken = isinstance(refused, ConflictError)
                    told.append(Offered(new=new, slots=0, refusal=refused.detail, taken=taken))
                    continue
                coming = [
                    span
                    for span in expand(schedule, territory, new.first, new.last or new.first)
                    if span.start > self.agenda.clock()
                ]
                why = "" if coming else "Ces heures sont déjà passées."
                told.append(Offered(new=new, slots=len(coming), refusal=why))
        return tuple(told)

    def give(
        self, doctor_id: UUID, news: Sequence[NewSeries], actor: str = DEFAULT_ACTOR
    ) -> Planned:
        """Give them all in one transaction; one refusal (as `Planning.add`) and none is given."""
        work = partial(_add_all, self.agenda, news)
        return carry_out(self.agenda, doctor_id, "schedule.add", actor, work, confirmed=True)

    def _schedules(self, doctor: Doctor) -> list[Schedule]:
        with self.agenda.database.read() as connection:
            return read_schedules(self.agenda, connection, doctor.id)


def add_series(agenda: Agenda, new: NewSeries, connection: sa.Connection, doctor: Doctor) -> UUID:
    """Write one more series of a doctor, under their lock; ConflictError where it overlaps."""
    today = local_day(agenda.territory, agenda.clock())
    schedule = build_schedule(new, doctor, agenda.territory, today)
    refuse_overlaps(agenda, connection, schedule)
    write_schedule(agenda, connection, schedule)
    return schedule.id


def refuse_overlaps(agenda: Agenda, connection: sa.Connection, schedule: Schedule) -> None:
    """Raise ConflictError when the doctor's other series have hours in common with this one."""
    others = [
        one for one in read_schedules(agenda, connection, schedule.doctor) if one.id != schedule.id
    ]
    closed = read_exceptions(agenda, connection, schedule.doctor)
    today = local_day(agenda.territory, agenda.clock())
    refuse_overlap(schedule, others, closed, agenda.territory, today)


def _add_all(
    agenda: Agenda, news: Sequence[NewSeries], connection: sa.Connection, doctor: Doctor
) -> UUID | None:
    last = None
    for new in news:
        last = add_series(agenda, new, connection, doctor)
    return last


def _on_day(one: Schedule, day: date) -> NewSeries:
    return NewSeries(
        mode=one.mode,
        first=day,
        opens=one.opens,
        closes=one.closes,
        slot_minutes=one.slot_minutes,
        seats=one.seats,
        place=one.place,
        visibility=one.visibility,
        on_holidays=one.on_holidays,
    )
