"""Rows packed together: what travels from the process that reads to the one that writes.

By column: whole columns are given to the driver, and nothing is spent on each row.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import chain, count, repeat
from typing import TypeVar

import msgspec

from directory.known import NO_MARK, digest_of
from directory.model import EntityKind
from directory.prepared import (
    ORGANIZATION,
    PERSON,
    ROLE,
    Numbers,
    Ready,
    Repeated,
    Shaped,
    ShapedRoles,
    shape,
)

T = TypeVar("T")

Repeat = tuple[int, int, int]
"""How many rows of its batch come before, the version in force that says the same, the mark."""

NOBODY = -1
"""In the place of an entity or a group: none. Lists of entities' ids end with None for it."""

KINDS = tuple(str(kind) for kind in EntityKind)
"""Kinds of entities, as a `Packed` numbers them."""

_KIND_AT = {kind: at for at, kind in enumerate(KINDS)}


class Packed(msgspec.Struct, frozen=True, array_like=True):
    """Rows by column. Entities are numbered through `names`, one kind after the other."""

    keys: list[str]
    contents: list[bytes]
    digests: list[bytes]
    """Of each content."""
    raws: list[bytes]
    """UTF-8, as it is read and as the store keeps it."""
    days: list[str | None]
    """ISO."""
    subjects: list[int]
    people: list[int]
    organizations: list[int]
    """Which entities a row names; NOBODY where it names none."""
    told: tuple[list[int], list[int], list[int]]
    """The groups of numbers a row tells: its subject's, its organization's, its person's."""
    marks: list[int]
    """See `directory.known`."""
    names: list[list[str]]
    """The keys of the entities of each of `KINDS`, in their order."""
    numbers: list[Numbers]
    """Groups of numbers, each of one entity."""
    owners: list[int]
    """Of each group of numbers, which entity they name."""
    repeated: list[Repeat]
    """Rows known word for word, in order."""
    duplicates: int = 0
    """How many more rows had a key of these; only the first of a key is kept."""

    def only(self, rows: Sequence[int]) -> "Packed":
        """Some of the rows, with what they name and no more."""

        def some(column: Sequence[T]) -> list[T]:
            return [column[row] for row in rows]

        columns = [some(column) for column in (self.subjects, self.people, self.organizations)]
        told = [some(column) for column in self.told]
        groups = sorted(set(chain(*told)) - {NOBODY})
        named = sorted({*chain(*columns), *(self.owners[one] for one in groups)} - {NOBODY})
        entity_at = {old: new for new, old in enumerate([NOBODY, *named], start=NOBODY)}
        group_at = {old: new for new, old in enumerate([NOBODY, *groups], start=NOBODY)}
        subjects, people, organizations = ([entity_at[one] for one in column] for column in columns)
        of_subject, of_organization, of_person = ([group_at[one] for one in col] for col in told)
        return Packed(
            keys=some(self.keys),
            contents=some(self.contents),
            digests=some(self.digests),
            raws=some(self.raws),
            days=some(self.days),
            subjects=subjects,
            people=people,
            organizations=organizations,
            told=(of_subject, of_organization, of_person),
            marks=some(self.marks),
            names=self._names_of(named),
            numbers=[self.numbers[old] for old in groups],
            owners=[entity_at[self.owners[old]] for old in groups],
            repeated=[],
        )

    def _names_of(self, entities: Sequence[int]) -> list[list[str]]:
        """The keys of some entities, given in order, by kind."""
        names, start = [], 0
        for kind in self.names:
            end = start + len(kind)
            names.append([kind[one - start] for one in entities if start <= one < end])
            start = end
        return names


encode_packed = msgspec.msgpack.Encoder().encode
decode_packed = msgspec.msgpack.Decoder(Packed).decode


class Packer:
    """Takes rows and gives them back packed."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._keys: list[str] = []
        self._there: set[str] = set()
        self._contents: list[bytes] = []
        self._raws: list[bytes] = []
        self._days: list[str | None] = []
        # Of each kind, a number for each key: another of the same kind is a multiple away.
        self._entities = [
            defaultdict[str, int](count(kind, len(KINDS)).__next__) for kind in range(len(KINDS))
        ]
        self._named: tuple[list[int], list[int], list[int]] = ([], [], [])
        self._groups = _Groups()
        self._told: tuple[list[int], list[int], list[int]] = ([], [], [])
        self._marks: list[int] = []
        self._duplicates = 0
        self._repeated: list[Repeat] = []

    def __len__(self) -> int:
        return len(self._keys) + len(self._repeated)

    def add(self, told: Ready) -> None:
        """Take one row; the second of a key is only counted."""
        row = told if isinstance(told, Shaped) else shape(told)
        if row.key in self._there:
            self._duplicates += 1
            return
        self._there.add(row.key)
        self._keys.append(row.key)
        self._contents.append(row.content)
        self._raws.append(row.raw.encode())
        self._days.append(row.day)
        self._marks.append(NO_MARK)
        owners = [
            self._entities[_KIND_AT[owner[0]]][owner[1]] if owner is not None else NOBODY
            for owner in (row.subject, row.person, row.organization)
        ]
        subject, person, organization = owners
        numbers = (
            self._groups.of(row.own, subject),
            self._groups.of(row.of_organization, _first(organization, subject)),
            self._groups.of(row.of_person, person),
        )
        for column, owner in zip(self._named, owners, strict=True):
            column.append(owner)
        for group, number in zip(self._told, numbers, strict=True):
            group.append(number)

    def add_together(self, rows: "ShapedRoles") -> None:
        """`add` for rows together, a column at a time."""
        there = self._there
        before = len(there)
        there.update(rows.keys)
        if len(there) < before + len(rows.keys):
            rows = self._new_among(rows)
        self._keys += rows.keys
        self._contents += rows.contents
        self._raws += rows.raws
        self._days += repeat(rows.day, len(rows.keys))
        self._marks += rows.marks
        roles, people, organizations = (
            self._entities[_KIND_AT[kind]] for kind in (ROLE, PERSON, ORGANIZATION)
        )
        subject = [*map(roles.__getitem__, rows.subjects)]
        person = [*map(people.__getitem__, rows.people)]
        organization = [organizations[key] if key else NOBODY for key in rows.organizations]
        of, owners = self._groups.of, map(_first, organization, subject)
        self._named[0].extend(subject)
        self._named[1].extend(person)
        self._named[2].extend(organization)
        self._told[0].extend(repeat(NOBODY, len(rows.keys)))
        self._told[1].extend(map(of, rows.of_organization, owners))
        self._told[2].extend(map(of, rows.of_person, person))

    def _new_among(self, rows: "ShapedRoles") -> "ShapedRoles":
        """The rows whose key is none of those packed already; the first of each key."""
        there, new = set(self._keys), []
        for at, key in enumerate(rows.keys):
            if key not in there:
                there.add(key)
                new.append(at)
        self._duplicates += len(rows.keys) - len(new)
        return rows.only(new)

    def add_known(self, known: Iterable[Repeated]) -> None:
        """Take rows known word for word."""
        before = len(self._keys)
        self._repeated += [(before, *one) for one in known]

    def take(self) -> Packed:
        """What was added since the last time."""
        names, places = self._numbered()
        place = places.__getitem__
        subjects, people, organizations = ([*map(place, column)] for column in self._named)
        packed = Packed(
            keys=self._keys,
            contents=self._contents,
            digests=[*map(digest_of, self._contents)],
            raws=self._raws,
            days=self._days,
            subjects=subjects,
            people=people,
            organizations=organizations,
            told=self._told,
            marks=self._marks,
            names=names,
            numbers=self._groups.numbers,
            owners=[*map(place, self._groups.owners)],
            repeated=self._repeated,
            duplicates=self._duplicates,
        )
        self._start()
        return packed

    def _numbered(self) -> tuple[list[list[str]], list[int]]:
        """Keys in their order, kind by kind, and the number of each entity by its former one.

        In the order of their keys, since they are created so: two imports never wait for each other.
        """
        places = [NOBODY] * (len(KINDS) * max(map(len, self._entities)) + 1)
        names, start = [], 0
        for kind, entities in enumerate(self._entities):
            ordered, end = sorted(entities), start + len(entities)
            names.append(ordered)
            if ordered == [*entities]:
                places[kind : kind + len(KINDS) * len(ordered) : len(KINDS)] = range(start, end)
            else:
                for at, name in enumerate(ordered, start):
                    places[entities[name]] = at
            start = end
        return names, places  # the last place is NOBODY's


def _first(one: int, other: int) -> int:
    return other if one == NOBODY else one


class _Groups:
    """The numbers of a batch, those of an entity once as long as its rows tell the same ones."""

    def __init__(self) -> None:
        self.numbers: list[Numbers] = []
        self.owners: list[int] = []
        self._last: dict[int, int] = {}

    def of(self, numbers: Numbers, owner: int) -> int:
        """The group of these numbers of an entity; NOBODY when there are none."""
        if not numbers:
            return NOBODY
        before = self._last.get(owner)
        if before is not None and self.numbers[before] == numbers:
            return before
        place = self._last[owner] = len(self.numbers)
        self.numbers.append(numbers)
        self.owners.append(owner)
        return place
