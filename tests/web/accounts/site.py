"""The whole site out of demonstration, and people signed in to it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from tests.web.accounts.people import equip, join
from tests.web.conftest import MONDAY, SITE
from tests.web.described import keep_to_description
from tests.web.visitor import Visitor
from web.access import Role
from web.accounts.model import Method, Stage
from web.accounts.sessions import open_session
from web.app import create_app
from web.services import Services, open_services
from web.session_cookie import cookie_name


@contextmanager
def real_services(folder: Path, **changes: object) -> Iterator[Services]:
    values = {"data_dir": folder, "territory": "bievre", "horizon_days": 14, **changes}
    settings = Settings.model_validate(values)
    opened = open_services(settings, FixedClock(MONDAY))
    yield opened
    opened.close()


def visitor(services: Services, app: FastAPI | None = None) -> TestClient:
    """Somebody without a session."""
    app = app or create_app(services)
    client = Visitor(
        app,
        base_url=services.settings.public_url or SITE,
        raise_server_exceptions=False,
        follow_redirects=False,
    )
    return keep_to_description(client, app)


def signed_in(
    services: Services, *roles: Role, rpps: str = "", email: str = "", app: FastAPI | None = None
) -> TestClient:
    """Somebody with these roles, second factor in place, in a session of their own."""
    account = join(services.accounts, *roles, rpps=rpps, email=email)
    equip(services.accounts, account)
    secret = open_session(services.accounts, account, Stage.FULL, Method.PASSWORD, "essai")
    client = visitor(services, app)
    client.cookies.set(cookie_name(services.settings), secret)
    return client
