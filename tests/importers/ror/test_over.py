"""What is over, hidden or not whole: it leaves, also where the file is only an update."""

from pathlib import Path
from typing import Any

import pytest

from directory.base.errors import InputRefusedError
from importers.contract import Ignored
from tests.importers.ror.rows import (
    bundle,
    exercise,
    ext,
    legal_entity,
    offer,
    person,
    place,
    site,
)
from tests.importers.ror.test_offers import Read
from tests.importers.world import World, only

OFFER, SITE, EXERCISE = "HealthcareService/1", "Organization/10", "PractitionerRole/40"
PAST, FUTURE = {"end": "2026-11-20"}, {"end": "2027-01-31"}


def whole() -> str:
    return bundle(offer(), place(), site(), legal_entity(), person(), exercise())


def put(world: World, name: str, *resources: Any) -> Path:
    return world.write(f"{name}.json", bundle(*resources))


@pytest.mark.parametrize(
    "change",
    [{"sensitive": True}, {"active": False}, {"notAvailable": {"during": {"start": "2026-11-01"}}}],
    ids=["sensitive", "inactive", "closed"],
)
def test_an_update_that_hides_an_offer_takes_it_away(world: World, change: dict[str, Any]) -> None:
    world.run("ror", world.write("ror-20261119.json", whole()))
    report = world.run(
        "ror", put(world, "delta-20261121", offer(**change), exercise(), person()), partial=True
    )
    assert OFFER not in world.records("ror")
    assert report.removed == 1 + (EXERCISE not in world.records("ror"))
    assert (EXERCISE in world.records("ror")) is ("sensitive" not in change)
    assert SITE in world.records("ror")


def test_an_older_update_takes_nothing_away(world: World) -> None:
    world.run("ror", world.write("ror-20261121.json", whole()))
    report = world.run("ror", put(world, "delta-20261119", offer(active=False)), partial=True)
    assert report.removed == 0
    assert OFFER in world.records("ror")


@pytest.mark.parametrize(
    ("active", "outcome"),
    [(False, Ignored("offre inactive", OFFER)), ("false", Ignored("offre inactive", OFFER))],
)
def test_an_inactive_offer_is_left_out(world: World, active: Any, outcome: Ignored) -> None:
    assert Read(world, offer(active=active)).outcomes == [outcome]
    assert Read(world, offer(active=True)).offer().name


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"active": False}, False),
        ({"extension": [ext("organization-period", valuePeriod=PAST)]}, False),
        ({"extension": [ext("organization-period", valuePeriod=FUTURE)]}, True),
    ],
    ids=["inactive", "over", "not yet"],
)
def test_a_closed_site_is_left_out(world: World, change: dict[str, Any], kept: bool) -> None:
    outcome = Read(world, site(**change), legal_entity()).outcomes[0]
    assert (outcome != Ignored("établissement fermé", SITE)) is kept


@pytest.mark.parametrize(
    ("role", "who", "kept"),
    [
        ({"active": False}, {}, False),
        ({"period": PAST}, {}, False),
        ({"period": FUTURE}, {}, True),
        ({}, {"active": False}, False),
    ],
    ids=["inactive", "over", "not yet", "inactive person"],
)
def test_an_exercise_that_is_over_is_left_out(
    world: World, role: dict[str, Any], who: dict[str, Any], kept: bool
) -> None:
    outcome = Read(world, exercise(**role), person(**who)).outcomes[0]
    assert (outcome != Ignored("exercice terminé", EXERCISE)) is kept


def test_a_place_out_of_use_is_not_where_the_offer_is(world: World) -> None:
    former = place(id="21", status="inactive", address={"line": ["1 rue Couste"], "city": "CACHAN"})
    both = [{"reference": "Location/21"}, {"reference": "Location/20"}]
    read = Read(world, offer(location=both), former, place())
    assert only(read.offer().addresses).city == "Fresnes"
    assert read.context.notes["lieu hors d'usage, non repris"] == 1


@pytest.mark.parametrize("over", [{"use": "old"}, {"period": PAST}], ids=["use", "period"])
def test_what_is_over_inside_a_resource_is_not_told(world: World, over: dict[str, Any]) -> None:
    number = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": "810199900029", **over}
    who = person(
        identifier=[number, *person()["identifier"]],
        name=[{"family": "AVANT", **over}, {"family": "NAISSANCE", "use": "maiden"},
              {"family": "ROUSSEL", "use": "usual"}],
        telecom=[{"system": "email", "value": "avant@exemple.mssante.fr", **over}],
    )  # fmt: skip
    said = Read(world, exercise(), who).record().statement
    assert said.person is not None
    assert said.role is not None
    assert (said.person_key, said.person.family) == ("rpps|10199900011", "ROUSSEL")
    assert said.role.contacts == ()
    former = {"line": ["1 rue Couste"], "city": "CACHAN", "postalCode": "94230", **over}
    held = Read(world, site(address=[former, *site()["address"]]), legal_entity()).record()
    assert held.statement.organization is not None
    assert only(held.statement.organization.addresses).insee == "94034"


def test_an_error_of_the_server_is_no_export(world: World) -> None:
    world.run("ror", world.write("ror-20261119.json", whole()))
    issue = {"severity": "error", "code": "expired", "diagnostics": "Le jeton a expiré"}
    outcome = {"resourceType": "OperationOutcome", "issue": [issue]}
    for name, told in (("a-20261121", [outcome]), ("b-20261121", [outcome, outcome])):
        with pytest.raises(InputRefusedError, match="erreur .*Le jeton a expiré"):
            world.run("ror", put(world, name, *told))
    assert OFFER in world.records("ror")


def test_some_pages_of_a_search_are_not_the_whole(world: World) -> None:
    page = world.write("p1-20261120.json", bundle(offer(), place(), total=2))
    rest = world.write("p2-20261120.json", bundle(offer(id="2"), total=2))
    related = {"resource": place(), "search": {"mode": "include"}}
    one = {"resource": offer(), "search": {"mode": "match"}}
    with pytest.raises(InputRefusedError, match="incomplets : 1 sur 2 .*toutes les pages"):
        world.run("ror", world.write("p-20261120.json", bundle(total=2, entry=[one, related])))
    extract = world.write("extrait-20261120.json", bundle(total=2, entry=[one, related]))
    assert (
        world.run("ror", extract, partial=True).notes[
            "résultats de recherche incomplets : 1 sur 2 annoncés"
        ]
        == 1
    )
    assert world.run("ror", page, rest).read == 3


@pytest.mark.parametrize("order", [1, -1], ids=["older first", "newer first"])
def test_of_two_versions_of_a_resource_the_newest_speaks(world: World, order: int) -> None:
    older = offer(name="Avant", meta={"lastUpdated": "2026-11-20T09:30:00+01:00"})
    newer = offer(name="Après", meta={"lastUpdated": "2026-11-20T08:45:00Z"})
    report = world.run("ror", put(world, "ror-20261121", *[older, newer][::order], place()))
    assert report.reasons["doublon dans le fichier"] == 1
    told = world.statements("ror")[OFFER].service
    assert told is not None
    assert told.name == "Après"
    hidden = offer(sensitive=True, meta={"lastUpdated": "2026-11-21T08:00:00Z"})
    world.run("ror", put(world, "ror-20261122", *[newer, hidden][::order], place()), partial=True)
    assert world.records("ror") == {}
