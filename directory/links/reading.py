"""Links as readers of the register need them: what stands for what, and who exercises a role."""

from collections.abc import Collection

import sqlalchemy as sa

from directory.bulk import is_one_of
from directory.tables import link

_SAME, _PERSON = "same", "person"


def is_joined(column: sa.Column[int]) -> sa.ColumnElement[bool]:
    """SQL condition: another entity stands for this one."""
    return sa.exists().where(link.c.entity == column, link.c.nature == _SAME)


def joined_into(connection: sa.Connection, ids: Collection[int]) -> dict[int, int]:
    """Those of `ids` that another entity stands for, and which."""
    return _pairs(connection, link.c.entity, ids, _SAME)


def members_of(connection: sa.Connection, ids: Collection[int]) -> dict[int, int]:
    """Entities that some of `ids` stand for, and which of them does."""
    return _pairs(connection, link.c.into, ids, _SAME)


def people_of(connection: sa.Connection, ids: Collection[int]) -> dict[int, int]:
    """The person who exercises a role, where matching knows better than the role's own source."""
    return _pairs(connection, link.c.entity, ids, _PERSON)


def _pairs(
    connection: sa.Connection, column: sa.Column[int], ids: Collection[int], nature: str
) -> dict[int, int]:
    wanted = sa.select(link.c.entity, link.c.into).where(
        link.c.nature == nature, is_one_of(connection, column, ids)
    )
    return {row.entity: row.into for row in connection.execute(wanted)}
