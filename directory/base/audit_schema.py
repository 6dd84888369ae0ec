"""The audit trail in a migration: its tables and the triggers of `audit_guards`."""

import sqlalchemy as sa
from alembic import op

from directory.base.audit import GENESIS, SEALED, add_audit_table, seal_of
from directory.base.audit_guards import POSTGRESQL_GUARDS, SQLITE_GUARDS

INSTANT = sa.BigInteger()
BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def create_audit_tables() -> None:
    """A new trail and its anchors."""
    op.create_table(
        "audit",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("digests", sa.JSON(), nullable=False),
        *_sealed_columns(),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_subject", "audit", ["subject", "id"])
    _finish()


def seal_audit_table() -> None:
    """A trail of before seals: its lines are chained as they stand."""
    for column in _sealed_columns():
        op.add_column("audit", column)
    _chain(op.get_bind())
    _finish()


def drop_guards() -> None:
    """Take the triggers away, before a downgrade."""
    if op.get_bind().dialect.name == "sqlite":
        for name in SQLITE_GUARDS:
            op.execute(f"DROP TRIGGER {name}")
    else:
        for table in ("audit", "audit_anchor"):
            for what in ("kept", "shortened"):
                op.execute(f"DROP TRIGGER IF EXISTS {table}_{what} ON {table}")
        for function in ("audit_refuse", "audit_shorten", "audit_anchor_age"):
            op.execute(f"DROP FUNCTION IF EXISTS {function}() CASCADE")


def _sealed_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("account", sa.Uuid()),
        sa.Column("reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
        sa.Column("seal", sa.Text(), nullable=False, server_default=""),
    )


def _finish() -> None:
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "audit_anchor",
        sa.Column("through", BIG_ID, autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("through"),
    )
    guards = SQLITE_GUARDS.values() if op.get_bind().dialect.name == "sqlite" else POSTGRESQL_GUARDS
    for guard in guards:
        op.get_bind().exec_driver_sql(guard)


def _chain(connection: sa.Connection) -> None:
    table = add_audit_table(sa.MetaData())
    covered = [table.c[name] for name in SEALED]
    seal, last = GENESIS, 0
    while True:
        rows = connection.execute(
            sa.select(*covered).where(table.c.id > last).order_by(table.c.id).limit(1000)
        ).all()
        for row in rows:
            seal, last = seal_of(seal, dict(row._mapping)), row.id
            connection.execute(table.update().where(table.c.id == last).values(seal=seal))
        if not rows:
            return
