"""Opening hours as people write them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.model import OpeningHours
from web.hours_typing import read_hours, say_rules

WEEK = (0, 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("typed", "days", "spans"),
    [
        ("lundi à vendredi 9h-18h30", WEEK, [("09:00", "18:30")]),
        ("Lundi, mercredi et jeudi : 8:30–12:00, 14h-18h", (0, 2, 3), 2 * [()]),
        ("tous les jours 0h-24h", tuple(range(7)), [("00:00", "24:00")]),
        ("dimanche et jours fériés 9h-12h", (6, 7), [("09:00", "12:00")]),
        ("tous les jours, jours fériés 0h-24h", tuple(range(8)), [("00:00", "24:00")]),
        ("samedi au lundi 10h00-12h00", (0, 5, 6), [("10:00", "12:00")]),
    ],
)
def test_rules_are_read(typed: str, days: tuple[int, ...], spans: list[tuple[str, ...]]) -> None:
    rules = read_hours(typed)
    assert [one.days for one in rules] == [days] * len(spans)
    if spans[0]:
        assert [(one.opens, one.closes) for one in rules] == spans


def test_closed_days_and_dates_are_read() -> None:
    closed, summer = read_hours(
        "dimanche fermé\n\nlundi 9h-12h du 01/07/2026 au 31/08/2026 (sur rendez-vous)"
    )
    assert closed == OpeningHours(days=(6,), closed=True)
    assert (summer.valid_from, summer.valid_to) == (date(2026, 7, 1), date(2026, 8, 31))
    assert summer.note == "sur rendez-vous"


@pytest.mark.parametrize(
    "typed",
    [
        "lundi",
        "9h-25h",
        "lundi 18h-9h",
        "lundi 9h-9h",
        "lundredi 9h-10h",
        "lundi 9h-10h du 1 au 2",
        "lundi à jours fériés 9h-10h",
    ],
)
def test_what_cannot_be_read_is_named(typed: str) -> None:
    with pytest.raises(ValueError, match=typed.split()[0]):
        read_hours(typed)


@given(
    st.sets(st.integers(0, 7), min_size=1),
    st.times().filter(lambda at: at.hour < 23),
    st.booleans(),
)
def test_what_is_said_is_read_back(days: set[int], opens: object, closed: bool) -> None:
    span = {"closed": True} if closed else {"opens": f"{opens:%H:%M}", "closes": "23:59"}
    rule = OpeningHours(days=tuple(sorted(days)), **span)
    assert read_hours(say_rules([rule])) == (rule,)
