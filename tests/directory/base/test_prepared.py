"""A statement composed once says what SQLAlchemy says each time, in values and in errors."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa

from directory.base.database import Database, Instant, StoreSpec
from directory.base.prepared import Prepared, run_text

metadata = sa.MetaData()
kept = sa.Table(
    "kept",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("at", Instant),
    sa.Column("words", sa.JSON),
    sa.Column("sure", sa.Boolean),
    sa.Column("much", sa.Float),
)
NAMES = ("id", "at", "words", "sure", "much")
INSERT = Prepared(
    lambda _: kept.insert().values(
        {name: sa.bindparam(name, type_=kept.c[name].type) for name in NAMES}
    )
)
READ = Prepared(lambda _: sa.select(kept).where(kept.c.id == sa.bindparam("key")))
READ_ALL = Prepared(lambda _: sa.select(kept).order_by(kept.c.much))
CHANGE = Prepared(
    lambda _: kept.update().where(kept.c.much > sa.bindparam("least")).values(sure=False)
)
AT = datetime(2026, 11, 29, 7, 30, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = f"sqlite:///{tmp_path / 'kept.sqlite'}"
    if request.param == "postgresql":
        told = sa.make_url(request.getfixturevalue("postgres_url"))
        url = told.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    opened = Database(sa.create_engine(url, hide_parameters=True), StoreSpec("kept", tmp_path))
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


def row(much: float = 1.5, key: UUID | None = None) -> dict[str, object]:
    return {"id": key or uuid4(), "at": AT, "words": ["é", None], "sure": True, "much": much}


def test_values_come_back_as_sqlalchemy_gives_them(database: Database) -> None:
    told = row()
    with database.write() as connection:
        assert INSERT.run(connection, **told) == 1
        found = READ.first(connection, key=told["id"])
        assert found is not None
        assert found._asdict() == told
        assert tuple(connection.execute(sa.select(kept)).one()) == tuple(found)
        assert READ.first(connection, key=uuid4()) is None


def test_several_rows_are_written_and_read_in_order(database: Database) -> None:
    with database.write() as connection:
        INSERT.run_each(connection, [row(3), row(1), row(2)])
        assert [one.much for one in READ_ALL.all(connection)] == [1, 2, 3]
        assert [one[-1] for one in READ_ALL.tuples(connection)] == [1, 2, 3]
        assert CHANGE.run(connection, least=1.5) == 2


def test_a_transaction_that_fails_takes_it_back(database: Database) -> None:
    def write_and_fail() -> None:
        with database.write() as connection:
            INSERT.run(connection, **row())
            raise LookupError

    with pytest.raises(LookupError):
        write_and_fail()
    with database.read() as connection:
        assert READ_ALL.all(connection) == []


def test_a_refusal_is_sqlalchemys_and_tells_no_value(database: Database) -> None:
    told = row(key=UUID(int=7))
    with database.write() as connection:
        INSERT.run(connection, **told)
    with pytest.raises(sa.exc.IntegrityError) as refused, database.write() as connection:
        INSERT.run(connection, **told)
    assert "2026" not in str(refused.value).split("[SQL", 1)[1]
    with pytest.raises(sa.exc.DBAPIError), database.write() as connection:
        run_text(connection, "NO SUCH WORD")


def test_a_value_forgotten_is_an_error(database: Database) -> None:
    told = row()
    del told["at"]
    with pytest.raises((KeyError, sa.exc.DBAPIError)), database.write() as connection:
        INSERT.run(connection, **told)
