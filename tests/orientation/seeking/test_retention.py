"""Confirmed every year or deleted; identity never in clear, and gone days after closing."""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
import sqlalchemy as sa
import structlog

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError
from directory.base.logs import configure_logs
from directory.territory import SeekingPolicy, Target, Territory
from orientation import tables as agenda_tables
from orientation.seeking import tables
from orientation.seeking.model import (
    CloseReason,
    RefusalReason,
    Sex,
    Situation,
    WaitState,
    Wishes,
)
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.seeking.people import enrol, make_new, offer_places
from tests.orientation.team import CACHAN
from tests.orientation.test_privacy import SECRETS, store_files

YEAR = timedelta(days=366)


@pytest.fixture
def whole_search(orientation: Orientation, capfd: pytest.CaptureFixture[str]) -> UUID:
    """Everything that can be typed about somebody, down to two refusals and a second doctor."""
    configure_logs("json", level=0)
    seeking = orientation.seeking
    first, second = offer_places(orientation, sex=Sex.FEMALE), offer_places(orientation)
    new = make_new(situation=Situation(ald=True), wishes=Wishes(language="ta"))
    wait = seeking.enrol(new, "e").id
    with pytest.raises(ConflictError):
        seeking.enrol(make_new(), "e2")
    seeking.refuse(seeking.propose(wait, first.id, "p").id, RefusalReason.PERSON_CHOICE, "r")
    placed = seeking.propose(wait, second.id)
    seeking.accept(placed.id, "a")
    seeking.waits()
    seeking.called(second.id)
    seeking.declare(placed.id)
    seeking.wait(wait)
    seeking.close(wait, CloseReason.PLACED, "c")
    structlog.reset_defaults()
    return wait


def test_neither_files_nor_logs_hold_what_was_said(
    whole_search: UUID, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    out, err = capfd.readouterr()
    written = {**store_files(tmp_path), "logs": (out + err).encode()}
    assert b"wait closed" in written["logs"]
    assert any(CACHAN.encode() in content for content in written.values())
    for name, content in written.items():
        found = [secret for secret in SECRETS if secret.encode() in content]
        assert found == [], name


def test_every_reading_and_step_is_audited(whole_search: UUID, orientation: Orientation) -> None:
    audit = agenda_tables.audit
    with orientation.database.read() as connection:
        seen = connection.execute(
            sa.select(audit.c.action).where(audit.c.subject == str(whole_search))
        ).scalars()
        assert set(seen) == {
            *("wait.enrol", "wait.list", "wait.read", "wait.close"),
            *("placement.propose", "placement.refuse", "placement.accept", "placement.declare"),
        }


def test_identity_goes_days_after_closing_and_figures_stay(
    whole_search: UUID, orientation: Orientation, clock: FixedClock, tmp_path: Path
) -> None:
    with orientation.database.read() as connection:
        wrapped = connection.execute(sa.select(tables.wait.c.wrapped_key)).scalar_one()
    clock.set(clock() + timedelta(days=6, hours=23))
    assert orientation.erase_due() == 0
    clock.set(clock() + timedelta(hours=2))
    assert orientation.erase_due() == 1
    assert orientation.erase_due() == 0
    sheet = orientation.seeking.wait(whole_search)
    assert (sheet.identity, sheet.wait) == (None, None)
    assert (sheet.commune, sheet.group, sheet.close_reason) == (CACHAN, "ald", CloseReason.PLACED)
    assert orientation.seeking.counts().placed == 1
    with orientation.database.read() as connection:
        row = connection.execute(sa.select(tables.wait)).one()
        assert (row.wrapped_key, row.sealed, row.person) == (None, None, None)
        calls = sa.select(sa.func.count()).select_from(tables.wait_call)
        assert connection.execute(calls).scalar_one() == 0
    assert not any(wrapped in content for content in store_files(tmp_path).values())


def test_after_a_year_people_are_to_be_called(orientation: Orientation, clock: FixedClock) -> None:
    seeking = orientation.seeking
    wait = enrol(orientation)
    assert not seeking.remind(wait)
    assert seeking.keep_list_current() == ""
    clock.set(clock() + YEAR)
    later = enrol(orientation, 1)
    assert seeking.keep_list_current() == "1 à reconfirmer"
    assert [one.id for one in seeking.waits(to_confirm=True).waits] == [wait]
    created = seeking.wait(wait).created_at
    seeking.confirm(wait)
    sheet = seeking.wait(wait)
    assert (sheet.to_confirm, sheet.created_at) == (False, created)
    assert [one.id for one in seeking.waits().waits] == [wait, later]


def test_a_call_in_vain_counts_once_a_day(orientation: Orientation, clock: FixedClock) -> None:
    wait = enrol(orientation)
    clock.set(clock() + YEAR)
    assert orientation.seeking.remind(wait)
    assert not orientation.seeking.remind(wait)
    clock.set(clock() + timedelta(days=1))
    assert orientation.seeking.remind(wait)
    assert orientation.seeking.wait(wait).reminders == 2


def test_who_does_not_answer_is_erased_at_once(orientation: Orientation, clock: FixedClock) -> None:
    seeking, wait = orientation.seeking, enrol(orientation)
    clock.set(clock() + YEAR)
    seeking.remind(wait)
    clock.set(clock() + timedelta(days=15))
    seeking.remind(wait)
    clock.set(clock() + timedelta(days=14))
    assert seeking.keep_list_current() == "1 à reconfirmer"
    clock.set(clock() + timedelta(days=1))
    assert seeking.keep_list_current() == "1 effacées"
    sheet = seeking.wait(wait)
    assert (sheet.state, sheet.close_reason) == (WaitState.CLOSED, CloseReason.NOT_CONFIRMED)
    assert sheet.identity is None
    assert seeking.enrol(make_new()).id != wait


def test_who_is_forgotten_is_erased_without_any_call(
    orientation: Orientation, clock: FixedClock
) -> None:
    wait = enrol(orientation)
    proposed = enrol(orientation, 1)
    orientation.seeking.propose(proposed, offer_places(orientation).id)
    clock.set(clock() + 2 * YEAR)
    orientation.seeking.keep_list_current()
    assert orientation.seeking.wait(wait).state is WaitState.CLOSED
    assert orientation.seeking.wait(proposed).state is WaitState.OPEN


def test_figures_say_who_waits_who_is_placed_and_the_target(
    open_agenda: Open, territory: Territory, clock: FixedClock
) -> None:
    target = Target(patients=40, source="contrat local", since=date(2026, 1, 1))
    policy = SeekingPolicy(target=target)
    orientation = open_agenda(territory_used=territory.model_copy(update={"seeking": policy}))
    seeking = orientation.seeking
    doctor = offer_places(orientation, 5)
    enrol(orientation, 1, situation=Situation(c2s_ame=True))
    enrol(orientation, 2)
    seeking.close(enrol(orientation, 3), CloseReason.OWN_DOCTOR)
    seeking.propose(enrol(orientation, 4), doctor.id)
    seeking.accept(seeking.propose(enrol(orientation, 5), doctor.id).id)
    for number, days in ((6, 10), (7, 20), (8, 30)):
        wait = enrol(orientation, number)
        placed = seeking.propose(wait, doctor.id)
        seeking.accept(placed.id)
        started = clock()
        clock.set(started + timedelta(days=days))
        seeking.declare(placed.id)
        clock.set(started)
    counts = seeking.counts()
    assert counts.waiting == {"ald": 0, "over_70": 0, "c2s_ame": 1, "other": 1}
    assert (counts.proposed, counts.accepted, counts.placed, counts.own_doctor) == (1, 1, 3, 1)
    assert (counts.median_days, counts.places_left, counts.doctors) == (20.0, 1, 1)
    assert (counts.target, counts.target_source) == (40, "contrat local")
