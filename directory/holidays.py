"""French public holidays, on which nobody's weekly hours hold unless they say so."""

import datetime as dt
from functools import lru_cache

import holidays


@lru_cache(maxsize=64)
def _of_year(subdivision: str, year: int) -> dict[dt.date, str]:
    found = holidays.country_holidays(
        "FR", subdiv=subdivision or None, years=year, expand=False, language="fr"
    )
    return dict(found)


def public_holiday(day: dt.date, subdivision: str = "") -> str:
    """The name of the public holiday of that day, empty when it is an ordinary one.

    `subdivision` adds the days of a part of France that has its own: `57` for Moselle.
    """
    return _of_year(subdivision, day.year).get(day, "")
