"""The times when an external calendar (iCalendar, RFC 5545) says that a doctor is busy."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar

from directory.base.errors import InputRefusedError
from orientation.model import Span

OWN_UID = "@premier-recours"
"""How the events we give out end: a calendar that holds them does not make the doctor busy."""

MOST_EVENTS = 5000
_TOO_OFTEN = {"SECONDLY", "MINUTELY", "HOURLY"}


def read_busy(content: bytes, zone: ZoneInfo, begin: datetime, end: datetime) -> list[Span]:
    """Busy times between two instants, repetitions expanded, joined where they touch.

    Cancelled and « transparent » events are free time; hours without a zone and whole days are
    the territory's. Raises InputRefusedError for what is no calendar.
    """
    try:
        calendar = Calendar.from_ical(content)
        spans = list(_spans(calendar, zone, begin, end))
    except InputRefusedError:
        raise
    except Exception as exc:
        # The file is anybody's: whatever it breaks, the last good times stay.
        raise _refused("Ce fichier n'est pas un agenda iCalendar lisible.") from exc
    return join_spans(spans)


def join_spans(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as possible, in order."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if joined and span.start <= joined[-1].end:
            last = joined.pop()
            joined.append(Span(start=last.start, end=max(last.end, span.end)))
        else:
            joined.append(span)
    return joined


def _spans(calendar: Any, zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[Span]:
    events = calendar.walk("VEVENT")
    if len(events) > MOST_EVENTS:
        raise _refused(f"L'agenda a plus de {MOST_EVENTS} événements : donnez-en un plus court.")
    if any(_repeats_too_often(event) for event in events):
        raise _refused("L'agenda a un événement répété toutes les heures ou plus : retirez-le.")
    for event in recurring_ical_events.of(calendar).between(begin, end):
        if _is_free(event):
            continue
        first, last = (_instant(event[name].dt, zone) for name in ("DTSTART", "DTEND"))
        if first < last:
            yield Span(start=max(first, begin), end=min(last, end))


def _repeats_too_often(event: Any) -> bool:
    rules = event.get("RRULE", [])
    each = rules if isinstance(rules, list) else [rules]
    return any(_TOO_OFTEN & {str(one).upper() for one in rule.get("FREQ", [])} for rule in each)


def _is_free(event: Any) -> bool:
    return (
        str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        or str(event.get("STATUS", "")).upper() == "CANCELLED"
        or str(event.get("UID", "")).endswith(OWN_UID)
    )


def _instant(at: date | datetime, zone: ZoneInfo) -> datetime:
    if not isinstance(at, datetime):
        at = datetime.combine(at, time.min, tzinfo=zone)
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC)


def _refused(detail: str) -> InputRefusedError:
    return InputRefusedError(detail, field="calendar_url")
