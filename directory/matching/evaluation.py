"""How good the decisions are, measured on pairs that a person labelled."""

from collections.abc import Iterable

import msgspec

from directory.matching.decision import Decision, Outcome
from directory.matching.record import LabelledPair, MatchRecord
from directory.matching.score import compare


class WrongDecision(msgspec.Struct, frozen=True, kw_only=True):
    """A pair decided against its label, with the reasons in French."""

    left: MatchRecord
    right: MatchRecord
    expected: bool
    outcome: Outcome
    score: int
    reasons: tuple[str, ...]


class Evaluation(msgspec.Struct, frozen=True, kw_only=True):
    """Figures over labelled pairs.

    `precision` is the share of true pairs among those decided `same`; `recall` the share decided
    `same` among those labelled so: a pair put to a person (`asked`) is missed, strictly. Both are
    1 when there is nothing to divide. `wrong` holds what was decided, either way, against the
    label; asking is never wrong.
    """

    pairs: int
    precision: float
    recall: float
    asked: int
    wrong: tuple[WrongDecision, ...]


def evaluate(pairs: Iterable[LabelledPair]) -> Evaluation:
    """Compare every pair with its label; memory holds the wrong ones only."""
    count = asked = merged = merged_rightly = labelled_same = 0
    wrong: list[WrongDecision] = []
    for pair in pairs:
        decision = compare(pair.left, pair.right)
        same = decision.outcome is Outcome.SAME
        count += 1
        asked += decision.outcome is Outcome.ASK
        merged += same
        merged_rightly += same and pair.same
        labelled_same += pair.same
        if decision.outcome is not Outcome.ASK and same != pair.same:
            wrong.append(_wrong(pair, decision))
    return Evaluation(
        pairs=count,
        precision=_share(merged_rightly, merged),
        recall=_share(merged_rightly, labelled_same),
        asked=asked,
        wrong=tuple(wrong),
    )


def _wrong(pair: LabelledPair, decision: Decision) -> WrongDecision:
    return WrongDecision(
        left=pair.left,
        right=pair.right,
        expected=pair.same,
        outcome=decision.outcome,
        score=decision.score,
        reasons=tuple(decision.explain()),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 1.0
