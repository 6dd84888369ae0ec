"""The live stream: one watch per process, numbers in order, nothing kept for who left."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from pathlib import Path

import httpx
import pytest

from directory.base.change_log import append_change, last_seq
from directory.base.database import Database, open_database
from orientation import tables
from orientation.store import SPEC
from tests.browser import LiveSite, served
from tests.web.servers import serving
from web import live
from web.live import ChangeFeed
from web.services import Services

LOG = tables.base.change_log
SOON = 0.01


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(SPEC, tmp_path)
    yield opened
    opened.close()


def say(store: Database, topic: str = "request", times: int = 1) -> int:
    with store.write() as connection:
        return [append_change(connection, LOG, topic, "x") for _ in range(times)][-1]


async def next_of(stream: AsyncGenerator[int]) -> int:
    return await asyncio.wait_for(anext(stream), 5)


def test_a_change_reaches_every_follower_through_one_watch(store: Database) -> None:
    async def play() -> None:
        feed = ChangeFeed(store, LOG, SOON)
        seen = say(store)
        streams = [feed.follow(seen) for _ in range(3)]
        waiting = [asyncio.ensure_future(next_of(one)) for one in streams]
        await asyncio.sleep(0.05)
        assert (feed.followers, feed.watching) == (3, True)
        number = say(store)
        assert await asyncio.gather(*waiting) == [number] * 3
        for one in streams:
            await one.aclose()
        assert (feed.followers, feed.watching) == (0, False)

    asyncio.run(play())


def test_who_was_away_hears_of_it_at_once_and_who_knows_waits(store: Database) -> None:
    async def play() -> None:
        feed = ChangeFeed(store, LOG, SOON)
        before = say(store)
        number = say(store, times=3)
        late, current = feed.follow(before), feed.follow(number, seconds=0.1)
        assert await next_of(late) == number
        assert [one async for one in current] == []
        await late.aclose()

    asyncio.run(play())


def test_more_changes_than_one_reading_are_told_as_one(
    store: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "BATCH", 5)

    async def play() -> None:
        feed = ChangeFeed(store, LOG, SOON)
        stream = feed.follow(say(store))
        first = asyncio.ensure_future(next_of(stream))
        await asyncio.sleep(0.05)
        number = await asyncio.to_thread(say, store, "slot", 12)
        told = await first
        while told < number:
            told = await next_of(stream)
        assert told == number
        await stream.aclose()

    asyncio.run(play())


def test_what_no_screen_shows_wakes_nobody(store: Database) -> None:
    async def play() -> None:
        feed = ChangeFeed(store, LOG, SOON)
        stream = feed.follow(say(store), seconds=0.15)
        waiting = asyncio.ensure_future(anext(stream, None))
        await asyncio.sleep(0.03)
        say(store, topic="outside_figure")
        assert await waiting is None

    asyncio.run(play())


def test_a_store_that_fails_for_a_while_is_read_again(store: Database) -> None:
    async def play() -> None:
        feed = ChangeFeed(store, LOG, SOON)
        stream = feed.follow(say(store))
        first = asyncio.ensure_future(next_of(stream))
        await asyncio.sleep(0.05)
        with store.write() as connection:
            connection.exec_driver_sql("ALTER TABLE change_log RENAME TO away")
        await asyncio.sleep(0.05)
        with store.write() as connection:
            connection.exec_driver_sql("ALTER TABLE away RENAME TO change_log")
        number = say(store)
        assert await first == number
        await stream.aclose()

    asyncio.run(play())


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 15
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def events(answer: httpx.Response) -> Iterator[int]:
    return (int(line[4:]) for line in answer.iter_lines() if line.startswith("id: "))


@pytest.fixture
def desk(empty_services: Services) -> Iterator[LiveSite]:
    with served(empty_services) as site:
        yield site


@pytest.mark.slow
def test_a_browser_that_comes_back_gives_the_last_number_it_saw(
    desk: LiveSite, empty_services: Services
) -> None:
    store = empty_services.orientation.database
    first, last = say(store), say(store)
    url = f"{desk.url}/secretariat/direct"
    with httpx.stream("GET", url, headers={"Last-Event-ID": str(first)}, timeout=20) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert next(events(answer)) == last
    for odd in ("-1", "²", "9" * 40, "<script>"):
        with httpx.stream(
            "GET", url, headers={b"Last-Event-ID": odd.encode()}, timeout=20
        ) as answer:
            assert answer.status_code == 200
    assert httpx.get(url, params={"depuis": "x"}).status_code == 422


@pytest.mark.slow
def test_a_closed_browser_frees_its_stream(desk: LiveSite, empty_services: Services) -> None:
    feed, store = empty_services.feed, empty_services.orientation.database
    with contextlib.ExitStack() as open_streams:
        for _ in range(5):
            asked = httpx.stream("GET", f"{desk.url}/secretariat/direct", timeout=20)
            open_streams.enter_context(asked)
        until(lambda: feed.followers == 5)
    with store.read() as connection:
        known = last_seq(connection, LOG)
    until(lambda: feed.followers == 0)
    assert not feed.watching
    assert say(store) > known


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_a_call_taken_by_one_process_reaches_the_streams_of_another(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = "" if kind == "sqlite" else request.getfixturevalue("postgres_url")
    told = {"callback_number": "06 12 34 56 78", "commune": "rungis"}
    with serving(tmp_path, url) as first, serving(tmp_path, url) as second:
        empty = second.get("/secretariat/tableau", headers={"HX-Request": "true"}).text
        seen = empty.partition('data-seq="')[2].partition('"')[0]
        with second.stream("GET", "/secretariat/direct", params={"depuis": seen}) as answer:
            assert first.post("/secretariat/appel", data=told).status_code == 303
            assert next(events(answer)) > int(seen)
        desk = second.get("/secretariat/tableau", headers={"HX-Request": "true"}).text
    assert "Rungis" not in empty
    assert "Rungis" in desk
    assert "<html" not in desk
    assert "612345678" not in desk.replace(" ", "")
