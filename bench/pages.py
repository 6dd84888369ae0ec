"""The search as a user meets it: engine, JSON API and HTML page, side by side in one run.

    python -m bench.pages [--rows 20000] [--rounds 100]

The same questions (ten shapes, drawn from the entries) go through `ask` in this process, then over
HTTP on the loopback to a server in another process; the load generator shares the two cores.
"""

import argparse
import contextlib
import logging
import multiprocessing
import os
import platform
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx
import psutil

from bench.entries import entries
from bench.search import SHAPES
from directory.base.logs import configure_logs
from directory.base.settings import Settings
from directory.understanding import ask
from web.services import Services, open_services

WARMING = 10
STARTING_SECONDS = 60


def main(arguments: Sequence[str] | None = None) -> int:
    """Print p50, p95 and p99 of each shape, through the engine, the API and the page."""
    parser = argparse.ArgumentParser(description="Measure the pages.")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=100)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        measure(Settings(data_dir=Path(folder)), options.rows, options.rounds)
    return 0


def measure(settings: Settings, rows: int, rounds: int) -> None:
    """Index `rows` entries, serve them, question them three ways."""
    opened = open_services(settings)
    opened.engine.rebuild(entries(rows))
    print(f"{rows:,} entries, {platform.machine()}, {os.cpu_count()} cores, times in ms")
    print(f"{'':<28}{'engine p50/p95/p99':>24}{'API':>24}{'page':>24}")
    everything: list[list[float]] = [[], [], []]
    with (
        served(settings.data_dir) as (base, server),
        httpx.Client(base_url=base, timeout=30) as client,
    ):
        drawn = [one for one in islice(entries(rows), 5_000) if one.family]
        for name, shape in SHAPES.items():
            rng = Random(11)
            asked = [shape(rng.choice(drawn), rng) for _ in range(rounds + WARMING)]
            ways = _ways(opened, client)
            columns = [[timed(way, question) for question in asked][WARMING:] for way in ways]
            print(f"{name:<28}" + "".join(f"{cuts(times):>24}" for times in columns))
            for whole, times in zip(everything, columns, strict=True):
                whole += times
        print(f"{'all':<28}" + "".join(f"{cuts(times):>24}" for times in everything))
        print(f"server memory: {_memory_mb(server)} MB")
    opened.close()


@contextlib.contextmanager
def served(data_dir: Path) -> Iterator[tuple[str, multiprocessing.process.BaseProcess]]:
    """A server of that folder in another process, for the length of a block, and its address.

    It refuses nobody for asking often.
    """
    port = _free_port()
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(data_dir, port), daemon=True
    )
    server.start()
    base = f"http://127.0.0.1:{port}"
    try:
        with httpx.Client(base_url=base) as client:
            _wait(client)
        yield base, server
    finally:
        server.terminate()
        server.join()


def _ways(opened: Services, client: httpx.Client) -> list[Callable[[str], object]]:
    reach = opened.territory.everywhere
    return [
        lambda question: ask(
            opened.engine, question, communes=opened.communes, territory_communes=reach
        ),
        lambda question: client.get(f"/api/v1/resources?q={quote(question)}").raise_for_status(),
        lambda question: client.get(f"/?q={quote(question)}").raise_for_status(),
    ]


def timed(way: Callable[[str], object], question: str) -> float:
    """Seconds one question takes."""
    started = time.perf_counter()
    way(question)
    return time.perf_counter() - started


def cuts(times: Sequence[float]) -> str:
    """p50, p95 and p99 in milliseconds."""
    at = statistics.quantiles((one * 1000 for one in times), n=100, method="inclusive")
    return f"{at[49]:.1f} / {at[94]:.1f} / {at[98]:.1f}"


def _serve(data_dir: Path, port: int) -> None:
    import uvicorn

    from web.app import create_app

    configure_logs(level=logging.WARNING)
    opened = open_services(Settings(data_dir=data_dir, rate_scale=0))
    uvicorn.run(create_app(opened), port=port, log_config=None, access_log=False)


def _wait(client: httpx.Client) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            client.get("/healthz")
            return
        time.sleep(0.1)
    raise TimeoutError("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _memory_mb(server: multiprocessing.process.BaseProcess) -> int:
    return int(psutil.Process(server.pid).memory_info().rss // 1024**2)


if __name__ == "__main__":
    raise SystemExit(main())
