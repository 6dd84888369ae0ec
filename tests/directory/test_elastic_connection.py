"""What is said when the server is down, slow, closed, too old or misnamed; no real server needed."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from directory.base.errors import SettingsError, UnavailableError
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.engines.elastic import connection
from directory.engines.entry import SCHEMA_VERSION
from directory.query import DirectoryQuery
from directory.resource import Resource
from tests.factories import resource

INDEX = "recours-0199f0a0-0000-7000-8000-000000000000"


class Request(NamedTuple):
    """What the fake server was sent."""

    method: str
    path: str
    accept: str
    body: bytes


Answer = Callable[[Request], tuple[int, Any]]


class Fake(NamedTuple):
    """A server that answers what a test decides."""

    url: str
    asked: list[Request]


class QuietServer(ThreadingHTTPServer):
    """Says nothing of clients that left before the answer."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Leaving is what the tests of slow servers do."""


@pytest.fixture
def fake() -> Iterator[Callable[[Answer], Fake]]:
    started: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> Fake:
        asked: list[Request] = []

        class Handler(BaseHTTPRequestHandler):
            def handle_any(self) -> None:
                length = int(self.headers.get("content-length") or 0)
                told = self.headers["accept"] or ""
                request = Request(self.command, self.path, told, self.rfile.read(length))
                asked.append(request)
                status, document = answer(request)
                content = json.dumps(document).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, format: str, *args: Any) -> None:
                """The tests' output is not the place."""

        for method in ("GET", "POST", "PUT", "DELETE"):
            setattr(Handler, f"do_{method}", Handler.handle_any)
        server = QuietServer(("127.0.0.1", 0), Handler)
        started.append(server)
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return Fake(f"http://127.0.0.1:{server.server_port}", asked)

    yield start
    for server in started:
        server.shutdown()
        server.server_close()


def product(number: str, distribution: str = "") -> dict[str, Any]:
    version = {"number": number} | ({"distribution": distribution} if distribution else {})
    return {"version": version, "tagline": "…"}


def healthy(request: Request) -> tuple[int, Any]:
    """Elasticsearch 9 with one entry in its index."""
    path = request.path.split("?")[0]
    if path == "/":
        return 200, product("9.5.3")
    if path.endswith("/_alias"):
        return 200, {INDEX: {"aliases": {"recours": {}}}}
    if path.endswith("/_mapping"):
        return 200, {INDEX: {"mappings": {"_meta": {"version": SCHEMA_VERSION, "whole": True}}}}
    return 200, found(resource("Centre"))


def found(*entries: Resource, **changes: Any) -> dict[str, Any]:
    hits = [
        {"sort": [1], "_source": {"body": {"id": one.id, "alias": one.alias, "kind": one.kind.value,
         "name": one.name}}} for one in entries
    ]  # fmt: skip
    told = {"hits": {"total": {"value": len(hits)}, "hits": hits}, "timed_out": False}
    shards = {"_shards": {"failed": 0}, "aggregations": AnyFacet(), "status": 200}
    return {"responses": [told | shards | changes]}


class AnyFacet(dict[str, Any]):
    """No values, whatever the facet."""

    def __init__(self) -> None:
        from directory.engines.facets import FACETS

        super().__init__({name: {"buckets": []} for name in FACETS})


def settings(url: str, **changes: Any) -> Settings:
    return Settings(engine="elasticsearch", engine_url=url, **changes)


def search(url: str) -> Any:
    engine = open_engine(settings(url))
    try:
        return engine.search(DirectoryQuery())
    finally:
        engine.close()


def test_plain_json_is_spoken_and_a_page_comes_back(fake: Callable[[Answer], Fake]) -> None:
    server = fake(healthy)

    assert [hit.resource.name for hit in search(server.url).hits] == ["Centre"]
    assert {request.accept for request in server.asked} == {"application/json"}


def test_a_server_that_is_down_is_named_with_what_to_do() -> None:
    with pytest.raises(UnavailableError, match="injoignable.*RECOURS_ENGINE_URL"):
        search("http://127.0.0.1:9")


def test_a_server_down_is_not_asked_by_every_reader(fake: Callable[[Answer], Fake]) -> None:
    server = fake(lambda request: (503, {"error": "no"}))
    engine = open_engine(settings(server.url))
    for _ in range(5):
        with pytest.raises(UnavailableError):
            engine.search(DirectoryQuery())
    engine.close()

    assert len(server.asked) <= 2 * 3  # each try is repeated twice by the client


def test_a_slow_server_is_not_waited_for(
    fake: Callable[[Answer], Fake], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "REQUEST_SECONDS", 0.2)
    slow = threading.Event()

    def answer(request: Request) -> tuple[int, Any]:
        if "_msearch" in request.path:
            slow.wait(5)
        return healthy(request)

    started = time.monotonic()
    with pytest.raises(UnavailableError, match="pas répondu à temps"):
        search(fake(answer).url)
    slow.set()
    assert time.monotonic() - started < 2


@pytest.mark.parametrize(
    "trouble", [{"timed_out": True}, {"_shards": {"failed": 1}}], ids=["lent", "fragment perdu"]
)
def test_a_partial_answer_says_so(fake: Callable[[Answer], Fake], trouble: dict[str, Any]) -> None:
    def answer(request: Request) -> tuple[int, Any]:
        if "_msearch" in request.path:
            return 200, found(resource("Centre"), **trouble)
        return healthy(request)

    page = search(fake(answer).url)

    assert "partielle" in page.partial
    assert len(page.hits) == 1


def test_a_search_the_server_has_no_room_for_says_so(fake: Callable[[Answer], Fake]) -> None:
    refused = {"error": {"type": "rejected"}, "status": 429}

    def answer(request: Request) -> tuple[int, Any]:
        if "_msearch" in request.path:
            return 200, {"responses": [refused]}
        return healthy(request)

    with pytest.raises(UnavailableError, match="429 rejected.*débordé"):
        search(fake(answer).url)


def test_an_index_removed_since_we_looked_is_looked_for_again(
    fake: Callable[[Answer], Fake],
) -> None:
    """Two builds ended between two searches of one reader."""
    gone = [{"error": {"type": "index_not_found_exception"}, "status": 404}]

    def answer(request: Request) -> tuple[int, Any]:
        if "_msearch" in request.path and gone:
            return 200, {"responses": [gone.pop()]}
        return healthy(request)

    server = fake(answer)

    assert search(server.url).total == 1
    assert sum("/_alias" in request.path for request in server.asked) == 2


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_said(fake: Callable[[Answer], Fake], status: int) -> None:
    with pytest.raises(UnavailableError, match="RECOURS_ENGINE_API_KEY"):
        search(fake(lambda request: (status, {"error": "no"})).url)


@pytest.mark.parametrize(
    ("told", "known"),
    [
        (product("8.19.0"), True),
        (product("9.5.3"), True),
        (product("2.19.1", "opensearch"), True),
        (product("3.8.0", "opensearch"), True),
        (product("7.17.29"), False),
        (product("1.3.13", "opensearch"), False),
        (product("9.0.0", "autre"), False),
        ({}, False),
        ({"version": {"number": "neuf"}}, False),
    ],
)
def test_products_are_known_by_name_and_age(
    fake: Callable[[Answer], Fake], told: dict[str, Any], known: bool
) -> None:
    url = fake(lambda request: (200, told) if request.path == "/" else healthy(request)).url

    if known:
        assert search(url).total == 1
    else:
        with pytest.raises(UnavailableError, match="attendu : Elasticsearch 8 ou 9"):
            search(url)


@pytest.mark.parametrize(
    ("url", "changes"),
    [
        ("http://moteur.exemple.fr:9200", {"engine_api_key": "x"}),
        ("http://nom:passe@moteur.exemple.fr:9200", {}),
        ("https://a.exemple.fr:9200,http://b.exemple.fr:9200", {"engine_api_key": "x"}),
    ],
)
def test_a_secret_never_goes_out_in_clear(url: str, changes: dict[str, Any]) -> None:
    with pytest.raises(SettingsError, match="en clair"):
        open_engine(settings(url, **changes))


@pytest.mark.parametrize("url", ["moteur", "ftp://moteur:9200", "", "http://moteur:port"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(SettingsError, match="RECOURS_ENGINE_URL"):
        open_engine(settings(url))


def test_a_missing_certificate_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="RECOURS_ENGINE_CA"):
        open_engine(settings("https://127.0.0.1:9200", engine_ca=str(tmp_path / "rien.pem")))


def test_the_key_is_not_shown_with_the_settings() -> None:
    assert "secrète" not in repr(settings("https://127.0.0.1:9200", engine_api_key="secrète"))
