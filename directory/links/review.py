"""What waits for a person: two records side by side, the answer given, and how to take it back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from directory.base.change_log import append_change
from directory.base.database import Database, store_now
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.links.plan import Plan, plan_links, relink
from directory.links.turn import linking_turn
from directory.local.signing import LONGEST_REASON, checked_author, checked_text
from directory.matching import Outcome
from directory.tables import base, entity, link, match_judgement, match_pair
from directory.tracing import trace_change

LINKED = "entries.linked"
"""Topic of the change log: entries were joined or parted, the index is to follow."""


@dataclass(frozen=True)
class Question:
    """Two entities that may be one; `held` says why, where the rules alone agreed."""

    left: UUID
    right: UUID
    score: int
    reasons: tuple[str, ...]
    held: str


@dataclass(frozen=True)
class Judgement:
    """What somebody said of two entities; withdrawn ones stay, with who took them back."""

    id: int
    left: UUID
    right: UUID
    outcome: Outcome
    author: str
    reason: str
    created_at: datetime
    withdrawn_at: datetime | None
    withdrawn_by: str | None


@dataclass(frozen=True)
class Member:
    """An entity joined into another, by the rules (`reasons`) or by a person's judgement."""

    uuid: UUID
    reasons: tuple[str, ...]
    judgement: Judgement | None


def questions(database: Database, limit: int = 50, offset: int = 0) -> list[Question]:
    """Pairs that wait for a person, the likeliest first."""
    left, right = entity.alias("l"), entity.alias("r")
    wanted = (
        sa.select(match_pair, left.c.uuid.label("left_uuid"), right.c.uuid.label("right_uuid"))
        .join(left, left.c.id == match_pair.c.left)
        .join(right, right.c.id == match_pair.c.right)
        .where(match_pair.c.effect == "ask")
        .order_by(match_pair.c.score.desc(), match_pair.c.left, match_pair.c.right)
    )
    with database.read() as connection:
        rows = connection.execute(wanted.limit(limit).offset(offset)).all()
    return [
        Question(row.left_uuid, row.right_uuid, row.score, tuple(row.reasons), row.held)
        for row in rows
    ]


def count_questions(database: Database) -> int:
    """How many pairs wait for a person."""
    wanted = sa.select(sa.func.count()).where(match_pair.c.effect == "ask")
    with database.read() as connection:
        return int(connection.execute(wanted).scalar_one())


def judge(
    database: Database, left: UUID, right: UUID, outcome: Outcome, *, author: str, reason: str = ""
) -> int:
    """Say that two entities are one, or are not; links follow at once. Returns its number.

    Raises InputRefusedError without an author or for anything but same and different,
    NotFoundError for an unknown entity, ConflictError when somebody judged this pair already.
    """
    said_by = checked_author(author)
    why = checked_text(reason, "reason", "Le motif", LONGEST_REASON, required=False)
    if outcome is Outcome.ASK or left == right:
        raise InputRefusedError("Une réponse est attendue : même fiche, ou fiches différentes.")
    with linking_turn(database):
        with database.write() as connection:
            number = _insert(connection, _ids(connection, left, right), outcome, said_by, why)
            told = {"judgement": number, "other": str(right), "outcome": str(outcome)}
            trace_change(connection, "link.judge", left, said_by, reason=why, after=told)
        _follow(database)
    return number


def withdraw(database: Database, judgement_id: int, *, author: str) -> None:
    """Take a judgement back: the rules decide that pair again.

    Raises NotFoundError when there is none in force by that number.
    """
    said_by = checked_author(author)
    table = match_judgement
    with linking_turn(database):
        with database.write() as connection:
            done = connection.execute(
                table.update()
                .where(table.c.id == judgement_id, table.c.withdrawn_at.is_(None))
                .values(withdrawn_at=store_now(), withdrawn_by=said_by)
            )
            if not done.rowcount:
                raise NotFoundError(f"Aucune décision en vigueur ne porte le n° {judgement_id}.")
            trace_change(connection, "link.withdraw", judgement_id, said_by)
        _follow(database)


def relink_all(database: Database) -> Plan:
    """Compare everything anew, after the rules have changed; returns what was written."""
    with linking_turn(database):
        with database.read() as connection:
            plan = plan_links(connection)
        _write(database, plan)
    return plan


def judgements(database: Database, limit: int = 50) -> list[Judgement]:
    """The latest judgements, newest first, withdrawn ones included."""
    with database.read() as connection:
        rows = connection.execute(
            _judgements().order_by(match_judgement.c.id.desc()).limit(limit)
        ).all()
    return [_judgement(row) for row in rows]


def members(database: Database, standing: UUID) -> list[Member]:
    """The entities joined into one, with why: what its page shows and lets part."""
    with database.read() as connection:
        own = connection.execute(sa.select(entity.c.id).where(entity.c.uuid == standing)).scalar()
        rows = connection.execute(
            sa.select(entity.c.id, entity.c.uuid)
            .join(link, link.c.entity == entity.c.id)
            .where(link.c.into == own, link.c.nature == "same")
            .order_by(entity.c.id)
        ).all()
        group = [own, *(row.id for row in rows)]
        return [_member(connection, row, group) for row in rows]


def _member(connection: sa.Connection, row: Any, group: Sequence[int]) -> Member:
    """Why a member is there: a person's word, else its best pair inside the group."""
    of_it, others = match_judgement.c, [one for one in group if one != row.id]
    said = connection.execute(
        _judgements()
        .where(
            of_it.withdrawn_at.is_(None),
            of_it.outcome == str(Outcome.SAME),
            _between(match_judgement, row.id, others),
        )
        .limit(1)
    ).first()
    pair = connection.execute(
        sa.select(match_pair.c.reasons)
        .where(match_pair.c.effect == "same", _between(match_pair, row.id, others))
        .order_by(match_pair.c.score.desc())
        .limit(1)
    ).scalar()
    return Member(row.uuid, tuple(pair or ()), _judgement(said) if said else None)


def _between(table: sa.Table, one: int, others: Sequence[int]) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(table.c.left == one, table.c.right.in_(others)),
        sa.and_(table.c.right == one, table.c.left.in_(others)),
    )


def _judgements() -> sa.Select[Any]:
    left, right = entity.alias("l"), entity.alias("r")
    return (
        sa.select(match_judgement, left.c.uuid.label("left_uuid"), right.c.uuid.label("right_uuid"))
        .join(left, left.c.id == match_judgement.c.left)
        .join(right, right.c.id == match_judgement.c.right)
    )


def _judgement(row: Any) -> Judgement:
    return Judgement(
        id=row.id,
        left=row.left_uuid,
        right=row.right_uuid,
        outcome=Outcome(row.outcome),
        author=row.author,
        reason=row.reason,
        created_at=row.created_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
    )


def _ids(connection: sa.Connection, left: UUID, right: UUID) -> tuple[int, int]:
    rows = connection.execute(
        sa.select(entity.c.id, entity.c.kind).where(entity.c.uuid.in_((left, right)))
    ).all()
    if len(rows) != 2:
        raise NotFoundError("Une de ces deux fiches n'existe pas.")
    if rows[0].kind != rows[1].kind:
        raise InputRefusedError("Une personne et un établissement ne sont jamais une même fiche.")
    low, high = sorted(row.id for row in rows)
    return low, high


def _insert(
    connection: sa.Connection, pair: tuple[int, int], outcome: Outcome, author: str, reason: str
) -> int:
    try:
        result = connection.execute(
            match_judgement.insert()
            .values(
                left=pair[0],
                right=pair[1],
                outcome=str(outcome),
                author=author,
                reason=reason,
                created_at=store_now(),
            )
            .returning(match_judgement.c.id)
        )
    except IntegrityError as exc:
        raise ConflictError(
            "Quelqu'un a déjà répondu pour ces deux fiches ; rechargez la page."
        ) from exc
    return int(result.scalar_one())


def _follow(database: Database) -> None:
    with database.read() as connection:
        plan = relink(connection)
    _write(database, plan)


def _write(database: Database, plan: Plan) -> None:
    with database.write() as connection:
        plan.write(connection)
        append_change(connection, base.change_log, LINKED, "", {"asked": plan.asked})
