"""The tables of the accounts store. Secrets are kept hashed, or sealed with the account's key.

An address and an RPPS number belong to one account at most, by unique indexes and not by program.
"""

import sqlalchemy as sa

from directory.base.audit import add_anchor_table, add_audit_table
from directory.base.database import Instant
from directory.base.outbox import add_outbox_table
from web.access import Role
from web.accounts.model import Method, Purpose, Stage, State

metadata = sa.MetaData()
outbox = add_outbox_table(metadata)
audit = add_audit_table(metadata)
audit_anchor = add_anchor_table(metadata)


def _one_of(
    column: str, values: type[State | Role | Stage | Method | Purpose], name: str
) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value.value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=name)


def _account(*, key: bool = False) -> sa.Column[object]:
    return sa.Column(
        "account", sa.Uuid, sa.ForeignKey("account.id"), primary_key=key, nullable=False
    )


_HAS_EMAIL, _HAS_RPPS = sa.text("email <> ''"), sa.text("rpps <> ''")

account = sa.Table(
    "account",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("email", sa.Text, nullable=False),  # empty: signs in by Pro Santé Connect only
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("rpps", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("wrapped_key", sa.LargeBinary, nullable=False),
    sa.Column("totp", sa.LargeBinary),
    sa.Column("totp_draft", sa.LargeBinary),  # shown, not yet confirmed by a code
    sa.Column("totp_step", sa.BigInteger, nullable=False),  # last one used: no code twice
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("last_seen_at", Instant),
    sa.Column("warnings", sa.Integer, nullable=False),  # of inactivity, since last seen
    sa.Column("warned_at", Instant),
    _one_of("state", State, "ck_account_state"),
    sa.Index(
        "uq_account_email",
        "email",
        unique=True,
        sqlite_where=_HAS_EMAIL,
        postgresql_where=_HAS_EMAIL,
    ),
    sa.Index(
        "uq_account_rpps", "rpps", unique=True, sqlite_where=_HAS_RPPS, postgresql_where=_HAS_RPPS
    ),
)
account_role = sa.Table(
    "account_role",
    metadata,
    _account(key=True),
    sa.Column("territory", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, primary_key=True),
    sa.Column("granted_at", Instant, nullable=False),
    sa.Column("granted_by", sa.Text, nullable=False),
    _one_of("role", Role, "ck_account_role"),
)
account_doctor = sa.Table(
    "account_doctor",
    metadata,
    _account(key=True),
    sa.Column("territory", sa.Text, primary_key=True),
    sa.Column("doctor", sa.Uuid, primary_key=True),
)
session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("id", sa.Uuid, nullable=False, unique=True),
    _account(),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("stage", sa.Text, nullable=False),
    sa.Column("method", sa.Text, nullable=False),
    sa.Column("agent", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("sign_out", sa.LargeBinary),  # address that closes the provider's session, sealed
    _one_of("stage", Stage, "ck_session_stage"),
    _one_of("method", Method, "ck_session_method"),
    sa.Index("ix_session_account", "account"),
)
token = sa.Table(
    "token",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    _account(),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("purpose", sa.Text, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    _one_of("purpose", Purpose, "ck_token_purpose"),
    sa.Index("ix_token_account", "account"),
)
recovery_code = sa.Table(
    "recovery_code",
    metadata,
    _account(key=True),
    sa.Column("digest", sa.Text, primary_key=True),
)
attempt = sa.Table(
    "attempt",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),  # keyed hash of an address
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("last_at", Instant, nullable=False),
    sa.Column("locked_until", Instant),
)
oidc_flow = sa.Table(
    "oidc_flow",
    metadata,
    sa.Column("digest", sa.Text, primary_key=True),
    sa.Column("nonce", sa.Text, nullable=False),
    sa.Column("verifier", sa.Text, nullable=False),
    sa.Column("following", sa.Text, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
)
api_key = sa.Table(
    "api_key",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("digest", sa.Text, nullable=False, unique=True),  # of the secret or the certificate
    sa.Column("certificate", sa.Boolean, nullable=False),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.Text, nullable=False),  # actions, separated by spaces
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("created_by", sa.Text, nullable=False),
    sa.Column("expires_at", Instant, nullable=False),
    sa.Column("used_at", Instant),
    sa.Column("revoked_at", Instant),
)
