"""RPPS: what `SavoirFaire` and `Dipl_AutExerc` add to people, alone, together or in one ZIP."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.base.errors import InputRefusedError
from directory.projection import resource_detail, resources
from directory.resource import Resource
from directory.tables import record
from importers.contract import WRONG_LENGTH
from importers.report import Report
from importers.run import WITH_THEIR_PERSON
from tests.importers.rpps.rows import (
    ACTIVITIES_FILE,
    DIPLOMA_NAMES,
    DIPLOMAS_FILE,
    DOCTOR,
    SKILL_NAMES,
    SKILLS_FILE,
    archive,
    diploma,
    line,
    listing,
    skill,
)
from tests.importers.world import World

GP, CAPACITY, DU = "Médecine générale", "Gérontologie (capacité)", "Soins palliatifs"
SKILLS, DIPLOMAS = "rpps_savoir_faire", "rpps_diplomes"
NOBODY = {"number": "10100000032", "national": "810100000032"}

pytestmark = pytest.mark.usefixtures("lenient")


def activities(*lines: str) -> str:
    return listing(*(lines or (line(), line(**DOCTOR))))


def skills(*lines: str) -> str:
    return listing(*(lines or (skill(),)), names=SKILL_NAMES)


def diplomas(*lines: str) -> str:
    return listing(*(lines or (diploma(),)), names=DIPLOMA_NAMES)


def put(world: World, name: str, content: str, day: str = "20261121") -> Report:
    return world.run("rpps", world.write(name.replace("20261121", day), content))


def doctor(world: World) -> Resource:
    return entries(world)["Dr Basile Demonstration"]


def entries(world: World) -> dict[str, Resource]:
    return {one.name: one for one in resources(world.register, world.communes)}


def known(entry: Resource) -> set[str]:
    return {one.label for one in entry.specialities}


def test_one_zip_holds_the_three_listings(world: World) -> None:
    members = {
        DIPLOMAS_FILE: diplomas(diploma(), diploma(**NOBODY)),
        SKILLS_FILE: skills(skill(), skill(**NOBODY), skill(**NOBODY, skill="CAPA06")),
        ACTIVITIES_FILE: activities(),
        "Lisez-moi.txt": "Annuaire Santé\n",
    }
    path = world.write("PS_LibreAcces_202611210312.zip", archive(members))
    report = world.run("rpps", path)
    assert (report.read, report.kept, report.ignored) == (7, 4, 3)
    assert report.reasons == {"personne sans activité dans l'annuaire": 3}
    assert [(one.source, one.read, one.kept) for one in report.listings] == [
        ("rpps", 2, 2),
        (SKILLS, 3, 1),
        (DIPLOMAS, 2, 1),
    ]
    assert known(doctor(world)) == {GP, CAPACITY}
    assert doctor(world).keywords == (f"{DU} (diplôme d'université)",)
    again = world.run("rpps", path)
    assert (again.kept, again.unchanged, again.removed) == (0, 4, 0)


def test_each_listing_may_come_alone_under_any_name(world: World) -> None:
    """Told apart by their header; none drops what another said."""
    for name, content in (("a.txt", activities()), ("b.txt", skills()), ("c.txt", diplomas())):
        assert world.run("rpps", world.write(name, content)).removed == 0
    report = world.run("rpps", world.write("a.txt", activities()))
    assert (report.read, report.unchanged, report.removed) == (2, 2, 0)
    assert known(doctor(world)) == {GP, CAPACITY}
    assert doctor(world).keywords


def test_three_files_given_in_any_order_are_read_activities_first(world: World) -> None:
    files = [
        world.write(name, content)
        for name, content in (
            (DIPLOMAS_FILE, diplomas()),
            (SKILLS_FILE, skills()),
            (ACTIVITIES_FILE, activities()),
        )
    ]
    assert world.run("rpps", *files).kept == 4


def test_no_entry_comes_from_a_skill_or_a_diploma(world: World) -> None:
    report = put(world, SKILLS_FILE, skills())
    assert (report.kept, report.reasons) == (0, {"personne sans activité dans l'annuaire": 1})
    put(world, ACTIVITIES_FILE, activities(line()))
    put(world, SKILLS_FILE, skills(skill(), skill(number="10100000016")))
    put(world, DIPLOMAS_FILE, diplomas())
    assert list(entries(world)) == ["Agathe Demonstration"]


def test_every_activity_of_a_person_carries_what_is_said_of_them(world: World) -> None:
    other = line(**DOCTOR, structure="R2", company="AUTRE CABINET")
    put(world, ACTIVITIES_FILE, activities(line(**DOCTOR), other))
    put(world, DIPLOMAS_FILE, diplomas())
    told = list(resources(world.register, world.communes))
    assert len(told) == 2
    assert all(one.keywords for one in told)


def test_a_skill_belongs_to_its_profession_and_a_diploma_to_all(world: World) -> None:
    osteopath = {**DOCTOR, "profession": "71", "profession_label": "Ostéopathe"}
    osteopath |= dict.fromkeys(("skill", "skill_label", "skill_kind", "skill_kind_label"), "")
    put(world, ACTIVITIES_FILE, activities(line(**DOCTOR), line(**osteopath)))
    put(world, SKILLS_FILE, skills())
    put(world, DIPLOMAS_FILE, diplomas())
    told = {
        one.profession.label: one
        for one in resources(world.register, world.communes)
        if one.profession
    }
    assert known(told["Médecin"]) == {GP, CAPACITY}
    assert known(told["Ostéopathe"]) == set()
    assert told["Ostéopathe"].keywords == told["Médecin"].keywords != ()


def test_the_page_says_which_listing_told_what_and_when(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    put(world, SKILLS_FILE, skills(skill(), skill(kind="S", skill="SM54")), day="20261120")
    put(world, DIPLOMAS_FILE, diplomas(), day="20261119")
    detail = resource_detail(world.register, world.communes, "rpps|10100000024")
    facts = {fact.chosen.text: fact for fact in detail.facts}
    assert facts[CAPACITY].chosen.source_title == "Annuaire Santé (RPPS), savoir-faire"
    assert facts[CAPACITY].chosen.date == date(2026, 11, 20)
    assert [one.source for one in facts[GP].agreeing] == [SKILLS]
    diploma_fact = facts[f"{DU} (diplôme d'université)"]
    assert (diploma_fact.label, diploma_fact.chosen.date) == (
        "Diplômes et autorisations",
        date(2026, 11, 19),
    )


def test_a_changed_and_a_removed_row(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    put(world, SKILLS_FILE, skills(skill(), skill(skill="CAPA06", skill_label="Angiologie")))
    changed = skills(skill(skill_label="Gérontologie et gériatrie"))
    report = put(world, SKILLS_FILE, changed, day="20261122")
    assert (report.kept, report.unchanged, report.removed) == (1, 0, 1)
    assert known(doctor(world)) == {GP, "Gérontologie et gériatrie (capacité)"}


def test_an_older_listing_is_refused_by_its_own_date(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    put(world, SKILLS_FILE, skills(), day="20261118")  # older than the activities, and welcome
    with pytest.raises(InputRefusedError, match=r"17/11/2026, plus anciennes .* \(18/11/2026\)"):
        put(world, SKILLS_FILE, skills(skill(skill="CAPA07")), day="20261117")
    assert known(doctor(world)) == {GP, CAPACITY}


def test_nothing_is_read_when_one_of_the_files_is_refused_at_sight(world: World) -> None:
    files = [
        world.write(ACTIVITIES_FILE, activities()),
        world.write(SKILLS_FILE.replace("20261121", "20250101"), skills()),
    ]
    with pytest.raises(InputRefusedError, match="62 jours admis"):
        world.run("rpps", *files)
    assert world.records("rpps") == {}


def test_when_one_listing_is_refused_none_is_published(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities(line()), day="20261120")
    members = {ACTIVITIES_FILE: activities(), SKILLS_FILE: skills(), DIPLOMAS_FILE: diplomas()[:-9]}
    with pytest.raises(InputRefusedError, match="tronqué"):
        world.run("rpps", world.write("all.zip", archive(members)))
    assert list(entries(world)) == ["Agathe Demonstration"]
    assert world.records(SKILLS) == {}
    states = {run.source: run.state for run in reversed(world.register.runs())}
    assert states == dict.fromkeys(("rpps", SKILLS, DIPLOMAS), "refused")
    members |= {DIPLOMAS_FILE: diplomas() + "\n"}
    assert world.run("rpps", world.write("all.zip", archive(members))).kept == 3


def test_who_leaves_takes_their_skills_and_diplomas_with_them(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    put(world, SKILLS_FILE, skills())
    put(world, DIPLOMAS_FILE, diplomas())
    report = put(world, ACTIVITIES_FILE, activities(line()), day="20261122")
    assert (report.removed, report.notes) == (1, {WITH_THEIR_PERSON: 2})
    assert world.records(SKILLS) == world.records(DIPLOMAS) == {}
    with world.register.database.read() as connection:
        left = connection.execute(
            sa.select(record).where(record.c.source.in_([SKILLS, DIPLOMAS]))
        ).all()
    assert [(row.statement, row.raw) for row in left] == [(None, None)] * 2
    assert all(row.key and row.first_seen and row.last_seen for row in left)


def test_who_comes_back_is_told_again(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    put(world, SKILLS_FILE, skills())
    put(world, ACTIVITIES_FILE, activities(line()))
    put(world, ACTIVITIES_FILE, activities())
    assert put(world, SKILLS_FILE, skills()).kept == 1
    assert known(doctor(world)) == {GP, CAPACITY}


@pytest.mark.parametrize(
    ("kind", "kind_label", "label", "shown"),
    [
        ("S", "Spécialité ordinale", "Endocrinologie (SM)", "Endocrinologie (SM)"),
        ("CAPA", "Capacité", "Capacité en gérontologie", "Capacité en gérontologie"),
        ("C", "Compétence", "Allergologie", "Allergologie (compétence)"),
        ("CEX", "Compétence exclusive", "Angiologie", "Angiologie (compétence exclusive)"),
        ("", "", "Acupuncture", "Acupuncture"),
    ],
)
def test_a_skill_says_what_kind_it_is(
    world: World, kind: str, kind_label: str, label: str, shown: str
) -> None:
    put(world, ACTIVITIES_FILE, activities())
    told = skill(kind=kind, kind_label=kind_label, skill="X1", skill_label=label)
    put(world, SKILLS_FILE, skills(told))
    assert known(doctor(world)) == {GP, shown}


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"diploma_label": ""}, ("DU001 (diplôme d'université)",)),
        (
            {"permit": "AE1", "permit_label": "Autorisation ministérielle d'exercice",
             "field": "SM54", "field_label": "Médecine générale"},
            ("Soins palliatifs (diplôme d'université)",
             "Autorisation ministérielle d'exercice : Médecine générale"),
        ),
        (
            {"diploma_kind": "", "diploma_kind_label": "", "diploma": "", "diploma_label": "",
             "permit": "AE2"},
            ("Autorisation d'exercice",),
        ),
        (
            {"diploma_kind_label": "Capacité", "diploma_label": 'Capacité en "gérontologie"'},
            ('Capacité en "gérontologie"',),
        ),
    ],
)  # fmt: skip
def test_diplomas_and_authorisations_are_told_in_words(
    world: World, changes: dict[str, str], shown: tuple[str, ...]
) -> None:
    put(world, ACTIVITIES_FILE, activities())
    assert put(world, DIPLOMAS_FILE, diplomas(diploma(**changes))).kept == 1
    assert doctor(world).keywords == shown


@pytest.mark.parametrize(
    ("label", "trained"),
    [
        ("Éducation thérapeutique du patient", True),
        ("ETP 40 heures", True),
        ("Education physique", False),
    ],
)
def test_training_in_patient_education_is_an_act(world: World, label: str, trained: bool) -> None:
    put(world, ACTIVITIES_FILE, activities())
    put(world, DIPLOMAS_FILE, diplomas(diploma(diploma_label=label)))
    assert doctor(world).acts == (("éducation thérapeutique du patient (ETP)",) if trained else ())


def test_rows_left_out_or_set_aside_say_why(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    rows = (
        skill(),
        skill(),
        skill(category="E", skill="X2"),
        skill(**NOBODY),
        skill(skill=""),
        skill(number=""),
        "8|1|2\n",
        skill().replace("|\n", "|x\n"),
    )
    report = put(world, SKILLS_FILE, skills(*rows))
    assert (report.read, report.kept, report.ignored, report.quarantined) == (8, 1, 3, 4)
    assert report.reasons == {
        "doublon dans le fichier": 1,
        "étudiant (ni civil ni militaire)": 1,
        "personne sans activité dans l'annuaire": 1,
        "savoir-faire absent": 1,
        "identifiant absent": 1,
        WRONG_LENGTH: 2,
    }
    empty = dict.fromkeys(("diploma_kind", "diploma_kind_label", "diploma", "diploma_label"), "")
    report = put(world, DIPLOMAS_FILE, diplomas(diploma(), diploma(**empty)))
    assert report.reasons == {"diplôme absent": 1}


def test_a_header_that_ends_with_a_bar_is_read(world: World) -> None:
    put(world, ACTIVITIES_FILE, activities())
    assert put(world, SKILLS_FILE, skills().replace("\n", "|\n", 1)).kept == 1


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (skills()[:-20], "tronqué"),
        (skills().replace("Code type savoir-faire", "Type"), "manquantes : Code type savoir-faire"),
        (diplomas().replace("Identifiant PP", "Numéro"), "manquantes : Identifiant PP"),
        ("Nom;Prénom\nA;B\n", "colonnes manquantes"),
    ],
)
def test_what_is_not_a_sound_listing_is_refused(world: World, content: str, said: str) -> None:
    path: Path = world.write("x.txt", content)
    with pytest.raises(InputRefusedError, match=said):
        world.run("rpps", path)
