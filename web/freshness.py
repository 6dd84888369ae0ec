"""What the foot of every page says: which sources are in force and how old they are."""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from directory.register import PublishedSource, Register

KEEP_SECONDS = 30
"""Counting the rows of each source takes tenths of a second on a large register."""


@dataclass(frozen=True)
class Freshness:
    """The sources in force and the last time one of them was published."""

    sources: Sequence[PublishedSource] = ()
    updated_at: datetime | None = None


class FreshnessReader:
    """Reads the register at most once every `KEEP_SECONDS`, whatever the traffic."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._lock = threading.Lock()
        self._known = Freshness()
        self._until = 0.0

    def read(self) -> Freshness:
        """The present state, up to `KEEP_SECONDS` old."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._known = read_freshness(self._register)
                self._until = time.monotonic() + KEEP_SECONDS
            return self._known


def read_freshness(register: Register) -> Freshness:
    """Ask the register now."""
    sources = register.sources()
    moments = [one.published_at for one in sources if one.published_at is not None]
    return Freshness(sources, max(moments, default=None))
