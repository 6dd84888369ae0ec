"""Ameli: two listings told apart by name, rows that identify nobody, terms on which care is given."""

from pathlib import Path

import pytest

from directory.model import ContactSystem, EntityKind, Role, Statement
from importers.ameli.layout import CENTRE_COLUMNS, PRACTITIONER_COLUMNS
from tests.importers.ameli.rows import (
    CDS_FILE,
    CENTRE,
    DOCTOR,
    NURSE,
    PS_FILE,
    Row,
    centres,
    practitioners,
)
from tests.importers.world import World, only


def _ps(world: World, *rows: Row) -> Path:
    return world.write(PS_FILE, practitioners(*rows))


def _cds(world: World) -> Path:
    return world.write(CDS_FILE, centres(CENTRE))


def _told(world: World, *rows: Row) -> list[Statement]:
    """What rows of `liste-ps` say, in their order in the file."""
    world.run("ameli", _ps(world, *rows), partial=True)
    kept = sorted(world.records("ameli").values(), key=lambda one: one.id)
    statements = world.statements("ameli")
    return [statements[one.key] for one in kept]


def _role(world: World, **changes: str) -> Role:
    (said,) = _told(world, DOCTOR | changes)
    assert said.role is not None
    return said.role


def test_a_practitioner_is_told_whole(world: World) -> None:
    (said,) = _told(world, DOCTOR)
    assert (said.subject, said.person_key, said.organization_key) == (EntityKind.ROLE, "", "")
    assert said.person is not None
    assert (said.person.family, said.person.given) == (DOCTOR["family"], DOCTOR["given"])
    assert said.person.identifiers == ()
    role = said.role
    assert role is not None
    assert role.profession is not None
    assert (role.profession.code, role.profession.label) == ("10", "Médecin")
    assert [one.code for one in role.specialities] == ["SM54"]
    assert role.convention is not None
    assert (role.convention.code, role.convention.label) == ("c3", "Secteur 2")
    assert role.practice_mode is not None
    assert (role.practice_mode.code, role.practice_mode.label) == ("01", "Libéral intégral")
    assert role.organization_name == "CABINET MEDICAL DES TILLEULS"
    assert [(one.system, one.value) for one in role.contacts] == [
        (ContactSystem.PHONE, "+33199006201")
    ]
    assert role.notes == (
        "Option tarifaire : OPTAM",
        "Carte Vitale acceptée",
        "Carte Vitale mobile non acceptée",
    )


def test_an_address_has_its_number_and_its_commune_but_no_point(world: World) -> None:
    """« coordonnees_ » are ways to get in touch: they never place anybody on a map."""
    address = only(_role(world, locality="LES SORBIERS").addresses)
    assert (address.street_number, address.street) == ("12 bis", "avenue de la Paix")
    assert address.complement == "Batiment B, les Sorbiers"
    assert (address.postcode, address.city, address.insee) == ("94260", "Fresnes", "94034")
    assert address.point is None


def test_gender_is_not_a_title(world: World) -> None:
    woman, man = _told(world, DOCTOR, NURSE)
    assert woman.person is not None
    assert man.person is not None
    assert (woman.person.civility, woman.person.title) == ("MME", "")
    assert (man.person.civility, man.person.title) == ("M", "")


def test_columns_are_read_by_name_in_any_order(world: World) -> None:
    shuffled = sorted(PRACTITIONER_COLUMNS.values(), reverse=True)
    others = sorted(CENTRE_COLUMNS.values(), reverse=True)
    before = world.run("ameli", _ps(world, DOCTOR), _cds(world), partial=True)
    again = world.run(
        "ameli",
        world.write(PS_FILE, practitioners(DOCTOR, columns=shuffled)),
        world.write(CDS_FILE, centres(CENTRE, columns=others)),
        partial=True,
    )
    assert (before.kept, again.kept, again.unchanged) == (2, 0, 2)


def test_cells_may_hold_the_delimiter(world: World) -> None:
    assert _role(world, company='SCM "LE PARC"; ETAGE 2').organization_name == (
        'SCM "LE PARC"; ETAGE 2'
    )


def test_three_codes_of_a_general_practitioner_are_one_activity(world: World) -> None:
    told = _told(world, *(DOCTOR | {"speciality": code} for code in ("01", "22", "23")))
    assert len(told) == 3
    assert len({one.subject_key for one in told}) == 1
    assert {one.role.specialities[0].code for one in told if one.role} == {"SM54"}


def test_a_row_per_speciality_and_per_site_is_an_activity_each(world: World) -> None:
    told = _told(
        world,
        DOCTOR,
        DOCTOR | {"speciality": "34", "speciality_label": "Gériatre"},
        DOCTOR | {"street": "1 PLACE DU MARCHE", "postcode": "94230", "city": "CACHAN"},
    )
    assert len({one.subject_key for one in told}) == 3


def test_keys_name_nobody(world: World) -> None:
    (said,) = _told(world, DOCTOR)
    (key,) = world.records("ameli")
    assert said.subject_key.startswith("ameli|")
    for part in (DOCTOR["family"], DOCTOR["given"], DOCTOR["street"]):
        assert part not in said.subject_key + key


@pytest.mark.parametrize(
    ("sector", "option", "label", "notes"),
    [
        ("3", "", "", ("Sans option tarifaire maîtrisée (OPTAM)",)),
        ("2", "", "", ("Sans option tarifaire maîtrisée (OPTAM)",)),
        ("1", "", "", ()),
        ("0", "", "", ()),
        ("3", "4", "", ("Option tarifaire : OPTAM-ACO",)),
    ],
)
def test_an_empty_option_says_that_nothing_is_signed(
    world: World, sector: str, option: str, label: str, notes: tuple[str, ...]
) -> None:
    role = _role(world, sector=sector, option=option, option_label=label, card="", mobile_card="")
    assert role.notes == notes


def test_who_cannot_sign_the_option_is_not_said_to_have_refused_it(world: World) -> None:
    (said,) = _told(world, NURSE | {"sector": "3", "card": "", "mobile_card": ""})
    assert said.role is not None
    assert said.role.notes == ()


@pytest.mark.parametrize(
    ("told", "code"), [("0", "nc"), ("1", "c1"), ("2", "c2"), ("3", "c3"), ("9", "9")]
)
def test_sectors_take_the_codes_of_the_nomenclature(world: World, told: str, code: str) -> None:
    convention = _role(world, sector=told, sector_label="Libellé").convention
    assert convention is not None
    assert convention.code == code
    assert (convention.label == "Libellé") == (told == "9")


def test_nothing_said_of_the_terms_is_nothing_known(world: World) -> None:
    role = _role(world, sector="", sector_label="", nature="", nature_label="")
    assert (role.convention, role.practice_mode) == (None, None)


def test_a_particular_activity_is_a_competence(world: World) -> None:
    assert _role(world, activity="05", activity_label="Homéopathe").acts == ("Homéopathe",)


@pytest.mark.parametrize(
    ("told", "note"),
    [("VRAI", "Carte Vitale acceptée"), ("0", "Carte Vitale non acceptée"), ("?", "")],
)
def test_booleans_may_come_to_be_written_otherwise(world: World, told: str, note: str) -> None:
    path = _ps(world, DOCTOR | {"card": told, "mobile_card": "", "option": "", "sector": "1",
                                "option_label": ""})  # fmt: skip
    report = world.run("ameli", path, partial=True)
    (said,) = world.statements("ameli").values()
    assert said.role is not None
    assert said.role.notes == ((note,) if note else ())
    assert report.notes["valeur inattendue pour la Carte Vitale"] == (not note)


def test_a_cedex_postcode_leads_to_its_commune(world: World) -> None:
    address = only(_role(world, postcode="94266", city="FRESNES CEDEX").addresses)
    assert (address.postcode, address.city, address.insee) == ("94266", "FRESNES CEDEX", "94034")


def test_a_place_that_is_no_commune_is_kept_without_one(world: World) -> None:
    """One postcode, two communes (Périgny, Mandres-les-Roses), and a name that is neither's."""
    path = _ps(world, DOCTOR | {"postcode": "94520", "city": "LE PETIT VAL"})
    report = world.run("ameli", path, partial=True, everywhere=True)
    (said,) = world.statements("ameli").values()
    assert said.role is not None
    address = only(said.role.addresses)
    assert (address.postcode, address.city, address.insee) == ("94520", "LE PETIT VAL", "")
    assert report.notes == {"commune non trouvée": 1}


def test_a_number_that_cannot_be_called_is_kept_as_told(world: World) -> None:
    (contact,) = _role(world, phone="01990062").contacts
    assert contact.value == "01990062"
    assert contact.note == "numéro à vérifier (8 chiffres dans la source)"
