"""The same update, with the register and the agenda in PostgreSQL."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.importers.rpps.rows import DOCTOR, line
from tests.web.updating.conftest import TITLE, House, people
from tests.web.updating.publisher import Publisher
from web.updating.model import Outcome
from web.updating.run import update

pytestmark = [pytest.mark.postgres, pytest.mark.slow]


@pytest.fixture
def there(tmp_path: Path, publisher: Publisher, postgres_url: str) -> Iterator[House]:
    (tmp_path / "demo.json").write_text(json.dumps({"territory": "bievre", "seed": 2026}))
    house = House(tmp_path, publisher)
    house.settings["database_url"] = postgres_url
    yield house
    house.close()


def test_new_unchanged_changed_refused(there: House, publisher: Publisher) -> None:
    opened = there.open(update_max_removed=0.6)
    assert not opened.register.database.is_sqlite

    first = update(opened)
    assert (first.state, first.indexed) == ("done", True)
    assert first.sources[0].changes.new == 2

    assert update(opened).sources[0].outcome is Outcome.UNCHANGED

    later = TITLE.replace("20261121", "20261122")
    publisher.publish("rpps", (later, people(line(phone="0146000099"), line(**DOCTOR))))
    (third,) = update(opened).sources
    assert (third.outcome, third.changes.changed, third.changes.phones) == (Outcome.UPDATED, 1, 1)

    in_force = opened.register.published("rpps")
    publisher.publish("rpps", ("PS_LibreAcces_Personne_activite_202601010312.txt", people(line())))
    (stale,) = update(opened).sources
    assert stale.outcome is Outcome.REFUSED
    assert opened.register.published("rpps") == in_force
