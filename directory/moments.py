"""« Ouvert maintenant », « ouvert samedi matin »: what a question says of when, told the moment."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from directory.openings import DAY_MINUTES, SLOT_MINUTES
from directory.query import OpenAt
from directory.text import Word
from directory.typography import say_hour

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
PARTS = {
    "matin": (6 * 60, 12 * 60),
    "midi": (12 * 60, 14 * 60),
    "apres midi": (13 * 60, 18 * 60),
    "soir": (18 * 60, 22 * 60),
}
"""Parts of a day as people mean them, in minutes after midnight."""

_SAID = {"apres midi": "après-midi", "aujourd hui": "aujourd'hui"}
_OPEN = r"\bouvert(?:es|e|s)? "
_PART = r"(?P<part>matin|midi|apres midi|soir)"
_HOUR = r"(?:a )?(?P<hour>[01]?\d|2[0-3]) ?h(?: ?(?P<minute>[0-5]\d))?"
_DAY = rf"(?:le |les |ce )?(?P<day>{'|'.join(WEEKDAYS)}|aujourd hui|demain)s?"
_WEEKEND = re.compile(
    rf"{_OPEN}(?:(?:le |les |ce )?week ?ends?|(?:le |les )?samedis? (?:et|ou) (?:le |les )?dimanches?)\b"
)
_NOW = re.compile(rf"{_OPEN}(?:maintenant|actuellement|en ce moment)\b")
_LATER = re.compile(
    rf"{_OPEN}(?:{_DAY}(?: (?:(?:le |au )?{_PART}|{_HOUR}))?"
    rf"|(?:ce |cet |cette ){_PART.replace('part', 'today')}"
    rf"|{_HOUR.replace('hour', 'at').replace('minute', 'past')})\b"
)


class Moment(NamedTuple):
    """A part of the question that says when: where it stands and the filter it means."""

    start: int
    end: int
    filter: OpenAt


def find_moments(words: list[Word], now: dt.datetime) -> Iterator[Moment]:
    """Every « ouvert … » of a question; `now` is the wall clock of the territory, without zone.

    A weekday is the next one, today included; a week-end is open on one of its days. Without an hour, an entry open at some moment of
    the day, or of the part of it that is told, answers.
    """
    told = " ".join(word.folded for word in words)
    taken: list[int] = []
    for pattern in (_WEEKEND, _NOW, _LATER):
        for match in pattern.finditer(told):
            if match.start() in taken:
                continue
            taken.append(match.start())
            first = told.count(" ", 0, match.start())
            last = told.count(" ", 0, match.end())
            meant = _weekend(now) if pattern is _WEEKEND else _open_at(match, now)
            yield Moment(words[first].start, words[last].end, meant)


def _weekend(now: dt.datetime) -> OpenAt:
    """The next Saturday and Sunday; on a Sunday, what is left of this one."""
    sunday = _day("dimanche", now.date())
    if sunday == now.date():
        minute = now.hour * 60 + now.minute
        minute -= minute % SLOT_MINUTES
        label = f"ouvert dimanche {sunday:%d/%m}"
        return OpenAt(day=sunday, minute=minute, until=DAY_MINUTES, label=label)
    saturday = sunday - dt.timedelta(days=1)
    label = f"ouvert samedi {saturday:%d/%m} ou dimanche {sunday:%d/%m}"
    return OpenAt(day=saturday, minute=0, until=DAY_MINUTES, last=sunday, label=label)


def _open_at(match: re.Match[str], now: dt.datetime) -> OpenAt:
    told = match.groupdict()
    minute = now.hour * 60 + now.minute
    minute -= minute % SLOT_MINUTES
    if not any(told.values()):
        return OpenAt(day=now.date(), minute=minute, label="ouvert maintenant")
    named = told["day"] or "aujourd hui"
    day = _day(named, now.date())
    said = f"ouvert {_SAID.get(named, named)} {day:%d/%m}"
    if hour := told["hour"] or told["at"]:
        at = int(hour) * 60 + int(told["minute"] or told["past"] or 0)
        return OpenAt(day=day, minute=at, label=f"{said} à {say_hour(*divmod(at, 60))}")
    if part := told["part"] or told["today"]:
        start, until = PARTS[part]
        return OpenAt(day=day, minute=start, until=until, label=f"{said} {_SAID.get(part, part)}")
    start = minute if named == "aujourd hui" else 0
    return OpenAt(day=day, minute=start, until=DAY_MINUTES, label=said)


def _day(named: str, today: dt.date) -> dt.date:
    if named in WEEKDAYS:
        return today + dt.timedelta(days=(WEEKDAYS.index(named) - today.weekday()) % 7)
    return today + dt.timedelta(days=1 if named == "demain" else 0)
