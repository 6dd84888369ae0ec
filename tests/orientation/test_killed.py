"""kill -9 in the middle of confirmations: what was acknowledged is there, messages are told apart.

The child is a real process, the mail server a real one on the loopback. A message whose process
died between the server's « ok » and writing it down leaves again under the same Message-ID.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.database import store_now
from orientation import tables
from orientation.service import Orientation
from tests.orientation.mailbox import Mailbox
from tests.orientation.racers import PATIENT, open_one
from tests.orientation.team import add_slots, open_request
from tests.orientation.test_concurrency import EVERY_DAY, STORES, assert_coherent, free_slots

pytestmark = pytest.mark.slow

Pairs = Sequence[tuple[UUID, UUID]]


@pytest.fixture(params=STORES)
def url(request: pytest.FixtureRequest) -> str:
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_agenda"))


def kill_after(acknowledged: int, orders: dict[str, object]) -> list[str]:
    """Let a child confirm, kill it after that many; returns all it had acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.orientation.confirmer"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps(orders) + "\n")
        child.stdin.flush()
        told = [child.stdout.readline().strip() for _ in range(acknowledged)]
        os.kill(child.pid, signal.SIGKILL)
        told += child.stdout.read().split("\n")[:-1]  # a line cut short was not acknowledged
    assert child.returncode == -signal.SIGKILL
    return told


def prepare(orientation: Orientation, number: int) -> Pairs:
    add_slots(orientation, rule=EVERY_DAY)
    slots = free_slots(orientation)[:number]
    return [(slot, open_request(orientation)) for slot in slots]


def confirmed(orientation: Orientation) -> set[str]:
    booking = tables.booking
    with orientation.database.read() as connection:
        query = sa.select(booking.c.request).where(booking.c.state == "confirmed")
        return {str(request) for request in connection.execute(query).scalars()}


def send_everything(orientation: Orientation) -> None:
    """Until nothing waits, without the pauses a dead process left."""
    while orientation.counts().outbox.get("en attente"):
        with orientation.database.write() as connection:
            connection.execute(tables.outbox.update().values(due_at=store_now(-1)))
        orientation.send_notices()


@pytest.mark.parametrize(("after", "send"), [(1, False), (4, True), (9, False)])
def test_what_was_acknowledged_survives_and_is_told_once(
    tmp_path: Path, url: str, mailbox: Mailbox, after: int, send: bool
) -> None:
    mail = {"mail_url": f"smtp://127.0.0.1:{mailbox.port}", "mail_from": "recours@cpts.example"}
    orientation = open_one(tmp_path, url, **mail)
    pairs = prepare(orientation, 40)
    orders: dict[str, object] = {
        "data_dir": str(tmp_path),
        "url": url,
        "pairs": [[str(slot), str(request)] for slot, request in pairs],
        "mail": mailbox.port,
        "send": send,
    }
    told = kill_after(after, orders)
    there = confirmed(orientation)
    assert after <= len(told) < len(pairs)
    assert set(told) <= there
    assert len(there) <= len(told) + 1  # the one under way, done but not yet said
    assert_coherent(orientation)
    send_everything(orientation)
    sent = [str(mail["Message-ID"]) for mail in mailbox.received]
    assert len(set(sent)) == len(there)
    assert len(sent) - len(set(sent)) <= (1 if send else 0)
    orientation.close()


def test_the_same_calls_again_finish_what_was_under_way(
    tmp_path: Path, url: str, mailbox: Mailbox
) -> None:
    orientation = open_one(tmp_path, url)
    pairs = prepare(orientation, 12)
    orders: dict[str, object] = {
        "data_dir": str(tmp_path),
        "url": url,
        "pairs": [[str(slot), str(request)] for slot, request in pairs],
        "mail": mailbox.port,
        "send": False,
    }
    kill_after(3, orders)
    for slot, request in pairs:
        held = orientation.hold(slot, request, f"hold-{request}")
        orientation.confirm(held.hold_id, PATIENT, f"confirm-{request}")
    assert len(confirmed(orientation)) == len(pairs)
    assert orientation.counts().outbox == {"en attente": len(pairs)}
    assert_coherent(orientation)
    orientation.close()
