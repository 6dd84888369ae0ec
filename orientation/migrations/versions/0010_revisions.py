"""Which revision a doctor's slots are at, counted by triggers."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WATCHED = {"doctor": "id", "place": "doctor", "slot": "doctor"}
EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def upgrade() -> None:
    op.create_table(
        "doctor_revision",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("doctor"),
    )
    op.create_index("ix_doctor_revision", "doctor_revision", ["territory"])
    op.execute(
        "INSERT INTO doctor_revision (doctor, territory, revision)"
        " SELECT id, territory, 1 FROM doctor"
    )
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    for table, column in WATCHED.items():
        (_watch_on_sqlite if on_sqlite else _watch_on_postgresql)(table, column)


def _watch_on_sqlite(table: str, column: str) -> None:
    for event, row in EVENTS.items():
        op.execute(
            f"CREATE TRIGGER tr_{table}_{event} AFTER {event.upper()} ON {table} BEGIN "  # noqa: S608 - our names
            "INSERT INTO doctor_revision (doctor, territory, revision) "
            f"VALUES ({row}.{column}, {row}.territory, 1) "
            "ON CONFLICT (doctor) DO UPDATE SET revision = revision + 1; END"
        )


def _watch_on_postgresql(table: str, column: str) -> None:
    op.execute(
        f"CREATE FUNCTION revise_by_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - our names
        "INSERT INTO doctor_revision AS known (doctor, territory, revision) "
        f"SELECT DISTINCT {column}, territory, 1 FROM changed ORDER BY {column} "
        "ON CONFLICT (doctor) DO UPDATE SET revision = known.revision + 1; "
        "RETURN NULL; END $$"
    )
    for event, rows in EVENTS.items():
        op.execute(
            f"CREATE TRIGGER tr_{table}_{event} AFTER {event.upper()} ON {table} "
            f"REFERENCING {rows} TABLE AS changed "
            f"FOR EACH STATEMENT EXECUTE FUNCTION revise_by_{table}()"
        )
