"""A person asks for a copy, or for erasure: found, given whole, and gone from the file itself."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError
from orientation import tables
from orientation.model import CancelReason
from orientation.records import Patient
from orientation.rights import Person
from orientation.seeking.model import CloseReason
from orientation.service import Orientation
from tests.orientation.seeking.people import enrol
from tests.orientation.team import PATIENT, add_slots, first_slot, open_request

PHONE = "06 12 34 56 78"
ME = Person(phone=PHONE, family="VAUQUELIN", given="Eudoxie")


def booked(orientation: Orientation, patient: Patient = PATIENT) -> tuple[UUID, UUID]:
    request = open_request(orientation)
    held = orientation.hold(first_slot(orientation, request), request)
    return request, orientation.confirm(held.hold_id, patient).appointment_id


def test_a_copy_holds_everything_even_what_was_cancelled(orientation: Orientation) -> None:
    add_slots(orientation)
    request, appointment = booked(orientation)
    orientation.cancel(appointment, CancelReason.PATIENT)
    told = orientation.export_person(Person(family="vauquelin", given="eudoxie"), "essai")
    (one,) = told["requests"]
    assert one["request"]["id"] == str(request)
    assert one["bookings"][0]["patient"]["birth_date"] == "1961-04-02"
    assert orientation.export_person(Person(phone="01 99 00 00 00"), "essai")["requests"] == []


def test_erasing_leaves_nothing_that_opens(orientation: Orientation) -> None:
    add_slots(orientation)
    request, appointment = booked(orientation)
    assert orientation.erase_person(ME, "essai").left == (str(request),)
    orientation.cancel(appointment, CancelReason.PATIENT)
    assert orientation.erase_person(ME, "essai").requests == 1
    seen = orientation.request(request)
    assert (seen.callback_number, bool(seen.erased_at), seen.commune) == ("", True, "94016")
    assert orientation.export_person(ME, "essai")["requests"] == []
    assert orientation.erase_person(ME, "essai").requests == 0
    with pytest.raises(ConflictError):
        orientation.hold(first_slot(orientation, open_request(orientation)), request)


def test_a_number_shared_by_two_asks_for_the_name(orientation: Orientation) -> None:
    add_slots(orientation)
    for patient in (
        PATIENT,
        Patient(family="Autre", given="Personne", birth_date=date(2019, 1, 1)),
    ):
        _, appointment = booked(orientation, patient)
        orientation.cancel(appointment, CancelReason.PATIENT)
    with pytest.raises(InputRefusedError, match="Plusieurs personnes"):
        orientation.erase_person(Person(phone=PHONE), "essai")
    assert orientation.erase_person(ME, "essai").requests == 1
    assert len(orientation.export_person(Person(phone=PHONE), "essai")["requests"]) == 1


@pytest.mark.parametrize(
    "person", [Person(), Person(family="Seul"), Person(phone="abc"), Person(given="x", phone=" ")]
)
def test_who_cannot_be_found_is_not_looked_for(orientation: Orientation, person: Person) -> None:
    with pytest.raises(InputRefusedError):
        orientation.erase_person(person, "essai")


def test_erasing_ends_the_search_of_a_medecin_traitant(orientation: Orientation) -> None:
    wait = enrol(orientation)
    identity = orientation.seeking.wait(wait).identity
    assert identity is not None
    person = Person(phone=identity.phone)
    assert len(orientation.export_person(person, "essai")["waits"]) == 1
    assert orientation.erase_person(person, "essai").waits == 1
    after = orientation.seeking.wait(wait)
    assert (after.identity, after.close_reason) == (None, CloseReason.WITHDRAWN)


@pytest.mark.parametrize("how", ["by its time", "on demand"])
def test_the_file_itself_holds_what_could_be_opened_before_and_not_after(
    orientation: Orientation, clock: FixedClock, tmp_path: Path, how: str
) -> None:
    """With the key that was destroyed still at hand: no sealed byte is left in any page."""
    add_slots(orientation)
    request, appointment = booked(orientation)
    orientation.cancel(appointment, CancelReason.PATIENT)
    with orientation.context.database.read() as connection:
        row = connection.execute(
            sa.select(tables.request).where(tables.request.c.id == request)
        ).one()
        patient = connection.execute(
            sa.select(tables.booking.c.patient).where(tables.booking.c.request == request)
        ).scalar_one()
    sealed = (row.sealed, row.wrapped_key, patient, row.caller.encode())
    assert all(one in in_files(tmp_path) for one in sealed)
    if how == "on demand":
        assert orientation.erase_person(ME, "essai").requests == 1
    else:
        clock.set(clock() + timedelta(days=40))
        assert orientation.erase_due() == 1
    assert [one for one in sealed if one in in_files(tmp_path)] == []


def in_files(folder: Path) -> bytes:
    """Every byte of the store: pages in use, free pages, journal."""
    return b"".join(path.read_bytes() for path in sorted(folder.glob("agenda.sqlite*")))
