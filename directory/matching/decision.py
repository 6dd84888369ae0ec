"""A decision and its reasons, read from the table of weights."""

from collections.abc import Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple, assert_never

import msgspec

from directory.matching.rules import Effect, Rule
from directory.vocabulary import read_table

SAME_FROM = 70
ASK_FROM = 45
"""Scores from which two records are one, or are put to a person. Fixed on the labelled fixture of
2026-11-22: the lowest true pair of agreeing name, activity and postcode alone weighs 70."""


class Outcome(StrEnum):
    """What is done with a pair."""

    SAME = "same"
    DIFFERENT = "different"
    ASK = "ask"


OUTCOME_LABELS = {
    Outcome.SAME: "même fiche",
    Outcome.DIFFERENT: "fiches différentes",
    Outcome.ASK: "à vérifier par une personne",
}


class Weight(NamedTuple):
    """One line of `data/match_weights.csv`; a criterion that does not apply weighs nothing."""

    person: int
    site: int
    text: str


class Reason(msgspec.Struct, frozen=True):
    """One thing that was noticed, its weight and, where they differ, the two words compared."""

    criterion: str
    level: str
    weight: int
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """In French: « noms à une faute près (lefebvre, lefevre) »."""
        said = weights()[self.criterion, self.level].text
        return f"{said} ({', '.join(self.values)})" if self.values else said

    def __str__(self) -> str:
        return f"{self.weight:+d} {self.text}"


class Decision(msgspec.Struct, frozen=True):
    """What was decided, why, and which rule held it back when one did (French)."""

    outcome: Outcome
    score: int
    reasons: tuple[Reason, ...]
    rules: tuple[str, ...] = ()

    def explain(self) -> list[str]:
        """Every reason with its weight, then the rules that changed the outcome."""
        return [*map(str, self.reasons), *self.rules]


class Finding(NamedTuple):
    """The level reached by one criterion; values only when the two records differ."""

    criterion: str
    level: str
    left: str = ""
    right: str = ""


@cache
def weights() -> dict[tuple[str, str], Weight]:
    """The table of weights by criterion and level."""
    return {
        (row["criterion"], row["level"]): Weight(
            int(row["person"] or 0), int(row["site"] or 0), row["text"]
        )
        for row in read_table("match_weights.csv")
    }


def decide(findings: Sequence[Finding], rules: Sequence[Rule], *, person: bool) -> Decision:
    """Add the weights up, then let the rules hold the outcome back."""
    reasons = tuple(_reason(finding, person=person) for finding in findings)
    score = sum(reason.weight for reason in reasons)
    levels = {finding.criterion: finding.level for finding in findings}
    outcome = outcome_of(score)
    held = []
    for rule in rules:
        if rule.applies(levels) and (after := _hold(rule.effect, outcome)) != outcome:
            outcome = after
            held.append(rule.text)
    return Decision(outcome, score, reasons, tuple(held))


def outcome_of(score: int) -> Outcome:
    """What a score alone decides."""
    if score >= SAME_FROM:
        return Outcome.SAME
    return Outcome.ASK if score >= ASK_FROM else Outcome.DIFFERENT


def _hold(effect: Effect, outcome: Outcome) -> Outcome:
    match effect:
        case Effect.AT_MOST_ASK:
            return Outcome.ASK if outcome is Outcome.SAME else outcome
        case Effect.AT_LEAST_ASK:
            return Outcome.ASK if outcome is Outcome.DIFFERENT else outcome
        case Effect.ALWAYS_ASK:
            return Outcome.ASK
        case _:
            assert_never(effect)


def _reason(finding: Finding, *, person: bool) -> Reason:
    criterion, level, left, right = finding
    plain = _plain_reason(criterion, level, person)
    if left == right:
        return plain
    return Reason(criterion, level, plain.weight, (min(left, right), max(left, right)))


@cache
def _plain_reason(criterion: str, level: str, person: bool) -> Reason:
    line = weights()[criterion, level]
    return Reason(criterion, level, line.person if person else line.site)
