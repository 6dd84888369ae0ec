"""A new wrapping key: everything stays readable, by processes that were running too."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from fastapi import Request, Response
from typer.testing import CliRunner

from directory.base.errors import ConflictError, NotFoundError, SettingsError
from directory.base.keys import decrypt, open_keys, rotate_ring
from orientation import key_rotation, tables
from orientation.key_rotation import rotate_keys
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.seeking.people import enrol, make_identity
from tests.orientation.team import add_slots, make_request, open_request
from web.cli import app
from web.drafts import keep_draft, new_draft, read_draft

NUMBER = "+33612345678"


def wrapped_keys(orientation: Orientation) -> list[bytes]:
    with orientation.database.read() as connection:
        return list(connection.execute(sa.select(tables.request.c.wrapped_key)).scalars())


def test_what_was_sealed_before_is_read_after_and_the_old_key_opens_nothing(
    both: Orientation, tmp_path: Path, open_agenda: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_rotation, "BATCH", 2)
    requests = [open_request(both) for _ in range(5)]
    old = open_keys(tmp_path).wrapping
    assert rotate_keys(both.database, tmp_path) == 5
    for wrapped in wrapped_keys(both):
        with pytest.raises(SettingsError):
            decrypt(old, wrapped)
    # `both` opened its keys before: a process that was running.
    assert {both.request(one).callback_number for one in requests} == {NUMBER}
    assert both.request(open_request(both)).callback_number == NUMBER
    assert open_keys(tmp_path).former == (old,)


def test_a_running_process_wraps_with_the_new_key_at_once(
    orientation: Orientation, tmp_path: Path
) -> None:
    newest = rotate_ring(tmp_path).wrapping
    open_request(orientation)
    (wrapped,) = wrapped_keys(orientation)
    assert decrypt(newest, wrapped)


def test_a_rotation_cut_short_is_finished_by_the_next(
    orientation: Orientation, tmp_path: Path
) -> None:
    request = open_request(orientation)
    rotate_ring(tmp_path)  # and the machine stops there
    assert orientation.request(request).callback_number == NUMBER
    rotate_keys(orientation.database, tmp_path)
    rotate_keys(orientation.database, tmp_path)
    assert orientation.request(request).callback_number == NUMBER


def test_callers_are_still_found_after_a_rotation(
    orientation: Orientation, tmp_path: Path, open_agenda: Open
) -> None:
    request = open_request(orientation)
    rotate_keys(orientation.database, tmp_path)
    assert [one.id for one in open_agenda().find_caller("0612345678")] == [request]


def test_numbers_are_hashed_anew_and_both_hashes_are_found_meanwhile(
    both: Orientation, tmp_path: Path
) -> None:
    first, old = open_request(both), open_keys(tmp_path)
    rotate_ring(tmp_path)  # and the machine stops there
    second = open_request(both)
    assert {one.id for one in both.find_caller(NUMBER)} == {first, second}
    rotate_keys(both.database, tmp_path)
    assert {one.id for one in both.find_caller(NUMBER)} == {first, second}
    with both.database.read() as connection:
        kept = set(connection.execute(sa.select(tables.request.c.caller)).scalars())
    assert kept == {open_keys(tmp_path).digest("phone", NUMBER)}
    assert old.lookup in open_keys(tmp_path).former_lookup


def test_private_addresses_outlive_any_number_of_rotations(
    both: Orientation, tmp_path: Path
) -> None:
    doctor = add_slots(both)
    address = both.calendars.renew_address(doctor.id)
    request = open_request(both, watch="un-secret-de-suivi")
    for _ in range(3):
        rotate_keys(both.database, tmp_path)
    assert both.calendars.feed(address).startswith(b"BEGIN:VCALENDAR")
    assert both.watched_request("un-secret-de-suivi").id == request
    for stranger in ("autre", ""):
        with pytest.raises(NotFoundError):
            both.calendars.feed(stranger)


def test_a_call_repeated_after_a_rotation_gives_its_first_answer(
    both: Orientation, tmp_path: Path
) -> None:
    first = both.create_request(make_request(), "clé")
    rotate_keys(both.database, tmp_path)
    assert both.create_request(make_request(), "clé") == first
    with pytest.raises(ConflictError, match="Idempotency-Key"):
        both.create_request(make_request(delay_hours=4), "clé")


def test_who_waits_for_a_doctor_is_known_and_readable_after_rotations(
    both: Orientation, tmp_path: Path
) -> None:
    wait = enrol(both)
    for _ in range(3):
        rotate_keys(both.database, tmp_path)
    assert both.seeking.wait(wait).identity == make_identity(phone="+33612345600")
    rotate_ring(tmp_path)  # and the machine stops there
    with pytest.raises(ConflictError) as refused:
        enrol(both)
    assert refused.value.extra["wait_id"] == str(wait)


def test_a_draft_is_opened_after_one_rotation_and_not_after_two(tmp_path: Path) -> None:
    keys, draft = open_keys(tmp_path), new_draft(NUMBER, "94016", "")
    answer = Response()
    keep_draft(answer, keys, draft)
    cookie = answer.headers["set-cookie"].split(";")[0].encode()
    asked = Request({"type": "http", "headers": [(b"cookie", cookie)]})
    rotate_ring(tmp_path)
    assert read_draft(asked, keys, draft.id) == draft
    rotate_ring(tmp_path)
    assert read_draft(asked, keys, draft.id) is None


def test_the_file_stays_private_and_whole(tmp_path: Path) -> None:
    open_keys(tmp_path)
    rotate_ring(tmp_path)
    path = tmp_path / "keys" / "recours.json"
    assert path.stat().st_mode & 0o077 == 0
    assert set(json.loads(path.read_text())) == {
        *("wrapping", "lookup", "signing"),
        *("former", "former_lookup", "former_signing"),
    }
    assert [one.name for one in path.parent.iterdir()] == ["recours.json"]


def test_the_command_tells_how_many(
    orientation: Orientation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_request(orientation)
    monkeypatch.setenv("RECOURS_DATA_DIR", str(tmp_path))
    told = CliRunner().invoke(app, ["keys", "rotate", "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"renewed": 1, "accounts": 0})
