"""One import from its files to the published register: nothing in silence, all or nothing."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

from directory.base.clock import Clock, system_clock
from directory.base.errors import InputRefusedError
from directory.communes import Communes
from directory.model import SourceRecord
from directory.people import end_with_their_people, people_told_by
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
from importers.gather import Dated, Progress, date_files, gather
from importers.inputs import OpenedFile, SourceFile, open_file
from importers.listings import by_listing
from importers.perimeter import Perimeter
from importers.registry import followers
from importers.report import Report, joined
from importers.together import together

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
    with gather(files, progress) as given:
        importer = choose_importer(source, mapping, given)
        with (
            gather([] if given else default_files(importer), progress) as shipped,
            together(importer.card, given or shipped) as gathered,
        ):
            options = _Options(territory, communes, everywhere, partial, demo)
            prepared = [
                _prepare(one, its_files, options, register, clock)
                for one, its_files in by_listing(importer, gathered)
            ]
            return joined([_import(one, register, data_dir, clock, progress) for one in prepared])


@dataclass(frozen=True)
class _Options:
    """What a command asks of every listing it imports."""

    territory: Territory
    communes: Communes
    everywhere: bool
    partial: bool
    demo: bool


@dataclass(frozen=True)
class _Prepared:
    """A listing whose files are dated and may be imported."""

    importer: Importer[Any]
    dated: Sequence[Dated]
    context: Context
    report: Report


def _prepare(
    importer: Importer[Any],
    files: Sequence[SourceFile],
    options: _Options,
    register: Register,
    clock: Clock,
) -> _Prepared:
    """What can be refused before anything is read, for every listing before the first is imported."""
    report = Report(importer.card.name, importer.card.title, partial=options.partial)
    report.started_at, report.everywhere = clock(), options.everywhere
    perimeter = Perimeter(options.territory, options.communes)
    context = Context(options.communes, perimeter, options.everywhere, options.demo)
    dated = date_files(importer, files)
    report.files = [one.file.title for one in dated]
    report.data_date = dated[0].day
    named = [(one.file.title, one.day) for one in dated if one.day]
    check_age(importer.card, named, report, clock().date())
    if not isinstance(importer, CommunesImporter):
        check_newer(register.published(report.source), report)
    return _Prepared(importer, dated, context, report)


def _import(
    prepared: _Prepared,
    register: Register,
    data_dir: Path | None,
    clock: Clock,
    progress: Progress | None,
) -> Report:
    """Read one listing and publish it; what follows its people ends with those who left."""
    importer, context, report = prepared.importer, prepared.context, prepared.report
    card = importer.card
    if isinstance(importer, CommunesImporter):
        table = CommuneTable(_needed(data_dir))
        _Run(importer, table, context, report, clock, progress).go(prepared.dated, lambda _: None)
        return report
    if card.follows:
        context.people = people_told_by(register.database, card.follows)
    staging = register.begin_import(
        card.name,
        card.title,
        fingerprint=_fingerprint(prepared.dated, context, importer),
        data_date=report.data_date,
        partial=report.partial,
    )
    run = _Run(importer, staging, context, report, clock, progress)
    run.go(prepared.dated, lambda told: None if card.follows else _judge(told, context))
    if names := followers(card.name):
        end_with_their_people(register.database, card.name, names)
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

    def go(self, dated: Sequence[Dated], judge: Callable[[R], Ignored | None]) -> None:
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


def _fingerprint(dated: Sequence[Dated], context: Context, importer: Importer[Any]) -> str:
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
