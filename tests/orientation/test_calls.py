"""Calls under way, on both stores: resumed by anyone, sealed until their request, then forgotten."""

from collections.abc import Callable
from datetime import time, timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import NotFoundError
from orientation import key_rotation
from orientation.call_tables import phone_call
from orientation.calls import CallNotes, OpenCall
from orientation.key_rotation import rotate_keys
from orientation.model import Mode, Outcome
from orientation.service import Orientation
from orientation.store import new_id
from orientation.tables import audit
from tests.orientation.conftest import MONDAY
from tests.orientation.team import CACHAN, PATIENT, add_slots, first_slot, open_request

NOTES = CallNotes(callback_number="+33612345678", commune=CACHAN, address="3 « rue » 🏥 <b>")
LINE = "Aglaé"


def only(orientation: Orientation) -> OpenCall:
    (found,) = orientation.calls.under_way()
    return found


def stored(orientation: Orientation) -> sa.Row[tuple[object, ...]]:
    with orientation.database.read() as connection:
        return connection.execute(sa.select(phone_call)).one()


def test_a_call_is_resumed_where_it_stopped_by_somebody_else(both: Orientation) -> None:
    call = both.calls.begin(NOTES, LINE)
    begun = only(both)
    assert (begun.holder, begun.since, begun.commune, begun.checked) == (
        LINE,
        MONDAY,
        CACHAN,
        False,
    )
    both.calls.note_checked(call)
    told = both.calls.resume(call, "Basile")
    assert told == CallNotes(
        callback_number=NOTES.callback_number, commune=CACHAN, address=NOTES.address, checked=True
    )
    assert (only(both).holder, only(both).checked) == ("Basile", True)


def test_nothing_said_is_readable_in_the_table_and_less_once_there_is_a_request(
    both: Orientation,
) -> None:
    call = both.calls.begin(NOTES, LINE)
    said = repr(tuple(stored(both)))
    assert "612345678" not in said
    assert "rue »" not in said
    request = open_request(both)
    both.calls.attach(call, request)
    row = stored(both)
    assert (row.sealed, row.wrapped_key, row.request) == (None, None, request)
    assert both.calls.request_of(call) == both.calls.resume(call, LINE) == request


def test_a_call_leaves_the_list_once_it_has_ended(both: Orientation) -> None:
    add_slots(both)
    endings: dict[str, Callable[[UUID], object]] = {
        "booked": lambda one: both.confirm(both.hold(first_slot(both, one), one).hold_id, PATIENT),
        "closed": lambda one: both.close_request(one, Outcome.REFUSED),
        "put off": lambda one: both.put_on_call_back_list(one),
        "to the 15": lambda one: both.escalate(one, ("doubt",)),
    }
    for end in endings.values():
        request = open_request(both)
        both.calls.attach(both.calls.begin(NOTES, LINE), request)
        assert only(both).request == request
        end(request)
        assert both.calls.under_way() == ()


def test_who_holds_a_place_is_told_with_no_word_of_the_caller(both: Orientation) -> None:
    doctor = add_slots(both)
    request = open_request(both)
    slot = first_slot(both, request)
    hold = both.hold(slot, request)
    both.calls.take(request, LINE)
    both.calls.take(request, "Basile")
    (seen,) = both.board().holds
    assert (seen.slot, seen.holder, seen.doctor) == (slot, "Basile", doctor.name)
    assert seen.until == hold.expires_at
    assert "612345678" not in repr(both.board()) + repr(both.calls.under_way())
    both.release(hold.hold_id)
    assert both.board().holds == ()


def test_a_forgotten_call_is_erased_after_an_hour(both: Orientation, clock: FixedClock) -> None:
    call = both.calls.begin(NOTES, LINE)
    clock.set(MONDAY + timedelta(minutes=61))
    assert both.calls.under_way() == ()
    with pytest.raises(NotFoundError):
        both.calls.resume(call, LINE)
    other = both.calls.begin(NOTES, LINE)  # beginning one erases the old ones
    assert stored(both).id == other
    clock.set(clock() + timedelta(minutes=61))
    both.erase_due()
    assert both.calls.forget() == 0
    assert both.calls.request_of(other) is None


def test_an_abandoned_call_leaves_nothing_and_one_with_a_request_stays(both: Orientation) -> None:
    call, kept = both.calls.begin(NOTES, LINE), both.calls.begin(NOTES, LINE)
    both.calls.attach(kept, open_request(both))
    for one in (call, call, kept, new_id()):
        both.calls.abandon(one, LINE)
    assert only(both).id == kept


def test_two_calls_of_one_request_are_one(both: Orientation) -> None:
    request = open_request(both)
    both.calls.take(request, LINE)
    both.calls.attach(both.calls.begin(NOTES, LINE), request)
    assert only(both).request == request
    both.calls.note_checked(only(both).id)
    assert only(both).request == request


def test_what_was_said_is_read_after_a_rotation(
    orientation: Orientation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 1)
    calls = [orientation.calls.begin(NOTES, LINE) for _ in range(2)]
    folder = orientation.context.settings.data_dir
    assert rotate_keys(orientation.database, folder) == 2
    assert orientation.calls.resume(calls[0], LINE) == NOTES


def test_a_name_of_any_length_is_kept_short(orientation: Orientation) -> None:
    orientation.calls.begin(NOTES, "É" * 500)
    assert only(orientation).holder == "É" * 80


def test_the_board_counts_places_by_hour_and_mode_and_says_who_comes(both: Orientation) -> None:
    doctor = add_slots(both)  # nine to noon, three slots an hour
    add_slots(both, Mode.VIDEO, doctor, opens=time(14), closes=time(15), seats=2)
    free = {
        (one.starts.hour, mode): n for one in both.board().free for mode, n in one.places.items()
    }
    assert free == {
        (9, Mode.CABINET): 3,
        (10, Mode.CABINET): 3,
        (11, Mode.CABINET): 3,
        (14, Mode.VIDEO): 6,
    }
    request: UUID = open_request(both)
    both.confirm(both.hold(first_slot(both, request), request).hold_id, PATIENT)
    board = both.board()
    (day,) = board.days
    (visit,) = day.visits
    assert (day.doctor, visit.request, visit.place) == (doctor.name, request, "Cabinet du Lavoir")
    assert sum(one.places.get(Mode.CABINET, 0) for one in board.free) == 8
    assert "Vauquelin" not in repr(board)


def test_a_number_that_rings_again_finds_its_call_until_there_is_a_request(
    both: Orientation,
) -> None:
    calls = both.calls
    call = calls.begin(NOTES, LINE)
    other = calls.begin(CallNotes(callback_number="+33612345679", commune=CACHAN), LINE)
    for written in ("06 12 34 56 78", "+33612345678", "0033 6 12 34 56 78"):
        (found,) = calls.of_number(written)
        assert (found.id, found.holder, found.since) == (call, LINE, MONDAY)
    assert calls.of_number("0612345678", but=call) == ()
    assert [one.id for one in calls.of_number("06 12 34 56 79")] == [other]
    for nobody in ("", "06 12", "06 99 99 99 99"):
        assert calls.of_number(nobody) == ()
    calls.attach(call, open_request(both))
    assert calls.of_number("0612345678") == ()
    calls.abandon(other, LINE)
    assert calls.of_number("06 12 34 56 79") == ()


def test_a_call_found_by_its_number_is_in_the_trail_and_its_number_nowhere(
    both: Orientation,
) -> None:
    call = both.calls.begin(NOTES, LINE)
    assert "612345678" not in repr(tuple(stored(both)))
    both.calls.of_number("0612345678", actor="Basile")
    with both.database.read() as connection:
        rows = connection.execute(
            sa.select(audit).where(audit.c.action == "call.found", audit.c.actor == "Basile")
        ).all()
    assert len(rows) == 1
    assert str(call) in repr(tuple(rows[0]))
    assert "612345678" not in repr(tuple(rows[0]))


def test_an_old_call_is_not_found_by_its_number(both: Orientation, clock: FixedClock) -> None:
    both.calls.begin(NOTES, LINE)
    clock.set(MONDAY + timedelta(minutes=60))
    assert len(both.calls.of_number("0612345678")) == 1
    clock.set(MONDAY + timedelta(minutes=60, seconds=1))
    assert both.calls.of_number("0612345678") == ()


def test_a_call_under_way_is_found_after_a_rotation(orientation: Orientation) -> None:
    call = orientation.calls.begin(NOTES, LINE)
    before = stored(orientation).caller
    rotate_keys(orientation.database, orientation.context.settings.data_dir)
    assert stored(orientation).caller != before
    assert [one.id for one in orientation.calls.of_number("0612345678")] == [call]
