"""Tables of the search for a médecin traitant, in the agenda's store.

Five guards: somebody waits once (`uq_wait_person`), a wait has one live placement
(`uq_placement_wait`), a doctor's place is used once (`uq_placement_place`) and must exist
(`fk_placement_place`), what is proposed or accepted points at a wait that is still open
(`fk_placement_open_wait` with `wait_state`).
"""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from directory.base.database import Instant
from orientation.seeking.model import (
    LIVE_PLACEMENTS,
    PLACED_STATES,
    CloseReason,
    PlacementState,
    RefusalReason,
    Sex,
    WaitState,
)
from orientation.tables import metadata


def _among(values: Iterable[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


def _one_of(column: str, values: Iterable[str], name: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(f"{column} IN {_among(values)}", name=name)


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


PENDING_STATES = (PlacementState.PROPOSED, PlacementState.ACCEPTED)
"""Not yet declared: they end with the wait."""

_OPEN = "state = 'open'"
_LIVE = f"state IN {_among(LIVE_PLACEMENTS)}"
_PLACED = f"state IN {_among(PLACED_STATES)}"
_PENDING = f"state IN {_among(PENDING_STATES)}"

wait = sa.Table(
    "wait",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("commune", sa.Text, nullable=False),
    sa.Column("person", sa.Text),  # keyed hash of the phone number and the birth date
    sa.Column("wrapped_key", sa.LargeBinary),  # NULL once destroyed: nothing opens any more
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("consent_version", sa.Text, nullable=False),
    sa.Column("consent_text", sa.Text, nullable=False),
    sa.Column("consent_at", Instant, nullable=False),
    sa.Column("confirmed_at", Instant, nullable=False),
    sa.Column("reminders", sa.Integer, nullable=False),
    sa.Column("reminded_at", Instant),
    sa.Column("closed_at", Instant),
    sa.Column("close_reason", sa.Text),
    sa.Column("closed_group", sa.Text),
    sa.Column("erased_at", Instant),
    sa.UniqueConstraint("id", "state", name="uq_wait_state"),
    _one_of("state", WaitState, "ck_wait_state"),
    _one_of("close_reason", CloseReason, "ck_wait_close_reason"),
    _one_of("closed_group", ("ald", "over_70", "c2s_ame", "other"), "ck_wait_closed_group"),
    sa.CheckConstraint(
        "CASE WHEN state = 'open' THEN person IS NOT NULL AND wrapped_key IS NOT NULL"
        " AND sealed IS NOT NULL AND close_reason IS NULL AND closed_at IS NULL"
        " ELSE close_reason IS NOT NULL AND closed_at IS NOT NULL END",
        name="ck_wait_life",
    ),
    sa.Index("uq_wait_person", "territory", "person", unique=True, **_where(_OPEN)),
    sa.Index("ix_wait_open", "territory", "confirmed_at", **_where(_OPEN)),
    sa.Index("ix_wait_closed", "closed_at"),
)

offer = sa.Table(
    "offer",
    metadata,
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("doctor.id"), primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("available_from", sa.Date, nullable=False),
    sa.Column("min_age", sa.Integer),
    sa.Column("max_age", sa.Integer),
    sa.Column("communes", sa.JSON, nullable=False),
    sa.Column("groups", sa.JSON, nullable=False),
    sa.Column("sex", sa.Text),
    sa.Column("languages", sa.JSON, nullable=False),
    sa.Column("in_team", sa.Boolean, nullable=False),
    sa.Column("declared_at", Instant, nullable=False),
    _one_of("sex", Sex, "ck_offer_sex"),
    sa.CheckConstraint("max_age >= min_age", name="ck_offer_ages"),
)

offer_place = sa.Table(
    "offer_place",
    metadata,
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("offer.doctor"), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("territory", sa.Text, nullable=False),
)

placement = sa.Table(
    "placement",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("wait", sa.Uuid, sa.ForeignKey("wait.id"), nullable=False),
    sa.Column("wait_state", sa.Text),
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("offer.doctor"), nullable=False),
    sa.Column("place", sa.Integer),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("reason", sa.Text),
    sa.Column("proposed_at", Instant, nullable=False),
    sa.Column("accepted_at", Instant),
    sa.Column("declared_at", Instant),
    sa.Column("ended_at", Instant),
    sa.ForeignKeyConstraint(
        ["doctor", "place"],
        ["offer_place.doctor", "offer_place.number"],
        name="fk_placement_place",
    ),
    sa.ForeignKeyConstraint(
        ["wait", "wait_state"], ["wait.id", "wait.state"], name="fk_placement_open_wait"
    ),
    _one_of("state", PlacementState, "ck_placement_state"),
    _one_of("reason", RefusalReason, "ck_placement_reason"),
    sa.CheckConstraint(
        f"CASE WHEN {_PENDING} THEN wait_state IS NOT NULL AND wait_state = 'open'"
        " ELSE wait_state IS NULL END",
        name="ck_placement_live",
    ),
    sa.CheckConstraint(
        f"CASE WHEN {_PLACED} THEN place IS NOT NULL ELSE place IS NULL END",
        name="ck_placement_place",
    ),
    sa.CheckConstraint(
        "(state = 'refused') = (reason IS NOT NULL)", name="ck_placement_refused_reason"
    ),
    sa.Index("uq_placement_wait", "wait", unique=True, **_where(_LIVE)),
    sa.Index("uq_placement_place", "doctor", "place", unique=True, **_where(_PLACED)),
    sa.Index("ix_placement_wait", "wait"),
)

wait_call = sa.Table(
    "wait_call",
    metadata,
    sa.Column("territory", sa.Text, nullable=False),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),  # keyed hash: a client may put anything in it
    sa.Column("body", sa.Text, nullable=False),  # keyed hash of what was asked
    sa.Column("wait", sa.Uuid, sa.ForeignKey("wait.id")),
    sa.Column("status", sa.Integer),
    sa.Column("payload", sa.LargeBinary),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_wait_call_wait", "wait"),
)
