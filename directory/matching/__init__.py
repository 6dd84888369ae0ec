"""Do two records tell of the same person or place? Same, different, or ask somebody."""

from directory.matching.blocking import candidates
from directory.matching.decision import Decision, Outcome, Reason
from directory.matching.evaluation import Evaluation, WrongDecision, evaluate
from directory.matching.record import LabelledPair, MatchRecord, read_pairs, record_from_object
from directory.matching.score import compare

__all__ = [
    "Decision",
    "Evaluation",
    "LabelledPair",
    "MatchRecord",
    "Outcome",
    "Reason",
    "WrongDecision",
    "candidates",
    "compare",
    "evaluate",
    "read_pairs",
    "record_from_object",
]
