"""One value per page of the accounts: exactly what its template receives."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from orientation.model import Doctor
from web.access import Role
from web.accounts.api_keys import ApiKey
from web.accounts.model import Account, SessionView


@dataclass(frozen=True)
class SignInPage:
    """Address and password, or Pro Santé Connect."""

    following: str
    email: str = ""
    message: str = ""
    psc: bool = False
    no_account: bool = False
    """Nobody has an account yet: the page says how the first coordinator gets theirs."""


@dataclass(frozen=True)
class CodePage:
    """The second step: six digits, or a recovery code."""

    following: str
    message: str = ""


@dataclass(frozen=True)
class SignedOutPage:
    """Signed out here; `url` closes Pro Santé Connect too."""

    url: str


@dataclass(frozen=True)
class EnrolPage:
    """Setting the second factor up: a QR code, its secret in letters, then a first code."""

    action: str
    following: str
    qr: str
    secret: str
    needed: bool
    message: str = ""


@dataclass(frozen=True)
class CodesPage:
    """Recovery codes, shown once."""

    codes: Sequence[str]
    following: str


@dataclass(frozen=True)
class NewPasswordPage:
    """Choosing a password by a link of an invitation or of a recovery."""

    title: str
    email: str
    lead: str
    problems: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RecoveryPage:
    """Asking for a new password; `sent` answers the same whether the account exists or not."""

    sent: bool
    can_mail: bool


@dataclass(frozen=True)
class OwnPage:
    """My account: who I am here, my second factor, my sessions."""

    account: Account
    sessions: Sequence[SessionView]
    codes_left: int
    problems: Mapping[str, str]
    message: str = ""


@dataclass(frozen=True)
class AccountsPage:
    """The coordinator's list, and the form that invites."""

    accounts: Sequence[Account]
    values: Mapping[str, str]
    roles: Collection[Role]
    problems: Mapping[str, str]
    link: str = ""
    """The invitation's address, shown where no mail leaves."""
    invited: str = ""


@dataclass(frozen=True)
class AccountPage:
    """One account, for the coordinator."""

    account: Account
    doctors: Sequence[Doctor]
    roles: Collection[Role]
    chosen: Collection[UUID]
    sessions: Sequence[SessionView]
    problem: str = ""
    message: str = ""
    link: str = ""


@dataclass(frozen=True)
class ApiKeysPage:
    """Keys of partners' programs; `secret` is a fresh one, shown once."""

    keys: Sequence[ApiKey]
    labels: Mapping[str, str]
    scopes: Sequence[str]
    values: Mapping[str, str]
    chosen: Collection[str]
    problems: Mapping[str, str]
    secret: str
    now: datetime
