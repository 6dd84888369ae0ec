"""No slot is given that nobody could be at in time, by any way, at both sides of the limit."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError
from directory.territory import Leads, Policy, Territory
from orientation.crisis import CrisisPlan
from orientation.model import Mobility, Mode
from orientation.profiles import Profile
from orientation.routing import propose
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.reference import Listed
from tests.orientation.team import PATIENT, add_slots, make_doctor, make_schedule, open_request
from tests.orientation.test_reservation import refusal
from tests.orientation.test_routing import NEAR, NOW, make_need, make_slot, run

SECOND = timedelta(seconds=1)
MOBILITY = {Mode.CABINET: Mobility.TRAVEL, Mode.HOME: Mobility.HOME, Mode.VIDEO: Mobility.VIDEO}
LEADS = [(Mode.CABINET, 20), (Mode.HOME, 60), (Mode.VIDEO, 5)]


@pytest.mark.parametrize(("mode", "minutes"), LEADS)
@pytest.mark.parametrize(("seconds", "given"), [(-1, False), (0, True), (1, True)])
def test_a_slot_is_proposed_from_the_lead_of_its_mode_on(
    mode: Mode, minutes: int, seconds: int, given: bool
) -> None:
    slot = make_slot(1, hours=(minutes * 60 + seconds) / 3600, mode=mode)
    found = run(make_need(mobility=MOBILITY[mode]), slot)
    assert bool(found.proposals) is given
    said = "1 créneau : qui commence trop tôt pour y être" in found.explanation
    assert said is not given


def test_what_starts_too_soon_is_counted_beside_what_is_proposed() -> None:
    found = run(make_need(), make_slot(1, hours=0.1), make_slot(2, hours=0.2), make_slot(3))
    assert [one.slot.slot_id for one in found.proposals] == [UUID(int=3)]
    assert found.explanation == (
        "1 proposition parmi 1 créneau possible. 2 autres commencent trop tôt pour y être."
    )


def test_a_doctor_says_their_own_lead_for_visits_alone() -> None:
    hurried = make_doctor(id=NEAR.id, home_lead_minutes=10)
    for mode, minutes, given in (
        (Mode.HOME, 10, True),
        (Mode.HOME, 9, False),
        (Mode.CABINET, 19, False),
    ):
        slot = make_slot(1, hours=minutes / 60, mode=mode, doctor=hurried)
        assert bool(run(make_need(mobility=MOBILITY[mode]), slot).proposals) is given


def test_no_lead_at_all_is_a_policy() -> None:
    policy = Policy(lead_minutes=Leads(cabinet=0))
    assert run(make_need(), make_slot(1, hours=1 / 60), policy=policy).proposals


CLOCKS = [
    # The night of 24 to 25 October 2026 in Paris: 2:50 a.m. in summer, then 2:05 in winter.
    (datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 1, 5, tzinfo=UTC), 15),
    (datetime(2026, 10, 25, 0, 50, tzinfo=UTC), datetime(2026, 10, 25, 1, 10, tzinfo=UTC), 20),
    # The night of 28 to 29 March 2026: from 1:50 to 3:05 on the wall, fifteen minutes.
    (datetime(2026, 3, 29, 0, 50, tzinfo=UTC), datetime(2026, 3, 29, 1, 5, tzinfo=UTC), 15),
    (datetime(2026, 3, 29, 0, 50, tzinfo=UTC), datetime(2026, 3, 29, 1, 10, tzinfo=UTC), 20),
]


@pytest.mark.parametrize(("now", "start", "minutes"), CLOCKS)
def test_minutes_are_real_the_night_the_hour_changes(
    now: datetime, start: datetime, minutes: int
) -> None:
    slot = make_slot(1, hours=(start - NOW) / timedelta(hours=1))
    found = propose(make_need(), Listed([slot]), Policy(), now)
    assert bool(found.proposals) is (minutes >= 20)


@pytest.mark.parametrize(("mode", "minutes"), LEADS)
def test_a_slot_that_starts_too_soon_cannot_be_held(
    both: Orientation, clock: FixedClock, mode: Mode, minutes: int
) -> None:
    add_slots(both, mode=mode)
    request = open_request(both, mobility=MOBILITY[mode])
    slot = both.proposals(request).proposals[0].slot
    clock.set(slot.start - timedelta(minutes=minutes) + SECOND)
    assert slot.slot_id not in {one.slot.slot_id for one in both.proposals(request).proposals}
    with pytest.raises(ConflictError) as error:
        both.hold(slot.slot_id, request)
    assert refusal(error) == "slot_too_soon"
    assert "on ne pourrait plus y être à l'heure" in error.value.detail
    assert error.value.extra["alternatives"]
    clock.set(slot.start - timedelta(minutes=minutes))
    assert both.hold(slot.slot_id, request).slot_id == slot.slot_id


def test_what_was_held_in_time_is_confirmed_in_time(
    orientation: Orientation, clock: FixedClock
) -> None:
    """The lead is asked once, when the slot is chosen: a caller spelling their name loses nothing."""
    add_slots(orientation)
    request = open_request(orientation)
    slot = orientation.proposals(request).proposals[0].slot
    clock.set(slot.start - timedelta(minutes=20))
    held = orientation.hold(slot.slot_id, request)
    clock.set(slot.start - timedelta(minutes=18))
    assert orientation.confirm(held.hold_id, PATIENT).start == slot.start


def test_an_appointment_is_not_moved_to_what_starts_too_soon(
    both: Orientation, clock: FixedClock
) -> None:
    add_slots(both)
    request = open_request(both)
    first, *_, last = (one.slot for one in both.proposals(request).proposals)
    done = both.confirm(both.hold(last.slot_id, request).hold_id, PATIENT)
    clock.set(first.start - timedelta(minutes=20) + SECOND)
    with pytest.raises(ConflictError) as error:
        both.move(done.appointment_id, first.slot_id)
    assert refusal(error) == "slot_too_soon"
    clock.set(first.start - timedelta(minutes=20))
    assert both.move(done.appointment_id, first.slot_id).start == first.start


def test_a_crisis_changes_nothing_to_it(orientation: Orientation, clock: FixedClock) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    slot = orientation.proposals(request).proposals[0].slot
    plan = CrisisPlan(
        title="Canicule",
        banner="Recevez d'abord les personnes fragiles.",
        until=slot.start + timedelta(days=1),
        order=("earliest", "delay"),
    )
    orientation.start_crisis(plan, "Coordination")
    clock.set(slot.start - timedelta(minutes=20) + SECOND)
    assert slot.slot_id not in {
        one.slot.slot_id for one in orientation.proposals(request).proposals
    }
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot.slot_id, request)
    assert refusal(error) == "slot_too_soon"


def test_the_doctor_says_it_in_their_profile(both: Orientation, clock: FixedClock) -> None:
    doctor = add_slots(both, mode=Mode.HOME)
    request = open_request(both, mobility=Mobility.HOME)
    slot = both.proposals(request).proposals[0].slot
    profile = Profile(
        team=doctor.team, modes=doctor.modes, visits=doctor.visits, home_lead_minutes=120
    )
    both.profiles.change(doctor.id, profile, "Maëlle Ardouin")
    clock.set(slot.start - timedelta(minutes=120) + SECOND)
    with pytest.raises(ConflictError) as error:
        both.hold(slot.slot_id, request)
    assert refusal(error) == "slot_too_soon"
    clock.set(slot.start - timedelta(minutes=120))
    assert slot.slot_id in {one.slot.slot_id for one in both.proposals(request).proposals}
    assert both.hold(slot.slot_id, request)


@pytest.mark.parametrize("minutes", [-1, 1441])
def test_a_lead_out_of_range_is_refused(orientation: Orientation, minutes: int) -> None:
    doctor = add_slots(orientation)
    profile = Profile(team=doctor.team, modes=doctor.modes, home_lead_minutes=minutes)
    with pytest.raises(InputRefusedError) as error:
        orientation.profiles.change(doctor.id, profile)
    assert error.value.extra["field"] == "home_lead_minutes"


def test_the_territory_s_file_says_its_own(open_agenda: Open, territory: Territory) -> None:
    policy = Policy(lead_minutes=Leads(cabinet=90))
    orientation = open_agenda(territory.model_copy(update={"policy": policy}))
    doctor = make_doctor()
    orientation.add_doctor(doctor)
    orientation.add_schedule(make_schedule(doctor))
    orientation.extend_horizon()
    first = orientation.proposals(open_request(orientation)).proposals[0].slot
    assert (first.start - orientation.context.clock()) >= timedelta(minutes=90)


@pytest.mark.parametrize(("mode", "minutes"), LEADS)
def test_what_is_free_today_is_what_can_still_be_given(
    both: Orientation, clock: FixedClock, mode: Mode, minutes: int
) -> None:
    """Neither the desk nor the doctor counts a slot that proposals leave out."""
    doctor = add_slots(both, mode=mode)
    first = both.proposals(open_request(both, mobility=MOBILITY[mode])).proposals[0].slot.start
    for late, given in ((timedelta(), 3), (SECOND, 2)):
        clock.set(first - timedelta(minutes=minutes) + late)
        nine = both.board().free[0]
        assert (nine.starts, nine.places) == (first, {mode: given})
        slots = both.agenda(doctor.id, first.date())
        assert [one.too_soon for one in slots[:2]] == [given == 2, False]


def test_at_one_hour_each_way_of_being_seen_has_its_own_lead(
    both: Orientation, clock: FixedClock
) -> None:
    doctor = add_slots(both)
    add_slots(both, Mode.VIDEO, make_doctor())
    own = make_doctor(home_lead_minutes=5)
    add_slots(both, Mode.HOME, own)
    start = both.agenda(doctor.id, clock().date())[0].start
    clock.set(start - timedelta(minutes=10))
    assert both.board().free[0].places == {Mode.CABINET: 2, Mode.VIDEO: 3, Mode.HOME: 3}
