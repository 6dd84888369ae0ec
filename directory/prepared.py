"""Rows made ready to be compared and written: everything that needs no look at the register.

Pure, so that a national file is shaped in one process while another one writes it. Rows travel by
column: a writer that gives whole columns to its driver spends nothing on each row.
"""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from itertools import count
from typing import Any, NamedTuple

import msgspec

from directory.model import EntityKind, Identifier, SourceRecord

Owner = tuple[str, str]
"""Kind and key of an entity, as plain text."""

Number = tuple[str, str, int]
"""System, value, and which entity of its batch it names."""

Repeat = tuple[int, int, int]
"""How many rows of its batch come before, the version in force that says the same, the mark."""

NOBODY = -1
"""In the place of an entity: none. Lists of entities' ids end with None for it."""

_NONE: tuple[Sequence[Identifier], tuple[int, ...]] = ((), ())

_COLUMNS = 10
"""How many columns of a `Packed` have a cell for each row; they come first."""

_KINDS = {kind: str(kind) for kind in EntityKind}
ROLE, PERSON, ORGANIZATION = (
    _KINDS[kind] for kind in (EntityKind.ROLE, EntityKind.PERSON, EntityKind.ORGANIZATION)
)

encode_statement = msgspec.json.Encoder().encode


class Packed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Rows by column. `subjects`, `people` and `organizations` are places in `entities`, `told` the
    places in `numbers` of each row's own."""

    keys: list[str]
    digests: list[bytes]
    contents: list[bytes]
    raws: list[str]
    days: list[str | None]
    """ISO."""
    subjects: list[int]
    people: list[int]
    organizations: list[int]
    told: list[tuple[int, ...]]
    marks: list[int]
    """See `directory.rereading`."""
    entities: list[Owner]
    numbers: list[Number]
    repeated: list[Repeat]
    """Rows known word for word, in order."""
    duplicates: int = 0
    """How many more rows had a key of these; only the first of a key is kept."""

    def only(self, rows: Sequence[int]) -> "Packed":
        """Some of the rows, with what they name and no more."""
        subjects, people, organizations = (
            [column[row] for row in rows]
            for column in (self.subjects, self.people, self.organizations)
        )
        numbers = dict.fromkeys(one for row in rows for one in self.told[row])
        named = dict.fromkeys((*subjects, *people, *organizations))
        named.update(dict.fromkeys(self.numbers[one][2] for one in numbers))
        named.pop(NOBODY, None)
        entity_at = {old: new for new, old in enumerate(named)} | {NOBODY: NOBODY}
        number_at = {old: new for new, old in enumerate(numbers)}
        return Packed(
            keys=[self.keys[row] for row in rows],
            digests=[self.digests[row] for row in rows],
            contents=[self.contents[row] for row in rows],
            raws=[self.raws[row] for row in rows],
            days=[self.days[row] for row in rows],
            subjects=[entity_at[one] for one in subjects],
            people=[entity_at[one] for one in people],
            organizations=[entity_at[one] for one in organizations],
            told=[tuple(number_at[one] for one in self.told[row]) for row in rows],
            marks=[self.marks[row] for row in rows],
            repeated=[],
            entities=[self.entities[old] for old in named],
            numbers=[
                (system, value, entity_at[of])
                for system, value, of in (self.numbers[old] for old in numbers)
            ],
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
    """See `directory.rereading`; 0 for a row that has none."""


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
        self._rows: list[tuple[Any, ...]] = []
        self._keys: set[str] = set()
        self._duplicates = 0
        self._entities: dict[Owner, int] = defaultdict(count().__next__)
        self._numbers: list[Number] = []
        self._repeated: list[Repeat] = []
        self._told: dict[int, tuple[Sequence[Identifier], tuple[int, ...]]] = {}

    def __len__(self) -> int:
        return len(self._rows) + len(self._repeated)

    def take(self) -> Packed:
        """What was added since the last time."""
        columns: list[Any] = [list(one) for one in zip(*self._rows, strict=True)]
        columns = columns or [[] for _ in range(_COLUMNS)]
        columns += [list(self._entities), self._numbers, self._repeated, self._duplicates]
        packed = Packed(*columns)
        self._start()
        return packed

    def add(self, told: Ready) -> None:
        """Take one row; the second of a key is only counted."""
        if isinstance(told, Repeated):
            self._repeated.append((len(self._rows), *told))
            return
        row = told if isinstance(told, Shaped) else shape(told)
        key = row.key
        if key in self._keys:
            self._duplicates += 1
            return
        self._keys.add(key)
        entities = self._entities
        subject = entities[row.subject]
        person = entities[row.person] if row.person is not None else NOBODY
        site = entities[row.organization] if row.organization is not None else NOBODY
        numbers: tuple[int, ...] = self._number(row.own, subject) if row.own else ()
        if row.of_organization:
            numbers += self._number(row.of_organization, subject if site == NOBODY else site)
        if row.of_person:
            numbers += self._number(row.of_person, person)
        content = row.content
        digest = blake2b(content, digest_size=16).digest()
        self._rows.append(
            (key, digest, content, row.raw, row.day, subject, person, site, numbers, row.mark)
        )

    def _number(self, identifiers: Sequence[Identifier], owner: int) -> tuple[int, ...]:
        """The numbers of an entity, once as long as its rows tell the same ones."""
        before, told = self._told.get(owner, _NONE)
        if before is identifiers or before == identifiers:
            return told
        numbers = self._numbers
        first = len(numbers)
        numbers += [(one.system, one.value, owner) for one in identifiers]
        told = tuple(range(first, len(numbers)))
        self._told[owner] = (identifiers, told)
        return told
