"""The journal of a long import: carried to the file beside the writer, and never without bound."""

from pathlib import Path

import pytest

from directory.base import checkpoints
from directory.base.checkpoints import Checkpoints
from directory.base.database import CHECKPOINT_PAGES, Database
from directory.base.settings import Settings
from directory.register import open_register

ROWS, CONTENT = 50, "x" * 4000
BATCHES = 60


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_register(Settings(data_dir=tmp_path)).database


def _write(database: Database, serial: int) -> None:
    with database.write_in_bulk() as connection:
        for rank in range(ROWS):
            connection.exec_driver_sql(
                "INSERT INTO source (name, title) VALUES (?, ?)", (f"{serial}-{rank}", CONTENT)
            )


def _journal(tmp_path: Path) -> int:
    return (tmp_path / "register.sqlite-wal").stat().st_size


def test_nobody_carries_what_is_written_in_bulk_but_the_checkpoints(
    database: Database, tmp_path: Path
) -> None:
    for serial in range(BATCHES):
        _write(database, serial)
    assert _journal(tmp_path) > BATCHES * ROWS * len(CONTENT)


def test_the_journal_stays_short_and_nothing_is_lost(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoints, "JOURNAL_BYTES", 1 << 20)
    beside = Checkpoints(database)
    for serial in range(BATCHES):
        _write(database, serial)
        beside.after_commit()
    beside.end()
    assert _journal(tmp_path) < BATCHES * ROWS * len(CONTENT) / 2
    with database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM source").scalar() == BATCHES * ROWS


def test_other_writers_carry_their_own(database: Database) -> None:
    _write(database, 0)
    with database.write() as connection:
        told = connection.exec_driver_sql("PRAGMA wal_autocheckpoint").scalar()
    assert told == CHECKPOINT_PAGES


def test_the_writer_keeps_its_connection(database: Database) -> None:
    carried = Checkpoints(database)
    for serial in range(6):
        _write(database, serial)
        carried.after_commit()
    carried.end()
    assert database.engine.pool.checkedin() == 1  # type: ignore[attr-defined]
