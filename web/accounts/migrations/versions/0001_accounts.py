"""Accounts, their roles by territory, sessions, single-use links and attempts."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
WAITING, HAS_EMAIL, HAS_RPPS = (
    sa.text(one) for one in ("outcome IS NULL", "email <> ''", "rpps <> ''")
)


def _account() -> "sa.Column[object]":
    return sa.Column("account", sa.Uuid(), sa.ForeignKey("account.id"), nullable=False)


def upgrade() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("owner", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_outbox_due", "outbox", ["due_at"], sqlite_where=WAITING, postgresql_where=WAITING
    )
    op.create_index("ix_outbox_owner", "outbox", ["owner"])
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("rpps", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text()),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("totp", sa.LargeBinary()),
        sa.Column("totp_draft", sa.LargeBinary()),
        sa.Column("totp_step", sa.BigInteger(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("last_seen_at", INSTANT),
        sa.Column("warnings", sa.Integer(), nullable=False),
        sa.Column("warned_at", INSTANT),
        sa.CheckConstraint(
            "state IN ('invited', 'active', 'suspended', 'expired')", name="ck_account_state"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    for name, where in (("email", HAS_EMAIL), ("rpps", HAS_RPPS)):
        op.create_index(
            f"uq_account_{name}",
            "account",
            [name],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )
    op.create_table(
        "account_role",
        _account(),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("granted_by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('professional', 'secretary', 'first_recourse_doctor', 'delegate',"
            " 'coordinator', 'auditor')",
            name="ck_account_role",
        ),
        sa.PrimaryKeyConstraint("account", "territory", "role"),
    )
    op.create_table(
        "account_doctor",
        _account(),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("account", "territory", "doctor"),
    )
    op.create_table(
        "session",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _account(),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.CheckConstraint("stage IN ('second_factor', 'enrol', 'full')", name="ck_session_stage"),
        sa.CheckConstraint("method IN ('password', 'psc')", name="ck_session_method"),
        sa.PrimaryKeyConstraint("digest"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("ix_session_account", "session", ["account"])
    op.create_table(
        "token",
        sa.Column("digest", sa.Text(), nullable=False),
        _account(),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.CheckConstraint("purpose IN ('invitation', 'recovery')", name="ck_token_purpose"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("ix_token_account", "token", ["account"])
    op.create_table(
        "recovery_code",
        _account(),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account", "digest"),
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("last_at", INSTANT, nullable=False),
        sa.Column("locked_until", INSTANT),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "oidc_flow",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("verifier", sa.Text(), nullable=False),
        sa.Column("following", sa.Text(), nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
