"""A dated session is read from a line, and its line is read back."""

from datetime import date

import pytest

from directory.sessions import SESSION_EXAMPLE, Session, read_session, say_places, say_session

DAY = date(2026, 12, 5)


@pytest.mark.parametrize(
    ("told", "session"),
    [
        (SESSION_EXAMPLE, Session(day=DAY, at="14:00", place="Centre municipal", seats=8, left=3)),
        ("5/12/2026", Session(day=DAY)),
        ("05/12/2026 à 9 h, Cachan", Session(day=DAY, at="09:00", place="Cachan")),
        ("05-12-2026 18h30, complet", Session(day=DAY, at="18:30", left=0)),
        ("05/12/2026, 1 place", Session(day=DAY, seats=1)),
        ("05/12/2026, 2 libres sur 10", Session(day=DAY, seats=10, left=2)),
        ("05/12/2026, Salle 3, bâtiment B", Session(day=DAY, place="Salle 3, bâtiment B")),
        ("05/12/2026, complet (8 places)", Session(day=DAY, seats=8, left=0)),
    ],
)
def test_a_line_is_understood_and_said_again(told: str, session: Session) -> None:
    assert read_session(told) == session
    assert read_session(say_session(session)) == session


@pytest.mark.parametrize(
    "told",
    ["", "jeudi", "31/02/2026", "05/12/26", "05/12/2026 25:00", "05/12/2026 14:75",
     "05/12/2026, 3 places, 5 restantes", "Cachan, 05/12/2026", "x" * 5000],
)  # fmt: skip
def test_what_is_not_clear_is_no_session(told: str) -> None:
    assert read_session(told) is None


def test_one_place_is_singular() -> None:
    assert say_places(Session(day=DAY, seats=8, left=1)) == "1 place restante sur 8"
    assert say_places(Session(day=DAY)) == ""
