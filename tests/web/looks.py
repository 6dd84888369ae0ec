"""What a page must be however it is looked at: nothing for axe to say, nothing beyond its width.

Each page is loaded once, for one of the four looks, where axe judges it whole; the looks begin
wide or narrow in turn. In the other three it judges again what may have changed. That is complete:

- The scheme changes colours and nothing else. Of axe's rules for WCAG A and AA and best practices,
  two read colours: `color-contrast` and `link-in-text-block`.
- The width changes boxes, read by `LAID_OUT`, the colours on which a text stands, and what is
  shown. All other rules read what is in the page and shown, and nothing of how it is laid out:
  when an element came or went, axe judges the page whole again.
- `color-contrast` costs three quarters of axe. Its verdict follows from the text's colour, size
  and weight and from the colours under it. A text whose whole set was judged before, in this page
  or another, is not judged again, unless it is out of the flow or beyond what it stands on, where
  something else may lie under it. The first look judges every text, whatever it is like.
- `link-in-text-block` has nothing to say where links are underlined.

Nothing moves while it is looked at: pages are opened with reduced motion, under which nothing may
have a transition. Zoomed to 200 %, a window of 1280 px has 640 CSS pixels (WCAG 1.4.4), to 400 %
320 (WCAG 1.4.10): nothing may be beyond them either.
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
    ("dark", DESKTOP),
    ("dark", PHONE),
    ("light", PHONE),
)
ZOOMED = (640, 320)
MOVING = """() => [...document.querySelectorAll('*')].filter((one) => {
  const style = getComputedStyle(one);
  return [...style.transitionDuration.split(','), ...style.animationDuration.split(',')]
    .some((told) => parseFloat(told) > 0.01) || style.scrollBehavior === 'smooth';
}).map((one) => one.outerHTML.slice(0, 120))"""

LAID_OUT = [
    *("target-size", "scrollable-region-focusable"),
    *("td-has-header", "th-has-data-cells", "empty-table-header"),  # size tells tables of data
]
WHOLE = """
  const whole = new CSSStyleSheet();
  whole.replaceSync('.result-list > li { content-visibility: visible !important }');
  document.adoptedStyleSheets.push(whole);"""
"""Entries that the page lays out as they come near the screen (search.css) are all laid out: axe
would take what one of them holds, were it longer than the height kept for it, to lie on the next.
"""
COLOURS_SCRIPT = Path(__file__).with_name("axe_colours.js").read_text(encoding="utf-8")
JUDGE = f"{AXE_SCRIPT};{{{WHOLE}}};{COLOURS_SCRIPT}"
LOOKS_SCRIPT = Path(__file__).with_name("looks.js").read_text(encoding="utf-8")
_RUN = """([context, rules]) => axe.run(Object.keys(context).length ? context : document, rules)
  .then((told) => told.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.html.slice(0, 160)} ${(node.failureSummary || '').slice(0, 300)}`)))"""


def complaints(page: Page, context: dict[str, Any] = EVERYTHING) -> list[str]:
    """What axe has to say; its script is put into each page once."""
    if page.evaluate("typeof window.axe === 'undefined'"):
        page.evaluate(JUDGE)
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

    def __init__(self, page: Page, context: dict[str, Any] = A_FEW) -> None:
        self.page = page
        self.context = context
        self.wrong: dict[str, list[str]] = {}
        self.seen = 0
        self._judged: set[str] = set()
        self._ways: Iterator[tuple[Look, ...]] = cycle((LOOKS, LOOKS[::-1]))

    def visit(self, path: str, status: int = 200) -> None:
        """Open an address that answers with this status, and look."""
        answer = self.page.goto(path)
        assert answer is not None
        if answer.status != status:
            self.wrong[path] = [f"statut {answer.status}"]
        self.look(path)

    def look(self, name: str) -> None:
        """Look at what is shown now, in the four looks, the first of which axe judges whole."""
        self.seen += 1
        before = 0
        for scheme, size in next(self._ways):
            self.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            self.page.set_viewport_size({"width": size[0], "height": size[1]})
            keep(self.page, f"{name} {scheme} {size[0]}")
            said = self._complaints(whole=not before, resized=size[0] != before)
            if size[0] != before and (wide := width(self.page)) > size[0]:
                said.append(f"large de {wide} pixels")
            if said:
                self.wrong[f"{name} ({scheme}, {size[0]})"] = said
            before = size[0]
        self._zoom(name)
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _zoom(self, name: str) -> None:
        said = [f"bouge : {one}" for one in self.page.evaluate(MOVING)]
        for wide in ZOOMED:
            self.page.set_viewport_size({"width": wide, "height": 430})
            if (found := width(self.page)) > wide:
                said.append(f"large de {found} pixels au lieu de {wide}")
        if said:
            self.wrong[f"{name}, zoom"] = said

    def _complaints(self, *, whole: bool, resized: bool) -> list[str]:
        if self.page.evaluate("typeof window.looks === 'undefined'"):
            self.page.evaluate(JUDGE)
            self.page.evaluate(LOOKS_SCRIPT)
        asked = {
            "context": self.context,
            "rules": RULES,
            "laidOut": LAID_OUT,
            "judged": sorted(self._judged),
            "whole": whole,
            "resized": resized,
        }
        told = self.page.evaluate("(asked) => looks.look(asked)", asked)
        if not told["said"]:
            self._judged |= set(told["kinds"])
        said: list[str] = told["said"]
        return said
