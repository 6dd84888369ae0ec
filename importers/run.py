"""One import from its files to the published register: nothing in silence, all or nothing."""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from directory.base.clock import Clock, system_clock
from directory.base.errors import InputRefusedError
from directory.communes import Communes
from directory.model import SourceRecord
from directory.register import Register
from directory.staging import StagedCounts
from directory.territory import Territory
from importers.checks import (
    check_age,
    check_bounds,
    check_counts,
    check_newer,
    check_parts,
    check_share,
)
from importers.choice import choose_importer, default_files
from importers.cleaning import mask_mails
from importers.communes.importer import CommunesImporter, CommuneTable
from importers.contract import (
    ELSEWHERE,
    Context,
    Ignored,
    Importer,
    Quarantined,
    R,
    Row,
)
from importers.download import download, is_url
from importers.inputs import OpenedFile, SourceFile, local_file, open_file
from importers.perimeter import Perimeter
from importers.report import Report
from importers.together import folder_files, together

Progress = Callable[[int, int, int], None]
"""Called now and then with (bytes done, bytes in all, rows read)."""

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

    def finish(self) -> StagedCounts:
        """Say where the rows went."""
        ...

    def publish(self, report: dict[str, Any], *, remove_absent: bool) -> None:
        """Put the run in force."""
        ...

    def refuse(self, report: dict[str, Any]) -> None:
        """Forget the run."""
        ...


@dataclass(frozen=True)
class _Dated:
    """A file with the day its data speaks of."""

    file: SourceFile
    day: date | None


def run_import(
    source: str,
    files: Sequence[str | Path] = (),
    *,
    register: Register,
    territory: Territory,
    communes: Communes,
    data_dir: Path | None = None,
    mapping: str | Path | None = None,
    everywhere: bool = False,
    partial: bool = False,
    demo: bool = False,
    clock: Clock = system_clock,
    progress: Progress | None = None,
) -> Report:
    """Import files (paths or addresses) of a source and publish them, or refuse them whole.

    Without files, those the source ships, else its published address. `partial`: the files are an
    extract, so bounds and age only warn and absent rows stay. `demo` marks every entry as invented.
    Raises InputRefusedError when the input is refused; the published register is then unchanged.
    """
    with _gather(files, progress) as given:
        importer = choose_importer(source, mapping, given)
        with (
            _gather([] if given else default_files(importer), progress) as shipped,
            together(importer.card, given or shipped) as gathered,
        ):
            report = Report(importer.card.name, importer.card.title, partial=partial)
            report.started_at, report.everywhere = clock(), everywhere
            context = Context(communes, Perimeter(territory, communes), everywhere, demo)
            dated = _date_files(importer, gathered)
            report.files = [one.file.name for one in dated]
            report.data_date = dated[0].day
            named = [(one.file.name, one.day) for one in dated if one.day]
            check_age(importer.card, named, report, clock().date())
            if isinstance(importer, CommunesImporter):
                table = CommuneTable(_needed(data_dir))
                _Run(importer, table, context, report, clock, progress).go(dated, lambda _: None)
                return report
            check_newer(register.published(report.source), report)
            staging = register.begin_import(
                importer.card.name,
                importer.card.title,
                fingerprint=_fingerprint(dated, context, importer),
                data_date=report.data_date,
                partial=partial,
            )
            run = _Run(importer, staging, context, report, clock, progress)
            run.go(dated, lambda told: _judge(told, context))
            return report


class _Run(Generic[R]):
    """The rows of one run on their way from the files to a sink, each one counted."""

    def __init__(
        self,
        importer: Importer[R],
        sink: Sink[R],
        context: Context,
        report: Report,
        clock: Clock,
        progress: Progress | None,
    ) -> None:
        self.importer = importer
        self.sink = sink
        self.context = context
        self.report = report
        self.clock = clock
        self.progress = progress
        report.run = sink.run_id
        report.notes = context.notes

    def go(self, dated: Sequence[_Dated], judge: Callable[[R], Ignored | None]) -> None:
        """Read everything, then publish; an input that is refused leaves no trace but its report."""
        report = self.report
        try:
            before, total = 0, sum(one.file.path.stat().st_size for one in dated)
            for one in dated:
                self.context.data_date = one.day
                with open_file(one.file, self.importer.card.member) as opened:
                    self._stream(opened, before, total, judge)
                before += one.file.path.stat().st_size
            check_parts(self.importer.card, self.context.parts, report)
            report.settle(self.sink.finish(), remove_absent=not report.partial)
            check_counts(self.importer.card, report)
        except InputRefusedError as exc:
            report.state, report.ended_at, report.refusal = "refused", self.clock(), exc.detail
            self.sink.refuse(report.as_dict())
            exc.extra.setdefault("run", report.run)
            raise
        report.state, report.ended_at = "published", self.clock()
        self.sink.publish(report.as_dict(), remove_absent=not report.partial)
        if self.progress:
            self.progress(total, total, report.read)

    def _stream(
        self, opened: OpenedFile, before: int, total: int, judge: Callable[[R], Ignored | None]
    ) -> None:
        report, reasons, context = self.report, self.report.reasons, self.context
        to_record = self.importer.to_record
        for row in self.importer.read(opened, context):
            report.read += 1
            if not report.read % PROGRESS_ROWS:
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

    def _set_aside(self, row: Row, why: Quarantined) -> None:
        self.report.set_aside(row, why)
        raw = row.raw.replace("\x00", "")
        if self.importer.card.personal:
            raw = mask_mails(raw)
        self.sink.quarantine(row.line, why.key, why.reason, why.detail, raw)

    def _watch(self, done: int, total: int) -> None:
        """Show progress, and stop early when the end is already known."""
        if self.progress:
            self.progress(done, total, self.report.read)
        card, report = self.importer.card, self.report
        if report.quarantined > card.max_quarantined_share * card.max_rows:
            check_share(card, report)
        if report.read > card.max_rows and not report.partial:
            check_bounds(card, report)


def _judge(told: SourceRecord, context: Context) -> Ignored | None:
    """Whether a row stays out: elsewhere, or with no place at all."""
    if context.everywhere:
        return None
    return ELSEWHERE[context.perimeter.of_statement(told.statement)]


@contextmanager
def _gather(
    locations: Sequence[str | Path], progress: Progress | None
) -> Iterator[list[SourceFile]]:
    """Files ready to read, addresses downloaded into a folder that lasts as long as the block."""
    with tempfile.TemporaryDirectory(prefix="recours-") as folder:

        def show(received: int, announced: int) -> None:
            if progress:
                progress(received, announced, 0)

        files = []
        for number, location in enumerate(locations):
            if is_url(str(location)):
                own = Path(folder) / str(number)
                own.mkdir()
                files.append(download(str(location), own, progress=show))
            elif Path(location).is_dir():
                files += folder_files(Path(location))
            else:
                files.append(local_file(Path(location)))
        yield files


def _date_files(importer: Importer[Any], files: Sequence[SourceFile]) -> list[_Dated]:
    """Files with their data dates, the newest first: of two versions of a row, the newer counts."""
    dated = []
    for file in files:
        with open_file(file, importer.card.member) as opened:
            day = importer.data_date(opened)
        dated.append(_Dated(file, day))
    return sorted(dated, key=lambda one: one.day or date.min, reverse=True)


def _fingerprint(dated: Sequence[_Dated], context: Context, importer: Importer[Any]) -> str:
    """What makes two runs the same work: same bytes, same perimeter, same card."""
    parts = [
        *(one.file.fingerprint() for one in dated),
        importer.card.model_dump_json(),
        repr(sorted(context.perimeter.insee) if not context.everywhere else "everywhere"),
        repr(context.demo),
        repr(getattr(importer, "mapping", "")),
    ]
    return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()


def _needed(data_dir: Path | None) -> Path:
    if data_dir is None:
        raise TypeError("run_import('communes') needs data_dir")
    return data_dir
