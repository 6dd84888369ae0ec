"""The two doors of a store: read sees one state, write commits whole or leaves no trace."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.base.database import Database, Instant, open_database, store_now
from directory.base.errors import SettingsError
from directory.register import REGISTER
from directory.tables import source


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(REGISTER, tmp_path)


def _add(connection: sa.Connection, name: str) -> None:
    connection.execute(source.insert().values(name=name, title=name, published_run=0))


def _add_then_fail(database: Database) -> None:
    with database.write() as connection:
        _add(connection, "finess")
        raise RuntimeError


def _names(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(sa.select(source.c.name)).scalars())


def test_write_leaves_no_trace_when_the_block_fails(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _add_then_fail(database)

    assert _names(database) == []


def test_read_does_not_see_what_is_not_committed(database: Database) -> None:
    with database.write() as connection:
        _add(connection, "finess")
        assert _names(database) == []

    assert _names(database) == ["finess"]


def test_store_clock_agrees_with_the_machine_and_adds_seconds(database: Database) -> None:
    with database.read() as connection:
        now, later = connection.execute(sa.select(store_now(), store_now(150))).one()

    assert abs(now - datetime.now(UTC)) < timedelta(seconds=5)
    assert timedelta(seconds=149) < later - now < timedelta(seconds=151)


def test_instant_refuses_a_naive_datetime() -> None:
    with pytest.raises(ValueError, match="naive"):
        Instant().process_bind_param(datetime(2026, 11, 22), sa.create_engine("sqlite://").dialect)  # noqa: DTZ001


def test_migrating_twice_changes_nothing(database: Database) -> None:
    with database.write() as connection:
        _add(connection, "rpps")

    database.migrate()

    assert _names(database) == ["rpps"]


def test_an_unknown_database_is_refused_with_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="postgresql://"):
        open_database(REGISTER, tmp_path, "mysql://localhost/recours")
