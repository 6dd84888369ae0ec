"""Two processes on one store, many at once: a slot is given once, and nothing is left behind."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pytest
import sqlalchemy as sa

from orientation import tables
from orientation.model import LIVE_STATES, Mode
from orientation.service import Orientation
from tests.orientation.racers import open_one
from tests.orientation.team import add_slots, make_doctor, make_schedule, open_request

pytestmark = pytest.mark.slow
STORES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
EVERY_DAY = "FREQ=DAILY"

Pairs = Sequence[tuple[UUID, UUID] | tuple[UUID, UUID, UUID]]
"""Slot and request, and for a move the slot to go after."""


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_agenda"))


@pytest.fixture
def orientation(tmp_path: Path, url: str) -> Iterator[Orientation]:
    opened = open_one(tmp_path, url)
    yield opened
    opened.close()


def race(
    data_dir: Path,
    url: str,
    shares: Sequence[Pairs],
    threads: int,
    act: str = "hold",
    seconds: float = 120,
) -> Counter[str]:
    """Run one process per share, all started at one signal; returns what happened."""
    racers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.orientation.racers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in shares
    ]
    for racer, pairs in zip(racers, shares, strict=True):
        told = [[str(part) for part in pair] for pair in pairs]
        orders = {"data_dir": str(data_dir), "url": url, "pairs": told}
        assert racer.stdin is not None
        racer.stdin.write(json.dumps(orders | {"threads": threads, "act": act}) + "\n")
        racer.stdin.flush()
    for racer in racers:
        assert racer.stdout is not None
        assert racer.stdout.readline() == "ready\n", racer.communicate()
    for racer in racers:  # all at once: communicate() alone would start each after the last one
        assert racer.stdin is not None
        racer.stdin.write("go\n")
        racer.stdin.flush()
    # Read together: one whose log fills its pipe would wait there until the other one has ended.
    with ThreadPoolExecutor(len(racers)) as readers:
        ended = list(readers.map(lambda racer: racer.communicate(timeout=seconds), racers))
    assert [racer.returncode for racer in racers] == [0] * len(racers), ended
    return sum((Counter(json.loads(out)) for out, _ in ended), Counter())


def free_slots(orientation: Orientation) -> list[UUID]:
    """From tomorrow on: whatever the hour these tests run at, nobody would come too late."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    with orientation.database.read() as connection:
        query = sa.select(tables.slot.c.id).where(tables.slot.c.starts > tomorrow)
        return list(connection.execute(query).scalars())


def count(orientation: Orientation, query: str) -> int:
    live = ", ".join(f"'{state.value}'" for state in LIVE_STATES)
    with orientation.database.read() as connection:
        return int(connection.execute(sa.text(query.replace("LIVE", live))).scalar_one())


def test_200_holds_through_two_processes_have_one_winner(
    tmp_path: Path, url: str, orientation: Orientation
) -> None:
    add_slots(orientation, rule=EVERY_DAY)
    slot = free_slots(orientation)[0]
    requests = [open_request(orientation) for _ in range(200)]
    pairs = [(slot, request) for request in requests]
    seen = race(tmp_path, url, [pairs[:100], pairs[100:]], threads=100)
    assert seen == {"held": 1, "slot_taken": 199}


def test_without_the_constraint_the_same_race_has_several_winners(
    tmp_path: Path, url: str, orientation: Orientation
) -> None:
    add_slots(orientation, rule=EVERY_DAY)
    slot = free_slots(orientation)[0]
    pairs = [(slot, open_request(orientation)) for _ in range(20)]
    with orientation.database.write() as connection:
        connection.execute(sa.text("DROP INDEX uq_booking_seat"))
    seen = race(tmp_path, url, [pairs[:10], pairs[10:]], threads=10)
    assert seen["held"] > 1


def test_whole_lives_of_bookings_leave_the_store_coherent(
    tmp_path: Path, url: str, orientation: Orientation
) -> None:
    """Overlapping slots of one doctor in two modes, some with two places, taken and given back."""
    doctor = make_doctor()
    orientation.add_doctor(doctor)
    for mode, minutes, seats in ((Mode.CABINET, 20, 2), (Mode.VIDEO, 30, 1), (Mode.HOME, 15, 1)):
        orientation.add_schedule(
            make_schedule(doctor, mode, rule=EVERY_DAY, slot_minutes=minutes, seats=seats)
        )
    orientation.extend_horizon()
    slots = free_slots(orientation)[:12]
    pairs = [(slots[n % len(slots)], open_request(orientation)) for n in range(96)]
    seen = race(tmp_path, url, [pairs[:48], pairs[48:]], threads=8, act="live")
    assert set(seen) <= {"held", "slot_taken", "doctor_busy", "round_broken"}
    assert_coherent(orientation)


def test_moves_after_the_same_slots_lose_nobody(
    tmp_path: Path, url: str, orientation: Orientation
) -> None:
    """Every person booked keeps one appointment, in the slot they had or the one they wanted."""
    add_slots(orientation, rule=EVERY_DAY)
    slots = free_slots(orientation)[:50]  # the last ten are held by nobody first, and wanted by all
    pairs = [(slots[n % 40], open_request(orientation), slots[30 + n % 20]) for n in range(80)]
    seen = race(tmp_path, url, [pairs[:40], pairs[40:]], threads=8, act="move")
    assert set(seen) <= {"moved", "kept: slot_taken", "kept: already_there", "slot_taken"}
    assert seen["moved"] >= 10
    booked = sum(number for what, number in seen.items() if what != "slot_taken")
    assert count(orientation, "SELECT count(*) FROM booking WHERE state = 'confirmed'") == booked
    assert_coherent(orientation)


def assert_each_slot_is_given_once(
    tmp_path: Path, url: str, orientation: Orientation, attempts: int, slots: int
) -> None:
    """Many more requests than slots: each slot is given, once, and every loser hears why."""
    for _ in range(-(-slots // 400)):
        add_slots(orientation, rule=EVERY_DAY, opens=time(8), closes=time(20), slot_minutes=10)
    wanted = free_slots(orientation)[:slots]
    assert len(wanted) == slots
    requests = [open_request(orientation) for _ in range(attempts)]
    pairs = [(wanted[n % slots], request) for n, request in enumerate(requests)]
    shuffle = Random(7).shuffle  # both processes after every slot, in no common order
    shuffle(pairs)
    shares = [pairs[::2], pairs[1::2]]
    seen = race(tmp_path, url, shares, threads=8, act="take", seconds=3000)
    assert seen == {"taken": slots, "slot_taken": attempts - slots}
    assert count(orientation, "SELECT count(*) FROM booking WHERE state IN (LIVE)") == slots
    assert_coherent(orientation)


def test_400_attempts_over_40_slots_double_none(
    tmp_path: Path, url: str, orientation: Orientation
) -> None:
    assert_each_slot_is_given_once(tmp_path, url, orientation, 400, 40)


@pytest.mark.soak
def test_10000_attempts_over_1000_slots_double_none(
    tmp_path: Path, url: str, orientation: Orientation
) -> None:
    assert_each_slot_is_given_once(tmp_path, url, orientation, 10_000, 1_000)


def assert_coherent(orientation: Orientation) -> None:
    assert count(orientation, "SELECT count(*) FROM booking WHERE state IN (LIVE)") > 0
    doubles = (
        "SELECT count(*) FROM (SELECT slot, seat FROM booking WHERE state IN (LIVE)"
        " GROUP BY slot, seat HAVING count(*) > 1) twice"
    )
    orphans = (
        "SELECT count(*) FROM occupied_minute m WHERE NOT EXISTS"
        " (SELECT 1 FROM booking b WHERE b.slot = m.slot AND b.state IN (LIVE))"
    )
    naked = (
        "SELECT count(*) FROM booking b WHERE b.state IN (LIVE) AND NOT EXISTS"
        " (SELECT 1 FROM occupied_minute m WHERE m.slot = b.slot)"
    )
    flagged = (
        "SELECT count(*) FROM booking b JOIN request r ON r.id = b.request"
        " WHERE b.state IN (LIVE) AND r.outcome <> 'open'"
    )
    assert [count(orientation, query) for query in (doubles, orphans, naked, flagged)] == [0] * 4
