"""Sessions: a random secret in the cookie, its hash here, ended here when somebody signs out."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.errors import NotFoundError
from directory.base.keys import decrypt, encrypt
from orientation.store import new_id
from web.access import SECOND_FACTOR_ROLES, Actor, Role
from web.accounts import tables
from web.accounts.model import Method, SessionView, Stage, State
from web.accounts.store import Accounts, digest_of, new_secret
from web.accounts.traces import note

PENDING = timedelta(minutes=10)
"""How long the second factor is waited for."""

TOUCH_EVERY = timedelta(minutes=1)
"""A session in use is written once a minute, not at each request."""

LONGEST_AGENT = 120


def open_session(
    accounts: Accounts,
    account: UUID,
    stage: Stage,
    method: Method,
    agent: str,
    former: str = "",
    sign_out: str = "",
) -> str:
    """A fresh session; returns the secret of its cookie. `former` ends in the same transaction:
    whoever knew the secret of before sign-in knows nothing of the one after. `sign_out` is the
    address that closes the identity provider's session, kept sealed until this one is closed."""
    secret, now = new_secret(), accounts.clock()
    with accounts.database.write() as connection:
        if former:
            connection.execute(_of(former))
        if stage is Stage.ENROL:
            _begin_enrolment(connection, account)
        connection.execute(
            tables.session.insert().values(
                digest=digest_of(secret),
                id=new_id(),
                account=account,
                territory=accounts.here,
                stage=stage.value,
                method=method.value,
                agent=agent[:LONGEST_AGENT],
                created_at=now,
                seen_at=now,
                sign_out=_seal_for(accounts, connection, account, sign_out),
            )
        )
        if stage is Stage.FULL:
            connection.execute(
                tables.account.update()
                .where(tables.account.c.id == account)
                .values(last_seen_at=now, warnings=0, totp_draft=None)
            )
            _note_opened(accounts, connection, account, method)
    return secret


def read_session(accounts: Accounts, secret: str) -> SessionView | None:
    """The live session of a cookie, whatever its stage; None once closed, idle or too old."""
    if not secret:
        return None
    table, account = tables.session, tables.account
    with accounts.database.read() as connection:
        row = connection.execute(
            sa.select(table)
            .join(account, account.c.id == table.c.account)
            .where(
                table.c.digest == digest_of(secret),
                table.c.territory == accounts.here,
                account.c.state == State.ACTIVE.value,
            )
        ).first()
    if row is None or not _is_live(accounts, row):
        return None
    return _view(row)


def find_actor(accounts: Accounts, secret: str, *, in_use: bool = True) -> Actor | None:
    """Who stands behind a cookie, once fully signed in; the session is marked as in use.

    Not `in_use`: a page left open asks by itself, which keeps no session from its idle end.
    """
    seen = read_session(accounts, secret)
    if seen is None or seen.stage is not Stage.FULL:
        return None
    account = tables.account
    with accounts.database.read() as connection:
        row = connection.execute(sa.select(account).where(account.c.id == seen.account)).one()
        roles = _roles_here(accounts, connection, seen.account)
        doctors = connection.execute(
            sa.select(tables.account_doctor.c.doctor).where(
                tables.account_doctor.c.account == seen.account,
                tables.account_doctor.c.territory == accounts.here,
            )
        ).scalars()
        theirs = frozenset(doctors)
    if in_use:
        _touch(accounts, seen)
    strong = seen.method is Method.PSC or row.totp is not None
    return Actor(
        account=seen.account,
        name=row.name,
        territory=accounts.here,
        roles=roles if strong else roles - SECOND_FACTOR_ROLES,
        rpps=row.rpps,
        doctors=theirs,
        session=str(seen.id),
    )


def list_sessions(accounts: Accounts, account: UUID) -> tuple[SessionView, ...]:
    """The live sessions of an account, the last used first."""
    table = tables.session
    with accounts.database.read() as connection:
        rows = connection.execute(
            sa.select(table).where(table.c.account == account).order_by(table.c.seen_at.desc())
        ).all()
    return tuple(_view(row) for row in rows if _is_live(accounts, row))


def close_session(accounts: Accounts, secret: str) -> str:
    """Sign out: the cookie opens nothing any more, wherever it was copied to.

    Returns the address that closes the identity provider's session too, empty without one.
    """
    table = tables.session
    with accounts.database.write() as connection:
        ended = connection.execute(_of(secret).returning(table.c.account, table.c.sign_out)).first()
        if ended is None:
            return ""
        note(accounts, connection, "session.close", "")
        if ended.sign_out is None:
            return ""
        return decrypt(_key_of(accounts, connection, ended.account), ended.sign_out).decode()


def close_one(accounts: Accounts, account: UUID, session: UUID) -> None:
    """Close one of an account's own sessions; NotFoundError for another's."""
    table = tables.session
    with accounts.database.write() as connection:
        ended = connection.execute(
            table.delete().where(table.c.id == session, table.c.account == account)
        )
        note(accounts, connection, "session.close", account)
    if not ended.rowcount:
        raise NotFoundError("Cette session est déjà fermée.")


def close_sessions(connection: sa.Connection, account: UUID, *, but: str | None = None) -> int:
    """Close every session of an account inside a transaction, except the one of secret `but`."""
    table = tables.session
    ended = table.delete().where(table.c.account == account)
    if but:
        ended = ended.where(table.c.digest != digest_of(but))
    return int(connection.execute(ended).rowcount)


def forget_dead_sessions(accounts: Accounts) -> None:
    """Drop what no cookie can open any more."""
    table, limits = tables.session, accounts.settings
    now = accounts.clock()
    idle = now - timedelta(minutes=limits.session_idle_minutes)
    oldest = now - timedelta(hours=limits.session_hours)
    with accounts.database.write() as connection:
        connection.execute(
            table.delete().where(sa.or_(table.c.seen_at <= idle, table.c.created_at <= oldest))
        )


def _begin_enrolment(connection: sa.Connection, account: UUID) -> None:
    """A fresh secret for whoever signs in last: one who knew the password before them, and saw the
    secret of an enrolment left unfinished, knows nothing of this one."""
    table = tables.session
    connection.execute(
        table.delete().where(table.c.account == account, table.c.stage == Stage.ENROL.value)
    )
    connection.execute(
        tables.account.update().where(tables.account.c.id == account).values(totp_draft=None)
    )


def _roles_here(accounts: Accounts, connection: sa.Connection, account: UUID) -> frozenset[Role]:
    told = connection.execute(
        sa.select(tables.account_role.c.role).where(
            tables.account_role.c.account == account,
            tables.account_role.c.territory == accounts.here,
        )
    ).scalars()
    return frozenset(Role(one) for one in told)


def _is_live(accounts: Accounts, row: Any) -> bool:
    now = accounts.clock()
    if row.stage != Stage.FULL:
        return bool(now - row.created_at < PENDING)
    return bool(
        now - row.seen_at < timedelta(minutes=accounts.settings.session_idle_minutes)
        and now - row.created_at < timedelta(hours=accounts.settings.session_hours)
    )


def _touch(accounts: Accounts, seen: SessionView) -> None:
    now = accounts.clock()
    if now - seen.seen_at < TOUCH_EVERY:
        return
    table, account = tables.session, tables.account
    with accounts.database.write() as connection:
        connection.execute(table.update().where(table.c.id == seen.id).values(seen_at=now))
        connection.execute(
            account.update().where(account.c.id == seen.account).values(last_seen_at=now)
        )


def _note_opened(
    accounts: Accounts, connection: sa.Connection, account: UUID, method: Method
) -> None:
    named = sa.select(tables.account.c.name).where(tables.account.c.id == account)
    name = connection.execute(named).scalar_one()
    told = {"method": method.value}
    note(accounts, connection, "session.open", account, actor=name, after=told)


def _seal_for(
    accounts: Accounts, connection: sa.Connection, account: UUID, told: str
) -> bytes | None:
    return encrypt(_key_of(accounts, connection, account), told.encode()) if told else None


def _key_of(accounts: Accounts, connection: sa.Connection, account: UUID) -> bytes:
    wrapped = sa.select(tables.account.c.wrapped_key).where(tables.account.c.id == account)
    return accounts.keys.unwrap(connection.execute(wrapped).scalar_one())


def _of(secret: str) -> sa.Delete:
    return tables.session.delete().where(tables.session.c.digest == digest_of(secret))


def _view(row: Any) -> SessionView:
    return SessionView(
        id=row.id,
        account=row.account,
        stage=Stage(row.stage),
        method=Method(row.method),
        agent=row.agent,
        created_at=row.created_at,
        seen_at=row.seen_at,
    )
