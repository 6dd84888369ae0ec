"""From decided pairs to entries: what is joined, what waits for a person, and why.

Pure and total: pairs, what people judged and the entries alone decide, in one order.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from directory.links.entries import Entry
from directory.links.pairs import Pair
from directory.matching import Outcome, compare
from directory.model import EntityKind

Key = tuple[int, int]

AMBIGUOUS = "plusieurs fiches concordent : une personne doit choisir"
CONTRADICTED = "une fiche déjà réunie à l'une contredit l'autre"

_ANCHORS = ("rpps", "finess", "ror")
"""Sources whose number is national and lasting: their entity gives its address to the others."""


class Effect(StrEnum):
    """What becomes of a pair."""

    SAME = "same"  # one entry
    PERSON = "person"  # one person, two places or activities
    ASK = "ask"
    NONE = "none"  # a person, or a better pair, settled it


@dataclass
class Decided:
    """`joined` leads an entity to the one that stands for it, `person` a role to who exercises."""

    joined: dict[int, int] = field(default_factory=dict)
    person: dict[int, int] = field(default_factory=dict)
    effects: dict[Key, Effect] = field(default_factory=dict)
    held: dict[Key, str] = field(default_factory=dict)


def decide(
    pairs: Sequence[Pair], judged: Mapping[Key, Outcome], entries: Mapping[int, Entry]
) -> Decided:
    """Join what the rules and people call one; a person's word is never overruled."""
    known = {pair.key: pair for pair in pairs if pair.left in entries and pair.right in entries}
    decided, groups = Decided(), _Groups(entries, judged)
    for key, outcome in sorted(judged.items()):
        if key[0] in entries and key[1] in entries:
            decided.effects[key] = _obey(key, outcome, known.get(key), groups)
    doubtful = _ambiguous([pair for key, pair in known.items() if key not in judged], entries)
    for pair in sorted(known.values(), key=lambda pair: (-pair.score, pair.key)):
        if pair.key not in judged:
            _apply(pair, doubtful, groups, decided)
    _settle_answered(known, groups, decided)
    decided.joined = groups.joined()
    decided.person = _people(known, groups, decided)
    return decided


def _obey(key: Key, outcome: Outcome, pair: Pair | None, groups: "_Groups") -> Effect:
    """What a person said; of one person at two doors, « same » makes no single entry."""
    if outcome is not Outcome.SAME:
        return Effect.NONE
    if pair is not None and not pair.together:
        return Effect.PERSON
    groups.unite(*key)
    return Effect.SAME


def _apply(pair: Pair, doubtful: Collection[Key], groups: "_Groups", decided: Decided) -> None:
    if pair.outcome is Outcome.ASK:
        effect, held = Effect.ASK, ""
    elif pair.key in doubtful:
        effect, held = Effect.ASK, AMBIGUOUS
    elif not pair.together or groups.is_taken(pair):
        effect, held = groups.beside(pair), ""
    elif groups.contradict(pair):
        effect, held = Effect.ASK, CONTRADICTED
    else:
        groups.unite(pair.left, pair.right)
        effect, held = Effect.SAME, ""
    decided.effects[pair.key] = effect
    if held:
        decided.held[pair.key] = held


def _ambiguous(pairs: Iterable[Pair], entries: Mapping[int, Entry]) -> set[Key]:
    """Pairs the rules call the same while an entry agrees with several people or places told
    apart by one source: ambiguous is no match (FORMATS.md c.1)."""
    agreeing: dict[tuple[int, str], dict[int, list[Key]]] = defaultdict(lambda: defaultdict(list))
    for pair in pairs:
        if pair.outcome is Outcome.SAME:
            for one, other in (pair.key, pair.key[::-1]):
                who = entries[other].who or -other
                for name in entries[other].sources:
                    agreeing[one, name][who].append(pair.key)
    rivals = [found for found in agreeing.values() if len(found) > 1]
    return {key for found in rivals for keys in found.values() for key in keys}


def _settle_answered(pairs: Mapping[Key, Pair], groups: "_Groups", decided: Decided) -> None:
    """A question whose entry already found its own in that source needs no answer, and one
    question about a person is enough."""
    answered = {
        (one, name)
        for key, effect in decided.effects.items()
        if effect in (Effect.SAME, Effect.PERSON)
        for one, other in (key, key[::-1])
        for name in groups.entries[other].sources
    }
    asked: set[tuple[int, int]] = set()
    for pair in sorted(pairs.values(), key=lambda pair: (-pair.score, pair.key)):
        if decided.effects[pair.key] is not Effect.ASK:
            continue
        sides = (pair.key, pair.key[::-1])
        about = {(one, groups.entries[other].who or -other) for one, other in sides}
        if pair.key not in decided.held and any(
            (one, name) in answered
            for one, other in sides
            for name in groups.entries[other].sources
        ):
            decided.effects[pair.key] = Effect.NONE
        elif about & asked:
            decided.effects[pair.key] = Effect.NONE
            decided.held.pop(pair.key, None)
        asked |= about


def _people(pairs: Mapping[Key, Pair], groups: "_Groups", decided: Decided) -> dict[int, int]:
    """Who exercises each role that stands for itself, where its own sources do not say the best."""
    circles = _Groups(groups.entries, {})
    for entry_id, into in decided.joined.items():
        circles.unite(entry_id, into)
    for key, effect in decided.effects.items():
        if effect is Effect.PERSON:
            circles.unite(*key)
    found = {}
    for members in circles.circles():
        known = [one for one in members if groups.entries[one].who]
        if not known:
            continue
        who = groups.entries[min(known, key=groups.rank)].who
        for one in members:
            if one not in decided.joined and groups.entries[one].who != who:
                found[one] = who
    return found


class _Groups:
    """Entries joined so far; each group holds at most one entry of a source, people excepted."""

    def __init__(self, entries: Mapping[int, Entry], judged: Mapping[Key, Outcome]) -> None:
        self.entries = entries
        self._apart = {key for key, outcome in judged.items() if outcome is Outcome.DIFFERENT}
        self._members: dict[int, list[int]] = {}

    def of(self, entry_id: int) -> list[int]:
        """The group of an entry."""
        return self._members.get(entry_id, [entry_id])

    def unite(self, left: int, right: int) -> None:
        """Make one group of two."""
        one, other = self.of(left), self.of(right)
        if one is not other and left not in other:
            both = sorted((*one, *other))
            self._members |= dict.fromkeys(both, both)

    def is_taken(self, pair: Pair) -> bool:
        """Whether the two are one group already, or each has its own in the other's source."""
        left, right = self.of(pair.left), self.of(pair.right)
        return left is right or bool(self._sources(left) & self._sources(right))

    def beside(self, pair: Pair) -> Effect:
        """What remains of a pair that makes no entry of its own."""
        if pair.right in self.of(pair.left):
            return Effect.SAME
        roles = self.entries[pair.left].kind is EntityKind.ROLE
        return Effect.PERSON if roles else Effect.NONE

    def contradict(self, pair: Pair) -> bool:
        """Whether some entry of one group is told apart from one of the other."""
        return any(
            (min(a, b), max(a, b)) in self._apart or ((a, b) != pair.key and self._differ(a, b))
            for a in self.of(pair.left)
            for b in self.of(pair.right)
        )

    def _differ(self, one: int, other: int) -> bool:
        """Different, or doubtful by a rule: not for want of facts alone."""
        decision = compare(self.entries[one].record, self.entries[other].record)
        doubted = decision.outcome is Outcome.ASK and bool(decision.rules)
        return doubted or decision.outcome is Outcome.DIFFERENT

    def joined(self) -> dict[int, int]:
        """Each entry that another stands for, and which."""
        return {
            one: best
            for members in self.circles()
            for best in (min(members, key=self.rank),)
            for one in members
            if one != best
        }

    def circles(self) -> list[list[int]]:
        """Groups of several entries, in a stable order."""
        return sorted({tuple(members): members for members in self._members.values()}.values())

    def rank(self, entry_id: int) -> tuple[int, int]:
        """The best-anchored entry first, then the oldest."""
        sources = self.entries[entry_id].sources
        places = [place for place, name in enumerate(_ANCHORS) if name in sources]
        return min(places, default=len(_ANCHORS)), entry_id

    def _sources(self, members: Iterable[int]) -> set[str]:
        return {name for one in members for name in self.entries[one].sources}
