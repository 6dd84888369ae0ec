"""Rebuilds while many readers search: no request fails, every answer comes from a whole index."""

import threading
from itertools import islice
from pathlib import Path

import pytest

from bench.entries import entries
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.query import DirectoryQuery
from tests.opensearch import index_of_its_own

pytestmark = pytest.mark.soak

ROWS, READERS, REBUILDS = 3_000, 4, 5
WORDS = ("", "martin", "pharmacie", "rééducation périnéale", "kiné", "ortophoniste")


def test_the_embedded_engine_answers_all_along(tmp_path: Path) -> None:
    rebuild_under_load(Settings(data_dir=tmp_path))


@pytest.mark.elastic
def test_the_server_engine_answers_all_along(engine_server: str, tmp_path: Path) -> None:
    with index_of_its_own(engine_server, tmp_path) as settings:
        rebuild_under_load(settings)


def rebuild_under_load(settings: Settings) -> None:
    """Two engines on one index, as two processes: one builds, the other is read by threads."""
    builder, reader = open_engine(settings), open_engine(settings)
    builder.rebuild(islice(entries(ROWS), ROWS))
    stop = threading.Event()
    totals: list[int] = []
    failures: list[str] = []

    def read(number: int) -> None:
        turn = number
        while not stop.is_set():
            turn += 1
            try:
                search(reader, WORDS[turn % len(WORDS)], totals)
            except Exception as exc:
                failures.append(repr(exc))

    threads = [threading.Thread(target=read, args=(number,)) for number in range(READERS)]
    for thread in threads:
        thread.start()
    for more in range(1, REBUILDS + 1):
        builder.rebuild(islice(entries(ROWS + more), ROWS + more))
    stop.set()
    for thread in threads:
        thread.join()
    builder.close()
    reader.close()

    assert failures == []
    assert len(totals) > 50
    assert set(totals) <= {ROWS + more for more in range(REBUILDS + 1)}
    assert len(set(totals)) > 2


def search(engine: Engine, text: str, totals: list[int]) -> None:
    """One search; the total of the whole directory is kept."""
    page = engine.search(DirectoryQuery(text=text))
    assert page.hits
    if not text:
        totals.append(page.total)
