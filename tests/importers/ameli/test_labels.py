"""Labels of Ameli: each code given is one that the search would give to the same words."""

import pytest

from directory.matching.activities import activity_of
from directory.vocabulary import professions, specialities
from importers.ameli.labels import AMELI_SYSTEM, PROFESSIONS, SPECIALITIES, read_activity

SPECIALISED = [(name, code) for code, names in SPECIALITIES.items() for name in names]
TRADES = [(name, code) for code, names in PROFESSIONS.items() for name in names]


@pytest.mark.parametrize(("label", "code"), SPECIALISED)
def test_a_speciality_is_what_its_label_names(label: str, code: str) -> None:
    assert code in specialities()
    assert any(code in named for named in activity_of("", label).specialities)
    told = read_activity("99", label)
    assert told.speciality is not None
    assert told.speciality.code == code
    assert told.profession is not None
    assert told.profession.code == ("40" if code.startswith("SCD") else "10")


@pytest.mark.parametrize(("label", "code"), TRADES)
def test_a_profession_is_what_its_label_names(label: str, code: str) -> None:
    assert code in professions()
    assert activity_of("", label).professions == {code}
    told = read_activity("99", label)
    assert told.profession is not None
    assert told.profession.code == code


@pytest.mark.parametrize(
    "label",
    [
        "Oto-Rhino-Laryngologue (ORL) et chirurgien cervico-facial",
        "OTO RHINO LARYNGOLOGUE ET CHIRURGIEN CERVICO FACIAL",
    ],
)
def test_case_accents_and_brackets_do_not_matter(label: str) -> None:
    speciality = read_activity("11", label).speciality
    assert speciality is not None
    assert speciality.code == "SM34"


def test_a_label_that_names_two_specialities_stays_a_label() -> None:
    told = read_activity("70", "Gynécologue / Obstétricien")
    assert told.profession is not None
    assert told.speciality is not None
    assert told.profession.code == "10"
    assert (told.speciality.code, told.speciality.system) == ("70", AMELI_SYSTEM)
    assert told.speciality.label == "Gynécologue / Obstétricien"


def test_a_profession_alone_is_not_repeated_as_a_speciality() -> None:
    assert read_activity("26", "Masseur-kinésithérapeute").speciality is None


def test_a_label_never_seen_keeps_its_words() -> None:
    told = read_activity("98", "Spécialité à venir")
    assert told.profession is None
    assert told.speciality is not None
    assert told.speciality.label == "Spécialité à venir"
    doctor = read_activity("98", "Spécialité à venir", doctor=True).profession
    assert doctor is not None
    assert doctor.code == "10"


def test_other_words_for_a_profession_are_those_of_the_search() -> None:
    profession = read_activity("24", "Infirmier(e) diplômé(e)").profession
    assert profession is not None
    assert profession.code == "60"
