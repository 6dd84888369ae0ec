"""The lexicon is data reviewed by people: codes that exist, one meaning a term, official words too."""

from collections import Counter

import pytest

from directory.activities import labels
from directory.lexicon import ACTIVITY, lexicon, read_entries, term_key
from directory.query import CategoryIs, ProfessionIs, SpecialityIs
from directory.text import folded_words
from directory.vocabulary import MODE_LABELS, categories, professions, specialities

CODES = {
    "profession": professions(),
    "speciality": specialities(),
    "category": categories(),
    "mode": MODE_LABELS,
}

ACTIVITIES = {f"{ACTIVITY}{code}" for kind, code in labels() if kind == "activity"}
"""What a category may also be known by: what is done there."""


def test_every_code_exists() -> None:
    unknown = [
        (entry.term, code)
        for entry in read_entries()
        for code in entry.codes
        if entry.kind in CODES and code not in {*CODES[entry.kind], *ACTIVITIES}
    ]

    assert unknown == []


def test_a_term_has_one_meaning() -> None:
    keys = {(term_key(folded_words(e.term)), e.kind, e.codes) for e in read_entries()}
    counted = Counter(key for key, kind, _ in keys if kind != "word")

    assert [key for key, times in counted.items() if times > 1] == []


def test_every_line_says_where_it_comes_from() -> None:
    assert all(entry.label and entry.source for entry in read_entries())


def test_a_synonym_is_one_word() -> None:
    words = [entry.term for entry in read_entries() if entry.kind == "word"]

    assert [word for word in words if len(folded_words(word)) != 1] == []


@pytest.mark.parametrize("code", sorted(professions()))
def test_every_profession_is_understood_by_its_label(code: str) -> None:
    profession = professions()[code]
    for told in (profession.label, profession.plural):
        wanted = lexicon().filters[term_key(folded_words(told))]
        assert isinstance(wanted, ProfessionIs)
        assert code in wanted.codes


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("EHPAD", "500"),
        ("maisons de retraite", "500"),
        ("SSIAD", "354"),
        ("aide à domicile", "460"),
        ("addictologie", "197"),
        ("BAPU", "221"),
        ("CMPP", "189"),
        ("IMPRO", "183"),
        ("ESAT", "246"),
        ("SAMSAH", "445"),
        ("CADA", "443"),
        ("CHU", "219"),
        ("FJT", "257"),
        ("MECS", "177"),
        ("pharmacies", "620"),
        ("labo", "611"),
    ],
)
def test_everyday_words_mean_categories(told: str, code: str) -> None:
    wanted = lexicon().filters[term_key(folded_words(told))]

    assert isinstance(wanted, CategoryIs)
    assert code in wanted.codes


def test_gynecologists_hold_any_of_their_specialities() -> None:
    wanted = lexicon().filters[term_key(folded_words("gynécologues"))]

    assert isinstance(wanted, SpecialityIs)
    assert {"SM19", "SM20", "SM51", "SM52"} <= set(wanted.codes)
