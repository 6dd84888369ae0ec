"""The rows of a run on their way from its files to where they are kept, each one counted."""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar

from directory.base.clock import Clock
from directory.staging import StagedCounts
from importers.checks import check_bounds, check_counts, check_parts, check_share
from importers.cleaning import mask_mails
from importers.contract import Context, Ignored, Importer, Quarantined, R, Row
from importers.gather import Dated, Progress
from importers.inputs import OpenedFile, open_file
from importers.report import Report

PROGRESS_ROWS = 4096
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError)

R_contra = TypeVar("R_contra", contravariant=True)


class Sink(Protocol[R_contra]):
    """Where sound rows go: a run of the register, or the table of communes."""

    run_id: int

    def add(self, told: R_contra, line: int) -> None:
        """Take one row."""
        ...

    def quarantine(self, line: int, key: str, reason: str, detail: str, raw: str) -> None:
        """Set one row aside."""
        ...

    def keep_turn(self) -> None:
        """Say that the run is alive, however few of its rows are kept."""
        ...

    def finish(self) -> StagedCounts:
        """Say where the rows went."""
        ...

    def publish(self, report: dict[str, Any], *, remove_absent: bool) -> None:
        """Put the run in force."""
        ...

    def refuse(self, report: dict[str, Any]) -> None:
        """Forget the run."""
        ...


@contextmanager
def rare_collections() -> Iterator[None]:
    """Let the garbage collector look around once in half a million values instead of 700.

    Rows and statements hold no cycle: looking for some took a tenth of an import (2026-11-25).
    """
    usual = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(500_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        gc.unfreeze()


class Run(Generic[R]):
    """The rows of one run on their way from the files to a sink, each one counted."""

    def __init__(
        self,
        importer: Importer[R],
        sink: Sink[R],
        context: Context,
        report: Report,
        judge: Callable[[R], Ignored | None],
        clock: Clock,
        progress: Progress | None,
    ) -> None:
        self.importer = importer
        self.sink = sink
        self.context = context
        self.report = report
        self.judge = judge
        self.clock = clock
        self.progress = progress
        report.run = sink.run_id
        report.notes = context.notes

    def stage(self, dated: Sequence[Dated]) -> None:
        """Read everything; raises InputRefusedError when it is not to be published."""
        before, total = 0, sum(one.file.path.stat().st_size for one in dated)
        for one in dated:
            self.context.data_date = one.day
            with open_file(one.file, self.importer.card.member) as opened, rare_collections():
                self._stream(opened, before, total)
            before += one.file.path.stat().st_size
        check_parts(self.importer.card, self.context.parts, self.report)
        self.report.settle(self.sink.finish(), remove_absent=not self.report.partial)
        check_counts(self.importer.card, self.report)
        if self.progress:
            self.progress(total, total, self.report.read)

    def publish(self) -> None:
        """Put what was read in force."""
        self.report.state, self.report.ended_at = "published", self.clock()
        self.sink.publish(self.report.as_dict(), remove_absent=not self.report.partial)

    def refuse(self, why: str) -> None:
        """Leave no trace but the report."""
        report = self.report
        report.state, report.ended_at, report.refusal = "refused", self.clock(), why
        self.sink.refuse(report.as_dict())

    def _stream(self, opened: OpenedFile, before: int, total: int) -> None:
        report, reasons, context = self.report, self.report.reasons, self.context
        judge = self.judge
        to_record = self.importer.to_record
        watch_at = report.read + PROGRESS_ROWS
        for row in self.importer.read(opened, context):
            report.read += 1
            if context.passed:
                self._count_passed()
            if report.read >= watch_at:
                watch_at = report.read + PROGRESS_ROWS
                self._watch(before + opened.done(), total)
            try:
                outcome = to_record(row, context)
            except _UNREADABLE as exc:  # what the importer could not foresee
                outcome = Quarantined("ligne illisible", f"{type(exc).__name__} : {exc}"[:300])
            if isinstance(outcome, Ignored):
                report.ignored += 1
                reasons[outcome.reason] += 1
            elif isinstance(outcome, Quarantined):
                self._set_aside(row, outcome)
            elif "\x00" in row.raw or "\\u0000" in row.raw:  # PostgreSQL keeps no such character
                self._set_aside(row, Quarantined("caractère nul", "caractère nul dans la ligne"))
            elif refused := judge(outcome):
                report.ignore(refused.reason)
            else:
                self.sink.add(outcome, row.line)
        self._count_passed()

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
