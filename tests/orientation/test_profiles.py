"""Who a doctor takes, where, how far, and until when."""

from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError
from directory.model import Precision
from orientation.costs import obstacle
from orientation.model import AgeBand, Doctor, Mobility, Mode, Need, Obstacle, Place, Team
from orientation.profiles import Profile
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import (
    CACHAN,
    CHEVILLY,
    FRESNES,
    RUNGIS,
    add_slots,
    open_request,
)
from tests.orientation.test_moving import reason
from tests.orientation.test_planning import MONDAY, THURSDAY, TUESDAY, book_on, proposed_days


def said(**changes: Any) -> Profile:
    values: dict[str, Any] = {"team": Team.ADJOINT, "modes": (Mode.CABINET, Mode.HOME)}
    return Profile(**{**values, **changes})


def now(orientation: Orientation) -> Doctor:
    return orientation.doctors()[0]


def need(orientation: Orientation, insee: str) -> Need:
    commune = orientation.context.communes.get(insee)
    assert commune is not None
    return Need(
        commune=insee,
        commune_name=commune.name,
        age_band=AgeBand.ADULT,
        mobility=Mobility.HOME,
        delay_hours=48,
        point=commune.point,
    )


def test_a_profile_is_changed_and_says_who_did(both: Orientation) -> None:
    doctor = add_slots(both)
    profile = said(
        visits=(CACHAN, RUNGIS),
        visit_km=3.5,
        visit_from=doctor.places[0].id,
        min_age_months=36,
        max_age_months=960,
        weekly_capacity=25,
        accepts_new=True,
    )
    both.profiles.change(doctor.id, profile, "Odette Brunel")
    changed = now(both)
    fields = msgspec.structs.asdict(profile)
    assert {name: getattr(changed, name) for name in fields} == fields


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"modes": ()}, "modes"),
        ({"visits": ("99999",)}, "visits"),
        ({"visit_km": 0.0}, "visit_km"),
        ({"visit_km": float("nan")}, "visit_km"),
        ({"visit_km": 101.0}, "visit_km"),
        ({"visit_km": 5.0}, "visit_from"),
        ({"min_age_months": -1}, "ages"),
        ({"min_age_months": 200, "max_age_months": 100}, "ages"),
        ({"weekly_capacity": -1}, "weekly_capacity"),
    ],
)
def test_a_profile_that_makes_no_sense_is_refused_by_its_field(
    orientation: Orientation, changes: dict[str, Any], field: str
) -> None:
    doctor = add_slots(orientation)
    with pytest.raises(InputRefusedError) as refused:
        orientation.profiles.change(doctor.id, said(**changes))
    assert refused.value.extra["field"] == field
    assert now(orientation) == doctor


def test_visits_go_so_many_kilometres_around_a_place(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    place = doctor.places[0].id
    near, far = need(orientation, CACHAN), need(orientation, RUNGIS)
    assert near.point is not None
    orientation.profiles.change(doctor.id, said(visit_km=2.0, visit_from=place))
    assert obstacle(near, now(orientation), Mode.HOME) is None
    assert obstacle(far, now(orientation), Mode.HOME) is Obstacle.VISITS
    orientation.profiles.change(doctor.id, said(visit_km=9.0, visit_from=place))
    assert obstacle(far, now(orientation), Mode.HOME) is None
    orientation.profiles.change(doctor.id, said(visits=(FRESNES,)))
    assert obstacle(near, now(orientation), Mode.HOME) is Obstacle.VISITS


def test_a_mode_with_a_series_is_not_dropped(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    with pytest.raises(ConflictError, match="au cabinet"):
        orientation.profiles.change(doctor.id, said(modes=(Mode.HOME,)))


def test_places_are_added_corrected_and_removed_while_unused(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    used = doctor.places[0]
    place = Place(id=new_id(), label="Maison de santé", insee=CHEVILLY)
    orientation.profiles.save_place(doctor.id, place)
    added = next(one for one in now(orientation).places if one.id == place.id)
    assert added.point is not None
    assert added.point.precision is Precision.COMMUNE
    moved = msgspec.structs.replace(used, label="Cabinet du Moulin", point=None)
    orientation.profiles.save_place(doctor.id, moved)
    kept = next(one for one in now(orientation).places if one.id == used.id)
    assert (kept.label, kept.point) == ("Cabinet du Moulin", used.point)
    orientation.profiles.remove_place(doctor.id, place.id)
    assert [one.id for one in now(orientation).places] == [used.id]
    assert reason(lambda: orientation.profiles.remove_place(doctor.id, used.id)) == "place_in_use"
    for wrong in ({"insee": "00000"}, {"label": " "}):
        with pytest.raises(InputRefusedError):
            orientation.profiles.save_place(doctor.id, msgspec.structs.replace(place, **wrong))


def test_a_doctor_who_leaves_names_who_to_call_and_is_no_longer_proposed(
    both: Orientation, clock: FixedClock
) -> None:
    doctor = add_slots(both)
    booked = book_on(both, THURSDAY)
    slot = both.agenda(doctor.id, THURSDAY, 1)[-1].slot_id
    asked = both.profiles.leave(doctor.id, THURSDAY)
    assert [one.request_id for one in asked.concerned] == [booked.request_id]
    assert now(both).leaves_on is None
    assert both.profiles.leave(doctor.id, THURSDAY, confirmed=True).done
    assert [one.appointment_id for one in both.to_call_back()] == [booked.appointment_id]
    request = open_request(both)
    assert reason(lambda: both.hold(slot, request)) == "slot_withdrawn"
    assert max(proposed_days(both)) == date(2026, 11, 25)
    assert both.extend_horizon() == 0
    clock.set(clock() + timedelta(days=4))
    both.extend_horizon()
    assert both.doctors() == ()


def test_a_departure_is_undone_before_it_comes(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    orientation.profiles.leave(doctor.id, TUESDAY)
    assert orientation.agenda(doctor.id, TUESDAY, 1) == ()
    orientation.profiles.leave(doctor.id, None)
    assert len(orientation.agenda(doctor.id, TUESDAY, 1)) == 9
    with pytest.raises(InputRefusedError, match="déjà passée"):
        orientation.profiles.leave(doctor.id, MONDAY - timedelta(days=1))
