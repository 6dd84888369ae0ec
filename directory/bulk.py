"""Many rows at once, as fast as the driver goes: national files have millions of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

ROWS_AT_ONCE = 40
"""Rows of one INSERT on SQLite, which pays for its count of ids (AUTOINCREMENT) by statement; a
dozen columns of them stay under 999 parameters, the least any SQLite takes."""


def insert_columns(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    shared: Mapping[str, Any],
    *,
    ignore: bool = False,
) -> int:
    """INSERT rows given by column, with values that all of them share; returns how many are written.

    `ignore` leaves rows already there alone. Instants are given with `milliseconds`, days as ISO
    text, UUIDs as hexadecimal text: what both drivers take without SQLAlchemy's conversion, half
    the time of an import (2 cores, 2026-11-22).
    """
    driver: Any = connection.connection
    with closing(driver.cursor()) as cursor:
        if connection.dialect.name == "sqlite":
            return _insert_together(cursor, table.name, columns, shared, ignore=ignore)
        marks = ", ".join(["%s"] * (len(shared) + len(columns)))
        into = _insert_into(table.name, (*shared, *columns))
        end = _IGNORE if ignore else ""
        rows = zip(*map(repeat, shared.values()), *columns.values(), strict=False)
        cursor.executemany(f"INSERT {into}({marks}){end}", rows)
        return int(cursor.rowcount)


def _insert_together(
    cursor: Any,
    table: str,
    columns: Mapping[str, Sequence[Any]],
    shared: Mapping[str, Any],
    *,
    ignore: bool,
) -> int:
    """Some rows a statement: for small ones, less than half the time of one each."""
    width, rows = len(columns), len(next(iter(columns.values())))
    values: list[Any] = [None] * (width * rows)
    for at, column in enumerate(columns.values()):
        values[at::width] = column
    always, written, block = list(shared.values()), 0, width * ROWS_AT_ONCE
    for start in range(0, len(values), block):
        some = values[start : start + block]
        statement = _statement(
            table, tuple(shared), tuple(columns), len(some) // width, ignore=ignore
        )
        written += cursor.execute(statement, always + some).rowcount
    return written


@lru_cache(maxsize=64)
def _statement(
    table: str, shared: tuple[str, ...], columns: tuple[str, ...], rows: int, *, ignore: bool
) -> str:
    # FAIL: a caller whose statement fails gives up the transaction, and SQLite need not keep the
    # pages of each statement in case it alone were undone.
    always = [f"?{at}" for at in range(1, len(shared) + 1)]
    row = f"({', '.join([*always, *['?'] * len(columns)])})"
    into = _insert_into(table, (*shared, *columns))
    return f"INSERT OR FAIL {into}{', '.join([row] * rows)}{_IGNORE if ignore else ''}"


_IGNORE = " ON CONFLICT DO NOTHING"


def _insert_into(table: str, columns: Sequence[str]) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INTO "{table}" ({names}) VALUES '


def is_one_of(
    connection: sa.Connection, column: sa.Column[Any], values: Collection[Any]
) -> sa.ColumnElement[bool]:
    """`column` is among `values`, sent as one parameter whatever their number."""
    if connection.dialect.name == "sqlite":
        listed = sa.func.json_each(orjson.dumps(list(values)).decode()).table_valued("value")
        return column.in_(sa.select(listed.c.value))
    array = sa.literal(list(values), postgresql.ARRAY(column.type))
    return column == sa.func.any(array)


def numbers_told(connection: sa.Connection, wanted: sa.Select[Any]) -> Iterator[int]:
    """Whole numbers of a SELECT of one column, thousands at once: a source has millions of ids."""
    rows = connection.scalars(wanted, execution_options={"yield_per": _FETCHED})
    for part in rows.partitions():
        yield from part


_FETCHED = 10_000


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
