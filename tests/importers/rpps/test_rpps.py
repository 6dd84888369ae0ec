"""RPPS: layouts of 52 and 56 columns, one role told by several rows, rows left out by name."""

import csv
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from directory.base.errors import InputRefusedError
from directory.model import ContactSystem, EntityKind, Identifier, SourceRecord
from directory.projection import resources
from directory.tables import record
from directory.vocabulary import GENERAL_PRACTICE
from importers.contract import WRONG_LENGTH, Ignored
from importers.rpps.importer import IMPORTER
from importers.rpps.layout import town
from tests.importers.rpps.rows import FIXTURES, KEY, OLDER_NAMES, line, listing
from tests.importers.world import World, only


def _file(world: World, *lines: str) -> Path:
    return world.write("PS_LibreAcces_Personne_activite_202611210312.txt", listing(*lines))


def test_an_activity_is_told_whole(world: World) -> None:
    told = line(
        title="DR", repetition="B", recipient="CABINET DE DEMONSTRATION", distribution="BP 3",
        phone_2="01 46 00 00 01", fax="0146000002", siret="26010004500012",
    )  # fmt: skip
    report = world.run("rpps", _file(world, told), partial=True)
    assert (report.kept, report.data_date) == (1, date(2026, 11, 21))
    said = world.statements("rpps")[KEY]
    assert (said.subject, said.person_key) == (EntityKind.ROLE, "rpps|10100000016")
    assert said.subject_key == "rpps|10100000016|R10100000000001|70"
    assert said.organization_key == "structure|R10100000000001"
    assert said.person is not None
    assert (said.person.family, said.person.given) == ("DEMONSTRATION", "Agathe")
    assert (said.person.civility, said.person.title) == ("MME", "DR")
    assert said.person.identifiers == (
        Identifier(system="rpps", value="10100000016"),
        Identifier(system="idnps", value="810100000016"),
    )
    role = world.role(KEY)
    assert role.profession is not None
    assert (role.profession.code, role.profession.label) == ("70", "Masseur-kinésithérapeute")
    assert role.organization_name == "CABINET DE DEMONSTRATION"
    address = only(role.addresses)
    assert (address.street_number, address.street) == ("12 b", "avenue de la Paix")
    assert (address.complement, address.insee) == ("BP 3", "94034")
    assert [(one.system, one.value) for one in role.contacts] == [
        (ContactSystem.PHONE, "+33146000000"),
        (ContactSystem.PHONE, "+33146000001"),
        (ContactSystem.FAX, "+33146000002"),
    ]


def test_52_columns_are_read_by_name(world: World) -> None:
    path = world.write("old.txt", listing(line(OLDER_NAMES), names=OLDER_NAMES))
    assert world.run("rpps", path, partial=True).kept == 1
    assert world.role(KEY).notes == ()


def test_columns_in_another_order_are_the_same_columns(world: World) -> None:
    names = sorted(OLDER_NAMES)
    path = world.write("sorted.txt", listing(line(names), names=names))
    assert world.run("rpps", path, partial=True).kept == 1
    assert world.statements("rpps")[KEY].person_key == "rpps|10100000016"


def test_the_masked_rows_of_52_columns_are_imported(world: World) -> None:
    masked = (FIXTURES / "rows_52_masked.txt").read_text(encoding="utf-8")
    path = world.write("masked.txt", "|".join(OLDER_NAMES) + "|\n" + masked)
    report = world.run("rpps", path, partial=True, everywhere=True)
    assert (report.read, report.kept) == (2, 2)
    doctor, hearing = world.statements("rpps").values()
    assert doctor.person_key == "rpps|101002XXXXX"
    assert doctor.organization_key == "finess|250000700"
    assert hearing.person_key == "adeli|012600XXX"
    assert hearing.role is not None
    assert only(hearing.role.addresses).postcode == "25300"


def test_two_savoir_faire_tell_one_role(world: World) -> None:
    rows = [
        line(profession="10", skill=code, skill_label=label)
        for code, label in (("SM26", "Qualifié MG"), ("SM38", "Ophtalmologie"))
    ]
    assert world.run("rpps", _file(world, *rows), partial=True).kept == 2
    told = world.statements("rpps").values()
    assert len({one.subject_key for one in told}) == 1
    assert {one.role.specialities[0].code for one in told if one.role} == {"SM26", "SM38"}


def test_places_without_a_structure_are_told_apart_by_their_address(world: World) -> None:
    rows = [line(structure="", street=street) for street in ("DE LA PAIX", "DU PARC")]
    rows += [line(structure="", siret="26010004500012"), line(structure="", siret="26010004500012")]
    report = world.run("rpps", _file(world, *rows), partial=True)
    assert (report.kept, report.reasons) == (3, {"doublon dans le fichier": 1})
    assert len(list(resources(world.register, world.communes))) == 3


@pytest.mark.parametrize("code", GENERAL_PRACTICE)
def test_the_three_codes_of_a_general_practitioner_are_one_trade(world: World, code: str) -> None:
    told = line(profession="10", skill_kind="S", skill=code, skill_label="libellé de la source")
    world.run("rpps", _file(world, told), partial=True)
    (entry,) = resources(world.register, world.communes)
    (speciality,) = entry.specialities
    assert speciality.code == code
    assert "édecine générale" in speciality.label


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"street_number": "P", "street": "PARC MEDICIS"}, "P avenue Parc Medicis"),
        ({"street_code": "", "street_type": "", "street": "RUE DE LA PAIX"}, "12 rue de la Paix"),
        ({"street_type": "", "street_code": "FG"}, "12 faubourg de la Paix"),
        ({"street_number": "", "street_type": "", "street_code": "", "street": ""}, ""),
    ],
)
def test_streets_as_they_are_written(world: World, changes: dict[str, str], shown: str) -> None:
    world.run("rpps", _file(world, line(**changes)), partial=True)
    (entry,) = resources(world.register, world.communes)
    assert entry.address == ", ".join(filter(None, (shown, "94260 Fresnes")))


def test_names_come_in_any_case_and_a_first_name_or_a_phone_may_lack(world: World) -> None:
    rows = (
        line(family="de la tour", given="", phone=""),
        line(structure="R2", family="Démonstration-Éluard"),
    )
    world.run("rpps", _file(world, *rows), partial=True)
    entries = {one.name: one for one in resources(world.register, world.communes)}
    assert set(entries) == {"De La Tour", "Agathe Démonstration-Éluard"}
    assert entries["De La Tour"].phones == ()


def test_two_professions_are_two_roles_of_one_person(world: World) -> None:
    rows = [line(), line(profession="71", profession_label="Ostéopathe")]
    world.run("rpps", _file(world, *rows), partial=True)
    told = world.statements("rpps").values()
    assert len({one.subject_key for one in told}) == 2
    assert len({one.person_key for one in told}) == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"category": "E"}, "étudiant (ni civil ni militaire)"),
        (
            {"profession_label": "Acteur du système de santé caractérisé par un rôle"},
            "acteur caractérisé par un rôle, sans profession de santé",
        ),
        ({"activity": "GENR04"}, "activité non soignante"),
        ({"commune": "75113", "postcode": "75013", "commune_label": "Paris"}, "hors territoire"),
        ({"commune": "", "postcode": "GL", "country": "99132"}, "hors territoire"),
        ({"commune": "", "postcode": "", "commune_label": ""}, "sans lieu"),
    ],
)
def test_rows_left_out_are_counted_by_name(
    world: World, changes: dict[str, str], reason: str
) -> None:
    report = world.run("rpps", _file(world, line(**changes)), partial=True)
    assert report.reasons == {reason: 1}


@pytest.mark.parametrize("category", ["C", "M"])
def test_civilians_and_military_are_kept(world: World, category: str) -> None:
    assert world.run("rpps", _file(world, line(category=category)), partial=True).kept == 1


@pytest.mark.parametrize(
    ("told", "reason", "key"),
    [
        (line(national="", number=""), "identifiant absent", ""),
        (line(profession=""), "profession absente", "810100000016|R10100000000001|||L"),
        (line(family=" "), "nom absent", KEY),
        ("8|1|2\n", WRONG_LENGTH, ""),
        (line().replace("|\n", "|x\n"), WRONG_LENGTH, ""),
    ],
)
def test_rows_that_cannot_be_trusted_are_set_aside(
    world: World, lenient: None, told: str, reason: str, key: str
) -> None:
    good = line(structure="R2")
    report = world.run("rpps", _file(world, good, told))
    assert (report.kept, report.reasons) == (1, {reason: 1})
    kept = world.register.quarantined(report.run)[0]
    assert (kept.line, kept.key, kept.reason) == (3, key, reason)


def test_personal_mails_are_kept_nowhere(world: World, lenient: None) -> None:
    mail = "agathe.demonstration@exemple.fr"
    rows = (line(mail=mail), line(mail=mail, profession=""))
    report = world.run("rpps", _file(world, *rows))
    assert report.notes["adresse électronique non publiée"] == 1
    record = world.records("rpps")[KEY]
    assert b"@" not in record.statement
    assert "@" not in record.raw
    assert "@" not in world.register.quarantined(report.run)[0].raw


def test_quotes_are_ordinary_characters(world: World) -> None:
    rows = (line(company='CABINET "LE CHENE'), line(structure="R2", family='D"ORNANO'))
    assert world.run("rpps", _file(world, *rows), partial=True).kept == 2
    assert world.role(KEY).organization_name == 'CABINET "LE CHENE'


def test_a_site_with_a_finess_number_is_that_site(world: World) -> None:
    world.run("rpps", _file(world, line(finess_et="940000011")), partial=True)
    said = world.statements("rpps")[KEY]
    assert said.organization_key == "finess|940000011"
    assert said.organization is not None
    assert Identifier(system="finess_et", value="940000011") in said.organization.identifiers


@pytest.mark.parametrize("genre", ["GENR02", "GENR03"])
def test_a_replacement_is_never_shown_as_installed(world: World, genre: str) -> None:
    told = line(activity=genre, activity_label="Remplacement")
    world.run("rpps", _file(world, told), partial=True)
    assert world.role(f"{KEY}|{genre}").notes == ("Remplacement",)
    (entry,) = resources(world.register, world.communes)
    assert entry.replacement


@pytest.mark.parametrize("genres", [("GENR02", "GENR01"), ("GENR01", "GENR03")])
def test_who_is_installed_where_they_also_stand_in_is_installed(
    world: World, genres: tuple[str, str]
) -> None:
    rows = [line(activity=genre) for genre in genres]
    report = world.run("rpps", _file(world, *rows), partial=True)
    assert (report.kept, report.reasons) == (2, {})
    (entry,) = resources(world.register, world.communes)
    assert not entry.replacement


def test_a_hospital_employee_is_shown_under_the_site(world: World) -> None:
    told = line(
        profession="10", profession_label="Médecin", title="DR", skill="SM54", mode="S",
        mode_label="Salarié", finess_et="940000011", structure="F940000011", sector="SA01",
        company="HOPITAL DE DEMONSTRATION", sector_label="Etablissement public de santé",
    )  # fmt: skip
    world.run("rpps", _file(world, told), partial=True)
    (entry,) = resources(world.register, world.communes)
    assert (entry.name, entry.organization_name) == (
        "Dr Agathe Demonstration",
        "HOPITAL DE DEMONSTRATION",
    )
    said = next(iter(world.statements("rpps").values()))
    assert said.organization_key == "finess|940000011"
    assert said.role is not None
    assert said.role.practice_mode is not None
    assert said.role.practice_mode.label == "Salarié"


@pytest.mark.parametrize(
    ("code", "postcode", "label"),
    [("55530", "94230", "Valbois"), ("75112", "94100", "Paris 12e Arrondissement")],
)
def test_a_valid_code_that_merely_differs_is_kept_and_noted(
    world: World, code: str, postcode: str, label: str
) -> None:
    told = line(commune=code, postcode=postcode, commune_label=label)
    outcome = world.outcomes(IMPORTER, _file(world, told))[0]
    assert isinstance(outcome, SourceRecord)
    assert outcome.statement.role is not None
    address = only(outcome.statement.role.addresses)
    assert address.insee == code
    assert address.notes == (f"code postal {postcode} inattendu pour {label}",)


def test_commune_codes_of_another_age_are_put_right(world: World) -> None:
    told = line(commune="75038", postcode="94240", commune_label="L'Haÿ-les-Roses")
    report = world.run("rpps", _file(world, told), partial=True)
    address = only(world.role(KEY).addresses)
    assert (address.insee, address.city) == ("94038", "L'Haÿ-les-Roses")
    assert address.notes == ("ancien code commune 75038 remplacé par 94038",)
    assert report.notes == {"commune corrigée ou retrouvée": 1}


def test_the_codes_seen_wrong_in_the_register_are_located(world: World) -> None:
    """The seven structures of commune_code_errors_dept94_20260919.csv."""
    postcodes = {"94038": "94240", "94041": "94200", "94060": "94510", "94034": "94260"}
    with (FIXTURES / "commune_code_errors_dept94_20260919.csv").open(encoding="utf-8") as file:
        errors = list(csv.DictReader(file, delimiter=";"))
    for error in errors:
        real = error["commune_reelle_presumee"].split(" ", 1)
        if real[0] not in postcodes:
            continue
        told = line(
            commune=error["code_commune_dans_rpps"],
            postcode=postcodes[real[0]],
            commune_label=real[1],
        )
        outcome = world.outcomes(IMPORTER, _file(world, told))[0]
        assert isinstance(outcome, SourceRecord)
        assert outcome.statement.role is not None
        assert only(outcome.statement.role.addresses).insee == real[0]


def test_a_cedex_office_alone_locates(world: World) -> None:
    told = line(commune="", postcode="", commune_label="", cedex="94266 FRESNES CEDEX")
    assert world.run("rpps", _file(world, told), partial=True).kept == 1
    address = only(world.role(KEY).addresses)
    assert (address.postcode, address.city, address.insee) == ("94266", "FRESNES CEDEX", "94034")


def test_paris_is_told_by_arrondissement(world: World) -> None:
    told = line(commune="75056", postcode="75013", commune_label="Paris")
    world.run("rpps", _file(world, told), partial=True, everywhere=True)
    assert only(world.role(KEY).addresses).insee == "75113"


@pytest.mark.parametrize(
    ("postcode", "cedex", "label", "found"),
    [
        ("94260", "", "Fresnes", ("94260", "Fresnes")),
        ("", "25304 PONTARLIER CEDEX", "", ("25304", "PONTARLIER CEDEX")),
        ("25300", "25300 DOUBS", "", ("25300", "DOUBS")),
        ("94266", "FRESNES CEDEX", "Fresnes", ("94266", "FRESNES CEDEX")),
        ("", "", "", ("", "")),
    ],
)
def test_postcode_and_town(postcode: str, cedex: str, label: str, found: tuple[str, str]) -> None:
    assert town(postcode, cedex, label) == found


def test_who_leaves_the_listing_leaves_the_register(world: World, lenient: None) -> None:
    world.run("rpps", _file(world, line(), line(number="10100000024", national="810100000024")))
    report = world.run("rpps", _file(world, line()))
    assert (report.unchanged, report.removed) == (1, 1)
    assert list(world.records("rpps")) == [KEY]


def test_only_a_key_and_dates_remain_of_who_left(world: World, lenient: None) -> None:
    world.run("rpps", _file(world, line(), line(number="10100000024", national="810100000024")))
    world.run("rpps", _file(world, line()))
    with world.register.database.read() as connection:
        left = connection.execute(sa.select(record).where(record.c.until_run.is_not(None))).one()
    assert left.key.startswith("810100000024|")
    assert (left.statement, left.raw) == (None, None)
    assert left.first_seen is not None
    assert left.last_seen is not None


def test_a_change_is_a_new_version_and_an_older_file_changes_nothing(
    world: World, lenient: None
) -> None:
    world.run("rpps", _file(world, line()))
    changed = listing(line(phone="0146000009"))
    newer = world.write("PS_LibreAcces_Personne_activite_202611220312.txt", changed)
    report = world.run("rpps", newer)
    assert (report.kept, report.unchanged, report.removed) == (1, 0, 0)
    assert [one.value for one in world.role(KEY).contacts] == ["+33146000009"]
    with pytest.raises(InputRefusedError, match="plus anciennes que celles"):
        world.run("rpps", _file(world, line()))
    extract = world.run("rpps", _file(world, line()), partial=True)
    assert extract.reasons == {"plus ancien que la version connue": 1}
    assert [one.value for one in world.role(KEY).contacts] == ["+33146000009"]


def test_a_missing_column_is_named(world: World) -> None:
    names = [name for name in OLDER_NAMES if name != "Code profession"]
    path = world.write("x.txt", listing(line(names), names=names))
    with pytest.raises(InputRefusedError, match="ligne 1 : colonnes manquantes : Code profession"):
        world.run("rpps", path, partial=True)


def test_json_and_foreign_encodings_are_refused(world: World) -> None:
    with pytest.raises(InputRefusedError, match="JSON reçu"):
        world.run("rpps", world.write("x.json", "[]"), partial=True)
    latin = listing(line(), line(family="LEFÈVRE")).encode()
    latin = latin.replace("È".encode(), b"\xc8")
    with pytest.raises(InputRefusedError, match="ligne 3 : caractères illisibles"):
        world.run("rpps", world.write("x.txt", latin), partial=True)
    assert world.records("rpps") == {}


def test_a_torn_last_line_is_a_truncated_file(world: World) -> None:
    with pytest.raises(InputRefusedError, match="ligne 3 : fichier tronqué"):
        world.run("rpps", _file(world, line(), line()[:60]), partial=True)


def test_a_look_at_the_place_is_enough_to_leave_a_row(world: World) -> None:
    far = line(commune="13055", postcode="13001", commune_label="Marseille", profession="")
    outcomes = world.outcomes(IMPORTER, _file(world, far), everywhere=False)
    assert outcomes == [Ignored("hors territoire")]
