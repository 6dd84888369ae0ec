"""What a result says at a glance, beyond what the entry itself holds."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from directory.day_hours import OpenNow, open_now
from directory.holidays import public_holiday
from directory.resource import Resource
from web.asking import wall_clock
from web.selection import code_of
from web.services import Services
from web.wording import say_clock_time, say_relative_day


@dataclass(frozen=True)
class Card:
    """One entry of a list: its code in a selection, whether it is in it, open now in words.

    `refer` is how to refer somebody there, in one line; `is_open` None when no hours are known.
    """

    code: str
    chosen: bool
    is_open: bool | None
    opening: str
    refer: str


def make_cards(
    services: Services,
    entries: Iterable[Resource],
    chosen: Collection[str],
    untold: Collection[str] = (),
) -> Mapping[str, Card]:
    """A card per entry, by id; `untold` are those whose hours do not hold today, a holiday."""
    now, is_holiday = wall_clock(services), holiday_test(services)
    return {
        one.id: _card(one, chosen, now, None if one.id in untold else is_holiday) for one in entries
    }


def holiday_test(services: Services) -> Callable[[date], bool]:
    """Whether a day is a public holiday of the territory."""
    subdivision = services.territory.holidays_subdivision
    return lambda day: bool(public_holiday(day, subdivision))


def say_opening(opening: OpenNow | None, now: datetime) -> str:
    """« ouvert jusqu'à 18 h », « fermé, ouvre demain à 9 h »; empty when no hours are known."""
    if opening is None:
        return ""
    if opening.is_open and opening.until is not None:
        if (opening.until - now).days >= 1:
            return "ouvert jour et nuit"
        return f"ouvert jusqu’à {say_clock_time(opening.until.time())}"
    if opening.opens is None:
        return "fermé"
    day = say_relative_day(opening.opens.date(), now.date())
    return f"fermé, ouvre {day} à {say_clock_time(opening.opens.time())}"


def _card(
    entry: Resource,
    chosen: Collection[str],
    now: datetime,
    is_holiday: Callable[[date], bool] | None,
) -> Card:
    opening = open_now(entry.hours, now, is_holiday) if is_holiday else None
    code = code_of(entry)
    referral = entry.referral
    return Card(
        code=code,
        chosen=code in chosen,
        is_open=opening.is_open if opening else None,
        opening=say_opening(opening, now),
        refer=(referral.how or referral.eligibility) if referral else "",
    )
