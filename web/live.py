"""Pages that follow the agenda: one watch over the change log per process, many streams.

A stream says that something changed and up to which number, never what: the page then asks for
its own parts again, under its own rights. A page that was away gives the last number it saw.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

import sqlalchemy as sa

from directory.base.change_log import changes_after, last_seq
from directory.base.database import Database
from directory.base.logs import get_logger

log = get_logger(__name__)

POLL_SECONDS = 1.0
"""How long a colleague's hold may stay unseen."""

STREAM_SECONDS = 600.0
"""How long one stream lasts: the browser then comes back, and its right to read is asked again."""

BATCH = 500
TOPICS = frozenset({"slot", "request", "call", "crisis"})
"""What the secretariat's screens show, among what the log tells."""


class ChangeFeed:
    """The watch of one process: it runs while somebody follows, on their event loop."""

    def __init__(
        self, database: Database, table: sa.Table, poll_seconds: float = POLL_SECONDS
    ) -> None:
        self._database = database
        self._table = table
        self._poll_seconds = poll_seconds
        self._followers: set[asyncio.Event] = set()
        self._watch: asyncio.Task[None] | None = None
        self._read = 0
        self._newest = 0

    @property
    def followers(self) -> int:
        """How many streams are open."""
        return len(self._followers)

    @property
    def watching(self) -> bool:
        """Whether the log is being read."""
        return self._watch is not None

    async def follow(self, seen: int, seconds: float = STREAM_SECONDS) -> AsyncGenerator[int]:
        """The newest number after each change, at once when `seen` is behind; ends by itself.

        Changes that come while the follower is busy are told as one.
        """
        woken = asyncio.Event()
        self._join(woken)
        loop = asyncio.get_running_loop()
        end = loop.time() + seconds
        try:
            while (left := end - loop.time()) > 0:
                woken.clear()
                if self._newest > seen:
                    seen = self._newest
                    yield seen
                    continue
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(woken.wait(), left)
        finally:
            self._leave(woken)

    def _join(self, woken: asyncio.Event) -> None:
        self._followers.add(woken)
        if self._watch is None:
            self._read = self._newest = 0
            self._watch = asyncio.get_running_loop().create_task(self._run())

    def _leave(self, woken: asyncio.Event) -> None:
        self._followers.discard(woken)
        if not self._followers and self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _run(self) -> None:
        while True:
            try:
                caught_up = await asyncio.to_thread(self._look)
            except sa.exc.SQLAlchemyError as error:
                log.warning("changes could not be read", error=type(error).__name__)
                caught_up = True
            for woken in self._followers:
                woken.set()
            if caught_up:
                await asyncio.sleep(self._poll_seconds)

    def _look(self) -> bool:
        """Read what is new; False when there may be more at once."""
        with self._database.read() as connection:
            if not self._read:
                self._read = self._newest = last_seq(connection, self._table)
                return True
            changes = changes_after(connection, self._table, self._read, BATCH)
        if changes:
            self._read = changes[-1].seq
        shown = [one.seq for one in changes if one.topic in TOPICS]
        self._newest = max(self._newest, *shown) if shown else self._newest
        return len(changes) < BATCH
