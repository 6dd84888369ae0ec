"""One import from its files to the published register: nothing in silence, all or nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any

from directory.base.clock import Clock, system_clock
from directory.base.errors import ConflictError, InputRefusedError
from directory.communes import Communes
from directory.people import end_with_their_people, people_told_by
from directory.register import Register, RunView
from directory.staging import Staging
from directory.territory import Territory
from importers.again import look_back
from importers.apart import read
from importers.checks import (
    check_age,
    check_newer,
)
from importers.choice import choose_importer, default_files
from importers.columns import check_columns
from importers.communes.importer import CommunesImporter, CommuneTable
from importers.contract import Context, Importer
from importers.covering import Covers, covering_of
from importers.fetching.files import Fetcher
from importers.gather import date_files, gather
from importers.inputs import Dated, Progress, SourceFile
from importers.listings import by_listing
from importers.outcome import Run, Sink
from importers.perimeter import Perimeter
from importers.registry import followers, listings
from importers.report import Report, joined
from importers.together import together
from importers.unattended import Unattended, check_losses
from importers.version import code_version

WITH_THEIR_PERSON = "savoir-faire, diplôme ou activités finis avec qui ils concernent"


def run_import(
    source: str,
    files: Sequence[str | Path | SourceFile] = (),
    *,
    register: Register,
    territory: Territory,
    communes: Communes,
    data_dir: Path | None = None,
    mapping: str | Path | None = None,
    everywhere: bool = False,
    partial: bool = False,
    demo: bool = False,
    reread: bool = False,
    clock: Clock = system_clock,
    progress: Progress | None = None,
    fetcher: Fetcher | None = None,
    unattended: Unattended | None = None,
) -> Report:
    """Import files (paths or addresses) of a source and publish them, or refuse them whole.

    Without files, those the source ships, else its published address. `partial`: the files are an
    extract, so bounds and age only warn and absent rows stay. `demo` marks every entry as invented.
    Files that the run in force has read in the same way are not read again, nor rows that come back
    word for word shaped again, unless `reread`.
    Raises InputRefusedError when the input is refused; the published register is then unchanged.
    """
    with gather(files, progress, fetcher) as given:
        importer = choose_importer(source, mapping, given)
        with (
            gather([] if given else default_files(importer), progress, fetcher) as shipped,
            together(importer.card, given or shipped) as gathered,
        ):
            options = _Options(territory, communes, everywhere, partial, demo, unattended)
            prepared = [
                _prepare(one, its_files, options, register, clock)
                for one, its_files in by_listing(importer, gathered)
            ]
            _set_besides(prepared)
            runs = _stage(prepared, register, data_dir, clock, progress, reread=reread)
            if unattended is not None:
                check_losses(register, runs, unattended)
            for run in runs:
                run.publish()
            for run in runs:  # those who left take with them what other listings said of them
                if names := followers(run.report.source):
                    ended = end_with_their_people(register.database, run.report.source, names)
                    run.report.notes.update({WITH_THEIR_PERSON: ended} if ended else {})
            return joined([run.report for run in runs])


def is_in_force(
    source: str,
    files: Sequence[SourceFile],
    *,
    register: Register,
    territory: Territory,
    communes: Communes,
    partial: bool = False,
    demo: bool = False,
    clock: Clock = system_clock,
) -> bool:
    """Whether importing these files would change nothing: what is in force was read from them.

    Raises InputRefusedError as the import would, when they are too old above all: a file that
    never changes any more is stale, not up to date.
    """
    importer = choose_importer(source, None, files)
    options = _Options(territory, communes, everywhere=False, partial=partial, demo=demo)
    with together(importer.card, files) as gathered:
        prepared = [
            _prepare(one, its_files, options, register, clock)
            for one, its_files in by_listing(importer, gathered)
        ]
        done = [
            (one, register.published_by(one.report.source, one.fingerprint)) for one in prepared
        ]
    for one, before in done:
        followed = one.importer.card.follows
        leader = register.published(followed) if followed else None
        if before is None or (leader is not None and leader.run > before.id):
            return False
    return True


@dataclass(frozen=True)
class _Options:
    """What a command asks of every listing it imports."""

    territory: Territory
    communes: Communes
    everywhere: bool
    partial: bool
    demo: bool
    unattended: Unattended | None = None


@dataclass(frozen=True)
class _Prepared:
    """A listing whose files are dated and may be imported."""

    importer: Importer[Any]
    dated: Sequence[Dated]
    context: Context
    report: Report
    besides: dict[str, Sequence[Dated]] = field(default_factory=dict)
    """Files of the listings that say where this one's units go, by the listing's name."""

    @cached_property
    def fingerprint(self) -> str:
        """What makes two runs the same work: same bytes, days, perimeter, communes, card and code."""
        context = self.context
        parts = [
            *(f"{one.file.fingerprint()} {one.day}" for one in (*self.dated, *self._beside())),
            repr("everywhere" if context.everywhere else sorted(context.perimeter.insee)),
            repr(self.report.partial),
            self.way,
        ]
        return hashlib.blake2b("\n".join(parts).encode(), digest_size=16).hexdigest()

    @cached_property
    def way(self) -> str:
        """What a row means, whatever file and territory it is read for."""
        parts = [
            self.importer.card.model_dump_json(),
            self.context.communes.fingerprint,
            repr((self.context.demo, getattr(self.importer, "mapping", ""))),
            code_version(),
        ]
        return "\n".join(parts)

    def _beside(self) -> list[Dated]:
        return [] if self.context.everywhere else list(chain.from_iterable(self.besides.values()))


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
    context = Context(
        options.communes, perimeter, options.everywhere, options.demo, partial=options.partial
    )
    dated = date_files(importer, files)
    report.files, report.demo = [one.file.title for one in dated], options.demo
    strict = options.unattended is not None
    check_columns(importer.card, [one.file for one in dated], report, strict=strict)
    report.data_date = dated[0].day
    named = [(one.file.title, one.day) for one in dated if one.day]
    check_age(importer.card, named, report, clock().date())
    if not isinstance(importer, CommunesImporter):
        check_newer(register.published(report.source), report)
    return _Prepared(importer, dated, context, report)


def _stage(
    prepared: Sequence[_Prepared],
    register: Register,
    data_dir: Path | None,
    clock: Clock,
    progress: Progress | None,
    *,
    reread: bool,
) -> list[Run[Any]]:
    """Read every listing of a source; when one is refused, none is published."""
    runs: list[Run[Any]] = []
    try:
        for one in prepared:
            sink = _open(one, register, data_dir, {run.report.source: run for run in runs})
            runs.append(Run(one.importer, sink, one.context, one.report, clock, progress))
            before = None if reread else _before(one, sink, register)
            if before is not None:
                runs[-1].repeat(before)
            else:
                _look_beside(one, register)
                look_back(one.importer, sink, one.context, one.way, reread=reread)
                read(runs[-1], one.dated)
                runs[-1].settle(one.dated)
    except (InputRefusedError, ConflictError) as exc:
        for run in runs:
            run.refuse(exc.detail)
        if runs:
            exc.extra.setdefault("run", runs[-1].report.run)
        raise
    return runs


def _set_besides(prepared: Sequence[_Prepared]) -> None:
    """Tell each listing which files, given along, say where its units go."""
    by_name = {one.importer.card.name: one for one in prepared}
    for one in prepared:
        leader = by_name.get(one.importer.card.follows)
        if leader is not None and isinstance(one.importer, Covers):
            leader.besides[one.importer.card.name] = one.dated


def _look_beside(prepared: _Prepared, register: Register) -> None:
    """Find which units elsewhere go to the perimeter, where the source has a listing to tell it."""
    context, name = prepared.context, prepared.importer.card.name
    if context.everywhere:
        return
    covering: dict[str, tuple[str, ...]] = {}
    for listing in listings(name):
        if listing.card.follows == name and isinstance(listing, Covers):
            files = prepared.besides.get(listing.card.name, ())
            covering |= covering_of(listing, files, register.database, context)
    context.covering = covering


def _before(prepared: _Prepared, sink: Sink[Any], register: Register) -> RunView | None:
    """The run in force, taken over, when it read these very files in this very way.

    A listing that follows another depends on that one's people too: it is always read.
    """
    if not isinstance(sink, Staging) or prepared.importer.card.follows:
        return None
    before = register.published_by(prepared.report.source, prepared.fingerprint)
    if before is not None:
        sink.repeat(before.id)
    return before


def _open(
    prepared: _Prepared, register: Register, data_dir: Path | None, staged: Mapping[str, Run[Any]]
) -> Sink[Any]:
    """Where the rows of a listing go."""
    card, context, report = prepared.importer.card, prepared.context, prepared.report
    if isinstance(prepared.importer, CommunesImporter):
        return CommuneTable(_needed(data_dir))
    if card.follows:
        leader = staged.get(card.follows)
        run = (card.follows, leader.report.run) if leader else None
        context.people = people_told_by(register.database, card.follows, run)
    return register.begin_import(
        card.name,
        card.title,
        fingerprint=prepared.fingerprint,
        data_date=report.data_date,
        partial=report.partial,
    )


def _needed(data_dir: Path | None) -> Path:
    if data_dir is None:
        raise TypeError("run_import('communes') needs data_dir")
    return data_dir
