"""Numbers as people and sources write them."""

import re
from random import Random

import pytest

from directory import phones
from directory.phones import parse_phone, show_phone, split_phones


@pytest.mark.parametrize(
    ("told", "e164"),
    [
        ("01 46 65 62 22", "+33146656222"),
        ("0146656222", "+33146656222"),
        ("01.46.65.62.22", "+33146656222"),
        ("+33 1 46 65 62 22", "+33146656222"),
        ("0033146656222", "+33146656222"),
        ("06 39 98 12 34", "+33639981234"),  # kept for fiction: known to no numbering plan
        ("0690 29 19 88", "+590690291988"),
        ("+32 2 555 12 12", "+3225551212"),
    ],
)
def test_a_number_that_can_be_called_is_understood(told: str, e164: str) -> None:
    assert parse_phone(told) == e164


@pytest.mark.parametrize(
    "told",
    ["", "15", "0600", "0059029295", "04935353000", "bonjour", "01 46 65", "0 800", "0612345", "☎"],
)
def test_what_cannot_be_called_is_not_a_number(told: str) -> None:
    assert parse_phone(told) == ""


def test_two_numbers_of_one_cell_are_two_numbers() -> None:
    assert split_phones("0690291988/0590895757") == ["0690291988", "0590895757"]
    assert split_phones("01 46 65 62 22 ou 01 46 65 62 23") == ["01 46 65 62 22", "01 46 65 62 23"]
    assert split_phones("  ") == []


def test_a_number_is_shown_as_the_french_write_it() -> None:
    assert show_phone("+33146656222") == "01 46 65 62 22"
    assert show_phone("+3225551212") == "+32 2 555 12 12"
    assert show_phone("04935353000") == "04935353000"
    assert show_phone("poste 12") == "poste 12"


def test_what_is_answered_without_the_library_is_what_the_library_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    draw = Random(2026)
    told = [f"0{block:03d}{draw.randrange(1_000_000):06d}" for block in range(100, 1000)]
    shorter = [number for number in told if phones._MAINLAND.fullmatch(number)]
    answered = [parse_phone(number) for number in shorter]
    monkeypatch.setattr(phones, "_MAINLAND", re.compile("(?!)"))
    assert answered == [parse_phone(number) for number in shorter]
    assert len(shorter) == 3 * 100 + (90 + 6) + 80 + 80 + 90 + 70
