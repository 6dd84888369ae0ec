"""« Nouveau depuis … »: what no source had said before that day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.arrivals import arrivals_since
from directory.base.settings import Settings
from directory.model import Address, EntityKind, Organization, SourceRecord, Statement
from directory.register import Register, open_register
from directory.tables import record, run
from tests.places import CACHAN, COMMUNES
from tests.web.sample import DAY, publish


def site(key: str, name: str = "") -> SourceRecord:
    told = Organization(
        name=name or f"Centre {key}",
        addresses=(Address(postcode="94230", city="CACHAN", insee=CACHAN.insee),),
    )
    statement = Statement(
        subject=EntityKind.ORGANIZATION, subject_key=f"finess|{key}", organization=told
    )
    return SourceRecord(key=key, raw=f"{key};{name}", data_date=DAY, statement=statement)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = open_register(Settings(data_dir=tmp_path))
    publish(opened, "finess", "FINESS", [site("1"), site("2")])
    yield opened
    opened.close()


def age(register: Register, days: int = 30) -> None:
    """Let what was imported until now be that old."""
    past = timedelta(days=days)
    with register.database.write() as connection:
        for row in connection.execute(sa.select(record.c.id, record.c.first_seen)).all():
            moved = record.update().where(record.c.id == row.id)
            connection.execute(moved.values(first_seen=row.first_seen - past))
        for row in connection.execute(sa.select(run.c.id, run.c.ended_at)).all():
            moved_run = run.update().where(run.c.id == row.id)
            connection.execute(moved_run.values(ended_at=row.ended_at - past))


def names(register: Register, since: datetime, most: int = 10) -> list[str]:
    return [one.name for one in arrivals_since(register, COMMUNES, since, most).entries]


def yesterday() -> datetime:
    return datetime.now(UTC) - timedelta(days=1)


def test_a_first_import_is_new_and_old_after_a_month(register: Register) -> None:
    assert sorted(names(register, yesterday())) == ["Centre 1", "Centre 2"]
    age(register)
    assert names(register, yesterday()) == []


def test_a_changed_row_is_not_new_and_an_added_one_is(register: Register) -> None:
    age(register)
    publish(register, "finess", "FINESS", [site("1", "Centre renommé"), site("2"), site("3")])
    assert names(register, yesterday()) == ["Centre 3"]


def test_a_place_another_source_told_before_is_not_new(register: Register) -> None:
    age(register)
    publish(register, "ror", "ROR", [site("2", "Le même"), site("4")])
    assert names(register, yesterday()) == ["Centre 4"]


def test_what_is_gone_again_is_not_shown(register: Register) -> None:
    age(register)
    publish(register, "finess", "FINESS", [site("1"), site("2"), site("3")])
    publish(register, "finess", "FINESS", [site("1"), site("2")])
    assert names(register, yesterday()) == []


def test_more_than_is_read_is_said(register: Register) -> None:
    told = arrivals_since(register, COMMUNES, yesterday(), 1)
    assert (len(told.entries), told.more) == (1, True)
    assert not arrivals_since(register, COMMUNES, yesterday(), 2).more
