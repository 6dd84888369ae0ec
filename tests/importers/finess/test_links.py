"""What a site of FINESS+ belongs to, teams by their category, and the schemas a document may have."""

import json
from typing import Any

import pytest

from directory.model import Identifier, Membership, ResourceKind
from directory.projection import resource_detail
from importers.finess import links
from tests.importers.finess.rows import plus, plus_address, plus_document, plus_entity, plus_site
from tests.importers.world import World, only

MAIN, SECOND, OTHER = "940000011", "940000037", "940000045"
ROLE = [{"idEgePorteuse": MAIN, "idEgeNonPorteuse": SECOND, "roleRelationEge": "B"}]
GCC = {
    "gccId": "2",
    "nomGcc": "94 Nord ",
    "typeGcc": "001",
    "etatObjet": "A",
    "pmejDuGcc": [
        {"pmSmsseId": "100", "typeRoleEntiteGroupe": "S"},
        {"pmSmsseId": "101", "typeRoleEntiteGroupe": "M"},
    ],
    "egeDuGcc": [],
}
GCO = {
    "pmSmsseId": "200",
    "typeGco": "003",
    "pmejDuGco": [{"pmSmsseId": "100", "typeRoleEntiteGroupe": "M"}],
    "egeDuGco": [{"egeId": OTHER, "typeRoleEntiteGroupe": "M"}],
}


def _told(world: World, document: str, **options: Any) -> Any:
    return world.run("finess", world.write("f.json", document), partial=True, **options)


def _memberships(world: World, key: str) -> list[tuple[str, str]]:
    return [(one.name, one.key) for one in world.site("finess", key).member_of]


def test_a_site_has_its_entity_s_name_and_numbers(world: World) -> None:
    entity = plus_entity(
        plus_site(),
        denominationLonguePmSmsse="ASSOCIATION DES AMIS DES TILLEULS   ",
        siren="775672272",
    )
    _told(world, plus_document(entity))
    site = world.site("finess", MAIN)
    assert site.legal_entity == "ASSOCIATION DES AMIS DES TILLEULS"
    assert Identifier(system="finess_ej", value="940000029") in site.identifiers
    assert Identifier(system="siren", value="775672272") in site.identifiers


def test_a_secondary_site_names_the_main_one_even_in_another_entity(world: World) -> None:
    second = plus_entity(plus_site(SECOND, roleEge=ROLE), pmSmsseId="101")
    main = plus_entity(plus_site(MAIN, about={"nomEgeLong": "SSIAD DE FRESNES "}, roleEge=ROLE))
    _told(world, plus_document(second, main))
    assert _memberships(world, SECOND) == [("SSIAD DE FRESNES (site principal)", f"finess|{MAIN}")]
    assert world.site("finess", MAIN).member_of == ()
    assert world.site("finess", MAIN).notes == ("site principal d'un site secondaire",)


def test_a_site_that_carries_itself_belongs_to_nothing(world: World) -> None:
    own = [{"idEgePorteuse": MAIN, "idEgeNonPorteuse": MAIN, "roleRelationEge": "C"}]
    report = _told(world, plus(plus_site(roleEge=own)))
    site = world.site("finess", MAIN)
    assert (site.member_of, site.notes, report.notes) == ((), (), {})


def test_a_main_site_that_is_not_in_the_file_is_told(world: World) -> None:
    report = _told(world, plus(plus_site(SECOND, roleEge=ROLE)))
    assert report.notes == {"site principal absent du fichier": 1}
    assert world.site("finess", SECOND).member_of == ()


@pytest.mark.parametrize("place", ["before", "after"])
def test_sites_belong_to_the_groups_of_their_entity(
    world: World, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.setattr(links, "_BLOCK", 512)  # the lists of groups go over several blocks
    monkeypatch.setattr(links, "_OVERLAP", 256)
    entities = [
        plus_entity(plus_site(MAIN)),
        plus_entity(plus_site(SECOND), pmSmsseId="101"),
        plus_entity(plus_site(OTHER), pmSmsseId="102"),
        plus_entity(pmSmsseId="200", numFinessPm="940009996", denominationPm="GCS DU VAL"),
    ]
    empty = {"pmSmsseId": "403", "typeGco": "003", "pmejDuGco": [], "egeDuGco": []}
    root = json.loads(plus_document(*entities, gcc=[GCC], gco=[empty, GCO]))
    if place == "after":
        root |= {"gcc": root.pop("gcc"), "gco": root.pop("gco")}
    _told(world, json.dumps(root))
    gcs = ("GCS DU VAL", "finess|940009996")
    assert _memberships(world, MAIN) == [("Groupement 94 Nord (porteur)", "gcc|2"), gcs]
    assert _memberships(world, SECOND) == [("Groupement 94 Nord", "gcc|2")]
    assert _memberships(world, OTHER) == [gcs]


def test_a_group_that_is_over_has_no_members(world: World) -> None:
    _told(world, plus(plus_site(), gcc=[GCC | {"etatObjet": "I"}]))
    assert world.site("finess", MAIN).member_of == ()


def test_the_page_of_a_site_shows_what_it_belongs_to(world: World) -> None:
    _told(world, plus_document(plus_entity(plus_site(), siren="775672272"), gcc=[GCC]))
    told = resource_detail(world.register, world.communes, f"finess_et|{MAIN}")
    facts = {fact.label: fact.chosen.text for fact in told.facts}
    assert facts["Appartenance"] == "Groupement 94 Nord (porteur)"
    assert facts["Entité juridique"] == "ASSOCIATION LES TILLEULS"
    assert {one.system for one in told.resource.identifiers} == {"finess_et", "finess_ej", "siren"}


@pytest.mark.parametrize(
    ("category", "kind", "label"),
    [
        ("603", ResourceKind.TEAM, "Maison de santé"),
        ("604", ResourceKind.TEAM, "CPTS"),
        ("606", ResourceKind.TEAM, "Dispositif d'appui à la coordination"),
        ("614", ResourceKind.TEAM, "Dispositif Spécifique Régional du Cancer"),
        ("647", ResourceKind.TEAM, "Equipe de Soins Spécialisés"),
        ("648", ResourceKind.TEAM, "Service d'Accès aux Soins"),
        ("705", ResourceKind.ASSOCIATION, "Groupe d’Entraide Mutuelle"),
        ("463", ResourceKind.SERVICE, "Information Coordination"),
        ("209", ResourceKind.SERVICE, "Service autonomie aide et soins"),
        ("500", ResourceKind.ESTABLISHMENT, "personnes âgées dépendantes"),
        ("999", ResourceKind.ESTABLISHMENT, ""),
    ],
)
def test_teams_come_in_by_their_category(
    world: World, category: str, kind: ResourceKind, label: str
) -> None:
    _told(world, plus(plus_site(categorieentiteGeographiqueExercice=category)))
    site = world.site("finess", MAIN)
    assert site.category is not None
    assert (site.kind, site.category.code) == (kind, category)
    assert label in site.category.label


def test_every_use_of_an_address_is_kept(world: World) -> None:
    uses = [plus_address(usageAdresse=use) for use in ("06", "04", "02", "03", "99")]
    _told(world, plus(plus_site(MAIN, *uses)))
    told = [one.use for one in world.site("finess", MAIN).addresses]
    assert told == ["main", "visit", "annex", "legal", "annex"]


def test_a_document_of_the_schema_that_was_announced_is_read(world: World) -> None:
    entity = plus_entity(plus_site())
    site = entity["ege"][0]
    site["etatObjet"] = {"code": "A", "system": "https://exemple.fr/etat"}
    site["categorieEntiteGeographiqueExercice"] = {"code": "603", "system": "https://exemple.fr/c"}
    site["siret"] = "26010004500012"
    site["dateDerniereMaj"] = {"dateEvenement": "2026-03-01"}
    del site["categorieentiteGeographiqueExercice"], site["informationsGeneralesEGE"]["siret"]
    about = entity.pop("informationsGeneralesPMEJ")
    about["pm_smsseId"] = about.pop("pmSmsseId")
    group = {
        "gccId": "2", "nomGcc": "94 Nord", "pmejDuGcc": [{"pm_smsseId": "100"}], "egeDuGCC": [],
    }  # fmt: skip
    _told(world, plus_document({"informationsGeneralesPmej": about, **entity}, gcc=group))
    told = world.site("finess", MAIN)
    assert told.category is not None
    assert (told.category.code, told.kind) == ("603", ResourceKind.TEAM)
    assert told.legal_entity == "ASSOCIATION LES TILLEULS"
    assert str(told.updated_on) == "2026-03-01"
    assert Identifier(system="siret", value="26010004500012") in told.identifiers
    assert told.member_of == (Membership(name="Groupement 94 Nord", key="gcc|2"),)


@pytest.mark.parametrize(("version", "notes"), [("v1.0.0", 0), ("v2.0.0", 1)])
def test_an_unknown_schema_version_is_noted(world: World, version: str, notes: int) -> None:
    report = _told(world, plus(plus_site(), schemaVersion=version))
    assert report.kept == 1
    noted = {"version de schéma v2.0.0 inconnue, lue comme v1.0.0": 1}
    assert report.notes == (noted if notes else {})


def test_a_city_in_mixed_case_and_a_number_with_its_letter_are_kept(world: World) -> None:
    address = plus_address(
        numeroVoie="28b", typeVoie=None, libelleVoie="rue du Lycée", ligneAcheminement="Fresnes"
    )
    _told(world, plus(plus_site(MAIN, address)))
    told = only(world.site("finess", MAIN).addresses)
    assert (told.street_number, told.street, told.city) == ("28b", "rue du Lycée", "Fresnes")


def test_empty_texts_and_nulls_are_the_same_nothing(world: World) -> None:
    address = plus_address(lieuDit="", complementPointGeographique=None, numeroVoie=" ")
    about = {"siret": "", "complementDenominationEg": "\\ ", "dateOuverture": None}
    _told(world, plus(plus_site(MAIN, address, about=about, contact=None, roleEge=None)))
    told = world.site("finess", MAIN)
    assert (told.complement, told.opened_on, told.contacts) == ("", None, ())
    assert (only(told.addresses).street_number, only(told.addresses).complement) == ("", "")
