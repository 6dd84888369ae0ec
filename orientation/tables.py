"""The agenda's tables. What must never happen twice is forbidden here, not in the program.

Four guards: a seat has one live booking (`uq_booking_seat`), a doctor's minute belongs to one
slot (`occupied_minute`), a request has one live booking (`uq_booking_request`), a live booking
points at a request that is still open (`fk_booking_open_request` with `live_outcome`). A request
is open once the médecin traitant was called, or why not is told.
"""

import sqlalchemy as sa

from directory.base.audit import add_anchor_table, add_audit_table
from directory.base.database import Instant
from directory.base.outbox import add_outbox_table
from directory.base.tables import add_base_tables
from orientation.booking_tables import add_booking_table, one_of
from orientation.coordination_tables import add_crisis_table, add_surnumeraire_table
from orientation.model import (
    AgeBand,
    MedecinTraitant,
    Mobility,
    Mode,
    Outcome,
    Team,
    Visibility,
)
from orientation.planning_tables import add_absence_table, add_planning_tables
from orientation.provenance import Channel, Line, NotTried, Origin
from orientation.revisions import add_revision_table

metadata = sa.MetaData()
base = add_base_tables(metadata)
outbox = add_outbox_table(metadata)
audit = add_audit_table(metadata)
audit_anchor = add_anchor_table(metadata)


def _territory() -> sa.Column[str]:
    return sa.Column("territory", sa.Text, nullable=False)


doctor = sa.Table(
    "doctor",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _territory(),
    sa.Column("family", sa.Text, nullable=False),
    sa.Column("given", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("team", sa.Text, nullable=False),
    sa.Column("modes", sa.JSON, nullable=False),
    sa.Column("visits", sa.JSON, nullable=False),
    sa.Column("min_age_months", sa.Integer),
    sa.Column("max_age_months", sa.Integer),
    sa.Column("weekly_capacity", sa.Integer, nullable=False),
    sa.Column("accepts_new", sa.Boolean, nullable=False),
    sa.Column("email", sa.Text, nullable=False),
    sa.Column("rpps", sa.Text, nullable=False),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("demo", sa.Boolean, nullable=False),
    sa.Column("video_url", sa.Text, nullable=False, server_default=""),
    sa.Column("visit_km", sa.Float),
    sa.Column("visit_from", sa.Uuid),  # the place those kilometres are counted from
    sa.Column("leaves_on", sa.Date),  # first day without them, on the territory's calendar
    sa.Column("home_lead_minutes", sa.Integer),  # before a visit; NULL: the policy's
    one_of("team", Team, "ck_doctor_team"),
    sa.CheckConstraint("weekly_capacity >= 0", name="ck_doctor_capacity"),
)

place = sa.Table(
    "place",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _territory(),
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("doctor.id"), nullable=False),
    sa.Column("label", sa.Text, nullable=False),
    sa.Column("address", sa.Text, nullable=False),
    sa.Column("insee", sa.Text, nullable=False),
    sa.Column("lat", sa.Float),
    sa.Column("lon", sa.Float),
    sa.Column("precision", sa.Text, nullable=False),
    sa.Index("ix_place_doctor", "doctor"),
)

schedule = sa.Table(
    "schedule",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _territory(),
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("doctor.id"), nullable=False),
    sa.Column("place", sa.Uuid, sa.ForeignKey("place.id")),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("rule", sa.Text, nullable=False),
    sa.Column("opens", sa.Time, nullable=False),  # wall-clock, in the territory's zone
    sa.Column("closes", sa.Time, nullable=False),
    sa.Column("slot_minutes", sa.Integer, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("valid_from", sa.Date, nullable=False),
    sa.Column("valid_to", sa.Date),
    sa.Column("on_holidays", sa.Boolean, nullable=False, server_default=sa.false()),
    one_of("mode", Mode, "ck_schedule_mode"),
    one_of("visibility", Visibility, "ck_schedule_visibility"),
    sa.CheckConstraint("closes > opens", name="ck_schedule_hours"),
    sa.CheckConstraint("slot_minutes > 0", name="ck_schedule_minutes"),
    sa.CheckConstraint("seats > 0", name="ck_schedule_seats"),
    sa.CheckConstraint("mode <> 'cabinet' OR place IS NOT NULL", name="ck_schedule_place"),
    sa.Index("ix_schedule_doctor", "doctor"),
)

slot = sa.Table(
    "slot",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _territory(),
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("doctor.id"), nullable=False),
    sa.Column("schedule", sa.Uuid, sa.ForeignKey("schedule.id"), nullable=False),
    sa.Column("place", sa.Uuid, sa.ForeignKey("place.id")),
    sa.Column("mode", sa.Text, nullable=False),
    sa.Column("starts", Instant, nullable=False),
    sa.Column("ends", Instant, nullable=False),
    sa.Column("seats", sa.Integer, nullable=False),
    sa.Column("visibility", sa.Text, nullable=False),
    sa.Column("closed_at", Instant),  # no longer part of its series; never deleted
    sa.UniqueConstraint("schedule", "starts", name="uq_slot_schedule_starts"),
    one_of("mode", Mode, "ck_slot_mode"),
    sa.CheckConstraint("ends > starts", name="ck_slot_span"),
    sa.CheckConstraint("seats > 0", name="ck_slot_seats"),
    sa.Index("ix_slot_starts", "territory", "starts"),
    sa.Index("ix_slot_doctor", "doctor", "starts"),
    sa.Index("ix_slot_lane", "territory", "doctor", "mode", "place", "starts", "ends", "closed_at"),
)

seat = sa.Table(
    "seat",
    metadata,
    sa.Column("slot", sa.Uuid, sa.ForeignKey("slot.id"), primary_key=True),
    sa.Column("seat", sa.Integer, primary_key=True, autoincrement=False),
    _territory(),
)

occupied_minute = sa.Table(
    "occupied_minute",
    metadata,
    sa.Column("doctor", sa.Uuid, sa.ForeignKey("doctor.id"), primary_key=True),
    # Minutes since 1970 UTC: a doctor is in one place at a time, whatever the slot's mode.
    sa.Column("minute", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("slot", sa.Uuid, sa.ForeignKey("slot.id"), nullable=False),
    _territory(),
    sa.Index("ix_occupied_minute_slot", "slot"),
)

request = sa.Table(
    "request",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    _territory(),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("line", sa.Text, nullable=False),  # which line decided: majorations depend on it
    sa.Column("outcome", sa.Text, nullable=False),
    sa.Column("red_flags", sa.JSON, nullable=False),
    sa.Column("red_flags_version", sa.Text, nullable=False),
    sa.Column("flagged_at", Instant),
    sa.Column("commune", sa.Text),
    sa.Column("age_band", sa.Text),
    sa.Column("mobility", sa.Text),
    sa.Column("delay_hours", sa.Integer),
    sa.Column("medecin_traitant", sa.Text),
    sa.Column("medecin_traitant_at", Instant),
    sa.Column("medecin_traitant_why", sa.Text),
    sa.Column("own_doctor", sa.Uuid, sa.ForeignKey("doctor.id")),
    sa.Column("caller", sa.Text),  # keyed hash of the call-back number
    sa.Column("wrapped_key", sa.LargeBinary),  # NULL once destroyed: nothing opens any more
    sa.Column("sealed", sa.LargeBinary),
    sa.Column("channel", sa.Text),  # NULL: taken before it was asked
    sa.Column("origin", sa.Text),
    sa.Column("questions_version", sa.Text),
    sa.Column("watcher", sa.Text),  # keyed hash of the secret given to who asked
    sa.Column("closed_at", Instant),
    sa.Column("call_back_since", Instant),
    sa.Column("call_back_tries", sa.Integer),
    sa.Column("call_back_last", Instant),
    sa.Column("erased_at", Instant),
    sa.UniqueConstraint("id", "outcome", name="uq_request_outcome"),
    one_of("line", Line, "ck_request_line"),
    one_of("channel", Channel, "ck_request_channel"),
    one_of("origin", Origin, "ck_request_origin"),
    one_of("outcome", Outcome, "ck_request_outcome"),
    one_of("age_band", AgeBand, "ck_request_age_band"),
    one_of("mobility", Mobility, "ck_request_mobility"),
    one_of("medecin_traitant", MedecinTraitant, "ck_request_medecin_traitant"),
    one_of("medecin_traitant_why", NotTried, "ck_request_medecin_traitant_why"),
    sa.CheckConstraint(
        "outcome <> 'open' OR medecin_traitant IN ('none', 'unavailable')"
        " OR (medecin_traitant = 'not_tried' AND medecin_traitant_why IS NOT NULL)",
        name="ck_request_medecin_traitant_first",
    ),
    sa.CheckConstraint("delay_hours > 0", name="ck_request_delay"),
    sa.CheckConstraint(
        "outcome NOT IN ('open', 'medecin_traitant_first') OR (commune IS NOT NULL AND age_band IS NOT NULL"
        " AND mobility IS NOT NULL AND delay_hours IS NOT NULL"
        " AND medecin_traitant IS NOT NULL)",
        name="ck_request_complete",
    ),
    sa.Index("ix_request_caller", "territory", "caller"),
    sa.Index("ix_request_watcher", "watcher", unique=True),
    sa.Index("ix_request_call_back", "territory", "call_back_since"),
    sa.Index("ix_request_created", "created_at"),
)

booking = add_booking_table(metadata)
crisis = add_crisis_table(metadata)
surnumeraire = add_surnumeraire_table(metadata)
absence = add_absence_table(metadata)
schedule_exception, calendar_feed, busy_feed, busy_time = add_planning_tables(metadata)
doctor_revision = add_revision_table(metadata)

idempotency = sa.Table(
    "idempotency",
    metadata,
    _territory(),
    sa.Column("operation", sa.Text, primary_key=True),
    sa.Column("key", sa.Text, primary_key=True),  # keyed hash: a client may put anything in it
    sa.Column("body", sa.Text, nullable=False),  # keyed hash of what was asked
    sa.Column("request", sa.Uuid, sa.ForeignKey("request.id")),
    sa.Column("status", sa.Integer),
    sa.Column("payload", sa.LargeBinary),
    sa.Column("created_at", Instant, nullable=False),
    sa.Index("ix_idempotency_request", "request"),
)
