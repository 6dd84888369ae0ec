"""What a page must be however it is looked at: nothing for axe to say, nothing beyond its width.

Contrast depends on the scheme, what fits depends on the size: each page is looked at in two of the
four looks, opposite ones, and the pairs alternate from page to page.
"""

import os
import re
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import DESKTOP, PHONE

SCHEMES = pytest.mark.parametrize("scheme", ["light", "dark"])
RULES = {
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
EVERYTHING: dict[str, Any] = {}
A_FEW = {"exclude": [["tbody > tr:nth-child(n+6)"], ["li:nth-child(n+9)"]]}
"""Of each list and table: the next rows have the same markup."""

Look = tuple[str, tuple[int, int]]
LOOKS: tuple[Look, ...] = (
    ("light", DESKTOP),
    ("dark", PHONE),
    ("dark", DESKTOP),
    ("light", PHONE),
)
_RUN = """([context, rules]) => axe.run(Object.keys(context).length ? context : document, rules)
  .then((told) => told.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.html.slice(0, 160)} ${(node.failureSummary || '').slice(0, 300)}`)))"""


def complaints(page: Page, context: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe has to say; its script is put into each page once."""
    if page.evaluate("typeof window.axe === 'undefined'"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_RUN, [context, RULES])
    return found


def keep(page: Page, name: str) -> None:
    """Keep a picture of the whole page in the folder `RECOURS_SCREENSHOTS`, where it is named."""
    if folder := os.environ.get("RECOURS_SCREENSHOTS"):
        plain = re.sub(r"[^\w-]+", "-", name).strip("-")[:100]
        page.screenshot(path=Path(folder) / f"{plain}.png", full_page=True)


def width(page: Page) -> int:
    """How wide the page is, beyond the window included."""
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


class Looker:
    """Looks at what one page object shows; what is wrong is kept under the name of the place."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.wrong: dict[str, list[str]] = {}
        self.seen = 0
        self._pairs: Iterator[tuple[Look, ...]] = cycle((LOOKS[:2], LOOKS[2:]))

    def visit(self, path: str, status: int = 200) -> None:
        """Open an address that answers with this status, and look."""
        answer = self.page.goto(path)
        assert answer is not None
        if answer.status != status:
            self.wrong[path] = [f"statut {answer.status}"]
        self.look(path)

    def look(self, name: str) -> None:
        """Look at what is shown now, twice."""
        self.seen += 1
        for scheme, size in next(self._pairs):
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            keep(self.page, f"{name} {scheme} {size[0]}")
            said = complaints(self.page, A_FEW)
            if (wide := width(self.page)) > size[0]:
                said.append(f"large de {wide} pixels")
            if said:
                self.wrong[f"{name} ({scheme}, {size[0]})"] = said
