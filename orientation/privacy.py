"""Identity under lock: one data key per request, and everything personal sealed with it."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import sqlalchemy as sa

from directory.base.audit import append_audit
from directory.base.database import store_now
from directory.base.errors import ConflictError
from directory.base.keys import decrypt, encrypt
from orientation import tables
from orientation.store import Agenda

T = TypeVar("T")
ONE_DAY_SECONDS = 24 * 3600

DEFAULT_ACTOR = "sans compte"
"""Who acts, until accounts exist."""


def seal(data_key: bytes, value: Any) -> bytes:
    """A value as JSON, encrypted with a request's key."""
    return encrypt(data_key, msgspec.json.encode(value))


def unseal(data_key: bytes, sealed: bytes, kind: type[T]) -> T:
    """Undo `seal`."""
    return msgspec.json.decode(decrypt(data_key, sealed), type=kind)


def phone_digest(agenda: Agenda, phone: str) -> str:
    """The only way to find a caller again: a keyed hash of the E.164 number."""
    return agenda.keys.digest("phone", phone)


def phone_digests(agenda: Agenda, phone: str) -> tuple[str, ...]:
    """What a number's hash may be in the store: the present one first, then those of before."""
    return agenda.keys.digests("phone", phone)


def watcher_digests(agenda: Agenda, secret: str) -> tuple[str, ...]:
    """What a secret's hash may be in the store, the present one first."""
    return agenda.keys.digests("watch", secret)


def watcher_digest(agenda: Agenda, secret: str) -> str:
    """What is kept of the secret that lets a professional follow their request."""
    return agenda.keys.digest("watch", secret)


def data_key(agenda: Agenda, wrapped: bytes | None) -> bytes:
    """The key of a request; ConflictError once it was destroyed."""
    if wrapped is None:
        raise ConflictError(
            "Cette demande est close : l'identité de la personne a été effacée. "
            "Enregistrez une nouvelle demande.",
            reason="request_erased",
        )
    return agenda.keys.unwrap(wrapped)


def field_digests(key: bytes, values: Mapping[str, Any]) -> dict[str, str]:
    """Hashes of what was written, keyed with the request's own key: noise once it is destroyed."""
    return {
        name: hmac.new(key, f"{name}={value}".encode(), hashlib.sha256).hexdigest()[:32]
        for name, value in values.items()
        if value
    }


def trace(
    agenda: Agenda,
    connection: sa.Connection,
    action: str,
    subject: object,
    fields: Mapping[str, str] | tuple[str, ...],
    actor: str = DEFAULT_ACTOR,
) -> None:
    """Write in the audit trail that `actor` read or wrote these fields of a record."""
    append_audit(
        connection,
        tables.audit,
        territory=agenda.territory.slug,
        actor=actor,
        action=action,
        subject=str(subject),
        fields=tuple(fields),
        digests=fields if isinstance(fields, Mapping) else {},
    )


def trace_once_a_day(agenda: Agenda, action: str, subject: object, count: int) -> None:
    """Write that a program read `count` things, unless the last day says so already."""
    audit = tables.audit
    same = (audit.c.subject == str(subject), audit.c.action == action)
    recent = sa.select(audit.c.id).where(*same, audit.c.at > store_now(-ONE_DAY_SECONDS)).limit(1)
    with agenda.database.read() as connection:
        if connection.execute(recent).first() is not None:
            return
    with agenda.database.write() as connection:
        append_audit(
            connection,
            audit,
            territory=agenda.territory.slug,
            actor="abonnement",
            action=action,
            subject=str(subject),
            after={"count": count},
        )
