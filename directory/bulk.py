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

ROWS_AT_ONCE = 100
"""Rows of one INSERT on SQLite, which pays for its count of ids (AUTOINCREMENT) by statement."""

PARAMETERS = 999
"""The least any SQLite takes in a statement."""


def insert_columns(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    shared: Mapping[str, Any],
    *,
    ignore: bool = False,
    encoded: Collection[str] = (),
) -> int:
    """INSERT rows given by column, with values that all of them share; returns how many are written.

    `ignore` leaves rows already there alone. Columns `encoded` are text given as UTF-8: what SQLite
    keeps, neither decoded nor encoded again. Instants are given with `milliseconds`, days as ISO
    text, UUIDs as hexadecimal text: what both drivers take without SQLAlchemy's conversion, half
    the time of an import (2 cores, 2026-11-22).
    """
    driver: Any = connection.connection
    with closing(driver.cursor()) as cursor:
        if connection.dialect.name == "sqlite":
            return _insert_together(
                cursor, table.name, columns, shared, ignore=ignore, encoded=encoded
            )
        marks = ", ".join(["%s"] * (len(shared) + len(columns)))
        into = _insert_into(table.name, (*shared, *columns))
        end = _IGNORE if ignore else ""
        told = [
            map(bytes.decode, columns[one]) if one in encoded else columns[one] for one in columns
        ]
        rows = zip(*map(repeat, shared.values()), *told, strict=False)
        cursor.executemany(f"INSERT {into}({marks}){end}", rows)
        return int(cursor.rowcount)


def _insert_together(
    cursor: Any,
    table: str,
    columns: Mapping[str, Sequence[Any]],
    shared: Mapping[str, Any],
    *,
    ignore: bool,
    encoded: Collection[str],
) -> int:
    """Some rows a statement: for small ones, less than half the time of one each."""
    width, rows = len(columns), len(next(iter(columns.values())))
    values: list[Any] = [None] * (width * rows)
    for at, column in enumerate(columns.values()):
        values[at::width] = column
    marks = tuple((one, "CAST(? AS TEXT)" if one in encoded else "?") for one in columns)
    always, written = list(shared.values()), 0
    block = width * min(ROWS_AT_ONCE, (PARAMETERS - len(always)) // width)
    for start in range(0, len(values), block):
        some = values[start : start + block]
        statement = _statement(table, tuple(shared), marks, len(some) // width, ignore=ignore)
        written += cursor.execute(statement, always + some).rowcount
    return written


@lru_cache(maxsize=64)
def _statement(
    table: str,
    shared: tuple[str, ...],
    columns: tuple[tuple[str, str], ...],
    rows: int,
    *,
    ignore: bool,
) -> str:
    # FAIL: a caller whose statement fails gives up the transaction, and SQLite need not keep the
    # pages of each statement in case it alone were undone.
    always = [f"?{at}" for at in range(1, len(shared) + 1)]
    row = f"({', '.join([*always, *(mark for _, mark in columns)])})"
    into = _insert_into(table, (*shared, *(name for name, _ in columns)))
    return f"INSERT OR FAIL {into}{', '.join([row] * rows)}{_IGNORE if ignore else ''}"


def insert_numbered(
    connection: sa.Connection,
    table: sa.Table,
    columns: Mapping[str, Sequence[Any]],
    shared: Mapping[str, Any],
    *,
    ignore: bool = False,
    encoded: Collection[str] = (),
) -> Sequence[int] | None:
    """`insert_columns` for a table whose rows have a number, `id`, given to nobody else.

    Returns the ids of the rows, in order; None when `ignore` left some of them out.
    """
    count = len(next(iter(columns.values())))
    ids: Sequence[int]
    if connection.dialect.name == "sqlite":  # its writer is alone, and numbers rows one by one
        told = "SELECT seq FROM sqlite_sequence WHERE name = ?"
        last = connection.exec_driver_sql(told, (table.name,)).scalar() or 0
        ids = range(last + 1, last + 1 + count)
    else:
        sequence = sa.func.pg_get_serial_sequence(table.name, "id")
        numbers = sa.select(sa.func.nextval(sequence)).select_from(
            sa.func.generate_series(1, count).alias("n")
        )
        ids = list(connection.execute(numbers).scalars())
        columns = {"id": ids, **columns}
    written = insert_columns(connection, table, columns, shared, ignore=ignore, encoded=encoded)
    return ids if written == count else None


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


def milliseconds(at: datetime) -> int:
    """An instant as both stores keep it (see `Instant`)."""
    return round(at.astimezone(UTC).timestamp() * 1000)
