"""Which entries of different sources are one, by the rules of `directory.matching`."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from directory.links.entries import Entry
from directory.matching import Decision, Outcome, candidates, compare
from directory.model import EntityKind

_SAME_DOOR = frozenset(("full", "repeated", "street", "number", "kind"))
_SAME_TOWN = frozenset(("same", "cedex"))
_SAME_TRADE = frozenset(("same", "profession", "related", "speciality"))
"""Sources disagree on specialities (SM15 for SM13): one entry that shows both."""


@dataclass(frozen=True)
class Pair:
    """Two entries worth a decision, `left` before `right` by number.

    `together`: one place and one activity, so one entry; otherwise the same person elsewhere.
    """

    left: int
    right: int
    outcome: Outcome
    score: int
    together: bool
    reasons: tuple[str, ...]

    @property
    def key(self) -> tuple[int, int]:
        """What identifies the pair."""
        return self.left, self.right


def find_pairs(entries: Sequence[Entry], changed: Collection[int] | None = None) -> Iterator[Pair]:
    """Pairs the rules call the same or put to a person; with `changed`, those that touch them.

    Two entries of one source are never compared: it told them apart itself.
    """
    for kind in dict.fromkeys(entry.kind for entry in entries):
        yield from _pairs_of(kind, [one for one in entries if one.kind is kind], changed)


def _pairs_of(
    kind: EntityKind, entries: Sequence[Entry], changed: Collection[int] | None
) -> Iterator[Pair]:
    if len({name for entry in entries for name in entry.sources}) < 2:
        return
    fresh = None
    if changed is not None:
        fresh = {rank for rank, entry in enumerate(entries) if entry.id in changed}
    sources = [entry.sources for entry in entries]
    for one, other in candidates([entry.record for entry in entries], sources, fresh):
        left, right = sorted((entries[one], entries[other]), key=lambda entry: entry.id)
        decision = compare(left.record, right.record)
        if decision.outcome is not Outcome.DIFFERENT:
            yield _pair(kind, left, right, decision)


def _pair(kind: EntityKind, left: Entry, right: Entry, decision: Decision) -> Pair:
    return Pair(
        left=left.id,
        right=right.id,
        outcome=decision.outcome,
        score=decision.score,
        together=kind is not EntityKind.ROLE or _is_together(left, right, decision),
        reasons=tuple(decision.explain()),
    )


def _is_together(left: Entry, right: Entry, decision: Decision) -> bool:
    """One activity at one door; a source that gives no address speaks of wherever the other is."""
    level = {reason.criterion: reason.level for reason in decision.reasons}
    if level.get("activity", "same") not in _SAME_TRADE:
        return False
    if not _has_place(left) or not _has_place(right):
        return True
    if level.get("locality", "") not in _SAME_TOWN:
        return False
    return "street" not in level or level["street"] in _SAME_DOOR


def _has_place(entry: Entry) -> bool:
    return bool(entry.record.postcode or entry.record.city)
