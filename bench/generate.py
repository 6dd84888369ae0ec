"""National-like RPPS and FINESS files of any size, with invented content, streamed to disk.

    python -m bench.generate rpps --rows 250000 OUT.txt
    python -m bench.generate finess --rows 20000 OUT.json.gz
    python -m bench.generate finess-csv --rows 20000 OUT.csv
    python -m bench.generate finess-activities --rows 84000 OUT.json.gz

`--rows` counts what the importer of the file counts: lines of RPPS, sites of FINESS;
activities, of which a site has 4.2. Communes are
drawn by population, so that a few rows fall in any territory. A name in .gz is compressed. The same
seed, size and day give the same bytes.
"""

import argparse
import gzip
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import IO

from bench import activities, finess, rpps
from bench.pools import make_pools
from importers.demo.rpps import columns

FORMATS = ("rpps", "finess", "finess-csv", "finess-activities")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; prints what was written and how fast."""
    options = _parser().parse_args(arguments)
    started = time.perf_counter()
    generate(options.format, options.out, options.rows, options.day, options.seed)
    seconds = time.perf_counter() - started
    size = options.out.stat().st_size / 1e6
    print(
        f"{options.out}: {options.rows} rows, {size:.1f} MB, {options.rows / seconds:,.0f} rows/s"
    )
    return 0


def generate(kind: str, path: Path, rows: int, day: date, seed: int) -> None:
    """Write a file of a format of FORMATS, piece by piece."""
    with _writing(path) as file:
        for part in parts(kind, rows, day, seed):
            file.write(part)


def parts(kind: str, rows: int, day: date, seed: int) -> Iterator[bytes]:
    """The pieces of a file, in order."""
    rng = Random(seed)
    pools = make_pools(rng)
    if kind == "rpps":
        yield ("|".join(columns()) + "\n").encode()
        yield from (line.encode() for line in rpps.lines(pools, rows, rng))
        return
    if rows > finess.MOST_SITES:
        raise SystemExit(f"at most {finess.MOST_SITES} FINESS sites")
    if kind == "finess-activities":
        yield from activities.json_parts(pools, rows, rng, day)
        return
    found = finess.sites(pools, rows, rng)
    if kind == "finess":
        yield from finess.json_parts(found, day)
    else:
        yield from (line.encode() for line in finess.csv_lines(found, day))


@contextmanager
def _writing(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    with path.open("wb", buffering=1 << 20) as file:
        if path.suffix != ".gz":
            yield file
            return
        with gzip.GzipFile("", "wb", compresslevel=1, fileobj=file, mtime=0) as compressed:
            yield compressed


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="bench.generate", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("format", choices=FORMATS)
    parser.add_argument("out", type=Path)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--day", type=date.fromisoformat, default=datetime.now(UTC).date())
    return parser


if __name__ == "__main__":
    sys.exit(main())
