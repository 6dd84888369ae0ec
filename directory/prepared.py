"""Rows made ready to be compared and written: everything that needs no look at the register.

Pure, so that a national file is shaped in one process while another one writes it
(`directory.packing`).
"""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import msgspec

from directory.model import EntityKind, Identifier, SourceRecord

BATCH_ROWS = 8_000
"""Rows compared and written in one transaction: other writers of the register wait some tenths of a
second; with fewer the same pages of the indexes are written again and again."""

Owner = tuple[str, str]
"""Kind and key of an entity, as plain text."""

_KINDS = {kind: str(kind) for kind in EntityKind}
ROLE, PERSON, ORGANIZATION = (
    _KINDS[kind] for kind in (EntityKind.ROLE, EntityKind.PERSON, EntityKind.ORGANIZATION)
)

Numbers = tuple[str, ...]
"""Identifiers as plain text: a system, a value, a system, a value…"""


def numbers_of(identifiers: Iterable[Identifier]) -> Numbers:
    """Identifiers as plain text."""
    return tuple([text for one in identifiers for text in (one.system, one.value)])


encode_statement = msgspec.json.Encoder().encode


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
    own: Numbers = ()
    of_organization: Numbers = ()
    of_person: Numbers = ()


class ShapedRoles(NamedTuple):
    """Rows of one day by column, each about the role of a person; see `Shaped`."""

    day: str | None
    keys: list[str]
    contents: list[bytes]
    raws: list[bytes]
    subjects: list[str]
    """The keys of the roles."""
    people: list[str]
    organizations: list[str]
    """Empty where a row names none."""
    of_organization: list[Numbers]
    of_person: list[Numbers]
    marks: list[int]
    """See `directory.known`."""

    def only(self, rows: Sequence[int]) -> "ShapedRoles":
        """Some of the rows."""
        columns: dict[str, Any] = self._asdict()
        day = columns.pop("day")
        return ShapedRoles(
            day, **{name: [column[row] for row in rows] for name, column in columns.items()}
        )


class Repeated(NamedTuple):
    """A row known word for word: the version in force that says the same, and its mark."""

    record: int
    mark: int


Ready = SourceRecord | Shaped
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
        numbers_of(own),
        numbers_of(said.organization.identifiers if said.organization is not None else ()),
        numbers_of(said.person.identifiers if said.person is not None and said.person_key else ()),
    )
