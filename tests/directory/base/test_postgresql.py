"""What the base promises on SQLite holds on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.base import leases
from directory.base.database import Database, open_database
from directory.base.leases import acquire_lease, release_lease
from directory.register import REGISTER
from directory.tables import base

pytestmark = pytest.mark.postgres

ELSEWHERE = "ailleurs:1:00000000"


@pytest.fixture
def database(tmp_path: Path, postgres_url: str) -> Iterator[Database]:
    opened = open_database(REGISTER, tmp_path, postgres_url)
    yield opened
    opened.close()


def test_a_lease_is_held_by_one(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert acquire_lease(database, base.lease, "index", 60)
    assert acquire_lease(database, base.lease, "index", 60)
    with monkeypatch.context() as other:
        other.setattr(leases, "PROCESS", ELSEWHERE)
        assert not acquire_lease(database, base.lease, "index", 60)
    release_lease(database, base.lease, "index")
    monkeypatch.setattr(leases, "PROCESS", ELSEWHERE)
    assert acquire_lease(database, base.lease, "index", 60)
