"""What the accounts store keeps of who signed in, who gave which role, who took data out."""

from typing import Any

import sqlalchemy as sa

from directory.base.audit import append_audit
from web.accounts import tables
from web.accounts.store import Accounts

NOBODY = "sans compte"
"""Who acts where no account stands behind the request."""


def note(
    accounts: Accounts,
    connection: sa.Connection,
    action: str,
    subject: object,
    *,
    actor: str = "",
    before: Any = None,
    after: Any = None,
) -> None:
    """One line in the caller's transaction; the account behind the request is who acts."""
    append_audit(
        connection,
        tables.audit,
        territory=accounts.here,
        actor=actor or NOBODY,
        action=action,
        subject=str(subject),
        before=before,
        after=after,
    )


def note_alone(
    accounts: Accounts, action: str, subject: object, *, actor: str = "", after: Any = None
) -> None:
    """One line by itself: what was read or taken out, a sign-in that was refused."""
    with accounts.database.write() as connection:
        note(accounts, connection, action, subject, actor=actor, after=after)


def roles_told(accounts: Accounts, connection: sa.Connection, account: object) -> list[str]:
    """The roles an account has here, as a trace says them."""
    role = tables.account_role
    return sorted(
        connection.execute(
            sa.select(role.c.role).where(
                role.c.account == account, role.c.territory == accounts.here
            )
        ).scalars()
    )
