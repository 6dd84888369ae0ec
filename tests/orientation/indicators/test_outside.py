"""Figures of a source outside: entered, corrected, withdrawn, each act kept and audited."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from directory.base.errors import InputRefusedError, NotFoundError
from orientation import tables
from orientation.indicators.model import Period
from orientation.indicators.outside import NewFigure
from orientation.indicators.tables import outside_figure
from orientation.service import Orientation
from orientation.store import new_id

YEAR = Period(date(2025, 1, 1), date(2025, 12, 31))
SHARE = NewFigure(
    code="without-medecin-traitant",
    period=YEAR,
    value=12.2,
    source="CPAM du Val-de-Marne",
    source_date=date(2026, 3, 1),
)
AUTHOR = "Mme Coordinatrice"


def values(orientation: Orientation, period: Period = YEAR) -> list[float]:
    return [one.value for one in orientation.indicators.read(period).outside]


def test_a_figure_is_shown_with_its_source_its_date_and_its_own_period(both: Orientation) -> None:
    both.indicators.enter(SHARE, AUTHOR)
    month = Period(date(2025, 12, 31), date(2026, 1, 31))
    (shown,) = both.indicators.read(month).outside
    assert (shown.period, shown.value, shown.source) == (YEAR, 12.2, "CPAM du Val-de-Marne")
    assert (shown.source_date, shown.author) == (date(2026, 3, 1), AUTHOR)
    assert values(both, Period(date(2026, 1, 1), date(2026, 1, 31))) == []


def test_a_correction_replaces_and_keeps_what_was_said(both: Orientation) -> None:
    both.indicators.enter(SHARE, AUTHOR)
    both.indicators.enter(replace(SHARE, value=11.9), "M. Remplaçant")
    both.indicators.enter(replace(SHARE, code="installations", value=4), AUTHOR)
    assert values(both) == [11.9, 4]
    with both.database.read() as connection:
        old = connection.execute(
            sa.select(outside_figure).where(outside_figure.c.replaced_at.is_not(None))
        ).one()
        acts = connection.execute(
            sa.select(tables.audit.c.action, tables.audit.c.actor).order_by(tables.audit.c.id)
        ).all()
    assert (old.value, old.author, old.replaced_by) == (12.2, AUTHOR, "M. Remplaçant")
    assert [tuple(act) for act in acts] == [
        ("outside_figure.enter", AUTHOR),
        ("outside_figure.correct", "M. Remplaçant"),
        ("outside_figure.enter", AUTHOR),
    ]


def test_a_figure_can_be_taken_back_once(both: Orientation) -> None:
    entered = both.indicators.enter(SHARE, AUTHOR)
    with pytest.raises(InputRefusedError, match="qui saisit"):
        both.indicators.withdraw(entered.id, " ")
    both.indicators.withdraw(entered.id, AUTHOR)
    assert values(both) == []
    for unknown in (entered.id, new_id()):
        with pytest.raises(NotFoundError):
            both.indicators.withdraw(unknown, AUTHOR)
    with both.database.read() as connection:
        actions = connection.execute(sa.select(tables.audit.c.action)).scalars().all()
    assert actions == ["outside_figure.enter", "outside_figure.withdraw"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "patients"}, "code"),
        ({"value": -1.0}, "value"),
        ({"value": 100.1}, "value"),
        ({"value": float("nan")}, "value"),
        ({"source": " "}, "source"),
        ({"source_date": date(2026, 11, 24)}, "source_date"),
        ({"period": Period(date(2025, 2, 1), date(2025, 1, 1))}, "to"),
    ],
)
def test_what_cannot_be_is_named(
    orientation: Orientation, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefusedError) as error:
        orientation.indicators.enter(replace(SHARE, **changes), AUTHOR)
    assert error.value.extra["field"] == field
    assert values(orientation) == []


def test_nobody_enters_without_a_name(orientation: Orientation) -> None:
    with pytest.raises(InputRefusedError) as error:
        orientation.indicators.enter(SHARE, "")
    assert error.value.extra["field"] == "author"


def test_the_store_refuses_two_figures_in_force_for_one_period(both: Orientation) -> None:
    both.indicators.enter(SHARE, AUTHOR)
    with both.database.read() as connection:
        row = dict(connection.execute(sa.select(outside_figure)).one()._mapping)
    with pytest.raises(sa.exc.IntegrityError), both.database.write() as connection:
        connection.execute(outside_figure.insert().values(**(row | {"id": new_id()})))
