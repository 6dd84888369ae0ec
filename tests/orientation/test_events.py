"""Events of the territory: checked, changed by one person at a time, traced, gone when they are over."""

from datetime import date, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation import tables
from orientation.event_tables import territory_event
from orientation.events import KEPT_DAYS, MOST_COMING, EventPlan
from orientation.service import Orientation
from orientation.store import new_id

TODAY = date(2026, 11, 23)
WHO = "Coordination, Odile Ferrand"


def plan(**changes: Any) -> EventPlan:
    values: dict[str, Any] = {
        "title": "Accueil des nouveaux installés",
        "day": date(2026, 12, 3),
        "last": date(2026, 12, 3),
        "opens": time(19, 30),
        "closes": time(21),
        "place": "Maison de santé de Fresnes",
        "audience": "Tous les professionnels",
        "url": "https://cpts.example/accueil",
        "contact": "la coordination, 01 99 00 62 10",
    }
    return EventPlan(**{**values, **changes})


def told(orientation: Orientation) -> list[str]:
    return [one.title for one in orientation.events.coming()]


def traces(orientation: Orientation) -> list[tuple[str, str]]:
    audit = tables.audit
    query = sa.select(audit.c.action, audit.c.actor).where(audit.c.action.like("event.%"))
    with orientation.database.read() as connection:
        return [tuple(row) for row in connection.execute(query.order_by(audit.c.id))]


def test_an_event_is_announced_changed_and_removed_by_name(both: Orientation) -> None:
    key = new_id()
    both.events.add(key, plan(), WHO)
    (event,) = both.events.coming()
    assert (event.title, event.opens, event.author) == (plan().title, time(19, 30), WHO)
    both.events.change(key, event.revision, plan(place="Rungis", opens=None, closes=None), WHO)
    changed = both.events.get(key)
    assert (changed.place, changed.opens, changed.revision) == ("Rungis", None, 2)
    both.events.remove(key, WHO)
    both.events.remove(key, WHO)
    assert told(both) == []
    assert traces(both) == [("event.add", WHO), ("event.change", WHO), ("event.remove", WHO)]
    with pytest.raises(NotFoundError):
        both.events.get(key)


def test_the_same_sent_twice_is_one_event(both: Orientation) -> None:
    key = new_id()
    both.events.add(key, plan(), WHO)
    both.events.add(key, plan(title="Autre"), WHO)
    assert told(both) == [plan().title]
    assert len(traces(both)) == 1


def test_two_people_do_not_undo_each_other(both: Orientation) -> None:
    key = new_id()
    both.events.add(key, plan(), WHO)
    seen = both.events.get(key).revision
    both.events.change(key, seen, plan(title="Reporté"), WHO)
    with pytest.raises(ConflictError) as error:
        both.events.change(key, seen, plan(title="Annulé"), WHO)
    assert error.value.extra["reason"] == "event_changed"
    assert told(both) == ["Reporté"]


def test_they_come_in_order_and_leave_the_day_after_their_last(
    both: Orientation, clock: FixedClock
) -> None:
    for title, day, last, opens in (
        ("soir", TODAY, TODAY, time(20)),
        ("matin", TODAY, TODAY, time(8)),
        ("journée", TODAY, TODAY, None),
        ("semaine", TODAY, TODAY + timedelta(days=4), None),
        ("demain", TODAY + timedelta(days=1), TODAY + timedelta(days=1), None),
    ):
        both.events.add(new_id(), plan(title=title, day=day, last=last, opens=opens, closes=None))
    assert told(both) == ["journée", "semaine", "matin", "soir", "demain"]
    clock.set(clock() + timedelta(hours=15, minutes=59))  # 23:59 in Paris
    assert len(told(both)) == 5
    clock.set(clock() + timedelta(minutes=1))
    assert told(both) == ["semaine", "demain"]


def test_what_is_long_over_leaves_the_store(both: Orientation, clock: FixedClock) -> None:
    both.events.add(new_id(), plan(day=TODAY, last=TODAY))
    clock.set(clock() + timedelta(days=KEPT_DAYS))
    assert both.events.forget_past() == 0
    clock.set(clock() + timedelta(days=1))
    assert both.events.forget_past() == 1
    with both.database.read() as connection:
        assert connection.execute(sa.select(territory_event)).all() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "é" * 121}, "title"),
        ({"title": "Réunion\u202e"}, "title"),
        ({"day": TODAY - timedelta(days=1)}, "day"),
        ({"day": date(2029, 1, 1), "last": date(2029, 1, 1)}, "day"),
        ({"last": date(2026, 12, 2)}, "last"),
        ({"last": date(2027, 2, 3)}, "last"),
        ({"opens": None}, "closes"),
        ({"closes": time(19, 30)}, "closes"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"url": "ftp://cpts.example/"}, "url"),
        ({"url": "https://odile:secret@cpts.example/"}, "url"),
        ({"url": "https://"}, "url"),
        ({"url": "cpts.example"}, "url"),
        ({"url": 'https://cpts.example/"onclick='}, "url"),
        ({"what": "a" * 1001}, "what"),
        ({"contact": "a" * 201}, "contact"),
    ],
)
def test_what_cannot_be_announced_names_its_field(
    orientation: Orientation, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(InputRefusedError) as error:
        orientation.events.add(new_id(), plan(**changes))
    assert error.value.extra["field"] == field
    assert told(orientation) == []
    assert traces(orientation) == []


def test_one_under_way_can_still_be_changed(orientation: Orientation, clock: FixedClock) -> None:
    key = new_id()
    days = {"day": TODAY, "last": TODAY + timedelta(days=2), "opens": None, "closes": None}
    orientation.events.add(key, plan(**days))
    clock.set(clock() + timedelta(days=1))
    orientation.events.change(key, 1, plan(**days, place="Salle 2"))
    assert orientation.events.get(key).place == "Salle 2"
    with pytest.raises(InputRefusedError):
        orientation.events.change(key, 2, plan(**{**days, "day": TODAY - timedelta(days=1)}))


def test_there_is_an_end_to_what_is_announced(orientation: Orientation) -> None:
    for number in range(MOST_COMING):
        orientation.events.add(new_id(), plan(title=f"Réunion {number}"))
    with pytest.raises(ConflictError) as error:
        orientation.events.add(new_id(), plan())
    assert error.value.extra["reason"] == "too_many_events"


def test_what_is_unknown_is_not_found(orientation: Orientation) -> None:
    with pytest.raises(NotFoundError):
        orientation.events.get("rien")
    with pytest.raises(NotFoundError):
        orientation.events.change(new_id(), 1, plan())
