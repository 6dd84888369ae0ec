"""Identity is never in clear in the files nor in the logs, and it can be destroyed for good."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError
from directory.base.logs import configure_logs
from orientation import tables
from orientation.model import CancelReason, MedecinTraitant
from orientation.records import RequestView
from orientation.service import Orientation
from tests.orientation.team import CACHAN, PATIENT, add_slots, first_slot, open_request

SECRETS = [
    *("Vauquelin", "VAUQUELIN", "vauquelin", "Eudoxie", "EUDOXIE", "eudoxie"),
    *("0612345678", "06 12 34 56 78", "+33612345678", "612345678", "33612345678"),
    *("Sycomores", "SYCOMORES", "sycomores", "recent_problem", "1961-04-02", "répondeur"),
    *("Lehongre", "role-lehongre", "Tilleuls"),
]


@pytest.fixture
def whole_call(orientation: Orientation, capfd: pytest.CaptureFixture[str]) -> RequestView:
    """Everything that can be typed during a call, down to a lost race and a cancellation.

    It depends on `capfd` so that the logs are set up once the capture is there.
    """
    configure_logs("json", level=0)
    add_slots(orientation)
    request = open_request(
        orientation,
        address="12 allée des Sycomores",
        reason_category="recent_problem",
        medecin_traitant=MedecinTraitant.NOT_TRIED,
        asked_by="Pharmacie des Tilleuls",
    )
    orientation.choose_medecin_traitant(request, "role-lehongre", "Dr Lehongre")
    orientation.update_medecin_traitant(request, MedecinTraitant.UNAVAILABLE, "répondeur")
    slot = first_slot(orientation, request)
    held = orientation.hold(slot, request, "h")
    with pytest.raises(ConflictError):
        orientation.hold(slot, open_request(orientation), "h2")
    appointment = orientation.confirm(held.hold_id, PATIENT, "c")
    orientation.find_caller("06 12 34 56 78")
    orientation.agenda(appointment.practitioner_id, appointment.start.date())
    orientation.cancel(appointment.appointment_id, CancelReason.PATIENT)
    orientation.confirm(orientation.hold(slot, request).hold_id, PATIENT)
    orientation.send_notices()
    seen = orientation.request(request)
    structlog.reset_defaults()
    return seen


def store_files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("agenda.sqlite*")}


def test_neither_files_nor_logs_hold_what_was_said(
    whole_call: RequestView, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    files = store_files(tmp_path)
    assert {"agenda.sqlite", "agenda.sqlite-wal", "agenda.sqlite-shm"} <= set(files)
    out, err = capfd.readouterr()
    written = {**files, "logs": (out + err).encode()}
    assert b"appointment confirmed" in written["logs"]
    for name, content in written.items():
        found = [secret for secret in SECRETS if secret.encode() in content]
        assert found == [], name


def test_the_same_is_true_once_the_journal_is_folded_in(
    whole_call: RequestView, orientation: Orientation, tmp_path: Path
) -> None:
    orientation.close()
    files = store_files(tmp_path)
    assert "agenda.sqlite-wal" not in files
    assert whole_call.commune.encode() in files["agenda.sqlite"]
    content = b"".join(files.values())
    assert [secret for secret in SECRETS if secret.encode() in content] == []


def test_before_its_time_nothing_is_erased(
    whole_call: RequestView, orientation: Orientation, clock: FixedClock
) -> None:
    assert whole_call.booking is not None
    clock.set(whole_call.booking.end + timedelta(days=6, hours=23))
    assert orientation.erase_due() == 1  # the other caller's, who got no appointment
    assert orientation.request(whole_call.id).booking == whole_call.booking


def test_days_after_the_appointment_only_figures_stay(
    whole_call: RequestView, orientation: Orientation, clock: FixedClock
) -> None:
    assert whole_call.booking is not None
    clock.set(whole_call.booking.end + timedelta(days=7, minutes=1))
    assert orientation.erase_due() == 2
    assert orientation.erase_due() == 0
    seen = orientation.request(whole_call.id)
    assert (seen.callback_number, seen.address, seen.reason_category) == ("", "", "")
    assert (seen.medecin_traitant_note, seen.medecin_traitant_name, seen.asked_by) == ("", "", "")
    assert (seen.commune, seen.age_band, seen.delay_hours) == (CACHAN, whole_call.age_band, 48)
    assert orientation.find_caller("0612345678") == ()
    slots = orientation.agenda(whole_call.booking.doctor_id, whole_call.booking.start.date())
    (booked,) = [slot for slot in slots if slot.bookings]
    assert booked.bookings[0].booking.patient is None


def test_erasure_leaves_no_key_and_nothing_sealed(
    whole_call: RequestView, orientation: Orientation, clock: FixedClock
) -> None:
    clock.set(clock() + timedelta(days=30))
    orientation.erase_due()
    with orientation.database.read() as connection:
        for column in (
            tables.request.c.wrapped_key,
            tables.request.c.sealed,
            tables.request.c.caller,
            tables.booking.c.patient,
            tables.outbox.c.payload,
        ):
            left = connection.execute(
                sa.select(sa.func.count()).where(column.is_not(None))
            ).scalar_one()
            assert left == 0, column
        kept = connection.execute(
            sa.select(sa.func.count()).select_from(tables.idempotency)
        ).scalar_one()
    assert kept == 0


def test_the_wrapped_key_is_gone_from_the_files_too(
    orientation: Orientation, clock: FixedClock, tmp_path: Path
) -> None:
    open_request(orientation)
    with orientation.database.read() as connection:
        wrapped = connection.execute(sa.select(tables.request.c.wrapped_key)).scalar_one()
    assert any(wrapped in content for content in store_files(tmp_path).values())
    clock.set(clock() + timedelta(days=8))
    orientation.erase_due()
    assert not any(wrapped in content for content in store_files(tmp_path).values())


def test_an_erased_request_cannot_be_used_again(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    request = open_request(orientation)
    clock.set(clock() + timedelta(days=8))
    orientation.extend_horizon()
    orientation.erase_due()
    slot = first_slot(orientation, request)
    with pytest.raises(ConflictError) as error:
        orientation.hold(slot, request)
    assert error.value.extra["reason"] == "request_erased"


def test_a_request_with_a_coming_appointment_waits(
    orientation: Orientation, clock: FixedClock
) -> None:
    add_slots(orientation)
    request = open_request(orientation, delay_hours=200)
    clock.set(clock() + timedelta(days=6))
    orientation.extend_horizon()
    held = orientation.hold(first_slot(orientation, request), request)
    orientation.confirm(held.hold_id, PATIENT)
    clock.set(clock() + timedelta(days=2))
    assert orientation.erase_due() == 0
