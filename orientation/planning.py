"""A doctor's own time: series given, changed and ended, one day closed or given other hours.

A series never changes what it is: changing it ends it and begins another, so that the past stays
told. Slots that both have stay the same slots, with who is booked in them.
"""

from datetime import date, datetime, time, timedelta
from functools import partial
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError
from orientation import tables
from orientation.adoption import adopt
from orientation.calendar import local_day
from orientation.giving import add_series, refuse_overlaps
from orientation.model import BookingState, Doctor, Schedule
from orientation.planning_acts import carry_out, read_concerned
from orientation.planning_model import Concerned, NewSeries, Planned, Series
from orientation.privacy import DEFAULT_ACTOR
from orientation.series import build_schedule, given_as
from orientation.slots import days_of
from orientation.store import Agenda, known_id, missing
from orientation.team import read_exceptions, read_schedules, write_schedule

Id = str | UUID


class Planning:
    """What a doctor, or their delegate (`actor`), does with the doctor's time.

    An act that would undo confirmed appointments is not done until it comes `confirmed`: its
    answer names them. NotFoundError for a stranger; InputRefusedError names the wrong field.
    """

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda

    @property
    def today(self) -> date:
        """The date on the territory's calendar."""
        return local_day(self.agenda.territory, self.agenda.clock())

    def series(self, doctor_id: Id, next_days: int = 6) -> tuple[Series, ...]:
        """Series of a doctor that are not over, earliest hours first, with their next days."""
        known = known_id(doctor_id, "Médecin")
        horizon = self.today + timedelta(days=self.agenda.settings.horizon_days)
        with self.agenda.database.read() as connection:
            schedules = read_schedules(self.agenda, connection, known)
            closed = read_exceptions(self.agenda, connection, known)
        found = []
        for one in schedules:
            if one.valid_to is not None and one.valid_to < max(self.today, one.valid_from):
                continue
            days = days_of(one, self.agenda.territory, self.today, horizon)
            exceptions = closed.get(one.id, {})
            coming = {day: by for day, by in exceptions.items() if day >= self.today}
            found.append(Series(schedule=one, exceptions=coming, next_days=tuple(days[:next_days])))
        return tuple(sorted(found, key=lambda one: (one.schedule.opens, one.schedule.id)))

    def add(self, doctor_id: Id, new: NewSeries, actor: str = DEFAULT_ACTOR) -> Planned:
        """Give a series, or a single day; ConflictError names the series it would overlap."""
        known = known_id(doctor_id, "Médecin")
        work = partial(add_series, self.agenda, new)
        return carry_out(self.agenda, known, "schedule.add", actor, work, confirmed=True)

    def change(
        self,
        schedule_id: Id,
        new: NewSeries,
        actor: str = DEFAULT_ACTOR,
        *,
        confirmed: bool = False,
    ) -> Planned:
        """From the day `new.first`, what a series says becomes what `new` says."""
        old = self.schedule(schedule_id)
        work = partial(self._change, old, new)
        return self._do(old, "schedule.change", work, actor, confirmed)

    def end(
        self, schedule_id: Id, last: date, actor: str = DEFAULT_ACTOR, *, confirmed: bool = False
    ) -> Planned:
        """No slot after that day; before today, no slot any more."""
        old = self.schedule(schedule_id)
        work = partial(self._end, old, last)
        return self._do(old, "schedule.end", work, actor, confirmed)

    def close_day(
        self, schedule_id: Id, day: date, actor: str = DEFAULT_ACTOR, *, confirmed: bool = False
    ) -> Planned:
        """Take one day out of a series."""
        old = self.schedule(schedule_id)
        work = partial(self._close_day, old, day, actor)
        return self._do(old, "schedule.close_day", work, actor, confirmed)

    def change_day(
        self,
        schedule_id: Id,
        day: date,
        hours: tuple[time, time],
        actor: str = DEFAULT_ACTOR,
        *,
        confirmed: bool = False,
    ) -> Planned:
        """Give one day of a series other hours (begin, end)."""
        old = self.schedule(schedule_id)
        work = partial(self._change_day, old, day, hours, actor)
        return self._do(old, "schedule.change_day", work, actor, confirmed)

    def reopen_day(
        self, schedule_id: Id, day: date, actor: str = DEFAULT_ACTOR, *, confirmed: bool = False
    ) -> Planned:
        """Put a day back as its series has it; appointments it undid stay undone."""
        old = self.schedule(schedule_id)
        work = partial(self._reopen_day, old, day)
        return self._do(old, "schedule.reopen_day", work, actor, confirmed)

    def concerned_between(
        self, doctor_id: Id, start: datetime, end: datetime, actor: str = DEFAULT_ACTOR
    ) -> tuple[Concerned, ...]:
        """Appointments of a doctor to come that a span touches: an absence would undo them."""
        slot, booking = tables.slot, tables.booking
        return read_concerned(
            self.agenda,
            actor,
            slot.c.doctor == known_id(doctor_id, "Médecin"),
            slot.c.starts < end,
            slot.c.ends > max(start, self.agenda.clock()),
            booking.c.state == BookingState.CONFIRMED.value,
        )

    def schedule(self, schedule_id: Id, of: UUID | None = None) -> Schedule:
        """A series by its key; NotFoundError once its doctor left, or if it is not `of` them."""
        known = known_id(schedule_id, "Série")
        schedule = tables.schedule
        with self.agenda.database.read() as connection:
            doctor = connection.execute(
                sa.select(schedule.c.doctor).where(schedule.c.id == known)
            ).scalar()
            mine = read_schedules(self.agenda, connection, doctor) if doctor else []
        found = next((one for one in mine if one.id == known), None)
        if found is None or of not in (None, found.doctor):
            raise missing("Série")
        return found

    def _do(
        self,
        old: Schedule,
        action: str,
        work: partial[UUID],
        actor: str,
        confirmed: bool,
    ) -> Planned:
        return carry_out(self.agenda, old.doctor, action, actor, work, confirmed=confirmed)

    def _change(
        self, old: Schedule, new: NewSeries, connection: sa.Connection, doctor: Doctor
    ) -> UUID:
        if new.first < self.today:
            raise InputRefusedError("Le changement part d'aujourd'hui au plus tôt.", field="first")
        new = _in_step(old, new)
        schedule = build_schedule(new, doctor, self.agenda.territory, self.today)
        self._end(old, new.first - timedelta(days=1), connection, doctor)
        write_schedule(self.agenda, connection, schedule)
        self._keep_exceptions(connection, old, schedule)
        refuse_overlaps(self.agenda, connection, schedule)
        adopt(self.agenda, connection, old, schedule)
        return schedule.id

    def _end(self, old: Schedule, last: date, connection: sa.Connection, doctor: Doctor) -> UUID:
        before = old.valid_from - timedelta(days=1)
        kept = max(min(last, old.valid_to or last), before)
        connection.execute(
            tables.schedule.update().where(tables.schedule.c.id == old.id).values(valid_to=kept)
        )
        return old.id

    def _close_day(
        self, old: Schedule, day: date, actor: str, connection: sa.Connection, doctor: Doctor
    ) -> UUID:
        self._except(connection, old, day, None, actor)
        return old.id

    def _change_day(
        self,
        old: Schedule,
        day: date,
        hours: tuple[time, time],
        actor: str,
        connection: sa.Connection,
        doctor: Doctor,
    ) -> UUID:
        opens, closes = hours
        new = NewSeries(
            mode=old.mode,
            first=day,
            opens=opens,
            closes=closes,
            slot_minutes=old.slot_minutes,
            seats=old.seats,
            place=old.place,
            visibility=old.visibility,
            on_holidays=True,
        )
        other = build_schedule(new, doctor, self.agenda.territory, self.today)
        write_schedule(self.agenda, connection, other)
        self._except(connection, old, day, other.id, actor)
        refuse_overlaps(self.agenda, connection, other)
        adopt(self.agenda, connection, old, other)
        return other.id

    def _reopen_day(
        self, old: Schedule, day: date, connection: sa.Connection, doctor: Doctor
    ) -> UUID:
        exception = tables.schedule_exception
        row = connection.execute(
            exception.delete()
            .where(exception.c.schedule == old.id, exception.c.day == day)
            .returning(exception.c.replaced_by)
        ).first()
        if row is None:
            raise missing("Exception")
        for other in read_schedules(self.agenda, connection, old.doctor):
            if other.id == row.replaced_by:
                self._end(other, day - timedelta(days=1), connection, doctor)
                adopt(self.agenda, connection, other, old)
        refuse_overlaps(self.agenda, connection, old)
        return old.id

    def _except(
        self,
        connection: sa.Connection,
        old: Schedule,
        day: date,
        replaced_by: UUID | None,
        actor: str,
    ) -> None:
        if day < self.today or day not in days_of(old, self.agenda.territory, day, day):
            raise InputRefusedError(
                f"La série n'a pas de créneau à venir le {day:%d/%m/%Y}.", field="day"
            )
        exception = tables.schedule_exception
        known = read_exceptions(self.agenda, connection, old.doctor).get(old.id, {})
        if day in known:
            raise ConflictError(
                f"Le {day:%d/%m/%Y} a déjà été modifié : rétablissez d'abord ce jour.",
                reason="day_already_changed",
            )
        connection.execute(
            exception.insert().values(
                schedule=old.id,
                day=day,
                territory=self.agenda.territory.slug,
                replaced_by=replaced_by,
                author=actor,
                created_at=self.agenda.clock(),
            )
        )

    def _keep_exceptions(self, connection: sa.Connection, old: Schedule, new: Schedule) -> None:
        """Days taken out of a series stay out of the one that follows it."""
        exception = tables.schedule_exception
        connection.execute(
            exception.update()
            .where(exception.c.schedule == old.id, exception.c.day >= new.valid_from)
            .values(schedule=new.id)
        )


def _in_step(old: Schedule, new: NewSeries) -> NewSeries:
    """One week in two stays the same one when the rhythm does not change."""
    before = given_as(old)
    if before is None or not new.weekdays or before.every_weeks != new.every_weeks:
        return new
    apart = (_monday(new.first) - _monday(before.first)).days // 7 % new.every_weeks
    if not apart:
        return new
    first = _monday(new.first) + timedelta(weeks=new.every_weeks - apart)
    return msgspec.structs.replace(new, first=first)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
