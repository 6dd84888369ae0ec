"""Signing in, step by step: who, then the second factor, then a session that opens something."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.errors import ConflictError, InputRefusedError
from directory.base.reaching import network_of
from web.access import Role, needs_second_factor
from web.accounts import tables
from web.accounts.attempts import (
    begin_attempt,
    counted_account,
    counted_sign_in,
    end_attempt,
    know_here,
)
from web.accounts.factors import check_code, confirm_draft
from web.accounts.model import Account, Method, SessionView, SignInRefusedError, Stage, State
from web.accounts.passwords import (
    accept_password,
    check_password,
    hash_password,
    is_outdated,
)
from web.accounts.registry import create_account, find_by_rpps, normalize_email, read_account
from web.accounts.sessions import close_sessions, open_session, read_session
from web.accounts.store import Accounts
from web.accounts.traces import note, note_alone

WRONG = "Adresse, mot de passe ou code faux. Vérifiez, puis recommencez."


@dataclass(frozen=True)
class Browser:
    """Where a sign-in comes from: network address, program, and the secret it had before."""

    address: str
    agent: str
    secret: str = ""


@dataclass(frozen=True)
class SignedIn:
    """A fresh session: the secret of its cookie, and what is still asked."""

    secret: str
    stage: Stage


def sign_in(accounts: Accounts, email: str, password: str, browser: Browser) -> SignedIn:
    """Check an address and a password; SignInRefusedError never says which was wrong.

    The same work is done for an address nobody has. LockedError after too many attempts.
    """
    typed, address = email.strip().casefold(), network_of(browser.address)
    counted = counted_sign_in(accounts, typed, address)
    begin_attempt(accounts, counted)
    row = _find(accounts, email)
    right = check_password(password, row.password_hash if row else None)
    if row is None or not right or row.state != State.ACTIVE:
        note_alone(accounts, "session.refused", row.id if row else "")
        raise SignInRefusedError(WRONG)
    end_attempt(accounts, counted[0], counted[1:])
    stage = _next_stage(read_account(accounts, row.id))
    if stage is Stage.FULL:
        know_here(accounts, typed, address)
    if is_outdated(row.password_hash):
        _store_password(accounts, row.id, password)
    secret = open_session(accounts, row.id, stage, Method.PASSWORD, browser.agent, browser.secret)
    return SignedIn(secret, stage)


def pass_second_factor(accounts: Accounts, code: str, browser: Browser) -> SignedIn:
    """The second step of a sign-in; its session is a new one. Attempts are counted as well."""
    pending = _pending(accounts, browser.secret, Stage.SECOND_FACTOR)
    counted = counted_account(accounts, f"code {pending.account}")
    begin_attempt(accounts, (counted,))
    if not check_code(accounts, pending.account, code):
        note_alone(accounts, "session.refused", pending.account, after={"step": "code"})
        raise SignInRefusedError(
            "Ce code est faux ou a déjà servi : tapez celui affiché maintenant."
        )
    end_attempt(accounts, counted)
    return _full(accounts, pending, browser)


def enrol_second_factor(
    accounts: Accounts, code: str, browser: Browser
) -> tuple[SignedIn, tuple[str, ...]]:
    """End a sign-in by setting up the second factor its roles need; returns the recovery codes."""
    pending = _pending(accounts, browser.secret, Stage.ENROL)
    codes = confirm_draft(accounts, pending.account, code)
    return _full(accounts, pending, browser), codes


def confirm_code(accounts: Accounts, account: UUID, code: str) -> None:
    """Ask for a code again before something that matters; InputRefusedError, LockedError."""
    counted = counted_account(accounts, f"code {account}")
    begin_attempt(accounts, (counted,))
    if not check_code(accounts, account, code):
        raise InputRefusedError("Ce code est faux ou a déjà servi.", field="code")
    end_attempt(accounts, counted)


def sign_in_by_psc(
    accounts: Accounts, rpps: str, name: str, browser: Browser, sign_out: str = ""
) -> SignedIn:
    """Open a full session for the account of an RPPS number Pro Santé Connect vouches for.

    `sign_out` is the address that closes the session there, used when this one is closed.
    Unknown, it gets a professional's account if the settings allow; SignInRefusedError otherwise.
    """
    found = find_by_rpps(accounts, rpps)
    if found is None and accounts.settings.psc_open:
        account = _create_professional(accounts, rpps, name)
    elif found is None:
        raise SignInRefusedError(
            "Pro Santé Connect vous reconnaît, mais aucun compte ne porte votre numéro RPPS ici. "
            "Demandez à la coordination de la CPTS de vous inviter."
        )
    elif found.state in (State.SUSPENDED, State.EXPIRED):
        raise SignInRefusedError(
            "Votre compte est suspendu ou a expiré : demandez à la coordination de le rouvrir."
        )
    else:
        account = found.id
        _activate(accounts, account)
    secret = open_session(
        accounts, account, Stage.FULL, Method.PSC, browser.agent, browser.secret, sign_out
    )
    return SignedIn(secret, Stage.FULL)


def change_password(
    accounts: Accounts, account: UUID, present: str, password: str, again: str, browser: Browser
) -> str:
    """Change one's own password: the others' sessions end and this one is renewed; its secret."""
    row = _row(accounts, tables.account.c.id == account)
    counted = counted_account(accounts, f"password {account}")
    begin_attempt(accounts, (counted,))
    if row is None or not check_password(present, row.password_hash):
        raise InputRefusedError("Le mot de passe actuel n'est pas celui-là.", field="present")
    end_attempt(accounts, counted)
    _store_password(accounts, account, accept_password(password, again, row.email, row.name))
    with accounts.database.write() as connection:
        close_sessions(connection, account, but=browser.secret)
        connection.execute(tables.token.delete().where(tables.token.c.account == account))
    method = Method.PASSWORD
    if seen := read_session(accounts, browser.secret):
        method = seen.method
    return open_session(accounts, account, Stage.FULL, method, browser.agent, browser.secret)


def _next_stage(account: Account) -> Stage:
    if account.has_second_factor:
        return Stage.SECOND_FACTOR
    return Stage.ENROL if needs_second_factor(account.roles) else Stage.FULL


def _pending(accounts: Accounts, secret: str, stage: Stage) -> SessionView:
    seen = read_session(accounts, secret)
    if seen is None or seen.stage is not stage:
        raise SignInRefusedError("Cette connexion a pris trop de temps : recommencez-la.")
    return seen


def _full(accounts: Accounts, pending: SessionView, browser: Browser) -> SignedIn:
    email = read_account(accounts, pending.account).email
    know_here(accounts, email, network_of(browser.address))
    secret = open_session(
        accounts, pending.account, Stage.FULL, pending.method, browser.agent, browser.secret
    )
    return SignedIn(secret, Stage.FULL)


def _create_professional(accounts: Accounts, rpps: str, name: str) -> UUID:
    try:
        return create_account(
            accounts,
            email="",
            name=name or f"RPPS {rpps}",
            roles=(Role.PROFESSIONAL,),
            author="Pro Santé Connect",
            rpps=rpps,
            state=State.ACTIVE,
        )
    except ConflictError:
        made = find_by_rpps(accounts, rpps)  # by the same person's other tab, meanwhile
        if made is None:
            raise
        return made.id


def _activate(accounts: Accounts, account: UUID) -> None:
    table = tables.account
    with accounts.database.write() as connection:
        connection.execute(
            table.update()
            .where(table.c.id == account, table.c.state == State.INVITED.value)
            .values(state=State.ACTIVE.value)
        )


def _store_password(accounts: Accounts, account: UUID, password: str) -> None:
    hashed, table = hash_password(password), tables.account
    with accounts.database.write() as connection:
        connection.execute(table.update().where(table.c.id == account).values(password_hash=hashed))
        note(accounts, connection, "account.password", account)


def _find(accounts: Accounts, email: str) -> Any | None:
    """An account of this territory: elsewhere's are nobody here, whatever the password."""
    try:
        wanted = normalize_email(email)
    except InputRefusedError:
        return None
    account, role = tables.account, tables.account_role
    granted = sa.select(role.c.account).where(role.c.territory == accounts.here)
    known_here = sa.or_(account.c.territory == accounts.here, account.c.id.in_(granted))
    return _row(accounts, sa.and_(account.c.email == wanted, known_here))


def _row(accounts: Accounts, wanted: sa.ColumnElement[bool]) -> Any | None:
    with accounts.database.read() as connection:
        return connection.execute(sa.select(tables.account).where(wanted)).first()
