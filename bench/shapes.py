"""A page of search by shape of question, in processor time, and what the engine takes of it.

    python -m bench.shapes [--rows 20000] [--rounds 60] [--data FOLDER] [--answers FILE]

From the address read to the HTML written, facets included, without network nor server. `--data`
keeps the index in a folder, and takes the one that is there; `--answers` writes what each question
was answered, one a line, so that two versions of the code can be compared.
"""

import argparse
import hashlib
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from random import Random
from typing import IO

import msgspec
import psutil
from fastapi import FastAPI
from starlette.requests import Request

from bench.entries import entries
from bench.machine import say_machine
from bench.search import SHAPES
from directory.base.settings import Settings
from directory.engines.base import Engine
from directory.query import DirectoryQuery
from directory.resource import Resource
from directory.results import Page
from web.app import create_app
from web.routes.search import show_search
from web.search_form import SearchForm
from web.services import Services, open_services

WARMING = 10


@dataclass
class WatchedEngine:
    """An engine, with the processor time its answers took since the last look, in seconds."""

    inner: Engine
    spent: float = 0.0
    pages: list[Page] = field(default_factory=list)

    def search(self, query: DirectoryQuery) -> Page:
        """Answer as the engine does."""
        started = time.process_time()
        page = self.inner.search(query)
        self.spent += time.process_time() - started
        self.pages.append(page)
        return page

    def rebuild(
        self, resources: Iterable[Resource], progress: Callable[[int], None] | None = None
    ) -> int:
        """Build as the engine does."""
        return self.inner.rebuild(resources, progress)

    def roll_back(self) -> str:
        """Roll back as the engine does."""
        return self.inner.roll_back()

    def generation(self) -> str:
        """The engine's generation."""
        return self.inner.generation()

    def close(self) -> None:
        """Close the engine."""
        self.inner.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print p50 and p95 of each shape, for the page and for the engine alone."""
    parser = argparse.ArgumentParser(description="Measure a page by shape of question.")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--data", type=Path, default=None)
    parser.add_argument("--answers", type=Path, default=None)
    parser.add_argument("--only", default="")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        opened = open_services(Settings(data_dir=options.data or Path(folder)))
        if not opened.engine.generation():
            opened.engine.rebuild(entries(options.rows))
        measure(opened, options)
        opened.close()
    return 0


def measure(opened: Services, options: argparse.Namespace) -> None:
    """Ask every shape, in turn, and print a line for each."""
    print(f"{options.rows:,} entries, {say_machine()}; CPU ms, p50 / p95")
    watched = WatchedEngine(opened.engine)
    services = replace(opened, engine=watched)
    app = create_app(services)
    drawn = [one for one in islice(entries(options.rows), 5_000) if one.family]
    out = options.answers.open("w") if options.answers else None
    for name, shape in SHAPES.items():
        if options.only not in name:
            continue
        rng = Random(11)
        asked = [shape(rng.choice(drawn), rng) for _ in range(options.rounds + WARMING)]
        whole, engine, turns = [], [], []
        for question in asked:
            watched.spent = 0.0
            watched.pages.clear()
            started = time.process_time()
            ask_page(app, services, question)
            whole.append(time.process_time() - started)
            engine.append(watched.spent)
            turns.append(len(watched.pages))
            if out is not None:
                write_answer(out, question, watched.pages)
        share = sum(engine[WARMING:]) / sum(whole[WARMING:])
        print(
            f"{name:<28}{cuts(whole[WARMING:]):>18}  engine {cuts(engine[WARMING:]):>16}"
            f" {share:4.0%}  first {whole[0] * 1000:6.1f}  asked {statistics.mean(turns):.1f}",
            flush=True,
        )
    if out is not None:
        out.close()
    print(f"memory {psutil.Process().memory_info().rss // 1_000_000} MB")


def ask_page(app: FastAPI, services: Services, question: str) -> bytes:
    """The HTML of a question."""
    request = Request(
        {"type": "http", "app": app, "method": "GET", "path": "/", "headers": [],
         "query_string": b"", "server": ("localhost", 80), "scheme": "http"}
    )  # fmt: skip
    return bytes(show_search(request, SearchForm(q=question), services).body)


def write_answer(out: IO[str], question: str, pages: Sequence[Page]) -> None:
    """What the last search of a question found, as one line."""
    last = pages[-1]
    more = "yes" if last.next_cursor else ""
    told = msgspec.json.encode(msgspec.structs.replace(last, next_cursor=more))
    totals = [(page.total, len(page.hits)) for page in pages]
    out.write(f"{question}\t{totals[-1]}\t{hashlib.blake2b(told, digest_size=12).hexdigest()}\n")


def cuts(times: Sequence[float]) -> str:
    """p50 and p95 in milliseconds."""
    at = statistics.quantiles((one * 1000 for one in times), n=100, method="inclusive")
    return f"{at[49]:.1f} / {at[94]:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
