"""Slots are proposed, held and moved to for those their doctor shows them to, on both stores."""

from itertools import product
from typing import Any

import pytest

from directory.base.errors import ConflictError
from directory.territory import Territory, VisibleTo
from orientation.model import Mode, Visibility
from orientation.provenance import Channel, Line
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request

ASKERS: dict[str, dict[str, Any]] = {
    "secretariat": {"channel": Channel.PHONE},
    "sas": {"channel": Channel.PHONE, "line": Line.SAS},
    "professional": {"channel": Channel.PROFESSIONAL},
    "online": {"channel": Channel.ONLINE},
}
HIDDEN = {
    ("sas", "professionals"),
    ("professional", "snp"),
    *product(["online"], ["cpts", "snp", "professionals"]),
}
"""The table of docs/politique.md."""


def reason_of(error: pytest.ExceptionInfo[ConflictError]) -> str:
    return str(error.value.extra["reason"])


@pytest.mark.parametrize("visibility", Visibility)
def test_each_asker_has_what_the_table_says(both: Orientation, visibility: Visibility) -> None:
    add_slots(both, visibility=visibility)
    seen = {asker: open_request(both, **told) for asker, told in ASKERS.items()}
    slot = first_slot(both, seen["secretariat"])
    for asker, request in seen.items():
        hidden = (asker, visibility.value) in HIDDEN
        assert bool(both.proposals(request).proposals) is not hidden
        if hidden:
            with pytest.raises(ConflictError) as error:
                both.hold(slot, request)
            assert reason_of(error) == "slot_hidden"
            assert error.value.extra["alternatives"] == []
        else:
            both.release(both.hold(slot, request).hold_id)


def test_an_appointment_is_not_moved_where_its_asker_does_not_see(both: Orientation) -> None:
    add_slots(both, visibility=Visibility.SNP)
    hidden = first_slot(both, open_request(both))
    request = open_request(both, channel=Channel.PROFESSIONAL)
    add_slots(both)
    held = both.hold(first_slot(both, request), request)
    booked = both.confirm(held.hold_id, PATIENT)
    with pytest.raises(ConflictError) as error:
        both.move(booked.appointment_id, hidden)
    assert reason_of(error) == "slot_hidden"
    assert both.request(request).booking.slot_id == booked.slot_id  # type: ignore[union-attr]


def test_two_slots_at_one_hour_differ_by_who_sees_them(both: Orientation) -> None:
    add_slots(both, Mode.CABINET, visibility=Visibility.SNP)
    shown = add_slots(both, Mode.CABINET)
    found = both.proposals(open_request(both, channel=Channel.PROFESSIONAL))
    assert {one.slot.doctor.id for one in found.proposals} == {shown.id}


def test_a_territory_may_say_otherwise(open_agenda: Open, territory: Territory) -> None:
    strict = territory.model_copy(update={"visible": VisibleTo(secretariat=("public",))})
    orientation = open_agenda(strict)
    add_slots(orientation)
    assert orientation.proposals(open_request(orientation)).proposals == ()
