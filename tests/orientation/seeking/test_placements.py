"""Enrolled, proposed, accepted or refused, declared, closed: guarded by the store."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation.seeking import tables
from orientation.seeking.model import (
    CloseReason,
    Limits,
    PlacementState,
    RefusalReason,
    Situation,
    WaitState,
)
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.seeking.people import (
    declare_places,
    enrol,
    make_identity,
    make_new,
    offer_places,
)
from tests.orientation.team import CACHAN, FRESNES


def why(error: pytest.ExceptionInfo[ConflictError]) -> str:
    return str(error.value.extra["reason"])


def accepted(orientation: Orientation, wait: UUID, doctor: UUID) -> UUID:
    placed = orientation.seeking.propose(wait, doctor)
    return orientation.seeking.accept(placed.id).id


def places_left(orientation: Orientation, doctor: UUID) -> int:
    return orientation.seeking.offers()[doctor].places_left


def test_from_the_list_to_the_declaration(both: Orientation) -> None:
    seeking = both.seeking
    doctor = offer_places(both, 2)
    wait = enrol(both, situation=Situation(ald=True))
    (first,) = seeking.matches(wait).offers
    assert first.offer.doctor.id == doctor.id
    placed = seeking.propose(wait, doctor.id)
    assert placed.state is PlacementState.PROPOSED
    assert places_left(both, doctor.id) == 2
    assert seeking.accept(placed.id).state is PlacementState.ACCEPTED
    assert places_left(both, doctor.id) == 1
    assert seeking.declare(placed.id).state is PlacementState.DECLARED
    seeking.close(wait, CloseReason.PLACED)
    sheet = seeking.wait(wait)
    assert (sheet.state, sheet.close_reason, sheet.group) == (
        WaitState.CLOSED,
        CloseReason.PLACED,
        "ald",
    )
    assert places_left(both, doctor.id) == 1


def test_two_accept_the_last_place_and_one_is_named_the_loser(both: Orientation) -> None:
    doctor = offer_places(both, 1)
    placements = [both.seeking.propose(enrol(both, number), doctor.id).id for number in range(4)]
    together = threading.Barrier(len(placements))

    def accept(placement: UUID) -> str:
        together.wait()
        try:
            return both.seeking.accept(placement).state.value
        except ConflictError as error:
            return str(error.extra["reason"])

    with ThreadPoolExecutor(len(placements)) as pool:
        seen = sorted(pool.map(accept, placements))
    assert seen == ["accepted", *["no_place_left"] * 3]
    assert places_left(both, doctor.id) == 0


def test_without_its_index_a_person_is_proposed_twice(both: Orientation) -> None:
    first, second, wait = offer_places(both), offer_places(both), enrol(both)
    both.seeking.propose(wait, first.id)
    with pytest.raises(ConflictError) as error:
        both.seeking.propose(wait, second.id)
    assert why(error) == "already_proposed"
    with both.database.write() as connection:
        connection.execute(sa.text("DROP INDEX uq_placement_wait"))
    assert both.seeking.propose(wait, second.id).state is PlacementState.PROPOSED


def test_the_schema_refuses_a_place_twice_and_a_place_that_is_not(both: Orientation) -> None:
    doctor = offer_places(both, 1)
    first, second = (both.seeking.propose(enrol(both, n), doctor.id).id for n in range(2))
    both.seeking.accept(first)
    placement = tables.placement
    for place in (1, 2):
        with pytest.raises(sa.exc.IntegrityError), both.database.write() as connection:
            connection.execute(
                placement.update()
                .where(placement.c.id == second)
                .values(state="accepted", place=place)
            )


def test_the_schema_refuses_to_close_over_a_proposal(both: Orientation) -> None:
    doctor, wait = offer_places(both), enrol(both)
    both.seeking.propose(wait, doctor.id)
    with pytest.raises(sa.exc.IntegrityError), both.database.write() as connection:
        connection.execute(
            tables.wait.update().values(
                state="closed", close_reason="moved", closed_at=both.context.clock()
            )
        )


@pytest.mark.parametrize("step", ["proposed", "accepted", "declared"])
def test_refusing_never_loses_the_person(both: Orientation, step: str) -> None:
    seeking = both.seeking
    doctor, other = offer_places(both), offer_places(both)
    wait = enrol(both)
    enrol(both, 1)
    placement = seeking.propose(wait, doctor.id).id
    if step != "proposed":
        seeking.accept(placement)
    if step == "declared":
        seeking.declare(placement)
    before = seeking.wait(wait)
    seeking.refuse(placement, RefusalReason.DOCTOR_OTHER)
    sheet = seeking.wait(wait)
    assert (sheet.state, sheet.created_at) == (WaitState.OPEN, before.created_at)
    assert [one.reason for one in sheet.past] == [RefusalReason.DOCTOR_OTHER]
    assert [one.id for one in seeking.waits().waits][0] == wait
    assert places_left(both, doctor.id) == 1
    assert [one.offer.doctor.id for one in seeking.matches(wait).offers] == [other.id]
    assert wait not in [one.wait.id for one in seeking.called(doctor.id)]
    assert wait in [one.wait.id for one in seeking.called(other.id)]


def test_a_typing_error_lets_the_doctor_be_proposed_again(orientation: Orientation) -> None:
    doctor, wait = offer_places(orientation), enrol(orientation)
    placed = orientation.seeking.propose(wait, doctor.id)
    orientation.seeking.refuse(placed.id, RefusalReason.ERROR)
    assert orientation.seeking.propose(wait, doctor.id).id != placed.id


@pytest.mark.parametrize(
    ("limits", "bar"), [(Limits(communes=(FRESNES,)), "commune"), (Limits(min_age=80), "age")]
)
def test_a_doctor_s_limits_hold_for_who_does_not_read_them(
    orientation: Orientation, limits: Limits, bar: str
) -> None:
    doctor = offer_places(orientation, limits=limits)
    with pytest.raises(ConflictError) as error:
        orientation.seeking.propose(enrol(orientation), doctor.id)
    assert (why(error), error.value.extra["bar"]) == ("not_possible", bar)


def test_a_doctor_without_declaration_is_not_proposed(orientation: Orientation) -> None:
    with pytest.raises(ConflictError) as error:
        orientation.seeking.propose(enrol(orientation), new_id())
    assert why(error) == "no_offer"


def test_steps_out_of_order_are_refused_by_name(orientation: Orientation) -> None:
    seeking = orientation.seeking
    doctor, wait = offer_places(orientation), enrol(orientation)
    placement = seeking.propose(wait, doctor.id).id
    with pytest.raises(ConflictError) as early:
        seeking.declare(placement)
    with pytest.raises(ConflictError) as unsigned:
        seeking.close(wait, CloseReason.PLACED)
    seeking.accept(placement)
    with pytest.raises(ConflictError) as twice:
        seeking.accept(placement)
    seeking.declare(placement)
    with pytest.raises(ConflictError) as signed:
        seeking.close(wait, CloseReason.MOVED)
    seeking.close(wait, CloseReason.PLACED)
    with pytest.raises(ConflictError) as closed:
        seeking.refuse(placement, RefusalReason.ERROR)
    assert [why(one) for one in (early, unsigned, twice, signed, closed)] == [
        "not_accepted",
        "not_declared",
        "not_proposed",
        "declared",
        "wait_closed",
    ]


def test_leaving_the_list_gives_the_place_back(orientation: Orientation) -> None:
    doctor, wait = offer_places(orientation), enrol(orientation)
    accepted(orientation, wait, doctor.id)
    orientation.seeking.close(wait, CloseReason.WITHDRAWN)
    assert places_left(orientation, doctor.id) == 1
    (past,) = orientation.seeking.wait(wait).past
    assert past.state is PlacementState.WITHDRAWN


def test_a_new_declaration_says_how_many_more(orientation: Orientation) -> None:
    doctor = offer_places(orientation, 3)
    waits = [enrol(orientation, number) for number in range(4)]
    first = [accepted(orientation, wait, doctor.id) for wait in waits[:3]]
    orientation.seeking.refuse(first[1], RefusalReason.PERSON_CHOICE)
    declare_places(orientation.seeking, doctor, 0)
    assert orientation.seeking.offers()[doctor.id].taken == 2
    assert places_left(orientation, doctor.id) == 0
    declare_places(orientation.seeking, doctor, 1)
    accepted(orientation, waits[3], doctor.id)
    assert places_left(orientation, doctor.id) == 0


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"places": -1}, "places"),
        ({"places": 501}, "places"),
        ({"available_from": date(1999, 1, 1)}, "available_from"),
        ({"limits": Limits(min_age=40, max_age=20)}, "ages"),
        ({"limits": Limits(max_age=200)}, "ages"),
        ({"limits": Limits(communes=("94230",))}, "commune"),
        ({"languages": ("klingon",)}, "languages"),
    ],
)
def test_a_declaration_that_cannot_be_is_refused_by_field(
    orientation: Orientation, terms: dict[str, Any], field: str
) -> None:
    doctor = offer_places(orientation)
    with pytest.raises(InputRefusedError) as error:
        declare_places(orientation.seeking, doctor, **{"places": 1, **terms})
    assert error.value.extra["field"] == field


def test_the_same_key_gives_the_same_answer(orientation: Orientation) -> None:
    seeking = orientation.seeking
    doctor = offer_places(orientation)
    first = seeking.enrol(make_new(), "e")
    assert seeking.enrol(make_new(), "e") == first
    placed = seeking.propose(first.id, doctor.id, "p")
    assert seeking.propose(first.id, doctor.id, "p") == placed
    assert seeking.accept(placed.id, "a") == seeking.accept(placed.id, "a")
    with pytest.raises(ConflictError) as error:
        seeking.propose(first.id, new_id(), "p")
    assert why(error) == "idempotency_key_reused"


def test_a_refusal_is_given_again_under_its_key(orientation: Orientation) -> None:
    doctor = offer_places(orientation)
    wait = enrol(orientation)
    placed = orientation.seeking.propose(wait, doctor.id)
    declare_places(orientation.seeking, doctor, 0)
    for _ in range(2):
        with pytest.raises(ConflictError) as error:
            orientation.seeking.accept(placed.id, "late")
        assert why(error) == "no_place_left"
        declare_places(orientation.seeking, doctor, 1)
    assert orientation.seeking.accept(placed.id).state is PlacementState.ACCEPTED


def test_somebody_waits_once(both: Orientation) -> None:
    wait = both.seeking.enrol(make_new()).id
    same = make_identity(phone="+33 6 12 34 56 78", family="VAUQUELIN", given="E.")
    with pytest.raises(ConflictError) as error:
        both.seeking.enrol(make_new(identity=same), "again")
    assert (why(error), error.value.extra["wait_id"]) == ("already_waiting", str(wait))
    both.seeking.close(wait, CloseReason.ERROR)
    assert both.seeking.enrol(make_new(identity=same)).id != wait


@pytest.mark.parametrize(
    ("new", "field"),
    [
        ({"sees_doctor": True}, "sees_doctor"),
        ({"identity": make_identity(family=" ")}, "family"),
        ({"identity": make_identity(given="")}, "given"),
        ({"identity": make_identity(phone="12")}, "phone"),
        ({"identity": make_identity(birth_date=date(2026, 11, 24))}, "birth_date"),
        ({"identity": make_identity(birth_date=date(1899, 12, 31))}, "birth_date"),
        ({"commune": "94230"}, "commune"),
        ({"consent_version": "2019-01"}, "consent"),
    ],
)
def test_what_is_missing_is_refused_by_field(
    orientation: Orientation, new: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefusedError) as error:
        orientation.seeking.enrol(make_new(**new))
    assert error.value.extra["field"] == field


def test_the_list_is_in_calling_order_by_page_and_by_group(
    orientation: Orientation, clock: FixedClock
) -> None:
    plain = [enrol(orientation, number) for number in range(30)]
    clock.set(clock() + timedelta(hours=1))
    late = enrol(orientation, 40, situation=Situation(ald=True))
    page = orientation.seeking.waits()
    assert (page.total, page.pages) == (31, 2)
    assert [one.id for one in page.waits] == [late, *plain[:29]]
    assert [one.id for one in orientation.seeking.waits(page=2).waits] == plain[29:]
    assert [one.id for one in orientation.seeking.waits("ald").waits] == [late]
    assert orientation.seeking.waits("c2s_ame").waits == ()
    with pytest.raises(NotFoundError):
        orientation.seeking.waits(page=3)


@pytest.mark.parametrize("ref", ["rien", new_id()])
def test_unknown_identifiers_are_not_found(orientation: Orientation, ref: str | UUID) -> None:
    seeking = orientation.seeking
    for act in (seeking.wait, seeking.matches, seeking.accept, seeking.declare):
        with pytest.raises(NotFoundError):
            act(ref)


def test_the_place_of_a_commune_and_the_consent_are_kept(orientation: Orientation) -> None:
    sheet = orientation.seeking.wait(enrol(orientation))
    assert sheet.commune == CACHAN
    assert (sheet.consent_version, sheet.consent_text) == (
        orientation.seeking.consent.version,
        orientation.seeking.consent.text,
    )
    assert sheet.consent_at == sheet.created_at
