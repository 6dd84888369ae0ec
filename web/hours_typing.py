"""Opening hours as people write them, one rule a line, and back."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from directory.model import ON_HOLIDAYS, OpeningHours
from directory.territory import WEEKDAYS
from directory.wording import DAY_NAMES, say_period
from importers.cleaning import parse_date

EVERY_DAY = "tous les jours"
_DAY = "|".join(WEEKDAYS)
_DAYS = rf"(?:{EVERY_DAY}|jours? fériés?|(?:{_DAY})(?:\s*(?:à|au|-)\s*(?:{_DAY}))*)"
_RULE = re.compile(
    rf"(?P<days>{_DAYS}(?:\s*(?:,|et)\s*{_DAYS})*)?\s*:?\s*"
    r"(?P<spans>fermé|[\dh:,\s–-]*?)\s*"
    r"(?:du (?P<start>[\d/-]+) au (?P<end>[\d/-]+)|à partir du (?P<only_start>[\d/-]+)"
    r"|jusqu'au (?P<only_end>[\d/-]+))?\s*(?:\((?P<note>[^()]*)\))?",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(\d{1,2})\s*[h:]\s*(\d{2})?\s*[–-]\s*(\d{1,2})\s*[h:]\s*(\d{2})?")


def read_hours(told: str) -> tuple[OpeningHours, ...]:
    """« lundi à vendredi 9h-12h, 14h-18h30 », « samedi fermé », one rule a line.

    Raises ValueError, in French, with the line that cannot be read.
    """
    lines = (line.strip() for line in told.splitlines())
    return tuple(rule for line in lines if line for rule in _rules(line))


def say_rules(hours: Sequence[OpeningHours]) -> str:
    """Rules as `read_hours` reads them."""
    return "\n".join(_say_rule(one) for one in hours)


def _say_rule(hours: OpeningHours) -> str:
    days = ", ".join(_named(hours.days))
    span = "fermé" if hours.closed else f"{hours.opens}-{hours.closes}".strip("-")
    note = f"({hours.note})" if hours.note else ""
    return " ".join(filter(None, (days, span, say_period(hours), note)))


def _named(days: Sequence[int]) -> list[str]:
    weekly = [day for day in days if day != ON_HOLIDAYS]
    named = [EVERY_DAY] if len(weekly) == len(WEEKDAYS) else [DAY_NAMES[day] for day in weekly]
    return [*named, DAY_NAMES[ON_HOLIDAYS]] if ON_HOLIDAYS in days else named


def _rules(line: str) -> Iterator[OpeningHours]:
    found = _RULE.fullmatch(line.replace("’", "'"))
    if found is None or not (found["days"] or found["spans"]):
        raise ValueError(
            f"« {line[:60]} » : écrivez par exemple « lundi à vendredi 9h-12h, 14h-18h30 »."
        )
    days = _days((found["days"] or "").lower())
    start, end = (
        _day(found[one] or found[other], line)
        for one, other in (("start", "only_start"), ("end", "only_end"))
    )
    note = " ".join((found["note"] or "").split())
    for opens, closes, closed in _spans(found["spans"].lower(), line):
        yield OpeningHours(
            days=days,
            opens=opens,
            closes=closes,
            valid_from=start,
            valid_to=end,
            closed=closed,
            note=note,
        )


def _spans(told: str, line: str) -> list[tuple[str, str, bool]]:
    if told == "fermé":
        return [("", "", True)]
    spans = [_span(part, line) for part in told.split(",") if part.strip()]
    if not spans:
        raise ValueError(f"« {line[:60]} » : il manque les heures, ou « fermé ».")
    return spans


def _span(told: str, line: str) -> tuple[str, str, bool]:
    found = _SPAN.fullmatch(told.strip())
    if found is None:
        raise ValueError(f"« {line[:60]} » : heures attendues sous la forme 9h-18h30.")
    hours = [int(found[1]), int(found[3])]
    minutes = [int(found[2] or 0), int(found[4] or 0)]
    opens, closes = (f"{h:02}:{m:02}" for h, m in zip(hours, minutes, strict=True))
    if max(hours) > 24 or max(minutes) > 59 or opens >= closes or closes > "24:00":
        raise ValueError(f"« {line[:60]} » : ces heures ne se suivent pas.")
    return opens, closes, False


def _days(told: str) -> tuple[int, ...]:
    days: set[int] = set()
    for part in re.split(r"\s*(?:,|\bet\b)\s*", told):
        if part == EVERY_DAY:
            days |= set(range(len(WEEKDAYS)))
        elif part.startswith("jour"):
            days.add(ON_HOLIDAYS)
        elif ends := [WEEKDAYS.index(one) for one in re.findall(_DAY, part)]:
            span = ends[-1] - ends[0]
            days |= {(ends[0] + step) % len(WEEKDAYS) for step in range(span % len(WEEKDAYS) + 1)}
    return tuple(sorted(days))


def _day(told: str | None, line: str) -> date | None:
    if not told:
        return None
    found = parse_date(told)
    if found is None:
        raise ValueError(f"« {line[:60]} » : date attendue sous la forme JJ/MM/AAAA.")
    return found
