"""Every form of every page of the demonstration, filled with what nobody should type: no 5xx, and
nothing of it ever comes back as code, in a page or in a sheet."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_plus, urljoin

import pytest
from fastapi.testclient import TestClient

from tests.web.conftest import SITE, open_at
from tests.web.sample import DAY, fill_directory, fill_team, publish
from tests.web.sample import _site as make_site
from tests.web.test_crawl import START, UNSAFE, links, shape
from tests.web.test_indicators_pages import FORM
from tests.web.visitor import Visitor
from web.access import route_rules
from web.app import create_app
from web.services import Services

PAGES, KINDS = 220, 2
"""Pages walked, and pages of one shape."""

SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}"
FORMULA = '=HYPERLINK("http://evil.example";"x")'
HOSTILE = (
    "",
    SCRIPT,
    FORMULA,
    "a" * 5000,
    "\x00\x1b[2J\r\nSet-Cookie: a=b",
    "-99999999999999999999999",
    "2026-02-31T25:61",
    "00000000-0000-0000-0000-000000000000",
    "//evil.example/\\..%2f..",
    "\u202e\U0001f9e8\u0660\u00b2",
)
TYPED = ("text", "search", "email", "tel", "number", "date", "time", "url", "password")
BODIES = (
    (b"%ff%fe=%00&" * 50, "application/x-www-form-urlencoded"),
    (b"a=1&" * 3000, "application/x-www-form-urlencoded"),
    (b"{", "application/json"),
    (b'--b\r\nContent-Disposition: form-data; name="name"; filename="x"\r\n\r\n\x00\r\n--b--\r\n',
     "multipart/form-data; boundary=b"),
    (b"--wrong", "multipart/form-data; boundary=b"),
    (b"", "text/plain"),
)  # fmt: skip


@dataclass
class Form:
    """A form as a browser would send it untouched."""

    action: str
    method: str
    typed: list[str] = field(default_factory=list)
    values: list[tuple[str, str]] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys([*self.typed, *(name for name, _ in self.values)]))


class FormReader(HTMLParser):
    """Forms of a page."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._base, self._select = base, ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name = told.get("name", "")
        if tag == "form":
            action = urljoin(self._base, told.get("action") or self._base)
            self.forms.append(Form(action.removeprefix(SITE), told.get("method", "get").upper()))
        elif not self.forms:
            return
        elif tag == "textarea" or (tag == "input" and told.get("type", "text") in TYPED):
            self.forms[-1].typed.append(name)
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self.forms[-1].values.append((self._select, told.get("value", "")))
            self._select = ""
        elif name and tag in ("input", "button"):
            self.forms[-1].values.append((name, told.get("value", "")))


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    opened = open_at(tmp_path_factory.mktemp("fuzzed"))
    site = make_site("940000037", FORMULA, "01 47 40 94 96")
    publish(opened.register, "formula", FORMULA, [site], day=DAY)
    fill_directory(opened)
    fill_team(opened.orientation)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def visited(lived: Services) -> TestClient:
    return Visitor(create_app(lived), base_url=SITE, raise_server_exceptions=False)


def walk(site: TestClient) -> tuple[list[Form], int]:
    """Forms of the pages links lead to, one of each shape; how many pages were read."""
    waiting, known, read = deque(START), set(START), 0
    shapes: dict[str, int] = {}
    forms: dict[tuple[str, ...], Form] = {}
    while waiting and read < PAGES:
        path = waiting.popleft()
        if shapes.get(shape(path), 0) >= KINDS or UNSAFE.match(path) or "/static/" in path:
            continue
        shapes[shape(path)] = shapes.get(shape(path), 0) + 1
        answer = site.get(path)
        read += 1
        assert answer.status_code < 500, path
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        assert "<script>alert" not in answer.text, path
        reader = FormReader(str(answer.url))
        reader.feed(answer.text)
        for form in reader.forms:
            forms.setdefault((form.method, shape(form.action), *sorted(form.names)), form)
        found = [one for one in links(answer.text, str(answer.url)) if one not in known]
        known.update(found)
        waiting.extend(found)
    return list(forms.values()), read


def send(site: TestClient, form: Form, values: list[tuple[str, str]]) -> tuple[int, str, str]:
    body = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in values)
    if form.method == "GET":
        answer = site.get(f"{form.action.partition('?')[0]}?{body}", follow_redirects=False)
    else:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = site.post(form.action, content=body, headers=kind, follow_redirects=False)
    html = answer.headers.get("content-type", "").startswith("text/html")
    return answer.status_code, answer.text if html else "", answer.headers.get("location", "")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_no_form_breaks_and_none_runs_what_was_typed(visited: TestClient) -> None:
    # Starlette leaves the spool of a broken multipart body to the collector: hence the filter.
    forms, read = walk(visited)
    assert read > 60
    assert len(forms) > 40
    wrong = []
    for form in forms:
        for hostile in HOSTILE:
            typed = [(name, hostile) for name in form.typed]
            everything = [(name, hostile) for name in form.names]
            for values in (typed + form.values, everything)[not (typed and form.values) :]:
                status, page, location = send(visited, form, values)
                away = bool(location) and not (
                    location.startswith(f"{SITE}/")
                    or (location.startswith("/") and not location.startswith(("//", "/\\")))
                )
                runs = "<script>alert" in page or "<img src=x" in page or "49{" in page
                if status >= 500 or away or runs:
                    wrong.append((form.method, form.action, hostile[:30], status, location, runs))
        if form.method == "POST":
            for content, kind in BODIES:
                answer = visited.post(
                    form.action,
                    content=content,
                    headers={"Content-Type": kind},
                    follow_redirects=False,
                )
                if answer.status_code >= 500:
                    wrong.append((form.method, form.action, kind, answer.status_code, "", False))
    assert wrong == []
    walk(visited)  # what was kept of it is shown as text


@pytest.mark.slow
def test_no_sheet_computes_anything(visited: TestClient) -> None:
    """Every CSV of the table of routes, with a formula wherever somebody can write one."""
    hostile = dict.fromkeys(("source", "author"), FORMULA)
    answer = visited.post("/indicateurs/exterieurs", data=FORM | hostile)
    assert answer.status_code == 200
    found = visited.get("/api/v1/resources", params={"q": "hyperlink", "size": 10}).json()
    details = [visited.get(f"/api/v1/resources/{one['id']}").json() for one in found["results"]]
    codes = [one["alias"].rpartition("-")[2] for one in details]
    assert codes
    sheets = {
        "/selection.csv": "/selection.csv?" + "&".join(f"f={one}" for one in codes),
        "/indicateurs.csv": "/indicateurs.csv?du=2025-06-01&au=2025-06-30",
        "/indicateurs/{code}.csv": "/indicateurs/no-shows.csv",
        "/panorama.csv": "/panorama.csv",
    }
    assert set(sheets) == {path for _, path in route_rules() if path.endswith(".csv")}
    kept = 0
    for address in sheets.values():
        text = visited.get(address).text.lstrip("\ufeff")
        for row in csv.reader(io.StringIO(text), delimiter=";"):
            for cell in row:
                assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")), (address, cell)
                kept += cell.startswith("'=HYPERLINK")
    assert kept >= 2
