"""A row made ready to be compared and written: everything that needs no look at the register.

Pure, so that a national file is shaped in one process while another one writes it.
"""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from directory.model import EntityKind, Identifier, SourceRecord, Statement

Owner = tuple[str, str]
"""Kind and key of an entity. Plain text: `EntityKind` takes twice as long to unpickle."""

_PERSON, _ORGANIZATION = str(EntityKind.PERSON), str(EntityKind.ORGANIZATION)

encode_statement = msgspec.json.Encoder().encode


class Prepared(NamedTuple):
    """One row: its text as bytes and as digest, the entities it names and their numbers."""

    key: str
    digest: bytes
    content: bytes
    raw: str
    data_date: str | None  # ISO
    subject: Owner
    person: Owner | None
    organization: Owner | None
    numbers: tuple[tuple[Owner, str, str], ...]


def prepare(told: SourceRecord) -> Prepared:
    """What `told` puts into the register, whatever the register holds."""
    said = told.statement
    content = encode_statement(said)
    subject = (str(said.subject), said.subject_key)
    person = (_PERSON, said.person_key) if said.person_key else None
    organization = (_ORGANIZATION, said.organization_key) if said.organization_key else None
    return Prepared(
        told.key,
        hashlib.blake2b(content, digest_size=16).digest(),
        content,
        told.raw,
        told.data_date.isoformat() if told.data_date else None,
        subject,
        person,
        organization,
        tuple(
            (owner, number.system, number.value)
            for owner, number in _numbers(said, subject, person, organization)
        ),
    )


def _numbers(
    said: Statement, subject: Owner, person: Owner | None, organization: Owner | None
) -> Iterator[tuple[Owner, Identifier]]:
    """Each number with the entity it names."""
    for own in (said.role, said.service):
        for number in own.identifiers if own is not None else ():
            yield subject, number
    for number in said.organization.identifiers if said.organization is not None else ():
        yield organization or subject, number
    if said.person is not None and person is not None:
        for number in said.person.identifiers:
            yield person, number
