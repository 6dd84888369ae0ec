"""Professionals in an offer and sites: names, numbers, and what is left unsaid."""

from typing import Any

import pytest

from directory.model import Confidentiality, ContactSystem, Person, ResourceKind, Role, Statement
from importers.contract import Ignored, Quarantined
from tests.importers.ror.rows import (
    coded,
    complex_ext,
    concept,
    exercise,
    ext,
    legal_entity,
    offer,
    person,
    place,
    site,
    slot,
)
from tests.importers.ror.test_offers import Read
from tests.importers.world import World, only

CONVENTION = (
    "https://apifhir.annuaire.sante.fr/ws-sync/exposed/structuredefinition/practitionerRole-"
)


def said(world: World, *resources: dict[str, Any]) -> tuple[Statement, Person, Role]:
    statement = Read(world, *resources).record().statement
    assert statement.person is not None
    assert statement.role is not None
    return statement, statement.person, statement.role


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("810199900011", "rpps|10199900011"),
        ("10199900011", "rpps|10199900011"),
        ("12345", "ror|Practitioner/30"),
    ],
    ids=["with 8", "bare", "other"],
)
def test_both_ways_of_writing_an_rpps(world: World, value: str, key: str) -> None:
    who = person(identifier=[{"system": "urn:oid:1.2.250.1.71.4.2.1", "value": value}])
    assert said(world, exercise(), who)[0].person_key == key


@pytest.mark.parametrize("name", ["ror-practitionerrole-name", "RORPractitionerRoleName"])
def test_the_name_of_exercise_comes_first(world: World, name: str) -> None:
    parts = [
        ext("exerciseLastName", valueString="DUVAL"),
        ext("exerciseFirstName", valueString="Odile"),
    ]
    named = {**complex_ext("-", *parts), "url": f"https://exemple.fr/{name}"}
    who = said(world, exercise(extension=[named]), person())[1]
    assert (who.family, who.given) == ("DUVAL", "Odile")
    assert said(world, exercise(), person())[1].family == "ROUSSEL"


def test_an_exercise_is_at_the_places_of_its_offer(world: World) -> None:
    statement, _, role = said(world, exercise(), person(), offer(), place(), site(), legal_entity())
    assert only(role.addresses).insee == "94034"
    assert role.organization_name == "EHPAD LES TILLEULS"
    assert statement.subject_key == "rpps|10199900011|finess|940000011|60"


def test_without_a_site_an_exercise_has_its_own_key(world: World) -> None:
    statement, _, role = said(world, exercise(), person(), offer(location=[]))
    assert (statement.subject_key, role.addresses) == ("ror|PractitionerRole/40", ())


def test_profession_skills_and_conditions(world: World) -> None:
    def state(name: str, **value: Any) -> dict[str, Any]:
        return {"url": CONVENTION + name, **value}

    _, _, role = said(
        world,
        exercise(
            code=[concept("G15", "10", "?")],
            specialty=[
                concept("R04", "S", "Spécialité ordinale"),
                concept("R38", "SM54", "?"),
                concept("R40", "CAP1", "Capacité en gérontologie"),
                concept("R243", "01"),
            ],
            extension=[
                coded("ror-practitionerrole-unit-exercise-mode", "R23", "L", "Libéral"),
                state("contracted", valueCodeableConcept=concept("R282", "c1")),
                state("hasCAS", valueBoolean=True),
                state("vitaleAccepted", valueBoolean=False),
            ],
            availableTime=slot(1, "01", "09:00:00", "12:00:00"),
        ),
        person(),
    )
    assert role.profession is not None
    assert role.profession.label == "Médecin"
    assert [one.code for one in role.specialities] == ["SM54", "CAP1"]
    assert role.practice_mode is not None
    assert role.practice_mode.code == "L"
    assert role.convention is not None
    assert role.convention.label == "Secteur 1 ou conventionné"
    assert role.notes == (
        "Compétence : Maîtrise de la Langue des Signes Française (LSF)",
        "OPTAM",
    )
    assert role.hours[0].days == (0,)


def test_of_personal_mailboxes_only_the_secure_one_is_kept(world: World) -> None:
    level = [coded("ror-telecom-confidentiality-level", "R283", "2")]
    boxes = [
        {"system": "email", "value": "odette@exemple.fr", "extension": level},
        {"system": "email", "value": "odette@exemple.mssante.fr", "extension": level},
    ]
    read = Read(world, exercise(telecom=boxes), person())
    role = read.record().statement.role
    assert role is not None
    (box,) = role.contacts
    assert (box.system, box.confidentiality) == (
        ContactSystem.MSSANTE,
        Confidentiality.PROFESSIONAL,
    )
    assert "@" not in read.record().raw
    assert read.context.notes["adresse électronique non publiée"] == 1


def test_an_exercise_without_profession_or_name_is_set_aside(world: World) -> None:
    read = Read(world, exercise(code=[]), exercise(id="41", practitioner=None))
    reasons = [one.reason for one in read.outcomes if isinstance(one, Quarantined)]
    assert reasons == ["profession absente", "nom absent"]


@pytest.mark.parametrize(
    ("identifier", "key"),
    [
        ({"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "1940000011"}, "finess|940000011"),
        ({"system": "https://finess.esante.gouv.fr", "value": "2A0000014"}, "finess|2A0000014"),
        ({"system": "urn:oid:1.2.250.1.71.4.2.2", "value": "312345678900011"},
         "ror|Organization/10"),
        ({"system": "http://sirene.fr", "value": "12345678900011", "type": concept("G07", "3")},
         "ror|Organization/10"),
        ({"value": "ZZZ"}, "ror|Organization/10"),
    ],
    ids=["national FINESS", "FINESS", "national SIRET", "SIRET", "other"],
)  # fmt: skip
def test_a_site_is_known_by_its_finess_never_by_its_siret(
    world: World, identifier: dict[str, Any], key: str
) -> None:
    record = Read(world, site(identifier=[identifier]), legal_entity()).record()
    assert record.statement.subject_key == key


def test_what_a_site_tells(world: World) -> None:
    price = complex_ext(
        "ror-organization-price",
        coded("priceType", "R246", "02"),
        ext("amount", valueMoney={"value": 65.5}),
    )
    read = Read(
        world,
        site(
            name=None,
            alias="Les Tilleuls",
            extension=[
                price,
                coded("ror-organization-financial-help-type", "R241", "02", "Habilité"),
                coded("ror-organization-accessibility-location", "R399", "1", "Accès en fauteuil"),
            ],
            contact={
                "extension": [coded("ror-contact-confidentiality-level", "R283", "1")],
                "purpose": concept("R287", "06"),
                "telecom": {"system": "phone", "value": "01 49 84 92 00"},
            },
        ),
        legal_entity(),
    )
    told = read.record().statement.organization
    assert told is not None
    assert (told.name, told.kind) == ("Les Tilleuls", ResourceKind.ESTABLISHMENT)
    assert told.notes == ("Forfait socle hébergement : 65,50 €", "Habilité")
    assert told.accessibility == ("Accès en fauteuil",)
    assert [one.value for one in told.contacts] == ["+33149849200"]
    assert read.outcomes[1] == Ignored("entité juridique, reprise dans ses établissements")
