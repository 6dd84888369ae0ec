"""Updates as JSON documents: one report, and how every source stands today."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from directory.register import PublishedSource
from directory.updates import SourceState, UpdateView, source_states, updates
from importers.contract import Card
from importers.registry import cards, listings
from web.services import Services
from web.updating.model import UpdateReport
from web.updating.needs import is_stale
from web.updating.plans import plans


class SourceStatus(msgspec.Struct, kw_only=True, frozen=True):
    """How a source stands; `due_at` is when an update may find something new in it."""

    name: str
    title: str
    automatic: bool
    cadence: str
    data_date: date | None = None
    age_days: int | None = None
    stale: bool = False
    published_at: datetime | None = None
    run: int = 0
    rows: int = 0
    checked_at: datetime | None = None
    outcome: str = ""
    detail: str = ""
    due_at: datetime | None = None


class Status(msgspec.Struct, kw_only=True, frozen=True):
    """Everything that `recours update --status`, the API and the page say."""

    running: int
    """Number of the update in progress, or cut and not yet taken up; 0: none."""
    needs: Sequence[str]
    sources: Sequence[SourceStatus]
    updates: Sequence[dict[str, Any]]


def to_json(report: UpdateReport) -> dict[str, Any]:
    """A report as plain values."""
    told: dict[str, Any] = msgspec.to_builtins(report)
    return told


def status(opened: Services) -> Status:
    """How every source stands, the latest updates, and what waits for a person."""
    latest = updates(opened.register.database)
    ended = next((one for one in latest if one.report), None)
    running = next((one.id for one in latest if one.state == "running"), 0)
    return Status(
        running=running,
        needs=ended.report["needs"] if ended else [],
        sources=_sources(opened),
        updates=[_view(one) for one in latest],
    )


def _view(one: UpdateView) -> dict[str, Any]:
    return {
        "number": one.id,
        "state": one.state,
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "sources": one.report.get("sources", []),
        "needs": one.report.get("needs", []),
        "resumed": one.report.get("resumed", 0),
    }


def _sources(opened: Services) -> list[SourceStatus]:
    """Sources that update themselves, then those given by hand that are in force."""
    known, states = cards(), source_states(opened.register.database)
    published = {one.name: one for one in opened.register.sources()}
    leaders = _leaders(opened)
    today = opened.clock().astimezone(opened.territory.zone).date()
    names = [*leaders, *(name for name in published if name not in leaders)]
    return [
        _status(
            name,
            known.get(leaders.get(name, name)),
            published.get(name),
            states.get(leaders.get(name, "")),
            today,
            automatic=name in leaders,
        )
        for name in names
        if name in published or name in known
    ]


def _leaders(opened: Services) -> dict[str, str]:
    """Names in the register of the sources that update themselves, by the source that brings them:
    some are made of several listings."""
    return {
        listing: plan.card.name
        for plan in plans(opened.settings)
        for listing in (plan.card.name, *(one.card.name for one in listings(plan.card.name)))
    }


def _status(
    name: str,
    card: Card | None,
    told: PublishedSource | None,
    state: SourceState | None,
    today: date,
    *,
    automatic: bool,
) -> SourceStatus:
    day = told.data_date if told else None
    every = timedelta(days=card.every_days) if card and automatic else None
    return SourceStatus(
        name=name,
        title=told.title if told else card.title if card else name,
        automatic=automatic,
        cadence=card.cadence if card else "",
        data_date=day,
        age_days=(today - day).days if day else None,
        stale=bool(card and is_stale(card, day, today)),
        published_at=told.published_at if told else None,
        run=told.run if told else 0,
        rows=told.rows if told else 0,
        checked_at=state.checked_at if state else None,
        outcome=state.outcome if state else "",
        detail=state.detail if state and state.name == name else "",
        due_at=state.checked_at + every if state and every else None,
    )
