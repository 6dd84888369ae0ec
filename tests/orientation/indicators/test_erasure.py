"""Erased requests still count, and nothing that leaves holds who they were."""

import json
from datetime import date, timedelta

from directory.base.clock import FixedClock
from orientation.indicators.export import report_csv, report_document
from orientation.indicators.model import Period
from orientation.model import BookingState, CancelReason
from orientation.service import Orientation
from tests.orientation.indicators.history import figures
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request

WEEKS = Period(date(2026, 11, 23), date(2026, 12, 6))


def call(orientation: Orientation, number: int) -> str:
    request = open_request(orientation, callback_number=f"06 12 34 56 {number:02d}")
    held = orientation.hold(first_slot(orientation, request), request)
    return str(orientation.confirm(held.hold_id, PATIENT).appointment_id)


def lived(orientation: Orientation, clock: FixedClock) -> None:
    """Five calls: honoured, not honoured, cancelled, escalated with a slot, escalated at once."""
    add_slots(orientation)
    came, missed, cancelled = (call(orientation, number) for number in range(3))
    orientation.cancel(cancelled, CancelReason.PATIENT)
    worse = open_request(orientation)
    clock.set(clock() + timedelta(minutes=1))
    orientation.hold(first_slot(orientation, worse), worse)
    orientation.escalate(worse, ["doubt"])
    open_request(orientation, red_flags=("doubt",))
    clock.set(clock() + timedelta(hours=12))
    orientation.settle(came, BookingState.HONOURED)
    orientation.settle(missed, BookingState.NO_SHOW)


def test_no_figure_changes_when_identities_are_erased(both: Orientation, clock: FixedClock) -> None:
    lived(both, clock)
    clock.set(clock() + timedelta(days=20))
    before = both.indicators.read(WEEKS)
    assert both.erase_due() == 5
    assert both.indicators.read(WEEKS) == before
    requests = figures(both, "requests", WEEKS)
    assert (requests["all"], requests["result.transfer_15"], requests["result.pending"]) == (
        5,
        2,
        1,
    )
    assert requests["result.appointment"] == 2
    assert figures(both, "consultations", WEEKS)["all"] == 1
    assert figures(both, "no-shows", WEEKS)["all"] == 1
    escalations = figures(both, "escalations-15", WEEKS)
    assert (escalations["moment.start"], escalations["moment.booked"]) == (1, 1)


def test_no_identity_leaves(orientation: Orientation, clock: FixedClock) -> None:
    lived(orientation, clock)
    report = orientation.indicators.read(WEEKS)
    written = report_csv(report) + json.dumps(report_document(report), ensure_ascii=False)
    assert "ARDOUIN" in written  # the doctor, for the coordinator
    assert not [told for told in ("Vauquelin", "Eudoxie", "061234", "94016") if told in written]
    public = orientation.indicators.read(WEEKS, public=True)
    written = report_csv(public) + json.dumps(report_document(public), ensure_ascii=False)
    assert "ARDOUIN" not in written
