"""Writers of one SQLite file take turns, first come first served, threads and processes alike."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: processes then poll SQLite's own lock, threads still queue
    fcntl = None  # type: ignore[assignment]


class Turns:
    """A queue in front of SQLite's write lock.

    SQLite makes waiting writers poll, with sleeps of up to 100 ms: between two busy processes one
    starves (200 threads over two processes: some waited more than the 30 s time-out, 2026-11-22).
    The kernel's file lock is a queue, and is given back when a process is killed.
    """

    def __init__(self, path: Path | None) -> None:
        self._threads = threading.Lock()
        self._file = -1
        if path is not None and fcntl is not None:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for this thread's turn and keep it for the length of the block."""
        with self._threads:
            if self._file < 0:
                yield
                return
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1
