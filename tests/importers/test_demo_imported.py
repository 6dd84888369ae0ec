"""The demonstration once imported by the real importers: the register tells table 14."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.communes import Communes, read_communes
from directory.coverage import served
from directory.links.review import count_questions
from directory.model import ResourceKind
from directory.projection import resources
from directory.register import open_register
from directory.resource import Resource
from directory.territory import load_territory
from directory.vocabulary import GENERAL_PRACTICE
from importers.demo import DemoImport, DemoListings, write_listings
from importers.report import Report
from importers.run import run_import
from tests.importers.test_demo import OWN, PRACTITIONERS_OF_TABLE_14

DAY = date(2026, 11, 22)
NOON = FixedClock(datetime(2026, 11, 22, 12, tzinfo=UTC))


@pytest.fixture(scope="module")
def communes() -> Communes:
    return read_communes()


@pytest.fixture(scope="module", params=["bievre", "melun"])
def told(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, communes: Communes
) -> Iterator["Told"]:
    folder = tmp_path_factory.mktemp(request.param)
    opened = Told(request.param, folder, communes)
    yield opened
    opened.register.close()


class Told:
    """A register with the whole demonstration of a territory, and the reports of its imports."""

    def __init__(self, name: str, folder: Path, communes: Communes) -> None:
        self.name = name
        self.territory = load_territory(name)
        self.communes = communes
        self.register = open_register(Settings(data_dir=folder / "data"))
        self.listings: DemoListings = write_listings(folder, self.territory, communes, DAY)
        self.reports = [self.run(one) for one in self.listings.imports]
        self.entries = list(resources(self.register, communes))

    def run(self, one: DemoImport) -> Report:
        return run_import(
            one.source,
            one.files,
            register=self.register,
            territory=self.territory,
            communes=self.communes,
            mapping=one.mapping,
            partial=one.partial,
            demo=one.demo,
            clock=NOON,
        )

    @property
    def invented(self) -> list[Resource]:
        return [entry for entry in self.entries if entry.demo]


def test_every_row_is_accounted_for(told: Told) -> None:
    for report in told.reports:
        assert report.quarantined == 0
        assert report.read == report.kept + report.unchanged + report.ignored


def test_a_second_import_changes_nothing(told: Told) -> None:
    for one in told.listings.imports:
        again = told.run(one)
        assert (again.kept, again.removed) == (0, 0)


def test_practitioners_in_the_register_are_those_of_table_14(told: Told) -> None:
    if told.name != "bievre":
        return
    for profession, (total, *by_commune) in PRACTITIONERS_OF_TABLE_14.items():
        found = entries_by_commune(told.invented, profession)
        assert [found[insee] for insee in OWN] == by_commune
        assert found.total() == total


def entries_by_commune(entries: list[Resource], profession: str) -> Counter[str]:
    """Entries, not people: what a search counts is what the table says."""
    return Counter(
        entry.insee
        for entry in entries
        if entry.profession is not None and entry.profession.code == profession
        if profession != "10" or {each.code for each in entry.specialities} & {*GENERAL_PRACTICE}
    )


def test_every_general_practitioner_listed_is_found_in_the_register(told: Told) -> None:
    numbers = {
        identifier.value
        for entry in told.entries
        for identifier in entry.identifiers
        if identifier.system == "rpps"
    }
    assert {doctor.rpps for doctor in told.listings.general_practitioners} <= numbers


def test_invented_entries_are_marked_and_real_ones_are_not(told: Told) -> None:
    runs = zip(told.listings.imports, told.reports, strict=True)
    invented = {
        listing.title for one, report in runs if one.demo for listing in report.listings or [report]
    }
    real = [entry for entry in told.entries if not entry.demo]
    assert any(entry.kind is ResourceKind.PROGRAMME for entry in real)
    assert not any(invented & {*entry.sources} for entry in real)
    assert all({*entry.sources} <= invented for entry in told.invented)


def test_every_invented_entry_is_in_the_territory_with_a_point(told: Told) -> None:
    for entry in told.invented:
        assert {entry.insee, *served(entry)} & told.territory.everywhere
        assert entry.point is not None


def test_what_ameli_and_the_cpts_say_joins_the_entry_of_the_register(told: Told) -> None:
    """Nobody but a few dentists, told by an initial, is left for a person to recognise."""
    alone = [
        entry
        for entry in told.invented
        if entry.profession is not None
        and "Annuaire Santé (RPPS)" not in entry.sources
        and entry.profession.code != "40"
    ]
    joined = [entry for entry in told.invented if "Annuaire santé Ameli" in entry.sources]

    assert alone == []
    assert len(joined) > 30
    assert count_questions(told.register.database) <= 5


def test_some_know_more_than_their_trade(told: Told) -> None:
    """Capacities, diplomas, authorisations and training in ETP, as the national listings tell."""
    known = {word for entry in told.invented for word in entry.keywords}
    assert "Soins palliatifs (diplôme d'université)" in known
    assert "Autorisation ministérielle d'exercice : Médecine générale" in known
    skills = {one.label for entry in told.invented for one in entry.specialities}
    assert "Gérontologie (capacité)" in skills
    trained = [entry for entry in told.invented if entry.acts]
    assert {"60"} <= {entry.profession.code for entry in trained if entry.profession}
    assert 0 < len(trained) < len(told.invented) / 4


def test_a_speciality_told_twice_is_one(told: Told) -> None:
    for entry in told.invented:
        labels = [one.label for one in entry.specialities]
        assert len(labels) == len(set(labels))
