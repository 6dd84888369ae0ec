"""Decisions on whole records: what decides, what holds back, and what is said about it."""

import tomllib
from typing import Any

import pytest

from directory.matching import Decision, Outcome, compare, record_from_object
from tests.directory.matching.make_pairs import FIXTURES

DOCTOR = {
    "source": "rpps",
    "family": "ROUVIERE",
    "given": "Hélène",
    "profession": "Médecin",
    "speciality": "Médecine générale (SM)",
    "street_number": "9",
    "street": "RUE DES TOURNELLES",
    "postcode": "94240",
    "city": "L HAY LES ROSES",
    "phone": "01 46 63 09 09",
}
HOME = {
    "source": "finess",
    "finess": "940021702",
    "name": "EHPAD LES GLYCINES",
    "street_number": "3",
    "street": "RUE DES GLYCINES",
    "postcode": "94240",
    "city": "L HAY LES ROSES",
    "phone": "0146860156",
}
KEYS = ("10100123453", "10100127165")


def decision(left: dict[str, Any], right: dict[str, Any]) -> Decision:
    found = compare(record_from_object(left), record_from_object(right))
    assert found == compare(record_from_object(right), record_from_object(left))
    return found


def outcome(left: dict[str, Any], right: dict[str, Any]) -> Outcome:
    return decision(left, right).outcome


def without(told: dict[str, Any], *fields: str) -> dict[str, Any]:
    return {name: text for name, text in told.items() if name not in fields}


@pytest.mark.parametrize(
    "pair",
    tomllib.loads((FIXTURES / "hard.toml").read_text("utf-8"))["pair"],
    ids=lambda pair: pair["why"],
)
def test_no_pair_written_by_hand_is_decided_against_its_label(pair: dict[str, Any]) -> None:
    wrong = Outcome.DIFFERENT if pair["same"] else Outcome.SAME

    assert outcome(pair["left"], pair["right"]) is not wrong


def test_one_rpps_is_one_person_wherever_they_are() -> None:
    moved = {**DOCTOR, "street": "AV DU PARC", "postcode": "69003", "city": "LYON"}

    assert outcome({**DOCTOR, "rpps": KEYS[0]}, {**moved, "rpps": f"8{KEYS[0]}"}) == "same"


def test_two_rpps_are_two_people_whatever_else_agrees() -> None:
    assert outcome({**DOCTOR, "rpps": KEYS[0]}, {**DOCTOR, "rpps": KEYS[1]}) == "different"


def test_a_common_rpps_under_another_name_is_asked() -> None:
    found = decision(
        {**DOCTOR, "rpps": KEYS[0]}, {**DOCTOR, "rpps": KEYS[0], "family": "Bo", "given": "Luc"}
    )

    assert found.outcome == "ask"
    assert "un numéro est peut-être faux" in found.rules[0]


def test_an_rpps_mistyped_by_one_digit_is_asked() -> None:
    mistyped = KEYS[0][:-1] + "4"

    assert outcome({**DOCTOR, "rpps": KEYS[0]}, {**DOCTOR, "rpps": mistyped}) == "ask"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "same"),
        ({"given": ""}, "ask"),
        ({"given": "Hélène-Marie"}, "ask"),
        ({"given": "H."}, "same"),
        ({"given": "H.", "phone": ""}, "ask"),
        ({"given": "Lucien"}, "different"),
        ({"profession": "Pédiatre", "speciality": ""}, "ask"),
        ({"profession": "Infirmier", "speciality": "", "phone": "0146630000"}, "different"),
        ({"family": "GARROUSTE"}, "same"),
        ({"family": "GARROUSTE", "phone": ""}, "ask"),
        ({"family": "GARROUSTE", "street": "", "street_number": "", "phone": ""}, "different"),
        ({"postcode": "69003", "city": "LYON", "phone": ""}, "different"),
        ({"street": "AV DU PARC"}, "same"),
        ({"street": "AV DU PARC", "phone": ""}, "ask"),
    ],
)
def test_a_person_without_identifier(change: dict[str, str], expected: str) -> None:
    assert outcome(DOCTOR, {**DOCTOR, **change}) == expected


def test_a_man_who_changes_his_name_is_not_supposed() -> None:
    first = {**DOCTOR, "given": "Yves"}

    assert outcome(first, {**first, "family": "GARROUSTE"}) == "ask"
    assert outcome(first, {**first, "family": "GARROUSTE", "phone": ""}) == "different"


def test_at_an_establishment_the_door_and_the_switchboard_are_everybodys() -> None:
    staff = {**DOCTOR, "finess": "940011034"}

    assert outcome(staff, {**staff, "family": "GARROUSTE"}) == "ask"


def test_a_widespread_name_needs_more_than_a_postcode() -> None:
    rare = without(DOCTOR, "street", "street_number", "phone")
    common = {**rare, "family": "MARTIN"}

    assert outcome(rare, rare) == "same"
    assert outcome(common, common) == "ask"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, "same"),
        ({"name": "Maison de retraite des Glycines"}, "same"),
        ({"name": "EHPAD LES MARRONNIERS"}, "same"),
        ({"name": "EHPAD LES MARRONNIERS", "street": "RUE DU VAL"}, "ask"),
        ({"finess": "940022676"}, "different"),
        ({"finess": "940021703"}, "ask"),
        ({"finess": ""}, "same"),
        ({"finess": "", "name": "LES GLYCINES"}, "same"),
        ({"finess": "", "name": "EHPAD LES MARRONNIERS"}, "ask"),
        ({"finess": "", "name": "SSIAD LES GLYCINES"}, "different"),
        ({"finess": "", "street": "RUE DU VAL"}, "ask"),
        ({"finess": "", "postcode": "94230", "city": "CACHAN"}, "ask"),
        ({"finess": "", "postcode": "94230", "city": "CACHAN", "phone": ""}, "different"),
        ({"finess": "", "street": "", "street_number": "", "phone": ""}, "same"),
    ],
)
def test_an_establishment(change: dict[str, str], expected: str) -> None:
    assert outcome(HOME, {**HOME, **change}) == expected


def test_a_siret_is_never_a_key() -> None:
    shared = {"siret": "78500123400018"}
    first = {**HOME, **shared, "finess": ""}
    second = {**HOME, **shared, "finess": "", "name": "IME LES TULIPES", "street": "RUE DU VAL"}

    assert outcome(first, second) == "different"


def test_distance_alone_merges_nothing() -> None:
    first = without(HOME, "finess", "name")

    assert outcome({**first, "name": "CADA DU PARC"}, {**first, "name": "ESAT DU PONT"}) == (
        "different"
    )
    assert outcome(first, first) != "same"


@pytest.mark.parametrize("street", ["RUE DES GLYCINES", "AV CARNOT"])
def test_a_pharmacy_sold_or_moved_is_asked(street: str) -> None:
    first = {**HOME, "name": "PHARMACIE DES GLYCINES"}
    found = decision(first, {**first, "finess": "940022676", "street": street})

    assert found.outcome == "ask"
    assert "+0 deux numéros FINESS pour une pharmacie de même nom ou de même adresse" in (
        found.explain()
    )


def test_two_services_of_one_finess_are_two_entries() -> None:
    hospital = {**HOME, "name": "HOPITAL DES GLYCINES"}

    ward = {**hospital, "name": "HOPITAL DES GLYCINES PEDIATRIE"}
    other = {**hospital, "name": "HOPITAL DES GLYCINES GERIATRIE"}
    assert outcome(ward, other) == "different"
    assert outcome(ward, hospital) == "ask"
    assert outcome(ward, ward) == "same"
    assert outcome(ward, {**ward, "name": f"{ward['name']} CONSULTATION"}) == "ask"
    assert outcome(*({**ward, "name": f"{ward['name']} {end}"} for end in ("NORD", "SUD"))) == "ask"


def test_a_person_is_not_the_place_where_they_work() -> None:
    staff = {**DOCTOR, **without(HOME, "source")}

    assert outcome(staff, HOME) == "different"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("CABINET DU DR HELENE ROUVIERE", "same"),
        ("CABINET DU DR ROUVIERE", "ask"),
        ("SELARL DOCTEUR ROUVIERE", "ask"),
        ("CABINET DU DR GARROUSTE", "different"),
        ("PHARMACIE ROUVIERE", "different"),
    ],
)
def test_a_practice_that_bears_the_name_of_a_person(name: str, expected: str) -> None:
    practice = {**without(DOCTOR, "family", "given", "profession", "speciality"), "name": name}

    assert outcome(practice, DOCTOR) == expected


@pytest.mark.parametrize(
    "name", ["Dr Hélène ROUVIERE", "ROUVIERE Hélène", "Rouvière Hélène", "Mme Hélène Rouvière"]
)
def test_a_person_told_in_one_column_is_a_person(name: str) -> None:
    told = {**without(DOCTOR, "family", "given"), "name": name}

    assert outcome(told, DOCTOR) == "same"


def test_reasons_are_french_weighed_and_add_up() -> None:
    found = decision(DOCTOR, {**DOCTOR, "family": "ROUVIERRE", "phone": ""})

    assert "+22 noms à une faute près (rouviere, rouvierre)" in found.explain()
    assert sum(reason.weight for reason in found.reasons) == found.score


def test_nothing_to_compare_merges_nothing() -> None:
    found = decision({}, {})

    assert found.outcome == "different"
    assert found.reasons == ()
