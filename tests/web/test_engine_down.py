"""The search server is down: the page says so, the rest works, imports are kept, watchers hear."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.indexing import index_is_behind
from directory.query import DirectoryQuery
from directory.results import Page
from tests.web.conftest import MONDAY, SITE
from tests.web.visitor import Visitor
from web.app import create_app
from web.imports import import_source
from web.services import Services, open_services

NOBODY_LISTENS = "http://127.0.0.1:9"


@pytest.fixture
def without_engine(tmp_path: Path) -> Iterator[Services]:
    """A register filled while the search server is down."""
    settings = Settings(data_dir=tmp_path, engine="elasticsearch", engine_url=NOBODY_LISTENS)
    opened = open_services(settings, FixedClock(MONDAY))
    yield opened
    opened.close()


@pytest.fixture
def site(without_engine: Services) -> TestClient:
    import_source(without_engine, "table", [], mapping="annexe3")
    app = create_app(without_engine)
    return Visitor(app, base_url=SITE, raise_server_exceptions=False)


def test_an_import_is_published_and_the_index_catches_up_later(
    without_engine: Services, capfd: pytest.CaptureFixture[str]
) -> None:
    told = import_source(without_engine, "table", [], mapping="annexe3")

    assert told.kept == 57
    assert index_is_behind(without_engine.register)
    assert "recours index rebuild" in " ".join("".join(capfd.readouterr()).split())


def test_the_search_page_says_what_is_wrong(site: TestClient) -> None:
    answer = site.get("/", params={"q": "ehpad"})

    assert answer.status_code == 503
    assert "n'est pas disponible" in answer.text
    assert "injoignable" in answer.text
    assert NOBODY_LISTENS not in answer.text


def test_the_api_answers_with_a_problem(site: TestClient) -> None:
    answer = site.get("/api/v1/resources", params={"q": "ehpad"})

    assert answer.status_code == 503
    assert "injoignable" in answer.json()["detail"]


def test_pages_of_the_register_and_of_the_line_work(site: TestClient) -> None:
    assert site.get("/imports").status_code == 200
    assert site.get("/fiche/inconnue").status_code == 404
    assert site.get("/appel").status_code < 500


def test_the_watcher_hears(site: TestClient) -> None:
    answer = site.get("/healthz")

    assert answer.status_code == 503
    assert answer.json() == {
        "status": "degraded",
        "index": "error",
        "register": "ok",
        "agenda": "ok",
        "messages": "ok",
        "calendars": "ok",
    }


@pytest.mark.elastic
def test_the_index_catches_up_when_the_server_comes_back(
    tmp_path: Path, engine_settings: Settings
) -> None:
    for url in (NOBODY_LISTENS, engine_settings.engine_url):
        settings = engine_settings.model_copy(update={"data_dir": tmp_path, "engine_url": url})
        opened = open_services(settings, FixedClock(MONDAY))
        if url == NOBODY_LISTENS:
            import_source(opened, "table", [], mapping="annexe3")
        else:
            assert opened.catch_up_index() == "57 fiches"
            site = Visitor(create_app(opened), base_url=SITE)
            assert "SOLEIL" in site.get("/", params={"q": "soleil dautomne"}).text
            assert site.get("/healthz").status_code == 200
        opened.close()


def test_a_partial_answer_is_named(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that ran out of time gives what it has: the reader must know."""
    whole = services.engine.search
    told = "Réponse partielle : le moteur n'a pas tout parcouru."

    def cut_short(query: DirectoryQuery) -> Page:
        return msgspec.structs.replace(whole(query), partial=told)

    monkeypatch.setattr(services.engine, "search", cut_short)
    site = Visitor(create_app(services), base_url=SITE)

    page = site.get("/", params={"q": "kiné"})
    assert page.status_code == 200
    assert "Réponse partielle" in page.text
    assert site.get("/api/v1/resources", params={"q": "kiné"}).json()["partial"] == told
