"""`recours update` on the demonstration's territory: a first time, then with nothing new.

    python -m bench.updating [--rounds 3]

FINESS, RPPS and Ameli come from a server on this machine that replays data.gouv's catalogue; each
update is a process of its own, as a timer starts it, interpreter included.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.machine import say_machine
from directory.communes import read_communes
from directory.territory import load_territory
from importers.demo import write_listings
from tests.importers.fetching.server import open_station
from tests.web.updating.publisher import Publisher

SOURCES = ("finess", "rpps", "ameli")
COMMAND = (sys.executable, "-c", "from web.cli import main; main()", "update", "--json")


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: one update of everything, then updates with nothing new."""
    parser = argparse.ArgumentParser(prog="bench.updating", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="updates with nothing new")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as named, open_station() as station:
        folder, publisher = Path(named), Publisher(station)
        today = datetime.now(UTC).date()
        territory = load_territory("bievre")
        for told in write_listings(
            folder / "listings", territory, read_communes(), day=today
        ).imports:
            if told.source in SOURCES:
                publisher.publish_paths(told.source, told.files)
        (folder / "demo.json").write_text(json.dumps({"territory": "bievre", "seed": 2026}))
        environment = os.environ | {
            "RECOURS_DATA_DIR": str(folder),
            "RECOURS_FETCH_MIRRORS": publisher.mirrors,
            "RECOURS_FETCH_PRIVATE": "true",
        }
        print(say_machine())
        for number in range(options.rounds + 1):
            print(_update(environment, "rien de nouveau" if number else "première fois"))
    return 0


def _update(environment: dict[str, str], what: str) -> str:
    """One update in a process of its own; raises CalledProcessError when it fails."""
    started, before = time.perf_counter(), _processor_s()
    ended = subprocess.run(COMMAND, env=environment, capture_output=True, check=True)  # noqa: S603 - our own command
    wall, processor = time.perf_counter() - started, _processor_s() - before
    outcomes = {one["name"]: one["outcome"] for one in json.loads(ended.stdout)["sources"]}
    return f"{what} : {wall:.1f} s, dont processeur {processor:.1f} s ; {outcomes}"


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main())
