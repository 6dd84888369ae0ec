"""People who wait for a médecin traitant: put on the list, read, confirmed each year, closed."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from dateutil.relativedelta import relativedelta

from directory.base.change_log import append_change
from directory.base.database import insert_ignoring
from directory.base.errors import ConflictError
from directory.base.logs import get_logger
from orientation.calendar import local_day
from orientation.idempotency import Call, run_once
from orientation.privacy import data_key, field_digests, seal, trace, unseal
from orientation.seeking import tables
from orientation.seeking.consent import consent_text
from orientation.seeking.enrolment import check_new, person_digests
from orientation.seeking.model import CloseReason, PlacementState, Wait, WaitState
from orientation.seeking.ranking import group_of
from orientation.seeking.records import Closed, Enrolled, NewWait, SealedWait
from orientation.seeking.refusals import WAITS, DeniedError, refuse
from orientation.store import Agenda, missing, new_id
from orientation.tables import base

log = get_logger(__name__)


def enrol(agenda: Agenda, new: NewWait, key: str | None, actor: str) -> Enrolled:
    """Put somebody on the list, with the consent they gave to the text read out.

    Raises InputRefusedError naming the field, ConflictError `already_waiting` with `wait_id`.
    """
    checked = check_new(agenda, new)
    call = Call("wait.enrol", key, (new,), WAITS)
    try:
        enrolled = run_once(
            agenda, call, Enrolled, lambda connection: _insert(agenda, connection, checked, actor)
        )
    except DeniedError as denied:
        return refuse(agenda, call, UUID(denied.extra["wait_id"]), denied, Enrolled)
    log.info("wait opened", wait=str(enrolled.id))
    return enrolled


def close(
    agenda: Agenda, wait_id: UUID, reason: CloseReason, key: str | None, actor: str
) -> Closed:
    """Take somebody off the list; what was proposed or accepted is withdrawn, its place free.

    `placed` needs a signed declaration, and a signed declaration needs `placed`.
    """
    call = Call("wait.close", key, (wait_id, reason), WAITS)

    def work(connection: sa.Connection) -> tuple[UUID, Closed]:
        return wait_id, close_in(agenda, connection, wait_id, reason, actor)

    try:
        closed = run_once(agenda, call, Closed, work)
    except DeniedError as denied:
        return refuse(agenda, call, wait_id, denied, Closed)
    log.info("wait closed", wait=str(wait_id), reason=reason.value)
    return closed


def close_in(
    agenda: Agenda, connection: sa.Connection, wait_id: UUID, reason: CloseReason, actor: str
) -> Closed:
    """`close`, inside the caller's transaction; raises DeniedError."""
    row = open_wait(agenda, connection, wait_id)
    wait, placement = tables.wait, tables.placement
    declared = connection.execute(
        sa.select(placement.c.id).where(
            placement.c.wait == wait_id, placement.c.state == PlacementState.DECLARED.value
        )
    ).first()
    if (reason is CloseReason.PLACED) is not (declared is not None):
        raise DeniedError("declared" if declared else "not_declared")
    connection.execute(
        placement.update()
        .where(
            placement.c.wait == wait_id,
            placement.c.state.in_([state.value for state in tables.PENDING_STATES]),
        )
        .values(
            state=PlacementState.WITHDRAWN.value,
            wait_state=None,
            place=None,
            ended_at=agenda.clock(),
        )
    )
    today = local_day(agenda.territory, agenda.clock())
    connection.execute(
        wait.update()
        .where(wait.c.id == wait_id, wait.c.state == WaitState.OPEN.value)
        .values(
            state=WaitState.CLOSED.value,
            closed_at=agenda.clock(),
            close_reason=reason.value,
            closed_group=group_of(wait_of(agenda, row), agenda.territory.seeking, today),
        )
    )
    trace(agenda, connection, "wait.close", wait_id, ("close_reason",), actor)
    append_change(connection, base.change_log, "wait", str(wait_id))
    return Closed(id=wait_id, reason=reason)


def confirm(agenda: Agenda, wait_id: UUID, actor: str) -> None:
    """The person still looks for a médecin traitant: another year, with the same rank."""
    _update_open(
        agenda,
        wait_id,
        "wait.confirm",
        actor,
        {"confirmed_at": agenda.clock(), "reminders": 0, "reminded_at": None},
    )


def remind(agenda: Agenda, wait_id: UUID, actor: str) -> bool:
    """A call about the yearly confirmation got no answer; counted once a day, when it is due."""
    wait = tables.wait
    clock = agenda.clock()
    midnight = clock.astimezone(agenda.territory.zone).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    return _update_open(
        agenda,
        wait_id,
        "wait.remind",
        actor,
        {"reminders": wait.c.reminders + 1, "reminded_at": clock},
        wait.c.confirmed_at <= due_since(agenda),
        sa.or_(wait.c.reminded_at.is_(None), wait.c.reminded_at < midnight),
    )


def due_since(agenda: Agenda) -> datetime:
    """Who confirmed before this instant is to be called about it."""
    return months_before(agenda, agenda.territory.seeking.reconfirm_months)


def months_before(agenda: Agenda, months: int) -> datetime:
    """The same hour of the day, some months ago."""
    return agenda.clock() - relativedelta(months=months)


def wait_row(
    agenda: Agenda, connection: sa.Connection, wait_id: UUID, *, lock: bool = False
) -> Any:
    """The stored wait, locked until the end of the transaction if asked; or NotFoundError."""
    wait = tables.wait
    query = sa.select(wait).where(wait.c.id == wait_id, wait.c.territory == agenda.territory.slug)
    row = connection.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise missing("Inscription")
    return row


def open_wait(agenda: Agenda, connection: sa.Connection, wait_id: UUID) -> Any:
    """The stored wait, locked; DeniedError `wait_closed` once it is closed."""
    row = wait_row(agenda, connection, wait_id, lock=True)
    if row.state != WaitState.OPEN.value:
        raise DeniedError("wait_closed")
    return row


def unsealed(agenda: Agenda, row: Any) -> SealedWait:
    """What a wait keeps under its key; ConflictError once the key was destroyed."""
    return unseal(data_key(agenda, row.wrapped_key), row.sealed, SealedWait)


def wait_of(agenda: Agenda, row: Any, declined: tuple[UUID, ...] = ()) -> Wait:
    """A stored wait as matching sees it, without name nor number."""
    kept = unsealed(agenda, row)
    commune = agenda.communes.get(row.commune)
    return Wait(
        id=row.id,
        since=row.created_at.astimezone(agenda.territory.zone),
        birth_date=kept.identity.birth_date,
        commune=row.commune,
        point=commune.point if commune else None,
        situation=kept.situation,
        wishes=kept.wishes,
        declined=declined,
    )


def today_of(agenda: Agenda) -> date:
    """The date on the wall of the territory."""
    return local_day(agenda.territory, agenda.clock())


def _insert(
    agenda: Agenda, connection: sa.Connection, new: NewWait, actor: str
) -> tuple[UUID, Enrolled]:
    wait, now = tables.wait, agenda.clock()
    key, wrapped = agenda.keys.new_data_key()
    person, *former = person_digests(agenda, new.identity)
    if former and (known := _waiting(agenda, connection, former)):
        raise DeniedError("already_waiting", wait_id=str(known))
    kept = SealedWait(identity=new.identity, situation=new.situation, wishes=new.wishes)
    consent = consent_text(agenda.territory.seeking)
    insert = insert_ignoring(connection, wait).values(
        id=new_id(),
        territory=agenda.territory.slug,
        state=WaitState.OPEN.value,
        created_at=now,
        commune=new.commune,
        person=person,
        wrapped_key=wrapped,
        sealed=seal(key, kept),
        consent_version=consent.version,
        consent_text=consent.text,
        consent_at=now,
        confirmed_at=now,
        reminders=0,
    )
    wait_id = connection.execute(insert.returning(wait.c.id)).scalar()
    if wait_id is None:
        known = _waiting(agenda, connection, [person])
        raise DeniedError("already_waiting", wait_id=str(known))
    written = {
        name: getattr(new.identity, name)
        for name in ("family", "given", "phone", "birth_date", "address")
    }
    trace(agenda, connection, "wait.enrol", wait_id, field_digests(key, written), actor)
    append_change(connection, base.change_log, "wait", str(wait_id))
    return wait_id, Enrolled(id=wait_id)


def _waiting(agenda: Agenda, connection: sa.Connection, persons: list[str]) -> UUID | None:
    """The open wait of one of these hashes."""
    wait = tables.wait
    query = sa.select(wait.c.id).where(
        wait.c.territory == agenda.territory.slug,
        wait.c.person.in_(persons),
        wait.c.state == WaitState.OPEN.value,
    )
    return connection.execute(query).scalar()


def _update_open(
    agenda: Agenda,
    wait_id: UUID,
    action: str,
    actor: str,
    values: dict[str, Any],
    *conditions: sa.ColumnElement[bool],
) -> bool:
    """One conditional write on an open wait; False when a condition does not hold."""
    wait = tables.wait
    with agenda.database.write() as connection:
        try:
            open_wait(agenda, connection, wait_id)
        except DeniedError as denied:
            raise ConflictError(denied.detail, **denied.extra) from denied
        written = connection.execute(
            wait.update().where(wait.c.id == wait_id, *conditions).values(**values)
        )
        if written.rowcount:
            trace(agenda, connection, action, wait_id, tuple(values), actor)
            append_change(connection, base.change_log, "wait", str(wait_id))
    return bool(written.rowcount)
