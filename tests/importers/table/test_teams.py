"""The mappings that ship without data: teams, members, psychologists, midwives, direct lines."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from directory.base.errors import InputRefusedError
from directory.model import (
    Confidentiality,
    ContactSystem,
    CoveredArea,
    EntityKind,
    Identifier,
    Membership,
    Organization,
    ResourceKind,
    Role,
)
from directory.projection import resources
from importers.registry import mappings
from importers.table.mapping import load_mapping
from tests.importers.rpps.rows import line, listing
from tests.importers.world import World, only

FIXTURES = Path(__file__).parent / "fixtures"
TEMPLATES = ["equipes", "formes_etp", "lignes_directes", "membres", "psychologues", "sages_femmes"]


def _team(world: World, key: str) -> Organization:
    world.run("table", FIXTURES / "equipes.csv")
    return world.site("equipes", key)


def _roles(world: World, name: str) -> list[Role]:
    world.run("table", FIXTURES / f"{name}.csv")
    return [said.role for said in world.statements(name).values() if said.role]


@pytest.mark.parametrize("name", TEMPLATES)
def test_each_example_is_told_by_its_columns_then_unchanged(world: World, name: str) -> None:
    path = FIXTURES / f"{name}.csv"
    first = world.run("table", path)
    assert (first.source, first.quarantined) == (name, 0)
    again = world.run("table", path)
    assert (again.kept, again.unchanged) == (0, first.kept)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_needs_its_file(world: World, name: str) -> None:
    with pytest.raises(InputRefusedError, match="Indiquez le fichier"):
        world.run("table", mapping=name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_readme_documents_each_template(name: str) -> None:
    readme = (mappings()[name].parents[1] / "README.md").read_text(encoding="utf-8")
    assert f"- **`{name}`**" in readme
    columns = load_mapping(mappings()[name])[0].needed_columns()
    assert [column for column in columns if f"`{column}`" not in readme] == []


def test_a_team_says_what_it_is_and_whose(world: World) -> None:
    team = _team(world, "MSP|Maison de santé de démonstration")
    assert team.kind is ResourceKind.TEAM
    assert team.category is not None
    assert team.category.code == "603"
    assert team.rubric == "Maison de santé pluriprofessionnelle (MSP)"
    assert [one.name for one in team.member_of] == [
        "CPTS de démonstration",
        "Réseau de démonstration",
    ]
    said = world.statements("equipes")["MSP|Maison de santé de démonstration"]
    assert said.subject_key == "finess|940000011"


def test_how_to_refer_is_told_whole(world: World) -> None:
    team = _team(world, "DAC|DAC de démonstration")
    assert team.referral is not None
    assert (team.referral.how, team.referral.single_number) == (
        "Appel, puis fiche",
        "01 46 00 00 01",
    )
    assert team.referral.secure_mail == "dac@exemple.mssante.fr"
    assert team.referral.form_url == "https://dac.exemple.fr/fiche"
    assert team.referral.eligibility == "situation complexe"
    assert team.covered == CoveredArea(departements=("94",))


def test_eligibility_by_age_and_gir(world: World) -> None:
    team = _team(world, "CRT|CRT de démonstration")
    assert team.referral is not None
    assert (team.referral.age_min, team.referral.age_max) == (60, None)
    assert team.referral.gir == (1, 2, 3, 4)
    assert team.covered == CoveredArea(communes=("94034", "94065"))
    assert (team.rubric, team.category) == ("Centre de ressources territorial (CRT)", None)


def test_a_team_without_address_belongs_by_the_communes_it_covers(world: World) -> None:
    report = world.run("table", FIXTURES / "equipes.csv")
    assert report.reasons == {"hors territoire": 1}
    assert report.notes["GIR illisible, laissé vide"] == 1
    assert world.site("equipes", "ESP|Équipe de démonstration").referral is None


def test_a_member_is_the_person_rpps_knows(world: World) -> None:
    world.run("table", FIXTURES / "membres.csv")
    known, other = world.statements("membres").values()
    assert (known.subject, known.person_key) == (EntityKind.ROLE, "rpps|10100000016")
    assert known.role is not None
    assert known.role.profession is not None
    assert known.role.profession.code == "70"
    assert known.role.member_of == (
        Membership(name="MSP de démonstration", since=date(2026, 3, 1), until=date(2027, 12, 31)),
    )
    assert other.person_key == other.subject_key
    assert other.role is not None
    assert (other.role.profession, other.role.notes) == (None, ("Profession : naturopathe",))


def test_psychologists_by_field(world: World) -> None:
    role, other = _roles(world, "psychologues")
    assert role.profession is not None
    assert role.profession.code == "93"
    assert role.acts == ("psychotraumatisme", "périnatalité", "deuil")
    assert (role.publics, role.age_min, role.age_max) == (("enfants", "adolescents"), 3, 17)
    assert (role.modes, role.waiting_days) == (("cabinet", "video"), 21)
    assert role.notes == ("Mon soutien psy",)
    secure = next(one for one in role.contacts if one.system is ContactSystem.MSSANTE)
    assert secure.confidentiality is Confidentiality.PROFESSIONAL
    key = "DEMONSTRATION|Inès|94550"
    person = world.statements("psychologues")[key].person
    assert person is not None
    assert person.languages == ("anglais", "arabe")
    assert person.identifiers == (Identifier(system="rpps", value="10100000024"),)
    assert "@" not in world.records("psychologues")[key].raw
    assert only(other.addresses).insee == "94038"
    assert (other.modes, other.notes) == ((), ("Modalité : en marchant",))


def test_midwives_by_competence_in_words_people_search(world: World) -> None:
    (role,) = _roles(world, "sages_femmes")
    assert role.acts == ("frottis", "IVG médicamenteuse", "rééducation périnéale", "échographie")
    assert role.modes == ("cabinet", "home")
    assert role.covered == CoveredArea(communes=("94065", "94034"))


def test_direct_lines_are_for_professionals(world: World) -> None:
    world.run("table", FIXTURES / "lignes_directes.csv")
    said, elsewhere = world.statements("lignes_directes").values()
    assert said.organization_key == "finess|940000029"
    assert said.service is not None
    assert said.service.provider == "Hôpital de démonstration"
    assert {(one.system, one.value, one.confidentiality) for one in said.service.contacts} == {
        (ContactSystem.DIRECT_LINE, "+33146000005", Confidentiality.PROFESSIONAL),
        (ContactSystem.DIRECT_LINE, "+33146000006", Confidentiality.PROFESSIONAL),
    }
    assert said.service.referral is not None
    assert said.service.referral.age_min == 75
    assert elsewhere.organization_key == "lignes_directes|Clinique sans numéro"


def test_a_workbook_is_read_through_a_mapping(world: World) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for text in (FIXTURES / "membres.csv").read_text(encoding="utf-8").splitlines():
        sheet.append(text.split(";"))
    sheet.merge_cells("F2:F3")
    path = world.folder / "membres.xlsx"
    book.save(path)
    assert world.run("table", path).source == "membres"
    teams = {
        said.role.member_of[0].name for said in world.statements("membres").values() if said.role
    }
    assert teams == {"MSP de démonstration"}


def test_a_delimiter_told_by_the_mapping_is_not_the_sheet_s(world: World) -> None:
    own = mappings()["membres"].read_text(encoding="utf-8")
    mapping = world.write("virgules.toml", 'delimiter = ","\n' + own)
    book = Workbook()
    for text in (FIXTURES / "membres.csv").read_text(encoding="utf-8").splitlines():
        book.worksheets[0].append(text.split(";"))
    path = world.folder / "membres.xlsx"
    book.save(path)
    assert world.run("table", path, mapping=mapping).kept == 2


def test_a_trained_professional_says_what_they_can_do(world: World) -> None:
    trained, by_name = _roles(world, "formes_etp")

    assert trained.acts == ("bilan éducatif partagé (ETP)", "bilan de suivi (ETP)")
    assert trained.notes == ("Formée à l'ETP (40 h), mars 2025",)
    assert by_name.acts == ("éducation thérapeutique du patient (ETP)",)


def test_training_joins_the_entry_of_the_register(world: World) -> None:
    """Whoever looks the physiotherapist up sees that she can do the assessment."""
    world.run(
        "rpps",
        world.write("PS_LibreAcces_Personne_activite_202611200300.txt", listing(line())),
        partial=True,
    )
    world.run("table", FIXTURES / "formes_etp.csv")

    entries = [one for one in resources(world.register, world.communes) if one.given == "Agathe"]

    assert len(entries) == 1
    assert entries[0].acts == ("bilan éducatif partagé (ETP)", "bilan de suivi (ETP)")
    assert len(entries[0].sources) == 2
