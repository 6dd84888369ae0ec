"""How pages are read by keyboard: the focus is seen, and goes where the eye goes."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import DESKTOP, PATIENCE_MS, PHONE, LiveSite
from tests.web.demonstration import crawl, demo, demo_site
from web.services import Services

__all__ = ["demo", "demo_site"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MAIN = (
    *("/", "/?q=kiné+cachan", "/fiche/{entry}", "/selection", "/secretariat", "/agenda/{doctor}"),
    *("/agenda/{doctor}/donner", "/installation", "/etp", "/panorama", "/signalements", "/ajouter"),
)
ONE_STOP = """() => {
  const one = document.activeElement;
  if (one === document.body) return null;
  const box = one.getBoundingClientRect();
  const scroller = one.closest('.table-wrap') ?? {scrollLeft: 0, scrollTop: 0};
  const [right, down] = [scroller.scrollLeft, scroller.scrollTop + scrollY];
  const ring = (shown) => {
    const style = getComputedStyle(shown);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  };
  const place = [...document.querySelectorAll('*')].indexOf(one);
  return {
    html: one.outerHTML.slice(0, 140), place,
    outlined: ring(one) || ring(one.closest('.search-box') ?? one),
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight
      && box.right > 0 && box.left < innerWidth,
    top: box.top + down, bottom: box.bottom + down, left: box.left + right, right: box.right + right,
  };
}"""
"""What has the focus: whether it is seen to have it, and where it stands, tables unrolled. The field
of the search has its outline around its button too."""

FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute('tabindex');
}"""
"""Before anything that takes the focus by itself."""

MOST_STOPS = 90


def open_one(chromium: Browser, site: LiveSite, size: tuple[int, int]) -> Page:
    context = chromium.new_context(
        base_url=site.url,
        viewport={"width": size[0], "height": size[1]},
        locale="fr-FR",
    )
    context.set_default_timeout(PATIENCE_MS)
    return context.new_page()


@pytest.fixture(scope="module")
def main_pages(demo: Services) -> list[str]:
    names = {"doctor": str(demo.orientation.doctors()[0].id)}
    names["entry"] = next(one for one in crawl(demo) if one.startswith("/fiche/")).split("/")[2]
    return [one.format(**names) for one in MAIN]


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "390"])
def test_the_focus_is_seen_and_goes_as_one_reads(
    chromium: Browser, demo_site: LiveSite, main_pages: list[str], size: tuple[int, int]
) -> None:
    page = open_one(chromium, demo_site, size)
    wrong = []
    for path in main_pages:
        page.goto(path)
        page.evaluate(FROM_THE_TOP)
        stops = list(_stops(page))
        assert len(stops) > 8, path
        assert "skip-link" in stops[0]["html"], path
        wrong += [f"{path} : {one['html']} sans contour" for one in stops if not one["outlined"]]
        wrong += [f"{path} : {one['html']} hors de vue" for one in stops if not one["seen"]]
        for one, then in pairwise(stops):
            if then["place"] < one["place"] or _goes_back(one, then):
                wrong.append(f"{path} : {one['html']} puis {then['html']}")
    page.context.close()
    assert "\n".join(wrong) == ""


def _stops(page: Page) -> Iterator[dict[str, Any]]:
    """What Tab stops at, from the top of the page to its end, where it leaves or starts again."""
    first = None
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(ONE_STOP)
        if stop is None or stop["place"] == first:
            return
        first = stop["place"] if first is None else first
        yield stop


def _goes_back(one: dict[str, Any], then: dict[str, Any]) -> bool:
    """Whether the next stop is above and not in a column further right, or left on the same line."""
    above = then["bottom"] <= one["top"] + 1 and then["left"] < one["right"]
    level = abs(then["top"] - one["top"]) < 4 and abs(then["bottom"] - one["bottom"]) < 4
    return bool(above or (level and then["right"] <= one["left"]))
