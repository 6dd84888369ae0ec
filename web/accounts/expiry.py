"""Accounts nobody uses: two warnings by mail, then they expire. Dead sessions and links go too."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from directory.base.errors import ConflictError
from web.accounts import tables
from web.accounts.attempts import forget_old_attempts
from web.accounts.links import write_mail
from web.accounts.model import Account, State
from web.accounts.registry import list_accounts, suspend_account
from web.accounts.sessions import forget_dead_sessions
from web.accounts.store import Accounts

BEFORE = timedelta(days=30)
"""Between the first warning and the last one (the national SAS warns at 8 and 9 months)."""

GRACE = timedelta(days=7)
_SUBJECT = "Votre compte Recours va expirer"


def tidy_accounts(accounts: Accounts) -> str:
    """Warn, expire, and forget what is dead; returns what to log."""
    forget_dead_sessions(accounts)
    forget_old_attempts(accounts)
    _forget_dead_links(accounts)
    told = [_age(accounts, one) for one in list_accounts(accounts) if one.state is State.ACTIVE]
    warned, expired = told.count("warned"), told.count("expired")
    return f"{warned} avis, {expired} comptes expirés" if warned or expired else ""


def _age(accounts: Accounts, account: Account) -> str:
    """Where an account stands; a warning is always sent before the end, whatever was missed."""
    last = timedelta(days=accounts.settings.inactive_days)
    idle = accounts.clock() - (account.last_seen_at or account.created_at)
    warnings, warned_at = _warnings(accounts, account)
    told_in_time = warned_at is not None and accounts.clock() - warned_at >= GRACE
    if idle >= last + GRACE and warnings >= 2 and told_in_time:
        try:
            suspend_account(accounts, account.id, State.EXPIRED)
        except ConflictError:  # the last coordinator never expires
            return ""
        return "expired"
    due = 2 if idle >= last else 1 if idle >= last - BEFORE else 0
    if due <= warnings:
        return ""
    _warn(accounts, account, due, last + GRACE)
    return "warned"


def _warn(accounts: Accounts, account: Account, due: int, lasts: timedelta) -> None:
    ends = (account.last_seen_at or account.created_at) + lasts
    ends = max(ends, accounts.clock() + GRACE).astimezone(accounts.territory.zone)
    text = (
        "Bonjour,\n\nVous ne vous êtes pas connecté à Recours depuis longtemps. Sans connexion "
        f"avant le {ends:%d/%m/%Y}, votre compte expirera ; la coordination pourra le rouvrir.\n"
    )
    with accounts.database.write() as connection:
        write_mail(accounts, connection, account, "inactivity", _SUBJECT, text)
        connection.execute(
            tables.account.update()
            .where(tables.account.c.id == account.id)
            .values(warnings=due, warned_at=accounts.clock())
        )


def _warnings(accounts: Accounts, account: Account) -> tuple[int, datetime | None]:
    table = tables.account
    with accounts.database.read() as connection:
        row = connection.execute(
            sa.select(table.c.warnings, table.c.warned_at).where(table.c.id == account.id)
        ).one()
    return row.warnings, row.warned_at


def _forget_dead_links(accounts: Accounts) -> None:
    with accounts.database.write() as connection:
        for table in (tables.token, tables.oidc_flow):
            connection.execute(table.delete().where(table.c.expires_at <= accounts.clock()))
