"""Traps of the FINESS formats that no other row shows: other extracts, shared numbers, homes."""

import pytest

from directory.base.errors import InputRefusedError
from directory.model import Identifier, ResourceKind
from tests.importers.finess.rows import (
    HEADER,
    legacy,
    legacy_line,
    plus,
    plus_address,
    plus_site,
    position_line,
)
from tests.importers.world import World, only

EQUIPMENT = (
    "structureet;940000011;940000029\n"
    "equipementsocial;940000011;924;Accueil;11;Hébergement;711;Personnes âgées;I;80"
    + ";" * 17
    + "\n"
)
LEGAL = (
    "940000029;ASSO;;;2;R;DE WISSOUS;;;;034;94260 FRESNES;94;VAL DE MARNE;;60;Asso;;;;;2001-01-15\n"
)
ATLASANTE = (
    "finess;etat;type;rs;categ_code;categ_lib\n940000011;ACTUEL;ET;EHPAD LES TILLEULS;500;EHPAD\n"
)


@pytest.mark.parametrize(
    "content",
    [
        HEADER + EQUIPMENT,
        HEADER + "structureej;" + LEGAL,
        HEADER + "activitesoin;940000029;ASSO;16;Traitement" + ";" * 18 + "\n",
        HEADER + "equipementlourd;940000029;ASSO;05602;Scanner;;;2020-01-01;940000011;\n",
        ATLASANTE,
        ATLASANTE.replace(";", ","),
    ],
    ids=["equipment", "legal entities", "activities", "heavy", "t_finess", "t_finess commas"],
)
def test_another_extract_is_refused_and_changes_nothing(world: World, content: str) -> None:
    world.run("finess", world.write("f.csv", legacy(legacy_line())), partial=True)
    before = world.statements("finess")
    with pytest.raises(InputRefusedError):
        world.run("finess", world.write("autre.csv", content), partial=True)
    assert world.statements("finess") == before


def test_the_number_of_the_first_line_counts_no_rows(world: World) -> None:
    path = world.write("f.csv", legacy(legacy_line(), header="finess;etalab;3;2026-11-20\n"))
    assert world.run("finess", path, partial=True).read == 1


def test_sites_that_share_a_siret_are_several(world: World) -> None:
    siret = "77930919400024"
    lines = [legacy_line(nofinesset=f"94000{n}", siret=siret) for n in ("0011", "0037", "0045")]
    assert world.run("finess", world.write("f.csv", legacy(*lines)), partial=True).kept == 3
    for key in world.records("finess"):
        told = world.site("finess", key).identifiers
        assert Identifier(system="siret", value=siret) in told


def test_numbers_are_texts_in_corsica_and_in_the_ain(world: World) -> None:
    lines = [legacy_line(nofinesset=one) for one in ("2A0000014", "010000024")]
    world.run("finess", world.write("f.csv", legacy(*lines)), partial=True)
    assert set(world.records("finess")) == {"2A0000014", "010000024"}


def test_a_legal_entity_with_the_number_of_a_site_is_not_that_site(world: World) -> None:
    line = legacy_line(nofinesset="940000011", nofinessej="940000011")
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    told = {one.system: one.value for one in world.site("finess", "940000011").identifiers}
    assert told["finess_et"] == told["finess_ej"] == "940000011"


def test_a_phone_that_cannot_be_is_kept_as_told(world: World) -> None:
    path = world.write("f.csv", legacy(legacy_line(telephone="0059029295")))
    world.run("finess", path, partial=True)
    (contact,) = world.site("finess", "940000011").contacts
    assert (contact.value, contact.note) == (
        "0059029295",
        "numéro à vérifier (10 chiffres dans la source)",
    )


def test_empty_cells_of_one_row_in_five_are_nothing(world: World) -> None:
    line = legacy_line(siret="", codeape="", telephone="", nofinessej="", rslongue="")
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    site = world.site("finess", "940000011")
    assert [one.system for one in site.identifiers] == ["finess_et"]
    assert site.contacts == ()


@pytest.mark.parametrize("document", ["extract", "FINESS+"])
def test_of_a_place_that_can_be_a_home_the_commune_alone_is_told(
    world: World, document: str
) -> None:
    told = {
        "extract": legacy(legacy_line(categetab="462", lieuditbp="BP 12"), position_line()),
        "FINESS+": plus(
            plus_site("940000011", plus_address(), plus_address(usageAdresse="03"),
                      categorieentiteGeographiqueExercice="462")
        ),
    }[document]  # fmt: skip
    world.run("finess", world.write("f", told), partial=True)
    address = only(world.site("finess", "940000011").addresses)
    assert (address.insee, address.city, address.postcode) == ("94034", "Fresnes", "94260")
    assert (address.street_number, address.street, address.complement) == ("", "", "")
    assert address.point is None


@pytest.mark.parametrize(
    ("code", "label", "kind"),
    [
        ("124", "Centre de Santé", ResourceKind.ESTABLISHMENT),
        ("460", "Service autonomie aide (SAA)", ResourceKind.SERVICE),
        ("608", "Equipe mobile médico-sociale précarité (EMMSP)", ResourceKind.SERVICE),
        ("289", "Centre de Soins Infirmiers", ResourceKind.ESTABLISHMENT),
    ],
    ids=["health centre", "was SAAD", "not the DAC", "closed code"],
)
def test_categories_that_changed_meaning_have_todays_label(
    world: World, code: str, label: str, kind: ResourceKind
) -> None:
    line = legacy_line(categetab=code, libcategetab="Ancien libellé")
    world.run("finess", world.write("f.csv", legacy(line)), partial=True)
    site = world.site("finess", "940000011")
    assert site.category is not None
    assert (site.category.code, site.category.label, site.kind) == (code, label, kind)
