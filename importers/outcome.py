"""A run from its files to the published register: where its rows go, and how it ends."""

from collections.abc import Sequence
from typing import Any, Protocol

from directory.base.clock import Clock
from directory.comparing import StagedCounts
from directory.register import RunView
from importers.checks import check_counts, check_parts
from importers.contract import Context, Importer, R
from importers.inputs import Dated, Progress
from importers.report import Report
from importers.rows import R_contra, Reading, Takes, total_bytes


class Sink(Takes[R_contra], Protocol[R_contra]):
    """Where sound rows go: a run of the register, or the table of communes."""

    def finish(self) -> StagedCounts:
        """Say where the rows went."""
        ...

    def publish(self, report: dict[str, Any], *, remove_absent: bool) -> None:
        """Put the run in force."""
        ...

    def refuse(self, report: dict[str, Any]) -> None:
        """Forget the run."""
        ...


class Run(Reading[R]):
    """A reading whose rows are kept, and published or refused at the end."""

    sink: Sink[R]

    def __init__(
        self,
        importer: Importer[R],
        sink: Sink[R],
        context: Context,
        report: Report,
        clock: Clock,
        progress: Progress | None,
    ) -> None:
        super().__init__(importer, sink, context, report, progress)
        self.clock = clock

    def repeat(self, before: RunView) -> None:
        """Nothing to read: the run in force read these very files in this very way."""
        self.report.repeat(before.report, before.id)
        check_counts(self.importer.card, self.report)

    def settle(self, dated: Sequence[Dated]) -> None:
        """Once all is read; raises InputRefusedError when it is not to be published."""
        check_parts(self.importer.card, self.context.parts, self.report)
        self.report.settle(self.sink.finish(), remove_absent=not self.report.partial)
        check_counts(self.importer.card, self.report)
        if self.progress:
            total = total_bytes(dated)
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
