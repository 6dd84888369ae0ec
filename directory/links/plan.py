"""Links between sources, worked out beside the published state and written with it in one step."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from directory.bulk import is_one_of
from directory.links.clusters import Decided, Effect, Key, decide
from directory.links.entries import Entry, comparable_entries, read_entries
from directory.links.pairs import Pair, find_pairs
from directory.matching import Outcome
from directory.published import is_entry
from directory.tables import link, match_judgement, match_pair, record, source


@dataclass(frozen=True)
class Plan:
    """Rows of `match_pair` and `link` to remove and to write; empty when nothing changes."""

    pairs_gone: frozenset[Key]
    pairs: tuple[Mapping[str, Any], ...]
    links_gone: frozenset[int]
    links: tuple[Mapping[str, Any], ...]
    asked: int

    @property
    def is_empty(self) -> bool:
        """Whether everything is written already."""
        return not any((self.pairs_gone, self.pairs, self.links_gone, self.links))

    def write(self, connection: sa.Connection) -> None:
        """Put the plan in force inside the caller's transaction."""
        for left, right in sorted(self.pairs_gone):
            connection.execute(
                match_pair.delete().where(match_pair.c.left == left, match_pair.c.right == right)
            )
        if self.links_gone:
            connection.execute(
                link.delete().where(is_one_of(connection, link.c.entity, self.links_gone))
            )
        for table, rows in ((match_pair, self.pairs), (link, self.links)):
            if rows:
                connection.execute(table.insert(), list(rows))


def plan_links(connection: sa.Connection, staged: tuple[str, int] | None = None) -> Plan:
    """Compare entries across sources; only what the staged run touches, where one is given.

    Without `staged`, or as long as no pair was ever found, everything is compared anew.
    """
    before = _stored_pairs(connection)
    if not _has_rivals(connection, staged):
        return _plan(connection, before, [], {}, {})
    changed = _touched(connection, staged) if staged is not None and before else None
    if changed is not None and not changed:
        return relink(connection)
    entries = {one.id: one for one in comparable_entries(connection, staged)}
    pairs = list(find_pairs(list(entries.values()), changed))
    if changed is not None:
        pairs += [
            _pair(row)
            for row in before.values()
            if not {row["left"], row["right"]} & changed
            and row["left"] in entries
            and row["right"] in entries
        ]
    return _plan(connection, before, pairs, read_judgements(connection), entries)


def relink(connection: sa.Connection) -> Plan:
    """Decide again from the pairs already compared, after a person has judged one."""
    before = _stored_pairs(connection)
    judged = read_judgements(connection)
    named = {one for key in (*before, *judged) for one in key}
    entries = {one.id: one for one in read_entries(connection, among=named)}
    return _plan(connection, before, [_pair(row) for row in before.values()], judged, entries)


def read_judgements(connection: sa.Connection) -> dict[Key, Outcome]:
    """What people said of pairs and did not withdraw."""
    table = match_judgement
    rows = connection.execute(
        sa.select(table.c.left, table.c.right, table.c.outcome).where(
            table.c.withdrawn_at.is_(None)
        )
    )
    return {(row.left, row.right): Outcome(row.outcome) for row in rows}


def _plan(
    connection: sa.Connection,
    before: Mapping[Key, Mapping[str, Any]],
    pairs: Iterable[Pair],
    judged: Mapping[Key, Outcome],
    entries: Mapping[int, Entry],
) -> Plan:
    kept = list(pairs)
    decided = decide(kept, judged, entries)
    rows = {pair.key: _row(pair, decided) for pair in kept}
    linked = {row.entity: dict(row._mapping) for row in connection.execute(sa.select(link))}
    wanted = _links(decided)
    return Plan(
        pairs_gone=frozenset(key for key, row in before.items() if rows.get(key) != row),
        pairs=tuple(row for key, row in rows.items() if before.get(key) != row),
        links_gone=frozenset(one for one, row in linked.items() if wanted.get(one) != row),
        links=tuple(row for one, row in wanted.items() if linked.get(one) != row),
        asked=sum(effect is Effect.ASK for effect in decided.effects.values()),
    )


def _links(decided: Decided) -> dict[int, dict[str, Any]]:
    told = ((decided.person, "person"), (decided.joined, "same"))
    return {
        one: {"entity": one, "into": into, "nature": nature}
        for found, nature in told
        for one, into in found.items()
    }


def _row(pair: Pair, decided: Decided) -> dict[str, Any]:
    return {
        "left": pair.left,
        "right": pair.right,
        "outcome": str(pair.outcome),
        "score": pair.score,
        "together": pair.together,
        "reasons": list(pair.reasons),
        "effect": str(decided.effects.get(pair.key, Effect.NONE)),
        "held": decided.held.get(pair.key, ""),
    }


def _pair(row: Mapping[str, Any]) -> Pair:
    return Pair(
        left=row["left"],
        right=row["right"],
        outcome=Outcome(row["outcome"]),
        score=row["score"],
        together=row["together"],
        reasons=tuple(row["reasons"]),
    )


def _stored_pairs(connection: sa.Connection) -> dict[Key, Mapping[str, Any]]:
    rows = connection.execute(sa.select(match_pair)).mappings()
    return {(row["left"], row["right"]): dict(row) for row in rows}


def _has_rivals(connection: sa.Connection, staged: tuple[str, int] | None) -> bool:
    """Whether two sources tell of entries: one alone, with what follows it, has no counterpart."""
    told = sa.exists().where(record.c.source == source.c.name, is_entry())
    at_hand = sa.or_(source.c.published_run > 0, source.c.name == (staged[0] if staged else ""))
    names = set(connection.scalars(sa.select(source.c.name).where(at_hand, told)))
    return sum(not any(one.startswith(f"{other}_") for other in names) for one in names) > 1


def _touched(connection: sa.Connection, staged: tuple[str, int]) -> set[int]:
    """Entities of which the staged run writes, or ends, a record."""
    name, run_id = staged
    rows = connection.execute(
        sa.select(record.c.subject)
        .distinct()
        .where(
            record.c.source == name,
            is_entry(),
            sa.or_(record.c.since_run == run_id, record.c.until_run == run_id),
        )
    )
    return {row.subject for row in rows}
