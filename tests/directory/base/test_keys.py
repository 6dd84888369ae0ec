"""Keys are made once, kept to ourselves, and open only what they closed."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from directory.base.errors import SettingsError
from directory.base.keys import decrypt, encrypt, open_keys, rotate_ring


def test_keys_are_created_once_and_private(tmp_path: Path) -> None:
    first = open_keys(tmp_path)
    again = open_keys(tmp_path)

    assert first == again
    assert (tmp_path / "keys" / "recours.json").stat().st_mode & 0o077 == 0


def test_processes_starting_together_end_with_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(16) as pool:
        rings = list(pool.map(lambda _: open_keys(tmp_path), range(32)))

    assert len({ring.wrapping for ring in rings}) == 1
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["recours.json"]


def test_a_data_key_is_wrapped_and_comes_back(tmp_path: Path) -> None:
    ring = open_keys(tmp_path)
    key, wrapped = ring.new_data_key()

    assert ring.unwrap(wrapped) == key
    assert key not in wrapped


def test_sealed_text_hides_the_clear_and_never_repeats(tmp_path: Path) -> None:
    key, _ = open_keys(tmp_path).new_data_key()

    one, two = encrypt(key, b"0146656222"), encrypt(key, b"0146656222")

    assert one != two
    assert b"0146656222" not in one
    assert decrypt(key, one) == b"0146656222"


def test_another_key_or_a_changed_byte_is_refused(tmp_path: Path) -> None:
    ring = open_keys(tmp_path)
    key, _ = ring.new_data_key()
    other, _ = ring.new_data_key()
    sealed = encrypt(key, b"identite")

    with pytest.raises(SettingsError):
        decrypt(other, sealed)
    with pytest.raises(SettingsError):
        decrypt(key, sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_digest_depends_on_the_machine_and_on_where_parts_end(tmp_path: Path) -> None:
    ring = open_keys(tmp_path)
    other = open_keys(tmp_path / "autre")

    assert ring.digest("+33146656222") == ring.digest("+33146656222")
    assert ring.digest("+33146656222") != other.digest("+33146656222")
    assert ring.digest("ab", "c") != ring.digest("a", "bc")


def test_an_open_ring_follows_a_file_that_changed_or_went_away(tmp_path: Path) -> None:
    ring = open_keys(tmp_path)
    before = ring.digest("+33146656222")
    assert ring.digest("+33146656222") == before

    rotated = rotate_ring(tmp_path)
    assert ring.digests("+33146656222") == (rotated.digest("+33146656222"), before)
    again = rotate_ring(tmp_path)
    assert ring.digests("+33146656222") == again.digests("+33146656222")

    (tmp_path / "keys" / "recours.json").unlink()
    with pytest.raises(SettingsError, match=r"recours\.json"):
        ring.digest("+33146656222")


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    open_keys(tmp_path)
    path = tmp_path / "keys" / "recours.json"
    path.write_text(json.dumps({"wrapping": "AA=="}))

    with pytest.raises(SettingsError, match=r"recours\.json"):
        open_keys(tmp_path)
