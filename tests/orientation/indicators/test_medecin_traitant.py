"""People oriented to a médecin traitant, and who waits, at the end of a hand-made period."""

from datetime import UTC, date, datetime, timedelta

import pytest

from directory.base.clock import FixedClock
from orientation.indicators.model import Period
from orientation.model import MedecinTraitant
from orientation.seeking.model import CloseReason, Situation
from orientation.service import Orientation
from tests.orientation.indicators.history import counted, figures
from tests.orientation.seeking.people import enrol, make_identity, offer_places
from tests.orientation.team import open_request

DAYS = Period(date(2026, 11, 23), date(2026, 11, 29))
NEXT = Period(date(2026, 11, 30), date(2026, 12, 6))


def old(number: int) -> dict[str, object]:
    return {
        "identity": make_identity(phone=f"06 12 34 57 {number:02d}", birth_date=date(1940, 1, 1))
    }


@pytest.fixture
def lived(both: Orientation, clock: FixedClock) -> Orientation:
    """Monday: five people enrol, one of them by mistake, and a médecin traitant receives a caller.
    Tuesday: a doctor accepts one and signs. The next Monday: another declares their own doctor."""
    doctor = offer_places(both, places=3)
    placed = enrol(both, 1, situation=Situation(ald=True))
    own = enrol(both, 2)
    enrol(both, 3, **old(3))
    enrol(both, 4, situation=Situation(c2s_ame=True))
    mistake = enrol(both, 5)
    both.seeking.close(mistake, CloseReason.ERROR)
    request = open_request(
        both, medecin_traitant=MedecinTraitant.NOT_TRIED, medecin_traitant_why=None
    )
    both.update_medecin_traitant(request, MedecinTraitant.AVAILABLE)
    clock.set(clock() + timedelta(days=1))
    placement = both.seeking.propose(placed, doctor.id).id
    both.seeking.accept(placement)
    both.seeking.declare(placement)
    clock.set(datetime(2026, 11, 30, 8, tzinfo=UTC))
    both.seeking.close(own, CloseReason.OWN_DOCTOR)
    return both


def test_people_oriented(lived: Orientation) -> None:
    assert figures(lived, "medecin-traitant", DAYS) == {
        "own_received": 1,
        "declared": 1,
        "own_doctor": 0,
    }
    assert counted(figures(lived, "medecin-traitant", NEXT)) == {"own_doctor": 1}


def test_the_doctor_who_accepts_takes_part(lived: Orientation) -> None:
    found = counted(figures(lived, "professionals", DAYS))
    assert found == {"placing.titulaire": 1, "any.titulaire": 1}


def test_who_waits_at_the_end_of_the_period_by_group(lived: Orientation) -> None:
    """The person placed has signed; the one who closed later still waited then."""
    assert counted(figures(lived, "waiting-list", DAYS)) == {
        "all": 3,
        "group.over_70": 1,
        "group.c2s_ame": 1,
        "group.other": 1,
    }
    assert counted(figures(lived, "waiting-list", NEXT)) == {
        "all": 2,
        "group.over_70": 1,
        "group.c2s_ame": 1,
    }
    before = Period(date(2026, 11, 1), date(2026, 11, 22))
    assert counted(figures(lived, "waiting-list", before)) == {}


def test_erasure_changes_no_figure_of_the_list(lived: Orientation, clock: FixedClock) -> None:
    lived.seeking.close(enrol(lived, 6, situation=Situation(ald=True)), CloseReason.MOVED)
    clock.set(clock() + timedelta(days=30))
    before = lived.indicators.read(DAYS), lived.indicators.read(NEXT)
    assert lived.erase_due() >= 3
    assert (lived.indicators.read(DAYS), lived.indicators.read(NEXT)) == before
