"""Health centres of Ameli: several rows, one organization, each row with a speciality of it."""

import pytest

from directory.model import Identifier, Organization, ResourceKind
from directory.projection import resource_detail, resources
from tests.importers.ameli.rows import CDS_FILE, CENTRE, Row, centres
from tests.importers.world import World, only

MIDWIFE = CENTRE | {"speciality": "21", "speciality_label": "Sage-femme"}
GYNAECOLOGY = CENTRE | {"speciality": "79", "speciality_label": "Gynécologue / Obstétricien"}


def _run(world: World, *rows: Row) -> dict[str, int]:
    report = world.run("ameli", world.write(CDS_FILE, centres(*rows)), partial=True)
    return dict(report.reasons)


def _centre(world: World, **changes: str) -> Organization:
    _run(world, CENTRE | changes)
    (said,) = world.statements("ameli").values()
    assert said.organization is not None
    return said.organization


def test_a_centre_is_told_whole(world: World) -> None:
    centre = _centre(world)
    assert centre.name == "CENTRE MUNICIPAL DE SANTE"
    assert centre.category is not None
    assert (centre.category.code, centre.category.label) == ("124", "Centre de Santé")
    assert centre.identifiers == (Identifier(system="finess_et", value="940000011"),)
    address = only(centre.addresses)
    assert (address.street_number, address.street, address.insee) == ("3", "rue Couste", "94016")
    assert [one.value for one in centre.contacts] == ["+33199006203"]
    assert centre.notes == ("Carte Vitale acceptée", "Carte Vitale mobile acceptée")


def test_the_rows_of_a_centre_are_one_entry_with_all_its_specialities(world: World) -> None:
    _run(world, CENTRE, MIDWIFE, GYNAECOLOGY)
    told = world.statements("ameli")
    assert set(told) == {f"cds|940000011|{code}" for code in ("01", "21", "79")}
    assert {one.subject_key for one in told.values()} == {"finess|940000011"}
    (entry,) = resources(world.register, world.communes)
    assert entry.kind is ResourceKind.ESTABLISHMENT
    assert {one.label for one in entry.specialities} == {
        "Médecine générale", "Sage-femme", "Gynécologue / Obstétricien",
    }  # fmt: skip
    detail = resource_detail(world.register, world.communes, str(entry.id))
    assert sum(one.field == "specialities" for one in detail.facts) == 3


def test_a_type_of_its_own_is_said(world: World) -> None:
    centre = _centre(world, type_label="Centre dentaire", card="", mobile_card="")
    assert centre.notes == ("Type d'établissement : Centre dentaire",)


def test_a_centre_without_speciality_is_still_a_centre(world: World) -> None:
    assert _centre(world, speciality="", speciality_label="").specialities == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"finess": ""}, "numéro FINESS absent ou mal formé"),
        ({"finess": "40000011"}, "numéro FINESS absent ou mal formé"),
        ({"name": ""}, "nom absent"),
        ({"postcode": "01000", "city": "BOURG EN BRESSE"}, "hors territoire"),
        ({"postcode": "", "city": ""}, "sans lieu"),
    ],
)
def test_rows_that_are_not_kept_are_counted(
    world: World, whole: None, changes: dict[str, str], reason: str
) -> None:
    assert _run(world, MIDWIFE, CENTRE | changes) == {reason: 1}
