"""Sources that say more about whom another source tells of: who these are, and their end."""

from collections.abc import Iterator, Sequence

import msgspec
import sqlalchemy as sa

from directory.base.database import Database, store_now
from directory.model import Statement
from directory.published import visible
from directory.tables import entity, record, source


def people_told_by(
    database: Database, name: str, staged: tuple[str, int] | None = None
) -> frozenset[str]:
    """Keys of whom a source tells in force: the people behind its activities (`rpps|…`), else its
    subjects (`finess|…`).

    `staged`, a source and a run: or that run, not yet published.
    """
    wanted = (
        sa.select(entity.c.key)
        .distinct()
        .join(record, _whom() == entity.c.id)
        .join(source, source.c.name == record.c.source)
        .where(record.c.source == name, visible(staged))
    )
    with database.read() as connection:
        return frozenset(connection.scalars(wanted.execution_options(yield_per=1000)))


def _whom() -> sa.ColumnElement[int]:
    """Whom a row is about: who exercises, or the subject where nobody does."""
    return sa.func.coalesce(record.c.person, record.c.subject)


def statements_in_force(database: Database, name: str) -> Iterator[tuple[str, Statement]]:
    """What a source says in force, by the key of each row."""
    decode = msgspec.json.Decoder(Statement).decode
    wanted = (
        sa.select(record.c.key, record.c.statement)
        .join(source, source.c.name == record.c.source)
        .where(record.c.source == name, visible())
    )
    with database.read() as connection:
        for row in connection.execute(wanted.execution_options(yield_per=1000)):
            yield row.key, decode(row.statement)


def end_with_their_people(database: Database, name: str, followers: Sequence[str]) -> int:
    """End what `followers` say of those of whom source `name` tells nothing any more.

    Called once a run of `name` is in force: only keys and dates are kept. Returns the rows ended.
    """
    still_told = (
        sa.select(_whom())
        .join(source, source.c.name == record.c.source)
        .where(record.c.source == name, visible())
        .correlate(None)
    )
    in_force = sa.select(source.c.published_run).where(source.c.name == record.c.source)
    ended = (
        record.update()
        .where(
            record.c.source.in_(list(followers)),
            record.c.until_run.is_(None),
            _whom().not_in(still_told),
        )
        .values(
            until_run=in_force.scalar_subquery(), last_seen=store_now(), statement=None, raw=None
        )
    )
    with database.write() as connection:
        return connection.execute(ended).rowcount
