"""Every page one can reach by links from the home page answers, and is HTML as the standard says."""

import re
import warnings
from collections import deque
from urllib.parse import urldefrag, urljoin

import html5lib  # type: ignore[import-untyped]
import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import SITE

LIMIT = 400
"""Pages of one crawl: each shape of page several times, the same search never twice."""

KINDS = 12
"""Pages of one shape (`/fiche/…`, `/?…`) that are enough."""

START = ("/", "/?q=jean-vilar", "/?q=kiné", "/selection", "/composants", "/agenda", "/secretariat")
VALID = (
    *START,
    "/?q=zzzxqwvk",
    "/fiche/finess_et%7C940000010",
    "/fiche/rpps%7C10003456784",
    "/installation?depuis=2026-11-01",
    "/installation/livret",
    "/etp",
    "/imports",
    "/corrections",
    "/signalements",
    "/ajouter",
    "/rapprochements",
    "/demande-pro",
    "/panorama",
    "/indicateurs",
    "/nulle-part",
)
UNSAFE = re.compile(r"^/agenda/ics/")
"""Addresses whose end is a secret of somebody: read by calendars, not by people."""


def links(page: str, base: str) -> list[str]:
    """What a page leads to here, assets and exports included, in order."""
    found = re.findall(r'<(?:a|link|script|img|use)\b[^>]*?\s(?:href|src)="([^"]+)"', page)
    told = (urldefrag(urljoin(base, one.replace("&amp;", "&")))[0] for one in found)
    return [one.removeprefix(SITE) for one in told if one.startswith(f"{SITE}/")]


def shape(path: str) -> str:
    """Pages that differ by whom they tell of only are of one shape."""
    bare, _, query = path.partition("?")
    names = sorted({part.partition("=")[0] for part in query.split("&")}) if query else []
    folder = "/".join(re.sub(r".*\d.*|.*-.*", "*", part) for part in bare.split("/"))
    return f"{folder}?{'&'.join(names)}"


@pytest.mark.slow
def test_no_link_is_dead(site: TestClient) -> None:
    waiting, known = deque(START), set(START)
    seen: dict[str, int] = {}
    dead: list[str] = []
    read = 0
    while waiting and read < LIMIT:
        path = waiting.popleft()
        if seen.get(shape(path), 0) >= KINDS or UNSAFE.match(path):
            continue
        seen[shape(path)] = seen.get(shape(path), 0) + 1
        answer = site.get(path)
        read += 1
        if answer.status_code != 200:
            dead.append(f"{path} : {answer.status_code}")
        if answer.headers["content-type"].startswith("text/html"):
            for one in links(answer.text, str(answer.url)):
                if one not in known:
                    known.add(one)
                    waiting.append(one)
    assert dead == []
    assert read > 100


@pytest.mark.slow
@pytest.mark.parametrize("path", VALID)
def test_pages_are_html_as_the_standard_says(site: TestClient, path: str) -> None:
    """html5lib in its strict mode: no error of the parser of the HTML standard."""
    text = site.get(path).text
    parser = html5lib.HTMLParser(strict=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # html5lib's own
        parser.parse(text)
    identifiers = re.findall(r'\sid="([^"]+)"', text)
    assert sorted(identifiers) == sorted(set(identifiers))
