"""The three audit trails together: verified, searched and shortened as one."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from directory.base.audit_keeping import Trail, prune_trail
from directory.base.clock import Clock
from directory.base.database import Database, open_database
from directory.base.settings import Settings
from directory.register import REGISTER
from directory.tables import audit as register_audit
from directory.tables import audit_anchor as register_anchor
from orientation import tables as agenda
from orientation.store import SPEC as AGENDA
from web.accounts import tables as accounts
from web.accounts.store import SPEC as ACCOUNTS

if TYPE_CHECKING:
    from web.services import Services

DAYS_A_MONTH = 31
"""A month as retention counts it: never shorter than the calendar's."""

KEEPING_SECONDS = 24 * 3600
"""How often old lines are looked for."""


def trails_of(register: Database, orientation: Database, accounts_store: Database) -> list[Trail]:
    """The trails of stores that are open."""
    return [
        Trail("annuaire", register, register_audit, register_anchor),
        Trail("agenda", orientation, agenda.audit, agenda.audit_anchor),
        Trail("comptes", accounts_store, accounts.audit, accounts.audit_anchor),
    ]


def services_trails(services: "Services") -> list[Trail]:
    """The trails of a process that serves."""
    return trails_of(
        services.register.database,
        services.orientation.context.database,
        services.accounts.database,
    )


@contextmanager
def opened_trails(settings: Settings) -> Iterator[list[Trail]]:
    """The trails of these settings, for a command: the three stores and nothing else."""
    with ExitStack() as stack:
        stores = []
        for spec in (REGISTER, AGENDA, ACCOUNTS):
            store = open_database(spec, settings.data_dir, settings.database_url)
            stack.callback(store.close)
            stores.append(store)
        yield trails_of(*stores)


def prune_trails(trails: Sequence[Trail], clock: Clock, months: int) -> str:
    """Take away what is older than `months`; returns what to log."""
    limit: datetime = clock() - timedelta(days=months * DAYS_A_MONTH)
    pruned = sum(prune_trail(trail, limit) for trail in trails)
    return f"{pruned} lignes du journal des accès au terme de leur durée" if pruned else ""
