"""Single-use, expiring addresses: an invitation, or a way back in. Mail leaves by the outbox."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from directory.base.errors import GoneError, InputRefusedError
from directory.base.outbox import Message, append_message, dispatch_messages
from orientation.notices import Notice
from orientation.privacy import seal
from orientation.sending import deliver_sealed
from orientation.store import new_id
from web.accounts import tables
from web.accounts.model import Account, Purpose, State
from web.accounts.passwords import accept_password, hash_password
from web.accounts.registry import find_by_email, read_account
from web.accounts.sessions import close_sessions
from web.accounts.store import Accounts, digest_of, new_secret
from web.accounts.traces import note

_OPEN = (State.INVITED.value, State.ACTIVE.value)
"""A link sent before an account was closed opens it no more."""

LASTS = {Purpose.INVITATION: timedelta(days=7), Purpose.RECOVERY: timedelta(hours=1)}
PATHS = {Purpose.INVITATION: "/invitation/", Purpose.RECOVERY: "/connexion/oubli/"}
_SUBJECTS = {
    Purpose.INVITATION: "Votre compte Recours",
    Purpose.RECOVERY: "Recours : choisir un nouveau mot de passe",
}
_TEXTS = {
    Purpose.INVITATION: (
        "Bonjour,\n\nLa coordination de la {territory} vous ouvre un compte. Choisissez votre mot "
        "de passe à cette adresse, valable sept jours et une seule fois :\n\n{url}\n\n"
        "Si vous n'attendiez pas ce message, ignorez-le.\n"
    ),
    Purpose.RECOVERY: (
        "Bonjour,\n\nQuelqu'un, sans doute vous, a demandé un nouveau mot de passe. Choisissez-le à "
        "cette adresse, valable une heure et une seule fois :\n\n{url}\n\n"
        "Si ce n'est pas vous, ignorez ce message : rien ne change.\n"
    ),
}


def send_link(accounts: Accounts, account: UUID, purpose: Purpose, site: str) -> str:
    """A fresh address at `site`, which replaces the former ones; returned, and sent by mail."""
    found = read_account(accounts, account)
    secret, table = new_secret(), tables.token
    url = site.rstrip("/") + PATHS[purpose] + secret
    text = _TEXTS[purpose].format(territory=accounts.territory.name, url=url)
    with accounts.database.write() as connection:
        connection.execute(
            table.delete().where(table.c.account == account, table.c.purpose == purpose.value)
        )
        connection.execute(
            table.insert().values(
                digest=digest_of(secret),
                account=account,
                territory=accounts.here,
                purpose=purpose.value,
                expires_at=accounts.clock() + LASTS[purpose],
            )
        )
        write_mail(accounts, connection, found, purpose.value, _SUBJECTS[purpose], text)
        note(accounts, connection, f"account.{purpose.value}", account)
    return url


def recover(accounts: Accounts, email: str, site: str) -> None:
    """Send a way back in, if the address has an account in use; silent otherwise."""
    try:
        found = find_by_email(accounts, email)
    except InputRefusedError:
        return
    if found is not None and found.state is State.ACTIVE and found.has_password:
        send_link(accounts, found.id, Purpose.RECOVERY, site)


def read_link(accounts: Accounts, secret: str, purpose: Purpose) -> Account:
    """Whose link it is, without using it: mail readers open addresses before people do."""
    table = tables.token
    with accounts.database.read() as connection:
        account = connection.execute(
            sa.select(table.c.account).where(*_usable(accounts, secret, purpose))
        ).scalar()
    if account is None:
        raise _spent()
    return read_account(accounts, account)


def use_link(accounts: Accounts, secret: str, purpose: Purpose, password: str, again: str) -> UUID:
    """Choose a password by a link: it works once, and ends every session of the account.

    Raises InputRefusedError for a password that cannot be (the link stays good), GoneError for a
    link already used, replaced or too old.
    """
    found = read_link(accounts, secret, purpose)
    accept_password(password, again, found.email, found.name)
    hashed, account = hash_password(password), tables.account
    with accounts.database.write() as connection:
        used = connection.execute(tables.token.delete().where(*_usable(accounts, secret, purpose)))
        if not used.rowcount:
            raise _spent()
        opened = connection.execute(
            account.update()
            .where(account.c.id == found.id, account.c.state.in_(_OPEN))
            .values(password_hash=hashed, state=State.ACTIVE.value, last_seen_at=accounts.clock())
        )
        if not opened.rowcount:
            raise _spent()
        close_sessions(connection, found.id)
        connection.execute(tables.token.delete().where(tables.token.c.account == found.id))
        note(accounts, connection, "account.password", found.id, actor=found.name)
    return found.id


def write_mail(
    accounts: Accounts,
    connection: sa.Connection,
    found: Account,
    topic: str,
    subject: str,
    text: str,
) -> None:
    """Put a mail in the outbox, sealed with the account's key, in the caller's transaction."""
    wrapped = connection.execute(
        sa.select(tables.account.c.wrapped_key).where(tables.account.c.id == found.id)
    ).scalar_one()
    append_message(
        connection,
        tables.outbox,
        message_id=new_id(),
        territory=accounts.here,
        owner=found.id,
        topic=topic,
        payload=seal(
            accounts.keys.unwrap(wrapped), Notice(to=found.email, subject=subject, text=text)
        ),
    )


def send_mails(accounts: Accounts) -> dict[str, int]:
    """Send what waits, at least once each; what was sent is emptied. Counts by outcome."""
    counts = dispatch_messages(
        accounts.database, tables.outbox, lambda message: _deliver(accounts, message)
    )
    if counts:
        with accounts.database.write() as connection:
            table = tables.outbox
            connection.execute(
                table.update().where(table.c.outcome.is_not(None)).values(payload=None)
            )
    return counts


def _deliver(accounts: Accounts, message: Message) -> str:
    account = tables.account
    with accounts.database.read() as connection:
        wrapped = connection.execute(
            sa.select(account.c.wrapped_key).where(account.c.id == message.owner)
        ).scalar()
    return deliver_sealed(accounts.settings, accounts.keys, wrapped, message)


def _usable(
    accounts: Accounts, secret: str, purpose: Purpose
) -> tuple[sa.ColumnElement[bool], ...]:
    table = tables.token
    return (
        table.c.digest == digest_of(secret),
        table.c.purpose == purpose.value,
        table.c.expires_at > accounts.clock(),
    )


def _spent() -> GoneError:
    error = GoneError(
        "Cette adresse a déjà servi, ou n'est plus valable. Demandez-en une nouvelle à la "
        "coordination, ou passez par « Mot de passe oublié »."
    )
    error.title = "Adresse périmée"
    return error
