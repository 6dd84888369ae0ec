"""A real Chromium for the tests that carry the `browser` marker, driven by Playwright.

Debian's Chromium, without its windows where that package is there (the same engine; the tests of
pages take 40 % less of the processor), or the one `RECOURS_CHROMIUM` names. Where there is none, these tests skip by
name and say why; with CI=true that is a failure. `live` is the site of `tests/web/conftest.py`
served on a free port of this machine.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from web.app import create_app
from web.services import Services

PROGRAMS = ("chromium-headless-shell", "chromium")

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP, PHONE = (1280, 860), (390, 844)

PATIENCE_MS = 30_000
"""How long anything may be waited for: what comes at once costs nothing, a busy machine is slow."""

expect.set_options(timeout=PATIENCE_MS)

EXPECTED = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort", "htmx:sendError")
"""Said in the console of a form refused with 4xx, of a question that another one replaced, and of
a server that does not answer."""

OpenPage = Callable[..., Page]


@dataclass(frozen=True)
class LiveSite:
    """A running server."""

    url: str


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run."""
    found = filter(None, map(shutil.which, PROGRAMS))
    path = os.environ.get("RECOURS_CHROMIUM") or next(found, None)
    if not path:
        reason = "Chromium est introuvable (apt-get install chromium, ou RECOURS_CHROMIUM)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def live(services: Services) -> Iterator[LiveSite]:
    """The tests' site on a free port."""
    with served(services) as site:
        yield site


@contextmanager
def served(services: Services, port: int = 0) -> Iterator[LiveSite]:
    """Serve a site on a free port, or on this one, for the length of a block."""
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(create_app(services), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield LiveSite(f"http://127.0.0.1:{listening.getsockname()[1]}")
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def open_page(chromium: Browser, live: LiveSite) -> Iterator[OpenPage]:
    """Opens pages in contexts of their own; an error in the page's console fails the test."""
    opened: list[BrowserContext] = []
    complaints: list[str] = []

    def open_one(
        path: str = "/",
        *,
        scheme: str = "light",
        size: tuple[int, int] = DESKTOP,
        javascript: bool = True,
        still: bool = False,
    ) -> Page:
        context = chromium.new_context(
            base_url=live.url,
            color_scheme="dark" if scheme == "dark" else "light",
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=javascript,
            locale="fr-FR",
            reduced_motion="reduce" if still else "no-preference",
        )
        opened.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("pageerror", lambda error: complaints.append(_say(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.goto(path)
        return page

    yield open_one
    for context in opened:
        context.close()
    assert [one for one in complaints if not one.startswith(EXPECTED)] == []


def _say(error: Error) -> str:
    return f"{error.name}: {error.message}"
