"""The agenda as a whole: its jobs, its counts, its change log, its zone of time."""

from datetime import date

import sqlalchemy as sa

from directory.base.change_log import changes_after
from orientation import tables
from orientation.service import Orientation
from tests.orientation.team import PATIENT, add_slots, first_slot, make_place, open_request


def test_jobs_have_names_and_run(orientation: Orientation) -> None:
    jobs = {job.name: job for job in orientation.jobs()}
    assert set(jobs) == {
        *("agenda-horizon", "agenda-erasure", "agenda-outbox", "agenda-calendars"),
        "agenda-events",
        "seeking-retention",
    }
    assert [job.run() for job in jobs.values()] == [0, 0, "", {}, 0, ""]


def test_counts_say_how_the_agenda_is_doing(orientation: Orientation) -> None:
    add_slots(orientation)
    before = orientation.counts()
    request = open_request(orientation)
    held = orientation.hold(first_slot(orientation, request), request)
    orientation.confirm(held.hold_id, PATIENT)
    after = orientation.counts()
    assert (before.doctors, before.bookings, after.bookings) == (1, 0, 1)
    assert after.free_slots == before.free_slots - 1


def test_every_change_is_told_without_anything_personal(orientation: Orientation) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    slot = first_slot(orientation, request)
    orientation.release(orientation.hold(slot, request).hold_id)
    with orientation.database.read() as connection:
        changes = changes_after(connection, tables.base.change_log, 0)
    told = [(change.topic, change.ref) for change in changes]
    taken_down = [("request", str(request))]
    assert told == taken_down + 2 * [("slot", str(slot)), ("request", str(request))]
    assert all(change.detail == {} for change in changes)


def test_a_doctors_day_begins_at_midnight_on_the_wall(orientation: Orientation) -> None:
    doctor = add_slots(orientation, rule="FREQ=DAILY")
    day = orientation.agenda(doctor.id, date(2026, 11, 24))
    zone = orientation.context.territory.zone
    assert {slot.start.astimezone(zone).date() for slot in day} == {date(2026, 11, 24)}
    assert len(orientation.agenda(doctor.id, date(2026, 11, 24), days=2)) == 2 * len(day)
    assert day[0].place == doctor.places[0]


def test_a_doctor_added_twice_is_left_as_they_are(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    orientation.add_doctor(doctor)
    assert orientation.doctors() == (doctor,)
    with orientation.database.read() as connection:
        count = connection.execute(sa.select(sa.func.count()).select_from(tables.place))
        assert count.scalar_one() == len(doctor.places)
    assert make_place() not in doctor.places
