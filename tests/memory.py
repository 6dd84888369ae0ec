"""The temporary files of a run, in memory where there is room.

Every test has stores of its own, and each commit of theirs waits for the disk: 5 ms here on
30 November 2026, against 4 µs in memory. A killed process loses nothing either way: what the disk
waits for only matters when the machine itself stops.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
ROOM_BYTES = 6_000_000_000
"""A whole run leaves less than that; Docker gives 64 MB there unless told otherwise."""

PREFIX = "recours-tests-"


def settle() -> Path | None:
    """Point this process and those it starts to a folder in memory; None where it is not for us.

    A temporary folder that was chosen (`TMPDIR`) stays: by somebody, or by the process that
    started this one and removes it.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return None
    _sweep()
    if shutil.disk_usage(MEMORY).free < ROOM_BYTES:
        return None
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=MEMORY))
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None
    return folder


def leave(folder: Path) -> None:
    """Give the memory back."""
    shutil.rmtree(folder, ignore_errors=True)


def _sweep() -> None:
    """Remove what runs that were killed left behind."""
    for folder in MEMORY.glob(f"{PREFIX}*"):
        owner = int(folder.name.removeprefix(PREFIX).split("-")[0])
        if not Path(f"/proc/{owner}").exists():
            leave(folder)
