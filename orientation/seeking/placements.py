"""Proposed, accepted or refused, declared: each one conditional write that the schema guards.

Locks are taken in one order everywhere (wait, doctor, placement, change log), which only
PostgreSQL needs. A refusal ends the placement and nothing else: the person keeps their rank.
"""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import insert_ignoring
from directory.base.logs import get_logger
from orientation.idempotency import Call, run_once
from orientation.occupation import lock_doctors
from orientation.privacy import trace
from orientation.seeking import tables
from orientation.seeking.model import (
    LIVE_PLACEMENTS,
    PlacementState,
    RefusalReason,
    WaitState,
)
from orientation.seeking.offers import read_offers
from orientation.seeking.ranking import bar
from orientation.seeking.records import Placed
from orientation.seeking.refusals import WAITS, DeniedError, refuse
from orientation.seeking.waits import open_wait, today_of, wait_of
from orientation.seeking.wording import say_bar
from orientation.store import Agenda, missing, new_id
from orientation.tables import base

log = get_logger(__name__)


def propose(agenda: Agenda, wait_id: UUID, doctor_id: UUID, key: str | None, actor: str) -> Placed:
    """Propose a person to a doctor who can take them; a wait has one live placement.

    Raises ConflictError with `reason` (`already_proposed`, `not_possible`, `no_offer`…).
    """
    call = Call("placement.propose", key, (wait_id, doctor_id), WAITS)
    work = partial(_propose, agenda, wait_id, doctor_id, actor)
    try:
        placed = run_once(agenda, call, Placed, work)
    except DeniedError as denied:
        return refuse(agenda, call, wait_id, denied, Placed)
    log.info("placement proposed", placement=str(placed.id), wait=str(wait_id))
    return placed


def accept(agenda: Agenda, placement_id: UUID, key: str | None, actor: str) -> Placed:
    """The doctor and the person agree: a place is taken; refused `no_place_left` when none is."""
    call = Call("placement.accept", key, (placement_id,), WAITS)
    return _step(agenda, call, placement_id, "accept", partial(_take_place, agenda), actor)


def decline(
    agenda: Agenda, placement_id: UUID, reason: RefusalReason, key: str | None, actor: str
) -> Placed:
    """One side says no, before or after acceptance: the place is free, the person keeps waiting."""
    call = Call("placement.refuse", key, (placement_id, reason), WAITS)
    work = partial(_end_refused, agenda, reason)
    return _step(agenda, call, placement_id, "refuse", work, actor)


def declare(agenda: Agenda, placement_id: UUID, key: str | None, actor: str) -> Placed:
    """The declaration of médecin traitant is signed; its place stays taken."""
    call = Call("placement.declare", key, (placement_id,), WAITS)
    return _step(agenda, call, placement_id, "declare", partial(_sign, agenda), actor)


def placement_row(agenda: Agenda, connection: sa.Connection, placement_id: UUID) -> Any:
    """The stored placement, or NotFoundError."""
    placement = tables.placement
    row = connection.execute(
        sa.select(placement).where(
            placement.c.id == placement_id, placement.c.territory == agenda.territory.slug
        )
    ).first()
    if row is None:
        raise missing("Proposition")
    return row


def declined_doctors(connection: sa.Connection, wait_id: UUID) -> tuple[UUID, ...]:
    """Doctors with whom a proposal was refused; a typing error is not a refusal."""
    placement = tables.placement
    found = connection.execute(
        sa.select(placement.c.doctor).where(
            placement.c.wait == wait_id,
            placement.c.state == PlacementState.REFUSED.value,
            placement.c.reason != RefusalReason.ERROR.value,
        )
    ).scalars()
    return tuple(sorted(set(found)))


def _propose(
    agenda: Agenda, wait_id: UUID, doctor_id: UUID, actor: str, connection: sa.Connection
) -> tuple[UUID, Placed]:
    row = open_wait(agenda, connection, wait_id)
    offer = read_offers(agenda, connection).get(doctor_id)
    if offer is None:
        raise DeniedError("no_offer")
    wait = wait_of(agenda, row, declined_doctors(connection, wait_id))
    why = bar(wait, offer, agenda.territory.seeking, today_of(agenda))
    if why is not None:
        raise DeniedError("not_possible", say_bar(why), bar=why.value)
    placement, placement_id = tables.placement, new_id()
    insert = insert_ignoring(connection, placement).values(
        id=placement_id,
        territory=agenda.territory.slug,
        wait=wait_id,
        wait_state=WaitState.OPEN.value,
        doctor=doctor_id,
        state=PlacementState.PROPOSED.value,
        proposed_at=agenda.clock(),
    )
    if connection.execute(insert.returning(placement.c.id)).first() is None:
        raise DeniedError("already_proposed")
    trace(agenda, connection, "placement.propose", wait_id, ("doctor",), actor)
    return wait_id, _said(connection, wait_id, placement_id, doctor_id, PlacementState.PROPOSED)


def _step(
    agenda: Agenda, call: Call, placement_id: UUID, name: str, write: Callable[..., Any], actor: str
) -> Placed:
    """One change of state of a placement, once, with its named refusal."""
    with agenda.database.read() as connection:
        found = placement_row(agenda, connection, placement_id)

    def work(connection: sa.Connection) -> tuple[UUID, Placed]:
        open_wait(agenda, connection, found.wait)
        lock_doctors(connection, [found.doctor])
        state = write(connection, placement_id, found.doctor)
        trace(agenda, connection, f"placement.{name}", found.wait, ("state",), actor)
        return found.wait, _said(connection, found.wait, placement_id, found.doctor, state)

    try:
        placed = run_once(agenda, call, Placed, work)
    except DeniedError as denied:
        return refuse(agenda, call, found.wait, denied, Placed)
    log.info("placement changed", placement=str(placement_id), state=placed.state.value)
    return placed


def _take_place(
    agenda: Agenda, connection: sa.Connection, placement_id: UUID, doctor_id: UUID
) -> PlacementState:
    placement, place = tables.placement, tables.offer_place
    other = placement.alias("other")
    free = (
        sa.select(sa.func.min(place.c.number))
        .where(
            place.c.doctor == doctor_id,
            ~sa.exists().where(other.c.doctor == doctor_id, other.c.place == place.c.number),
        )
        .scalar_subquery()
    )
    taken = connection.execute(
        placement.update()
        .where(
            placement.c.id == placement_id,
            placement.c.state == PlacementState.PROPOSED.value,
            free.is_not(None),
        )
        .values(state=PlacementState.ACCEPTED.value, place=free, accepted_at=agenda.clock())
    )
    if not taken.rowcount:
        state = _state(connection, placement_id)
        raise DeniedError("no_place_left" if state is PlacementState.PROPOSED else "not_proposed")
    return PlacementState.ACCEPTED


def _end_refused(
    agenda: Agenda,
    reason: RefusalReason,
    connection: sa.Connection,
    placement_id: UUID,
    doctor_id: UUID,
) -> PlacementState:
    placement = tables.placement
    ended = connection.execute(
        placement.update()
        .where(
            placement.c.id == placement_id,
            placement.c.state.in_([state.value for state in LIVE_PLACEMENTS]),
        )
        .values(
            state=PlacementState.REFUSED.value,
            wait_state=None,
            place=None,
            reason=reason.value,
            ended_at=agenda.clock(),
        )
    )
    if not ended.rowcount:
        raise DeniedError("already_ended")
    return PlacementState.REFUSED


def _sign(
    agenda: Agenda, connection: sa.Connection, placement_id: UUID, doctor_id: UUID
) -> PlacementState:
    placement = tables.placement
    signed = connection.execute(
        placement.update()
        .where(
            placement.c.id == placement_id,
            placement.c.state == PlacementState.ACCEPTED.value,
        )
        .values(
            state=PlacementState.DECLARED.value,
            wait_state=None,
            declared_at=agenda.clock(),
        )
    )
    if not signed.rowcount:
        raise DeniedError("not_accepted")
    return PlacementState.DECLARED


def _state(connection: sa.Connection, placement_id: UUID) -> PlacementState:
    placement = tables.placement
    return PlacementState(
        connection.execute(
            sa.select(placement.c.state).where(placement.c.id == placement_id)
        ).scalar_one()
    )


def _said(
    connection: sa.Connection,
    wait_id: UUID,
    placement_id: UUID,
    doctor_id: UUID,
    state: PlacementState,
) -> Placed:
    append_change(connection, base.change_log, "wait", str(wait_id))
    return Placed(id=placement_id, wait_id=wait_id, doctor_id=doctor_id, state=state)
