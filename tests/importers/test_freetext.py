"""Addresses and areas written freely: what places them, and what is kept as told."""

import pytest

from directory.communes import Communes
from directory.model import CoveredArea
from importers.contract import Context
from importers.freetext import read_address, read_area, split_several
from importers.perimeter import Perimeter


@pytest.fixture
def context(communes: Communes, perimeter: Perimeter) -> Context:
    return Context(communes, perimeter)


@pytest.mark.parametrize(
    ("told", "parts"),
    [
        ("12 rue X, 94260 Fresnes", ("12", "rue X", "", "94260", "94034")),
        (
            "Mairie annexe, 3 bis rue X - 94230 CACHAN",
            ("3 bis", "rue X", "Mairie annexe", "94230", "94016"),
        ),
        ("94240 L HAY LES ROSES", ("", "", "", "94240", "94038")),
        ("2 rue X 94266 Fresnes Cedex", ("2", "rue X", "", "94266", "94034")),
        ("Mairie, Rungis", ("", "Mairie", "", "", "94065")),
        ("Fresnes", ("", "", "", "", "94034")),
    ],
)
def test_a_town_at_the_end_places_an_address(
    context: Context, told: str, parts: tuple[str, ...]
) -> None:
    found = read_address(told, context)
    assert found is not None
    assert (
        found.street_number, found.street, found.complement, found.postcode, found.insee
    ) == parts  # fmt: skip


def test_an_address_nobody_can_place_is_kept(context: Context) -> None:
    found = read_address("derrière la gare", context)
    assert found is not None
    assert (found.lines, found.insee) == (("derrière la gare",), "")
    assert sum(context.notes.values()) == 1
    assert read_address(" ", context) is None


@pytest.mark.parametrize(
    ("told", "area"),
    [
        ("Cachan ; L'Hay les Roses", CoveredArea(communes=("94016", "94038"))),
        ("94034, 94260 Fresnes et Rungis", CoveredArea(communes=("94034", "94065"))),
        ("Val-de-Marne (94) / 92", CoveredArea(departements=("94", "92"))),
        ("département 2a", CoveredArea(departements=("2A",))),
        ("ile de france", CoveredArea(regions=("11",), note="Île-de-France")),
        ("Fresnes\nquartier sud", CoveredArea(communes=("94034",), note="quartier sud")),
        ("99", CoveredArea(note="99")),
        ("", None),
    ],
)
def test_an_area_is_what_its_words_name(
    context: Context, told: str, area: CoveredArea | None
) -> None:
    assert read_area(told, context) == area


def test_a_name_borne_by_several_communes_is_the_one_nearby(context: Context) -> None:
    assert len(context.communes.by_name("Fresnes")) > 1
    assert read_area("Fresnes", context) == CoveredArea(communes=("94034",))
    assert read_area("Saint-Denis", context) == CoveredArea(note="Saint-Denis")


def test_several_values_of_a_cell() -> None:
    assert split_several(" a ;b\r\n; a\rc ") == ("a", "b", "c")
