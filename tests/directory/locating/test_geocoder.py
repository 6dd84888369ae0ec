"""The client of the geocoder against a local server: what it asks, and every way it may fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from directory.base.errors import UnavailableError
from directory.locating.addresses import Asked
from directory.locating.geocoder import ATTEMPTS, Geocoder
from tests.geocoder import Base, Known, open_geocoder

HERE = Known(48.757, 2.326)
THERE = Known(48.749, 2.352, citycode="94065", postcode="94150", label="1 Rue Notre-Dame")


@pytest.fixture
def base() -> Iterator[Base]:
    with open_geocoder() as opened:
        opened.known = {"2 rue de Wissous": HERE, "1 rue Notre-Dame": THERE}
        yield opened


def asked(street: str, key: str = "", bare: str = "") -> Asked:
    return Asked(key or street, street, bare or street, "94260", "Fresnes", "94034")


def client(base: Base) -> Geocoder:
    return Geocoder(base.url, per_second=50, pause_s=0.001)


TWO = (asked("2 rue de Wissous"), asked("1 rue Notre-Dame"), asked("9 rue Nulle"))


def test_a_file_is_asked_as_documented(base: Base) -> None:
    with client(base) as geocoder:
        told = geocoder.search_many(TWO, bare=False)

    path, fields = base.requests[0]
    assert path == "/geocodage/search/csv"
    assert fields["columns"] == ["street", "city"]
    assert (fields["citycode"], fields["postcode"]) == (["citycode"], ["postcode"])
    assert "result_score" in fields["result_columns"]
    assert base.lines[0] == {
        "id": "0",
        "street": "2 rue de Wissous",
        "city": "Fresnes",
        "postcode": "94260",
        "citycode": "94034",
    }
    assert {key: one and one.insee for key, one in told.items()} == {
        "2 rue de Wissous": "94034",
        "1 rue Notre-Dame": "94065",
        "9 rue Nulle": None,
    }


def test_lines_are_known_by_their_number_not_their_place(base: Base) -> None:
    base.reverse = True
    with client(base) as geocoder:
        told = geocoder.search_many(TWO, bare=False)

    assert [one and one.lat for one in (told[each.key] for each in TWO)] == [48.757, 48.749, None]


def test_quotes_commas_and_lines_stay_in_their_cell(base: Base) -> None:
    streets = ('2, rue "X"', "3 rue Y\n4 rue Z", "=cmd()", "é" * 500)
    base.known = dict.fromkeys(streets, HERE)
    with client(base) as geocoder:
        told = geocoder.search_many([asked(street) for street in streets], bare=False)

    assert set(told) == set(streets)
    assert None not in told.values()


@pytest.mark.parametrize(
    "faults",
    [[500], [503, 502], [429], [(429, 0)], ["drop"], [500, "drop", (503, 0)]],
    ids=str,
)
def test_a_passing_fault_is_waited_out(base: Base, faults: list[Any]) -> None:
    base.faults = list(faults)
    with client(base) as geocoder:
        assert len(geocoder.search_many(TWO, bare=False)) == 3
    assert len(base.requests) == len(faults) + 1


def test_a_lasting_fault_says_what_to_do(base: Base) -> None:
    base.faults = [500] * 20
    with (
        client(base) as geocoder,
        pytest.raises(UnavailableError, match="relancez `recours locate"),
    ):
        geocoder.search_many(TWO, bare=False)
    assert len(base.requests) == ATTEMPTS


def test_a_refusal_is_not_asked_again(base: Base) -> None:
    base.faults = [404]
    with client(base) as geocoder, pytest.raises(UnavailableError, match="RECOURS_GEOCODER_URL"):
        geocoder.search_many(TWO, bare=False)
    assert len(base.requests) == 1


def test_a_page_in_place_of_the_table_is_refused(base: Base) -> None:
    base.faults = ["html"]
    with client(base) as geocoder, pytest.raises(UnavailableError, match="autre chose"):
        geocoder.search_many(TWO, bare=False)


def test_what_a_cut_answer_lacks_is_not_taken_for_unknown(base: Base) -> None:
    """A cut line would give half a number."""
    many = [asked("2 rue de Wissous", key=f"k{n}") for n in range(50)]
    base.faults = ["cut"]
    with client(base) as geocoder:
        told = geocoder.search_many(many, bare=False)

    assert 0 < len(told) < 50
    assert {one and one.insee for one in told.values()} == {"94034"}


def test_nobody_there(base: Base) -> None:
    with (
        Geocoder("http://127.0.0.1:9", pause_s=0.001) as geocoder,
        pytest.raises(UnavailableError),
    ):
        geocoder.search_many(TWO, bare=False)


def test_one_address_to_choose(base: Base) -> None:
    with client(base) as geocoder:
        (one,) = geocoder.search("Wissous", insee="94034")

    assert (one.label, one.lat, one.kind) == (
        "2 Rue de Wissous 94260 Fresnes",
        48.757,
        "housenumber",
    )
    path, told = base.requests[0]
    assert path == "/geocodage/search"
    assert (told["q"], told["citycode"], told["limit"]) == (["Wissous"], ["94034"], ["5"])


def test_a_page_in_place_of_addresses_is_refused(base: Base) -> None:
    base.faults = ["html"]
    with client(base) as geocoder, pytest.raises(UnavailableError, match="autre chose"):
        geocoder.search("Wissous")
