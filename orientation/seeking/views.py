"""What handlers look at: a person's sheet, the list in calling order, who a doctor may take."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.errors import NotFoundError
from directory.territory import Group
from orientation.model import Doctor
from orientation.privacy import trace
from orientation.seeking import tables
from orientation.seeking.model import (
    LIVE_PLACEMENTS,
    CloseReason,
    Matches,
    PlacementState,
    RankedWait,
    RefusalReason,
    Wait,
    WaitState,
)
from orientation.seeking.offers import read_offers
from orientation.seeking.placements import declined_doctors
from orientation.seeking.ranking import group_of, match, next_waits, wait_key
from orientation.seeking.records import PlacementView, WaitsPage, WaitView
from orientation.seeking.waits import due_since, today_of, unsealed, wait_of, wait_row
from orientation.store import Agenda
from orientation.team import read_doctors

PERSONAL_FIELDS = ("family", "given", "phone", "birth_date", "address", "situation", "wishes")
"""What a handler reads in clear when a sheet is opened."""

PAGE_SIZE = 30


def read_wait(agenda: Agenda, wait_id: UUID, actor: str) -> WaitView:
    """A person's sheet in clear; the reading is audited."""
    with agenda.database.write() as connection:
        row = wait_row(agenda, connection, wait_id)
        (view,) = view_waits(agenda, connection, [row])
        trace(agenda, connection, "wait.read", wait_id, PERSONAL_FIELDS, actor)
    return view


def read_matches(agenda: Agenda, wait_id: UUID) -> Matches:
    """Doctors to propose to a person who waits, best first, with reasons."""
    with agenda.database.read() as connection:
        row = wait_row(agenda, connection, wait_id)
        wait = wait_of(agenda, row, declined_doctors(connection, wait_id))
        offers = list(read_offers(agenda, connection).values())
    return match(wait, offers, agenda.territory.seeking, today_of(agenda))


def read_called(agenda: Agenda, doctor_id: UUID, limit: int) -> tuple[RankedWait, ...]:
    """People without any proposal whom a doctor could take, in calling order; no name in it."""
    wait, placement = tables.wait, tables.placement
    with agenda.database.read() as connection:
        offer = read_offers(agenda, connection).get(doctor_id)
        if offer is None:
            return ()
        has_live = sa.exists().where(placement.c.wait == wait.c.id, is_live())
        rows = connection.execute(sa.select(wait).where(*_is_open(agenda), ~has_live)).all()
        refused = connection.execute(
            sa.select(placement.c.wait).where(
                placement.c.doctor == doctor_id,
                placement.c.state == PlacementState.REFUSED.value,
                placement.c.reason != RefusalReason.ERROR.value,
            )
        ).scalars()
        no_more = set(refused)
    waits = [wait_of(agenda, row, (doctor_id,) if row.id in no_more else ()) for row in rows]
    return next_waits(offer, waits, agenda.territory.seeking, today_of(agenda))[:limit]


def list_waits(
    agenda: Agenda, group: Group | None, *, to_confirm: bool, page: int, actor: str
) -> WaitsPage:
    """A page of who waits, by group then date, names in clear; each one shown is audited."""
    policy, today = agenda.territory.seeking, today_of(agenda)
    wait = tables.wait
    query = sa.select(wait).where(*_is_open(agenda))
    if to_confirm:
        query = query.where(wait.c.confirmed_at <= due_since(agenda))
    with agenda.database.write() as connection:
        found = [(wait_of(agenda, row), row) for row in connection.execute(query)]
        kept = [one for one in found if group in (None, group_of(one[0], policy, today))]
        kept.sort(key=lambda one: wait_key(one[0], policy, today))
        pages = max(1, -(-len(kept) // PAGE_SIZE))
        if page > pages:
            raise NotFoundError(f"La liste n'a que {pages} page(s) : revenez à la première.")
        shown = [row for _, row in kept[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
        views = view_waits(agenda, connection, shown)
        for view in views:
            trace(agenda, connection, "wait.list", view.id, PERSONAL_FIELDS, actor)
    return WaitsPage(waits=views, total=len(kept), page=page, pages=pages)


def read_open_waits(agenda: Agenda, connection: sa.Connection) -> list[Wait]:
    """Everybody on the list, without name nor number, for counts."""
    rows = connection.execute(sa.select(tables.wait).where(*_is_open(agenda)))
    return [wait_of(agenda, row) for row in rows]


def is_live() -> sa.ColumnElement[bool]:
    """A placement that keeps its person from being proposed elsewhere."""
    return tables.placement.c.state.in_([state.value for state in LIVE_PLACEMENTS])


def _is_open(agenda: Agenda) -> tuple[sa.ColumnElement[bool], ...]:
    wait = tables.wait
    return wait.c.territory == agenda.territory.slug, wait.c.state == WaitState.OPEN.value


def view_waits(
    agenda: Agenda, connection: sa.Connection, rows: Sequence[Any]
) -> tuple[WaitView, ...]:
    """Stored waits in clear; the caller writes the audit."""
    placements = _placements(agenda, connection, [row.id for row in rows])
    return tuple(_view(agenda, row, placements.get(row.id, [])) for row in rows)


def _view(agenda: Agenda, row: Any, placements: Sequence[PlacementView]) -> WaitView:
    wait, identity, group = None, None, row.closed_group
    if row.wrapped_key:
        wait, identity = wait_of(agenda, row), unsealed(agenda, row).identity
        group = group or group_of(wait, agenda.territory.seeking, today_of(agenda))
    is_open = row.state == WaitState.OPEN.value
    return WaitView(
        id=row.id,
        state=WaitState(row.state),
        created_at=row.created_at,
        commune=row.commune,
        consent_version=row.consent_version,
        consent_text=row.consent_text,
        consent_at=row.consent_at,
        confirmed_at=row.confirmed_at,
        reminders=row.reminders,
        to_confirm=is_open and row.confirmed_at <= due_since(agenda),
        identity=identity,
        wait=wait,
        group=group,
        reminded_at=row.reminded_at,
        closed_at=row.closed_at,
        close_reason=CloseReason(row.close_reason) if row.close_reason else None,
        live=next((one for one in placements if one.state in LIVE_PLACEMENTS), None),
        past=tuple(one for one in placements if one.state not in LIVE_PLACEMENTS),
    )


def _placements(
    agenda: Agenda, connection: sa.Connection, waits: Sequence[UUID]
) -> dict[UUID, list[PlacementView]]:
    placement = tables.placement
    doctors = read_doctors(agenda, connection)
    rows = connection.execute(
        sa.select(placement)
        .where(placement.c.wait.in_(waits))
        .order_by(placement.c.proposed_at.desc(), placement.c.id.desc())
    )
    found: dict[UUID, list[PlacementView]] = {}
    for row in rows:
        found.setdefault(row.wait, []).append(_placement(row, doctors[row.doctor]))
    return found


def _placement(row: Any, doctor: Doctor) -> PlacementView:
    return PlacementView(
        id=row.id,
        doctor=doctor,
        state=PlacementState(row.state),
        proposed_at=row.proposed_at,
        accepted_at=row.accepted_at,
        declared_at=row.declared_at,
        ended_at=row.ended_at,
        reason=RefusalReason(row.reason) if row.reason else None,
    )
