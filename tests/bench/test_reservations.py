"""Recours and the bare store write the same rows, and a process that dies ends the race."""

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from bench import reservations
from bench.racing import Course, RaceError, Reserve, race
from directory.base.audit_keeping import Trail, verify_trail
from orientation import tables

pytestmark = pytest.mark.slow

WRITTEN = (
    *(tables.booking, tables.occupied_minute, tables.idempotency, tables.outbox),
    *(tables.base.change_log, tables.audit),
)


@pytest.mark.soak
@pytest.mark.parametrize(
    "store", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
)
def test_each_way_writes_the_same_rows_and_a_trail_that_verifies(
    tmp_path: Path, request: pytest.FixtureRequest, store: str
) -> None:
    admin = request.getfixturevalue("postgres_server") if store == "postgresql" else ""
    urls: list[str] = []

    def new_url() -> str:
        urls.append(reservations.new_database(admin) if admin else "")
        return urls[-1]

    ran = reservations.measure(tmp_path, new_url, processes=2, each=2)

    assert {one.count for one in ran.values()} == {4}
    ours, bare = (written(tmp_path / str(n), urls[n]) for n in (0, 1))
    assert ours == bare
    assert ours["booking"] == 10


def written(place: Path, url: str) -> Mapping[str, int]:
    """Rows by table, once the trail is known to be whole."""
    orientation = reservations.open_at(place, url)
    trail = Trail("agenda", orientation.database, tables.audit, tables.audit_anchor)
    assert verify_trail(trail).intact
    with orientation.database.read() as connection:
        found = {
            table.name: connection.execute(sa.select(sa.func.count()).select_from(table)).scalar()
            for table in WRITTEN
        }
    orientation.close()
    return {name: int(count or 0) for name, count in found.items()}


@contextmanager
def _fails(place: Path, url: str) -> Iterator[Reserve]:
    def reserve(slot: UUID, request: UUID) -> None:
        if place.exists():
            raise ValueError("numéro déjà pris")

    yield reserve


@contextmanager
def _is_killed(place: Path, url: str) -> Iterator[Reserve]:
    def reserve(slot: UUID, request: UUID) -> None:
        if slot.int == 1:
            os.kill(os.getpid(), signal.SIGKILL)

    yield reserve


def test_a_process_that_fails_ends_the_race_and_says_why(tmp_path: Path) -> None:
    share = [(uuid4(), uuid4())] * 4
    course = Course("fails", tmp_path, "", [share, share])
    with pytest.raises(RaceError, match="numéro déjà pris"):
        race([course], {"fails": _fails}, 2)


def test_a_process_that_is_killed_ends_the_race(tmp_path: Path) -> None:
    pairs = [(uuid4(), uuid4())] * 4
    doomed = [*pairs[:3], (UUID(int=1), uuid4())]
    course = Course("killed", tmp_path, "", [pairs, doomed])
    with pytest.raises(RaceError, match="arrêté"):
        race([course], {"killed": _is_killed}, 2)
