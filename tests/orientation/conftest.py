"""A fresh agenda per test, at a fixed moment: Monday 23 November 2026, 8 o'clock in Paris.

`orientation` is on SQLite; `both` runs the test on SQLite and on a real PostgreSQL. Holds expire
by the store's own clock, which no test can set: `end_holds` puts their end in the past instead.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from directory.base.clock import FixedClock
from directory.base.database import store_now
from directory.base.keys import open_keys
from directory.base.settings import Settings
from directory.communes import Communes, read_communes
from directory.territory import Policy, Territory, load_territory
from orientation import tables
from orientation.service import Orientation, open_orientation
from tests.orientation.mailbox import Mailbox, open_mailbox

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)

Open = Callable[..., Orientation]


@pytest.fixture(scope="session")
def communes() -> Communes:
    return read_communes()


@pytest.fixture(scope="session")
def territory() -> Territory:
    """The shipped territory under the policy that a file without `[policy]` has."""
    return load_territory("bievre").model_copy(update={"policy": Policy()})


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def open_agenda(
    tmp_path: Path, communes: Communes, territory: Territory, clock: FixedClock
) -> Iterator[Open]:
    """Opens the agenda of this test's folder; again means another process on the same store."""
    opened: list[Orientation] = []

    def open_one(territory_used: Territory = territory, **changes: object) -> Orientation:
        values = {"data_dir": tmp_path, "demo": True, "horizon_days": 7, **changes}
        settings = Settings.model_validate(values)
        keys = open_keys(tmp_path)
        opened.append(open_orientation(settings, territory_used, communes, keys, clock))
        return opened[-1]

    yield open_one
    for orientation in opened:
        orientation.close()


@pytest.fixture
def orientation(open_agenda: Open) -> Orientation:
    return open_agenda()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, open_agenda: Open) -> Orientation:
    on_sqlite = request.param == "sqlite"
    url = "" if on_sqlite else request.getfixturevalue("postgres_agenda")
    return open_agenda(database_url=url)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as box:
        yield box


@pytest.fixture
def end_holds() -> Callable[[Orientation], None]:
    """Let every hold expire, by the clock of the store."""

    def end(orientation: Orientation) -> None:
        with orientation.database.write() as connection:
            connection.execute(
                tables.booking.update()
                .where(tables.booking.c.state == "held")
                .values(expires_at=store_now(-1))
            )

    return end
