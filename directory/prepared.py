"""Rows made ready to be compared and written: everything that needs no look at the register.

Pure, so that a national file is shaped in one process while another one writes it. Rows travel by
column: a writer that gives whole columns to its driver spends nothing on each row.
"""

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b
from itertools import count
from typing import Any

import msgspec

from directory.model import EntityKind, Identifier, SourceRecord, Statement

Owner = tuple[str, str]
"""Kind and key of an entity, as plain text."""

Number = tuple[str, str, int]
"""System, value, and which entity of its batch it names."""

NOBODY = -1
"""In the place of an entity: none. Lists of entities' ids end with None for it."""

_COLUMNS = 9
"""How many columns of a `Packed` have a cell for each row; they come first."""

_KINDS = {kind: str(kind) for kind in EntityKind}
_PERSON, _ORGANIZATION = _KINDS[EntityKind.PERSON], _KINDS[EntityKind.ORGANIZATION]

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
    entities: list[Owner]
    numbers: list[Number]
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
            entities=[self.entities[old] for old in named],
            numbers=[
                (system, value, entity_at[of])
                for system, value, of in (self.numbers[old] for old in numbers)
            ],
        )


encode_packed = msgspec.msgpack.Encoder().encode
decode_packed = msgspec.msgpack.Decoder(Packed).decode


class Packer:
    """Takes rows one by one and gives them back packed."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._keys: set[str] = set()
        self._duplicates = 0
        self._entities: dict[Owner, int] = defaultdict(count().__next__)
        self._numbers: dict[Number, int] = defaultdict(count().__next__)
        self._shared: dict[tuple[int, int], tuple[Sequence[Identifier], tuple[int, ...]]] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def take(self) -> Packed:
        """What was added since the last time."""
        columns: list[Any] = [list(one) for one in zip(*self._rows, strict=True)]
        columns = columns or [[] for _ in range(_COLUMNS)]
        columns += [list(self._entities), list(self._numbers), self._duplicates]
        packed = Packed(*columns)
        self._start()
        return packed

    def add(self, told: SourceRecord) -> None:
        """What `told` puts into the register, whatever the register holds."""
        key = told.key
        if key in self._keys:
            self._duplicates += 1
            return
        self._keys.add(key)
        said, entities = told.statement, self._entities
        content, day = encode_statement(said), told.data_date
        subject = entities[_KINDS[said.subject], said.subject_key]
        person = entities[_PERSON, said.person_key] if said.person_key else NOBODY
        site = entities[_ORGANIZATION, said.organization_key] if said.organization_key else NOBODY
        self._rows.append(
            (
                key,
                blake2b(content, digest_size=16).digest(),
                content,
                told.raw,
                day.isoformat() if day is not None else None,
                subject,
                person,
                site,
                self._numbers_of(said, subject, person, site),
            )
        )

    def _numbers_of(self, said: Statement, subject: int, person: int, site: int) -> tuple[int, ...]:
        """Each number with the entity it names."""
        numbers: tuple[int, ...] = ()
        if said.role is not None and said.role.identifiers:
            numbers = self._number(said.role.identifiers, subject)
        if said.service is not None and said.service.identifiers:
            numbers += self._number(said.service.identifiers, subject)
        if said.organization is not None and said.organization.identifiers:
            owner = subject if site == NOBODY else site
            numbers += self._number_shared(said.organization.identifiers, owner)
        if said.person is not None and person != NOBODY:
            numbers += self._number(said.person.identifiers, person)
        return numbers

    def _number(self, identifiers: Sequence[Identifier], owner: int) -> tuple[int, ...]:
        known = self._numbers
        return tuple([known[one.system, one.value, owner] for one in identifiers])

    def _number_shared(self, identifiers: Sequence[Identifier], owner: int) -> tuple[int, ...]:
        """The numbers of an organization: importers give the very same value to all its rows."""
        which = (id(identifiers), owner)
        found = self._shared.get(which)
        if found is None:  # kept beside its numbers, so that no other value takes over its id
            found = self._shared[which] = (identifiers, self._number(identifiers, owner))
        return found[1]
