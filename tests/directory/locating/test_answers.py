"""What is asked of an address, and which answers are believed."""

from typing import Any

import pytest

from directory.communes import read_communes
from directory.locating.addresses import Asked, address_key, ask_for
from directory.locating.answers import Candidate, judge
from directory.model import Address, Precision

FRESNES = Asked("k", "2 rue de Wissous", "2 rue de Wissous", "94260", "Fresnes", "94034")


def found(**changes: object) -> Candidate:
    told = {
        "label": "2 Rue de Wissous 94260 Fresnes", "lat": 48.757, "lon": 2.326, "score": 0.96,
        "kind": "housenumber", "insee": "94034", "postcode": "94260", **changes,
    }  # fmt: skip
    return Candidate(**told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Precision.ADDRESS),
        ({"kind": "street"}, Precision.STREET),
        ({"kind": "locality"}, Precision.STREET),
        ({"score": 0.7}, Precision.ADDRESS),
        ({"kind": "municipality"}, "commune seule"),
        ({"kind": "oops"}, "commune seule"),
        ({"insee": "91689"}, "hors de la commune"),
        ({"score": 0.699}, "score insuffisant"),
        ({"score": float("nan")}, "score insuffisant"),
        ({"lat": float("nan")}, "coordonnées illisibles"),
        ({"lon": float("inf")}, "coordonnées illisibles"),
    ],
)
def test_only_a_street_of_the_commune_is_believed(
    changes: dict[str, object], expected: object
) -> None:
    said = judge(FRESNES, found(**changes), 0.7)

    assert (said.point.precision if said.point else said.refusal) == expected


def test_nothing_found_places_nothing() -> None:
    assert judge(FRESNES, None, 0.7).refusal == "adresse inconnue"


def test_paris_is_each_of_its_arrondissements() -> None:
    paris = FRESNES._replace(insee="75056")
    assert judge(paris, found(insee="75113"), 0.7).point
    assert judge(paris, found(insee="94034"), 0.7).refusal == "hors de la commune"


def test_without_a_commune_the_postcode_decides() -> None:
    unknown = FRESNES._replace(insee="")
    assert judge(unknown, found(), 0.7).point
    assert judge(unknown, found(postcode="94000"), 0.7).refusal == "hors du code postal"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"street": "rue de Wissous"}, {"street": "RUE DE WISSOUS"}),
        ({"street": "rue de  Wissous"}, {"street": "Rue de Wissous"}),
        ({"street": "rue de l'Église"}, {"street": "RUE DE L EGLISE"}),
        ({"street": "rue St Denis"}, {"street": "rue Saint-Denis"}),
        ({"street": "rue de Wissous"}, {"street": "rue de Wissous", "complement": "bâtiment B"}),
    ],
)
def test_one_address_is_asked_once_however_it_is_spelled(
    one: dict[str, Any], other: dict[str, Any]
) -> None:
    keys = {
        address_key(Address(street_number="2", postcode="94260", insee="94034", **told))
        for told in (one, other)
    }
    assert len(keys) == 1
    assert keys != {""}


@pytest.mark.parametrize(
    "told",
    [{}, {"street": "rue de Wissous"}, {"postcode": "94260"}, {"street": " ", "insee": "94034"}],
)
def test_an_address_without_street_or_town_is_not_asked(told: dict[str, Any]) -> None:
    assert ask_for(Address(**told), read_communes()) is None


@pytest.mark.parametrize(
    ("street", "bare"),
    [
        ("2 rue de Wissous BP 12", "2 rue de Wissous"),
        ("2 rue de Wissous, B.P. 12", "2 rue de Wissous"),
        ("CS 40001, 2 rue de Wissous", "2 rue de Wissous"),
        ("2 rue de Wissous CEDEX 3", "2 rue de Wissous"),
        ("TSA 12345", ""),
        ("2 rue du CSA", "2 rue du CSA"),
        ("2 place CS Lewis", "2 place CS Lewis"),
    ],
)
def test_boxes_are_what_a_map_does_not_know(street: str, bare: str) -> None:
    asked = ask_for(Address(street=street, postcode="94260", insee="94034"), read_communes())

    assert asked is not None
    assert (asked.street, asked.bare) == (street, bare)


def test_a_cedex_gives_way_to_the_commune() -> None:
    told = Address(street="2 rue X", postcode="94831", city="FRESNES CEDEX", insee="94034")

    asked = ask_for(told, read_communes())

    assert asked is not None
    assert (asked.postcode, asked.city) == ("94260", "Fresnes")
