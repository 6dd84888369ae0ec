"""The audit trail as a whole: is it intact, what does it say, how long is it kept."""

from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.audit import GENESIS, SEALED, append_audit, seal_of
from directory.base.database import Database, store_now

KEEPER = "recours (conservation)"
"""Who acts when old lines are taken away."""


@dataclass(frozen=True)
class Trail:
    """The audit trail of one store: its name in French, where it is, its tables."""

    title: str
    database: Database
    table: sa.Table
    anchor: sa.Table


@dataclass(frozen=True)
class Verdict:
    """What was found of a trail.

    `broken` is the number of the first line whose seal does not follow, `missing` tells that a
    seal noted earlier is no longer there; `head` is the last seal, to be noted elsewhere.
    """

    title: str
    lines: int
    head: str
    broken: int | None = None
    broken_at: datetime | None = None
    missing: bool = False

    @property
    def intact(self) -> bool:
        """Whether every line is the one that was written, and none is lacking."""
        return self.broken is None and not self.missing


@dataclass(frozen=True)
class AuditLine:
    """One line, as the auditor reads it."""

    trail: str
    number: int
    at: datetime
    actor: str
    account: UUID | None
    action: str
    subject: str
    fields: tuple[str, ...]
    digests: int
    reason: str
    before: Any
    after: Any


@dataclass(frozen=True)
class AuditQuestion:
    """What the auditor looks for; an empty field asks nothing.

    Lines of no territory, such as the register's, are everybody's.
    """

    territory: str = ""
    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None


def verify_trail(trail: Trail, noted: str = "") -> Verdict:
    """Follow the chain from the last anchor; `noted` is a seal that must be found in it."""
    lines, found = 0, not noted
    with trail.database.read() as connection, closing(_rows(connection, trail.table)) as rows:
        seal = _anchor_seal(connection, trail)
        found = found or seal == noted
        for row in rows:
            if seal_of(seal, row._mapping) != row.seal:
                return Verdict(trail.title, lines, seal, row.id, row.at)
            seal, lines = row.seal, lines + 1
            found = found or seal == noted
    return Verdict(trail.title, lines, seal, missing=not found)


def prune_trail(trail: Trail, before: datetime) -> int:
    """Take lines older than `before` away behind an anchor; returns how many.

    The last line always stays: the chain goes on from it. A line younger than six months stays
    whatever is asked: the store itself refuses (`audit_schema`).
    """
    table = trail.table
    with trail.database.write() as connection:
        first_kept = connection.execute(
            sa.select(sa.func.min(table.c.id)).where(table.c.at >= before)
        ).scalar()
        newest = connection.execute(sa.select(sa.func.max(table.c.id))).scalar()
        limit = first_kept or newest
        if limit is None:
            return 0
        last = connection.execute(
            sa.select(table.c.id, table.c.seal)
            .where(table.c.id < limit)
            .order_by(table.c.id.desc())
            .limit(1)
        ).first()
        if last is None:
            return 0
        counted = sa.select(sa.func.count()).where(table.c.id <= last.id)
        lines = int(connection.execute(counted).scalar_one())
        connection.execute(
            trail.anchor.insert().values(
                through=last.id, at=store_now(), lines=lines, seal=last.seal
            )
        )
        connection.execute(table.delete().where(table.c.id <= last.id))
        append_audit(
            connection,
            table,
            territory="",
            actor=KEEPER,
            action="audit.prune",
            subject=trail.title,
            after={"lines": lines, "through": last.id, "seal": last.seal},
        )
    return lines


def search_trails(
    trails: Sequence[Trail], asked: AuditQuestion, limit: int = 100, offset: int = 0
) -> list[AuditLine]:
    """Lines that match, newest first, from every trail."""
    wanted = offset + limit
    found = [line for trail in trails for line in _search(trail, asked, wanted)]
    found.sort(key=lambda line: (line.at, line.number), reverse=True)
    return found[offset:wanted]


def _search(trail: Trail, asked: AuditQuestion, limit: int) -> list[AuditLine]:
    columns = trail.table.c
    which: list[sa.ColumnElement[bool]] = []
    for told, column in ((asked.actor, columns.actor), (asked.subject, columns.subject)):
        if told:
            which.append(column.icontains(told, autoescape=True))
    if asked.territory:
        which.append(columns.territory.in_(("", asked.territory)))
    if asked.action:
        which.append(columns.action.startswith(asked.action, autoescape=True))
    if asked.since:
        which.append(columns.at >= asked.since)
    if asked.until:
        which.append(columns.at < asked.until)
    query = sa.select(trail.table).where(*which).order_by(columns.id.desc()).limit(limit)
    with trail.database.read() as connection:
        return [_line(trail, row) for row in connection.execute(query)]


def _line(trail: Trail, row: Any) -> AuditLine:
    return AuditLine(
        trail=trail.title,
        number=row.id,
        at=row.at,
        actor=row.actor,
        account=row.account,
        action=row.action,
        subject=row.subject,
        fields=tuple(row.fields),
        digests=len(row.digests),
        reason=row.reason,
        before=row.before,
        after=row.after,
    )


def _anchor_seal(connection: sa.Connection, trail: Trail) -> str:
    newest = sa.select(trail.anchor.c.seal).order_by(trail.anchor.c.through.desc()).limit(1)
    return connection.execute(newest).scalar() or GENESIS


def _rows(connection: sa.Connection, table: sa.Table) -> Generator[Any, None, None]:
    columns = [table.c[name] for name in SEALED]
    query = sa.select(*columns, table.c.seal).order_by(table.c.id)
    with connection.execution_options(yield_per=1000).execute(query) as rows:
        yield from rows
