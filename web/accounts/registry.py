"""Accounts and their roles: invite, change, suspend. The last coordinator cannot be removed."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from orientation.store import new_id
from web.access import Role
from web.accounts import tables
from web.accounts.model import Account, Purpose, State
from web.accounts.sessions import close_sessions
from web.accounts.store import Accounts
from web.accounts.traces import note, roles_told

LONGEST = 200
RPPS = re.compile(r"[0-9]{11}")
_ROLES_NEEDING_RPPS = (Role.FIRST_RECOURSE_DOCTOR,)


def normalize_email(told: str) -> str:
    """A mail address as it is kept and compared; InputRefusedError when it is none."""
    email = told.strip().casefold()
    local, at, domain = email.partition("@")
    plain = email.isprintable() and not any(one in email for one in " ,;<>\"'()\\")
    if not (local and at and "." in domain.strip(".") and plain and len(email) <= LONGEST):
        raise InputRefusedError(
            "Donnez une adresse mail complète, comme prenom.nom@exemple.fr.", field="email"
        )
    return email


def create_account(
    accounts: Accounts,
    *,
    email: str,
    name: str,
    roles: Collection[Role],
    author: str,
    rpps: str = "",
    state: State = State.INVITED,
) -> UUID:
    """A new account with its roles here; ConflictError where the address or the RPPS is taken.

    Without an address (`email` empty) it signs in by Pro Santé Connect alone.
    """
    if accounts.settings.demo:
        raise InputRefusedError(
            "La démonstration n'a pas de comptes : servez un autre dossier (RECOURS_DATA_DIR).",
            field="email",
        )
    values = {
        "email": normalize_email(email) if email else "",
        "name": _accept_name(name),
        "rpps": _accept_rpps(rpps, roles),
    }
    if not (values["email"] or values["rpps"]):
        raise InputRefusedError("Donnez une adresse mail.", field="email")
    account, now = new_id(), accounts.clock()
    _, wrapped = accounts.keys.new_data_key()
    try:
        with accounts.database.write() as connection:
            connection.execute(
                tables.account.insert().values(
                    id=account,
                    territory=accounts.here,
                    state=state.value,
                    wrapped_key=wrapped,
                    totp_step=0,
                    created_at=now,
                    created_by=author,
                    warnings=0,
                    **values,
                )
            )
            _grant(accounts, connection, account, roles, author)
            note(accounts, connection, "account.create", account, actor=author, after=sorted(roles))
    except IntegrityError as exc:
        raise _taken(accounts, values["rpps"]) from exc
    return account


def read_account(accounts: Accounts, account: UUID) -> Account:
    """One account of this territory; NotFoundError otherwise."""
    found = _read(accounts, tables.account.c.id == account)
    if not found:
        raise NotFoundError("Ce compte n'existe pas, ou pas sur ce territoire.")
    return found[0]


def find_by_email(accounts: Accounts, email: str) -> Account | None:
    """The account of an address, on this territory."""
    return next(iter(_read(accounts, tables.account.c.email == normalize_email(email))), None)


def find_by_rpps(accounts: Accounts, rpps: str) -> Account | None:
    """The account of an RPPS number, on this territory."""
    return next(iter(_read(accounts, tables.account.c.rpps == rpps)), None)


def list_accounts(accounts: Accounts) -> tuple[Account, ...]:
    """Every account of this territory, by name."""
    return tuple(sorted(_read(accounts), key=lambda one: (one.name.casefold(), one.email)))


def set_roles(
    accounts: Accounts,
    account: UUID,
    roles: Collection[Role],
    doctors: Collection[UUID],
    author: str,
) -> None:
    """Give exactly these roles here; sessions end, so that nobody keeps what was taken away.

    Raises ConflictError rather than leave the territory without a coordinator, and
    InputRefusedError for a first-recourse doctor without an RPPS number.
    """
    _accept_rpps(read_account(accounts, account).rpps, roles)
    if (Role.DELEGATE in roles) != bool(doctors):
        raise InputRefusedError(
            "Un délégué agit pour au moins un médecin : cochez les médecins, et le rôle.",
            field="doctors",
        )
    with accounts.database.write() as connection:
        if Role.COORDINATOR not in roles:
            _keep_a_coordinator(accounts, connection, account)
        before = roles_told(accounts, connection, account)
        for table in (tables.account_role, tables.account_doctor):
            connection.execute(
                table.delete().where(table.c.account == account, table.c.territory == accounts.here)
            )
        _grant(accounts, connection, account, roles, author)
        for doctor in doctors:
            connection.execute(
                tables.account_doctor.insert().values(
                    account=account, territory=accounts.here, doctor=doctor
                )
            )
        close_sessions(connection, account)
        now = sorted(roles)
        note(accounts, connection, "account.roles", account, before=before, after=now)


def suspend_account(accounts: Accounts, account: UUID, state: State = State.SUSPENDED) -> None:
    """Close an account and its sessions at once; ConflictError for the last coordinator."""
    read_account(accounts, account)
    with accounts.database.write() as connection:
        _keep_a_coordinator(accounts, connection, account)
        connection.execute(
            tables.account.update().where(tables.account.c.id == account).values(state=state.value)
        )
        connection.execute(tables.token.delete().where(tables.token.c.account == account))
        close_sessions(connection, account)
        note(accounts, connection, f"account.{state}", account)


def restore_account(accounts: Accounts, account: UUID) -> None:
    """Open a suspended or expired account again: active where it can sign in, else invited."""
    found = read_account(accounts, account)
    state = State.ACTIVE if found.has_password or not found.email else State.INVITED
    with accounts.database.write() as connection:
        connection.execute(
            tables.account.update()
            .where(tables.account.c.id == account)
            .values(state=state.value, last_seen_at=accounts.clock(), warnings=0)
        )
        note(accounts, connection, "account.restore", account)


def end_sessions(accounts: Accounts, account: UUID, *, but: str | None = None) -> int:
    """Close an account's sessions, except the one whose secret is `but`; returns how many."""
    read_account(accounts, account)
    with accounts.database.write() as connection:
        note(accounts, connection, "session.close_all", account)
        return close_sessions(connection, account, but=but)


def reset_account(accounts: Accounts, account: UUID) -> None:
    """Forget password, second factor and links: the person comes back by a new invitation.

    A suspended account stays suspended.
    """
    found = read_account(accounts, account)
    state = State.SUSPENDED if found.state is State.SUSPENDED else State.INVITED
    with accounts.database.write() as connection:
        if state is not State.INVITED:
            _keep_a_coordinator(accounts, connection, account)
        connection.execute(
            tables.account.update()
            .where(tables.account.c.id == account)
            .values(state=state.value, password_hash=None, totp=None, totp_draft=None)
        )
        connection.execute(
            tables.recovery_code.delete().where(tables.recovery_code.c.account == account)
        )
        connection.execute(
            tables.token.delete().where(
                tables.token.c.account == account, tables.token.c.purpose == Purpose.RECOVERY.value
            )
        )
        close_sessions(connection, account)
        note(accounts, connection, "account.reset", account)


def _keep_a_coordinator(accounts: Accounts, connection: sa.Connection, leaving: UUID) -> None:
    role, account = tables.account_role, tables.account
    coordinators = connection.execute(
        sa.select(role.c.account)
        .join(account, account.c.id == role.c.account)
        .where(
            role.c.role == Role.COORDINATOR.value,
            role.c.territory == accounts.here,
            account.c.state == State.ACTIVE.value,
        )
        .with_for_update()
    ).scalars()
    if set(coordinators) == {leaving}:
        raise ConflictError(
            "C'est le dernier compte de coordination actif : donnez d'abord ce rôle à une autre "
            "personne, qui se sera connectée.",
            reason="last_coordinator",
        )


def _grant(
    accounts: Accounts,
    connection: sa.Connection,
    account: UUID,
    roles: Collection[Role],
    author: str,
) -> None:
    for role in sorted(set(roles)):
        connection.execute(
            tables.account_role.insert().values(
                account=account,
                territory=accounts.here,
                role=role.value,
                granted_at=accounts.clock(),
                granted_by=author,
            )
        )


def _accept_name(told: str) -> str:
    name = " ".join(told.split())
    if not name or not name.isprintable() or len(name) > LONGEST:
        raise InputRefusedError("Donnez le nom de la personne.", field="name")
    return name


def _accept_rpps(told: str, roles: Collection[Role]) -> str:
    rpps = "".join(told.split())
    if rpps and not RPPS.fullmatch(rpps):
        raise InputRefusedError("Un numéro RPPS a 11 chiffres.", field="rpps")
    if not rpps and any(role in _ROLES_NEEDING_RPPS for role in roles):
        raise InputRefusedError(
            "Un médecin de premier recours se reconnaît à son numéro RPPS : donnez-le.",
            field="rpps",
        )
    return rpps


def _taken(accounts: Accounts, rpps: str) -> ConflictError:
    if rpps and find_by_rpps(accounts, rpps):
        return ConflictError("Un compte porte déjà ce numéro RPPS.", field="rpps")
    return ConflictError("Un compte existe déjà pour cette adresse ou ce RPPS.", field="email")


def _read(accounts: Accounts, *wanted: sa.ColumnElement[bool]) -> list[Account]:
    account, role, delegated = tables.account, tables.account_role, tables.account_doctor
    with accounts.database.read() as connection:
        rows = connection.execute(sa.select(account).where(*wanted)).all()
        roles: dict[UUID, set[Role]] = {}
        for told in connection.execute(sa.select(role).where(role.c.territory == accounts.here)):
            roles.setdefault(told.account, set()).add(Role(told.role))
        doctors: dict[UUID, set[UUID]] = {}
        here = delegated.c.territory == accounts.here
        for told in connection.execute(sa.select(delegated).where(here)):
            doctors.setdefault(told.account, set()).add(told.doctor)
    return [
        _account(row, roles.get(row.id, set()), doctors.get(row.id, set()))
        for row in rows
        if row.territory == accounts.here or row.id in roles
    ]


def _account(row: Any, roles: set[Role], doctors: set[UUID]) -> Account:
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        rpps=row.rpps,
        state=State(row.state),
        roles=frozenset(roles),
        doctors=frozenset(doctors),
        has_password=row.password_hash is not None,
        has_second_factor=row.totp is not None,
        created_at=row.created_at,
        created_by=row.created_by,
        last_seen_at=row.last_seen_at,
    )
