"""Events of the territory: those of its file and those the coordinator announces, as one list."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar

from directory.welcome import Event
from orientation.events import AnnouncedEvent
from web.asking import wall_clock
from web.services import Services


@dataclass(frozen=True)
class ShownEvent:
    """Something to come to; without `at` it lasts whole days, `to` is on the last one."""

    uid: str
    title: str
    day: date
    ends: date
    at: time | None
    to: time | None
    place: str
    audience: str
    what: str
    url: str
    contact: str


def coming_events(services: Services) -> list[ShownEvent]:
    """Those that are not over, the first to come first."""
    told = [_of_file(one) for one in services.territory.welcome.coming(wall_clock(services).date())]
    told += [_announced(one) for one in services.orientation.events.coming()]
    return sorted(told, key=lambda one: (one.day, one.at or time.min, one.title))


def write_event_calendar(
    events: Sequence[ShownEvent], name: str, zone: ZoneInfo, now: datetime
) -> bytes:
    """An iCalendar (RFC 5545) to subscribe to; `now` is the DTSTAMP.

    An event keeps its UID, so that a calendar updates it. Hours are those of the territory's zone,
    written in UTC.
    """
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//Recours//Rendez-vous du territoire//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", timedelta(hours=12), parameters={"value": "DURATION"})
    for one in events:
        calendar.add_component(_component(one, zone, now))
    content: bytes = calendar.to_ical()
    return content


def _component(one: ShownEvent, zone: ZoneInfo, now: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{one.uid}@recours")
    event.add("dtstamp", now)
    event.add("summary", one.title)
    if one.at is None:
        event.add("dtstart", one.day)
        event.add("dtend", one.ends + timedelta(days=1))  # RFC 5545: the first day after it
    else:
        start = _instant(one.day, one.at, zone)
        event.add("dtstart", start)
        if one.to is not None:
            event.add("dtend", _instant(one.ends, one.to, zone))
        elif one.ends > one.day:
            event.add("dtend", _instant(one.ends + timedelta(days=1), time(), zone))
    if one.place:
        event.add("location", one.place)
    said = (one.what, one.audience and f"Pour : {one.audience}", one.contact)
    if any(said):
        event.add("description", "\n".join(filter(None, said)))
    if one.url:
        event.add("url", one.url)
    return event


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, at, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def _of_file(one: Event) -> ShownEvent:
    known = hashlib.blake2b(f"{one.day} {one.title}".encode(), digest_size=12).hexdigest()
    return ShownEvent(
        uid=f"fichier-{known}",
        title=one.title,
        day=one.day,
        ends=one.last,
        at=one.at,
        to=None,
        place=one.place,
        audience="",
        what=one.what,
        url=one.url,
        contact="",
    )


def _announced(one: AnnouncedEvent) -> ShownEvent:
    return ShownEvent(
        uid=str(one.id),
        title=one.title,
        day=one.day,
        ends=one.last,
        at=one.opens,
        to=one.closes,
        place=one.place,
        audience=one.audience,
        what=one.what,
        url=one.url,
        contact=one.contact,
    )
