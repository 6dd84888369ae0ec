"""The schema is what forbids a double booking: without each guard, the same calls both succeed."""

import pytest
import sqlalchemy as sa

from directory.base.errors import ConflictError
from orientation import tables
from orientation.model import LIVE_STATES, Mobility, Mode
from orientation.service import Orientation
from tests.orientation.team import (
    add_slots,
    first_slot,
    make_doctor,
    make_schedule,
    open_request,
)


def drop_index(orientation: Orientation, name: str) -> None:
    with orientation.database.write() as connection:
        connection.execute(sa.text(f"DROP INDEX {name}"))


def drop_primary_key_of_minutes(orientation: Orientation) -> None:
    bare = "CREATE TABLE occupied_minute (doctor {0}, minute BIGINT, slot {0}, territory TEXT)"
    with orientation.database.write() as connection:
        connection.execute(sa.text("DROP TABLE occupied_minute"))
        connection.execute(
            sa.text(bare.format("TEXT" if orientation.database.is_sqlite else "UUID"))
        )


def drop_link_to_open_request(orientation: Orientation) -> None:
    if not orientation.database.is_sqlite:
        with orientation.database.write() as connection:
            connection.execute(
                sa.text("ALTER TABLE booking DROP CONSTRAINT fk_booking_open_request")
            )
        return
    # SQLite cannot drop a constraint: its foreign keys are switched off instead.
    sa.event.listen(
        orientation.database.engine,
        "checkout",
        lambda connection, *_: connection.execute("PRAGMA foreign_keys = OFF").close(),
    )


def live_bookings(orientation: Orientation) -> int:
    booking = tables.booking
    live = booking.c.state.in_([state.value for state in LIVE_STATES])
    with orientation.database.read() as connection:
        query = sa.select(sa.func.count()).select_from(booking).where(live)
        return connection.execute(query).scalar_one()


def test_without_its_index_a_seat_is_given_twice(both: Orientation) -> None:
    add_slots(both)
    first, second = open_request(both), open_request(both)
    slot = first_slot(both, first)
    drop_index(both, "uq_booking_seat")
    both.hold(slot, first)
    both.hold(slot, second)
    assert live_bookings(both) == 2


def test_without_its_key_a_doctor_is_in_two_places(both: Orientation) -> None:
    doctor = make_doctor()
    both.add_doctor(doctor)
    both.add_schedule(make_schedule(doctor))
    both.add_schedule(make_schedule(doctor, Mode.HOME))
    both.extend_horizon()
    at_cabinet, at_home = open_request(both), open_request(both, mobility=Mobility.HOME)
    practice, visit = first_slot(both, at_cabinet), first_slot(both, at_home)
    drop_primary_key_of_minutes(both)
    both.hold(practice, at_cabinet)
    both.hold(visit, at_home)
    assert live_bookings(both) == 2


def test_without_its_index_a_request_holds_twice(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    first, second = (found.slot.slot_id for found in both.proposals(request).proposals[:2])
    drop_index(both, "uq_booking_request")
    both.hold(first, request)
    both.hold(second, request)
    assert live_bookings(both) == 2


def test_without_its_link_a_flagged_request_holds(both: Orientation) -> None:
    add_slots(both)
    slot = first_slot(both, open_request(both))
    flagged = open_request(both, red_flags=("stroke",))
    drop_link_to_open_request(both)
    both.hold(slot, flagged)
    assert live_bookings(both) == 1


@pytest.mark.parametrize("state", [state.value for state in LIVE_STATES])
def test_every_occupying_state_keeps_its_seat(orientation: Orientation, state: str) -> None:
    add_slots(orientation)
    first, second = open_request(orientation), open_request(orientation)
    slot = first_slot(orientation, first)
    orientation.hold(slot, first)
    with orientation.database.write() as connection:
        connection.execute(tables.booking.update().values(state=state))
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot, second)
    assert error.value.extra["reason"] == "slot_taken"


def test_the_store_refuses_to_flag_a_request_that_still_holds(both: Orientation) -> None:
    add_slots(both)
    request = open_request(both)
    both.hold(first_slot(both, request), request)
    with pytest.raises(sa.exc.IntegrityError), both.database.write() as connection:
        connection.execute(tables.request.update().values(outcome="transfer_15"))
