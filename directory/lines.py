"""What the register says of entities: their visible records and the words of people here."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from directory.links.reading import members_of
from directory.local.reading import CHECKED_TITLE, SOURCE, TITLE, Word, local_words
from directory.merge import Act, Told
from directory.model import EntityKind, Statement
from directory.published import visible
from directory.tables import record, run, source

_decode = msgspec.json.Decoder(Statement).decode


@dataclass(frozen=True)
class Line:
    """One visible record: what it says, who says it, and from when its word is.

    The date is the source's; where it gives none, the day of the first import (`imported`). A word
    of somebody here has its `act`; beside one, `since` is when each line was first read.
    """

    subject: int
    organization: int | None
    person: int | None
    said: Statement
    source: str
    title: str
    date: date
    imported: bool
    run: int = 0
    since: datetime | None = None
    act: Act | None = None

    def tell(self, part: Any) -> Told[Any]:
        """One part of the statement with its origin."""
        return Told(part, self.source, self.title, self.date, self.imported, self.since, self.act)


def lines_of(
    connection: sa.Connection, subjects: Iterable[int], *, alone: bool = False
) -> dict[int, list[Line]]:
    """Visible records of these subjects and of those joined into them, by subject."""
    ids = list(subjects)
    into = {one: one for one in ids} | ({} if alone else members_of(connection, ids))
    return with_words(connection, _records(connection, into), local_words(connection, into))


def _records(connection: sa.Connection, into: Mapping[int, int]) -> dict[int, list[Line]]:
    """Visible records of entities, each under the one that stands for its own."""
    wanted = (
        sa.select(
            record.c.subject,
            record.c.organization,
            record.c.person,
            record.c.statement,
            record.c.source,
            record.c.data_date,
            record.c.first_seen,
            record.c.since_run,
            source.c.title,
            source.c.data_date.label("source_date"),
        )
        .join(source, source.c.name == record.c.source)
        .where(record.c.subject.in_(list(into)), visible())
        .order_by(record.c.id)
    )
    found: dict[int, list[Line]] = defaultdict(list)
    for row in connection.execute(wanted):
        told_on = max(filter(None, (row.data_date, row.source_date)), default=None)
        found[into[row.subject]].append(
            Line(
                row.subject,
                row.organization,
                row.person,
                _decode(row.statement),
                row.source,
                row.title,
                told_on or row.first_seen.date(),
                told_on is None,
                row.since_run,
            )
        )
    return found


def with_words(
    connection: sa.Connection, found: dict[int, list[Line]], words: Mapping[int, Sequence[Word]]
) -> dict[int, list[Line]]:
    """What people here say, before what sources say and with when each of these came to say it."""
    spoken = found.keys() & words.keys()
    days = _read_at(connection, {line.run for one in spoken for line in found[one]})
    for one in spoken:
        lines = [
            line if line.act else replace(line, since=days.get(line.run)) for line in found[one]
        ]
        found[one] = [*(_line(one, word) for word in words[one]), *lines]
    return found


def _read_at(connection: sa.Connection, runs: Collection[int]) -> dict[int, datetime]:
    if not runs:
        return {}
    rows = connection.execute(sa.select(run.c.id, run.c.ended_at).where(run.c.id.in_(list(runs))))
    return {row.id: row.ended_at for row in rows}


def _line(subject: int, word: Word) -> Line:
    parts: dict[str, Any] = {word.part: word.value}
    said = Statement(subject=EntityKind.ROLE, subject_key="", **parts)
    title = CHECKED_TITLE if word.act.confirms else TITLE
    day = word.at.date()
    return Line(
        subject, None, None, said, SOURCE, title, day, imported=False, since=word.at, act=word.act
    )


def with_people(
    connection: sa.Connection, found: dict[int, list[Line]], who: Mapping[int, int | None]
) -> dict[int, list[Line]]:
    """What sources say of the people themselves, after what is told of their activities."""
    people = {one for one in who.values() if one is not None}
    told = _records(connection, {one: one for one in people})
    return {
        role: [*lines, *(one for one in told.get(who[role] or 0, ()) if _concerns(one, lines))]
        for role, lines in found.items()
    }


def _concerns(about: Line, told: Sequence[Line]) -> bool:
    """Whether a row on a person speaks of this activity: of its profession, or of none."""
    about_role = about.said.role
    trade = about_role.profession if about_role is not None else None
    exercised = [line.said.role.profession for line in told if line.said.role is not None]
    return trade is None or trade.code in {one.code for one in exercised if one is not None}
