"""The form of an event of the territory, as typed and as read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from uuid import UUID

from pydantic import BaseModel, Field

from orientation.events import AnnouncedEvent, EventPlan
from web.planning_contexts import Values
from web.planning_forms import read_day, read_hour, typed


class EventForm(BaseModel):
    """An event as typed."""

    title: str = Field("", max_length=300)
    day: str = Field("", max_length=20)
    last: str = Field("", max_length=20)
    opens: str = Field("", max_length=20)
    closes: str = Field("", max_length=20)
    place: str = Field("", max_length=500)
    audience: str = Field("", max_length=500)
    what: str = Field("", max_length=3000)
    url: str = Field("", max_length=1000)
    contact: str = Field("", max_length=500)
    author: str = Field("", max_length=80)
    key: str = Field("", max_length=40)
    revision: str = Field("", max_length=10)


@dataclass(frozen=True)
class EventsPage:
    """What is announced, and the form: empty, or that of the event being changed."""

    coming: Sequence[AnnouncedEvent]
    changing: UUID | None
    values: Values
    problems: Mapping[str, str]
    message: str


def read_event(form: EventForm) -> EventPlan:
    """The event; InputRefusedError names the field that cannot be read."""
    day = read_day(form.day, "day")
    return EventPlan(
        title=" ".join(form.title.split()),
        day=day,
        last=read_day(form.last, "last") if form.last.strip() else day,
        opens=_hour(form.opens, "opens"),
        closes=_hour(form.closes, "closes"),
        place=form.place.strip(),
        audience=form.audience.strip(),
        what=form.what.replace("\r\n", "\n").strip(),
        url=form.url.strip(),
        contact=form.contact.strip(),
    )


def read_revision(form: EventForm) -> int:
    """The revision the form was made at; 0, which is nobody's, for anything else."""
    told = form.revision
    return int(told) if told.isascii() and told.isdigit() else 0


def event_as_typed(event: AnnouncedEvent) -> Values:
    """The form of an event as it is."""
    return typed(
        EventForm(
            title=event.title,
            day=event.day.isoformat(),
            last=event.last.isoformat() if event.last != event.day else "",
            opens=f"{event.opens:%H:%M}" if event.opens else "",
            closes=f"{event.closes:%H:%M}" if event.closes else "",
            place=event.place,
            audience=event.audience,
            what=event.what,
            url=event.url,
            contact=event.contact,
            revision=str(event.revision),
        )
    )


def _hour(told: str, field: str) -> time | None:
    return read_hour(told.strip(), field) if told.strip() else None
