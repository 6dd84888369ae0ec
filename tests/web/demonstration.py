"""The demonstration of `make demo`, filled once, and the pages its links lead to."""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from directory.base.clock import FixedClock
from tests.browser import LiveSite, served
from tests.web.conftest import MONDAY, SITE, open_at
from tests.web.test_crawl import links, shape
from tests.web.visitor import Visitor
from web.app import create_app
from web.demo import prepare_demo
from web.services import Services

START = (
    *("/", "/?q=kiné+cachan+5+km", "/?q=ssiad+fresnes", "/?q=diabete", "/?q=zzzxqwvk"),
    *("/?q=ehpad&commune=94034&age=80", "/?open_at=2026-11-23T10:00", "/agenda", "/secretariat"),
    *("/installation?depuis=2026-11-01", "/imports"),
)
FACTS = ("contacts", "hours", "addresses", "referral")
"""Facts of an establishment whose forms have parts of their own."""

UNREAD = re.compile(r"^/(static|api|agenda/ics|selection\.|.*\.(csv|vcf|ics|json))")


@contextmanager
def demonstration(folder: Path) -> Iterator[Services]:
    """What `recours demo` serves, at the fixed moment of the tests."""
    opened = open_at(folder)
    settings = opened.settings
    opened.close()
    prepare_demo(settings, FixedClock(MONDAY))
    opened = open_at(folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with demonstration(tmp_path_factory.mktemp("demonstration")) as opened:
        yield opened


@pytest.fixture(scope="module")
def demo_site(demo: Services) -> Iterator[LiveSite]:
    with served(demo) as site:
        yield site


def crawl(services: Services) -> Sequence[str]:
    """One page of each kind that links lead to, in the order they are met; searches of `START`."""
    site = Visitor(create_app(services), base_url=SITE)
    waiting, known, found = deque(START), set(START), list[str]()
    kinds = {_kind(path) for path in START}
    entry = site.get("/api/v1/resources", params={"q": "ehpad"}).json()["results"][0]["id"]
    waiting.extend(f"/fiche/{entry}/corriger?champ=organization.{fact}" for fact in FACTS)
    while waiting:
        path = waiting.popleft()
        answer = site.get(path)
        found.append(path)
        for one in links(answer.text, str(answer.url)):
            if one in known or UNREAD.match(one) or _kind(one) in kinds:
                continue
            known.add(one)
            kinds.add(_kind(one))
            waiting.append(one)
    return found


def _kind(path: str) -> str:
    return "/?" if path.startswith("/?") else shape(path)
