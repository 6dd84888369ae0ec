"""Which entries are joined, which wait for a person: a pure function of pairs and judgements."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from directory.links.clusters import AMBIGUOUS, CONTRADICTED, Decided, Effect, decide
from directory.links.entries import Entry
from directory.links.pairs import find_pairs
from directory.matching import Outcome
from tests.directory.links.told import entry

RPPS = "10001234567"


def _decide(
    entries: Sequence[Entry], judged: dict[tuple[int, int], Outcome] | None = None
) -> Decided:
    return decide(list(find_pairs(entries)), judged or {}, {one.id: one for one in entries})


def test_three_sources_make_one_entry_that_the_national_number_names() -> None:
    decided = _decide(
        [entry(1, "ameli"), entry(2, "rpps", who=9, rpps=RPPS), entry(3, "cpts", street_number="2")]
    )

    assert decided.joined == {1: 2, 3: 2}
    assert set(decided.effects.values()) == {Effect.SAME}


def test_the_same_person_at_another_door_is_another_entry_of_one_person() -> None:
    decided = _decide(
        [
            entry(1, "rpps", who=9, rpps=RPPS),
            entry(2, "cpts", rpps=RPPS, street="avenue de la Paix", street_number="40", phone=""),
        ]
    )

    assert decided.joined == {}
    assert decided.person == {2: 9}


def test_a_row_that_agrees_with_two_people_waits_for_somebody() -> None:
    """Two homonyms of one practice: Ameli has no number to tell which one it speaks of."""
    decided = _decide(
        [
            entry(1, "rpps", who=8, rpps=RPPS),
            entry(2, "rpps", who=9, rpps="10007654321"),
            entry(3, "ameli"),
        ]
    )

    assert decided.joined == {}
    assert decided.effects == {(1, 3): Effect.ASK, (2, 3): Effect.ASK}
    assert set(decided.held.values()) == {AMBIGUOUS}


def test_two_structures_of_one_person_at_one_door_are_no_ambiguity() -> None:
    decided = _decide(
        [
            entry(1, "rpps", who=9, rpps=RPPS, name="SELARL VAUQUELIN"),
            entry(2, "rpps", who=9, rpps=RPPS),
            entry(3, "ameli"),
        ]
    )

    assert decided.joined == {3: 1}
    assert decided.effects[2, 3] is Effect.PERSON


def test_a_third_entry_that_contradicts_the_first_is_asked_about() -> None:
    """Ameli and the list agree; so do the list and the ROR, of which Ameli is told apart."""
    rows = [
        entry(1, "cpts", speciality=""),
        entry(2, "ameli", speciality="Pédiatrie"),
        entry(3, "ror", speciality="Médecine générale"),
    ]
    decided = _decide(rows)
    kept = [key for key, effect in decided.effects.items() if effect is Effect.SAME]

    assert len(kept) == len(decided.joined) == 1
    assert list(decided.held.values()) == [CONTRADICTED]


def test_a_question_is_dropped_once_its_entry_found_its_own() -> None:
    """The sister of the same practice is a question only as long as nobody else answers it."""
    sister = entry(3, "rpps", who=7, rpps="10007654321", given="Eu", phone="")
    alone = _decide([entry(1, "ameli"), sister])
    both = _decide([entry(1, "ameli"), entry(2, "rpps", who=9, rpps=RPPS), sister])

    assert alone.effects == {(1, 3): Effect.ASK}
    assert both.joined == {1: 2}
    assert both.effects.get((1, 3)) is Effect.NONE


def test_a_person_may_part_what_the_rules_join_and_join_what_they_ask() -> None:
    rows = [entry(1, "rpps", who=9, rpps=RPPS), entry(2, "ameli"), entry(3, "ameli", given="E.")]

    parted = _decide(rows, {(1, 2): Outcome.DIFFERENT})
    joined = _decide(rows, {(1, 3): Outcome.SAME, (1, 2): Outcome.SAME})

    assert 2 not in parted.joined
    assert parted.effects[1, 2] is Effect.NONE
    assert joined.joined == {2: 1, 3: 1}


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    rows = [
        entry(1, "rpps", who=9, rpps=RPPS),
        entry(2, "ameli"),
        entry(3, "cpts", phone=""),
        entry(4, "rpps", who=8, rpps="10007654321", given="Zoé"),
        entry(5, "ameli", given="ZOE"),
        entry(6, "ror", given="Zoe", speciality=""),
    ]
    pairs = list(find_pairs([rows[position] for position in order]))
    decided = decide(pairs, {}, {one.id: one for one in rows})

    assert decided.joined == {2: 1, 3: 1, 5: 4, 6: 4}
