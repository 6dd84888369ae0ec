"""What surrounds an entry: the other places of the same person, who works at the same place."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa

from directory.bulk import is_one_of
from directory.communes import Communes
from directory.links.reading import joined_into, members_of
from directory.projection import project
from directory.published import is_entry, visible
from directory.register import Register
from directory.resource import Resource
from directory.subjects import identities_of, subjects
from directory.tables import entity, link, record, source

MOST = 60
"""Entries read of each relation: enough for forty places, few enough for one page."""


@dataclass(frozen=True)
class Relations:
    """`places`: the other activities of the person; `team`: who else is told to work there.

    `team_total` counts them all, shown or not.
    """

    places: Sequence[Resource] = ()
    team: Sequence[Resource] = ()
    team_total: int = 0


def relations(register: Register, communes: Communes, resource: Resource) -> Relations:
    """What surrounds an entry, by name; never by resemblance, only by what sources say."""
    with register.database.read() as connection:
        own = _number(connection, resource.id)
        person = _number(connection, resource.person_id) if resource.person_id else None
        places = _exercised_by(connection, person) - {own} if person is not None else set()
        team = _working_at(connection, _sites(connection, own)) - {own} - places
        shown = [_entries(connection, communes, ids) for ids in (places, team)]
    return Relations(places=shown[0], team=shown[1], team_total=max(len(team), len(shown[1])))


def entries_of(register: Register, communes: Communes, ids: Sequence[int]) -> list[Resource]:
    """Published entries by number, in this order; those that are no more are left out.

    An entry joined into another gives way to it, once.
    """
    with register.database.read() as connection:
        into = joined_into(connection, ids)
        wanted = list(dict.fromkeys(into.get(one, one) for one in ids))
        identities = identities_of(connection, wanted)
        found = {
            one.identity.id: project(one, communes) for one in subjects(connection, identities)
        }
    return [found[one] for one in wanted if one in found]


def _number(connection: sa.Connection, uuid: str) -> int | None:
    wanted = sa.select(entity.c.id).where(entity.c.uuid == UUID(uuid))
    found: int | None = connection.execute(wanted).scalar_one_or_none()
    return found


def _exercised_by(connection: sa.Connection, person: int) -> set[int]:
    """Entries of a person: as their sources say it, and as matching knows better."""
    told = _subjects_where(connection, record.c.person == person)
    known = sa.select(link.c.entity).where(link.c.into == person, link.c.nature == "person")
    linked = {row.entity for row in connection.execute(known)}
    return _standing(connection, told | linked)


def _sites(connection: sa.Connection, own: int | None) -> set[int]:
    """Where an entry sits: itself for a place, and the organizations its rows name."""
    if own is None:
        return set()
    ids = {own, *members_of(connection, [own])}
    named = connection.execute(
        _live(sa.select(record.c.organization).distinct()).where(
            is_one_of(connection, record.c.subject, ids), record.c.organization.is_not(None)
        )
    )
    sites = ids | {row.organization for row in named}
    into = joined_into(connection, sites)
    return sites | set(into.values()) | set(members_of(connection, set(into.values())))


def _working_at(connection: sa.Connection, sites: set[int]) -> set[int]:
    """People's activities at these places: establishments there are not their own team."""
    where = sa.and_(
        is_one_of(connection, record.c.organization, sites), record.c.person.is_not(None)
    )
    return _standing(connection, _subjects_where(connection, where))


def _subjects_where(connection: sa.Connection, where: sa.ColumnElement[bool]) -> set[int]:
    wanted = _live(sa.select(record.c.subject).distinct()).where(where, is_entry())
    return {row.subject for row in connection.execute(wanted)}


def _live(wanted: sa.Select[tuple[int]]) -> sa.Select[tuple[int]]:
    return wanted.join(source, source.c.name == record.c.source).where(visible())


def _standing(connection: sa.Connection, ids: set[int]) -> set[int]:
    into = joined_into(connection, ids)
    return {into.get(one, one) for one in ids}


def _entries(connection: sa.Connection, communes: Communes, ids: set[int]) -> list[Resource]:
    identities = identities_of(connection, sorted(ids)[:MOST])
    found = [project(one, communes) for one in subjects(connection, identities)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.commune))
