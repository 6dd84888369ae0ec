"""Finding a médecin traitant: people who wait, doctors' places, placements."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
OPEN = sa.text("state = 'open'")
LIVE = sa.text("state IN ('proposed', 'accepted', 'declared')")
PLACED = sa.text("state IN ('accepted', 'declared')")


def upgrade() -> None:
    _create_waits()
    _create_offers()
    _create_placements()
    _create_calls()


def _create_waits() -> None:
    op.create_table(
        "wait",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("commune", sa.Text(), nullable=False),
        sa.Column("person", sa.Text()),
        sa.Column("wrapped_key", sa.LargeBinary()),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("consent_version", sa.Text(), nullable=False),
        sa.Column("consent_text", sa.Text(), nullable=False),
        sa.Column("consent_at", INSTANT, nullable=False),
        sa.Column("confirmed_at", INSTANT, nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", INSTANT),
        sa.Column("closed_at", INSTANT),
        sa.Column("close_reason", sa.Text()),
        sa.Column("closed_group", sa.Text()),
        sa.Column("erased_at", INSTANT),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_wait_state"),
        sa.CheckConstraint(
            "close_reason IN ('placed', 'own_doctor', 'withdrawn', 'moved', 'error', 'not_confirmed')",
            name="ck_wait_close_reason",
        ),
        sa.CheckConstraint(
            "closed_group IN ('ald', 'over_70', 'c2s_ame', 'other')", name="ck_wait_closed_group"
        ),
        sa.CheckConstraint(
            "CASE WHEN state = 'open' THEN person IS NOT NULL AND wrapped_key IS NOT NULL AND sealed IS NOT NULL AND close_reason IS NULL AND closed_at IS NULL ELSE close_reason IS NOT NULL AND closed_at IS NOT NULL END",
            name="ck_wait_life",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "state", name="uq_wait_state"),
    )
    op.create_index(
        "uq_wait_person",
        "wait",
        ["territory", "person"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index(
        "ix_wait_open",
        "wait",
        ["territory", "confirmed_at"],
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_index("ix_wait_closed", "wait", ["closed_at"])


def _create_offers() -> None:
    op.create_table(
        "offer",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("available_from", sa.Date(), nullable=False),
        sa.Column("min_age", sa.Integer()),
        sa.Column("max_age", sa.Integer()),
        sa.Column("communes", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("sex", sa.Text()),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("in_team", sa.Boolean(), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False),
        sa.CheckConstraint("sex IN ('female', 'male')", name="ck_offer_sex"),
        sa.CheckConstraint("max_age >= min_age", name="ck_offer_ages"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.PrimaryKeyConstraint("doctor"),
    )
    op.create_table(
        "offer_place",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["offer.doctor"]),
        sa.PrimaryKeyConstraint("doctor", "number"),
    )


def _create_placements() -> None:
    op.create_table(
        "placement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("wait", sa.Uuid(), nullable=False),
        sa.Column("wait_state", sa.Text()),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer()),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("proposed_at", INSTANT, nullable=False),
        sa.Column("accepted_at", INSTANT),
        sa.Column("declared_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.CheckConstraint(
            "state IN ('proposed', 'accepted', 'declared', 'refused', 'withdrawn')",
            name="ck_placement_state",
        ),
        sa.CheckConstraint(
            "reason IN ('doctor_full', 'doctor_limits', 'doctor_other', 'person_distance', 'person_choice', 'person_unreachable', 'error')",
            name="ck_placement_reason",
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('proposed', 'accepted') THEN wait_state IS NOT NULL AND wait_state = 'open' ELSE wait_state IS NULL END",
            name="ck_placement_live",
        ),
        sa.CheckConstraint(
            "CASE WHEN state IN ('accepted', 'declared') THEN place IS NOT NULL ELSE place IS NULL END",
            name="ck_placement_place",
        ),
        sa.CheckConstraint(
            "(state = 'refused') = (reason IS NOT NULL)", name="ck_placement_refused_reason"
        ),
        sa.ForeignKeyConstraint(["wait"], ["wait.id"]),
        sa.ForeignKeyConstraint(["doctor"], ["offer.doctor"]),
        sa.ForeignKeyConstraint(
            ["doctor", "place"],
            ["offer_place.doctor", "offer_place.number"],
            name="fk_placement_place",
        ),
        sa.ForeignKeyConstraint(
            ["wait", "wait_state"], ["wait.id", "wait.state"], name="fk_placement_open_wait"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_placement_wait", "placement", ["wait"])
    op.create_index(
        "uq_placement_wait",
        "placement",
        ["wait"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "uq_placement_place",
        "placement",
        ["doctor", "place"],
        unique=True,
        sqlite_where=PLACED,
        postgresql_where=PLACED,
    )


def _create_calls() -> None:
    op.create_table(
        "wait_call",
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("wait", sa.Uuid()),
        sa.Column("status", sa.Integer()),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["wait"], ["wait.id"]),
        sa.PrimaryKeyConstraint("operation", "key"),
    )
    op.create_index("ix_wait_call_wait", "wait_call", ["wait"])
