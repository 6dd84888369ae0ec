"""Links in the register: published with the import, judged by people, undone, never between."""

import os
import signal
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch
from uuid import UUID

import pytest
import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from directory.base.settings import Settings
from directory.communes import Communes
from directory.indexing import index_is_behind
from directory.links import find_pairs, plan, read_entries
from directory.links.entries import comparable_entries
from directory.links.review import (
    count_questions,
    judge,
    judgements,
    members,
    questions,
    withdraw,
)
from directory.matching import Outcome
from directory.model import Coding
from directory.projection import resource_detail, resources
from directory.register import Register, open_register
from directory.resource import Resource
from directory.tables import link, match_pair
from tests.directory.links.told import told_doctor
from tests.directory.told import publish

RPPS, OTHER_RPPS = "10001234567", "10007654321"
SECTOR = Coding(code="c1", label="Secteur 1")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def both(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Register]:
    """A register on each store."""
    server = request.param == "postgresql"
    url = request.getfixturevalue("postgres_url") if server else ""
    opened = open_register(Settings(data_dir=tmp_path, database_url=url))
    yield opened
    opened.close()


def _entries(register: Register, communes: Communes) -> list[Resource]:
    return list(resources(register, communes))


def _three_sources(register: Register) -> None:
    publish(register, "rpps", [told_doctor("8" + RPPS, rpps=RPPS)])
    publish(register, "ameli", [told_doctor("ps", phone="+33146680001", convention=SECTOR)])
    publish(register, "cpts", [told_doctor("ligne 3", phone="+33146689999")])


def test_one_doctor_told_by_three_sources_is_one_entry(both: Register, communes: Communes) -> None:
    _three_sources(both)

    found = _entries(both, communes)
    facts = resource_detail(both, communes, f"rpps|{RPPS}").facts
    phones = {fact.chosen.text: fact.chosen.source for fact in facts if fact.label == "Téléphone"}

    assert len(found) == 1
    assert found[0].sources == ("RPPS", "AMELI", "CPTS")
    assert phones == {"01 46 68 00 01": "ameli", "01 46 68 99 99": "cpts"}
    assert next(fact for fact in facts if fact.field == "convention").chosen.source == "ameli"


def test_the_address_of_a_joined_entry_leads_to_the_one(
    register: Register, communes: Communes
) -> None:
    publish(register, "ameli", [told_doctor("ps")])
    alone = _entries(register, communes)[0]
    publish(register, "rpps", [told_doctor("8" + RPPS, rpps=RPPS)])

    for ref in (alone.alias, alone.id):
        assert resource_detail(register, communes, ref).resource.id != alone.id
        assert resource_detail(register, communes, ref).resource.sources == ("AMELI", "RPPS")


def test_links_are_seen_with_the_import_and_not_before(
    register: Register, communes: Communes
) -> None:
    publish(register, "rpps", [told_doctor("8" + RPPS, rpps=RPPS)])
    staging = register.begin_import("ameli", "AMELI", fingerprint="1", data_date=None)
    staging.add(told_doctor("ps"), 1)
    staging.finish()

    assert _entries(register, communes)[0].sources == ("RPPS",)
    staging.publish({}, remove_absent=True)
    assert [one.sources for one in _entries(register, communes)] == [("RPPS", "AMELI")]


def test_an_entry_outlives_the_one_that_stood_for_it(
    register: Register, communes: Communes
) -> None:
    """The RPPS row leaves: what Ameli says stays, under its own address."""
    _three_sources(register)
    publish(register, "rpps", [told_doctor("8" + OTHER_RPPS, rpps=OTHER_RPPS, family="DURAND")])

    sources = sorted(one.sources for one in _entries(register, communes))

    assert sources == [("AMELI", "CPTS"), ("RPPS",)]


def test_a_re_import_of_the_same_rows_writes_no_link(register: Register) -> None:
    _three_sources(register)
    with register.database.read() as connection:
        before = connection.execute(sa.select(link).order_by(link.c.entity)).all()
        planned = plan.relink(connection)
    publish(register, "ameli", [told_doctor("ps", phone="+33146680001", convention=SECTOR)])
    with register.database.read() as connection:
        after = connection.execute(sa.select(link).order_by(link.c.entity)).all()

    assert before == after
    assert planned.is_empty


def test_only_what_an_import_touches_is_compared_and_gives_the_same_links(
    register: Register,
) -> None:
    publish(
        register,
        "rpps",
        [told_doctor(RPPS, rpps=RPPS), told_doctor("2", family="ROBIN", given="Paul")],
    )
    publish(register, "ameli", [told_doctor("ps")])
    publish(
        register, "ameli", [told_doctor("ps"), told_doctor("ps2", family="ROBIN", given="Paul")]
    )
    with register.database.read() as connection:
        anew = plan.plan_links(connection)
        pairs = connection.execute(sa.select(sa.func.count()).select_from(match_pair)).scalar()

    assert pairs == 2
    assert anew.is_empty


def test_what_the_largest_source_tells_alone_is_not_kept_in_mind(register: Register) -> None:
    """The pairs are those of a comparison of everything with everything."""
    people = [told_doctor(one, family=f"ROBIN{one}", given=f"{one}abien") for one in "ABCDFGH"]
    publish(register, "rpps", [*people, told_doctor(RPPS, rpps=RPPS)])
    publish(
        register, "ameli", [told_doctor("ps"), told_doctor("ps2", family="ROBINC", given="Cabien")]
    )
    with register.database.read() as connection:
        kept = comparable_entries(connection)
        everything = list(read_entries(connection))

    assert len(kept) < len(everything) == 10
    assert set(find_pairs(kept)) == set(find_pairs(everything))


def _two_homonyms(register: Register) -> None:
    publish(
        register,
        "rpps",
        [told_doctor(RPPS, rpps=RPPS), told_doctor(OTHER_RPPS, rpps=OTHER_RPPS)],
    )
    publish(register, "ameli", [told_doctor("ps")])


def test_an_ambiguous_row_waits_and_a_person_decides(both: Register, communes: Communes) -> None:
    _two_homonyms(both)
    assert len(_entries(both, communes)) == 3
    asked = questions(both.database)
    assert len(asked) == count_questions(both.database) == 2
    assert asked[0].held

    judge(both.database, asked[0].left, asked[0].right, Outcome.SAME, author="Léa Moreau")

    assert len(_entries(both, communes)) == 2
    assert questions(both.database) == []
    assert index_is_behind(both)


def test_a_judgement_survives_imports_and_can_be_taken_back(
    register: Register, communes: Communes
) -> None:
    _three_sources(register)
    standing = UUID(_entries(register, communes)[0].id)
    joined = members(register.database, standing)
    assert [bool(one.reasons) for one in joined] == [True, True]

    number = judge(
        register.database,
        standing,
        joined[0].uuid,
        Outcome.DIFFERENT,
        author="Léa Moreau",
        reason="Deux homonymes, vérifié au téléphone",
    )
    publish(register, "ameli", [told_doctor("ps", phone="+33146680002", convention=SECTOR)])
    assert len(_entries(register, communes)) == 2

    withdraw(register.database, number, author="Paul Girard")

    assert len(_entries(register, communes)) == 1
    assert judgements(register.database)[0].withdrawn_by == "Paul Girard"


def test_a_pair_is_judged_once_at_a_time(register: Register) -> None:
    _two_homonyms(register)
    left, right = (questions(register.database)[0].left, questions(register.database)[0].right)
    judge(register.database, left, right, Outcome.DIFFERENT, author="Léa")

    with pytest.raises(ConflictError):
        judge(register.database, right, left, Outcome.SAME, author="Paul")


def test_a_judgement_needs_an_author_two_entries_and_an_answer(register: Register) -> None:
    _two_homonyms(register)
    left, right = (questions(register.database)[0].left, questions(register.database)[0].right)

    with pytest.raises(InputRefusedError):
        judge(register.database, left, right, Outcome.SAME, author="  ")
    with pytest.raises(InputRefusedError):
        judge(register.database, left, right, Outcome.ASK, author="Léa")
    with pytest.raises(InputRefusedError):
        judge(register.database, left, left, Outcome.SAME, author="Léa")
    with pytest.raises(InputRefusedError):
        judge(register.database, left, right, Outcome.SAME, author="Léa", reason="x" * 501)
    with pytest.raises(NotFoundError):
        judge(register.database, left, UUID(int=1), Outcome.SAME, author="Léa")
    with pytest.raises(NotFoundError):
        withdraw(register.database, 12, author="Léa")


def test_nothing_remains_of_the_names_of_somebody_who_left(register: Register) -> None:
    """Reasons quote names where they differ: they go with the row."""
    publish(register, "rpps", [told_doctor(RPPS, rpps=RPPS, family="LEFEBVRE")])
    publish(register, "ameli", [told_doctor("ps", family="LEFEVRE", phone="+33146680001")])
    with register.database.read() as connection:
        assert "lefevre" in str(connection.execute(sa.select(match_pair)).all())

    publish(register, "ameli", [told_doctor("other", family="ROBIN")])

    with register.database.read() as connection:
        assert "lefevre" not in str(connection.execute(sa.select(match_pair)).all())


def _publish_then_die(folder: Path) -> None:
    opened = open_register(Settings(data_dir=folder))
    staging = opened.begin_import("ameli", "AMELI", fingerprint="1", data_date=None)
    staging.add(told_doctor("ps"), 1)
    staging.finish()

    write = plan.Plan.write

    def write_then_die(own: plan.Plan, connection: sa.Connection) -> None:
        write(own, connection)
        os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(plan.Plan, "write", write_then_die):
        staging.publish({}, remove_absent=True)


@pytest.mark.slow
def test_killed_while_publishing_neither_rows_nor_links_are_seen(
    register: Register, communes: Communes, tmp_path: Path
) -> None:
    publish(register, "rpps", [told_doctor("8" + RPPS, rpps=RPPS)])
    process = get_context("spawn").Process(target=_publish_then_die, args=(tmp_path,))
    process.start()
    process.join()

    assert process.exitcode == -signal.SIGKILL
    assert [one.sources for one in _entries(register, communes)] == [("RPPS",)]
    publish(register, "ameli", [told_doctor("ps")])
    assert [one.sources for one in _entries(register, communes)] == [("RPPS", "AMELI")]


def _publish_one(folder: Path, name: str, rpps: str) -> None:
    opened = open_register(Settings(data_dir=folder))
    publish(opened, name, [told_doctor(name, rpps=rpps)])


@pytest.mark.slow
def test_two_sources_published_at_once_find_each_other(
    register: Register, communes: Communes, tmp_path: Path
) -> None:
    """Each process plans on what the other has published: the turn is held until then."""
    told = (("rpps", RPPS), ("ameli", ""), ("cpts", ""))
    processes = [
        get_context("spawn").Process(target=_publish_one, args=(tmp_path, *one)) for one in told
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert [set(one.sources) for one in _entries(register, communes)] == [{"RPPS", "AMELI", "CPTS"}]
