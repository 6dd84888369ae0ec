"""Crisis mode: until its date it changes numbers, slots and order; never the 15."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError
from orientation import tables
from orientation.crisis import CrisisNumber, CrisisPlan
from orientation.lanes import milliseconds
from orientation.model import Mobility, Mode
from orientation.provenance import Line
from orientation.service import Orientation
from tests.orientation.conftest import MONDAY
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request

COORDINATOR = "Mme Coordinatrice"
PLAN = CrisisPlan(
    title="Canicule",
    banner="Canicule : proposer d'abord une téléconsultation.",
    until=MONDAY + timedelta(days=2),
    numbers=(CrisisNumber(label="Cellule de crise", number="01 46 65 00 00"),),
)


def plan(**changes: Any) -> CrisisPlan:
    return msgspec.structs.replace(PLAN, **changes)


def test_it_runs_until_its_date_and_ends_by_itself(both: Orientation, clock: FixedClock) -> None:
    both.start_crisis(PLAN, COORDINATOR)
    running = both.crisis()
    assert running is not None
    assert (running.title, running.banner, running.author) == (
        PLAN.title,
        PLAN.banner,
        COORDINATOR,
    )
    clock.set(PLAN.until - timedelta(milliseconds=1))
    assert both.crisis() == running
    clock.set(PLAN.until)
    assert both.crisis() is None
    both.start_crisis(plan(title="Grippe", until=clock() + timedelta(days=1)), COORDINATOR)
    second = both.crisis()
    assert second is not None
    assert second.title == "Grippe"


def test_there_is_one_at_a_time(both: Orientation) -> None:
    both.start_crisis(PLAN, COORDINATOR)
    with pytest.raises(ConflictError) as error:
        both.start_crisis(plan(title="Autre"), COORDINATOR)
    assert error.value.extra["reason"] == "crisis_running"
    both.stop_crisis(COORDINATOR)
    assert both.crisis() is None
    with pytest.raises(ConflictError) as error:
        both.stop_crisis(COORDINATOR)
    assert error.value.extra["reason"] == "no_crisis"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"banner": ""}, "banner"),
        ({"until": MONDAY}, "until"),
        ({"kept_share": 91}, "kept_share"),
        ({"kept_share": -1}, "kept_share"),
        ({"kept_modes": tuple(Mode)}, "kept_modes"),
        ({"order": ("delay", "delay")}, "order"),
        ({"order": ("severity",)}, "order"),
    ],
)
def test_what_cannot_be_is_named(
    orientation: Orientation, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefusedError) as error:
        orientation.start_crisis(plan(**changes), COORDINATOR)
    assert error.value.extra["field"] == field
    assert orientation.crisis() is None


def test_nobody_starts_or_stops_it_without_a_name(orientation: Orientation) -> None:
    with pytest.raises(InputRefusedError, match="qui décide"):
        orientation.start_crisis(PLAN, " ")
    orientation.start_crisis(PLAN, COORDINATOR)
    with pytest.raises(InputRefusedError, match="qui décide"):
        orientation.stop_crisis("")


def test_both_acts_are_audited(orientation: Orientation) -> None:
    orientation.start_crisis(PLAN, COORDINATOR)
    orientation.stop_crisis("M. Remplaçant")
    with orientation.database.read() as connection:
        rows = connection.execute(sa.select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [(row.action, row.actor) for row in rows] == [
        ("crisis.start", COORDINATOR),
        ("crisis.stop", "M. Remplaçant"),
    ]


def test_its_numbers_come_first(orientation: Orientation) -> None:
    request = open_request(orientation)
    orientation.start_crisis(PLAN, COORDINATOR)
    assert orientation.line_status().numbers[0].number == "01 46 65 00 00"
    numbers = [one.number for one in orientation.proposals(request).next_actions if one.number]
    assert numbers[:2] == ["15", "01 46 65 00 00"]


def test_a_mode_kept_back_is_for_what_the_sas_regulated(orientation: Orientation) -> None:
    add_slots(orientation)
    request, regulated = open_request(orientation), open_request(orientation, line=Line.SAS)
    slot = first_slot(orientation, request)
    orientation.start_crisis(plan(kept_modes=(Mode.CABINET,)), COORDINATOR)
    found = orientation.proposals(request)
    assert found.proposals == ()
    assert "gardés pour les demandes régulées par le SAS" in found.explanation
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot, request)
    assert error.value.extra["reason"] == "slot_kept"
    assert first_slot(orientation, regulated) == slot
    orientation.hold(slot, regulated)


def test_an_appointment_is_not_moved_to_a_slot_kept_back(both: Orientation) -> None:
    add_slots(both)
    add_slots(both, Mode.VIDEO)
    request, regulated = open_request(both), open_request(both, line=Line.SAS)
    cabinet = first_slot(both, request)
    of_video = both.proposals(open_request(both, mobility=Mobility.VIDEO)).proposals
    both.start_crisis(plan(kept_modes=(Mode.CABINET,)), COORDINATOR)
    mine, theirs = (
        both.confirm(both.hold(proposal.slot.slot_id, one).hold_id, PATIENT)
        for proposal, one in zip(of_video, (request, regulated), strict=False)
    )
    with pytest.raises(ConflictError) as error:
        both.move(mine.appointment_id, cabinet)
    assert error.value.extra["reason"] == "slot_kept"
    assert both.request(request).booking.slot_id == mine.slot_id  # type: ignore[union-attr]
    assert both.move(theirs.appointment_id, cabinet).slot_id == cabinet


def test_a_share_kept_back_is_about_that_share_and_always_the_same(
    orientation: Orientation,
) -> None:
    add_slots(orientation)
    orientation.start_crisis(plan(kept_share=40), COORDINATOR)
    running = orientation.crisis()
    assert running is not None
    with orientation.database.read() as connection:
        slots = connection.execute(sa.select(tables.slot)).all()
    kept = {
        slot.id
        for slot in slots
        if running.keeps(slot.doctor, Mode.CABINET, milliseconds(slot.starts))
    }
    assert 0.2 < len(kept) / len(slots) < 0.6
    found = orientation.proposals(open_request(orientation))
    assert {one.slot.slot_id for one in found.proposals}.isdisjoint(kept)
    assert f"{len(slots) - len(kept)} créneaux possibles" in found.explanation
    assert f"{len(kept)} créneaux" in found.explanation


def test_its_order_of_criteria_replaces_the_territorys(orientation: Orientation) -> None:
    add_slots(orientation)
    add_slots(orientation, Mode.VIDEO)
    request = open_request(orientation)
    before = orientation.proposals(request).proposals[0]
    orientation.start_crisis(plan(order=("scarcity", "earliest")), COORDINATOR)
    during = orientation.proposals(request).proposals[0]
    assert len(during.reasons) < len(before.reasons)


def test_red_flags_and_the_15_are_untouched(orientation: Orientation) -> None:
    orientation.start_crisis(plan(kept_share=90, kept_modes=(Mode.HOME,)), COORDINATOR)
    request = open_request(orientation)
    assert orientation.proposals(request).next_actions[0].number == "15"
    orientation.escalate(request, ["doubt"])
    assert orientation.proposals(request).next_actions[0].number == "15"
