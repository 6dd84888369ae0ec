"""One process of a race for slots: reads its orders on stdin, prints what happened on stdout.

Orders: {"data_dir", "url", "pairs": [[slot, request]…], "threads", "act"}; `act` is `hold`, or
`live` for the whole life of a booking (hold, then confirm, release or escalate by turns).
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import structlog

from directory.base.clock import system_clock
from directory.base.errors import ConflictError
from directory.base.keys import open_keys
from directory.base.settings import Settings
from directory.communes import Commune, Communes
from directory.territory import load_territory
from orientation.records import Patient
from orientation.service import Orientation, open_orientation

PATIENT = Patient(family="Vauquelin", given="Eudoxie")


def hold(orientation: Orientation, turn: int, slot: str, request: str) -> str:
    orientation.hold(slot, request)
    return "held"


def live(orientation: Orientation, turn: int, slot: str, request: str) -> str:
    held = orientation.hold(slot, request)
    if turn % 3 == 0:
        orientation.release(held.hold_id)
    elif turn % 3 == 1:
        orientation.confirm(held.hold_id, PATIENT, f"confirm-{request}")
    else:
        orientation.escalate(request, ["doubt"])
    return "held"


ACTS: dict[str, Callable[[Orientation, int, str, str], str]] = {"hold": hold, "live": live}


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    orders: dict[str, Any] = json.loads(sys.stdin.readline())
    orientation = open_one(Path(orders["data_dir"]), orders["url"])
    act, threads = ACTS[orders["act"]], int(orders["threads"])
    together = threading.Barrier(threads)
    seen: Counter[str] = Counter()

    def run(turn: int) -> None:
        slot, request = orders["pairs"][turn]
        if turn < threads:
            together.wait()
        try:
            seen[act(orientation, turn, slot, request)] += 1
        except ConflictError as error:
            seen[str(error.extra["reason"])] += 1

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(len(orders["pairs"]))))
    print(json.dumps(seen), flush=True)
    orientation.close()


def open_one(data_dir: Path, url: str) -> Orientation:
    settings = Settings(data_dir=data_dir, database_url=url, demo=True, horizon_days=7)
    territory, keys = load_territory("bievre"), open_keys(data_dir)
    communes = Communes([Commune(insee="94016", name="Cachan", departement="94")])
    return open_orientation(settings, territory, communes, keys, system_clock)


if __name__ == "__main__":
    main()
