"""Dated sessions of a programme, with the places left, as one line of French says them."""

import re
from datetime import date

from directory.typography import say_hour_of
from directory.values import Value


class Session(Value, frozen=True, kw_only=True):
    """One session: `at` is « HH:MM » on the territory's clocks; places are None when not told."""

    day: date
    at: str = ""
    place: str = ""
    seats: int | None = None
    left: int | None = None


SESSION_EXAMPLE = "05/12/2026 à 14 h, Centre municipal, 8 places, 3 restantes"
"""What a person types; the place and the places may be left out."""

_WHEN = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s*(?:à\s*)?(\d{1,2})\s*[h:]\s*(\d{2})?)?",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"(\d{1,4})\s*(?:places?\s*)?(?:restantes?|libres?|disponibles?)(?:\s*sur\s*(\d{1,4}))?",
    re.IGNORECASE,
)
_SEATS = re.compile(r"(\d{1,4})\s*places?(?:\s*(?:en tout|au total))?", re.IGNORECASE)
_FULL = re.compile(r"complet(?:\s*\((\d{1,4})\s*places?\))?", re.IGNORECASE)


def read_session(told: str) -> Session | None:
    """« 05/12/2026 14:00, Centre municipal, 8 places, 3 restantes »; None when it is not clear.

    The day comes first; places left cannot exceed the places.
    """
    when, *others = (part.strip() for part in told.split(","))
    found = _WHEN.fullmatch(when)
    if found is None:
        return None
    try:
        day = date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
    at = f"{int(found[4]):02}:{found[5] or '00'}" if found[4] else ""
    if at > "23:59" or at[3:] > "59":
        return None
    place: list[str] = []
    seats = left = None
    for part in filter(None, others):
        if free := _LEFT.fullmatch(part):
            left, seats = int(free[1]), int(free[2]) if free[2] else seats
        elif full := _FULL.fullmatch(part):
            left, seats = 0, int(full[1]) if full[1] else seats
        elif all_of := _SEATS.fullmatch(part):
            seats = int(all_of[1])
        else:
            place.append(part)
    if seats is not None and left is not None and left > seats:
        return None
    return Session(day=day, at=at, place=", ".join(place), seats=seats, left=left)


def say_session(session: Session) -> str:
    """The line `read_session` reads back: « 05/12/2026 à 14 h, Cachan, 3 places restantes sur 8 »."""
    when = f"{session.day:%d/%m/%Y}" + (f" à {say_hour_of(session.at)}" if session.at else "")
    return ", ".join(filter(None, (when, session.place, say_places(session))))


def say_places(session: Session) -> str:
    """« 3 places restantes sur 8 », « complet », « 8 places »; empty when nothing is told."""
    left, seats = session.left, session.seats
    if left == 0:
        return f"complet ({_places(seats)})" if seats else "complet"
    if left is not None:
        of = f" sur {seats}" if seats is not None else ""
        return f"{_places(left)} {'restante' if left < 2 else 'restantes'}{of}"
    return _places(seats) if seats is not None else ""


def _places(number: int | None) -> str:
    return f"{number} place{'s' if (number or 0) > 1 else ''}"
