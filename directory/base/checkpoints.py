"""SQLite's journal carried to its file beside a long import, instead of at the end of each commit.

A checkpoint waits for the disk (fsync); done by a thread of its own, the next rows are compared and
written meanwhile. Commits took 44 s of the 289 s of a national import before (2026-11-25).
"""

import sqlite3
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing

from directory.base.database import BUSY_TIMEOUT_MS, PAGE_BYTES, Database

JOURNAL_BYTES = 1 << 30
"""From this size on the writer waits until the journal is empty and starts it again."""

COMMITS_TOGETHER = 6
"""Commits carried at once: each changes the same pages of the indexes again (a sixth fewer bytes
written than one by one, 2.3 million rows, 2026-11-30)."""

COMMITS_AHEAD = 12
"""Commits a checkpoint may lag behind before the writer waits for it."""


class Checkpoints:
    """What to call after each commit of `Database.write_in_bulk`; nothing to do on PostgreSQL."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._thread = ThreadPoolExecutor(1, "checkpoint") if database.is_sqlite else None
        self._last: Future[int] | None = None
        self._ahead = 0

    def after_commit(self) -> None:
        """Start a checkpoint after some commits, unless one is running; wait when it lags, or the
        journal is long."""
        if self._thread is None:
            return
        self._ahead += 1
        running = self._last is not None and not self._last.done()
        if self._ahead < (COMMITS_AHEAD if running else COMMITS_TOGETHER):
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
        """Carry what is committed so far; how many pages the journal holds.

        On a connection of its own: one of the pool's would change places with the writer's, and
        SQLite's memory of pages, which it forgets once another connection has written, would start
        again at each batch, twice as large.
        """
        file = self._database.engine.url.database or ""
        with closing(sqlite3.connect(file, BUSY_TIMEOUT_MS / 1000)) as connection:
            _busy, pages, _carried = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        return int(pages)
