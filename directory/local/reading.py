"""Words of people here as readers of the register need them: what stands, what it hides, who refused.

Statements about one field are folded in the order they were written: the last wins, and takes over
what the earlier ones hid. Withdrawn ones are as if never said.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from directory.bulk import is_one_of
from directory.local.keys import value_key
from directory.local.parts import KINDS, decode_value
from directory.merge import WHOLE, Act
from directory.model import Value
from directory.policy import rule_for
from directory.tables import local_statement, number_report

SOURCE = "local"
TITLE = "Correction locale"
CHECKED_TITLE = "Vérification locale"


class ActKind(StrEnum):
    """What a person may do with an entry."""

    CORRECTION = "correction"
    CONFIRMATION = "confirmation"
    REFUSAL = "refusal"
    ADDITION = "addition"


@dataclass(frozen=True)
class Word:
    """What somebody here says about one part of an entry, ready to stand among sources."""

    part: str
    value: Value
    at: datetime
    act: Act


@dataclass
class _Standing:
    """A correction in force with the keys it hides, while the later ones are looked at."""

    row: Any
    now: Any
    key: str
    hides: set[str] = field(default_factory=set)


def local_words(connection: sa.Connection, into: Mapping[int, int]) -> dict[int, list[Word]]:
    """Corrections and confirmations in force, newest first, by the entry `into` gives each entity."""
    table = local_statement
    wanted = (
        sa.select(table)
        .where(
            is_one_of(connection, table.c.entity, list(into)),
            table.c.withdrawn_at.is_(None),
            table.c.act.in_([ActKind.CORRECTION, ActKind.CONFIRMATION]),
        )
        .order_by(table.c.id)
    )
    by_fact: dict[tuple[int, str], list[Any]] = defaultdict(list)
    for row in connection.execute(wanted):
        by_fact[into[row.entity], row.field].append(row)
    words: dict[int, list[Word]] = defaultdict(list)
    for (entry, path), rows in by_fact.items():
        words[entry] += _words_of_field(path, rows)
    return {entry: sorted(said, key=_newest_first) for entry, said in words.items()}


def _newest_first(word: Word) -> int:
    return -word.act.id


def _words_of_field(path: str, rows: Sequence[Any]) -> list[Word]:
    corrections = [row for row in rows if row.act == ActKind.CORRECTION]
    union = rule_for(path.partition(".")[2]).union
    standing = _fold(path, corrections) if union else _last(path, corrections)
    checked = [row for row in rows if row.act == ActKind.CONFIRMATION]
    return [
        *(_correcting(path, one, union=union) for one in standing),
        *(_confirming(path, row) for row in checked),
    ]


def _last(path: str, rows: Sequence[Any]) -> list[_Standing]:
    """Where one value is kept, the last correction; one without a value empties the field."""
    if not rows:
        return []
    now = decode_value(path, rows[-1].value["now"])
    return [_Standing(rows[-1], now, "", set() if now is not None else {WHOLE})]


def _fold(path: str, rows: Iterable[Any]) -> list[_Standing]:
    """Where several values are kept, each correction replaces, removes or adds one of them."""
    standing: list[_Standing] = []
    for row in rows:
        was, now = (decode_value(path, row.value[name]) for name in ("was", "now"))
        hides = {value_key(was)} if was is not None else set()
        key = value_key(now) if now is not None else ""
        kept = []
        for one in standing:
            if hides & {one.key, *one.hides} or (key and key == one.key):
                hides |= one.hides
            else:
                one.hides.discard(key)
                kept.append(one)
        standing = [*kept, _Standing(row, now, key, hides - {key})]
    return standing


def _correcting(path: str, one: _Standing, *, union: bool) -> Word:
    part, _, name = path.partition(".")
    said = (one.now,) if union else one.now
    value = KINDS[part](**({name: said} if one.now is not None else {}))
    act = Act(
        one.row.id,
        one.row.author,
        one.row.reason,
        hides=frozenset((name, key) for key in one.hides),
    )
    return Word(part, value, one.row.created_at, act)


def _confirming(path: str, row: Any) -> Word:
    part, _, name = path.partition(".")
    confirmed = frozenset({(name, value_key(decode_value(path, row.value["now"])))})
    act = Act(row.id, row.author, row.reason, confirms=confirmed)
    return Word(part, KINDS[part](), row.created_at, act)


def refused(connection: sa.Connection, ids: Collection[int]) -> dict[int, datetime]:
    """Entities among these whose publication is refused, and since when."""
    table = local_statement
    wanted = sa.select(table.c.entity, table.c.created_at).where(
        is_one_of(connection, table.c.entity, ids),
        table.c.act == ActKind.REFUSAL,
        table.c.withdrawn_at.is_(None),
    )
    return {row.entity: row.created_at for row in connection.execute(wanted)}


def reported(connection: sa.Connection, into: Mapping[int, int]) -> dict[int, dict[str, int]]:
    """How many reports wait for an answer, by entry and by number (E.164)."""
    table = number_report
    wanted = sa.select(table.c.entity, table.c.number).where(
        is_one_of(connection, table.c.entity, list(into)), table.c.state == "open"
    )
    counts: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in connection.execute(wanted):
        counts[into[row.entity]][row.number] += 1
    return counts
