"""The search beside what it could have been: SQLite FTS5 behind Datasette, and bare Tantivy.

    python -m bench rivals [--rows 20000 250000] [--rounds 60]

The same invented entries, the same questions in turn, in one process: pages of HTML with facets
are asked without a network, and times are those of the processor, as other work goes on. Only
shapes every rival can answer are asked: none of the others forgives a mistake or measures a
distance. Datasette is the project's dependency group `bench`.
"""

import argparse
import asyncio
import json
import logging
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from random import Random

import httpx
from datasette.app import Datasette
from tantivy import Index

from bench.entries import entries
from bench.machine import say_machine
from bench.search import SHAPES
from directory.base.logs import configure_logs
from directory.base.settings import Settings
from directory.engines.tantivy.facets import count_facets
from directory.engines.tantivy.schema import document, register_analyzers, schema
from directory.resource import Resource
from directory.text import folded_words
from directory.understanding import ask
from web.app import create_app
from web.services import Services, services

WARMING = 10
PATIENCE_MS = 60_000
"""Datasette gives up facets after 200 ms by itself: here it is left to finish."""

COLUMNS = ("name", "kind", "profession", "category", "commune", "address", "phone", "told")
FACETED = ("kind", "profession", "category", "commune")
ASKED = {
    "exact name": "nom exact",
    "prefix": "début de nom",
    "profession + commune": "profession et commune",
    "free text": "texte libre",
    "phone number": "numéro de téléphone",
}
"""The shapes asked, in French."""

Way = Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Rival:
    """A way of answering, and the seconds of processor its index took."""

    name: str
    way: Way
    built: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each number of entries."""
    parser = argparse.ArgumentParser(
        prog="bench rivals", description="La recherche à côté de SQLite FTS5 et de Tantivy nu."
    )
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 250_000], help="fiches")
    parser.add_argument("--rounds", type=int, default=60, help="questions par forme")
    options = parser.parse_args(arguments)
    configure_logs(level=logging.WARNING)
    print(f"{say_machine()}. Temps de processeur, ms, p50 / p95.")
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(Path(folder), rows, options.rounds))
    return 0


async def measure(folder: Path, rows: int, rounds: int) -> None:
    """Index `rows` entries in each, ask all of them the same, print a table in Markdown."""
    tantivy = bare_tantivy(folder / "bare", rows)
    datasette = fts5(folder / "bench.sqlite", rows)
    with services(Settings(data_dir=folder / "ours")) as opened:
        started = time.process_time()
        opened.engine.rebuild(entries(rows))
        built = time.process_time() - started
        rivals = [tantivy, Rival("Recours, moteur", _engine(opened), built)]
        transport = httpx.ASGITransport(create_app(opened))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            rivals += [Rival("Recours, page", _page(client), built), datasette]
            print(f"\n### {rows} fiches\n", flush=True)
            print("| ce qui est tapé | " + " | ".join(one.name for one in rivals), end=" |")
            print(" page / Tantivy nu | Datasette / page |")
            print("| --- |" + " ---: |" * (len(rivals) + 2))
            for shape, said in ASKED.items():
                print(await _line(said, rivals, _drawn(shape, rows, rounds)), flush=True)
    built_at = {one.built: f"{one.name} {rows / one.built:.0f}" for one in rivals}
    print("\nConstruction, fiches inventées comprises, par seconde de processeur : ", end="")
    print(", ".join(built_at.values()) + ".")


def _drawn(shape: str, rows: int, rounds: int) -> list[str]:
    rng = Random(11)
    people = [one for one in islice(entries(rows), 5_000) if one.family]
    return [SHAPES[shape](rng.choice(people), rng) for _ in range(rounds + WARMING)]


async def _line(said: str, rivals: Sequence[Rival], asked: Sequence[str]) -> str:
    """One shape: rivals answer each question in turn, so that they suffer the same machine."""
    times: dict[str, list[float]] = {one.name: [] for one in rivals}
    for question in asked:
        for one in rivals:
            started = time.process_time()
            await one.way(question)
            times[one.name].append((time.process_time() - started) * 1000)
    cuts = [statistics.quantiles(each[WARMING:], n=100) for each in times.values()]
    cells = [f"{cut[49]:.1f} / {cut[94]:.1f}" for cut in cuts]
    bare, _, page, other = (cut[49] for cut in cuts)
    told = [*cells, f"{page / bare:.1f}", f"{other / page:.1f}"]
    return f"| {said} | " + " | ".join(told).replace(".", ",") + " |"


def bare_tantivy(folder: Path, rows: int) -> Rival:
    """Tantivy itself on the same schema: a parsed query, twenty documents, counted facets."""
    folder.mkdir()
    started = time.process_time()
    index = Index(schema(), str(folder))
    register_analyzers(index)
    writer = index.writer(256_000_000)
    for one in entries(rows):
        writer.add_document(document(one))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    built = time.process_time() - started
    searcher = index.searcher()

    async def way(question: str) -> object:
        # Words as the analyzer leaves them: its query parser has operators of its own.
        words = " ".join(folded_words(question))
        query = index.parse_query(words, ["words"], conjunction_by_default=True)
        found = searcher.search(query, 20)
        counted = count_facets(searcher, query)
        return counted, [searcher.doc(address) for _, address in found.hits]

    return Rival("Tantivy nu", way, built)


def fts5(path: Path, rows: int) -> Rival:
    """The page of a table in Datasette, searched by FTS5, with four facets."""
    started = time.process_time()
    with sqlite3.connect(path) as base:
        base.execute(f"create table entries ({', '.join(COLUMNS)})")
        marks = ", ".join("?" * len(COLUMNS))
        base.executemany(f"insert into entries values ({marks})", _rows(rows))
        base.execute(
            f"create virtual table entries_fts using fts5({', '.join(COLUMNS)}, "
            "content=entries, tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')"
        )
        base.execute("insert into entries_fts(entries_fts) values ('rebuild')")
        for name in FACETED:
            base.execute(f"create index entries_{name} on entries ({name})")
        base.execute("analyze")
    base.close()
    built = time.process_time() - started
    served = Datasette(
        [str(path)],
        settings={"facet_time_limit_ms": PATIENCE_MS, "sql_time_limit_ms": PATIENCE_MS},
    )
    facets = [("_facet", name) for name in FACETED]

    async def way(question: str) -> object:
        asked = " ".join(f'"{word}"*' for word in folded_words(question))
        params = httpx.QueryParams(
            [("_search", asked), ("_searchmode", "raw"), ("_size", "20"), *facets]
        )
        return (await served.client.get(f"/{path.stem}/entries?{params}")).raise_for_status()

    return Rival("Datasette, page", way, built)


def _rows(rows: int) -> Iterator[tuple[str, ...]]:
    for one in entries(rows):
        yield (
            one.name,
            one.kind.value,
            one.profession.label if one.profession else "",
            one.category.label if one.category else "",
            one.commune,
            one.address,
            " ".join(phone.value for phone in one.phones),
            json.dumps(_told(one), ensure_ascii=False),
        )


def _told(one: Resource) -> list[str]:
    return [*(each.label for each in one.specialities), *one.acts, *one.keywords]


def _engine(opened: Services) -> Way:
    reach = opened.territory.everywhere

    async def way(question: str) -> object:
        return ask(opened.engine, question, communes=opened.communes, territory_communes=reach)

    return way


def _page(client: httpx.AsyncClient) -> Way:
    async def way(question: str) -> object:
        return (await client.get("/", params={"q": question})).raise_for_status()

    return way


if __name__ == "__main__":
    raise SystemExit(main())
