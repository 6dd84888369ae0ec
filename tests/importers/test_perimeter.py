"""What belongs to a territory: by a place, an area it covers, or a scope it declares."""

import pytest

from directory.communes import Communes
from directory.model import (
    Address,
    CoveredArea,
    EntityKind,
    Organization,
    Statement,
)
from directory.territory import Territory
from importers.perimeter import Perimeter, Where

CRETEIL = Address(insee="94028", postcode="94000")


def _statement(
    *addresses: Address, covered: CoveredArea | None = None, **more: object
) -> Statement:
    return Statement(
        subject=EntityKind.ORGANIZATION,
        subject_key="x",
        organization=Organization(addresses=addresses, covered=covered),
        **more,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("address", "where"),
    [
        (Address(insee="94034"), Where.INSIDE),
        (Address(insee="94076"), Where.INSIDE),
        (CRETEIL, Where.OUTSIDE),
        (Address(insee="97127"), Where.OUTSIDE),
        (Address(postcode="94260"), Where.INSIDE),
        (Address(postcode="13001"), Where.OUTSIDE),
        (Address(postcode="94266"), Where.NOWHERE),
        (Address(postcode="13945"), Where.OUTSIDE),
        (Address(postcode="97199"), Where.OUTSIDE),
        (Address(city="Fresnes"), Where.NOWHERE),
    ],
    ids=str,
)
def test_addresses(perimeter: Perimeter, address: Address, where: Where) -> None:
    assert perimeter.of_address(address) is where


@pytest.mark.parametrize(
    ("area", "where"),
    [
        (CoveredArea(communes=("94034", "13055")), Where.INSIDE),
        (CoveredArea(departements=("94",)), Where.INSIDE),
        (CoveredArea(departements=("92",)), Where.INSIDE),
        (CoveredArea(regions=("11",)), Where.INSIDE),
        (CoveredArea(regions=("93",)), Where.OUTSIDE),
        (CoveredArea(note="partout"), Where.NOWHERE),
        (None, Where.NOWHERE),
    ],
    ids=str,
)
def test_areas(perimeter: Perimeter, area: CoveredArea | None, where: Where) -> None:
    assert perimeter.of_area(area) is where


def test_one_thing_inside_is_enough(perimeter: Perimeter) -> None:
    region = CoveredArea(regions=("11",))
    assert perimeter.of_statement(_statement(CRETEIL)) is Where.OUTSIDE
    assert perimeter.of_statement(_statement(CRETEIL, covered=region)) is Where.INSIDE
    assert perimeter.of_statement(_statement(CRETEIL, scope=region)) is Where.INSIDE
    assert perimeter.of_statement(_statement()) is Where.NOWHERE


def test_a_city_stands_for_its_arrondissements(territory: Territory, communes: Communes) -> None:
    paris = territory.model_copy(update={"communes": ("75056",), "neighbours": ()})
    thirteenth = territory.model_copy(update={"communes": ("75113",), "neighbours": ()})
    assert Perimeter(paris, communes).of_code("75113") is Where.INSIDE
    assert Perimeter(thirteenth, communes).of_code("75114") is Where.OUTSIDE


@pytest.mark.parametrize(
    ("told", "insee", "noted"),
    [
        (("75056", "75013", "PARIS"), "75113", False),
        (("", "75013", "PARIS 13"), "75113", False),
        (("75056", "", "PARIS"), "75056", False),
        (("55530", "94260", "FRESNES"), "94034", True),
        (("75112", "94410", ""), "75112", True),
        (("", "94266", "FRESNES CEDEX"), "94034", True),
        (("97123", "97133", "ST BARTHELEMY"), "97701", True),
    ],
)
def test_places_are_put_right_with_a_note(
    communes: Communes, told: tuple[str, str, str], insee: str, noted: bool
) -> None:
    found, note = communes.locate(*told)
    assert found is not None
    assert (found.insee, bool(note)) == (insee, noted)
