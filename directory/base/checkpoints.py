"""SQLite's journal carried to its file beside a long import, instead of at the end of each commit.

A checkpoint waits for the disk (fsync); done by a thread of its own, the next rows are compared and
written meanwhile. Commits took 44 s of the 289 s of a national import before (2026-11-25).
"""

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

from directory.base.database import PAGE_BYTES, Database

JOURNAL_BYTES = 256 << 20
"""From this size on the writer waits until the journal is empty and starts it again."""

COMMITS_AHEAD = 8
"""Commits a checkpoint may lag behind before the writer waits for it."""


class Checkpoints:
    """What to call after each commit of `Database.write_in_bulk`; nothing to do on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "checkpoint") if database.is_sqlite else None
        self._last: Future[int] | None = None
        self._ahead = 0

    def after_commit(self) -> None:
        """Start a checkpoint unless one is running; wait when it lags, or the journal is long."""
        if self._thread is None:
            return
        self._ahead += 1
        if self._last is not None and not self._last.done() and self._ahead < COMMITS_AHEAD:
            return
        pages = self._last.result() if self._last is not None else 0
        self._last, self._ahead = self._thread.submit(self._carry), 0
        if pages * PAGE_BYTES > JOURNAL_BYTES:
            self._last.result()

    def end(self) -> None:
        """Let the one that runs finish; the next ordinary commit does the rest."""
        if self._thread is not None:
            self._thread.shutdown()

    def _carry(self) -> int:
        """Carry what is committed so far; how many pages the journal holds."""
        with closing(self._database.engine.raw_connection()) as connection:
            cursor = connection.cursor()
            _busy, pages, _carried = cursor.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return int(pages)
