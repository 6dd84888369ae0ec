"""Tables by mapping: annexe 3 and the ETP programme that ship, and tables of one's own."""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError, SettingsError
from directory.communes import Communes
from directory.model import EntityKind, Identifier, Organization, ResourceKind
from directory.territory import Territory
from directory.vocabulary import categories
from importers.registry import mappings
from importers.table.mapping import load_mapping
from tests.importers.world import World, only

ANNEXE_3 = Path(str(load_mapping(mappings()["annexe3"])[1]))

OWN = """
key = ["num"]
[card]
name = "psychologues"
title = "Psychologues de la CPTS"
publisher = "CPTS"
licence = "interne"
cadence = "annuelle"
min_rows = 1
max_rows = 100
max_quarantined_share = 0.09
trust = "declared"
encodings = ["utf-8", "cp1252"]
[columns]
name = "Nom"
city = "Ville"
postcode = "CP"
"""


def test_annexe_3_is_kept_whole_then_unchanged(world: World) -> None:
    first = world.run("table", mapping="annexe3")
    assert (first.read, first.kept, first.data_date) == (57, 57, None)
    again = world.run("table", ANNEXE_3, mapping=mappings()["annexe3"])
    assert (again.kept, again.unchanged, again.removed) == (0, 57, 0)


def test_the_mapping_is_told_by_the_columns(world: World) -> None:
    assert world.run("table", ANNEXE_3).source == "annexe3"
    with pytest.raises(InputRefusedError, match="annexe3, equipes, etp_ser_diabete"):
        world.run("table", world.write("x.csv", "a;b\n1;2\n"))
    with pytest.raises(InputRefusedError, match="--mapping"):
        world.run("table")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("FOYER D'ACCUEIL MEDICALISE MARCEL HUET", "437"),
        ("FOYER HEBERGEMENT JACQUES JOSQUIN", "252"),
        ("ESAT LES ATELIERS DE FRESNES", "246"),
        ("SAVS L'HAY LES ROSES", "446"),
        ("SAMSAH L HAY LES ROSES", "445"),
        ("SESSAD GRANGE ORY", "182"),
        ("CMPP DE FRESNES", "189"),
        ("BAPU CACHAN", "221"),
        ("IMPRO MONIQUE GUILBOT", "183"),
        ("CAFS LES LILAS", "238"),
        ("RESIDENCE SANTE COUSIN DE MERICOURT", "500"),
        ("EHPAD SOLEIL D'AUTOMNE", "500"),
        ("FOY LOG RES AREPA LES SORBIERS", "202"),
        ("SSIAD FRESNES", "354"),
        ("SSAD CCAS de Cachan", "354"),
        ("SAAD OMNICA", "460"),
        ("CHU UFSE", "219"),
        ("CHRS RESIDENCE LES COTEAUX", "214"),
        ("RSJAM - CACHAN", "259"),
        ("RESIDENCE ACCUEIL", "258"),
        ("FTM CHEVILLY LA RUE", "256"),
        ("FJT ADOMA", "257"),
        ("CSAPA - MA FRESNES", "197"),
        ("CADA PHILIA", "443"),
        ("PENSION DE FAMILLE", "258"),
        ("LA VIE AU GRAND AIR", None),
        ("MECS CENTRE D'OBSERVATION ET DE REEDUC", "177"),
        ("CENTRE MATERNEL THALIE", "166"),
    ],
)
def test_categories_of_annexe_3(annexe_3: World, name: str, code: str | None) -> None:
    found = [one for one in _sites(annexe_3) if one.name == name]
    assert {one.category.code if one.category else None for one in found} == {code}
    assert code is None or not categories()[code].closed


def test_only_the_prison_s_service_is_closed_to_the_public(annexe_3: World) -> None:
    closed = [one.name for one in _sites(annexe_3) if one.open_to_public is False]
    assert closed == ["CSAPA - MA FRESNES"]


def test_every_establishment_is_placed_and_keeps_its_own_words(annexe_3: World) -> None:
    with ANNEXE_3.open(encoding="utf-8") as file:
        told = list(csv.DictReader(file))
    sites = _sites(annexe_3)
    assert Counter(one.name for one in sites) == Counter(row["nom"] for row in told)
    assert {only(one.addresses).insee for one in sites} == {
        "94016", "94021", "94034", "94038", "94065",
    }  # fmt: skip
    assert sum(not one.contacts for one in sites) == sum(not row["telephone"] for row in told)
    savs = next(one for one in sites if one.name.startswith("SAVS"))
    assert only(savs.addresses).street == "rue du Puiis"
    esat = next(one for one in sites if one.name.startswith("ESAT"))
    assert (only(esat.addresses).postcode, only(esat.addresses).insee) == ("94266", "94034")


def test_the_programme_of_creteil_belongs_by_its_scope(world: World) -> None:
    world.run("table", mapping="etp_ser_diabete")
    said = world.statements("etp_ser_diabete")["125-2023 DSP"]
    assert said.subject is EntityKind.SERVICE
    programme = said.service
    assert programme is not None
    assert programme.kind is ResourceKind.PROGRAMME
    assert programme.name.startswith("Programme d'éducation thérapeutique du patient diabétique")
    assert programme.identifiers == (Identifier(system="etp", value="125-2023 DSP"),)
    assert programme.modes == ("group", "video")
    assert programme.pathologies == ("diabète de type 2",)
    assert programme.minimum_participants == 3
    assert len(programme.rules) == 2
    assert only(programme.addresses).insee == "94028"
    assert said.scope is not None
    assert said.scope.regions == ("11",)
    assert said.organization is not None
    assert said.organization.identifiers == (Identifier(system="siret", value="92347988500017"),)
    assert said.organization_key == "etp_ser_diabete|SER diabète d'Île-de-France"


def test_a_table_of_one_s_own(world: World) -> None:
    mapping = world.write(
        "psy.toml",
        OWN.replace("[columns]", '[columns]\nphone = "Tél"')
        + '[constants]\nkind = "association"\npublics = "enfants"\n'
        + "[[rules]]\nwhen = { name = '^CMP' }\nset = { open_to_public = false }\n",
    )
    content = "num;Nom;Ville;CP;Tél\n1;CMP Éole;L HAY LES ROSES;94240;01 46 65 62 22\n"
    path = world.write("psy.csv", content.encode("cp1252"))
    assert world.run("table", path, mapping=mapping).kept == 1
    site = world.site("psychologues", "1")
    assert (site.name, site.kind, site.publics) == (
        "CMP Éole",
        ResourceKind.ASSOCIATION,
        ("enfants",),
    )
    assert site.open_to_public is False
    assert site.contacts[0].value == "+33146656222"
    assert only(site.addresses).city == "L'Haÿ-les-Roses"


def test_a_finess_column_speaks_of_the_finess_site(world: World) -> None:
    mapping = world.write("x.toml", OWN + 'finess_et = "ET"\n')
    path = world.write("x.csv", "num,Nom,Ville,CP,ET\n1,EHPAD,Fresnes,94260,940000011\n")
    world.run("table", path, mapping=mapping)
    assert world.statements("psychologues")["1"].subject_key == "finess|940000011"


def test_rows_without_key_or_name_or_with_odd_cells_are_set_aside(world: World) -> None:
    mapping = world.write("x.toml", OWN.replace("0.09", "0.9") + 'age_min = "Âge"\n')
    path = world.write(
        "x.csv",
        "num;Nom;Ville;CP;Âge\n1;A;Fresnes;94260;3\n;B;Fresnes;94260;\n3; ;Fresnes;94260;\n"
        "4;D;Fresnes\n",
    )
    report = world.run("table", path, mapping=mapping)
    assert (report.kept, report.reasons) == (
        1,
        {"clé absente": 1, "nom absent": 1, "nombre de colonnes inattendu": 1},
    )


def test_a_missing_column_is_named(world: World) -> None:
    mapping = world.write("x.toml", OWN)
    with pytest.raises(InputRefusedError, match="colonnes manquantes : CP"):
        world.run("table", world.write("x.csv", "num;Nom;Ville\n1;A;Fresnes\n"), mapping=mapping)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('name = "Nom"', 'nom = "Nom"'), "champ inconnu"),
        (('name = "Nom"\n', ""), "colonne du nom"),
        (('key = ["num"]', "key = []"), "champ key"),
        (('title = "Psychologues de la CPTS"\n', ""), "champ title"),
        (
            ("[columns]", "[[rules]]\nwhen = { name = '(' }\nset = { kind = 'x' }\n[columns]"),
            "rules",
        ),
        (("[columns]", "[constants]\nkind = 'hopital'\n[columns]"), "hopital"),
        (("[columns]", "[columns]\nmember = 'Équipe'"), "champ inconnu"),
        (('key = ["num"]', 'key = ["num"]\nsubject = "role"'), "columns.family"),
        (("[card]", "[card"), "pas un fichier TOML"),
    ],
)
def test_a_wrong_mapping_says_which_field(world: World, change: tuple[str, str], said: str) -> None:
    path = world.write("x.toml", OWN.replace(*change))
    with pytest.raises(SettingsError, match=said) as wrong:
        load_mapping(path)
    assert "x.toml" in wrong.value.detail


def test_a_mapping_that_is_not_there(world: World) -> None:
    with pytest.raises(SettingsError, match="illisible"):
        world.run("table", ANNEXE_3, mapping="absente.toml")


@pytest.fixture(scope="module")
def annexe_3(
    tmp_path_factory: pytest.TempPathFactory, territory: Territory, communes: Communes
) -> Iterator[World]:
    world = World(tmp_path_factory.mktemp("annexe3"), territory, communes)
    world.run("table", mapping="annexe3")
    yield world
    world.close()


def _sites(world: World) -> list[Organization]:
    return [world.site("annexe3", key) for key in world.records("annexe3")]
