"""Which revision of a doctor's slots the store is at: counted by the store, whoever writes.

Whatever changes a doctor, their places or their slots adds one to `doctor_revision` in the same
transaction, by triggers. A process that knows a revision need not read those again. Bookings are
not counted: a reservation would pay for it.
"""

from collections.abc import Iterator

import sqlalchemy as sa

_WATCHED = {"doctor": "id", "place": "doctor", "slot": "doctor"}
"""Tables that are watched, and which of their columns names the doctor."""

_EVENTS = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def add_revision_table(metadata: sa.MetaData) -> sa.Table:
    """Declare the revisions and what counts them; the watched tables are declared before."""
    table = sa.Table(
        "doctor_revision",
        metadata,
        sa.Column("doctor", sa.Uuid, primary_key=True),
        sa.Column("territory", sa.Text, nullable=False),
        sa.Column("revision", sa.BigInteger, nullable=False),
        sa.Index("ix_doctor_revision", "territory"),
    )
    for dialect, statements in (("sqlite", _on_sqlite()), ("postgresql", _on_postgresql())):
        for statement in statements:
            ddl = sa.DDL(statement)  # type: ignore[no-untyped-call]
            sa.event.listen(metadata, "after_create", ddl.execute_if(dialect=dialect))
    return table


def _on_sqlite() -> Iterator[str]:
    for table, column in _WATCHED.items():
        for event, row in _EVENTS.items():
            yield (
                f"CREATE TRIGGER tr_{table}_{event} AFTER {event.upper()} ON {table} BEGIN "  # noqa: S608 - our names
                "INSERT INTO doctor_revision (doctor, territory, revision) "
                f"VALUES ({row}.{column}, {row}.territory, 1) "
                "ON CONFLICT (doctor) DO UPDATE SET revision = revision + 1; END"
            )


def _on_postgresql() -> Iterator[str]:
    for table, column in _WATCHED.items():
        yield (
            f"CREATE FUNCTION revise_by_{table}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "  # noqa: S608 - our names
            "INSERT INTO doctor_revision AS known (doctor, territory, revision) "
            f"SELECT DISTINCT {column}, territory, 1 FROM changed ORDER BY {column} "
            "ON CONFLICT (doctor) DO UPDATE SET revision = known.revision + 1; "
            "RETURN NULL; END $$"
        )
        for event, rows in _EVENTS.items():
            yield (
                f"CREATE TRIGGER tr_{table}_{event} AFTER {event.upper()} ON {table} "
                f"REFERENCING {rows} TABLE AS changed "
                f"FOR EACH STATEMENT EXECUTE FUNCTION revise_by_{table}()"
            )
