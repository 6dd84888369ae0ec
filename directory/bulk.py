"""Many rows at once, as fast as the driver goes: national files have millions of them."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import chain, islice
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

ROWS_AT_ONCE = 40
"""Rows of one INSERT on SQLite, which pays for its count of ids (AUTOINCREMENT) by statement; a
dozen columns of them stay under 999 parameters, the least any SQLite takes."""


def insert_rows(
    connection: sa.Connection,
    table: sa.Table,
    columns: Sequence[str],
    rows: Iterable[tuple[Any, ...]],
    *,
    ignore: bool = False,
) -> int:
    """INSERT driver values, in the order of `columns`; returns how many rows were written.

    `ignore` leaves rows already there alone. Instants are given with `milliseconds`, days as ISO
    text, UUIDs as hexadecimal text: what both drivers take without SQLAlchemy's conversion, half
    the time of an import (2 cores, 2026-11-22).
    """
    names = ", ".join(f'"{name}"' for name in columns)
    into = f'INTO "{table.name}" ({names}) VALUES '
    end = " ON CONFLICT DO NOTHING" if ignore else ""
    driver: Any = connection.connection
    with closing(driver.cursor()) as cursor:
        if connection.dialect.name == "sqlite":
            # FAIL: a caller whose statement fails gives up the transaction, and SQLite need not keep
            # the pages of each statement in case it alone were undone.
            return _insert_together(cursor, f"INSERT OR FAIL {into}", end, rows, len(columns))
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT {into}({marks}){end}", rows)
        return int(cursor.rowcount)


def _insert_together(
    cursor: Any, start: str, end: str, rows: Iterable[tuple[Any, ...]], width: int
) -> int:
    """Some rows a statement: for small ones, less than half the time of one each."""
    marks = f"({', '.join('?' * width)})"
    whole = f"{start}{', '.join([marks] * ROWS_AT_ONCE)}{end}"
    values, written = chain.from_iterable(rows), 0
    while block := tuple(islice(values, width * ROWS_AT_ONCE)):
        count = len(block) // width
        statement = whole if count == ROWS_AT_ONCE else f"{start}{', '.join([marks] * count)}{end}"
        written += cursor.execute(statement, block).rowcount
    return written


def is_one_of(
    connection: sa.Connection, column: sa.Column[Any], values: Collection[Any]
) -> sa.ColumnElement[bool]:
    """`column` is among `values`, sent as one parameter whatever their number."""
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
        return column.in_(sa.select(listed.c.value))
    array = sa.literal(list(values), postgresql.ARRAY(column.type))
    return column == sa.func.any(array)


def reserve_ids(connection: sa.Connection, table: sa.Table, count: int) -> range | list[int]:
    """Numbers for `count` new rows, given to nobody else; SQLite's writer is alone by then."""
    if connection.dialect.name == "sqlite":
        last = connection.exec_driver_sql(
            "SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)
        ).scalar()
        first = (last or 0) + 1
        return range(first, first + count)
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    numbers = sa.select(sa.func.nextval(sequence)).select_from(
        sa.func.generate_series(1, count).alias("n")
    )
    return list(connection.execute(numbers).scalars())


def milliseconds(at: datetime) -> int:
    """An instant as both stores keep it (see `Instant`)."""
    return round(at.astimezone(UTC).timestamp() * 1000)
