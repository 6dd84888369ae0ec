"""A real provider on this machine, with people of each kind, and the walk through it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from directory.base.clock import system_clock
from tests.web.accounts.people import open_at
from tests.web.accounts.provider import Provider, open_provider
from web.accounts import psc
from web.accounts.store import Accounts

__all__ = ["provider", "trusting"]

SITE = "http://localhost"
RPPS = "10003456826"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with open_provider(SITE + psc.CALLBACK) as opened:
        claims = {"given_name": "Marc", "family_name": "OLLIVIER"}
        opened.knows("f:1:known", claims | {"SubjectNameID": f"8{RPPS}"})
        opened.knows("f:1:plain", claims | {"SubjectNameID": RPPS})
        opened.knows("f:1:adeli", claims | {"SubjectNameID": "0949301234"})
        opened.knows("f:1:none", claims)
        yield opened


@pytest.fixture
def trusting(provider: Provider, tmp_path: Path) -> Iterator[Accounts]:
    opened = open_at(tmp_path, clock=system_clock, **provider.settings)
    yield opened
    opened.database.close()


def walk(accounts: Accounts, provider: Provider, sub: str) -> psc.Person:
    start = psc.begin_psc(accounts, SITE, "/agenda")
    code, state = come_back(provider, start, sub)
    return psc.end_psc(accounts, SITE, code, state, start.state)


def come_back(provider: Provider, start: psc.Start, sub: str) -> tuple[str, str]:
    told = parse_qs(urlsplit(provider.log_in(start.url, sub)).query)
    return told["code"][0], told["state"][0]
