"""The register's tables: what sources and people say, and when it was published.

A `record` row is one version of one row of one source. It is visible when the source's published
run lies in `[since_run, until_run)`, so that publishing a whole import is one UPDATE of `source`.
"""

import sqlalchemy as sa

from directory.base.audit import add_anchor_table, add_audit_table
from directory.base.database import BigId, Instant
from directory.base.tables import add_base_tables

metadata = sa.MetaData()
base = add_base_tables(metadata)
audit = add_audit_table(metadata)
audit_anchor = add_anchor_table(metadata)

source = sa.Table(
    "source",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("published_run", BigId, nullable=False, server_default="0"),
    sa.Column("data_date", sa.Date),
    sa.Column("published_at", Instant),
)

run = sa.Table(
    "run",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("source", sa.ForeignKey("source.name"), nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # staging, published, refused, abandoned
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("fingerprint", sa.Text, nullable=False),
    sa.Column("data_date", sa.Date),
    sa.Column("report", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

entity = sa.Table(
    "entity",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("uuid", sa.Uuid, nullable=False, unique=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("created_run", BigId, nullable=False),
    sa.UniqueConstraint("kind", "key"),
    sqlite_autoincrement=True,
)

record = sa.Table(
    "record",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("source", sa.ForeignKey("source.name"), nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("since_run", BigId, nullable=False),
    sa.Column("until_run", BigId),
    sa.Column("digest", sa.LargeBinary, nullable=False),
    sa.Column("first_seen", Instant, nullable=False),
    sa.Column("last_seen", Instant),  # set when the row ends; the source's date until then
    sa.Column("data_date", sa.Date),
    sa.Column("malformed_run", BigId),  # the source wrote it badly since; last good version kept
    sa.Column("subject", sa.ForeignKey("entity.id"), nullable=False),
    sa.Column("person", sa.ForeignKey("entity.id")),
    sa.Column("organization", sa.ForeignKey("entity.id")),
    sa.Column("statement", sa.LargeBinary),  # JSON of model.Statement; NULL once a tombstone
    sa.Column("raw", sa.Text),
    sa.Index("ix_record_subject", "subject"),
    sa.Index(
        "ix_record_organization",
        "organization",
        sqlite_where=sa.text("organization IS NOT NULL"),
        postgresql_where=sa.text("organization IS NOT NULL"),
    ),
    sa.Index(
        "ix_record_person",
        "person",
        sqlite_where=sa.text("person IS NOT NULL"),
        postgresql_where=sa.text("person IS NOT NULL"),
    ),
    sa.Index(
        "uq_record_live",
        "source",
        "key",
        unique=True,
        sqlite_where=sa.text("until_run IS NULL"),
        postgresql_where=sa.text("until_run IS NULL"),
    ),
    sa.Index("ix_record_since", "source", "since_run"),
    sa.Index(
        "ix_record_until",
        "source",
        "until_run",
        sqlite_where=sa.text("until_run IS NOT NULL"),
        postgresql_where=sa.text("until_run IS NOT NULL"),
    ),
    sqlite_autoincrement=True,
)

identifier = sa.Table(
    "identifier",
    metadata,
    sa.Column("system", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, primary_key=True),
    sa.Column("entity", sa.ForeignKey("entity.id"), primary_key=True),
    sa.Column("source", sa.ForeignKey("source.name"), primary_key=True),
    sqlite_with_rowid=False,  # all its columns are its key: one tree instead of two
)

marked = sa.Table(
    "marked",
    metadata,
    sa.Column("run", sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("part", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("marks", sa.LargeBinary, nullable=False),  # eight bytes a row (directory.rereading)
    sa.Column("records", sa.LargeBinary, nullable=False),  # the version each stands for, the same
)

quarantine = sa.Table(
    "quarantine",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("run", sa.ForeignKey("run.id"), nullable=False),
    sa.Column("line", BigId, nullable=False),
    sa.Column("key", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("raw", sa.Text, nullable=False),
    sa.Index("ix_quarantine_run", "run"),
)

local_statement = sa.Table(
    "local_statement",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("entity", sa.ForeignKey("entity.id"), nullable=False),
    sa.Column("act", sa.Text, nullable=False),  # correction, confirmation, refusal, addition
    sa.Column("field", sa.Text, nullable=False),
    sa.Column("value", sa.JSON),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("valid_from", sa.Date),
    sa.Column("valid_to", sa.Date),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_by", sa.Text),
    sa.Index("ix_local_statement_entity", "entity"),
    sqlite_autoincrement=True,
)

number_report = sa.Table(
    "number_report",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("token", sa.Text, nullable=False, unique=True),  # its own address, not to be guessed
    sa.Column("entity", sa.ForeignKey("entity.id"), nullable=False),
    sa.Column("number", sa.Text, nullable=False),  # E.164, or as the source told it
    sa.Column("comment", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),  # open, accepted, rejected
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("answered_at", Instant),
    sa.Column("answered_by", sa.Text),
    sa.Column("answer", sa.Text),
    sa.Index("ix_number_report_entity", "entity"),
    sa.Index("ix_number_report_state", "state", "id"),
    sqlite_autoincrement=True,
)

match_pair = sa.Table(
    "match_pair",
    metadata,
    sa.Column("left", sa.ForeignKey("entity.id"), primary_key=True),
    sa.Column("right", sa.ForeignKey("entity.id"), primary_key=True),  # left < right
    sa.Column("outcome", sa.Text, nullable=False),  # what the rules say: same, ask
    sa.Column("score", sa.Integer, nullable=False),
    sa.Column("together", sa.Boolean, nullable=False),  # one place and one activity: one entry
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("effect", sa.Text, nullable=False),  # what became of it: same, person, ask, none
    sa.Column("held", sa.Text, nullable=False),  # why it is put to a person, when the rules agree
    sa.Index("ix_match_pair_right", "right"),
    sa.Index("ix_match_pair_effect", "effect"),
)

match_judgement = sa.Table(
    "match_judgement",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("left", sa.ForeignKey("entity.id"), nullable=False),
    sa.Column("right", sa.ForeignKey("entity.id"), nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),  # same, different
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("withdrawn_at", Instant),
    sa.Column("withdrawn_by", sa.Text),
    sa.Index(
        "uq_match_judgement_live",
        "left",
        "right",
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    ),
    sqlite_autoincrement=True,
)

link = sa.Table(
    "link",
    metadata,
    sa.Column("entity", sa.ForeignKey("entity.id"), primary_key=True),
    sa.Column("into", sa.ForeignKey("entity.id"), nullable=False),
    sa.Column("nature", sa.Text, nullable=False),  # same: one entry; person: who exercises a role
    sa.Index("ix_link_into", "into"),
)

located = sa.Table(
    "located",
    metadata,
    sa.Column("key", sa.Text, primary_key=True),  # the address, normalised
    sa.Column("lat", sa.Float),  # NULL where no answer of the geocoder was believed
    sa.Column("lon", sa.Float),
    sa.Column("precision", sa.Text, nullable=False),
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("refusal", sa.Text, nullable=False),
    sa.Column("asked_at", Instant, nullable=False),
)

update_run = sa.Table(
    "update_run",
    metadata,
    sa.Column("id", BigId, primary_key=True, autoincrement=True),
    sa.Column("state", sa.Text, nullable=False),  # running, done, attention, interrupted
    sa.Column("started_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("report", sa.JSON, nullable=False),
    sqlite_autoincrement=True,
)

update_source = sa.Table(
    "update_source",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("checked_at", Instant, nullable=False),
    sa.Column("outcome", sa.Text, nullable=False),  # updated, unchanged, refused, unreachable
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),  # times in a row that it was out of reach
    sa.Column("cursor", sa.JSON, nullable=False),  # where the next delta of an API begins
)
