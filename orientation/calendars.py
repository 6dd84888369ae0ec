"""Nobody enters things twice: the calendar a doctor subscribes to, and the one we read."""

import secrets
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from icalendar import Calendar, Event

from directory.base.errors import InputRefusedError
from directory.base.keys import decrypt, encrypt
from directory.base.logs import get_logger
from directory.model import Value
from orientation import tables
from orientation.busy import OWN_UID, read_busy
from orientation.fetching import check_calendar_url, fetch_calendar
from orientation.model import BookingState, Mode, Span
from orientation.occupation import lock_doctors
from orientation.planning_acts import read_concerned
from orientation.planning_model import Concerned
from orientation.presence import is_busy
from orientation.privacy import DEFAULT_ACTOR, trace, trace_once_a_day
from orientation.store import Agenda, known_id, missing, new_id
from orientation.team import read_doctors

log = get_logger(__name__)

PAST_DAYS = 30
SUMMARIES = {
    Mode.CABINET: "RDV premier recours, cabinet",
    Mode.HOME: "RDV premier recours, visite",
    Mode.VIDEO: "RDV premier recours, téléconsultation",
}


class BusyFeed(Value, frozen=True, kw_only=True):
    """The external calendar of a doctor; `read_at` is when it was last good.

    `problem` is why the last try failed, empty when it did not.
    """

    host: str
    author: str
    since: datetime
    read_at: datetime | None = None
    problem: str = ""


class Calendars:
    """Calendars in and out of a doctor's agenda; `actor` is the doctor or their delegate."""

    def __init__(self, agenda: Agenda) -> None:
        self.agenda = agenda

    def renew_address(self, doctor_id: UUID | str, actor: str = DEFAULT_ACTOR) -> str:
        """A fresh secret for the doctor's feed; the former address dies at once.

        It is kept as a keyed hash only: this is the one time it is told.
        """
        known, secret = known_id(doctor_id, "Médecin"), secrets.token_urlsafe(32)
        feed = tables.calendar_feed
        with self.agenda.database.write() as connection:
            self._check_doctor(connection, known)
            connection.execute(feed.delete().where(feed.c.doctor == known))
            connection.execute(
                feed.insert().values(
                    doctor=known,
                    territory=self.agenda.territory.slug,
                    digest=self.agenda.keys.digest("calendar", secret),
                    since=self.agenda.clock(),
                    author=actor,
                )
            )
            trace(self.agenda, connection, "calendar.renew", known, (), actor)
        return secret

    def revoke_address(self, doctor_id: UUID | str, actor: str = DEFAULT_ACTOR) -> None:
        """The doctor's feed answers nobody any more."""
        known, feed = known_id(doctor_id, "Médecin"), tables.calendar_feed
        with self.agenda.database.write() as connection:
            connection.execute(feed.delete().where(feed.c.doctor == known))
            trace(self.agenda, connection, "calendar.revoke", known, (), actor)

    def address_since(self, doctor_id: UUID | str) -> datetime | None:
        """When the doctor's present address was made, None without one."""
        known, feed = known_id(doctor_id, "Médecin"), tables.calendar_feed
        with self.agenda.database.read() as connection:
            query = sa.select(feed.c.since).where(feed.c.doctor == known)
            found: datetime | None = connection.execute(query).scalar()
        return found

    def feed(self, secret: str) -> bytes:
        """Confirmed appointments as iCalendar, nobody's identity; NotFoundError for no feed.

        Traced once a day: a calendar program asks every few minutes.
        """
        feed, doctor = tables.calendar_feed, tables.doctor
        with self.agenda.database.read() as connection:
            known = connection.execute(
                sa.select(feed.c.doctor)
                .join(doctor, doctor.c.id == feed.c.doctor)
                .where(
                    feed.c.digest.in_(self.agenda.keys.digests("calendar", secret)),
                    feed.c.territory == self.agenda.territory.slug,
                    doctor.c.active,
                )
            ).scalar()
            if known is None:
                raise missing("Agenda")
            rows = connection.execute(self._appointments(known)).all()
        trace_once_a_day(self.agenda, "calendar.feed", known, len(rows))
        calendar = Calendar()
        calendar.add("prodid", "-//Recours//Premier recours//FR")
        calendar.add("version", "2.0")
        calendar.add("x-wr-calname", "Premier recours")
        for row in rows:
            calendar.add_component(_event(row))
        return bytes(calendar.to_ical())

    def follow(self, doctor_id: UUID | str, url: str, actor: str = DEFAULT_ACTOR) -> None:
        """Read a doctor's busy times at this address from now on, the first time at once.

        InputRefusedError when it gives no calendar: nothing is kept.
        """
        known = known_id(doctor_id, "Médecin")
        parts = check_calendar_url(url, local=self.agenda.settings.calendar_local)
        spans = self._fetch(str(parts))
        key, wrapped = self.agenda.keys.new_data_key()
        feed, now = tables.busy_feed, self.agenda.clock()
        with self.agenda.database.write() as connection:
            self._check_doctor(connection, known)
            connection.execute(feed.delete().where(feed.c.doctor == known))
            connection.execute(
                feed.insert().values(
                    doctor=known,
                    territory=self.agenda.territory.slug,
                    wrapped_key=wrapped,
                    sealed=encrypt(key, str(parts).encode()),
                    since=now,
                    author=actor,
                    tried_at=now,
                    read_at=now,
                    problem="",
                )
            )
            trace(self.agenda, connection, "calendar.follow", known, ("url",), actor)
            self.replace_busy(connection, known, spans)

    def unfollow(self, doctor_id: UUID | str, actor: str = DEFAULT_ACTOR) -> None:
        """Read that calendar no more; its busy times are free again."""
        known = known_id(doctor_id, "Médecin")
        with self.agenda.database.write() as connection:
            for table in (tables.busy_feed, tables.busy_time):
                connection.execute(table.delete().where(table.c.doctor == known))
            trace(self.agenda, connection, "calendar.unfollow", known, ("url",), actor)

    def followed(self, doctor_id: UUID | str) -> BusyFeed | None:
        """The external calendar of a doctor, if any."""
        known, feed = known_id(doctor_id, "Médecin"), tables.busy_feed
        with self.agenda.database.read() as connection:
            row = connection.execute(sa.select(feed).where(feed.c.doctor == known)).first()
        if row is None:
            return None
        host = check_calendar_url(self._url(row), local=True).host
        return BusyFeed(
            host=host, author=row.author, since=row.since, read_at=row.read_at, problem=row.problem
        )

    def conflicts(self, doctor_id: UUID | str, actor: str = DEFAULT_ACTOR) -> tuple[Concerned, ...]:
        """Coming appointments at a time when the external calendar says the doctor is busy."""
        return read_concerned(
            self.agenda,
            actor,
            tables.slot.c.doctor == known_id(doctor_id, "Médecin"),
            tables.slot.c.ends > self.agenda.clock(),
            tables.booking.c.state == BookingState.CONFIRMED.value,
            is_busy(),
        )

    def refresh(self) -> str:
        """Read every external calendar again; says how many failed, empty when none did."""
        feed, doctor = tables.busy_feed, tables.doctor
        with self.agenda.database.read() as connection:
            rows = connection.execute(
                sa.select(feed)
                .join(doctor, doctor.c.id == feed.c.doctor)
                .where(feed.c.territory == self.agenda.territory.slug, doctor.c.active)
            ).all()
        failed = sum(not self._refresh_one(row) for row in rows)
        return f"agendas externes illisibles : {failed}" if failed else ""

    def late(self) -> int:
        """How many external calendars could not be read the last time."""
        feed = tables.busy_feed
        query = sa.select(sa.func.count()).select_from(feed)
        with self.agenda.database.read() as connection:
            return int(
                connection.execute(
                    query.where(
                        feed.c.territory == self.agenda.territory.slug, feed.c.problem != ""
                    )
                ).scalar_one()
            )

    def _refresh_one(self, row: Any) -> bool:
        now, feed = self.agenda.clock(), tables.busy_feed
        values: dict[str, Any] = {"tried_at": now, "read_at": now, "problem": ""}
        spans: list[Span] | None = None
        try:
            spans = self._fetch(self._url(row))
        except InputRefusedError as refused:
            values = {"tried_at": now, "problem": refused.detail}
            log.warning("calendar not read", doctor=str(row.doctor))
        with self.agenda.database.write() as connection:
            lock_doctors(connection, [row.doctor])
            same = sa.and_(feed.c.doctor == row.doctor, feed.c.sealed == row.sealed)
            changed = connection.execute(feed.update().where(same).values(**values))
            if changed.rowcount and spans is not None:
                self.replace_busy(connection, row.doctor, spans)
        return spans is not None

    def _fetch(self, url: str) -> list[Span]:
        settings, now = self.agenda.settings, self.agenda.clock()
        content = fetch_calendar(url, local=settings.calendar_local)
        end = now + timedelta(days=settings.horizon_days + 1)
        return read_busy(content, self.agenda.territory.zone, now.astimezone(UTC), end)

    def replace_busy(self, connection: sa.Connection, doctor: UUID, spans: list[Span]) -> None:
        """Make these the busy times of a doctor, in the caller's transaction."""
        lock_doctors(connection, [doctor])
        busy = tables.busy_time
        connection.execute(busy.delete().where(busy.c.doctor == doctor))
        rows = [
            {
                "id": new_id(),
                "doctor": doctor,
                "territory": self.agenda.territory.slug,
                "starts": span.start,
                "ends": span.end,
            }
            for span in spans
        ]
        if rows:
            connection.execute(busy.insert(), rows)

    def _check_doctor(self, connection: sa.Connection, doctor: UUID) -> None:
        found = read_doctors(self.agenda, connection, doctor).get(doctor)
        if found is None or not found.active:
            raise missing("Médecin")

    def _appointments(self, doctor: UUID) -> sa.Select[Any]:
        booking, slot = tables.booking, tables.slot
        taken = (BookingState.CONFIRMED, BookingState.HONOURED, BookingState.NO_SHOW)
        return (
            sa.select(booking.c.id, booking.c.held_at, slot.c.starts, slot.c.ends, slot.c.mode)
            .join(slot, slot.c.id == booking.c.slot)
            .where(
                slot.c.doctor == doctor,
                slot.c.ends > self.agenda.clock() - timedelta(days=PAST_DAYS),
                booking.c.state.in_([state.value for state in taken]),
            )
            .order_by(slot.c.starts, booking.c.id)
        )

    def _url(self, row: Any) -> str:
        return decrypt(self.agenda.keys.unwrap(row.wrapped_key), row.sealed).decode()


def _event(row: Any) -> Event:
    event = Event()
    event.add("uid", f"{row.id}{OWN_UID}")
    event.add("dtstamp", row.held_at)
    event.add("dtstart", row.starts)
    event.add("dtend", row.ends)
    event.add("summary", SUMMARIES[Mode(row.mode)])
    event.add("class", "PRIVATE")
    return event
