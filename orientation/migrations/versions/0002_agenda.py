"""The agenda: team, slots, requests, bookings."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

INSTANT = sa.BigInteger()
LIVE = sa.text("state IN ('held', 'confirmed', 'honoured', 'no_show')")
HELD = sa.text("state = 'held'")


def upgrade() -> None:
    _create_team()
    _create_schedule()
    _create_slots()
    _create_requests()
    _create_idempotency()
    _create_bookings()
    _index_bookings()


def _create_team() -> None:
    op.create_table(
        "doctor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("given", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("modes", sa.JSON(), nullable=False),
        sa.Column("visits", sa.JSON(), nullable=False),
        sa.Column("min_age_months", sa.Integer()),
        sa.Column("max_age_months", sa.Integer()),
        sa.Column("weekly_capacity", sa.Integer(), nullable=False),
        sa.Column("accepts_new", sa.Boolean(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("rpps", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.CheckConstraint("team IN ('titulaire', 'adjoint')", name="ck_doctor_team"),
        sa.CheckConstraint("weekly_capacity >= 0", name="ck_doctor_capacity"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("insee", sa.Text(), nullable=False),
        sa.Column("lat", sa.Float()),
        sa.Column("lon", sa.Float()),
        sa.Column("precision", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_place_doctor", "place", ["doctor"])


def _create_schedule() -> None:
    op.create_table(
        "schedule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Uuid()),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("slot_minutes", sa.Integer(), nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.CheckConstraint("mode <> 'cabinet' OR place IS NOT NULL", name="ck_schedule_place"),
        sa.CheckConstraint("mode IN ('cabinet', 'home', 'video')", name="ck_schedule_mode"),
        sa.CheckConstraint(
            "visibility IN ('cpts', 'snp', 'public', 'professionals')",
            name="ck_schedule_visibility",
        ),
        sa.CheckConstraint("closes > opens", name="ck_schedule_hours"),
        sa.CheckConstraint("seats > 0", name="ck_schedule_seats"),
        sa.CheckConstraint("slot_minutes > 0", name="ck_schedule_minutes"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.ForeignKeyConstraint(["place"], ["place.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_schedule_doctor", "schedule", ["doctor"])


def _create_slots() -> None:
    op.create_table(
        "slot",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("schedule", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Uuid()),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("starts", INSTANT, nullable=False),
        sa.Column("ends", INSTANT, nullable=False),
        sa.Column("seats", sa.Integer(), nullable=False),
        sa.Column("visibility", sa.Text(), nullable=False),
        sa.CheckConstraint("mode IN ('cabinet', 'home', 'video')", name="ck_slot_mode"),
        sa.CheckConstraint("ends > starts", name="ck_slot_span"),
        sa.CheckConstraint("seats > 0", name="ck_slot_seats"),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.ForeignKeyConstraint(["place"], ["place.id"]),
        sa.ForeignKeyConstraint(["schedule"], ["schedule.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("schedule", "starts", name="uq_slot_schedule_starts"),
    )
    op.create_index("ix_slot_doctor", "slot", ["doctor", "starts"])
    op.create_index("ix_slot_starts", "slot", ["territory", "starts"])
    op.create_table(
        "seat",
        sa.Column("slot", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["slot"], ["slot.id"]),
        sa.PrimaryKeyConstraint("slot", "seat"),
    )
    op.create_table(
        "occupied_minute",
        sa.Column("doctor", sa.Uuid(), nullable=False),
        sa.Column("minute", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["doctor"], ["doctor.id"]),
        sa.ForeignKeyConstraint(["slot"], ["slot.id"]),
        sa.PrimaryKeyConstraint("doctor", "minute"),
    )
    op.create_index("ix_occupied_minute_slot", "occupied_minute", ["slot"])


def _create_requests() -> None:
    op.create_table(
        "request",
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
        sa.CheckConstraint(
            "age_band IN ('0-2m', '3m-15', '16-69', '70+')", name="ck_request_age_band"
        ),
        sa.CheckConstraint("line IN ('cpts', 'sas')", name="ck_request_line"),
        sa.CheckConstraint(
            "medecin_traitant IN ('none', 'unavailable', 'not_tried', 'available')",
            name="ck_request_medecin_traitant",
        ),
        sa.CheckConstraint("mobility IN ('travel', 'home', 'video')", name="ck_request_mobility"),
        sa.CheckConstraint(
            "outcome <> 'open' OR (commune IS NOT NULL AND age_band IS NOT NULL AND mobility IS NOT NULL AND delay_hours IS NOT NULL AND medecin_traitant IS NOT NULL)",
            name="ck_request_complete",
        ),
        sa.CheckConstraint("outcome IN ('open', 'transfer_15')", name="ck_request_outcome"),
        sa.CheckConstraint("delay_hours > 0", name="ck_request_delay"),
        sa.ForeignKeyConstraint(["own_doctor"], ["doctor.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("id", "outcome", name="uq_request_outcome"),
    )
    op.create_index("ix_request_caller", "request", ["territory", "caller"])
    op.create_index("ix_request_created", "request", ["created_at"])


def _create_idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("request", sa.Uuid()),
        sa.Column("status", sa.Integer()),
        sa.Column("payload", sa.LargeBinary()),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["request"], ["request.id"]),
        sa.PrimaryKeyConstraint("operation", "key"),
    )
    op.create_index("ix_idempotency_request", "idempotency", ["request"])


def _create_bookings() -> None:
    op.create_table(
        "booking",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(), nullable=False),
        sa.Column("slot", sa.Uuid(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("request", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("live_outcome", sa.Text()),
        sa.Column("held_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT),
        sa.Column("confirmed_at", INSTANT),
        sa.Column("ended_at", INSTANT),
        sa.Column("cancel_reason", sa.Text()),
        sa.Column("patient", sa.LargeBinary()),
        sa.CheckConstraint(
            "CASE WHEN state IN ('held', 'confirmed', 'honoured', 'no_show') THEN live_outcome IS NOT NULL AND live_outcome = 'open' ELSE live_outcome IS NULL END",
            name="ck_booking_live",
        ),
        sa.CheckConstraint(
            "cancel_reason IN ('patient', 'doctor', 'error')", name="ck_booking_cancel_reason"
        ),
        sa.CheckConstraint("state <> 'held' OR expires_at IS NOT NULL", name="ck_booking_expiry"),
        sa.CheckConstraint(
            "state IN ('held', 'confirmed', 'honoured', 'no_show', 'released', 'expired', 'cancelled', 'escalated')",
            name="ck_booking_state",
        ),
        sa.ForeignKeyConstraint(
            ["request", "live_outcome"],
            ["request.id", "request.outcome"],
            name="fk_booking_open_request",
        ),
        sa.ForeignKeyConstraint(["request"], ["request.id"]),
        sa.ForeignKeyConstraint(
            ["slot", "seat"], ["seat.slot", "seat.seat"], name="fk_booking_seat"
        ),
        sa.PrimaryKeyConstraint("id"),
    )


def _index_bookings() -> None:
    op.create_index(
        "ix_booking_held", "booking", ["expires_at"], sqlite_where=HELD, postgresql_where=HELD
    )
    op.create_index("ix_booking_request", "booking", ["request"])
    op.create_index("ix_booking_slot", "booking", ["slot"])
    op.create_index(
        "uq_booking_request",
        "booking",
        ["request"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    op.create_index(
        "uq_booking_seat",
        "booking",
        ["slot", "seat"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
