"""What an update does and refuses, source by source, and what it says of it."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from directory.base.errors import ConflictError, SettingsError, UsageError
from directory.base.leases import acquire_lease
from directory.tables import base
from directory.updates import LEASE, begin_update, source_states, updates
from importers.fetching import web as web_module
from tests.importers.annuaire.resources import bundle, mailbox, practitioner
from tests.importers.fetching.server import Asked, Reply, Station, document
from tests.importers.rpps.rows import DOCTOR, NAMES, line, listing
from tests.orientation.mailbox import Mailbox, open_mailbox
from tests.web.updating.conftest import NOON, TITLE, House, people
from tests.web.updating.publisher import Publisher
from web.services import Services
from web.updating import run as run_module
from web.updating.documents import status
from web.updating.model import Outcome, SourceReport, UpdateReport
from web.updating.run import update
from web.updating.steps import Step

pytestmark = pytest.mark.slow

LATER = TITLE.replace("20261121", "20261122")
KINE = "10100000016"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Failures that pass are tried again at once."""
    monkeypatch.setattr(web_module, "_pause_before", lambda state: 0.0)


def only(report: UpdateReport) -> SourceReport:
    (one,) = report.sources
    return one


def outcome(opened: Services, **options: Any) -> Outcome:
    return only(update(opened, **options)).outcome


def test_what_is_new_is_published_and_searchable(house: House) -> None:
    opened = house.open()
    report = update(opened)
    told = only(report)
    assert (told.outcome, told.changes.new, told.data_date) == (Outcome.UPDATED, 2, "2026-11-21")
    assert report.indexed
    assert (report.state, report.needs, report.resumed) == ("done", [], 0)
    assert opened.engine.generation()


def test_nothing_new_imports_nothing(house: House, station: Station) -> None:
    opened = house.open()
    update(opened)
    runs = len(opened.register.runs())
    calls = len(station.asked_at(f"/fichiers/{TITLE}"))
    report = update(opened)
    assert only(report).outcome is Outcome.UNCHANGED
    assert not report.indexed
    assert len(opened.register.runs()) == runs
    assert len(station.asked_at(f"/fichiers/{TITLE}")) == calls, "the checksum was enough"


def test_a_dry_run_publishes_nothing(house: House, publisher: Publisher) -> None:
    opened = house.open()
    update(opened)
    publisher.publish("rpps", (LATER, people(line(phone="0146000099"), line(**DOCTOR))))
    report = update(opened, dry_run=True)
    assert only(report).outcome is Outcome.WOULD_CHANGE
    assert len(updates(opened.register.database)) == 1
    assert outcome(opened) is Outcome.UPDATED
    assert outcome(opened, dry_run=True) is Outcome.UNCHANGED


def test_changes_are_counted_by_what_they_are(house: House, publisher: Publisher) -> None:
    opened = house.open(update_max_removed=0.6)
    publisher.publish("rpps", (TITLE, people(line(), line(**DOCTOR), line(number="10100000032",
                      national="810100000032"))))  # fmt: skip
    update(opened)
    publisher.publish(
        "rpps", (LATER, people(line(phone="0146000099"), line(**{**DOCTOR, "street_number": "14"})))
    )
    changes = only(update(opened)).changes
    assert (changes.new, changes.changed, changes.gone) == (0, 2, 1)
    assert (changes.moved, changes.phones) == (1, 1)


def test_a_new_or_missing_column_is_named_and_nothing_published(
    house: House, publisher: Publisher
) -> None:
    opened = house.open()
    update(opened)
    names = [name for name in NAMES if name != "Code rôle"] + ["Code surprise"]
    publisher.publish("rpps", (LATER, listing(line(names), names=names).encode()))
    report = update(opened)
    assert only(report).outcome is Outcome.REFUSED
    assert "colonne nouvelle : Code surprise" in report.needs[0]
    assert "colonne disparue : Code rôle" in report.needs[0]
    in_force = opened.register.published("rpps")
    assert in_force is not None
    assert in_force.rows == 2


def test_losing_too_much_at_once_waits_for_a_person(house: House, publisher: Publisher) -> None:
    opened = house.open()
    update(opened)
    publisher.publish("rpps", (LATER, people(line())))
    report = update(opened)
    assert "1 lignes sur 2 en vigueur seraient retirées (au plus 20 %" in report.needs[0]
    assert only(report).runs
    assert opened.register.run(only(report).runs[0]).state == "refused"
    in_force = opened.register.published("rpps")
    assert in_force is not None
    assert in_force.rows == 2


def test_a_file_that_no_longer_changes_becomes_stale(house: House) -> None:
    """Seven runs « succeeded » on a dead file: the same bytes are not up to date for ever."""
    opened = house.open()
    update(opened)
    house.clock.set(NOON + timedelta(days=70))
    report = update(opened)
    assert only(report).outcome is Outcome.REFUSED
    assert "plus anciennes que les 62 jours admis" in report.needs[0]
    told = next(one for one in status(opened).sources if one.name == "rpps")
    assert told.stale


def test_a_lost_connection_waits_for_three_bad_mornings(house: House, station: Station) -> None:
    opened = house.open()
    update(opened)
    for path in [one for one in station.replies if "/datasets/" in one]:
        station.put(path, Reply(b"", 503))
    for expected in (0, 0, 1):
        report = update(opened)
        assert only(report).outcome is Outcome.UNREACHABLE
        assert len(report.needs) == expected
    assert "hors d'atteinte 3 fois de suite" in report.needs[0]


def test_a_catalogue_without_the_file_names_what_is_there(
    house: House, publisher: Publisher
) -> None:
    opened = house.open()
    publisher.publish("rpps", ("autre-chose.csv", b"a;b\n"))
    report = update(opened)
    assert only(report).outcome is Outcome.REFUSED
    assert "autre-chose.csv" in report.needs[0]


def test_two_updates_never_run_together(house: House) -> None:
    opened = house.open()
    seen: list[str] = []

    def another(text: str) -> None:
        with pytest.raises(ConflictError, match="déjà en cours"):
            _from_elsewhere(opened)
        seen.append(text)

    update(opened, say=another)
    assert seen


def _from_elsewhere(opened: Services) -> None:
    """Another process that tries: the lease is not its own."""
    from directory.base import leases

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leases, "PROCESS", f"ailleurs:1:{threading.get_ident()}")
        update(opened)


def test_an_update_that_was_cut_is_taken_up(house: House) -> None:
    opened = house.open()
    number, _ = begin_update(opened.register.database)
    assert status(opened).running == number
    report = update(opened)
    assert report.resumed == number
    states = {one.id: one.state for one in updates(opened.register.database)}
    assert states == {number: "interrupted", report.number: "done"}
    assert acquire_lease(opened.register.database, base.lease, LEASE, 1), "the turn was given back"


def test_one_failing_source_leaves_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = house.open(update_sources="finess rpps")
    report = update(opened)
    told = {one.name: one.outcome for one in report.sources}
    assert told == {"finess": Outcome.REFUSED, "rpps": Outcome.UPDATED}
    assert "introuvable" in report.needs[0]


def test_what_cannot_be_updated_says_why(house: House) -> None:
    opened = house.open()
    with pytest.raises(UsageError, match="RECOURS_ROR_CLIENT_ID"):
        update(opened, only=["ror"])
    with pytest.raises(UsageError, match="recours import"):
        update(opened, only=["etp"])


def test_real_listings_never_join_a_demonstration(house: House) -> None:
    opened = house.open(fetch_mirrors="")
    with pytest.raises(SettingsError, match="démonstration"):
        update(opened)


def test_steps_after_imports_are_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = house.open()
    step = Step("localisation", lambda _, changed: f"{', '.join(changed)} situés")
    monkeypatch.setattr(run_module, "AFTER_IMPORT", (step,))
    assert update(opened).steps == ["localisation : rpps situés"]
    assert update(opened).steps == []


@pytest.fixture
def mailbox_server() -> Iterator[Mailbox]:
    with open_mailbox() as box:
        yield box


def test_the_coordinator_is_told_once(
    house: House, publisher: Publisher, mailbox_server: Mailbox
) -> None:
    opened = house.open(
        mail_url=f"smtp://127.0.0.1:{mailbox_server.port}",
        mail_from="recours@exemple.fr",
        coordinator_mail="coordination@exemple.fr",
    )
    assert not update(opened).mailed
    publisher.publish("rpps", (LATER, people(line())))
    assert update(opened).mailed
    assert not update(opened).mailed, "the same thing is not said each night"
    house.clock.set(NOON + timedelta(hours=1))
    (mail,) = mailbox_server.received
    assert mail["To"] == "coordination@exemple.fr"
    assert "seraient retirées" in mail.get_content()
    publisher.publish("rpps", (LATER, people(line(), line(**DOCTOR))))
    assert update(opened).needs == []
    publisher.publish("rpps", (LATER, people(line())))
    assert update(opened).mailed, "it came back after having been well"
    assert len(mailbox_server.received) == 2


def _directory(asked: Asked) -> Reply:
    wanted = [one.split("|")[1] for one in asked.query["identifier"][0].split(",")]
    if "_lastUpdated" in asked.query:
        return document(bundle())
    return document(bundle(*(practitioner(one, mailbox(f"p{one}@d.mssante.fr")) for one in wanted)))


def test_mailboxes_follow_the_people_whole_then_by_delta(house: House, station: Station) -> None:
    station.put("/fhir/v2/Practitioner/_search", _directory)
    opened = house.open(
        update_sources="rpps annuaire", annuaire_key="cle", annuaire_url=f"{station.url}/fhir/v2"
    )
    first = {one.name: one for one in update(opened).sources}
    assert first["annuaire"].outcome is Outcome.UPDATED
    assert first["annuaire"].changes.new == 2
    house.clock.set(NOON + timedelta(hours=1))
    again = {one.name: one for one in update(opened).sources}
    assert again["annuaire"].outcome is Outcome.UNCHANGED
    assert station.asked[-1].query["_lastUpdated"] == ["ge2026-11-22T11:50:00+00:00"]

    def gone(asked: Asked) -> Reply:
        changed = "_lastUpdated" in asked.query
        return document(bundle(practitioner(KINE, active=False))) if changed else _directory(asked)

    station.put("/fhir/v2/Practitioner/_search", gone)
    ended = {one.name: one for one in update(opened).sources}["annuaire"]
    assert (ended.outcome, ended.changes.gone) == (Outcome.UPDATED, 1)
    house.clock.set(NOON + timedelta(days=8))
    update(opened)
    assert "_lastUpdated" not in station.asked[-1].query, "whole again after a week"


def test_a_page_missing_removes_nobody(house: House, station: Station) -> None:
    station.put("/fhir/v2/Practitioner/_search", _directory)
    opened = house.open(
        update_sources="rpps annuaire", annuaire_key="cle", annuaire_url=f"{station.url}/fhir/v2"
    )
    update(opened)
    before = source_states(opened.register.database)["annuaire"].cursor
    house.clock.set(NOON + timedelta(days=8))
    short = bundle(practitioner(KINE, mailbox("a@d.mssante.fr")), total=2)
    station.put("/fhir/v2/Practitioner/_search", document(short))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("time.sleep", lambda seconds: None)
        told = {one.name: one for one in update(opened).sources}["annuaire"]
    assert told.outcome is Outcome.UNREACHABLE
    assert "une page manque" in told.detail
    in_force = opened.register.published("annuaire")
    assert in_force is not None
    assert in_force.rows == 2
    assert source_states(opened.register.database)["annuaire"].cursor == before


def test_the_status_is_one_document(house: House) -> None:
    opened = house.open()
    told = status(opened)
    assert (told.running, list(told.needs), list(told.updates)) == (0, [], [])
    assert next(one for one in told.sources if one.name == "rpps").checked_at is None
    update(opened)
    told = status(opened)
    rpps = next(one for one in told.sources if one.name == "rpps")
    assert rpps.age_days == 1
    assert rpps.outcome == "updated"
    assert rpps.due_at is not None
    assert rpps.checked_at is not None
    assert rpps.due_at - rpps.checked_at == timedelta(days=1)
    assert json.loads(json.dumps(told.updates[0]["sources"]))[0]["name"] == "rpps"
