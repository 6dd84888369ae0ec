"""What the register forgets once an import is published."""

import sqlalchemy as sa

from directory.base.database import Database
from directory.tables import entity, record


def forget_old_versions(database: Database, name: str, run_id: int) -> None:
    """Keep of a source what the report of its run `run_id` shows, no more.

    A row that left the source becomes a tombstone: key and dates, and for a person nothing else.
    Versions replaced before this run lose their content too.
    """
    later = record.alias("later")
    replaced = sa.exists().where(
        later.c.source == record.c.source,
        later.c.key == record.c.key,
        later.c.until_run.is_(None),
    )
    activity = sa.exists().where(entity.c.id == record.c.subject, entity.c.kind == "role")
    of_person = sa.or_(record.c.person.is_not(None), activity)  # not every source names them
    left_by_person = sa.and_(of_person, sa.not_(replaced))
    with database.write() as connection:
        connection.execute(
            record.update()
            .where(
                record.c.source == name,
                record.c.statement.is_not(None),
                sa.or_(
                    record.c.until_run < run_id,
                    sa.and_(record.c.until_run == run_id, left_by_person),
                ),
            )
            .values(statement=None, raw=None)
        )
