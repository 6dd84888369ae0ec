"""A round as an iCalendar (RFC 5545) that says where and when, never who nor why."""

from datetime import datetime

from icalendar import Calendar, Event

from orientation.model import BookingState
from orientation.visits import DayRound


def write_calendar(day: DayRound, now: datetime) -> bytes:
    """One event per confirmed visit; a seat that is only held is not an appointment yet.

    An event keeps its UID from one download to the next, so that a calendar updates it. `now` is
    the DTSTAMP.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Recours//Tournée de visites//FR")
    calendar.add("version", "2.0")
    for number, visit in enumerate(day.visits, start=1):
        if visit.state is BookingState.HELD:
            continue
        event = Event()
        event.add("uid", f"{visit.booking_id}@recours")
        event.add("dtstamp", now)
        event.add("dtstart", visit.start)
        event.add("dtend", visit.end)
        event.add("summary", f"Visite {number}, {visit.commune_name}")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content
