"""What the migrations build is what the tables declare, on both stores."""

import re
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext

from directory.base.database import open_database
from orientation.schema import metadata
from orientation.store import SPEC

pytestmark = pytest.mark.usefixtures("migrated_from_nothing")

BEFORE = (
    "INSERT INTO doctor VALUES ('d', 't', 'F', 'G', 'Dr', 'adjoint', '[]', '[]', NULL, NULL, 1,"
    " 0, '', '', 1, 0)",
    "INSERT INTO schedule VALUES ('s', 't', 'd', NULL, 'video', 'R', '09:00', '10:00', 20, 1,"
    " 'cpts', '2026-01-01', NULL)",
    "INSERT INTO slot VALUES ('o', 't', 'd', 's', NULL, 'video', 1, 2, 1, 'cpts')",
    "INSERT INTO seat VALUES ('o', 1, 't')",
    "INSERT INTO request (id, territory, created_at, line, outcome, red_flags, red_flags_version,"
    " commune, age_band, mobility, delay_hours, medecin_traitant)"
    " VALUES ('r', 't', 1, 'cpts', 'open', '[]', '1', '94016', '70+', 'video', 48, 'not_tried')",
    "INSERT INTO booking (id, territory, slot, seat, request, state, live_outcome, held_at)"
    " VALUES ('b', 't', 'o', 1, 'r', 'confirmed', 'open', 1)",
)
"""A request of before, médecin traitant not tried, with its appointment."""


def created_by(engine: sa.Engine) -> dict[str, list[str]]:
    """Every statement of the schema, its lines sorted: order of constraints does not matter.

    SQLite writes a table it rebuilt between quotes, and a column added later on its neighbour's
    line.
    """
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        )
        return {
            name: sorted(
                re.split(
                    r",\s*\n|\n|, (?=[a-z_]+ [A-Z])", re.sub(r'[\t" ]+', " ", sql.removesuffix(")"))
                )
            )
            for name, sql in rows
            if name not in ("alembic_version", "sqlite_sequence")
        }


def strip(schema: dict[str, list[str]]) -> dict[str, list[str]]:
    return {
        name: sorted(part.strip().rstrip(",") for part in parts if part.strip())
        for name, parts in schema.items()
    }


def test_the_migrated_schema_is_the_declared_one_to_the_last_check(tmp_path: Path) -> None:
    database = open_database(SPEC, tmp_path)
    declared = sa.create_engine("sqlite://")
    metadata.create_all(declared)
    assert strip(created_by(database.engine)) == strip(created_by(declared))
    database.close()
    declared.dispose()


def test_alembic_sees_nothing_to_do_on_sqlite(tmp_path: Path) -> None:
    database = open_database(SPEC, tmp_path)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    database.close()


@pytest.mark.postgres
def test_alembic_sees_nothing_to_do_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    database = open_database(SPEC, tmp_path, postgres_url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        names = sa.inspect(connection).get_table_names(schema="agenda")
    assert set(metadata.tables) <= set(names)
    database.close()


def test_requests_and_their_bookings_survive_the_remaking_of_their_table(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'agenda.sqlite'}")
    config = Config()
    config.set_main_option("script_location", str(SPEC.migrations))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for statement in BEFORE:
            connection.execute(sa.text(statement))
    engine.dispose()
    database = open_database(SPEC, tmp_path)
    with database.read() as connection:
        kept = connection.execute(
            sa.text("SELECT outcome, medecin_traitant_why, channel FROM request")
        ).one()
        assert tuple(kept) == ("open", "other", None)
        assert connection.execute(sa.text("SELECT count(*) FROM booking")).scalar() == 1
        assert connection.execute(sa.text("PRAGMA foreign_key_check")).all() == []
    database.close()


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    first = open_database(SPEC, tmp_path)
    before = created_by(first.engine)
    first.close()
    second = open_database(SPEC, tmp_path)
    assert created_by(second.engine) == before
    second.close()


def test_every_table_says_its_territory() -> None:
    shared = {"change_log", "lease", "audit_anchor"}
    lacking = {name for name, table in metadata.tables.items() if "territory" not in table.c}
    assert lacking == shared
