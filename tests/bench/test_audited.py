"""The three ways that are compared are really three: sealed lines, plain lines, none."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from bench import reservations
from bench.audited import measure
from directory.base.audit import GENESIS
from orientation import tables


@pytest.mark.slow
def test_each_way_reserves_as_many_and_writes_what_it_says(tmp_path: Path) -> None:
    spent = measure(tmp_path, "", 2)
    assert [len(costs) for costs in spent.values()] == [2, 2, 2]
    opened = reservations.open_at(tmp_path, "")
    with opened.database.read() as connection:
        confirmed = sa.select(tables.audit.c.seal).where(
            tables.audit.c.action == "appointment.confirm"
        )
        seals = list(connection.execute(confirmed).scalars())
        bookings = connection.execute(sa.select(sa.func.count(tables.booking.c.id))).scalar()
    opened.close()
    assert bookings == 6
    assert sorted(seal == GENESIS for seal in seals) == [False, False, True, True]
