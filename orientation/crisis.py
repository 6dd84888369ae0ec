"""Crisis mode: what the coordinator changes for everybody, until a date and no longer.

It changes what screens say, which numbers come first, which slots are kept back and in which order
proposals are compared. It never changes the red flags nor the 15. Slots kept back are for requests
that the SAS regulated. Source: the crisis mission of every CPTS (ACI, avenant 2, 2021).
"""

import hashlib
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.errors import ConflictError, InputRefusedError
from directory.base.logs import get_logger
from directory.base.prepared import Prepared
from directory.model import Value
from directory.territory import Criterion, Policy, UsefulNumber
from orientation import tables
from orientation.model import Mode
from orientation.privacy import trace
from orientation.store import Agenda, new_id

log = get_logger(__name__)

CRITERIA: tuple[Criterion, ...] = get_args(Criterion)
MOST_KEPT = 90
"""Percent of the slots that may be kept back: something is always left for everybody."""


class CrisisNumber(Value, frozen=True, kw_only=True):
    """A number shown before all others but the 15."""

    label: str
    number: str


class CrisisPlan(Value, frozen=True, kw_only=True):
    """What the coordinator decides. `kept_share` is a percentage of slots, `kept_modes` whole
    modes; `order` replaces the territory's order of criteria, empty keeps it."""

    title: str
    banner: str
    until: datetime
    numbers: tuple[CrisisNumber, ...] = ()
    kept_share: int = 0
    kept_modes: tuple[Mode, ...] = ()
    order: tuple[Criterion, ...] = ()


class Crisis(CrisisPlan, frozen=True, kw_only=True):
    """A crisis mode in force, with who started it and when."""

    id: UUID
    starts: datetime
    author: str

    def keeps(self, doctor: UUID, mode: Mode, start: int) -> bool:
        """Whether a doctor's slot is kept back: its mode is, or its fixed draw falls in the share.

        `start` is in milliseconds since 1970.
        """
        if mode in self.kept_modes or not self.kept_share:
            return mode in self.kept_modes
        told = doctor.bytes + start.to_bytes(8, "big")
        return (
            int.from_bytes(hashlib.blake2b(told, digest_size=4).digest(), "big") % 100
            < self.kept_share
        )

    def useful_numbers(self) -> tuple[UsefulNumber, ...]:
        """Its numbers as the screens show them."""
        return tuple(UsefulNumber(label=one.label, number=one.number) for one in self.numbers)


def start_crisis(agenda: Agenda, plan: CrisisPlan, author: str) -> Crisis:
    """Put a plan in force now; InputRefusedError names the field, ConflictError if one runs."""
    _check(agenda, plan, author)
    now, table = agenda.clock(), tables.crisis
    crisis = Crisis(id=new_id(), starts=now, author=author.strip(), **msgspec.structs.asdict(plan))
    values = msgspec.structs.asdict(crisis) | {
        "territory": agenda.territory.slug,
        "numbers": msgspec.to_builtins(plan.numbers),
        "kept_modes": [mode.value for mode in plan.kept_modes],
        "order": list(plan.order),
    }
    try:
        with agenda.database.write() as connection:
            ended = sa.and_(table.c.territory == agenda.territory.slug, table.c.until <= now)
            connection.execute(
                table.update()
                .where(ended, table.c.ended_at.is_(None))
                .values(ended_at=table.c.until, ended_by="")
            )
            connection.execute(table.insert().values(**_columns(values)))
            _say(agenda, connection, crisis.id, "crisis.start", tuple(values), author)
    except sa.exc.IntegrityError as exc:
        raise ConflictError(
            "Un mode de crise est déjà en vigueur : arrêtez-le avant d'en ouvrir un autre.",
            reason="crisis_running",
        ) from exc
    log.info("crisis mode started", until=plan.until.isoformat())
    return crisis


def stop_crisis(agenda: Agenda, author: str) -> None:
    """End the crisis mode before its date; ConflictError when none is in force."""
    _require_author(author)
    now = agenda.clock()
    with agenda.database.write() as connection:
        crisis = read_crisis(agenda, connection)
        if crisis is None:
            raise ConflictError("Aucun mode de crise n'est en vigueur.", reason="no_crisis")
        connection.execute(
            tables.crisis.update()
            .where(tables.crisis.c.id == crisis.id)
            .values(ended_at=now, ended_by=author.strip())
        )
        _say(agenda, connection, crisis.id, "crisis.stop", ("ended_at",), author)
    log.info("crisis mode stopped")


def read_crisis(agenda: Agenda, connection: sa.Connection) -> Crisis | None:
    """The crisis mode in force now; none once its date has come, with nobody to end it."""
    row = _READ_CRISIS.first(connection, territory=agenda.territory.slug, now=agenda.clock())
    if row is None:
        return None
    told = {name: getattr(row, column) for name, column in _COLUMN_OF.items()}
    return msgspec.convert(told, Crisis)


def current_crisis(agenda: Agenda) -> Crisis | None:
    """`read_crisis` for screens: a store that does not answer never hides the rest of them."""
    try:
        with agenda.database.read() as connection:
            return read_crisis(agenda, connection)
    except sa.exc.SQLAlchemyError as error:
        log.error("crisis mode unreadable", error=type(error).__name__)
        return None


def policy_in(crisis: Crisis | None, policy: Policy) -> Policy:
    """The territory's policy with the crisis's order of criteria, if it has one."""
    order = crisis.order if crisis else ()
    return policy.model_copy(update={"order": order}) if order else policy


_COLUMN_OF = {
    **{name: name for name in Crisis.__struct_fields__ if name != "order"},
    "order": "criteria",
}


def _read_crisis(_: str) -> sa.Select[Any]:
    return sa.select(tables.crisis).where(is_running())


def is_running() -> sa.ColumnElement[bool]:
    """In a `Prepared` over `crisis`: in force in a `territory`, at the instant `now`."""
    table = tables.crisis
    now = sa.bindparam("now", type_=table.c.starts.type)
    return sa.and_(
        table.c.territory == sa.bindparam("territory"),
        table.c.ended_at.is_(None),
        table.c.starts <= now,
        table.c.until > now,
    )


_READ_CRISIS = Prepared(_read_crisis)


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    return {_COLUMN_OF.get(name, name): value for name, value in values.items()}


def _check(agenda: Agenda, plan: CrisisPlan, author: str) -> None:
    _require_author(author)
    for field, said in (("title", "le titre"), ("banner", "le texte du bandeau")):
        if not getattr(plan, field).strip():
            raise InputRefusedError(f"Donnez {said} du mode de crise.", field=field)
    if plan.until <= agenda.clock():
        raise InputRefusedError("La fin du mode de crise doit être à venir.", field="until")
    if not 0 <= plan.kept_share <= MOST_KEPT:
        raise InputRefusedError(
            f"La part de créneaux gardés va de 0 à {MOST_KEPT} %.", field="kept_share"
        )
    if len(set(plan.kept_modes)) == len(Mode):
        raise InputRefusedError(
            "Tous les modes seraient gardés : laissez-en un à tout le monde.", field="kept_modes"
        )
    unknown = [one for one in plan.order if one not in CRITERIA]
    if unknown or len(set(plan.order)) != len(plan.order):
        raise InputRefusedError(
            f"Ordre des critères : chacun une fois, parmi {', '.join(CRITERIA)}.", field="order"
        )


def _require_author(author: str) -> None:
    if not author.strip():
        raise InputRefusedError("Dites qui décide : nom et fonction.", field="author")


def _say(
    agenda: Agenda,
    connection: sa.Connection,
    crisis_id: UUID,
    action: str,
    fields: tuple[str, ...],
    author: str,
) -> None:
    trace(agenda, connection, action, crisis_id, fields, author.strip())
    append_change(connection, tables.base.change_log, "crisis", str(crisis_id))
