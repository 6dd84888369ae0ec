"""Mailboxes of the Annuaire Santé: added to who RPPS tells of, for professionals only."""

import json
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.model import Confidentiality, ContactSystem
from directory.projection import resource_detail
from directory.tables import entity
from importers.report import Report
from tests.importers.annuaire.resources import RED_LIST, bundle, mailbox, practitioner, situation
from tests.importers.rpps.rows import ACTIVITIES_FILE, DOCTOR, KEY, line, listing
from tests.importers.world import World

KINE, GP, NOBODY = "10100000016", "10100000024", "10100000032"
BOX = "agathe.demonstration@kine.mssante.fr"
SAMPLES = Path(__file__).parent / "fixtures"


@pytest.fixture(autouse=True)
def people(world: World, lenient: None) -> None:
    world.run("rpps", world.write(ACTIVITIES_FILE, listing(line(), line(**DOCTOR))))


def put(
    world: World, *resources: dict[str, object], day: str = "20261121", partial: bool = False
) -> Report:
    path = world.write(f"annuaire-{day}.json", json.dumps(bundle(*resources)))
    return world.run("annuaire", path, partial=partial)


def boxes(world: World) -> dict[str, list[str]]:
    return {
        key: [one.value for one in told.role.contacts] if told.role else []
        for key, told in world.statements("annuaire").items()
    }


def test_a_mailbox_joins_the_person_for_professionals_only(world: World) -> None:
    report = put(world, practitioner(KINE, mailbox(BOX)))
    assert (report.kept, report.quarantined) == (1, 0)
    subject = world.records("rpps")[KEY].subject
    with world.register.database.read() as connection:
        uuid = connection.execute(entity.select().where(entity.c.id == subject)).one().uuid
    detail = resource_detail(world.register, world.communes, str(uuid))
    found = [one for one in detail.facts if BOX in one.chosen.text]
    assert [one.confidentiality for one in found] == [Confidentiality.PROFESSIONAL]
    assert found[0].chosen.source_title.startswith("Annuaire Santé FHIR")
    assert BOX not in detail.resource.website
    raw = world.records("annuaire")[KINE].raw
    assert "@" not in raw


def test_situations_add_theirs_and_the_red_list_is_kept(world: World) -> None:
    report = put(
        world,
        practitioner(KINE, mailbox(BOX), {"system": "email", "value": "perso@exemple.fr"}),
        situation(KINE, mailbox("cabinet@kine.mssante.fr"), mailbox("x@y.mssante.fr", RED_LIST)),
        situation(KINE, mailbox("ancien@kine.mssante.fr"), active=False),
    )
    assert boxes(world) == {KINE: [BOX, "cabinet@kine.mssante.fr"]}
    assert report.notes["messagerie en liste rouge non reprise"] == 1
    assert report.notes["coordonnée ordinaire non reprise"] == 1
    contact = world.statements("annuaire")[KINE].role
    assert contact is not None
    assert contact.contacts[0].system is ContactSystem.MSSANTE


def test_inactive_people_end_even_in_a_delta(world: World) -> None:
    put(world, practitioner(KINE, mailbox(BOX)), practitioner(GP, mailbox("gp@d.mssante.fr")))
    delta = put(world, practitioner(GP, active=False), day="20261122", partial=True)
    assert boxes(world) == {KINE: [BOX]}
    assert delta.removed == 1
    gone = put(world, practitioner(KINE), day="20261122", partial=True)
    assert gone.removed == 1
    assert boxes(world) == {}


def test_a_delta_ends_nothing_by_its_silence(world: World) -> None:
    put(world, practitioner(KINE, mailbox(BOX)), practitioner(GP, mailbox("gp@d.mssante.fr")))
    put(world, practitioner(GP, mailbox("autre@d.mssante.fr")), day="20261122", partial=True)
    assert boxes(world) == {KINE: [BOX], GP: ["autre@d.mssante.fr"]}


def test_nobody_comes_from_here(world: World) -> None:
    report = put(
        world, practitioner(KINE, mailbox(BOX)), practitioner(NOBODY, mailbox("n@d.mssante.fr"))
    )
    assert report.reasons["personne sans activité dans l'annuaire"] == 1
    assert list(boxes(world)) == [KINE]


def test_who_leaves_rpps_takes_their_mailbox_along(world: World) -> None:
    put(world, practitioner(KINE, mailbox(BOX)))
    later = ACTIVITIES_FILE.replace("20261121", "20261122")
    world.run("rpps", world.write(later, listing(line(**DOCTOR))))
    assert boxes(world) == {}


def test_the_official_examples_are_read(world: World) -> None:
    report = world.run("annuaire", SAMPLES / "annuaire-20261120.json", partial=True)
    assert report.read == 3
    assert report.quarantined == 0


@pytest.mark.parametrize("content", ["a;b\n", '{"resourceType": "Patient"}', '{"a": 1}'])
def test_other_files_are_refused(world: World, content: str) -> None:
    with pytest.raises(InputRefusedError, match=r"FHIR|Bundle"):
        world.run("annuaire", world.write("x-20261121.json", content))
