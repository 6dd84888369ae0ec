"""Two SQL stores, one way to open them: SQLite files by default, PostgreSQL schemas by URL."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles

from directory.base.errors import SettingsError
from directory.base.prepared import run_text
from directory.base.turns import Turns

PAGE_BYTES = 8192
"""Page of a new SQLite file: a row of a listing takes 1.3 kB, and pages of 4 kB lost a fifth."""

CHECKPOINT_PAGES = 1000
"""Pages in the journal from which a commit carries them to the file itself (SQLite's own default)."""

BUSY_TIMEOUT_MS = 30_000
"""How long a SQLite writer waits for another one before it gives up, in milliseconds."""

_IN_BULK = "recours_in_bulk"
_LAST = "recours_last"

BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
"""Integer key: SQLite only auto-numbers a column typed INTEGER."""


class Instant(sa.TypeDecorator[datetime]):
    """An instant, kept as milliseconds since 1970 UTC: same order and arithmetic on every store."""

    impl = sa.BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> int | None:
        """Aware datetime to milliseconds; a naive one is a programming error."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime where an instant is needed: {value!r}")
        return round(value.timestamp() * 1000)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> datetime | None:
        """Milliseconds to an aware datetime in UTC."""
        return None if value is None else datetime.fromtimestamp(value / 1000, UTC)


class store_now(sa.sql.expression.ColumnElement[datetime]):  # noqa: N801 - reads as SQL
    """The store's own clock at the time of the statement, plus `seconds`.

    Expiry of a hold is decided by this clock and by no other (DESIGN §8).
    """

    type = Instant()
    inherit_cache = True
    _traverse_internals = [("seconds", sa.sql.visitors.InternalTraversal.dp_plain_obj)]

    def __init__(self, seconds: float = 0) -> None:
        self.seconds = seconds


@compiles(store_now, "sqlite")
def _store_now_sqlite(element: store_now, compiler: Any, **kw: Any) -> str:
    # julianday() rather than unixepoch('subsec'): Debian 12 ships SQLite 3.40, which lacks it.
    epoch = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
    return f"({epoch} + {int(element.seconds * 1000)})"


@compiles(store_now, "postgresql")
def _store_now_postgresql(element: store_now, compiler: Any, **kw: Any) -> str:
    epoch = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)"
    return f"({epoch} + {int(element.seconds * 1000)})"


def insert_ignoring(connection: sa.Connection, table: sa.Table) -> Any:
    """An INSERT that leaves rows which are already there alone, in the store's dialect."""
    return insert_ignoring_in(connection.dialect.name, table)


def insert_ignoring_in(dialect: str, table: sa.Table) -> Any:
    """`insert_ignoring` for a dialect by its name, for statements composed once (`prepared`)."""
    return (sqlite if dialect == "sqlite" else postgresql).insert(table).on_conflict_do_nothing()


def before_commit(connection: sa.Connection) -> list[Callable[[sa.Connection], None]]:
    """What `Database.write` does last, whoever added it; ValueError on any other connection."""
    waiting: list[Callable[[sa.Connection], None]] | None = connection.info.get(_LAST)
    if waiting is None:
        raise ValueError("this connection was not opened by Database.write")
    return waiting


@dataclass(frozen=True)
class StoreSpec:
    """What makes a store: its name (file and schema), its migrations, how hard it syncs."""

    name: str
    migrations: Path
    durable: bool = False


def is_writing(connection: sa.Connection) -> bool:
    """Whether a connection is one of `Database.write`: it sees what it has not committed yet."""
    return _LAST in connection.info


class Database:
    """An open store. `read()` and `write()` are the only doors."""

    def __init__(self, engine: sa.Engine, spec: StoreSpec, turns: Turns | None = None) -> None:
        self.engine = engine
        self.spec = spec
        self._turns = turns

    @property
    def is_sqlite(self) -> bool:
        """Whether this store is a SQLite file."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A connection that sees one consistent state and writes nothing."""
        with self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def read_once(self) -> Iterator[sa.Connection]:
        """A connection for one `Prepared` that reads: alone, it needs no transaction."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write_in_bulk(self) -> Iterator[sa.Connection]:
        """`write` for rows whose references the caller has just written or found itself.

        On SQLite they are not looked up once more (a third of an import's time in the store), and
        the commit leaves it to `Checkpoints` to carry the journal to the file.
        """
        with self._turn(), self.engine.connect() as connection:
            unchecked = _unchecked(connection) if self.is_sqlite else nullcontext()
            with unchecked, self._writing(connection) as writing:
                if self.is_sqlite:
                    writing.exec_driver_sql("PRAGMA wal_autocheckpoint = 0")
                    writing.info[_IN_BULK] = True
                yield writing

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that commits at the end or leaves no trace.

        On SQLite the write lock is taken at once (BEGIN IMMEDIATE): a transaction that reads
        first and writes later would otherwise fail instead of waiting.
        """
        with self._turn(), self.engine.connect() as connection, self._writing(connection) as one:
            yield one

    def _turn(self) -> AbstractContextManager[None]:
        return self._turns.one() if self._turns else nullcontext()

    @contextmanager
    def _writing(self, connection: sa.Connection) -> Iterator[sa.Connection]:
        told = connection.info
        waiting = told[_LAST] = []
        try:
            with connection.begin():
                yield connection
                for last in waiting:
                    last(connection)
        finally:
            told.pop(_LAST, None)

    def migrate(self) -> None:
        """Bring the schema to the newest revision; safe to call from several processes."""
        config = Config()
        config.set_main_option("script_location", str(self.spec.migrations))
        with self.write() as connection:
            if not self.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(4927001)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()
        if self._turns:
            self._turns.close()


@contextmanager
def _unchecked(connection: sa.Connection) -> Iterator[None]:
    """SQLite's connection without foreign keys; only to be said between transactions."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF").close()
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON").close()


def open_database(spec: StoreSpec, data_dir: Path, database_url: str = "") -> Database:
    """Open a store and migrate it.

    Without `database_url`, a SQLite file `<name>.sqlite` of `data_dir` in WAL mode; with a
    PostgreSQL URL, the schema `<name>` of that server. Raises SettingsError for any other URL.
    """
    if database_url:
        database = Database(_postgresql_engine(database_url, spec), spec)
    else:
        data_dir.mkdir(parents=True, exist_ok=True)
        path = data_dir / f"{spec.name}.sqlite"
        database = Database(
            _sqlite_engine(path, spec), spec, Turns(path.with_suffix(".sqlite.lock"))
        )
    database.migrate()
    return database


sqlite3.register_adapter(bytes, bytes)
"""Python looks for a way to adapt each blob it gives to SQLite, for half a microsecond; this one is
found at once (3.11; numbers and text are not asked about)."""


def _sqlite_engine(path: Path, spec: StoreSpec) -> sa.Engine:
    engine = sa.create_engine(
        f"sqlite:///{path}",
        pool_size=8,
        max_overflow=64,
        connect_args={"timeout": 30},
        hide_parameters=True,  # an SQL error must not print what a caller said
    )

    @sa.event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        cursor.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # heard by a new file only
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {'FULL' if spec.durable else 'NORMAL'}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA cache_size = -65536")
        if spec.durable:
            cursor.execute("PRAGMA secure_delete = ON")  # what is erased leaves no bytes
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        if connection.info.pop(_IN_BULK, False):
            connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        run_text(connection, "BEGIN IMMEDIATE" if is_writing(connection) else "BEGIN")

    return engine


def _postgresql_engine(url: str, spec: StoreSpec) -> sa.Engine:
    from directory.base.pooled import replace_lost  # it loads psycopg: nobody waits for it on files

    parsed = sa.make_url(url)
    if not parsed.drivername.startswith("postgresql"):
        raise SettingsError(
            f"RECOURS_DATABASE_URL : « {parsed.drivername} » n'est pas pris en charge ; "
            "indiquez postgresql://utilisateur:motdepasse@hôte/base, ou rien pour SQLite."
        )
    parsed = parsed.set(drivername="postgresql+psycopg")
    bootstrap = sa.create_engine(parsed)
    with bootstrap.begin() as connection:
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(4927000)"))
        connection.execute(sa.schema.CreateSchema(spec.name, if_not_exists=True))
    bootstrap.dispose()
    engine = sa.create_engine(
        parsed,
        pool_size=8,
        max_overflow=32,
        hide_parameters=True,
        connect_args={"options": f"-csearch_path={spec.name}", "autocommit": True},
    )
    replace_lost(engine)

    @sa.event.listens_for(engine, "begin")
    def _begin(connection: sa.Connection) -> None:
        run_text(connection, "BEGIN")

    return engine
