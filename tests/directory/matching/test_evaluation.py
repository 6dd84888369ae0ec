"""Figures over labelled pairs: their definitions, and the floors that matching must hold."""

from pathlib import Path

import pytest

from directory.matching import LabelledPair, MatchRecord, Outcome, evaluate, read_pairs
from tests.directory.matching.make_pairs import FIXTURES, hard_pairs

SOMEONE = MatchRecord(
    family="ROUVIERE",
    given="Hélène",
    profession="Orthophoniste",
    street_number="9",
    street="RUE DES TOURNELLES",
    postcode="94240",
)
NOBODY_ELSE = MatchRecord(family="GARROUSTE", given="Luc", postcode="94230")
UNSURE = MatchRecord(
    family="ROUVIERE", street_number="9", street="RUE DES TOURNELLES", postcode="94240"
)


def pair(right: MatchRecord, *, same: bool) -> LabelledPair:
    return LabelledPair(left=SOMEONE, right=right, same=same)


@pytest.mark.parametrize(("name", "least"), [("pairs.jsonl", 400), ("held_out.jsonl", 300)])
def test_floors_on_labelled_pairs(name: str, least: int) -> None:
    found = evaluate(read_pairs(FIXTURES / name))

    assert found.pairs >= least
    assert found.precision >= 0.99
    assert found.recall >= 0.95
    assert found.asked <= found.pairs * 0.02


def test_every_pair_written_by_hand_is_in_the_fixture() -> None:
    written = [(one.left, one.right) for one in read_pairs(FIXTURES / "pairs.jsonl")]

    told = list(hard_pairs())
    assert len(told) >= 80
    assert [{name: text for name, text in left.items() if text} for left, _, _ in told] == [
        {name: getattr(left, name) for name in left.__struct_fields__ if getattr(left, name)}
        for left, _ in written[: len(told)]
    ]


def test_a_pair_that_is_asked_is_missed_but_never_wrong() -> None:
    found = evaluate([pair(SOMEONE, same=True), pair(UNSURE, same=True)])

    assert (found.precision, found.recall, found.asked) == (1.0, 0.5, 1)
    assert found.wrong == ()


def test_precision_counts_what_was_merged_wrongly() -> None:
    found = evaluate([pair(SOMEONE, same=True), pair(SOMEONE, same=False)])

    assert (found.precision, found.recall) == (0.5, 1.0)
    assert [wrong.expected for wrong in found.wrong] == [False]


def test_a_wrong_decision_says_why() -> None:
    (wrong,) = evaluate([pair(NOBODY_ELSE, same=True)]).wrong

    assert (wrong.left, wrong.right) == (SOMEONE, NOBODY_ELSE)
    assert wrong.outcome is Outcome.DIFFERENT
    assert any("prénoms différents" in reason for reason in wrong.reasons)


def test_nothing_to_divide_gives_one() -> None:
    found = evaluate([])

    assert (found.pairs, found.precision, found.recall) == (0, 1.0, 1.0)


def test_the_fixtures_hold_nobody_twice() -> None:
    """A pair of the held-out file that was also in the other would measure nothing."""
    first, second = (set(_lines(name)) for name in ("pairs.jsonl", "held_out.jsonl"))

    assert first.isdisjoint(second)


def _lines(name: str) -> list[str]:
    return Path(FIXTURES / name).read_text("utf-8").splitlines()
