"""Taking a call down: what is needed, what is refused, and what a red flag makes needless."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.model import MedecinTraitant, Mobility, Outcome
from orientation.records import NewRequest
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.team import CACHAN, add_slots, make_request, open_request


@pytest.mark.parametrize("number", ["0600", "15", "112", "", "zéro six", "0612345", "+33 6"])
def test_a_number_that_cannot_be_called_back_is_refused(
    orientation: Orientation, number: str
) -> None:
    with pytest.raises(InputRefusedError):
        orientation.create_request(make_request(callback_number=number))


@pytest.mark.parametrize("number", ["01 46 65 62 22", "+32 2 555 12 12", "0033146656222"])
def test_numbers_from_here_and_abroad_are_taken(orientation: Orientation, number: str) -> None:
    assert orientation.create_request(make_request(callback_number=number)).outcome is Outcome.OPEN


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"commune": "99999"}, "99999"),
        ({"commune": "94230"}, "94230"),  # the postcode of Cachan
        ({"delay_hours": 0}, "délai"),
        ({"delay_hours": -48}, "délai"),
        ({"delay_hours": 10**30}, "délai"),
        ({"mobility": None, "age_band": None}, "mobilité"),
        ({"own_doctor": new_id()}, "équipe"),
        ({"red_flags": ()}, "chest_pain"),
    ],
)
def test_what_is_wrong_is_named(
    orientation: Orientation, changes: dict[str, Any], named: str
) -> None:
    with pytest.raises(InputRefusedError, match=named):
        orientation.create_request(make_request(**changes))


def test_red_flags_need_nothing_else_and_nothing_else_can_be_wrong(
    orientation: Orientation,
) -> None:
    bare = orientation.create_request(NewRequest(red_flags=("breathing",)))
    told = orientation.create_request(
        make_request(
            red_flags=("breathing",), callback_number="15", commune="nulle part", delay_hours=10**30
        )
    )
    assert bare.outcome is told.outcome is Outcome.TRANSFER_15
    seen = orientation.request(told.id)
    assert seen.flagged_at is not None
    assert (seen.callback_number, seen.commune, seen.delay_hours) == ("", "", None)


def test_a_known_caller_is_found_however_the_number_is_written(
    orientation: Orientation, clock: FixedClock
) -> None:
    older = open_request(orientation)
    clock.set(clock() + timedelta(hours=1))
    newer = open_request(orientation, callback_number="+33612345678")
    open_request(orientation, callback_number="06 99 88 77 66")
    open_request(orientation, red_flags=("doubt",))
    assert [seen.id for seen in orientation.find_caller("0612345678")] == [newer, older]
    assert orientation.find_caller("15") == ()


def test_the_outcome_with_the_medecin_traitant_is_stamped(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    request = open_request(orientation, medecin_traitant=MedecinTraitant.NOT_TRIED, address="3 rue")
    found = orientation.proposals(request)
    assert found.proposals == ()
    assert "call_medecin_traitant" in {action.code for action in found.next_actions}
    orientation.update_medecin_traitant(request, MedecinTraitant.UNAVAILABLE, "absente jusqu'au 30")
    seen = orientation.request(request)
    assert seen.medecin_traitant is MedecinTraitant.UNAVAILABLE
    assert seen.medecin_traitant_note == "absente jusqu'au 30"
    assert seen.medecin_traitant_at == clock()
    assert seen.address == "3 rue"
    found = orientation.proposals(request)
    assert found.proposals
    assert "call_medecin_traitant" not in {action.code for action in found.next_actions}


def test_someone_from_outside_the_perimeter_is_told_so(orientation: Orientation) -> None:
    add_slots(orientation)
    found = orientation.proposals(open_request(orientation, commune="94076"))
    assert found.proposals == ()
    assert "Villejuif" in found.explanation
    assert found.next_actions[0].number == "15"


def test_numbers_of_the_commune_join_the_next_actions(orientation: Orientation) -> None:
    request = open_request(orientation, commune=CACHAN, mobility=Mobility.HOME)
    found = orientation.proposals(request)
    assert "Aucun créneau" in found.explanation
    assert "3114" in {action.number for action in found.next_actions}
    assert not any("SAMI" in action.label for action in found.next_actions)


def test_the_own_doctor_of_the_team_is_kept(orientation: Orientation) -> None:
    doctor = add_slots(orientation)
    request = open_request(orientation, own_doctor=doctor.id)
    assert orientation.request(request).own_doctor == doctor.id


def test_every_reading_of_a_record_is_audited(orientation: Orientation) -> None:
    request = open_request(orientation)
    orientation.request(request, actor="Mme Secrétaire")
    orientation.find_caller("0612345678")
    with orientation.database.read() as connection:
        rows = connection.execute(sa.select(tables.audit).order_by(tables.audit.c.id)).all()
    assert [row.action for row in rows] == ["request.create", "request.read", "request.found"]
    assert [row.actor for row in rows] == ["sans compte", "Mme Secrétaire", "sans compte"]
    assert {row.subject for row in rows} == {str(request)}
    assert rows[0].digests.keys() == {"callback_number"}


def test_an_unknown_request_is_not_found(orientation: Orientation) -> None:
    for ask in (orientation.request, orientation.proposals):
        with pytest.raises(NotFoundError):
            ask(new_id())
    with pytest.raises(NotFoundError):
        orientation.escalate(new_id(), ["doubt"])


def test_another_territory_does_not_see_the_request(orientation: Orientation) -> None:
    request = open_request(orientation)
    with orientation.database.write() as connection:
        connection.execute(tables.request.update().values(territory="melun"))
    with pytest.raises(NotFoundError):
        orientation.request(request)


def test_a_request_whose_key_is_gone_cannot_be_changed(orientation: Orientation) -> None:
    request = open_request(orientation)
    with orientation.database.write() as connection:
        connection.execute(tables.request.update().values(wrapped_key=None, sealed=None))
    with pytest.raises(ConflictError) as error:
        orientation.update_medecin_traitant(request, MedecinTraitant.AVAILABLE)
    assert error.value.extra["reason"] == "request_erased"
