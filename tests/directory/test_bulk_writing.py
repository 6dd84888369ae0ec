"""What a batch writes without looking twice: entities, numbers and references stay right."""

import hashlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from directory import records
from directory.base.settings import Settings
from directory.bulk import ROWS_AT_ONCE, insert_columns
from directory.packing import Packer
from directory.register import REGISTER, Register, open_register
from directory.tables import entity, identifier, record, source
from tests.directory.told import publish, role, site


def test_an_entity_another_source_named_first_is_the_same(register: Register) -> None:
    known = role("10000000001", "A", site_key="940000011")
    publish(register, "cpts", [known])
    rows = [role(f"1000000000{n}", "A", site_key="940000011", key=f"k{n}") for n in range(4)]
    publish(register, "rpps", rows)

    with register.database.read() as connection:
        told = connection.execute(sa.select(record.c.subject, record.c.person)).all()
        kinds = connection.execute(
            sa.select(entity.c.kind, sa.func.count()).group_by(entity.c.kind)
        ).all()
        dangling = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    assert len(set(told)) == len(rows)
    assert {row.kind: row[1] for row in kinds} == {"organization": 1, "person": 4, "role": 4}
    assert dangling == []


@pytest.mark.parametrize("count", [1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 7])
def test_every_row_is_written_with_what_all_share(register: Register, count: int) -> None:
    _every_row_is_written(register, count)


@pytest.mark.postgres
def test_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    with closing(open_register(Settings(data_dir=tmp_path, database_url=postgres_url))) as opened:
        _every_row_is_written(opened, 2 * ROWS_AT_ONCE + 7)


def _every_row_is_written(register: Register, count: int) -> None:
    names = [f"s{n}" for n in range(count)]
    with register.database.write() as connection:
        columns: dict[str, list[Any]] = {"name": names[:1], "title": ["was there"]}
        assert insert_columns(connection, source, columns, {"published_run": 3}) == 1
        columns = {"name": names, "title": [f"à propos de {one}".encode() for one in names]}
        shared = {"published_run": 7}
        written = insert_columns(
            connection, source, columns, shared, ignore=True, encoded={"title"}
        )
        assert written == count - 1
    with register.database.read() as connection:
        told = connection.execute(sa.select(source.c.name, source.c.title, source.c.published_run))
        found = {row.name: (row.title, row.published_run) for row in told}
    assert found == {one: (f"à propos de {one}", 7) for one in names} | {"s0": ("was there", 3)}


def test_a_key_comes_once_whatever_the_part_of_its_batch(register: Register) -> None:
    parts = []
    for families in (("A", "B"), ("A", "C"), ("D", "B")):
        packer = Packer()
        for family in families:
            packer.add(role(f"1000000000{ord(family) - ord('A')}", family, key=family))
        parts.append(packer.take())
    staging = register.begin_import("rpps", "RPPS", fingerprint="x", data_date=None)
    staging.add_packed(parts)
    counts = staging.finish()
    assert (counts.kept, counts.duplicates) == (4, 2)
    staging.publish({}, remove_absent=True)
    with register.database.read() as connection:
        assert sorted(connection.scalars(sa.select(record.c.key))) == ["A", "B", "C", "D"]
        names = connection.scalar(sa.select(sa.func.count()).select_from(identifier))
    assert names == len({one for part in parts for told in part.numbers for one in told[1::2]})


def test_references_are_checked_again_after_a_batch(register: Register) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A")])
    with pytest.raises(sa.exc.IntegrityError), register.database.write() as connection:
        connection.execute(record.update().values(subject=999))


def test_numbers_keep_their_entities_when_their_table_changes(tmp_path: Path) -> None:
    with closing(open_register(Settings(data_dir=tmp_path))) as opened:
        publish(opened, "finess", [site("940000011", "EHPAD A")])
        config = Config()
        config.set_main_option("script_location", str(REGISTER.migrations))
        for revision in ("0005", "head"):
            with opened.database.write() as connection:
                config.attributes["connection"] = connection
                move = command.downgrade if revision == "0005" else command.upgrade
                move(config, revision)
                numbers = connection.execute(sa.select(identifier)).all()
            assert [(row.system, row.value) for row in numbers] == [("finess_et", "940000011")]


def test_a_row_whose_digest_is_of_before_is_unchanged(register: Register) -> None:
    publish(register, "finess", [site("940000011", "EHPAD A"), site("940000029", "EHPAD B")])
    with register.database.write() as connection:
        for row in connection.execute(sa.select(record.c.id, record.c.statement)).all():
            before = hashlib.blake2b(row.statement, digest_size=16).digest()
            connection.execute(record.update().where(record.c.id == row.id).values(digest=before))
    counts = publish(register, "finess", [site("940000011", "EHPAD A"), site("940000029", "NEUF")])
    assert (counts.unchanged, counts.kept) == (1, 1)


def test_what_was_asked_for_lately_is_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "REMEMBERED", 3)
    lately: records.Lately[str, int] = records.Lately()
    for number, key in enumerate("abcdefgh"):
        lately[key] = number
        assert lately.find("a") == 0  # asked for each time
        lately.tidy()
    assert {key for key in "abcdefgh" if lately.find(key) is not None} == {"a", "e", "f", "g", "h"}
