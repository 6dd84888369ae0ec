"""Speed of each importer against the bare parse of the same file, and peak memory.

    python -m bench.imports [--rows 250000] [--sites 20000]

Each measure is taken in a process of its own, on a fresh register in a temporary folder, from the
file to the published register, in seconds on the wall: a long file takes two processes. The bare
parse reads the same bytes with csv or ijson and does nothing with them. « again »: the very file in
force; « one more »: a line was added to it; « reread »: every row read as if for the first time.
Memory is the highest of both processes together, seen ten times a second.
"""

import argparse
import csv
import gzip
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import ijson
import psutil
from rich.console import Console
from rich.table import Table

from bench.generate import generate
from directory.base.settings import Settings
from directory.communes import read_communes
from directory.register import open_register
from directory.territory import load_territory
from importers.run import run_import

COLUMNS = (
    *("file", "rows", "bare parse", "territory", "ratio"),
    *("everywhere", "one more", "reread", "again", "peak memory"),
)
EVERYWHERE = ("first", "one more", "reread", "again")
MEASURES = ("bare", "territory", "everywhere")
FILES = {
    "rpps": ("rpps", "PS_LibreAcces_Personne_activite.txt"),
    "finess": ("finess", "finess-structures.json.gz"),
    "finess-csv": ("finess", "etalab-cs1100502-stock.csv"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: generates the files, then measures each in a process of its own."""
    parser = argparse.ArgumentParser(prog="bench.imports", description=__doc__)
    parser.add_argument("--rows", type=int, default=250_000, help="lines of RPPS")
    parser.add_argument("--sites", type=int, default=20_000, help="sites of FINESS")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        kind, what, path = options.measure
        print(*_measure(kind, what, Path(path)))
        return 0
    _compare(options.rows, options.sites)
    return 0


def _compare(rows: int, sites: int) -> None:
    table = Table(*COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        for kind, (_, name) in FILES.items():
            path = Path(folder) / name
            wanted = rows if kind == "rpps" else sites
            generate(kind, path, wanted, datetime.now(UTC).date(), seed=2026)
            told = {what: _apart(kind, what, path) for what in MEASURES}
            read = told["bare"][0]
            bare, territory = (read / told[what][2] for what in ("bare", "territory"))
            _, peak, first, more, reread, again = told["everywhere"]
            table.add_row(
                name,
                f"{read:,.0f}",
                f"{bare:,.0f}/s",
                f"{territory:,.0f}/s",
                f"{territory / bare:.2f}",
                f"{read / first:,.0f}/s in {first:,.0f} s",
                f"{first / more:.1f} times faster",
                f"{first / reread:.1f} times faster",
                f"{first / again:.1f} times faster",
                f"{peak:.0f} MB",
            )
    Console().print(table)


def _apart(kind: str, what: str, path: Path) -> list[float]:
    """Rows, peak memory (MB) and seconds of one measure, or of four for « everywhere »."""
    command = [sys.executable, "-m", "bench.imports", "--measure", kind, what, str(path)]
    told = subprocess.run(  # noqa: S603 - ourselves
        command, check=True, capture_output=True, text=True
    )
    return [float(one) for one in told.stdout.split()]


def _measure(kind: str, what: str, path: Path) -> list[float]:
    with _peak_memory() as peak:
        rows, seconds = _parse(path) if what == "bare" else _import(kind, what, path)
    return [rows, peak[0] / (1 << 20), *seconds]


@contextmanager
def _peak_memory() -> Iterator[list[int]]:
    """The most bytes this process and those it started held together, so far."""
    ours, peak, over = psutil.Process(), [0], threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            held = 0
            for one in (ours, *ours.children()):
                with suppress(psutil.NoSuchProcess):
                    held += one.memory_info().rss
            peak[0] = max(peak[0], held)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield peak
    finally:
        over.set()
        watcher.join()


def _import(kind: str, what: str, path: Path) -> tuple[int, list[float]]:
    territory, communes = load_territory("bievre"), read_communes()
    seconds = []
    with tempfile.TemporaryDirectory() as folder:
        register = open_register(Settings(data_dir=Path(folder)))
        for step in EVERYWHERE if what == "everywhere" else EVERYWHERE[:1]:
            if step == "one more" and path.suffix == ".txt":
                _tell_a_line_twice(path)
            started = time.perf_counter()
            report = run_import(
                FILES[kind][0],
                [path],
                register=register,
                territory=territory,
                communes=communes,
                everywhere=what == "everywhere",
                demo=True,  # a complete listing, however few its rows
                reread=step == "reread",
            )
            seconds.append(time.perf_counter() - started)
        register.close()
    return report.read, seconds


def _tell_a_line_twice(path: Path) -> None:
    """One line more at the end; its row has a key that is there already."""
    with path.open("rb+") as file:
        file.readline()
        line = file.readline()
        file.seek(0, 2)
        file.write(line)


def _parse(path: Path) -> tuple[int, list[float]]:
    """The least a reader of this file can do."""
    started = time.perf_counter()
    if path.suffix == ".gz":
        with gzip.open(path) as file:
            rows = sum(len(one["ege"]) for one in ijson.items(file, "pmej.item", use_float=True))
    else:
        with path.open(encoding="utf-8", newline="") as text:
            rows = sum(1 for _ in _reader(path, text))
    return rows, [time.perf_counter() - started]


def _reader(path: Path, text: IO[str]) -> Iterator[list[str]]:
    if path.suffix == ".txt":
        return csv.reader(text, delimiter="|", quoting=csv.QUOTE_NONE)
    return csv.reader(text, delimiter=";")


if __name__ == "__main__":
    sys.exit(main())
