"""What the register holds about each entity, read in batches and grouped by subject."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from directory.alias import decode_alias
from directory.lines import Line, lines_of, with_people, with_words
from directory.links.reading import is_joined, joined_into, people_of
from directory.local.reading import (
    Word,
    local_words,
    refused,
    reported,
)
from directory.model import EntityKind
from directory.published import is_entry, visible
from directory.tables import entity, identifier, record, source

BATCH = 500
"""Entries read at a time; memory does not grow with the register."""


@dataclass(frozen=True)
class Identity:
    """What the register knows an entity by."""

    id: int
    uuid: uuid.UUID
    kind: EntityKind


@dataclass(frozen=True)
class Subject:
    """One entity with all that is told of it; `person` is the UUID of who exercises, if anyone.

    `reported` counts who says that a number is wrong, by number; `refused` is since when it must
    not be published.
    """

    identity: Identity
    told: Sequence[Line]
    about_site: Sequence[Line]
    person: str
    reported: Mapping[str, int] = field(default_factory=dict)
    refused: datetime | None = None


def identities_after(connection: sa.Connection, last: int) -> list[Identity]:
    """The next entities somebody tells of, by number after `last`; empty at the end."""
    wanted = (
        sa.select(record.c.subject)
        .distinct()
        .join(source, source.c.name == record.c.source)
        .where(record.c.subject > last, visible(), is_entry(), sa.not_(is_joined(record.c.subject)))
        .order_by(record.c.subject)
        .limit(BATCH)
    )
    ids = [row.subject for row in connection.execute(wanted)]
    return identities_of(connection, ids)


def identities_of(connection: sa.Connection, ids: Collection[int]) -> list[Identity]:
    """What the register knows these entities by."""
    rows = connection.execute(
        sa.select(entity.c.id, entity.c.uuid, entity.c.kind)
        .where(entity.c.id.in_(list(ids)))
        .order_by(entity.c.id)
    )
    return [Identity(row.id, row.uuid, EntityKind(row.kind)) for row in rows]


def find_identities(connection: sa.Connection, ref: str) -> list[Identity]:
    """Entities a reference may mean, most precise first."""
    with suppress(ValueError):
        wanted = uuid.UUID(ref)
        found = connection.execute(sa.select(entity.c.id).where(entity.c.uuid == wanted))
        return _standing_for(connection, [row.id for row in found])
    if "|" in ref:
        system, _, value = ref.partition("|")
        found = connection.execute(
            sa.select(identifier.c.entity)
            .distinct()
            .where(identifier.c.system == system, identifier.c.value == value)
        )
        return _subjects_of(connection, [row.entity for row in found])
    code = decode_alias(ref)
    return _standing_for(connection, [code]) if code is not None else []


def exact_identities(connection: sa.Connection, uuids: Sequence[uuid.UUID]) -> list[Identity]:
    """Entities themselves, whatever stands for them."""
    rows = connection.execute(sa.select(entity.c.id).where(entity.c.uuid.in_(list(uuids))))
    return identities_of(connection, [row.id for row in rows])


def _standing_for(connection: sa.Connection, ids: Sequence[int]) -> list[Identity]:
    """Entities, or those they are joined into: an old address leads on for ever."""
    into = joined_into(connection, ids)
    return identities_of(connection, [into.get(one, one) for one in ids])


def _subjects_of(connection: sa.Connection, ids: Sequence[int]) -> list[Identity]:
    """Entries of these entities: themselves, or the roles of a person among them."""
    rows = connection.execute(
        sa.select(record.c.subject)
        .distinct()
        .where(sa.or_(record.c.subject.in_(list(ids)), record.c.person.in_(list(ids))), is_entry())
    )
    return _standing_for(connection, [row.subject for row in rows])


def subjects(
    connection: sa.Connection,
    identities: Sequence[Identity],
    *,
    alone: bool = False,
    refused_too: bool = False,
) -> Iterator[Subject]:
    """What is told of each entity, and of the site it works in; those nobody tells of are left.

    So are those whose publication is refused, unless `refused_too`. `alone`: without what is joined
    into it, as two sides of a question are shown.
    """
    lines = lines_of(connection, [one.id for one in identities], alone=alone)
    sites = {line.organization for told in lines.values() for line in told if line.organization}
    stands_for = joined_into(connection, sites)
    own_words = lines_of(connection, {stands_for.get(one, one) for one in sites} - lines.keys())
    own_words |= lines
    exercised = people_of(connection, list(lines))
    who = {one: exercised.get(one) or _person(one, told) for one, told in lines.items()}
    people = _uuids(connection, set(who.values()))
    lines = with_people(connection, lines, who)
    lines = with_words(connection, lines, _words_on_people(connection, who))
    hidden = refused(connection, _all_of(lines, own_words, who))
    reports = reported(connection, {line.subject: one for one in lines for line in lines[one]})
    for identity in identities:
        told = lines.get(identity.id)
        stands_on = _all_of({identity.id: told}, {}, who) if told and hidden else set()
        its_refusals = hidden.keys() & stands_on
        if told and (refused_too or not its_refusals):
            named = {line.organization for line in told if line.organization}
            its_sites = {stands_for.get(one, one) for one in named} - {identity.id, *hidden}
            about_site = [line for site in sorted(its_sites) for line in own_words.get(site, [])]
            person = who[identity.id]
            yield Subject(
                identity,
                told,
                about_site,
                people[person] if person else "",
                reports.get(identity.id, {}),
                min((hidden[one] for one in its_refusals), default=None),
            )


def _all_of(
    lines: Mapping[int, Sequence[Line]],
    sites: Mapping[int, Sequence[Line]],
    who: Mapping[int, int | None],
) -> set[int]:
    """Every entity these entries stand on: themselves, what is joined into them, who exercises."""
    joined = {line.subject for told in lines.values() for line in told}
    persons = {who[one] for one in lines} | {line.person for t in lines.values() for line in t}
    return {*lines, *sites, *joined, *(one for one in persons if one is not None)}


def _words_on_people(
    connection: sa.Connection, who: Mapping[int, int | None]
) -> dict[int, list[Word]]:
    """What people here say of the person of each role."""
    by_person = local_words(connection, {one: one for one in who.values() if one is not None})
    return {role: by_person[one] for role, one in who.items() if one in by_person}


def _person(subject: int, told: Sequence[Line]) -> int | None:
    """Who exercises a role: what its own records say before those of what is joined into it."""
    own = [line.person for line in told if line.person and line.subject == subject]
    return next(iter(own), next((line.person for line in told if line.person), None))


def _uuids(connection: sa.Connection, ids: set[int | None]) -> dict[int, str]:
    known = [one for one in ids if one is not None]
    return {one.id: str(one.uuid) for one in identities_of(connection, known)}
