"""Traps of communes and postcodes around the first territory, measured on the national files."""

import pytest

from directory.communes import Communes
from directory.model import Address
from importers.perimeter import Perimeter, Where


@pytest.mark.parametrize(
    ("postcode", "city", "insee"),
    [
        ("94261", "CHEVILLY LARUE CEDEX", "94021"),
        ("94831", "FRESNES CEDEX", "94034"),
        ("94832", "FRESNES CEDEX", "94034"),
        ("94512", "RUNGIS CEDEX", "94065"),
        ("94666", "RUNGIS CEDEX", "94065"),
        ("94510", "LA QUEUE EN BRIE", "94060"),
        ("94520", "MANDRES LES ROSES", "94047"),
    ],
)
def test_a_postcode_that_begins_with_945_is_not_always_rungis(
    communes: Communes, postcode: str, city: str, insee: str
) -> None:
    found, _ = communes.locate("", postcode, city)
    assert found is not None
    assert found.insee == insee


@pytest.mark.parametrize(
    ("postcode", "where"), [("94510", Where.OUTSIDE), ("94520", Where.OUTSIDE)]
)
def test_postcodes_that_begin_with_945_may_be_of_elsewhere(
    perimeter: Perimeter, postcode: str, where: Where
) -> None:
    assert perimeter.of_address(Address(postcode=postcode)) is where


@pytest.mark.parametrize(
    ("postcode", "city", "insee"),
    [
        ("94240", "L HAY LES ROSES", "94038"),
        ("94240", "HAY LES ROSES", "94038"),
        ("94100", "ST MAUR DES FOSSES", "94068"),
        ("13013", "MARSEILLE", "13213"),
    ],
    ids=["La Poste", "INSEE without its article", "St", "arrondissement"],
)
def test_names_of_la_poste_and_of_insee_are_one_commune(
    communes: Communes, postcode: str, city: str, insee: str
) -> None:
    found, _ = communes.locate("", postcode, city)
    assert found is not None
    assert found.insee == insee


def test_several_communes_are_named_fresnes_and_none_is_guessed(communes: Communes) -> None:
    assert len(communes.by_name("Fresnes")) > 1
    assert communes.locate("", "", "FRESNES") == (None, "")


@pytest.mark.parametrize(
    ("old", "insee"),
    [("75016", "94016"), ("75021", "94021"), ("75034", "94034"), ("75038", "94038"),
     ("75065", "94065")],
)  # fmt: skip
def test_codes_of_before_1968_are_read(communes: Communes, old: str, insee: str) -> None:
    found, note = communes.locate(old)
    assert found is not None
    assert (found.insee, note) == (insee, f"ancien code commune {old} remplacé par {insee}")
