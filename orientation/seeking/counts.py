"""Target and placed, who waits and for how long: figures with nothing personal in them."""

from collections import Counter
from datetime import datetime, time
from statistics import median

import sqlalchemy as sa

from orientation.seeking import tables
from orientation.seeking.model import CloseReason, PlacementState
from orientation.seeking.offers import read_offers
from orientation.seeking.ranking import group_of
from orientation.seeking.records import SeekingCounts
from orientation.seeking.retention import count_due
from orientation.seeking.views import is_live, read_open_waits
from orientation.seeking.waits import today_of
from orientation.store import Agenda

SECONDS_A_DAY = 86_400


def count_seeking(agenda: Agenda) -> SeekingCounts:
    """Counts of now; `placed` and `own_doctor` since the target's date when there is one."""
    policy, today = agenda.territory.seeking, today_of(agenda)
    with agenda.database.read() as connection:
        states = _live_states(agenda, connection)
        groups = Counter(
            group_of(wait, policy, today)
            for wait in read_open_waits(agenda, connection)
            if wait.id not in states
        )
        offers = list(read_offers(agenda, connection).values())
        delays = _days_to_signature(agenda, connection)
        own_doctor = _regularised(agenda, connection)
    live = Counter(states.values())
    target = policy.target
    return SeekingCounts(
        waiting={group: groups[group] for group in policy.groups},
        proposed=live[PlacementState.PROPOSED],
        accepted=live[PlacementState.ACCEPTED],
        placed=len(delays),
        own_doctor=own_doctor,
        to_confirm=count_due(agenda),
        doctors=sum(offer.places_left > 0 for offer in offers),
        places_left=sum(offer.places_left for offer in offers),
        median_days=round(median(delays), 1) if delays else None,
        since=target.since if target else None,
        target=target.patients if target else None,
        target_source=target.source if target else "",
    )


def _live_states(agenda: Agenda, connection: sa.Connection) -> dict[object, PlacementState]:
    placement = tables.placement
    rows = connection.execute(
        sa.select(placement.c.wait, placement.c.state).where(
            placement.c.territory == agenda.territory.slug, is_live()
        )
    )
    return {row.wait: PlacementState(row.state) for row in rows}


def _days_to_signature(agenda: Agenda, connection: sa.Connection) -> list[float]:
    """Days from enrolment to the signed declaration, one for each person placed."""
    wait, placement = tables.wait, tables.placement
    rows = connection.execute(
        sa.select(wait.c.created_at, placement.c.declared_at)
        .join(wait, wait.c.id == placement.c.wait)
        .where(
            placement.c.territory == agenda.territory.slug,
            placement.c.state == PlacementState.DECLARED.value,
            *_since(agenda, placement.c.declared_at),
        )
    )
    return [(row.declared_at - row.created_at).total_seconds() / SECONDS_A_DAY for row in rows]


def _regularised(agenda: Agenda, connection: sa.Connection) -> int:
    wait = tables.wait
    return connection.execute(
        sa.select(sa.func.count())
        .select_from(wait)
        .where(
            wait.c.territory == agenda.territory.slug,
            wait.c.close_reason == CloseReason.OWN_DOCTOR.value,
            *_since(agenda, wait.c.closed_at),
        )
    ).scalar_one()


def _since(
    agenda: Agenda, instant: sa.ColumnElement[datetime]
) -> tuple[sa.ColumnElement[bool], ...]:
    target = agenda.territory.seeking.target
    if target is None:
        return ()
    return (instant >= datetime.combine(target.since, time.min, tzinfo=agenda.territory.zone),)
