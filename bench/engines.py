"""Both engines on the same entries, side by side in one run: build rate, ten shapes of question,
and suggestions while typing.

    python -m bench.engines [--rows 20000] [--rounds 100] [--url http://127.0.0.1:9200]

Without --url, OpenSearch is started from the artifacts of the tests (one node, 1 GB of heap).
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random

from bench.entries import entries
from bench.search import SHAPES, WARMING, ask_times
from bench.suggest import beginnings, suggest_times
from directory.base.settings import Settings
from directory.communes import Communes, read_communes
from directory.engines import open_engine
from directory.engines.base import Engine
from tests.opensearch import index_of_its_own, start_server, stop_server


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table for each number of entries."""
    parser = argparse.ArgumentParser(description="Measure both engines.")
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000])
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--url", default="")
    options = parser.parse_args(arguments)
    communes = read_communes()
    with tempfile.TemporaryDirectory() as folder, server(Path(folder), options.url) as url:
        for rows in options.rows:
            with index_of_its_own(url, Path(folder) / str(rows)) as settings:
                measure(settings, rows, options.rounds, communes)
    return 0


@contextmanager
def server(folder: Path, url: str) -> Iterator[str]:
    """The server named, or one of our own."""
    if url:
        yield url
        return
    process, started = start_server(folder / "server", java=("-Xms1g", "-Xmx1g"))
    try:
        yield started
    finally:
        stop_server(process)


def measure(settings: Settings, rows: int, rounds: int, communes: Communes) -> None:
    """Index `rows` entries in each engine, ask both the same questions, print what it took."""
    opened = {
        name: open_engine(settings.model_copy(update={"engine": name}), communes=communes)
        for name in ("tantivy", "elasticsearch")
    }
    for name, engine in opened.items():
        print(f"{rows:,} entries, {name}: built at {rows / build_seconds(engine, rows):,.0f}/s")
    drawn = [one for one in islice(entries(rows), 5_000) if one.family]
    for shape_name, shape in SHAPES.items():
        rng = Random(7)
        questions = [shape(rng.choice(drawn), rng) for _ in range(rounds + WARMING)]
        told = (p50_p95(ask_times(engine, questions, communes)) for engine in opened.values())
        print(f"  {shape_name:<28} " + "   ".join(told))
    typed = list(islice(beginnings(drawn, Random(13)), rounds + WARMING))
    told = (p50_p95(suggest_times(one, typed, communes)[WARMING:]) for one in opened.values())
    print(f"  {'suggestions':<28} " + "   ".join(told))
    for engine in opened.values():
        engine.close()


def build_seconds(engine: Engine, rows: int) -> float:
    """Seconds to build, inventing the entries included: the same for both."""
    started = time.perf_counter()
    engine.rebuild(entries(rows))
    return time.perf_counter() - started


def p50_p95(times: list[float]) -> str:
    """« 1.2 / 3.4 » milliseconds."""
    cuts = statistics.quantiles((one * 1000 for one in times), n=100, method="inclusive")
    return f"{cuts[49]:7.2f} / {cuts[94]:7.2f}"


if __name__ == "__main__":
    raise SystemExit(main())
