"""The tables of matching are whole, and the guide shows them as they are."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from directory.matching import rules
from directory.matching.decision import ASK_FROM, SAME_FROM
from directory.text import fold
from directory.vocabulary import read_table

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "rapprochement.md").read_text("utf-8")
GROUPS = (
    rules.KEYED_PERSONS,
    rules.PERSONS,
    rules.KEYED_SITES,
    rules.SITES,
    rules.HOLDERS,
)


def shown(weight: str) -> str:
    return f"{int(weight):+d}".replace("+0", "0") if weight else ""


def test_the_guide_shows_every_weight() -> None:
    rows = read_table("match_weights.csv")
    lines = {re.sub(r"^\| [^|]+ \|", "|", line) for line in GUIDE.splitlines()}

    missing = [
        row["text"]
        for row in rows
        if f"| {row['text']} | {shown(row['person'])} | {shown(row['site'])} |" not in lines
    ]
    assert missing == []


def test_the_guide_shows_every_rule_and_threshold() -> None:
    missing = [
        rule.text
        for group in GROUPS
        for rule in group
        if f"| {rule.effect} | {rule.text} |" not in GUIDE
    ]

    assert missing == []
    assert f"**{SAME_FROM}**" in GUIDE
    assert f"**{ASK_FROM}** à {SAME_FROM - 1}" in GUIDE


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("match_weights.csv", ("criterion", "level")),
        ("match_abbreviations.csv", ("scope", "short")),
        ("match_kinds.csv", ("term",)),
        ("match_words.csv", ("word",)),
        ("match_activities.csv", ("label", "kind")),
        ("match_families.csv", ("family",)),
        ("match_given.csv", ("given",)),
    ],
)
def test_a_table_says_nothing_twice(name: str, key: tuple[str, ...]) -> None:
    counted = Counter(tuple(row[column] for column in key) for row in read_table(name))

    assert [one for one, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("match_abbreviations.csv", "short"),
        ("match_kinds.csv", "term"),
        ("match_words.csv", "word"),
        ("match_families.csv", "family"),
        ("match_given.csv", "given"),
    ],
)
def test_words_of_a_table_are_folded_so_that_they_are_met(name: str, column: str) -> None:
    words = [row[column] for row in read_table(name)]

    assert [word for word in words if not re.fullmatch(r"[a-z0-9]+( [a-z0-9]+)*", word)] == []
    assert [word for word in words if word != fold(word)] == []


def test_a_spelling_leads_to_a_name_of_the_table() -> None:
    rows = {row["given"]: row["same_as"] for row in read_table("match_given.csv")}

    assert [name for name, same in rows.items() if same and rows.get(same) != ""] == []


def test_every_table_is_plain_csv_without_a_stray_cell() -> None:
    for path in (ROOT / "directory" / "data").glob("match_*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = csv.reader(file)
        assert [row for row in rows if len(row) != len(header)] == [], path.name
