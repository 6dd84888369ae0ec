"""What a batch writes without looking twice: entities, numbers and references stay right."""

from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from directory.base.settings import Settings
from directory.register import REGISTER, Register, open_register
from directory.tables import entity, identifier, record
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
