"""What the migration builds is what the tables declare, on both stores; inactivity; the CLI."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from directory.base.clock import FixedClock
from directory.base.database import open_database
from tests.orientation.mailbox import open_mailbox
from tests.orientation.test_migrations import created_by, strip
from tests.web.accounts.people import BROWSER, PASSWORD, SITE, invite, join, open_at
from tests.web.conftest import MONDAY
from web.access import Role
from web.accounts import links, registry, signing, tables
from web.accounts.expiry import tidy_accounts
from web.accounts.model import Purpose, State
from web.accounts.store import SPEC, Accounts


@pytest.mark.usefixtures("migrated_from_nothing")
def test_the_migrated_schema_is_the_declared_one(tmp_path: Path) -> None:
    database = open_database(SPEC, tmp_path)
    declared = sa.create_engine("sqlite://")
    tables.metadata.create_all(declared)
    assert strip(created_by(database.engine)) == strip(created_by(declared))
    database.close()
    declared.dispose()


@pytest.mark.postgres
def test_alembic_sees_nothing_to_do_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    database = open_database(SPEC, tmp_path, postgres_url)
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), tables.metadata) == []
    database.close()


@pytest.mark.postgres
def test_signing_in_is_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    opened = open_at(tmp_path, postgres_url)
    account = join(opened, Role.PROFESSIONAL, email="a@exemple.fr")
    assert signing.sign_in(opened, "a@exemple.fr", PASSWORD, BROWSER).secret
    registry.reset_account(opened, account)
    opened.database.close()


def states(accounts: Accounts) -> list[State]:
    return [one.state for one in registry.list_accounts(accounts)]


def test_an_unused_account_is_warned_twice_then_expires(alone: Accounts) -> None:
    """The national SAS warns at eight and nine months, and ends a week later."""
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    join(alone, Role.PROFESSIONAL)
    last_seen = clock()
    said = []
    for day in (239, 240, 241, 269, 270, 271, 276, 277, 278):
        clock.set(last_seen + timedelta(days=day))
        said.append(tidy_accounts(alone))
    warned, expired = "1 avis, 0 comptes expirés", "0 avis, 1 comptes expirés"
    assert said == ["", warned, "", "", warned, "", "", expired, ""]
    assert states(alone) == [State.EXPIRED]


def test_a_service_long_stopped_warns_before_it_expires_anything(alone: Accounts) -> None:
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    join(alone, Role.PROFESSIONAL)
    clock.set(MONDAY + timedelta(days=400))
    tidy_accounts(alone)
    clock.set(MONDAY + timedelta(days=406))
    tidy_accounts(alone)
    assert states(alone) == [State.ACTIVE]
    clock.set(MONDAY + timedelta(days=407))
    tidy_accounts(alone)
    assert states(alone) == [State.EXPIRED]


def test_coming_back_stops_the_count(alone: Accounts) -> None:
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    join(alone, Role.PROFESSIONAL, email="b@exemple.fr")
    clock.set(MONDAY + timedelta(days=275))
    tidy_accounts(alone)
    signing.sign_in(alone, "b@exemple.fr", PASSWORD, BROWSER)
    clock.set(MONDAY + timedelta(days=300))
    assert tidy_accounts(alone) == ""


def test_the_last_coordinator_never_expires(alone: Accounts) -> None:
    clock = alone.clock
    assert isinstance(clock, FixedClock)
    join(alone, Role.COORDINATOR)
    for day in (300, 310, 320):
        clock.set(MONDAY + timedelta(days=day))
        tidy_accounts(alone)
    assert states(alone) == [State.ACTIVE]


def test_an_invitation_leaves_by_mail_and_is_not_kept(tmp_path: Path) -> None:
    with open_mailbox() as box:
        mail = f"smtp://127.0.0.1:{box.port}"
        opened = open_at(tmp_path, mail_url=mail, mail_from="recours@exemple.fr")
        account = invite(opened, Role.PROFESSIONAL, email="c@exemple.fr")
        url = links.send_link(opened, account, Purpose.INVITATION, SITE)
        secret = url.rpartition("/")[2]
        waiting = (tmp_path / "accounts.sqlite-wal").read_bytes()
        assert secret.encode() not in waiting  # sealed while it waits
        assert links.send_mails(opened) == {"envoyé": 1}
        with opened.database.read() as connection:
            payloads = connection.execute(sa.select(tables.outbox.c.payload)).scalars().all()
        opened.database.close()
    assert payloads == [None]
    assert box.received[0]["To"] == "c@exemple.fr"
    assert url in box.received[0].get_content().replace("=\r\n", "")
