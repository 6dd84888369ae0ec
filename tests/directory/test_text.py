"""French text folded and cut as people type it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.text import (
    MAX_CHARACTERS,
    fold,
    folded_words,
    glued_pairs,
    meaningful,
    singular,
    split_words,
    tidy,
    typing_errors_allowed,
)


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ("L'Haÿ-les-Roses", ["l", "hay", "les", "roses"]),
        ("St-Denis, Ste Anne", ["saint", "denis", "sainte", "anne"]),
        ("Cœur d’Île", ["coeur", "d", "ile"]),
        ("be\u0301ne\u0301dicte", ["benedicte"]),
        ("  *:* 😀 ", []),
        ("S.S.I.A.D", ["s", "s", "i", "a", "d"]),
    ],
)
def test_words_are_folded(told: str, words: list[str]) -> None:
    assert folded_words(told) == words


@given(st.text(max_size=60))
def test_words_keep_their_place_in_the_text(text: str) -> None:
    told = tidy(text)
    for word in split_words(told):
        piece = fold(told[word.start : word.end])
        assert word.folded in (piece, "saint", "sainte")


def test_tidy_drops_what_cannot_be_printed_and_what_is_too_long() -> None:
    assert tidy("a\x00b\u200bc") == "a b c"
    assert tidy("e\u0301") == "é"
    assert len(tidy("x" * 5_000)) == MAX_CHARACTERS


def test_empty_words_count_only_when_alone() -> None:
    assert meaningful(["maison", "de", "la", "bievre"]) == ["maison", "bievre"]
    assert meaningful(["de", "la"]) == ["de", "la"]


def test_neighbours_are_glued() -> None:
    assert glued_pairs(["soleil", "d", "automne"]) == ["soleild", "dautomne"]


def test_plural_marks_go() -> None:
    assert [singular(word) for word in ("roses", "chevaux", "bas", "lit")] == [
        "rose",
        "chevau",
        "bas",
        "lit",
    ]


@pytest.mark.parametrize(
    ("word", "edits"), [("roy", 0), ("zara", 1), ("dautonme", 1), ("ortophoniste", 2), ("94260", 0)]
)
def test_longer_words_forgive_more(word: str, edits: int) -> None:
    assert typing_errors_allowed(word) == edits
