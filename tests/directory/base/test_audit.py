"""The audit trail: chained, refused to whoever would rewrite it, shortened behind an anchor."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from directory.base.acting import Acting, acting_as
from directory.base.audit import append_audit, chain_lines
from directory.base.audit_keeping import (
    AuditQuestion,
    Trail,
    prune_trail,
    search_trails,
    verify_trail,
)
from directory.base.database import Database, open_database
from orientation import tables
from orientation.store import SPEC

OLD = datetime(2020, 1, 1, tzinfo=UTC)
LINE: dict[str, Any] = {
    **{"territory": "bievre", "actor": "Anne Martin", "account": None, "action": "request.read"},
    **{"subject": "1", "fields": ["family"], "digests": {}, "reason": ""},
    **{"before": None, "after": None},
}


def trail_of(database: Database) -> Trail:
    return Trail("agenda", database, tables.audit, tables.audit_anchor)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def trail(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Trail]:
    """A fresh trail, on each store."""
    on_server = request.param == "postgresql"
    url = request.getfixturevalue("postgres_agenda") if on_server else ""
    database = open_database(SPEC, tmp_path, url)
    yield trail_of(database)
    database.close()


def add(trail: Trail, *subjects: str, **told: object) -> None:
    with trail.database.write() as connection:
        for subject in subjects:
            values = {"territory": "bievre", "actor": "Anne Martin", "action": "request.read"}
            append_audit(connection, trail.table, subject=subject, **{**values, **told})  # type: ignore[arg-type]


def add_old(trail: Trail, count: int) -> None:
    with trail.database.write() as connection:
        chain_lines(connection, trail.table, [LINE] * count, at=OLD)


def unguarded(trail: Trail, statement: str) -> None:
    """What somebody who owns the database can do, triggers or not."""
    with trail.database.write() as connection:
        if trail.database.is_sqlite:
            for name in ("audit_update", "audit_delete"):
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
        else:
            connection.exec_driver_sql("ALTER TABLE audit DISABLE TRIGGER ALL")
        connection.exec_driver_sql(statement)


def test_lines_follow_each_other_and_say_who_what_why(trail: Trail) -> None:
    add(trail, "a", "b", reason="appel", after={"rôle": ["é", 1.5]})
    add(trail, "c")
    said = verify_trail(trail)
    assert (said.intact, said.lines) == (True, 3)
    assert verify_trail(trail, noted=said.head).intact
    found = search_trails([trail], AuditQuestion(actor="martin"))
    assert [one.subject for one in found] == ["c", "b", "a"]
    assert (found[1].reason, found[1].after) == ("appel", {"rôle": ["é", 1.5]})
    assert search_trails([trail], AuditQuestion(subject="%")) == []
    assert search_trails([trail], AuditQuestion(until=OLD)) == []


def test_the_account_is_named_whatever_the_caller_says(trail: Trail) -> None:
    account = uuid4()
    with acting_as(Acting("Zoé Vraie", account)):
        add(trail, "a", actor="sans compte")
    add(trail, "b", actor="recours (délais)")
    found = search_trails([trail], AuditQuestion())
    assert [(one.actor, one.account) for one in found] == [
        ("recours (délais)", None),
        ("Zoé Vraie", account),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'personne'",
        "DELETE FROM audit WHERE id = 1",
        "DELETE FROM audit",
        "INSERT INTO audit_anchor (through, at, lines, seal) VALUES (99, 1, 1, '')",
    ],
)
def test_the_store_refuses_to_rewrite_the_trail(trail: Trail, statement: str) -> None:
    add(trail, "a", "b")
    with pytest.raises(DBAPIError, match="ne se modifie pas"), trail.database.write() as connection:
        connection.exec_driver_sql(statement)
    assert verify_trail(trail).lines == 2


def test_replacing_a_line_is_refused_too(tmp_path: Path) -> None:
    """INSERT OR REPLACE, which fires no trigger of DELETE."""
    database = open_database(SPEC, tmp_path)
    add(trail_of(database), "a")
    database.close()
    raw = sqlite3.connect(tmp_path / "agenda.sqlite")
    with pytest.raises(sqlite3.IntegrityError, match="ne se modifie pas"):
        raw.execute("INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE id = 1")
    raw.close()


@pytest.mark.postgres
def test_emptying_the_table_is_refused_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    database = open_database(SPEC, tmp_path, postgres_url)
    add(trail_of(database), "a")
    with pytest.raises(DBAPIError, match="ne se modifie pas"), database.write() as connection:
        connection.exec_driver_sql("TRUNCATE audit")
    database.close()


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit SET actor = 'personne' WHERE id = 2", 2),
        ("UPDATE audit SET at = at + 1 WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id = 2", 3),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("UPDATE audit SET seal = '' WHERE id = 4", 4),
    ],
)
def test_a_rewritten_trail_names_its_first_broken_link(
    trail: Trail, statement: str, broken: int
) -> None:
    add(trail, "a", "b", "c", "d")
    unguarded(trail, statement)
    said = verify_trail(trail)
    assert (said.intact, said.broken) == (False, broken)


def test_a_trail_cut_at_its_end_is_seen_by_who_noted_its_seal(trail: Trail) -> None:
    add(trail, "a", "b", "c")
    noted = verify_trail(trail).head
    unguarded(trail, "DELETE FROM audit WHERE id = 3")
    assert verify_trail(trail).intact
    assert verify_trail(trail, noted).missing


def test_retention_leaves_an_anchor_and_a_line(trail: Trail) -> None:
    add_old(trail, 3)
    add(trail, "kept")
    assert prune_trail(trail, datetime.now(UTC) - timedelta(days=365)) == 3
    said = verify_trail(trail)
    assert (said.intact, said.lines) == (True, 2)
    (line, kept) = search_trails([trail], AuditQuestion())
    assert (line.action, line.after["lines"], kept.subject) == ("audit.prune", 3, "kept")
    assert prune_trail(trail, datetime.now(UTC) - timedelta(days=365)) == 0
    unguarded(trail, f"DELETE FROM audit WHERE id = {kept.number}")
    assert verify_trail(trail).broken == line.number


def test_retention_of_an_old_or_empty_trail(trail: Trail) -> None:
    now = datetime.now(UTC)
    assert prune_trail(trail, now - timedelta(days=365)) == 0
    add_old(trail, 2)
    assert prune_trail(trail, now - timedelta(days=365)) == 1
    assert verify_trail(trail).intact


def test_nothing_of_the_last_six_months_goes(trail: Trail) -> None:
    add(trail, "a", "b")
    with pytest.raises(DBAPIError, match="ne se modifie pas"):
        prune_trail(trail, datetime.now(UTC) + timedelta(days=1))
    assert verify_trail(trail).lines == 2


def test_a_transaction_that_fails_leaves_no_line(trail: Trail) -> None:
    def fail() -> None:
        with trail.database.write() as connection:
            append_audit(
                connection, trail.table, territory="", actor="a", action="b", subject="lost"
            )
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    add(trail, "kept")
    assert [one.subject for one in search_trails([trail], AuditQuestion())] == ["kept"]


@pytest.mark.slow
def test_writers_at_the_same_time_make_one_chain(trail: Trail) -> None:
    def write() -> None:
        for number in range(20):
            add(trail, str(number), "x")

    run_together(write, 6)
    said = verify_trail(trail)
    assert (said.intact, said.lines) == (True, 240)


def run_together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()


def test_a_trail_is_only_written_by_a_writing_transaction(trail: Trail) -> None:
    with trail.database.read() as connection, pytest.raises(ValueError, match="write"):
        append_audit(connection, trail.table, territory="", actor="a", action="b", subject="c")


@pytest.mark.usefixtures("migrated_from_nothing")
def test_lines_of_before_are_sealed_as_they_stand(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(SPEC.migrations))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0010")
        for number in (1, 5):  # a number lost with its transaction
            connection.exec_driver_sql(
                "INSERT INTO audit (id, territory, at, actor, action, subject, fields, digests)"
                f" VALUES ({number}, 't', 1700000000000, 'a', 'b', 'c', '[\"é\"]', '{{}}')"
            )
    engine.dispose()
    database = open_database(SPEC, tmp_path)
    add(trail_of(database), "new")
    said = verify_trail(trail_of(database))
    assert (said.intact, said.lines) == (True, 3)
    database.close()
