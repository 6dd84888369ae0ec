"""Requests: where they come from, médecin traitant first, how they end, whom to call back."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()

ADDED = (
    ("medecin_traitant_why", sa.Text()),
    ("channel", sa.Text()),
    ("origin", sa.Text()),
    ("questions_version", sa.Text()),
    ("watcher", sa.Text()),
    ("closed_at", INSTANT),
    ("call_back_since", INSTANT),
    ("call_back_tries", sa.Integer()),
    ("call_back_last", INSTANT),
)
ORIGINS = "'home', 'emergency_department', 'dac', 'crt', 'pharmacy', 'ehpad', 'practice', 'other'"
CHECKS = {
    "ck_request_channel": "channel IN ('phone', 'in_person', 'professional', 'online')",
    "ck_request_origin": f"origin IN ({ORIGINS})",
    "ck_request_outcome": "outcome IN ('open', 'medecin_traitant_first', 'transfer_15',"
    " 'medecin_traitant', 'other_resource', 'refused', 'unreachable', 'no_solution')",
    "ck_request_medecin_traitant_why": "medecin_traitant_why IN ('closed', 'number_unknown',"
    " 'caller_declines', 'regulator_tried', 'other')",
    "ck_request_medecin_traitant_first": "outcome <> 'open'"
    " OR medecin_traitant IN ('none', 'unavailable')"
    " OR (medecin_traitant = 'not_tried' AND medecin_traitant_why IS NOT NULL)",
    "ck_request_complete": "outcome NOT IN ('open', 'medecin_traitant_first')"
    " OR (commune IS NOT NULL AND age_band IS NOT NULL AND mobility IS NOT NULL"
    " AND delay_hours IS NOT NULL AND medecin_traitant IS NOT NULL)",
}
KEPT_CHECKS = {
    "ck_request_line": "line IN ('cpts', 'sas')",
    "ck_request_age_band": "age_band IN ('0-2m', '3m-15', '16-69', '70+')",
    "ck_request_mobility": "mobility IN ('travel', 'home', 'video')",
    "ck_request_medecin_traitant": "medecin_traitant IN"
    " ('none', 'unavailable', 'not_tried', 'available')",
    "ck_request_delay": "delay_hours > 0",
}
REASON_UNKNOWN = sa.text(
    "UPDATE request SET medecin_traitant_why = 'other'"
    " WHERE outcome = 'open' AND medecin_traitant = 'not_tried'"
)


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild()
    else:
        for name, kind in ADDED:
            op.add_column("request", sa.Column(name, kind))
        op.execute(REASON_UNKNOWN)
        for name in ("ck_request_outcome", "ck_request_complete"):
            op.drop_constraint(name, "request", type_="check")
        for name, check in CHECKS.items():
            op.create_check_constraint(name, "request", check)
    op.create_index("ix_request_watcher", "request", ["watcher"], unique=True)
    op.create_index("ix_request_call_back", "request", ["territory", "call_back_since"])


def _rebuild() -> None:
    """SQLite changes no constraint in place: the rows wait beside while the table is made anew.

    Bookings point at them: their foreign keys are checked again when the transaction ends.
    """
    op.execute("PRAGMA defer_foreign_keys = ON")
    op.execute("CREATE TABLE request_before AS SELECT * FROM request")
    for name, _ in ADDED:
        op.execute(f"ALTER TABLE request_before ADD COLUMN {name}")
    op.execute(str(REASON_UNKNOWN).replace("UPDATE request", "UPDATE request_before"))
    op.drop_table("request")
    _create()
    columns = ", ".join(column.name for column in _columns())
    op.execute(f"INSERT INTO request ({columns}) SELECT {columns} FROM request_before")  # noqa: S608 - our names
    op.drop_table("request_before")
    op.create_index("ix_request_caller", "request", ["territory", "caller"])
    op.create_index("ix_request_created", "request", ["created_at"])


def _create() -> None:
    op.create_table(
        "request",
        *_columns(),
        *(
            sa.CheckConstraint(check, name=name)
            for name, check in {**KEPT_CHECKS, **CHECKS}.items()
        ),
        sa.ForeignKeyConstraint(["own_doctor"], ["doctor.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "outcome", name="uq_request_outcome"),
    )


def _columns() -> list[sa.Column[object]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("red_flags", sa.JSON(), nullable=False),
        sa.Column("red_flags_version", sa.Text(), nullable=False),
        sa.Column("flagged_at", INSTANT),
        sa.Column("commune", sa.Text()),
        sa.Column("age_band", sa.Text()),
        sa.Column("mobility", sa.Text()),
        sa.Column("delay_hours", sa.Integer()),
        sa.Column("medecin_traitant", sa.Text()),
        sa.Column("medecin_traitant_at", INSTANT),
        sa.Column("own_doctor", sa.Uuid()),
        sa.Column("caller", sa.Text()),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("erased_at", INSTANT),
        *(sa.Column(name, kind) for name, kind in ADDED),
    ]
