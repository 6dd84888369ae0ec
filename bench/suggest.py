"""Suggestions while typing: in this process, then over HTTP as the search field asks for them.

    python -m bench.suggest [--rows 20000] [--prefixes 3000] [--data FOLDER]

What is typed: beginnings of names, professions, terms and communes drawn from the entries, alone or
after a profession, from two letters on. `--data` keeps the index in a folder, and takes the one that is
there. The load generator shares the two cores.
"""

import argparse
import os
import platform
import tempfile
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx

from bench.entries import entries
from bench.pages import cuts, served, timed
from directory.base.settings import Settings
from directory.communes import Communes
from directory.engines.base import Engine
from directory.lexicon import read_entries
from directory.resource import Resource
from directory.suggesting import suggest
from directory.territory import load_territory
from web.services import open_services
from web.suggestions import suggestions

WARMING = 50


def main(arguments: Sequence[str] | None = None) -> int:
    """Print p50, p95 and p99 in the process, through the API and as the list of the page."""
    parser = argparse.ArgumentParser(description="Measure the suggestions.")
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--prefixes", type=int, default=3_000)
    parser.add_argument("--data", type=Path, default=None)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=options.data or Path(folder))
        measure(settings, options.rows, options.prefixes)
    return 0


def measure(settings: Settings, rows: int, number: int) -> None:
    """Index `rows` entries, serve them, type `number` beginnings three ways."""
    opened = open_services(settings)
    if not opened.engine.generation():
        opened.engine.rebuild(entries(rows))
    drawn = [one for one in islice(entries(rows), 5_000) if one.family]
    typed = list(islice(beginnings(drawn, Random(13)), number + WARMING))
    print(f"{rows:,} entries, {platform.machine()}, {os.cpu_count()} cores, {number:,} beginnings")
    with served(settings.data_dir) as (base, _), httpx.Client(base_url=base, timeout=30) as client:
        ways = {
            "in the process": lambda text: suggestions(opened, text),
            "API": lambda text: _fetched(client, f"/api/v1/suggestions?q={quote(text)}"),
            "list of the page": lambda text: _fetched(client, f"/suggestions?q={quote(text)}"),
        }
        for name, way in ways.items():
            print(f"  {name:<18} {cuts([timed(way, text) for text in typed][WARMING:])} ms")
    opened.close()


def suggest_times(engine: Engine, typed: Sequence[str], communes: Communes) -> list[float]:
    """Seconds each beginning takes in this process, with the communes of the first territory."""
    codes = load_territory("bievre").everywhere
    reach = [one for code in sorted(codes) if (one := communes.get(code)) is not None]
    return [timed(lambda text: suggest(engine, text, reach, communes), text) for text in typed]


def beginnings(drawn: list[Resource], rng: Random) -> Iterator[str]:
    """What people have typed so far, for ever."""
    terms = [one.term for one in read_entries()]
    while True:
        one = rng.choice(drawn)
        words = (one.family, one.name, one.commune, rng.choice(terms))
        word = rng.choice(words).lower()
        before = rng.choice(("", "", f"{rng.choice(terms)} "))
        yield before + word[: rng.randint(2, max(2, min(len(word), 10)))]


def _fetched(client: httpx.Client, address: str) -> httpx.Response:
    return client.get(address, headers={"HX-Request": "true"}).raise_for_status()


if __name__ == "__main__":
    raise SystemExit(main())
