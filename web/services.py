"""Everything a page, an API handler or a command needs, opened once from the settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from starlette.background import BackgroundTask

from directory.base.clock import Clock, system_clock
from directory.base.jobs import Job
from directory.base.keys import KeyRing, open_keys
from directory.base.settings import Settings
from directory.communes import Communes, open_communes
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.indexing import index_is_behind, rebuild_index
from directory.panorama import SupplyReader
from directory.register import Register, open_register
from directory.territory import Territory, load_territory
from orientation.service import Orientation, open_orientation
from orientation.tables import base as agenda_base
from web.accounts.expiry import tidy_accounts
from web.accounts.links import send_mails
from web.accounts.psc import check_psc_settings
from web.accounts.store import Accounts, open_accounts
from web.live import ChangeFeed
from web.trails import KEEPING_SECONDS, prune_trails, services_trails

INDEX_CHECK_SECONDS = 30
"""How often `serve` looks whether an import was killed between publishing and indexing."""

TIDY_SECONDS, MAIL_SECONDS = 3600, 5
"""How often inactive accounts are looked for, and invitations sent."""


@dataclass(frozen=True)
class Services:
    """The open parts of one process, in the order of the way of the data."""

    settings: Settings
    territory: Territory
    clock: Clock
    keys: KeyRing
    communes: Communes
    register: Register
    engine: Engine
    orientation: Orientation
    accounts: Accounts
    supply: SupplyReader

    @cached_property
    def feed(self) -> ChangeFeed:
        """What pages follow live: one watch over the agenda's changes for the whole process."""
        return ChangeFeed(self.orientation.database, agenda_base.change_log)

    def jobs(self) -> list[Job]:
        """Background work of `serve`, each job run by one process at a time."""
        return [
            Job("index", INDEX_CHECK_SECONDS, self.catch_up_index),
            Job("accounts", TIDY_SECONDS, lambda: tidy_accounts(self.accounts)),
            Job("audit-keeping", KEEPING_SECONDS, self.keep_audit),
            Job("account-mails", MAIL_SECONDS, lambda: send_mails(self.accounts)),
            *self.orientation.jobs(),
        ]

    def catch_up_index(self) -> str:
        """Rebuild the index if the register moved on without it."""
        if not index_is_behind(self.register):
            return ""
        return f"{rebuild_index(self.register, self.engine, self.communes)} fiches"

    def keep_audit(self) -> str:
        """Take lines of the audit trails away at the end of their time."""
        return prune_trails(services_trails(self), self.clock, self.settings.audit_months)

    def follow(self) -> BackgroundTask:
        """What an answer that changed the register ends with: the index catches up at once."""
        return BackgroundTask(self.catch_up_index)

    def close(self) -> None:
        """Give files, memory and connections back."""
        self.accounts.database.close()
        self.orientation.close()
        self.engine.close()
        self.register.close()


def open_services(settings: Settings, clock: Clock = system_clock) -> Services:
    """Open every part; raises SettingsError where a setting, a territory or a key is wrong."""
    territory = load_territory(settings.territory)
    communes = open_communes(settings.data_dir)
    keys = open_keys(settings.data_dir)
    accounts = open_accounts(settings, territory, keys, clock)
    check_psc_settings(accounts)
    register = open_register(settings)
    return Services(
        settings=settings,
        territory=territory,
        clock=clock,
        keys=keys,
        communes=communes,
        register=register,
        engine=open_engine(settings, communes=communes),
        orientation=open_orientation(settings, territory, communes, keys, clock),
        accounts=accounts,
        supply=SupplyReader(register, territory.communes, communes, clock),
    )


@contextmanager
def services(settings: Settings, clock: Clock = system_clock) -> Iterator[Services]:
    """Open every part for the length of a block."""
    opened = open_services(settings, clock)
    try:
        yield opened
    finally:
        opened.close()
