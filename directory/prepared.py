"""Rows made ready to be compared and written: everything that needs no look at the register.

Pure, so that a national file is shaped in one process while another one writes it. Rows travel by
column: a writer that gives whole columns to its driver spends nothing on each row.
"""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from itertools import count
from typing import NamedTuple

import msgspec

from directory.model import EntityKind, Identifier, SourceRecord

BATCH_ROWS = 6000
"""Rows compared and written in one transaction: other writers of the register wait some tenths of a
second; with fewer the same pages of the indexes are written again and again."""

Owner = tuple[str, str]
"""Kind and key of an entity, as plain text."""

Repeat = tuple[int, int, int]
"""How many rows of its batch come before, the version in force that says the same, the mark."""

NOBODY = -1
"""In the place of an entity: none. Lists of entities' ids end with None for it."""

KINDS = tuple(str(kind) for kind in EntityKind)
"""Kinds of entities, as a `Packed` numbers them."""

_KINDS = {kind: str(kind) for kind in EntityKind}
_KIND_AT = {kind: at for at, kind in enumerate(KINDS)}
ROLE, PERSON, ORGANIZATION = (
    _KINDS[kind] for kind in (EntityKind.ROLE, EntityKind.PERSON, EntityKind.ORGANIZATION)
)

encode_statement = msgspec.json.Encoder().encode


class Packed(msgspec.Struct, frozen=True, array_like=True, dict=True):
    """Rows by column. `subjects`, `people` and `organizations` are places in `names`, `told` the
    places in `owners` of each row's own groups of numbers."""

    keys: list[str]
    contents: list[bytes]
    raws: list[str]
    days: list[str | None]
    """ISO."""
    subjects: list[int]
    people: list[int]
    organizations: list[int]
    told: list[tuple[int, ...]]
    marks: list[int]
    """See `directory.known`."""
    kinds: bytes
    """Of each entity, a place in `KINDS`."""
    names: list[str]
    """Of each entity, its key."""
    systems: list[str]
    values: list[str]
    groups: list[int]
    """Of each number, its group: a place in `owners`."""
    owners: list[int]
    """Of each group of numbers, which entity they name."""
    repeated: list[Repeat]
    """Rows known word for word, in order."""
    duplicates: int = 0
    """How many more rows had a key of these; only the first of a key is kept."""

    @cached_property
    def digests(self) -> list[bytes]:
        """Of each content; worked out where rows are compared, the process with more time."""
        return [blake2b(content, digest_size=16).digest() for content in self.contents]

    def only(self, rows: Sequence[int]) -> "Packed":
        """Some of the rows, with what they name and no more."""
        subjects, people, organizations = (
            [column[row] for row in rows]
            for column in (self.subjects, self.people, self.organizations)
        )
        groups = dict.fromkeys(one for row in rows for one in self.told[row])
        numbers = [at for at, group in enumerate(self.groups) if group in groups]
        named = dict.fromkeys((*subjects, *people, *organizations))
        named.update(dict.fromkeys(self.owners[one] for one in groups))
        named.pop(NOBODY, None)
        entity_at = {old: new for new, old in enumerate(named)} | {NOBODY: NOBODY}
        group_at = {old: new for new, old in enumerate(groups)}
        return Packed(
            keys=[self.keys[row] for row in rows],
            contents=[self.contents[row] for row in rows],
            raws=[self.raws[row] for row in rows],
            days=[self.days[row] for row in rows],
            subjects=[entity_at[one] for one in subjects],
            people=[entity_at[one] for one in people],
            organizations=[entity_at[one] for one in organizations],
            told=[tuple(group_at[one] for one in self.told[row]) for row in rows],
            marks=[self.marks[row] for row in rows],
            kinds=bytes(self.kinds[old] for old in named),
            names=[self.names[old] for old in named],
            systems=[self.systems[old] for old in numbers],
            values=[self.values[old] for old in numbers],
            groups=[group_at[self.groups[old]] for old in numbers],
            owners=[entity_at[self.owners[old]] for old in groups],
            repeated=[],
        )


encode_packed = msgspec.msgpack.Encoder().encode
decode_packed = msgspec.msgpack.Decoder(Packed).decode


class Shaped(msgspec.Struct, frozen=True, gc=False):
    """What one row puts into the register, whatever the register holds.

    `content` is the JSON of its statement. Numbers are apart by whom they name: the subject, its
    organization (the subject again, where there is none) or its person.
    """

    key: str
    content: bytes
    raw: str
    day: str | None
    """ISO."""
    subject: Owner
    person: Owner | None = None
    organization: Owner | None = None
    own: Sequence[Identifier] = ()
    of_organization: Sequence[Identifier] = ()
    of_person: Sequence[Identifier] = ()
    mark: int = 0
    """See `directory.known`; 0 for a row that has none."""


class Repeated(NamedTuple):
    """A row known word for word: the version in force that says the same, and its mark."""

    record: int
    mark: int


Ready = SourceRecord | Shaped | Repeated
"""What the register takes."""


def shape(told: SourceRecord) -> Shaped:
    """What `told` puts into the register."""
    said, day = told.statement, told.data_date
    own: tuple[Identifier, ...] = ()
    if said.role is not None:
        own = said.role.identifiers
    if said.service is not None:
        own += said.service.identifiers
    return Shaped(
        told.key,
        encode_statement(said),
        told.raw,
        day.isoformat() if day is not None else None,
        (_KINDS[said.subject], said.subject_key),
        (PERSON, said.person_key) if said.person_key else None,
        (ORGANIZATION, said.organization_key) if said.organization_key else None,
        own,
        said.organization.identifiers if said.organization is not None else (),
        said.person.identifiers if said.person is not None and said.person_key else (),
    )


class Packer:
    """Takes rows one by one and gives them back packed."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._rows: list[Shaped] = []
        self._keys: set[str] = set()
        self._duplicates = 0
        self._repeated: list[Repeat] = []

    def __len__(self) -> int:
        return len(self._rows) + len(self._repeated)

    def add(self, told: Ready) -> None:
        """Take one row; the second of a key is only counted."""
        if isinstance(told, Repeated):
            self._repeated.append((len(self._rows), *told))
            return
        row = told if isinstance(told, Shaped) else shape(told)
        if row.key in self._keys:
            self._duplicates += 1
            return
        self._keys.add(row.key)
        self._rows.append(row)

    def take(self) -> Packed:
        """What was added since the last time."""
        rows = self._rows
        at = defaultdict[Owner | None, int](count().__next__, {None: NOBODY})
        subjects = [at[row.subject] for row in rows]
        people = [at[row.person] for row in rows]
        organizations = [at[row.organization] for row in rows]
        numbers = _Numbers()
        told = [
            numbers.of(row, subject, person, site)
            for row, subject, person, site in zip(
                rows, subjects, people, organizations, strict=True
            )
        ]
        entities = [owner for owner in at if owner is not None]
        packed = Packed(
            keys=[row.key for row in rows],
            contents=[row.content for row in rows],
            raws=[row.raw for row in rows],
            days=[row.day for row in rows],
            subjects=subjects,
            people=people,
            organizations=organizations,
            told=told,
            marks=[row.mark for row in rows],
            kinds=bytes([_KIND_AT[kind] for kind, _ in entities]),
            names=[key for _, key in entities],
            systems=[one.system for _, told in numbers.groups for one in told],
            values=[one.value for _, told in numbers.groups for one in told],
            groups=[at for at, (_, told) in enumerate(numbers.groups) for _ in told],
            owners=[owner for owner, _ in numbers.groups],
            repeated=self._repeated,
            duplicates=self._duplicates,
        )
        self._start()
        return packed


class _Numbers:
    """The numbers of a batch, those of an entity once as long as its rows tell the same ones."""

    def __init__(self) -> None:
        self.groups: list[tuple[int, Sequence[Identifier]]] = []
        self._last: dict[int, tuple[Sequence[Identifier], tuple[int]]] = {}

    def of(self, row: Shaped, subject: int, person: int, site: int) -> tuple[int, ...]:
        """The groups of a row."""
        told: tuple[int, ...] = self._group(row.own, subject) if row.own else ()
        if row.of_organization:
            told += self._group(row.of_organization, subject if site == NOBODY else site)
        return told + self._group(row.of_person, person) if row.of_person else told

    def _group(self, identifiers: Sequence[Identifier], owner: int) -> tuple[int]:
        before = self._last.get(owner)
        if before is not None and (before[0] is identifiers or before[0] == identifiers):
            return before[1]
        place = (len(self.groups),)
        self.groups.append((owner, identifiers))
        self._last[owner] = (identifiers, place)
        return place
