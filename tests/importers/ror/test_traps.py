"""Traps of the ROR's documentation that no other row shows: references, codes, places, numbers."""

from datetime import date

import pytest

from directory.model import Confidentiality
from importers.ror.organizations import numbers
from tests.importers.ror.rows import (
    ages,
    coded,
    complex_ext,
    concept,
    contact,
    covers,
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

NATIONAL = "urn:oid:1.2.250.1.71.4.2.2"


def test_an_exercise_told_once_for_each_situation_is_one_entry(world: World) -> None:
    second = exercise(id="41", healthcareService=[{"reference": "HealthcareService/2"}])
    read = Read(world, exercise(), second, person(), offer(), offer(id="2"), site(), legal_entity())
    keys = {read.record(rank).statement.subject_key for rank in (0, 1)}
    assert keys == {"rpps|10199900011|finess|940000011|60"}


def test_an_offer_may_be_given_by_a_legal_entity(world: World) -> None:
    given = offer(providedBy={"reference": "Organization/11"})
    read = Read(world, given, place(), legal_entity())
    assert (read.offer().provider, read.record().statement.organization_key) == (
        "ASSOCIATION LES TILLEULS",
        "",
    )


def test_a_unit_below_another_unit_leads_to_its_site(world: World) -> None:
    units = [
        site(id=own, name=own, identifier=[], type=[concept("R207", code)],
             partOf={"reference": f"Organization/{above}"})
        for own, code, above in (("13", "2", "12"), ("12", "1", "10"))
    ]  # fmt: skip
    read = Read(world, offer(providedBy={"reference": "Organization/13"}), *units, site())
    assert read.offer().provider == "EHPAD LES TILLEULS"


def test_a_reference_may_name_a_version(world: World) -> None:
    given = offer(location=[{"reference": "https://exemple.fr/fhir/Location/20/_history/3"}])
    assert only(Read(world, given, place()).offer().addresses).insee == "94034"


@pytest.mark.parametrize(
    "system",
    [
        "https://smt.esante.gouv.fr/fhir/CodeSystem/tre-r338-modalite-accueil",
        "https://mos.esante.gouv.fr/NOS/TRE_R338-ModaliteAccueil/FHIR/TRE-R338-ModaliteAccueil",
    ],
    ids=["newer server", "usual"],
)
def test_a_nomenclature_is_known_at_both_its_addresses(world: World, system: str) -> None:
    told = [{"coding": [{"system": system, "code": "04"}]}]
    assert Read(world, offer(characteristic=told)).offer().modes == ("video",)


@pytest.mark.parametrize("table", ["G15", "R94", "R95", "R85", "R96", "R356"])
def test_professions_of_an_offer_come_from_six_nomenclatures(world: World, table: str) -> None:
    told = Read(world, offer(characteristic=[concept(table, "x", "Métier")])).offer()
    assert told.notes == ("Profession : Métier",)


def test_a_profession_out_of_g15_keeps_its_own_nomenclature(world: World) -> None:
    ipa = [concept("R356", "01", "Infirmier en pratique avancée")]
    role = Read(world, exercise(code=ipa), person()).record().statement.role
    assert role is not None
    assert role.profession is not None
    assert (role.profession.system, role.profession.label) == (
        "TRE_R356-Nom",
        "Infirmier en pratique avancée",
    )


@pytest.mark.parametrize(
    "unit",
    [
        {"system": "http://unitsofmeasure.org", "unit": "an"},
        {"system": "https://unitsofmeasure.org", "unit": "années"},
        {"system": "https://mos.esante.gouv.fr/NOS/TRE_R247-UcumUniteMesure/FHIR/x"},
    ],
    ids=["http", "https", "TRE_R247"],
)
def test_the_unit_of_an_age_is_its_code_alone(world: World, unit: dict[str, str]) -> None:
    public = ages(3, 17)
    for limit in public["extension"][0]["valueRange"].values():
        limit.update(unit)
    told = Read(world, offer(more=[public])).offer()
    assert (told.age_min, told.age_max) == (3, 17)


def test_ages_in_days_are_whole_years(world: World) -> None:
    told = Read(world, offer(more=[ages(730, 1095, "d")])).offer()
    assert (told.age_min, told.age_max) == (2, 3)


@pytest.mark.parametrize("table", ["R13", "R13-CommuneOM"])
def test_communes_of_two_nomenclatures_are_one_code(world: World, table: str) -> None:
    place_code = coded("ror-commune-cog", table, "97411", "Saint-Denis")
    zone = complex_ext(
        "ror-territorial-division",
        coded("typeTerritorialDivision", "R201", "3"),
        coded("codeTerritorialDivision", table, "97411", "Saint-Denis"),
    )
    told = Read(world, offer(more=[zone]), place(address={}, extension=[place_code])).offer()
    assert told.covered is not None
    assert (only(told.addresses).insee, told.covered.communes) == ("97411", ("97411",))


def test_a_postcode_of_marseille_is_its_arrondissement(world: World) -> None:
    area = Read(world, offer(more=[covers("3", "13013", "Marseille")])).offer().covered
    assert area is not None
    assert (area.communes, area.note) == (("13213",), "code postal 13013 reçu pour la commune")


@pytest.mark.parametrize(("level", "named"), [("5", "Pays"), ("6", "Zone de défense")])
def test_other_divisions_stay_in_words(world: World, level: str, named: str) -> None:
    area = Read(world, offer(more=[covers(level, "X", "Ailleurs")])).offer().covered
    assert area is not None
    assert (area.communes, area.note.casefold()) == ((), f"{named} Ailleurs".casefold())


@pytest.mark.parametrize("label", ["Accès libre", "Visible du grand public"])
def test_the_level_of_a_contact_is_its_code_whatever_its_label(world: World, label: str) -> None:
    told = contact("1", "0149849200")
    told["extension"][1]["valueCodeableConcept"]["coding"][0]["display"] = label
    (shown,) = Read(world, offer(more=[told])).offer().contacts
    assert shown.confidentiality is Confidentiality.PUBLIC


@pytest.mark.parametrize(
    ("identifier", "found"),
    [
        ({"system": NATIONAL, "value": "1290004324"}, {"finess": "290004324"}),
        ({"system": NATIONAL, "value": "2921317258"}, {"siren": "921317258"}),
        ({"system": NATIONAL, "value": "392131725800020"}, {"siret": "92131725800020"}),
        ({"system": "https://x/rppsRang", "value": "1019990001101"}, {}),
        ({"system": "https://x/adeliRang", "value": "94920001501"}, {}),
    ],
    ids=["1 and FINESS", "2 and SIREN", "3 and SIRET", "RPPS-rang", "ADELI-rang"],
)
def test_numbers_of_an_organization(identifier: dict[str, str], found: dict[str, str]) -> None:
    assert numbers(legal_entity(identifier=[identifier]), date(2026, 11, 22)) == found


def test_extensions_that_mislead_say_nothing(world: World) -> None:
    misleading = [
        ext("ror-organization-nb-permanent-social-help-place", valueInteger=7),
        ext("ror-organization-nb-temporary-social-help-place", valueInteger=9),
        ext("ror-organization-creation-date", valueDateTime="2019-09-01"),
    ]
    told = Read(world, site(extension=misleading), legal_entity()).record().statement.organization
    assert told is not None
    assert (told.notes, told.opened_on) == ((), date(2019, 9, 1))
    near = place(more=[ext("ror-calculated-distance", valueDecimal=1.2)])
    assert Read(world, offer(), near).offer() == Read(world, offer(), place()).offer()


def test_the_name_of_who_answers_is_not_told(world: World) -> None:
    told = contact("1", "0149849200")
    told["extension"].append(ext("name", valueHumanName={"family": "ROUSSEL"}))
    record = Read(world, offer(more=[told])).record()
    assert len(record.statement.service.contacts if record.statement.service else ()) == 1
    assert "ROUSSEL" not in repr(record.statement)


def test_a_site_may_say_how_far_it_goes(world: World) -> None:
    where = [covers("3", "94034", "Fresnes"), covers("4", "X1", "Territoire Est")]
    told = Read(world, site(extension=where), legal_entity()).record().statement.organization
    assert told is not None
    assert told.covered is not None
    assert (told.covered.communes, told.covered.note) == (
        ("94034",),
        "Territoire de Santé Territoire Est",
    )
