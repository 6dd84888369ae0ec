"""What an account and a session are, as the pages and the command line see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from directory.base.errors import RecoursError
from web.access import Role


class State(StrEnum):
    """Where an account stands."""

    INVITED = "invited"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    EXPIRED = "expired"


STATE_LABELS = {
    State.INVITED: "invité, pas encore venu",
    State.ACTIVE: "actif",
    State.SUSPENDED: "suspendu",
    State.EXPIRED: "expiré faute d'usage",
}


class Stage(StrEnum):
    """How far a sign-in has come; only `full` opens anything."""

    SECOND_FACTOR = "second_factor"
    ENROL = "enrol"
    FULL = "full"


class Method(StrEnum):
    """How somebody showed who they are."""

    PASSWORD = "password"  # noqa: S105 - a name, not a secret
    PSC = "psc"


METHOD_LABELS = {Method.PASSWORD: "mot de passe", Method.PSC: "Pro Santé Connect"}


class Purpose(StrEnum):
    """What a single-use link is for."""

    INVITATION = "invitation"
    RECOVERY = "recovery"


@dataclass(frozen=True)
class Account:
    """An account with its roles on this territory, without any of its secrets."""

    id: UUID
    email: str
    name: str
    rpps: str
    state: State
    roles: frozenset[Role]
    doctors: frozenset[UUID]
    has_password: bool
    has_second_factor: bool
    created_at: datetime
    created_by: str
    last_seen_at: datetime | None


@dataclass(frozen=True)
class SessionView:
    """A session as its owner sees it in a list; `id` closes it and opens nothing."""

    id: UUID
    account: UUID
    stage: Stage
    method: Method
    agent: str
    created_at: datetime
    seen_at: datetime


class SignInRefusedError(RecoursError):
    """Wrong address, password or code: never said which."""

    status = 401
    title = "Connexion refusée"
    kind = "connexion-refusee"


class LockedError(RecoursError):
    """Too many attempts; `until` (extra) is when the next one is heard."""

    status = 429
    title = "Trop d'essais"
    kind = "trop-d-essais"
