"""What sources say is staged beside the published state and put in force in one step."""

import multiprocessing
import os
import signal
from datetime import date
from pathlib import Path
from time import monotonic
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from directory.base.database import store_now
from directory.base.errors import ConflictError, NotFoundError, RecoursError
from directory.base.settings import Settings
from directory.communes import Communes
from directory.prepared import BATCH_ROWS
from directory.projection import resource_detail, resources
from directory.register import IMPORT_LEASE_SECONDS, Register, open_register
from directory.tables import base as register_base
from directory.tables import metadata, record
from tests.directory.told import publish, role, site

ONE_AND_A_HALF = BATCH_ROWS + BATCH_ROWS // 2


def _names(register: Register, communes: Communes) -> list[str]:
    return sorted(entry.name for entry in resources(register, communes))


def test_the_migrated_schema_is_the_one_declared(register: Register) -> None:
    with register.database.read() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)

    assert differences == []


def test_a_second_import_of_the_same_rows_changes_nothing(register: Register) -> None:
    rows = [site("940000011", "EHPAD A"), site("940000029", "EHPAD B")]

    first, second = publish(register, "finess", rows), publish(register, "finess", rows)

    assert (first.kept, first.unchanged) == (2, 0)
    assert (second.kept, second.unchanged, second.absent) == (0, 2, 0)


def test_nothing_staged_is_seen_before_it_is_published(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A"), site("940000029", "EHPAD B")])
    staging = register.begin_import("finess", "FINESS", fingerprint="2", data_date=None)
    staging.add(site("940000011", "EHPAD RENOMMÉ"), 1)
    staging.add(site("940000037", "EHPAD NEUF"), 2)
    staging.finish()

    assert _names(register, communes) == ["EHPAD A", "EHPAD B"]

    staging.publish({}, remove_absent=True)

    assert _names(register, communes) == ["EHPAD NEUF", "EHPAD RENOMMÉ"]


def test_a_refused_run_leaves_the_register_as_it_was(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A")])
    staging = register.begin_import("finess", "FINESS", fingerprint="2", data_date=None)
    staging.add(site("940000011", "AUTRE"), 1)
    staging.finish()
    staging.refuse({"why": "hors bornes"})

    assert _names(register, communes) == ["EHPAD A"]
    assert [run.state for run in register.runs()] == ["refused", "published"]
    assert publish(register, "finess", [site("940000011", "EHPAD A")]).unchanged == 1


def test_an_unfinished_run_of_another_file_is_forgotten(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A")])
    register.begin_import("finess", "FINESS", fingerprint="coupé", data_date=None).add(
        site("940000011", "COUPÉ"), 1
    )

    counts = publish(register, "finess", [site("940000011", "EHPAD A")])

    assert counts.unchanged == 1
    assert _names(register, communes) == ["EHPAD A"]


def _stage_then_die(folder: Path) -> None:
    opened = open_register(Settings(data_dir=folder))
    staging = opened.begin_import("finess", "FINESS", fingerprint="f", data_date=None)
    for line in range(
        ONE_AND_A_HALF
    ):  # more than a batch, less than two: one is written, one is lost
        staging.add(site(f"{940100000 + line}", f"SITE {line}"), line)
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_run_is_taken_up_again_where_it_was(
    register: Register, communes: Communes, tmp_path: Path
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A")])
    process = multiprocessing.get_context("spawn").Process(target=_stage_then_die, args=(tmp_path,))
    process.start()
    process.join()

    assert process.exitcode == -9
    assert _names(register, communes) == ["EHPAD A"]

    staging = register.begin_import("finess", "FINESS", fingerprint="f", data_date=None)
    for line in range(ONE_AND_A_HALF):
        staging.add(site(f"{940100000 + line}", f"SITE {line}"), line)
    counts = staging.finish()
    staging.publish({}, remove_absent=True)

    assert (counts.kept, counts.unchanged, counts.absent) == (ONE_AND_A_HALF, 0, 1)
    assert len(_names(register, communes)) == ONE_AND_A_HALF


def test_the_same_key_twice_in_a_file_is_counted_once(register: Register) -> None:
    counts = publish(register, "finess", [site("940000011", "A"), site("940000011", "A BIS")])

    assert (counts.kept, counts.duplicates) == (1, 1)


def test_an_extract_removes_nothing(register: Register, communes: Communes) -> None:
    publish(register, "finess", [site("940000011", "A"), site("940000029", "B")])
    publish(register, "finess", [site("940000011", "A2")], partial=True)

    assert _names(register, communes) == ["A2", "B"]


def test_an_older_row_never_replaces_a_newer_one(register: Register, communes: Communes) -> None:
    old = date(2026, 5, 4)
    publish(register, "finess", [site("940000011", "NOUVEAU")])
    counts = publish(register, "finess", [site("940000011", "ANCIEN", day=old)], partial=True)

    assert counts.older == 1
    assert _names(register, communes) == ["NOUVEAU"]


def test_a_row_written_badly_today_keeps_its_last_good_version(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "A")])
    staging = register.begin_import("finess", "FINESS", fingerprint="2", data_date=None)
    staging.quarantine(2, "940000011", "code postal illisible", "« ABC »", "940000011;A;ABC")
    counts = staging.finish()
    staging.publish({}, remove_absent=True)

    assert counts.absent == 0
    assert _names(register, communes) == ["A"]
    with register.database.read() as connection:
        marked = connection.execute(sa.select(record.c.malformed_run)).scalar_one()
    assert marked == staging.run_id
    assert [row.reason for row in register.quarantined(staging.run_id)] == ["code postal illisible"]


def test_a_person_who_leaves_the_source_leaves_only_a_key_and_dates(register: Register) -> None:
    publish(register, "rpps", [role("10900000011", "ZZMARQUE"), role("10900000029", "RESTE")])
    publish(register, "rpps", [role("10900000029", "RESTE")])

    with register.database.read() as connection:
        gone = connection.execute(sa.select(record).where(record.c.until_run.is_not(None))).one()
    assert (gone.statement, gone.raw) == (None, None)
    assert gone.key == "810900000011/cabinet"
    assert gone.first_seen <= gone.last_seen


def test_a_changed_row_keeps_the_former_version_until_the_next_import(register: Register) -> None:
    def contents() -> list[bool]:
        with register.database.read() as connection:
            rows = connection.execute(sa.select(record.c.statement).order_by(record.c.id))
            return [row.statement is not None for row in rows]

    publish(register, "finess", [site("940000011", "A")])
    publish(register, "finess", [site("940000011", "B")])
    assert contents() == [True, True]

    publish(register, "finess", [site("940000011", "C")])
    assert contents() == [False, True, True]


def test_one_source_is_imported_by_one_process_at_a_time(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("directory.base.leases.PROCESS", "ailleurs:1:00000000")
        register.begin_import("finess", "FINESS", fingerprint="1", data_date=None)

    with pytest.raises(ConflictError, match="déjà en cours"):
        register.begin_import("finess", "FINESS", fingerprint="2", data_date=None)


def test_an_entry_answers_to_uuid_alias_and_identifier(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "EHPAD SOLEIL D'AUTOMNE")])
    publish(register, "rpps", [role("10900000011", "DURAND", site_key="940000011")])
    entry = next(e for e in resources(register, communes) if e.name.startswith("EHPAD"))

    assert entry.alias.startswith("ehpad-soleil-d-automne-fresnes-")
    for ref in (entry.id, entry.alias, "autre-nom-" + entry.alias.rsplit("-", 1)[1]):
        assert resource_detail(register, communes, ref).resource == entry
    assert resource_detail(register, communes, "finess_et|940000011").resource == entry
    assert resource_detail(register, communes, "rpps|10900000011").resource.family == "Durand"
    for ref in ("inconnu", "", "finess_et|1", "é" * 5000, "x-zzzz"):
        with pytest.raises(NotFoundError):
            resource_detail(register, communes, ref)


def test_an_unknown_run_says_so(register: Register) -> None:
    with pytest.raises(NotFoundError, match="42"):
        register.run(42)


def test_an_extract_dates_anew_what_it_confirms_and_older_ones_lose(
    register: Register, communes: Communes
) -> None:
    may, august, october = date(2026, 5, 12), date(2026, 8, 1), date(2026, 10, 20)

    def told(name: str, day: date) -> None:
        publish(register, "finess", [site("940000011", name, day=day)], partial=True, day=day)

    told("A", may)
    told("A", october)
    told("B", august)

    (entry,) = resources(register, communes)
    assert (entry.name, entry.updated) == ("A", october)


def test_an_extract_from_before_the_last_listing_changes_nothing(
    register: Register, communes: Communes
) -> None:
    row = site("940000011", "A", day=date(2026, 1, 1))
    publish(register, "finess", [row], day=date(2026, 10, 1))

    counts = publish(
        register,
        "finess",
        [site("940000011", "B", day=date(2026, 8, 1))],
        partial=True,
        day=date(2026, 8, 1),
    )

    assert counts.older == 1
    assert _names(register, communes) == ["A"]


def test_a_run_that_reads_for_long_without_writing_keeps_its_turn(register: Register) -> None:
    """Most rows of a national file are elsewhere: nothing is written for minutes."""
    lease = register_base.lease
    staging = register.begin_import("rpps", "RPPS", fingerprint="f", data_date=None)
    with register.database.write() as connection:
        connection.execute(lease.update().values(until=store_now(-1)))
    with patch("directory.staging.monotonic", lambda: monotonic() + IMPORT_LEASE_SECONDS):
        staging.keep_turn()

    with register.database.read() as connection:
        held = connection.execute(
            sa.select(lease.c.name).where(lease.c.until > store_now())
        ).scalars()
        assert list(held) == ["import:rpps"]


def test_a_run_that_lost_its_turn_writes_nothing_more(register: Register) -> None:
    """It stood still for longer than its lease, and another process has imported since."""
    lease = register_base.lease
    staging = register.begin_import("rpps", "RPPS", fingerprint="f", data_date=None)
    with register.database.write() as connection:
        connection.execute(lease.update().values(holder="ailleurs:1:x", until=store_now(60)))
    staging.add(role("10000000001", "A"), 2)
    with (
        patch("directory.staging.monotonic", lambda: monotonic() + IMPORT_LEASE_SECONDS),
        pytest.raises(RecoursError, match="un autre a commencé"),
    ):
        staging.finish()
    with register.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(record)) == 0
