"""A new wrapping key: everything stays readable, by processes that were running too."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from directory.base.errors import SettingsError
from directory.base.keys import decrypt, open_keys, rotate_wrapping
from orientation import key_rotation, tables
from orientation.key_rotation import rotate_keys
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.team import open_request
from web.cli import app

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
    newest = rotate_wrapping(tmp_path).wrapping
    open_request(orientation)
    (wrapped,) = wrapped_keys(orientation)
    assert decrypt(newest, wrapped)


def test_a_rotation_cut_short_is_finished_by_the_next(
    orientation: Orientation, tmp_path: Path
) -> None:
    request = open_request(orientation)
    rotate_wrapping(tmp_path)  # and the machine stops there
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


def test_the_file_stays_private_and_whole(tmp_path: Path) -> None:
    open_keys(tmp_path)
    rotate_wrapping(tmp_path)
    path = tmp_path / "keys" / "recours.json"
    assert path.stat().st_mode & 0o077 == 0
    assert set(json.loads(path.read_text())) == {"wrapping", "lookup", "signing", "former"}
    assert [one.name for one in path.parent.iterdir()] == ["recours.json"]


def test_the_command_tells_how_many(
    orientation: Orientation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_request(orientation)
    monkeypatch.setenv("RECOURS_DATA_DIR", str(tmp_path))
    told = CliRunner().invoke(app, ["keys", "rotate", "--json"])
    assert (told.exit_code, json.loads(told.stdout)) == (0, {"requests": 1, "accounts": 0})
