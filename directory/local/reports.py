"""« Numéro faux ? »: what readers report, under an address of their own, until it is answered."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.database import Database, store_now
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.bulk import is_one_of
from directory.communes import Communes
from directory.entries import entry_of, published_among
from directory.local.acts import CHANGED
from directory.local.signing import Signed, checked_text
from directory.model import Confidentiality
from directory.phones import parse_phone
from directory.projection import project
from directory.resource import Resource
from directory.tables import base, entity, number_report
from directory.tracing import trace_change

LONGEST_COMMENT = 500
OPEN, ACCEPTED, REJECTED = "open", "accepted", "rejected"
MOST_OPEN = 20
"""Reports of one entry that may wait at once: more say nothing new and would bury the others."""


@dataclass(frozen=True)
class Report:
    """One report; `answer` is what whoever looked at it said, `answered_by` who.

    Once its entry is no longer published, neither number nor comment is told.
    """

    token: str
    entity: UUID
    number: str
    comment: str
    state: str
    created_at: datetime
    answered_at: datetime | None
    answered_by: str | None
    answer: str | None


def report_number(
    database: Database, communes: Communes, ref: str, number: str, comment: str = ""
) -> str:
    """Say that a number of an entry is wrong; returns the report's own address part.

    Raises NotFoundError or GoneError for the entry, InputRefusedError for a number that it does not
    show or a comment too long, ConflictError when too many wait already.
    """
    said = checked_text(comment, "comment", "Le commentaire", LONGEST_COMMENT, required=False)
    wanted = parse_phone(number) or number.strip()
    token = secrets.token_urlsafe(12)
    with database.write() as connection:
        subject = entry_of(connection, ref)
        if wanted not in _shown(project(subject, communes)):
            raise InputRefusedError("Ce numéro n'est pas sur cette fiche.", field="number")
        if sum(subject.reported.values()) >= MOST_OPEN:
            raise ConflictError("Cette fiche a déjà assez de signalements en attente ; merci.")
        connection.execute(
            number_report.insert().values(
                token=token,
                entity=subject.identity.id,
                number=wanted,
                comment=said,
                state=OPEN,
                created_at=store_now(),
            )
        )
        _log(connection, subject.identity.uuid)
    return token


def _shown(entry: Resource) -> set[str]:
    """The numbers that anybody may read on an entry."""
    public = (one for one in entry.phones if one.confidentiality is Confidentiality.PUBLIC)
    single = entry.referral.single_number if entry.referral else ""
    return {*(one.e164 or one.value for one in public), parse_phone(single) or single} - {""}


def find_report(database: Database, token: str) -> Report:
    """One report by its own address; NotFoundError."""
    with database.read() as connection:
        found = _read(connection, _reports().where(number_report.c.token == token))
    if not found:
        raise NotFoundError("Aucun signalement n'est à cette adresse.")
    return found[0]


def count_waiting(database: Database) -> int:
    """How many reports nobody has answered yet."""
    wanted = sa.select(sa.func.count()).where(number_report.c.state == OPEN)
    with database.read() as connection:
        return int(connection.execute(wanted).scalar_one())


def latest_reports(database: Database, limit: int = 100) -> Sequence[Report]:
    """Those that wait first, the oldest on top; then the latest answered."""
    waiting = (number_report.c.state == OPEN).desc()
    oldest = sa.case((number_report.c.state == OPEN, number_report.c.id))
    wanted = _reports().order_by(waiting, oldest, number_report.c.id.desc()).limit(limit)
    with database.read() as connection:
        return _read(connection, wanted)


def _read(connection: sa.Connection, wanted: sa.Select[Any]) -> list[Report]:
    rows = connection.execute(wanted).all()
    public = published_among(connection, {row.id for row in rows})
    told = [(row.id in public, Report(*row[1:])) for row in rows]
    return [one if shown else replace(one, number="", comment="") for shown, one in told]


def answer_report(
    database: Database, token: str, *, accepted: bool, author: str, answer: str
) -> None:
    """Close a report: accepted once the number was corrected, or rejected with the reason.

    Raises NotFoundError, or ConflictError when somebody answered first.
    """
    find_report(database, token)
    state = ACCEPTED if accepted else REJECTED
    with database.write() as connection:
        if not _answer(connection, number_report.c.token == token, state, author, answer):
            raise ConflictError("Quelqu'un a déjà répondu à ce signalement.")


def settle_reports(database: Database, ref: str, number: str, by: Signed, *, accepted: bool) -> int:
    """Answer every report of a number that was just corrected (accepted) or checked (rejected)."""
    called = parse_phone(number) or number
    state = ACCEPTED if accepted else REJECTED
    with database.write() as connection:
        subject = entry_of(connection, ref)
        ids = {subject.identity.id, *(line.subject for line in subject.told)}
        its_own = sa.and_(
            is_one_of(connection, number_report.c.entity, ids), number_report.c.number == called
        )
        return _answer(connection, its_own, state, by.author, by.reason)


def _answer(
    connection: sa.Connection,
    which: sa.ColumnElement[bool],
    state: str,
    author: str,
    answer: str,
) -> int:
    """Close those that wait among `which`; returns how many did."""
    rows = connection.execute(
        number_report.update()
        .where(which, number_report.c.state == OPEN)
        .values(state=state, answered_at=store_now(), answered_by=author, answer=answer)
        .returning(number_report.c.entity)
    ).all()
    for one in {row.entity for row in rows}:
        uuid = sa.select(entity.c.uuid).where(entity.c.id == one)
        said = connection.execute(uuid).scalar_one()
        _log(connection, said)
        trace_change(connection, f"report.{state}", said, author, field="contacts", reason=answer)
    return len(rows)


def _reports() -> sa.Select[Any]:
    table = number_report
    return sa.select(
        entity.c.id,
        table.c.token,
        entity.c.uuid,
        table.c.number,
        table.c.comment,
        table.c.state,
        table.c.created_at,
        table.c.answered_at,
        table.c.answered_by,
        table.c.answer,
    ).join(entity, entity.c.id == table.c.entity)


def _log(connection: sa.Connection, uuid: UUID) -> None:
    append_change(connection, base.change_log, CHANGED, str(uuid), {"act": "report"})
