"""Among all processes, one at a time does a named job."""

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.base import leases
from directory.base.database import Database, open_database
from directory.base.jobs import Job, JobRunner
from directory.base.leases import acquire_lease, leased, release_lease
from directory.register import REGISTER
from directory.tables import base

LIVING = "ailleurs:1:00000000"
"""A holder on another machine: only time frees its lease."""


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return open_database(REGISTER, tmp_path)


def test_a_lease_is_held_by_one_and_renewed_by_its_holder(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert acquire_lease(database, base.lease, "index", 60)
    assert acquire_lease(database, base.lease, "index", 60)

    monkeypatch.setattr(leases, "PROCESS", LIVING)

    assert not acquire_lease(database, base.lease, "index", 60)
    assert acquire_lease(database, base.lease, "autre", 60)


def test_a_lease_that_ran_out_is_free(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(leases, "PROCESS", LIVING)
        assert acquire_lease(database, base.lease, "index", -1)

    assert acquire_lease(database, base.lease, "index", 60)


def test_the_lease_of_a_process_killed_here_is_free_at_once(database: Database) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "from directory.base.leases import PROCESS; print(PROCESS)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    ).stdout.strip()
    with database.write() as connection:
        connection.execute(
            base.lease.insert().values(name="index", holder=dead, until=sa.text("99999999999999"))
        )

    assert acquire_lease(database, base.lease, "index", 60)


def test_a_block_gives_its_lease_back(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    with leased(database, base.lease, "index", 60) as obtained:
        assert obtained
    monkeypatch.setattr(leases, "PROCESS", LIVING)

    assert acquire_lease(database, base.lease, "index", 60)


def test_releasing_what_another_holds_does_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(leases, "PROCESS", LIVING)
        acquire_lease(database, base.lease, "index", 60)
    release_lease(database, base.lease, "index")

    assert not acquire_lease(database, base.lease, "index", 60)


def test_a_failing_job_does_not_stop_the_others(database: Database) -> None:
    done: list[str] = []

    def fail() -> None:
        raise RuntimeError("panne")

    runner = JobRunner(
        database,
        base.lease,
        [Job("panne", 1, fail), Job("utile", 2, lambda: done.append("fait"))],
    )
    runner.run_due(2, 1)
    runner.run_due(3, 2)

    assert done == ["fait"]


def test_a_job_held_elsewhere_is_left_to_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(leases, "PROCESS", LIVING)
        acquire_lease(database, base.lease, "job:envoi", 60)
    done: list[str] = []

    JobRunner(database, base.lease, [Job("envoi", 1, lambda: done.append("fait"))]).run_due(1, 0)

    assert done == []
