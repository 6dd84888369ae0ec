"""What the coordinator announces: added, changed and removed by name; past ones leave by themselves.

Nothing here is about a patient. Days and hours are those of the territory's calendar and clocks.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import httpx
import msgspec
import sqlalchemy as sa

from directory.base.database import insert_ignoring
from directory.base.errors import ConflictError, InputRefusedError
from directory.base.jobs import Job
from directory.model import Value
from orientation.calendar import local_day
from orientation.event_tables import territory_event
from orientation.privacy import DEFAULT_ACTOR, trace
from orientation.store import Agenda, known_id, missing

LONGEST = {"title": 120, "place": 200, "audience": 200, "what": 1000, "url": 500, "contact": 200}
"""Characters."""

FARTHEST_DAYS = 2 * 366
LONGEST_DAYS = 31
MOST_COMING = 200
"""Beyond that, a page and a booklet are no longer read."""

KEPT_DAYS = 30
"""How long after its last day an event can still be found in the store."""

TIDY_SECONDS = 24 * 3600


class EventPlan(Value, frozen=True, kw_only=True):
    """What is announced. Without `opens` it lasts whole days; `closes` is on the last day."""

    title: str
    day: date
    last: date
    opens: time | None = None
    closes: time | None = None
    place: str = ""
    audience: str = ""
    what: str = ""
    url: str = ""
    contact: str = ""


class AnnouncedEvent(EventPlan, frozen=True, kw_only=True):
    """An event as the store has it; `revision` is that of whoever wants to change it."""

    id: UUID
    author: str
    revision: int
    changed_at: datetime


class Events:
    """The events of a territory; `actor` is who acts, for the audit trail."""

    def __init__(self, context: Agenda) -> None:
        self._agenda = context

    def coming(self) -> tuple[AnnouncedEvent, ...]:
        """Those whose last day is not over, the first to come first."""
        table = territory_event
        query = (
            sa.select(table)
            .where(table.c.territory == self._agenda.territory.slug, table.c.last >= self._today())
            .order_by(table.c.day, table.c.opens.is_not(None), table.c.opens, table.c.title)
        )
        with self._agenda.database.read() as connection:
            return tuple(_view(row) for row in connection.execute(query))

    def get(self, event_id: UUID | str) -> AnnouncedEvent:
        """One event; raises NotFoundError."""
        known = known_id(event_id, "Rendez-vous")
        with self._agenda.database.read() as connection:
            return _view(self._row(connection, known))

    def add(self, event_id: UUID | str, plan: EventPlan, actor: str = DEFAULT_ACTOR) -> None:
        """Announce; the same `event_id` sent twice is one event.

        Raises InputRefusedError naming the field, ConflictError when too many are announced.
        """
        known, agenda = known_id(event_id, "Rendez-vous"), self._agenda
        self._check(plan)
        values = self._values(plan, actor)
        with agenda.database.write() as connection:
            if self._is_full(connection):
                raise ConflictError(
                    f"{MOST_COMING} rendez-vous sont déjà annoncés : retirez-en d'abord.",
                    reason="too_many_events",
                )
            row = {"id": known, "territory": agenda.territory.slug, "revision": 1, **values}
            insert = insert_ignoring(connection, territory_event).returning(territory_event.c.id)
            if connection.execute(insert, row).first() is not None:
                trace(agenda, connection, "event.add", known, tuple(LONGEST), actor)

    def change(
        self, event_id: UUID | str, revision: int, plan: EventPlan, actor: str = DEFAULT_ACTOR
    ) -> None:
        """Say it anew; ConflictError if somebody else changed it since `revision`."""
        known, agenda = known_id(event_id, "Rendez-vous"), self._agenda
        with agenda.database.write() as connection:
            before = _view(self._row(connection, known))
            self._check(plan, before.day)
            changed = connection.execute(
                territory_event.update()
                .where(territory_event.c.id == known, territory_event.c.revision == revision)
                .values(revision=revision + 1, **self._values(plan, actor))
            )
            if not changed.rowcount:
                raise ConflictError(
                    "Ce rendez-vous a été changé par quelqu'un d'autre entre-temps : voici ce "
                    "qu'il dit à présent. Recommencez votre changement s'il le faut encore.",
                    reason="event_changed",
                )
            fields = [
                name
                for name, told in msgspec.structs.asdict(plan).items()
                if told != getattr(before, name)
            ]
            trace(agenda, connection, "event.change", known, tuple(fields), actor)

    def remove(self, event_id: UUID | str, actor: str = DEFAULT_ACTOR) -> None:
        """Take it back; one that is no longer there stays so."""
        known, agenda = known_id(event_id, "Rendez-vous"), self._agenda
        table = territory_event
        with agenda.database.write() as connection:
            gone = connection.execute(
                table.delete().where(
                    table.c.id == known, table.c.territory == agenda.territory.slug
                )
            )
            if gone.rowcount:
                trace(agenda, connection, "event.remove", known, (), actor)

    def forget_past(self) -> int:
        """Delete those over for more than `KEPT_DAYS`; returns how many."""
        table, limit = territory_event, self._today() - timedelta(days=KEPT_DAYS)
        with self._agenda.database.write() as connection:
            gone = connection.execute(
                table.delete().where(
                    table.c.territory == self._agenda.territory.slug, table.c.last < limit
                )
            )
        return gone.rowcount

    def jobs(self) -> list[Job]:
        """Background work of `recours serve`."""
        return [Job("agenda-events", TIDY_SECONDS, self.forget_past)]

    def _today(self) -> date:
        return local_day(self._agenda.territory, self._agenda.clock())

    def _row(self, connection: sa.Connection, event_id: UUID) -> Any:
        table = territory_event
        row = connection.execute(
            sa.select(table).where(
                table.c.id == event_id, table.c.territory == self._agenda.territory.slug
            )
        ).first()
        if row is None:
            raise missing("Rendez-vous")
        return row

    def _is_full(self, connection: sa.Connection) -> bool:
        table = territory_event
        of_here = table.c.territory == self._agenda.territory.slug
        query = sa.select(sa.func.count()).where(of_here, table.c.last >= self._today())
        return int(connection.execute(query).scalar_one()) >= MOST_COMING

    def _values(self, plan: EventPlan, actor: str) -> dict[str, Any]:
        told = msgspec.structs.asdict(plan)
        return {**told, "author": actor, "changed_at": self._agenda.clock()}

    def _check(self, plan: EventPlan, begun: date | None = None) -> None:
        """`begun` is the day it had: an event under way may keep it."""
        for field, wrong, detail in _faults(plan, self._today(), begun):
            if wrong:
                raise InputRefusedError(detail, field=field)


def _faults(plan: EventPlan, today: date, begun: date | None) -> Iterator[tuple[str, bool, str]]:
    yield "title", not plan.title, "Donnez un titre."
    for name, most in LONGEST.items():
        told: str = getattr(plan, name)
        yield name, len(told) > most, f"{most} caractères au plus."
        yield name, not told.replace("\n", "").isprintable(), "Un caractère ne peut pas être lu."
    yield "day", plan.day < today and plan.day != begun, "Ce jour est déjà passé."
    far = today + timedelta(days=FARTHEST_DAYS)
    yield "day", plan.day > far, "Ce jour est dans plus de deux ans : vérifiez l'année."
    yield "last", plan.last < plan.day, "Le dernier jour vient avant le premier."
    yield "last", plan.last < today, "Ce rendez-vous est déjà passé."
    days = (plan.last - plan.day).days
    yield "last", days >= LONGEST_DAYS, f"{LONGEST_DAYS} jours au plus : annoncez-en plusieurs."
    opens, closes = plan.opens, plan.closes
    yield "closes", closes is not None and opens is None, "Donnez aussi l'heure du début."
    ends_first = closes is not None and opens is not None and not days and closes <= opens
    yield "closes", ends_first, "La fin vient avant le début."
    web = not plan.url or _is_web_address(plan.url)
    yield "url", not web, "Une adresse web complète est attendue : https://…, sans mot de passe."


def _is_web_address(url: str) -> bool:
    if any(c in url for c in ' "<>\\\n'):
        return False
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        return False
    return parts.scheme in ("http", "https") and bool(parts.host) and not parts.userinfo


def _view(row: Any) -> AnnouncedEvent:
    told = {name: value for name, value in row._mapping.items() if name != "territory"}
    return AnnouncedEvent(**told)
