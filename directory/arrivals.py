"""Entries that appeared since a day: told now, and by nobody before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from directory.communes import Communes
from directory.links.reading import is_joined
from directory.locating.places import located_for
from directory.projection import project
from directory.published import is_entry, visible
from directory.register import Register
from directory.resource import Resource
from directory.subjects import identities_of, subjects
from directory.tables import link, record, run, source

MOST = 200
"""Entries read at most, the latest first."""


@dataclass(frozen=True)
class Arrivals:
    """`entries`, the latest first; `more` says that older ones were not read."""

    entries: Sequence[Resource] = ()
    more: bool = False


def arrivals_since(
    register: Register, communes: Communes, since: datetime, most: int = MOST
) -> Arrivals:
    """What the register shows that no source had said at `since` (an instant, with its zone)."""
    with register.database.read() as connection:
        first_run = connection.execute(
            sa.select(sa.func.min(run.c.id)).where(run.c.ended_at >= since)
        ).scalar()
        if first_run is None:
            return Arrivals()
        wanted = _new_subjects(first_run, since, most + 1)
        ids = [row.subject for row in connection.execute(wanted)]
        found = list(subjects(connection, identities_of(connection, ids[:most])))
        points = located_for(connection, found)
    order = {number: place for place, number in enumerate(ids)}
    found.sort(key=lambda one: order[one.identity.id])
    entries = [project(one, communes, points) for one in found]
    return Arrivals(entries, more=len(ids) > most)


def _new_subjects(first_run: int, since: datetime, most: int) -> sa.Select[tuple[int]]:
    """By run first, which is indexed by source: a register of millions is not read whole."""
    before = record.alias("before")
    known = sa.exists().where(before.c.subject == record.c.subject, before.c.first_seen < since)
    known_by_another = sa.exists().where(
        link.c.into == record.c.subject,
        link.c.nature == "same",
        before.c.subject == link.c.entity,
        before.c.first_seen < since,
    )
    return (
        sa.select(record.c.subject)
        .join(source, source.c.name == record.c.source)
        .where(
            record.c.since_run >= first_run,
            record.c.first_seen >= since,
            visible(),
            is_entry(),
            sa.not_(is_joined(record.c.subject)),
            sa.not_(known),
            sa.not_(known_by_another),
        )
        .group_by(record.c.subject)
        .order_by(sa.func.max(record.c.first_seen).desc(), record.c.subject.desc())
        .limit(most)
    )
