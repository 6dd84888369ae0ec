"""Who may do what: the one place that decides, on two tables that anybody can read.

`actions.csv` says which roles may do an action, `access.csv` which action each route is. A star
after a role limits it to what is the actor's own: the agenda of a doctor who is themselves or who
delegated to them, the entry that bears their RPPS number.
"""

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from uuid import UUID

from starlette.requests import HTTPConnection

from directory.base.acting import Acting

HERE = Path(__file__).parent
ANYBODY, ANY_ACCOUNT = "public", "compte"


class Role(StrEnum):
    """What an account may be; roles add up (DESIGN §11)."""

    PROFESSIONAL = "professional"
    SECRETARY = "secretary"
    FIRST_RECOURSE_DOCTOR = "first_recourse_doctor"
    DELEGATE = "delegate"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"


ROLE_LABELS: Mapping[Role, str] = {
    Role.PROFESSIONAL: "professionnel de santé ou du social",
    Role.SECRETARY: "secrétariat de premier recours",
    Role.FIRST_RECOURSE_DOCTOR: "médecin de premier recours",
    Role.DELEGATE: "délégué d'un médecin",
    Role.COORDINATOR: "coordination",
    Role.AUDITOR: "contrôle des traces",
}

SECOND_FACTOR_ROLES = frozenset(Role) - {Role.PROFESSIONAL}
"""Roles that see patients, give roles or read traces: a password alone does not open them."""


@dataclass(frozen=True)
class Actor:
    """Who asks, as every decision sees them.

    `account` is None for the public and for the demonstration; `doctors` are those who delegated
    their agenda; `session` is what « mes sessions » shows, never the secret of the cookie.
    """

    account: UUID | None = None
    name: str = ""
    territory: str = ""
    roles: frozenset[Role] = frozenset()
    rpps: str = ""
    doctors: frozenset[UUID] = frozenset()
    session: str = ""
    demo: bool = False
    key: UUID | None = None
    """The API key of a partner's program, which has scopes and no roles."""
    scopes: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether somebody stands behind the request, the demonstration included."""
        return self.demo or self.account is not None or self.key is not None

    @property
    def acting(self) -> Acting | None:
        """Who the audit trail names, an account or a key; None where neither is behind."""
        if self.key is not None:
            return Acting(f"clé d'API « {self.name} »", self.key)
        return None if self.account is None else Acting(self.name, self.account)


PUBLIC = Actor()
ACTOR_KEY = "recours.actor"
"""Where a request's scope keeps who asks."""


def actor_of(request: HTTPConnection) -> Actor:
    """Who asks, found before the handler ran; the public where nobody was looked for."""
    actor: Actor = request.scope.get(ACTOR_KEY, PUBLIC)
    return actor


def demo_actor(territory: str) -> Actor:
    """The only actor of `--demo`: every role, on this machine alone."""
    return Actor(name="démonstration", territory=territory, roles=frozenset(Role), demo=True)


@dataclass(frozen=True)
class Thing:
    """What an action is about: its territory and, for an agenda or an entry, whose it is."""

    territory: str = ""
    doctor: UUID | None = None
    doctor_rpps: str = ""
    of_a_doctor: bool = False
    """Whether it is some doctor's, even one nobody knows."""
    of_an_entry: bool = False
    """Whether it is some entry of the directory, even one that is nobody's."""
    entry_rpps: str = ""
    """The RPPS number of whose entry it is."""


@dataclass(frozen=True)
class Rule:
    """One line of `actions.csv`."""

    action: str
    label: str
    roles: frozenset[Role]
    own_only: frozenset[Role]
    public: bool
    any_account: bool


@dataclass(frozen=True)
class RouteRule:
    """One line of `access.csv`."""

    method: str
    path: str
    action: str


def can(actor: Actor, action: str, thing: Thing | None = None) -> bool:
    """Whether `actor` may do `action` to `thing`; KeyError for an action nobody declared.

    A thing of another territory is never theirs; a starred role needs it to be its own.
    """
    rule = actions()[action]
    if rule.public:
        return True
    if not actor.signed_in:
        return False
    if thing is not None and thing.territory and thing.territory != actor.territory:
        return False
    if actor.key is not None:
        return action in actor.scopes
    if rule.any_account:
        return True
    held = actor.roles & rule.roles
    if thing is None or not (thing.of_a_doctor or thing.of_an_entry):
        return bool(held)
    return bool(held - rule.own_only) or any(_is_own(actor, role, thing) for role in held)


def _is_own(actor: Actor, role: Role, thing: Thing) -> bool:
    if thing.of_an_entry:
        return bool(actor.rpps) and actor.rpps == thing.entry_rpps
    if role is Role.FIRST_RECOURSE_DOCTOR:
        return bool(actor.rpps) and actor.rpps == thing.doctor_rpps
    return thing.doctor is not None and thing.doctor in actor.doctors


def needs_second_factor(roles: Collection[Role]) -> bool:
    """Whether these roles open only with a second factor."""
    return bool(SECOND_FACTOR_ROLES & set(roles))


@cache
def actions() -> Mapping[str, Rule]:
    """`actions.csv`, by action; ValueError where a role is unknown."""
    return {row["action"]: _read_rule(row) for row in _rows("actions.csv")}


@cache
def route_rules() -> Mapping[tuple[str, str], RouteRule]:
    """`access.csv`, by method and path template; ValueError where a line is double or unknown."""
    rules: dict[tuple[str, str], RouteRule] = {}
    for row in _rows("access.csv"):
        rule = RouteRule(row["method"], row["path"], row["action"])
        if (rule.method, rule.path) in rules or rule.action not in actions():
            raise ValueError(f"access.csv: {rule.method} {rule.path} {rule.action}")
        rules[rule.method, rule.path] = rule
    return rules


def _read_rule(row: Mapping[str, str]) -> Rule:
    told = row["roles"].split()
    starred = frozenset(Role(one.removesuffix("*")) for one in told if one.endswith("*"))
    plain = frozenset(
        Role(one) for one in told if not one.endswith("*") and one not in (ANYBODY, ANY_ACCOUNT)
    )
    return Rule(
        action=row["action"],
        label=row["label"],
        roles=plain | starred,
        own_only=starred,
        public=ANYBODY in told,
        any_account=ANY_ACCOUNT in told,
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
