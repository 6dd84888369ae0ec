"""An entry that no source tells: a record of a source of our own, so that it is found, matched and
merged as any other."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

import msgspec
import sqlalchemy as sa
import uuid_utils

from directory.base.errors import ConflictError
from directory.local.acts import append_act, take_back
from directory.local.reading import SOURCE, ActKind
from directory.local.signing import Signed
from directory.model import EntityKind, Organization, Person, Role, Service, SourceRecord, Statement
from directory.register import Register
from directory.staging import Staging
from directory.tables import entity, local_statement

ADDED_TITLE = "Fiche ajoutée ici"
PATIENCE_SECONDS = 20
"""How long an addition waits for the one of another process: it lasts a few hundredths of a second."""

_one_at_a_time = threading.Lock()  # a lease tells processes apart, not the threads of one


def practitioner(person: Person, role: Role) -> Statement:
    """Somebody who works somewhere; known by the RPPS number where one was given."""
    own = f"{SOURCE}|{uuid_utils.uuid7()}"
    rpps = next((one.value for one in person.identifiers if one.system == "rpps"), "")
    return Statement(
        subject=EntityKind.ROLE,
        subject_key=own,
        person_key=f"rpps|{rpps}" if rpps else own,
        person=person,
        role=role,
    )


def place(site: Organization) -> Statement:
    """An establishment, a team or an association."""
    own = f"{SOURCE}|{uuid_utils.uuid7()}"
    return Statement(subject=EntityKind.ORGANIZATION, subject_key=own, organization=site)


def offer(service: Service) -> Statement:
    """A service or a programme."""
    own = f"{SOURCE}|{uuid_utils.uuid7()}"
    return Statement(subject=EntityKind.SERVICE, subject_key=own, service=service)


def add_entry(register: Register, said: Statement, signed: Signed, today: date) -> UUID:
    """Publish a new entry and say who added it; returns its UUID.

    Raises ConflictError when other processes keep adding for `PATIENCE_SECONDS`.
    """
    with _staging(register, said.subject_key, today) as staging:
        raw = msgspec.json.encode({"author": signed.author, "reason": signed.reason}).decode()
        staging.add(SourceRecord(key=said.subject_key, statement=said, raw=raw, data_date=today), 1)
    with register.database.write() as connection:
        row = connection.execute(
            sa.select(entity.c.id, entity.c.uuid).where(
                entity.c.kind == said.subject, entity.c.key == said.subject_key
            )
        ).one()
        append_act(connection, row.id, ActKind.ADDITION, signed)
    return UUID(str(row.uuid))


def withdraw(register: Register, number: int, author: str, today: date) -> None:
    """Take an act back, whatever it was; an entry added here leaves the directory.

    Raises NotFoundError when none in force has this number.
    """
    if take_back(register.database, number, author) is ActKind.ADDITION:
        key = (
            sa.select(entity.c.key)
            .join(local_statement, local_statement.c.entity == entity.c.id)
            .where(local_statement.c.id == number)
        )
        with register.database.read() as connection:
            known = connection.execute(key).scalar_one()
        with _staging(register, f"-{known}", today) as staging:
            staging.end(known)


@contextmanager
def _staging(register: Register, fingerprint: str, today: date) -> Iterator[Staging]:
    """A run of one row, published at the end."""
    with _one_at_a_time:
        staging = _begin(register, fingerprint, today)
        try:
            yield staging
            counts = staging.finish()
        except Exception:
            staging.refuse({})
            raise
        report = {"read": counts.kept, "kept": counts.kept, "removed": 1 - counts.kept}
        staging.publish(report, remove_absent=False)


def _begin(register: Register, fingerprint: str, today: date) -> Staging:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return register.begin_import(
                SOURCE, ADDED_TITLE, fingerprint=fingerprint, data_date=today, partial=True
            )
        except ConflictError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
