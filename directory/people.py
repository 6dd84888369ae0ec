"""Sources that say more about the people another source tells of: who these are, and their end."""

from collections.abc import Sequence

import sqlalchemy as sa

from directory.base.database import Database, store_now
from directory.published import visible
from directory.tables import entity, record, source


def people_told_by(
    database: Database, name: str, staged: tuple[str, int] | None = None
) -> frozenset[str]:
    """Keys (`rpps|…`) of the people of whom a source tells an activity in force.

    `staged`, a source and a run: or that run, not yet published.
    """
    wanted = (
        sa.select(entity.c.key)
        .distinct()
        .join(record, record.c.person == entity.c.id)
        .join(source, source.c.name == record.c.source)
        .where(record.c.source == name, visible(staged))
    )
    with database.read() as connection:
        return frozenset(connection.scalars(wanted.execution_options(yield_per=1000)))


def end_with_their_people(database: Database, name: str, followers: Sequence[str]) -> int:
    """End what `followers` say of people of whom source `name` tells nothing any more.

    Called once a run of `name` is in force: only keys and dates are kept. Returns the rows ended.
    """
    still_told = (
        sa.select(record.c.person)
        .join(source, source.c.name == record.c.source)
        .where(record.c.source == name, record.c.person.is_not(None), visible())
        .correlate(None)
    )
    in_force = sa.select(source.c.published_run).where(source.c.name == record.c.source)
    ended = (
        record.update()
        .where(
            record.c.source.in_(list(followers)),
            record.c.until_run.is_(None),
            record.c.person.not_in(still_told),
        )
        .values(
            until_run=in_force.scalar_subquery(), last_seen=store_now(), statement=None, raw=None
        )
    )
    with database.write() as connection:
        return connection.execute(ended).rowcount
