"""What an update says of itself: the same document for a terminal, a program, a page and a mail."""

from datetime import datetime
from enum import StrEnum

import msgspec


class Outcome(StrEnum):
    """How the look at a source ended."""

    UPDATED = "updated"
    UNCHANGED = "unchanged"
    WOULD_CHANGE = "would_change"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


class Changes(msgspec.Struct, frozen=True):
    """What an import changed; `moved` and `phones` are among the changed ones."""

    new: int = 0
    changed: int = 0
    gone: int = 0
    moved: int = 0
    phones: int = 0


class SourceReport(msgspec.Struct, kw_only=True):
    """What became of a source. `runs` are the imports it made, for `recours report`."""

    name: str
    title: str
    outcome: Outcome
    detail: str = ""
    data_date: str = ""
    files: list[str] = []
    runs: list[int] = []
    changes: Changes = Changes()
    seconds: float = 0


class UpdateReport(msgspec.Struct, kw_only=True):
    """One update. `resumed` is the one it took up because it was cut; 0: none."""

    number: int = 0
    state: str = "running"
    started_at: datetime | None = None
    ended_at: datetime | None = None
    dry_run: bool = False
    resumed: int = 0
    sources: list[SourceReport] = []
    steps: list[str] = []
    indexed: bool = False
    needs: list[str] = []
    """What waits for a person, in words, each with what to do."""
    mailed: bool = False
