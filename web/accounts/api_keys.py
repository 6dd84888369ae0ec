"""Keys of partners' programs: scoped, expiring, revocable; only a digest is kept.

A key opens by a secret shown once (`Authorization: Bearer`), or by the client certificate a
trusted front server checked (mTLS of the regulation, SAS). It opens the API alone, never a page.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation.store import new_id
from web.access import Actor, actions, route_rules
from web.accounts import tables
from web.accounts.certificates import Certificate
from web.accounts.store import Accounts, digest_of, new_secret
from web.accounts.traces import note

PREFIX = "recours_"
"""Says what a leaked string is: secret scanners look for it, ours included."""

LONGEST_DAYS, USUAL_DAYS = 730, 365
LONGEST_NAME = 100
TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class ApiKey:
    """A key without its secret."""

    id: UUID
    name: str
    scopes: tuple[str, ...]
    certificate: bool
    created_at: datetime
    created_by: str
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


@cache
def key_scopes() -> tuple[str, ...]:
    """What a key may be given: the actions of the API that are not everybody's."""
    used = {rule.action for rule in route_rules().values() if rule.path.startswith("/api/")}
    return tuple(
        one.action
        for one in actions().values()
        if one.action in used and not one.public and not one.any_account
    )


def create_key(
    accounts: Accounts,
    *,
    name: str,
    scopes: Collection[str],
    days: int,
    author: str,
    certificate: Certificate | None = None,
) -> tuple[UUID, str]:
    """A new key and its secret, empty where a certificate opens it.

    Raises InputRefusedError for a name, a scope or a duration that cannot be, ConflictError for a
    certificate that has a key already.
    """
    secret = "" if certificate else PREFIX + new_secret()
    now, key = accounts.clock(), new_id()
    expires = now + timedelta(days=_accept_days(days))
    if certificate is not None:
        certificate.check(now)
        expires = min(expires, certificate.ends)
    values = {
        "id": key,
        "digest": certificate.digest if certificate else digest_of(secret),
        "certificate": certificate is not None,
        "territory": accounts.here,
        "name": _accept_name(name),
        "scopes": " ".join(_accept_scopes(scopes)),
        "created_at": now,
        "created_by": author,
        "expires_at": expires,
    }
    try:
        with accounts.database.write() as connection:
            connection.execute(tables.api_key.insert().values(values))
            told = {"name": values["name"], "scopes": values["scopes"]}
            note(accounts, connection, "apikey.create", key, actor=author, after=told)
    except IntegrityError as exc:
        raise ConflictError("Ce certificat a déjà une clé.", field="certificate") from exc
    return key, secret


def list_keys(accounts: Accounts) -> tuple[ApiKey, ...]:
    """Every key of this territory, the last made first."""
    table = tables.api_key
    with accounts.database.read() as connection:
        rows = connection.execute(
            sa.select(table)
            .where(table.c.territory == accounts.here)
            .order_by(table.c.created_at.desc(), table.c.id.desc())
        ).all()
    return tuple(map(_view, rows))


def revoke_key(accounts: Accounts, key: UUID) -> None:
    """It opens nothing from now on; NotFoundError where there is no such key here."""
    table = tables.api_key
    mine = (table.c.id == key, table.c.territory == accounts.here)
    with accounts.database.write() as connection:
        if connection.execute(sa.select(table.c.id).where(*mine)).first() is None:
            raise NotFoundError("Cette clé n'existe pas, ou pas sur ce territoire.")
        ended = connection.execute(
            table.update()
            .where(*mine, table.c.revoked_at.is_(None))
            .values(revoked_at=accounts.clock())
        )
        if ended.rowcount:
            note(accounts, connection, "apikey.revoke", key)


def actor_of_secret(accounts: Accounts, secret: str) -> Actor | None:
    """Who holds a secret; None once it is revoked, expired, or was never one."""
    return _actor(accounts, digest_of(secret)) if secret.startswith(PREFIX) else None


def actor_of_certificate(accounts: Accounts, certificate: Certificate) -> Actor | None:
    """Who holds a certificate that is in date and has a key."""
    if not certificate.is_good(accounts.clock()):
        return None
    return _actor(accounts, certificate.digest)


def _actor(accounts: Accounts, digest: str) -> Actor | None:
    table, now = tables.api_key, accounts.clock()
    with accounts.database.read() as connection:
        row = connection.execute(
            sa.select(table).where(
                table.c.digest == digest,
                table.c.territory == accounts.here,
                table.c.revoked_at.is_(None),
                table.c.expires_at > now,
            )
        ).first()
    if row is None:
        return None
    if row.used_at is None or now - row.used_at >= TOUCH_EVERY:
        with accounts.database.write() as connection:
            connection.execute(table.update().where(table.c.id == row.id).values(used_at=now))
    return Actor(
        name=row.name, territory=accounts.here, key=row.id, scopes=frozenset(row.scopes.split())
    )


def _view(row: Any) -> ApiKey:
    return ApiKey(
        id=row.id,
        name=row.name,
        scopes=tuple(row.scopes.split()),
        certificate=row.certificate,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def _accept_name(told: str) -> str:
    name = " ".join(told.split())
    if not name or not name.isprintable() or len(name) > LONGEST_NAME:
        raise InputRefusedError("Dites à quel partenaire va cette clé.", field="name")
    return name


def _accept_scopes(told: Collection[str]) -> list[str]:
    unknown = sorted(set(told) - set(key_scopes()))
    if unknown or not told:
        what = f"Droit inconnu : {', '.join(unknown)}. " if unknown else ""
        raise InputRefusedError(
            f"{what}Donnez au moins un droit parmi : {', '.join(key_scopes())}.", field="scopes"
        )
    return [one for one in key_scopes() if one in told]


def _accept_days(days: int) -> int:
    if not 1 <= days <= LONGEST_DAYS:
        raise InputRefusedError(f"Une clé vaut de 1 à {LONGEST_DAYS} jours.", field="days")
    return days
