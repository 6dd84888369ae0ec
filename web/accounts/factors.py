"""The second factor: six digits of an authenticator (TOTP), or one of ten single-use codes."""

import hmac
import secrets
from uuid import UUID

import pyotp
import segno
import sqlalchemy as sa

from directory.base.errors import InputRefusedError
from directory.base.keys import decrypt, encrypt
from web.accounts import tables
from web.accounts.registry import read_account
from web.accounts.store import Accounts
from web.accounts.traces import note

ISSUER = "Recours"
STEP_SECONDS = 30
SKEW_STEPS = 1
"""A phone may be half a minute early or late."""

CODES = 10
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_CODE_LENGTH = 10  # 50 bits


def draft_secret(accounts: Accounts, account: UUID) -> str:
    """The secret shown while the second factor is set up: the same until a code confirms it."""
    table = tables.account
    with accounts.database.write() as connection:
        row = connection.execute(
            sa.select(table.c.wrapped_key, table.c.totp_draft)
            .where(table.c.id == account)
            .with_for_update()
        ).one()
        key = accounts.keys.unwrap(row.wrapped_key)
        if row.totp_draft is not None:
            return decrypt(key, row.totp_draft).decode()
        secret = pyotp.random_base32()
        connection.execute(
            table.update()
            .where(table.c.id == account)
            .values(totp_draft=encrypt(key, secret.encode()))
        )
    return secret


def address_of(accounts: Accounts, account: UUID, secret: str) -> str:
    """The `otpauth://` address an authenticator reads in the QR code."""
    found = read_account(accounts, account)
    name = found.email or found.name
    return pyotp.TOTP(secret).provisioning_uri(
        name=name, issuer_name=f"{ISSUER} {accounts.territory.short_name}"
    )


def draw_qr(address: str) -> str:
    """The QR code as an image address (`data:image/png`), dark on light in both themes."""
    return segno.make(address, error="m", micro=False).png_data_uri(scale=5, border=4)


def confirm_draft(accounts: Accounts, account: UUID, code: str) -> tuple[str, ...]:
    """Put the drafted second factor in force and return fresh recovery codes, shown once.

    Raises InputRefusedError when the code is not that of the secret shown.
    """
    table = tables.account
    step = _matching_step(accounts, draft_secret(accounts, account), code)
    if step is None:
        raise InputRefusedError(
            "Ce code n'est pas celui attendu : vérifiez l'heure du téléphone, puis tapez le "
            "code affiché maintenant.",
            field="code",
        )
    with accounts.database.write() as connection:
        connection.execute(
            table.update()
            .where(table.c.id == account)
            .values(totp=table.c.totp_draft, totp_draft=None, totp_step=step)
        )
        note(accounts, connection, "account.second_factor", account)
        return _renew_codes(accounts, connection, account)


def renew_codes(accounts: Accounts, account: UUID) -> tuple[str, ...]:
    """Ten fresh recovery codes; those of before stop working."""
    with accounts.database.write() as connection:
        return _renew_codes(accounts, connection, account)


def check_code(accounts: Accounts, account: UUID, told: str) -> bool:
    """Whether it is the code of now, never used before, or a recovery code, spent by this."""
    code = "".join(told.split()).replace("-", "").upper()
    table = tables.account
    with accounts.database.read() as connection:
        row = connection.execute(
            sa.select(table.c.wrapped_key, table.c.totp).where(table.c.id == account)
        ).one()
    if row.totp is not None:
        secret = decrypt(accounts.keys.unwrap(row.wrapped_key), row.totp).decode()
        step = _matching_step(accounts, secret, code)
        if step is not None:
            return _use_step(accounts, account, step)
    return _use_recovery_code(accounts, account, code)


def count_codes(accounts: Accounts, account: UUID) -> int:
    """Recovery codes left."""
    table = tables.recovery_code
    with accounts.database.read() as connection:
        return int(
            connection.execute(
                sa.select(sa.func.count()).where(table.c.account == account)
            ).scalar_one()
        )


def drop_second_factor(accounts: Accounts, account: UUID) -> None:
    """Take the second factor away (a lost phone): it is asked for again at the next sign-in."""
    table = tables.account
    with accounts.database.write() as connection:
        connection.execute(
            table.update().where(table.c.id == account).values(totp=None, totp_draft=None)
        )
        connection.execute(
            tables.recovery_code.delete().where(tables.recovery_code.c.account == account)
        )
        connection.execute(tables.session.delete().where(tables.session.c.account == account))
        note(accounts, connection, "account.second_factor_dropped", account)


def _matching_step(accounts: Accounts, secret: str, told: str) -> int | None:
    code = "".join(told.split())
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    now = int(accounts.clock().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in range(now - SKEW_STEPS, now + SKEW_STEPS + 1):
        if hmac.compare_digest(totp.generate_otp(step), code):
            return step
    return None


def _use_step(accounts: Accounts, account: UUID, step: int) -> bool:
    table = tables.account
    with accounts.database.write() as connection:
        used = connection.execute(
            table.update()
            .where(table.c.id == account, table.c.totp_step < step)
            .values(totp_step=step)
        )
    return bool(used.rowcount)


def _use_recovery_code(accounts: Accounts, account: UUID, code: str) -> bool:
    table = tables.recovery_code
    with accounts.database.write() as connection:
        used = connection.execute(
            table.delete().where(
                table.c.account == account,
                table.c.digest == _code_digest(accounts, account, code),
            )
        )
    return bool(used.rowcount)


def _renew_codes(accounts: Accounts, connection: sa.Connection, account: UUID) -> tuple[str, ...]:
    table = tables.recovery_code
    codes = tuple(
        "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH)) for _ in range(CODES)
    )
    connection.execute(table.delete().where(table.c.account == account))
    for code in codes:
        digest = _code_digest(accounts, account, code)
        connection.execute(table.insert().values(account=account, digest=digest))
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def _code_digest(accounts: Accounts, account: UUID, code: str) -> str:
    return accounts.keys.digest("recovery-code", str(account), code)
