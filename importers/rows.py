"""The rows of a run on their way out of its files, each one counted."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Generic, Protocol, TypeVar, cast

from directory.model import SourceRecord
from importers.checks import check_bounds, check_share
from importers.cleaning import mask_mails
from importers.contract import (
    ELSEWHERE,
    NOTHING,
    UNREADABLE,
    Context,
    Ignored,
    Importer,
    Pours,
    Quarantined,
    R,
    Row,
    TakesTogether,
)
from importers.inputs import Dated, OpenedFile, Progress, open_file
from importers.report import Report

PROGRESS_ROWS = 4096
_NOTHING = tuple(one.decode() for one in NOTHING)

R_contra = TypeVar("R_contra", contravariant=True)


class Takes(Protocol[R_contra]):
    """What takes rows one by one."""

    run_id: int

    def add(self, told: R_contra, line: int) -> None:
        """Take one row."""
        ...

    def quarantine(self, line: int, key: str, reason: str, detail: str, raw: str) -> None:
        """Set one row aside."""
        ...

    def end(self, key: str, told_on: date | None = None) -> int:
        """End what was known under a key, unless from later; returns how many rows that was."""
        ...

    def keep_turn(self) -> None:
        """Say that the run is alive, however few of its rows are kept."""
        ...


def total_bytes(dated: Sequence[Dated]) -> int:
    """Size of the files on disk, against which progress is told."""
    return sum(one.file.path.stat().st_size for one in dated)


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look around once in five million values instead of 700.

    Rows and statements hold no cycle: looking for some took a tenth of an import (2026-11-25).
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(5_000_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


class Reading(Generic[R]):
    """The rows of one run on their way from the files to what takes them, each one counted."""

    def __init__(
        self,
        importer: Importer[R],
        sink: Takes[R],
        context: Context,
        report: Report,
        progress: Progress | None,
    ) -> None:
        self.importer = importer
        self.sink = sink
        self.context = context
        self.report = report
        self.progress = progress
        report.run = sink.run_id
        report.notes = context.notes

    def read(self, dated: Sequence[Dated]) -> None:
        """Bring every row to the sink; raises InputRefusedError at what stops a run."""
        before, total = 0, total_bytes(dated)
        for one in dated:
            self.context.data_date = one.day
            with open_file(one.file, self.importer.card.member) as opened, rare_collections():
                self._stream(opened, before, total)
            before += one.file.path.stat().st_size

    def _stream(self, opened: OpenedFile, before: int, total: int) -> None:
        report, context, importer = self.report, self.context, self.importer
        if context.everywhere and isinstance(importer, Pours):
            self._pour(importer, opened, before, total)
            return
        watch_at = report.read + PROGRESS_ROWS
        for row in importer.read(opened, context):
            report.read += 1
            if context.passed:
                self._count_passed()
            if report.read >= watch_at:
                watch_at = report.read + PROGRESS_ROWS
                self._watch(before + opened.done(), total)
            self._take(row)
        self._count_passed()

    def _pour(self, importer: Pours, opened: OpenedFile, before: int, total: int) -> None:
        """Rows given together, but for those to be looked at one by one."""
        into = cast(TakesTogether, self.sink)  # where rows are kept whole, they go to the register
        for told in importer.pour(opened, self.context, into):
            if isinstance(told, Row):
                self.report.read += 1
                self._take(told)
            else:
                self.report.read += told
                self._count_passed()
                self._watch(before + opened.done(), total)

    def _take(self, row: Row) -> None:
        """See where one row goes."""
        report, context = self.report, self.context
        try:
            outcome = self.importer.to_record(row, context)
        except UNREADABLE as exc:  # what the importer could not foresee
            outcome = Quarantined("ligne illisible", f"{type(exc).__name__} : {exc}"[:300])
        if isinstance(outcome, Ignored):
            report.ignored += 1
            report.reasons[outcome.reason] += 1
            if outcome.key and report.partial:  # a whole listing ends what it does not tell
                report.removed += self.sink.end(outcome.key, context.data_date)
        elif isinstance(outcome, Quarantined):
            self._set_aside(row, outcome)
        elif any(nothing in row.raw for nothing in _NOTHING):
            self._set_aside(row, Quarantined("caractère nul", "caractère nul dans la ligne"))
        elif not self._keeps_all and (elsewhere := self._elsewhere(outcome)):
            report.ignore(elsewhere.reason)
        else:
            self.sink.add(outcome, row.line)

    @property
    def _keeps_all(self) -> bool:
        return self.context.everywhere or bool(self.importer.card.follows)

    def _elsewhere(self, told: R) -> Ignored | None:
        """Whether a row stays out: it lies elsewhere, or nowhere at all."""
        if not isinstance(told, SourceRecord):
            return None
        return ELSEWHERE[self.context.perimeter.of_statement(told.statement)]

    def _count_passed(self) -> None:
        """Take in the rows that the importer left out without telling them one by one."""
        passed = self.context.passed
        self.report.read += passed.total()
        for why, rows in passed.items():
            self.report.ignore(why.reason, rows)
        passed.clear()

    def _set_aside(self, row: Row, why: Quarantined) -> None:
        self.report.set_aside(row, why)
        raw = row.raw.replace("\x00", "")
        if self.importer.card.personal:
            raw = mask_mails(raw)
        self.sink.quarantine(row.line, why.key, why.reason, why.detail, raw)

    def _watch(self, done: int, total: int) -> None:
        """Show progress, keep the turn, and stop early when the end is already known."""
        self.sink.keep_turn()
        if self.progress:
            self.progress(done, total, self.report.read)
        card, report = self.importer.card, self.report
        if report.quarantined > card.max_quarantined_share * card.max_rows:
            check_share(card, report)
        if report.read > card.max_rows and not report.partial:
            check_bounds(card, report)
