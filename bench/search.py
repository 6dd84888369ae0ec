"""The search, measured: build rate against bare Tantivy, and ten shapes of question.

    python -m bench.search [--rows 20000 250000] [--rounds 200]

Build, in elapsed and in processor time: our engine given entries, against Tantivy given ready-made
documents of the same schema by the same writer, which indexes in a thread of its own. Questions: `ask` (understanding, search, facets, reasons)
against Tantivy running compiled queries with the same facets, reading the same documents.
"""

import argparse
import resource as usage
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import islice
from pathlib import Path
from random import Random

from tantivy import Document, Index

from bench.entries import entries
from bench.machine import say_machine
from directory.communes import Communes, read_communes
from directory.engines.base import Engine
from directory.engines.tantivy.engine import WRITER_BYTES, TantivyEngine
from directory.engines.tantivy.facets import count_facets
from directory.engines.tantivy.queries import plan
from directory.engines.tantivy.schema import document, register_analyzers, schema
from directory.query import DirectoryQuery
from directory.resource import Resource
from directory.territory import load_territory
from directory.understanding import ask

WARMING = 20
_COMMUNES = ("cachan", "l hay les roses", "chevilly larue", "fresnes", "rungis")

Shape = Callable[[Resource, Random], str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table for each number of entries."""
    parser = argparse.ArgumentParser(description="Measure the search.")
    parser.add_argument("--rows", type=int, nargs="+", default=[20_000, 250_000])
    parser.add_argument("--rounds", type=int, default=200)
    options = parser.parse_args(arguments)
    communes = read_communes()
    for rows in options.rows:
        with tempfile.TemporaryDirectory() as folder:
            measure(Path(folder), rows, options.rounds, communes)
    return 0


def measure(folder: Path, rows: int, rounds: int, communes: Communes) -> None:
    """Index `rows` entries under `folder`, question them, print what it took."""
    invented = list(entries(rows))
    bare = build_bare(folder / "bare", [document(one) for one in invented])
    engine = TantivyEngine(folder / "ours", communes=communes)
    ours = build_ours(engine, invented)
    print(f"\n{rows:,} entries, {say_machine()}")
    for what, mine, theirs in zip(("elapsed", "processor"), ours, bare, strict=True):
        print(
            f"  build, {what}: {mine / rows * 1e6:.0f} µs an entry, bare {theirs / rows * 1e6:.0f} µs, "
            f"ratio {theirs / mine:.2f}"
        )
    print(f"  index {_size_mb(folder / 'ours')} MB, peak memory {_peak_mb()} MB")
    drawn = [one for one in islice(entries(rows), 5_000) if one.family]
    for name, shape in SHAPES.items():
        rng = Random(7)
        questions = [shape(rng.choice(drawn), rng) for _ in range(rounds + WARMING)]
        print(_line(name, ask_times(engine, questions, communes)))
    print(_line("(bare: exact name)", bare_times(folder / "bare", drawn[: rounds + WARMING])))
    engine.close()


def build_ours(engine: TantivyEngine, invented: Sequence[Resource]) -> tuple[float, float]:
    """Seconds to build through the engine: elapsed, and of processor."""
    return _took(lambda: engine.rebuild(invented))


def build_bare(folder: Path, documents: Sequence[Document]) -> tuple[float, float]:
    """The same for Tantivy to take ready-made documents, as our engine has it write."""
    folder.mkdir()
    return _took(lambda: _write_bare(folder, documents))


def _write_bare(folder: Path, documents: Sequence[Document]) -> None:
    index = Index(schema(), str(folder), sort_by_field="rank")
    register_analyzers(index)
    writer = index.writer(WRITER_BYTES, 1)
    for one in documents:
        writer.add_document(one)
    writer.commit()
    writer.wait_merging_threads()


def _took(do: Callable[[], object]) -> tuple[float, float]:
    before = time.perf_counter(), time.process_time()
    do()
    return time.perf_counter() - before[0], time.process_time() - before[1]


def ask_times(engine: Engine, questions: list[str], communes: Communes) -> list[float]:
    """Seconds each question takes, from what is typed to the page of entries."""
    reach = load_territory("bievre").everywhere
    times = []
    for question in questions:
        started = time.perf_counter()
        ask(engine, question, communes=communes, territory_communes=reach)
        times.append(time.perf_counter() - started)
    return times[WARMING:]


def bare_times(folder: Path, drawn: list[Resource]) -> list[float]:
    """Seconds Tantivy takes for the page of a name: query, facets, documents, nothing of ours."""
    searcher = Index.open(str(folder)).searcher()
    times = []
    for one in drawn:
        asked = plan(DirectoryQuery(text=one.name))
        started = time.perf_counter()
        found = searcher.search(asked.scoring, 20, count=False)
        count_facets(searcher, asked.selecting)
        for _, address in found.hits:
            searcher.doc(address)
        times.append(time.perf_counter() - started)
    return times[WARMING:]


def _mistyped(text: str, rng: Random) -> str:
    place = rng.randrange(1, max(2, len(text) - 1))
    return text[:place] + text[place + 1 :]


def _profession(one: Resource) -> str:
    return one.profession.label if one.profession is not None else "pharmacie"


SHAPES: dict[str, Shape] = {
    "exact name": lambda one, _: one.name,
    "name with one mistake": lambda one, rng: f"{one.given} {_mistyped(one.family, rng)}",
    "prefix": lambda one, _: one.family[:4].lower(),
    "profession + commune": lambda one, rng: f"{_profession(one)} {rng.choice(_COMMUNES)}",
    "mistyped profession": lambda one, rng: f"{_mistyped(_profession(one), rng)} cachan",
    "profession within 5 km": lambda one, rng: f"{_profession(one)} 5 km {rng.choice(_COMMUNES)}",
    "profession, nearest first": lambda one, _: f"{_profession(one)} près de rungis",
    "free text": lambda one, rng: rng.choice(("suivi du diabète", "rendez-vous parking", "centre")),
    "phone number": lambda one, _: one.phones[0].value,
    "nothing of the kind": lambda one, _: f"{_profession(one)} xyzzy fresnes",
}
"""The ten shapes: what is typed, drawn from an entry."""


def _line(name: str, times: list[float]) -> str:
    cuts = statistics.quantiles((one * 1000 for one in times), n=100, method="inclusive")
    return f"  {name:<28} p50 {cuts[49]:7.2f}  p95 {cuts[94]:7.2f}  p99 {cuts[98]:7.2f} ms"


def _size_mb(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*")) // 1_000_000


def _peak_mb() -> int:
    return usage.getrusage(usage.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    raise SystemExit(main())
