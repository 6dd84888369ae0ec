"""Dates, distances and counts as a French reader writes them: the filters of the templates."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from directory import geo, whereabouts
from directory.phones import parse_phone, show_phone
from directory.resource import Resource
from directory.territory import WEEKDAYS
from directory.typography import NARROW, say_hour, typeset
from directory.vocabulary import KIND_LABELS

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
    "octobre", "novembre", "décembre",
)  # fmt: skip


def say_day(day: date) -> str:
    """« lundi 23 novembre 2026 »."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{WEEKDAYS[day.weekday()]} {number} {MONTHS[day.month - 1]} {day.year}"


def say_short_day(day: date) -> str:
    """« lun. 23 nov. » is hard to read aloud; « lundi 23/11 » is not."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m}"


def say_date(day: date | None) -> str:
    """`22/11/2026`, or that no date is known."""
    return f"{day:%d/%m/%Y}" if day else "date inconnue"


def say_moment(at: datetime | None, zone: ZoneInfo) -> str:
    """« 22/11/2026 à 7 h 12 » on the territory's clocks."""
    if at is None:
        return "jamais"
    here = at.astimezone(zone)
    return f"{here:%d/%m/%Y} à {say_clock_time(here.time())}"


def say_time(at: datetime, zone: ZoneInfo) -> str:
    """« 14 h 30 » on the territory's clocks."""
    return say_clock_time(at.astimezone(zone).time())


def say_clock_time(at: time) -> str:
    """« 14 h 30 », « 9 h », as read on a wall."""
    return typeset(say_hour(at.hour, at.minute))


def say_relative_day(day: date, today: date) -> str:
    """« aujourd’hui », « demain », then the day of the week: for days less than a week away."""
    if day == today:
        return "aujourd’hui"
    return "demain" if day == today + timedelta(days=1) else WEEKDAYS[day.weekday()]


def say_distance(metres: float) -> str:
    """« 850 m », « 1,2 km », « 14 km », whose unit stays with its number."""
    return typeset(geo.say_distance(metres))


def say_how_far(entry: Resource, metres: float) -> str:
    """`whereabouts.say_how_far`, whose unit stays with its number."""
    return typeset(whereabouts.say_how_far(entry, metres))


def say_count(number: int, one: str = "", many: str = "") -> str:
    """« 1 fiche », « 1 234 fiches »; without words, the number alone."""
    shown = f"{number:,}".replace(",", NARROW)
    word = (one if abs(number) < 2 else many or f"{one}s") if one else ""
    return f"{shown} {word}".strip()


def phone_href(value: str, e164: str = "") -> str:
    """Address that dials a number, of which the E.164 may be known; empty when none does."""
    e164 = e164 or parse_phone(value)
    short = value.strip()
    if e164:
        return f"tel:{e164}"
    return f"tel:{short}" if short.isdigit() and len(short) <= 6 else ""


def show_number(value: str) -> str:
    """A phone number grouped for reading, with spaces that do not break."""
    return show_phone(value).replace(" ", "\u00a0")


def is_old(day: date | None, today: date, days: int = 365) -> bool:
    """Whether a fact was last said more than `days` ago; unknown dates are said, not coloured."""
    return day is not None and (today - day).days > days


def say_local_day(at: datetime, zone: ZoneInfo) -> str:
    """« lundi 23 novembre » on the territory's clocks."""
    return say_day(at.astimezone(zone).date()).rsplit(" ", 1)[0]


def say_clock(at: datetime, zone: ZoneInfo) -> str:
    """« 14:32:10 » on the territory's clocks."""
    return f"{at.astimezone(zone):%H:%M:%S}"


def say_what(entry: Resource) -> str:
    """What an entry is, in a few words: specialities, else profession, else category, else kind."""
    specialities = ", ".join(one.label for one in entry.specialities)
    coding = entry.profession or entry.category
    return specialities or (coding.label if coding else "") or KIND_LABELS[entry.kind]
