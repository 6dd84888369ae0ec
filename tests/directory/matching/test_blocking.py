"""What blocking proposes: every true pair, few others, each once."""

import pytest

from directory.matching import MatchRecord, Outcome, candidates, compare, read_pairs
from tests.directory.matching.make_pairs import FIXTURES


@pytest.mark.parametrize("name", ["pairs.jsonl", "held_out.jsonl"])
def test_every_true_pair_is_proposed_and_most_others_are_not(name: str) -> None:
    labelled = list(read_pairs(FIXTURES / name))
    records = [record for pair in labelled for record in (pair.left, pair.right)]
    proposed = list(candidates(records))

    wanted = {
        (2 * turn, 2 * turn + 1)
        for turn, pair in enumerate(labelled)
        if pair.same or compare(pair.left, pair.right).outcome is not Outcome.DIFFERENT
    }
    assert wanted <= set(proposed)
    assert len(proposed) == len(set(proposed))
    assert all(left < right for left, right in proposed)
    assert len(proposed) < len(records) * (len(records) - 1) / 2 * 0.03


def test_records_without_anything_in_common_are_not_compared() -> None:
    records = [
        MatchRecord(family="ROUVIERE", given="Hélène", postcode="94240"),
        MatchRecord(family="GARROUSTE", given="Luc", postcode="94240"),
        MatchRecord(name="EHPAD LES GLYCINES", postcode="94240"),
    ]

    assert list(candidates(records)) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ({"rpps": "10100123453"}, {"rpps": "810100123453", "family": "Zed"}),
        ({"finess": "010000024", "name": "A"}, {"finess": "10000024", "name": "B"}),
        (
            {"family": "ROUVIERE", "given": "Luc", "phone": "0146650101"},
            {"family": "ROUVIERE", "given": "Luc", "phone": "+33 1 46 65 01 01"},
        ),
        (
            {"family": "A", "given": "Sandrine", "street_number": "7", "postcode": "94240"},
            {"family": "B", "given": "SANDRINE", "street": "7 rue X", "postcode": "94240"},
        ),
        (
            {"family": "Abitbol", "given": "Elie", "postcode": "94266", "city": "FRESNES CEDEX"},
            {"family": "ABITBOL", "given": "E", "postcode": "94260", "city": "Fresnes"},
        ),
        (
            {"family": "Cormier", "given": "Vivien", "postcode": "94240"},
            {"family": "Vivien", "given": "Cormier", "postcode": "94240"},
        ),
        (
            {"name": "CABINET DU DR CORMIER", "postcode": "94240"},
            {"family": "CORMIER", "given": "Vivien", "postcode": "94240"},
        ),
    ],
)
def test_one_key_is_enough(left: dict[str, str], right: dict[str, str]) -> None:
    assert list(candidates([MatchRecord(**left), MatchRecord(**right)])) == [(0, 1)]


def test_records_of_one_source_are_never_met_and_only_fresh_pairs_are() -> None:
    town = [MatchRecord(name=f"EHPAD NUMERO {rank}", postcode="94260") for rank in range(6)]
    sources = [frozenset(told) for told in ("a", "a", "b", "ab", "c", "c")]

    everything = {
        (one, other) for one, other in candidates(town) if sources[one].isdisjoint(sources[other])
    }
    met = list(candidates(town, sources))
    fresh = list(candidates(town, sources, {2, 4}))

    assert len(met) == len(everything)
    assert set(met) == everything
    assert len(fresh) == len(set(fresh))
    assert set(fresh) == {pair for pair in everything if {2, 4} & {*pair}}


def test_a_long_listing_of_one_name_costs_no_more_than_it_has_rivals() -> None:
    """Ten thousand alike in one town against one: pairs of the listing would be fifty million."""
    town = [MatchRecord(name=f"EHPAD NUMERO {rank}", postcode="94260") for rank in range(10_001)]
    sources = [frozenset("a")] * 10_000 + [frozenset("b")]

    assert len(list(candidates(town, sources))) == 10_000
