"""One process that confirms without end and may be killed: reads its orders on stdin.

Orders: {"data_dir", "url", "pairs": [[slot, request]…], "mail": port, "send"}. Each confirmation is
printed once it was acknowledged; with `send`, what waits in the outbox leaves after each.
"""

import json
import sys
from pathlib import Path

import structlog

from tests.orientation.racers import PATIENT, open_one


def main() -> None:
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(file=sys.stderr))
    orders = json.loads(sys.stdin.readline())
    mail = {"mail_url": f"smtp://127.0.0.1:{orders['mail']}", "mail_from": "recours@cpts.example"}
    orientation = open_one(Path(orders["data_dir"]), orders["url"], **mail)
    for slot, request in orders["pairs"]:
        held = orientation.hold(slot, request, f"hold-{request}")
        orientation.confirm(held.hold_id, PATIENT, f"confirm-{request}")
        print(request, flush=True)
        if orders["send"]:
            orientation.send_notices()


if __name__ == "__main__":
    main()
