"""Waits, placements and counts as they come in and are shown: values in clear, never logged."""

from datetime import date, datetime
from uuid import UUID

from directory.model import Value
from directory.territory import Group
from orientation.model import Doctor
from orientation.seeking.model import (
    CloseReason,
    Identity,
    PlacementState,
    RefusalReason,
    Situation,
    Wait,
    WaitState,
    Wishes,
)


class NewWait(Value, frozen=True, kw_only=True):
    """Somebody to put on the list; `phone` is as it was typed.

    `sees_doctor` is the first question: with True nothing is stored, the declaration is to be
    signed with the doctor they see. `consent_version` is that of the text read out.
    """

    identity: Identity
    commune: str
    consent_version: str
    sees_doctor: bool
    situation: Situation = Situation()
    wishes: Wishes = Wishes()


class Enrolled(Value, frozen=True, kw_only=True):
    """A wait that was just opened."""

    id: UUID


class Placed(Value, frozen=True, kw_only=True):
    """A placement and where it stands after a step."""

    id: UUID
    wait_id: UUID
    doctor_id: UUID
    state: PlacementState


class Closed(Value, frozen=True, kw_only=True):
    """A wait that was just closed; identity goes away `erase_after_days` later."""

    id: UUID
    reason: CloseReason


class SealedWait(Value, frozen=True, kw_only=True):
    """What a wait keeps under its own key."""

    identity: Identity
    situation: Situation
    wishes: Wishes


class PlacementView(Value, frozen=True, kw_only=True):
    """A proposal to a doctor, past or present."""

    id: UUID
    doctor: Doctor
    state: PlacementState
    proposed_at: datetime
    accepted_at: datetime | None = None
    declared_at: datetime | None = None
    ended_at: datetime | None = None
    reason: RefusalReason | None = None


class WaitView(Value, frozen=True, kw_only=True):
    """A person's sheet, for whoever handles it; `identity` and `wait` are None once erased."""

    id: UUID
    state: WaitState
    created_at: datetime
    commune: str
    consent_version: str
    consent_text: str
    consent_at: datetime
    confirmed_at: datetime
    reminders: int
    to_confirm: bool
    identity: Identity | None = None
    wait: Wait | None = None
    group: Group | None = None
    reminded_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: CloseReason | None = None
    live: PlacementView | None = None
    past: tuple[PlacementView, ...] = ()


class WaitsPage(Value, frozen=True, kw_only=True):
    """A page of the list, in the order in which people are called."""

    waits: tuple[WaitView, ...]
    total: int
    page: int
    pages: int


class SeekingCounts(Value, frozen=True, kw_only=True):
    """How the search is going; nothing in it is personal.

    `placed` counts signed declarations, `own_doctor` those made with the doctor already seen, both
    since `since` when there is a target. `median_days` is from enrolment to signature.
    """

    waiting: dict[str, int]
    proposed: int
    accepted: int
    placed: int
    own_doctor: int
    to_confirm: int
    doctors: int
    places_left: int
    median_days: float | None = None
    since: date | None = None
    target: int | None = None
    target_source: str = ""
