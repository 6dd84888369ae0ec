"""One process of a race for slots: reads its orders on stdin, prints what happened on stdout.

Orders: {"data_dir", "url", "pairs": [[slot, request]…], "threads", "act"}; `act` is `hold`;
`take` to confirm at once, so that nothing expires in a long race; `live` for the whole life of a
booking (hold, then confirm, release or escalate by turns); `move` to confirm it and then go after
the slot named third.
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

Pair = list[str]


def hold(orientation: Orientation, turn: int, pair: Pair) -> str:
    slot, request = pair
    orientation.hold(slot, request)
    return "held"


def take(orientation: Orientation, turn: int, pair: Pair) -> str:
    slot, request = pair
    held = orientation.hold(slot, request)
    orientation.confirm(held.hold_id, PATIENT, f"confirm-{request}")
    return "taken"


def live(orientation: Orientation, turn: int, pair: Pair) -> str:
    slot, request = pair
    held = orientation.hold(slot, request)
    if turn % 3 == 0:
        orientation.release(held.hold_id)
    elif turn % 3 == 1:
        orientation.confirm(held.hold_id, PATIENT, f"confirm-{request}")
    else:
        orientation.escalate(request, ["doubt"])
    return "held"


def move(orientation: Orientation, turn: int, pair: Pair) -> str:
    slot, request, wanted = pair
    held = orientation.extend(orientation.hold(slot, request).hold_id)
    done = orientation.confirm(held.hold_id, PATIENT, f"confirm-{request}")
    try:
        orientation.move(done.appointment_id, wanted, f"move-{request}")
    except ConflictError as error:
        return f"kept: {error.extra['reason']}"
    return "moved"


ACTS: dict[str, Callable[[Orientation, int, Pair], str]] = {
    "hold": hold,
    "take": take,
    "live": live,
    "move": move,
}


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    orders: dict[str, Any] = json.loads(sys.stdin.readline())
    orientation = open_one(Path(orders["data_dir"]), orders["url"])
    act, threads = ACTS[orders["act"]], int(orders["threads"])
    together = threading.Barrier(threads)
    seen: Counter[str] = Counter()

    def run(turn: int) -> None:
        pairs = orders["pairs"]
        if turn < threads:
            together.wait()
        try:
            seen[act(orientation, turn, pairs[turn])] += 1
        except ConflictError as error:
            seen[str(error.extra["reason"])] += 1

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(run, range(len(orders["pairs"]))))
    print(json.dumps(seen), flush=True)
    orientation.close()


def open_one(data_dir: Path, url: str, **changes: Any) -> Orientation:
    values = {"data_dir": data_dir, "database_url": url, "demo": True, "horizon_days": 7, **changes}
    settings = Settings.model_validate(values)
    territory, keys = load_territory("bievre"), open_keys(data_dir)
    communes = Communes([Commune(insee="94016", name="Cachan", departement="94")])
    return open_orientation(settings, territory, communes, keys, system_clock)


if __name__ == "__main__":
    main()
