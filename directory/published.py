"""Which versions of records are in force: a condition every reader of the register shares."""

from typing import Any

import sqlalchemy as sa

from directory.tables import record, source


def visible(staged: tuple[str, int] | None = None) -> sa.ColumnElement[bool]:
    """SQL condition: this version of a row is the published one (needs a join with `source`).

    `staged`, a source and a run: as it will be once that run is published.
    """
    published: Any = source.c.published_run
    if staged is not None:
        published = sa.case((source.c.name == staged[0], staged[1]), else_=published)
    return sa.and_(
        record.c.since_run <= published,
        sa.or_(record.c.until_run.is_(None), record.c.until_run > published),
    )


def is_entry() -> sa.ColumnElement[bool]:
    """SQL condition: this row tells of an entry, not of a person whatever they do."""
    return sa.or_(record.c.person.is_(None), record.c.subject != record.c.person)
