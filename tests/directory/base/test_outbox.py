"""Messages leave at least once, whatever dies between."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from directory.base.database import Database, StoreSpec
from directory.base.outbox import (
    Message,
    add_outbox_table,
    append_message,
    count_messages,
    dispatch_messages,
)

metadata = sa.MetaData()
outbox = add_outbox_table(metadata)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(
        sa.create_engine(f"sqlite:///{tmp_path / 'outbox.sqlite'}"), StoreSpec("outbox", tmp_path)
    )
    metadata.create_all(opened.engine)
    yield opened
    opened.close()


def put(database: Database, topic: str = "essai", fails: bool = False) -> None:
    with database.write() as connection:
        append_message(
            connection,
            outbox,
            message_id=uuid4(),
            territory="bievre",
            owner=uuid4(),
            topic=topic,
            payload=b"clos",
        )
        if fails:
            raise RuntimeError


def counts(database: Database) -> dict[str, int]:
    with database.read() as connection:
        return count_messages(connection, outbox)


def test_a_message_is_delivered_once_when_all_goes_well(database: Database) -> None:
    put(database)
    seen: list[Message] = []

    def deliver(message: Message) -> str:
        seen.append(message)
        return "envoyé"

    assert dispatch_messages(database, outbox, deliver) == {"envoyé": 1}
    assert dispatch_messages(database, outbox, deliver) == {}
    assert [(one.topic, one.payload, one.attempts) for one in seen] == [("essai", b"clos", 1)]
    assert counts(database) == {"envoyé": 1}


def test_one_failure_does_not_stop_the_others_and_waits_longer_each_time(
    database: Database,
) -> None:
    for topic in ("bon", "mauvais", "bon"):
        put(database, topic)

    def deliver(message: Message) -> str:
        if message.topic == "mauvais":
            raise OSError("serveur absent")
        return "envoyé"

    assert dispatch_messages(database, outbox, deliver) == {"envoyé": 2, "à réessayer": 1}
    assert counts(database) == {"envoyé": 2, "en attente": 1}
    pauses = []
    for attempt in range(1, 9):
        with database.write() as connection:
            connection.execute(outbox.update().values(due_at=outbox.c.created_at, attempts=attempt))
        dispatch_messages(database, outbox, deliver)
        with database.read() as connection:
            waiting = outbox.c.outcome.is_(None)
            row = connection.execute(sa.select(outbox).where(waiting)).one()
        pauses.append((row.due_at - row.created_at).total_seconds())
    assert pauses == sorted(pauses)
    assert pauses[0] < 180
    assert 3600 <= pauses[-1] < 3700


def test_a_message_written_in_a_transaction_that_fails_never_leaves(database: Database) -> None:
    with pytest.raises(RuntimeError):
        put(database, fails=True)
    assert dispatch_messages(database, outbox, lambda _: "envoyé") == {}
