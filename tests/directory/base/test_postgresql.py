"""What the base promises on SQLite holds on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from directory.base import leases
from directory.base.database import Database, open_database
from directory.base.leases import acquire_lease, release_lease
from directory.register import REGISTER
from directory.tables import base, source

pytestmark = pytest.mark.postgres

ELSEWHERE = "ailleurs:1:00000000"


@pytest.fixture
def database(tmp_path: Path, postgres_url: str) -> Iterator[Database]:
    opened = open_database(REGISTER, tmp_path, postgres_url)
    yield opened
    opened.close()


def test_a_connection_the_server_ended_is_replaced_before_it_is_used(
    database: Database, postgres_url: str
) -> None:
    def process() -> int:
        with database.read() as connection:
            found = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
        return int(found)

    first = process()
    assert process() == first
    with psycopg.connect(postgres_url, autocommit=True) as other:
        ended = other.execute("SELECT pg_terminate_backend(%s, 10000)", (first,)).fetchone()
    assert ended == (True,)
    assert process() != first


def _add_then_fail(database: Database) -> None:
    with database.write() as connection:
        connection.execute(source.insert().values(name="x", title="x", published_run=0))
        raise RuntimeError


def test_a_transaction_that_fails_leaves_no_trace(database: Database) -> None:
    with pytest.raises(RuntimeError):
        _add_then_fail(database)
    with database.read() as connection:
        assert connection.execute(sa.select(source.c.name)).all() == []


def test_read_sees_nothing_of_a_write_before_its_commit(database: Database) -> None:
    with database.write() as connection:
        connection.execute(source.insert().values(name="x", title="x", published_run=0))
        with database.read() as other:
            assert other.execute(sa.select(source.c.name)).all() == []
    with database.read() as connection:
        assert connection.execute(sa.select(source.c.name)).scalars().all() == ["x"]


def test_a_lease_is_held_by_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert acquire_lease(database, base.lease, "index", 60)
    assert acquire_lease(database, base.lease, "index", 60)
    with monkeypatch.context() as other:
        other.setattr(leases, "PROCESS", ELSEWHERE)
        assert not acquire_lease(database, base.lease, "index", 60)
    release_lease(database, base.lease, "index")
    monkeypatch.setattr(leases, "PROCESS", ELSEWHERE)
    assert acquire_lease(database, base.lease, "index", 60)
