"""Calendars out and in: nobody's name goes out, what comes in makes the doctor unavailable."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from directory.base.clock import FixedClock
from directory.base.errors import InputRefusedError, NotFoundError
from directory.territory import Territory
from orientation import fetching
from orientation.busy import read_busy
from orientation.fetching import check_calendar_url, fetch_calendar
from orientation.key_rotation import rotate_keys
from orientation.model import Doctor, Mode, Span
from orientation.service import Orientation
from orientation.store import new_id
from tests.orientation.calendar_server import Shelf, calendar, open_shelf
from tests.orientation.conftest import Open
from tests.orientation.team import PATIENT, add_slots, open_request
from tests.orientation.test_moving import book, reason
from tests.orientation.test_planning import MONDAY, TUESDAY, book_on, proposed_days

BUSY_TUESDAY = "DTSTART;TZID=Europe/Paris:20261124T083000\nDTEND;TZID=Europe/Paris:20261124T130000"
PRIVATE = "adresse est celle d'un réseau privé"


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    with open_shelf() as opened:
        yield opened


@pytest.fixture
def local(open_agenda: Open) -> Orientation:
    return open_agenda(calendar_local=True)


def fill(orientation: Orientation) -> Doctor:
    return add_slots(orientation, valid_to=TUESDAY, closes=time(10))


def read(territory: Territory, *events: str, first: date = MONDAY, days: int = 14) -> list[Span]:
    begin = datetime.combine(first, time.min, tzinfo=territory.zone).astimezone(UTC)
    return read_busy(calendar(*events), territory.zone, begin, begin + timedelta(days=days))


def hours(territory: Territory, spans: list[Span]) -> list[str]:
    return [
        " ".join(f"{at.astimezone(territory.zone):%d/%m %H:%M}" for at in (one.start, one.end))
        for one in spans
    ]


def test_a_busy_time_is_neither_proposed_nor_held(local: Orientation, shelf: Shelf) -> None:
    doctor = fill(local)
    request = open_request(local)
    slot = local.agenda(doctor.id, TUESDAY, 1)[0].slot_id
    shelf.content = calendar(BUSY_TUESDAY)
    local.calendars.follow(doctor.id, shelf.url, "Odette Brunel")
    assert reason(lambda: local.hold(slot, request)) == "slot_withdrawn"
    assert proposed_days(local) == {MONDAY}
    assert slot in local.absent_slots(doctor.id)
    followed = local.calendars.followed(doctor.id)
    assert followed is not None
    assert (followed.host, followed.author, followed.problem) == ("localhost", "Odette Brunel", "")
    local.calendars.unfollow(doctor.id)
    assert local.hold(slot, request).slot_id == slot
    assert local.calendars.followed(doctor.id) is None


def test_a_busy_time_cancels_nothing_and_is_shown_as_a_conflict(
    local: Orientation, shelf: Shelf
) -> None:
    doctor = fill(local)
    booked = book_on(local, TUESDAY)
    shelf.content = calendar(BUSY_TUESDAY)
    local.calendars.follow(doctor.id, shelf.url)
    assert local.request(booked.request_id).booking is not None
    assert local.to_call_back() == ()
    (conflict,) = local.calendars.conflicts(doctor.id)
    assert (conflict.appointment_id, conflict.initials) == (booked.appointment_id, "E. V.")
    slots = local.agenda(doctor.id, TUESDAY, 1)
    local.planning.series(doctor.id)
    local.declare_absence(doctor.id, slots[1].start, slots[1].end)
    assert local.request(booked.request_id).booking is not None


def test_each_reading_replaces_the_last_and_a_failure_keeps_it(
    local: Orientation, shelf: Shelf
) -> None:
    doctor = fill(local)
    shelf.content = calendar(BUSY_TUESDAY)
    local.calendars.follow(doctor.id, shelf.url)
    shelf.status = 500
    assert local.calendars.refresh() == "agendas externes illisibles : 1"
    followed = local.calendars.followed(doctor.id)
    assert followed is not None
    assert "répond 500" in followed.problem
    assert local.calendars.late() == 1
    shelf.status, shelf.content = 200, b"<html>bonjour</html>"
    assert local.calendars.refresh()
    assert proposed_days(local) == {MONDAY}
    shelf.content = calendar()
    assert local.calendars.refresh() == ""
    assert local.calendars.late() == 0
    assert local.proposals(open_request(local)).proposals[0].slot.start.date() == TUESDAY


def test_an_address_that_gives_no_calendar_is_not_kept(local: Orientation, shelf: Shelf) -> None:
    doctor = fill(local)
    for status, content in ((404, b""), (200, b"rien"), (200, b"BEGIN:VCALENDAR")):
        shelf.status, shelf.content = status, content
        with pytest.raises(InputRefusedError) as refused:
            local.calendars.follow(doctor.id, shelf.url)
        assert shelf.url not in refused.value.detail
    assert local.calendars.followed(doctor.id) is None


def test_the_address_survives_a_rotation_of_keys(
    local: Orientation, shelf: Shelf, tmp_path: Path, open_agenda: Open
) -> None:
    doctor = fill(local)
    shelf.content = calendar(BUSY_TUESDAY)
    local.calendars.follow(doctor.id, shelf.url)
    for _ in range(2):
        assert rotate_keys(local.database, tmp_path) == 1
    assert open_agenda(calendar_local=True).calendars.refresh() == ""
    assert len(shelf.asked) == 2


def test_repetitions_are_expanded_on_the_wall_clock_through_both_changes(
    territory: Territory,
) -> None:
    event = (
        "DTSTART;TZID=Europe/Paris:20261022T090000\nDTEND;TZID=Europe/Paris:20261022T100000\n"
        "RRULE:FREQ=DAILY\nEXDATE;TZID=Europe/Paris:20261025T090000"
    )
    autumn = read(territory, event, first=date(2026, 10, 24), days=3)
    assert hours(territory, autumn) == ["24/10 09:00 24/10 10:00", "26/10 09:00 26/10 10:00"]
    assert [span.start.hour for span in autumn] == [7, 8]
    spring = read(territory, event, first=date(2027, 3, 27), days=3)
    assert [span.start.hour for span in spring] == [8, 7, 7]


def test_whole_days_free_times_and_our_own_appointments(territory: Territory) -> None:
    found = read(
        territory,
        "DTSTART;VALUE=DATE:20261125\nDTEND;VALUE=DATE:20261126",
        "DTSTART:20261126T090000\nDTEND:20261126T100000",
        "DTSTART:20261126T100000\nDTEND:20261126T110000",
        "DTSTART:20261127T090000\nDTEND:20261127T100000\nTRANSP:TRANSPARENT",
        "DTSTART:20261127T090000\nDTEND:20261127T100000\nSTATUS:CANCELLED",
        "UID:x@premier-recours\nDTSTART:20261127T090000\nDTEND:20261127T100000",
        "DTSTART:20261128T090000\nDTEND:20261128T090000",
    )
    assert hours(territory, found) == ["25/11 00:00 26/11 00:00", "26/11 09:00 26/11 11:00"]


def test_an_event_without_end_of_its_own_lasts_as_the_standard_says(territory: Territory) -> None:
    found = read(
        territory,
        "DTSTART;VALUE=DATE:20261125",
        "DTSTART:20261126T090000\nDURATION:PT45M",
    )
    assert hours(territory, found) == ["25/11 00:00 26/11 00:00", "26/11 09:00 26/11 09:45"]


def test_a_calendar_that_repeats_every_second_is_refused(territory: Territory) -> None:
    with pytest.raises(InputRefusedError, match="toutes les heures"):
        read(territory, "DTSTART:20261126T090000\nDURATION:PT1S\nRRULE:FREQ=SECONDLY")


@pytest.mark.parametrize(
    "url",
    [
        *("http://agenda.example/a.ics", "ftp://agenda.example/a", "https://", "agenda.ics", ""),
        *("https://u:p@agenda.example/a", "file:///etc/passwd", "https://[::1", "https://a" * 200),
    ],
)
def test_only_plain_https_addresses_are_taken(url: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        check_calendar_url(url, local=False)
    assert refused.value.extra["field"] == "calendar_url"


def test_webcal_is_https() -> None:
    assert str(check_calendar_url("webcal://agenda.example/a", local=False)) == (
        "https://agenda.example/a"
    )


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "[::1]", "localhost"),
        *("[::ffff:127.0.0.1]", "[2002:7f00:1::]", "[fd00::1]", "100.64.0.1", "0.0.0.0"),
    ],
)
def test_the_network_the_service_is_in_is_never_called(host: str) -> None:
    with pytest.raises(InputRefusedError, match=PRIVATE):
        fetch_calendar(f"https://{host}/a.ics", local=False)


def test_a_redirection_is_followed_and_checked_like_the_address(shelf: Shelf) -> None:
    shelf.status, shelf.location = 302, "/ailleurs.ics"
    with pytest.raises(InputRefusedError, match="d'adresse en adresse"):
        fetch_calendar(shelf.url, local=True)
    assert [path for path, _ in shelf.asked] == ["/prive.ics"] + ["/ailleurs.ics"] * 3
    assert shelf.asked[0][1].startswith("localhost:")
    shelf.location = "file:///etc/passwd"
    with pytest.raises(InputRefusedError, match="https://"):
        fetch_calendar(shelf.url, local=True)


def test_what_is_too_large_is_given_up(shelf: Shelf) -> None:
    shelf.content = b"x" * (fetching.LARGEST + 1)
    with pytest.raises(InputRefusedError, match="dépasse 2 Mo"):
        fetch_calendar(shelf.url, local=True)


def test_a_server_that_is_not_there_is_said(shelf: Shelf) -> None:
    with pytest.raises(InputRefusedError, match="ne répond pas"):
        fetch_calendar("http://127.0.0.1:9/a.ics", local=True)


def test_the_feed_tells_hours_and_nobody(both: Orientation) -> None:
    doctor = add_slots(both)
    booked = book(both)
    secret = both.calendars.renew_address(doctor.id)
    content = both.calendars.feed(secret)
    (event,) = Calendar.from_ical(content).events
    assert (event.start, event.end) == (booked.start, booked.end)
    assert str(event["SUMMARY"]) == "RDV premier recours, cabinet"
    for told in (PATIENT.family, PATIENT.given, "0612345678", "+33612345678", "1961"):
        assert told.encode() not in content
    both.declare_absence(doctor.id, booked.start, booked.end)
    assert Calendar.from_ical(both.calendars.feed(secret)).events == []


def test_an_address_given_anew_kills_the_former_one(orientation: Orientation) -> None:
    doctor = add_slots(orientation, Mode.VIDEO)
    first = orientation.calendars.renew_address(doctor.id)
    second = orientation.calendars.renew_address(doctor.id)
    with pytest.raises(NotFoundError):
        orientation.calendars.feed(first)
    assert orientation.calendars.feed(second)
    assert orientation.calendars.address_since(doctor.id) is not None
    orientation.calendars.revoke_address(doctor.id)
    with pytest.raises(NotFoundError):
        orientation.calendars.feed(second)
    assert orientation.calendars.address_since(doctor.id) is None
    with pytest.raises(NotFoundError):
        orientation.calendars.renew_address(new_id())


def test_what_we_give_out_and_read_back_blocks_nothing(
    local: Orientation, shelf: Shelf, clock: FixedClock
) -> None:
    doctor = fill(local)
    book_on(local, TUESDAY)
    shelf.content = local.calendars.feed(local.calendars.renew_address(doctor.id))
    local.calendars.follow(doctor.id, shelf.url)
    assert local.calendars.conflicts(doctor.id) == ()
    clock.set(clock() + timedelta(minutes=1))
    assert proposed_days(local) == {MONDAY, TUESDAY}
