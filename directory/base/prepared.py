"""Statements composed once: what runs at each reservation goes straight to the store's driver.

SQLAlchemy says a statement in the store's dialect and how its values are kept; doing so at each
call costs five to twenty times the statement itself, on SQLite under the lock of its only writer.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

Build = Callable[[str], Any]
"""Gives the statement for a dialect by its name; values are `sa.bindparam`, none in a list."""

Convert = Callable[[Any], Any]

_CURSOR = "recours_cursor"


class Prepared:
    """A statement that is always the same but for its values, given by the names of its parameters.

    Runs in the transaction of the connection it is given and raises the errors of SQLAlchemy.
    """

    def __init__(self, build: Build) -> None:
        self._build = build
        self._said: dict[str, _Said] = {}

    def all(self, connection: sa.Connection, **values: Any) -> list[Any]:
        """Every row, with its columns as attributes."""
        said, cursor = self._run(connection, values)
        return [said.row(row) for row in cursor.fetchall()]

    def tuples(self, connection: sa.Connection, **values: Any) -> list[tuple[Any, ...]]:
        """Every row as the driver gives it, for columns that need no reading."""
        _, cursor = self._run(connection, values)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows

    def first(self, connection: sa.Connection, **values: Any) -> Any | None:
        """The first row, None without any."""
        said, cursor = self._run(connection, values)
        rows = cursor.fetchall()  # SQLite: a statement left half-read would go on reading
        return said.row(rows[0]) if rows else None

    def run(self, connection: sa.Connection, **values: Any) -> int:
        """How many rows were written."""
        _, cursor = self._run(connection, values)
        written: int = cursor.rowcount
        return written

    def run_each(self, connection: sa.Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        """The same statement for each set of values, all sent at once."""
        said = self._in(connection.dialect)
        if len(rows) == 1:
            _execute(connection, said.text, said.values(rows[0]))
        else:
            _execute(connection, said.text, [said.values(row) for row in rows], many=True)

    def _run(self, connection: sa.Connection, values: Mapping[str, Any]) -> tuple["_Said", Any]:
        said = self._in(connection.dialect)
        return said, _execute(connection, said.text, said.values(values))

    def _in(self, dialect: sa.Dialect) -> "_Said":
        said = self._said.get(dialect.name)
        if said is None:
            said = self._said[dialect.name] = _Said(self._build(dialect.name), dialect)
        return said


def run_text(connection: sa.Connection, text: str) -> None:
    """Run a statement without values nor rows as it is written."""
    _execute(connection, text)


def _execute(connection: sa.Connection, text: str, *values: Any, many: bool = False) -> Any:
    """The driver's errors as SQLAlchemy raises them; a connection that was lost is not used again.

    A connection keeps one cursor for all its statements: whoever runs one reads all of its rows.
    """
    driver = connection.connection
    cursor = driver.info.get(_CURSOR)
    if cursor is None:
        cursor = driver.info[_CURSOR] = driver.cursor()
    try:
        (cursor.executemany if many else cursor.execute)(text, *values)
    except connection.dialect.loaded_dbapi.Error as exc:
        dialect = connection.dialect
        if dialect.is_disconnect(exc, driver.dbapi_connection, cursor):
            connection.invalidate(exc)
        raise sa.exc.DBAPIError.instance(
            text, None, exc, dialect.loaded_dbapi.Error, hide_parameters=True
        ) from exc
    return cursor


class _Said:
    """A statement in a dialect: its text, and how values go in and come out."""

    def __init__(self, statement: Any, dialect: sa.Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.text = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        kinds = {name: bound.type.dialect_impl(dialect) for name, bound in compiled.binds.items()}
        self._into: dict[str, Convert | None] = {
            name: kind.bind_processor(dialect) for name, kind in kinds.items()
        }
        self._given = {
            name: bound.value if self._into[name] is None else self._into[name](bound.value)  # type: ignore[misc]
            for name, bound in compiled.binds.items()
            if not bound.required
        }
        columns = () if statement.exported_columns is None else statement.exported_columns
        self._row = namedtuple("_Row", [column.key for column in columns])  # type: ignore[misc]
        self._out = [
            (n, convert)
            for n, column in enumerate(columns)
            if not isinstance(column.type, sa.Float)  # both drivers give floats as they are
            and (convert := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    def values(self, told: Mapping[str, Any]) -> Any:
        """The values as the driver wants them."""
        known = dict(self._given)
        for name, value in told.items():
            convert = self._into[name]
            known[name] = value if convert is None else convert(value)
        return known if self._order is None else [known[name] for name in self._order]

    def row(self, values: Sequence[Any]) -> Any:
        """A row as it is read: dates and keys are what they are in Python."""
        if not self._out:
            return self._row(*values)
        read = list(values)
        for n, convert in self._out:
            read[n] = convert(read[n])
        return self._row(*read)
