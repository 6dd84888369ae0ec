"""`recours update`: what changed upstream is brought, imported and indexed; the rest is told."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic

from directory.base.errors import ConflictError, RecoursError, SettingsError, UnavailableError
from directory.base.logs import get_logger
from directory.differences import run_changes
from directory.indexing import index_is_behind, rebuild_index
from directory.updates import (
    begin_update,
    end_update,
    keep_turn,
    note_source,
    source_states,
    update_turn,
)
from importers.checks import EXTRACT_HINT
from importers.fetching.files import Fetcher
from importers.fetching.options import fetch_options
from importers.fetching.problems import FetchError, PassingError
from importers.report import Report
from importers.run import is_in_force, run_import
from importers.unattended import Unattended
from web.demo import is_demo_folder
from web.services import Services
from web.updating.documents import to_json
from web.updating.mail import tell_coordinator
from web.updating.model import Changes, Outcome, SourceReport, UpdateReport
from web.updating.needs import needs_of
from web.updating.plans import Gathered, Plan, plans
from web.updating.steps import AFTER_IMPORT

RENEW_SECONDS = 60

log = get_logger(__name__)

Progress = Callable[[int, int, int], None]
Say = Callable[[str], None]


def update(
    opened: Services,
    *,
    only: Sequence[str] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
    say: Say = lambda text: None,
) -> UpdateReport:
    """Bring what changed and put it in force; one update at a time, taken up where one was cut.

    A source that fails leaves the others go on and its last good data in force. Raises
    ConflictError when an update runs already, UsageError for a source that cannot be updated.
    """
    wanted = plans(opened.settings, only)
    _check_demo(opened)
    database = opened.register.database
    with update_turn(database), closing(Fetcher(fetch_options(opened.settings))) as fetcher:
        number, cut = (0, 0) if dry_run else begin_update(database)
        report = UpdateReport(
            number=number, resumed=cut, dry_run=dry_run, started_at=opened.clock()
        )
        if cut:
            say(f"Reprise de la mise à jour n° {cut}, coupée.")
        for plan in wanted:
            say(f"{plan.card.title}…")
            alive = _alive(opened, progress)
            report.sources.append(_one(opened, plan, fetcher, alive, dry_run=dry_run))
        if not dry_run:
            _finish(opened, report, progress, say)
        report.ended_at = opened.clock()
        report.needs = needs_of(opened, report)
        report.state = "attention" if report.needs else "done"
        if not dry_run:
            report.mailed = tell_coordinator(opened, report)
            end_update(database, number, report.state, to_json(report))
    return report


def _check_demo(opened: Services) -> None:
    """Real listings never join invented people."""
    if is_demo_folder(opened.settings) and not opened.settings.fetch_mirrors:
        raise SettingsError(
            "Ce dossier est une démonstration : les listings réels ne s'y mélangent pas. Indiquez "
            "un autre RECOURS_DATA_DIR, ou un serveur local par RECOURS_FETCH_MIRRORS."
        )


def _alive(opened: Services, progress: Progress | None) -> Progress:
    """Progress that also keeps the turn, now and then."""
    renewed = monotonic()

    def show(done: int, total: int, rows: int) -> None:
        nonlocal renewed
        if monotonic() - renewed > RENEW_SECONDS:
            keep_turn(opened.register.database)
            renewed = monotonic()
        if progress:
            progress(done, total, rows)

    return show


def _one(
    opened: Services, plan: Plan, fetcher: Fetcher, progress: Progress, *, dry_run: bool
) -> SourceReport:
    """One source from its publisher to the register; what went wrong is its outcome."""
    database, name = opened.register.database, plan.card.name
    state, started = source_states(database).get(name), monotonic()
    cursor = None
    try:
        gathered = plan.gather(opened, fetcher, state, progress)
        told = _import(opened, plan, gathered, progress, dry_run=dry_run)
        cursor = gathered.cursor
    except FetchError as exc:
        passing = isinstance(exc, PassingError)
        outcome = Outcome.UNREACHABLE if passing else Outcome.REFUSED
        told = _told(plan, outcome, exc.detail)
    except RecoursError as exc:
        told = _told(plan, Outcome.REFUSED, exc.detail.removesuffix(EXTRACT_HINT).rstrip())
        told.runs = [exc.extra["run"]] if exc.extra.get("run") else []
    except Exception as exc:  # one source must not take the others down
        log.exception("source not updated", source=name)
        problem = f"Erreur inattendue ({type(exc).__name__}) : voir les journaux."
        told = _told(plan, Outcome.REFUSED, problem)
    told.seconds = round(monotonic() - started, 2)
    if not dry_run:
        failed = told.outcome is Outcome.UNREACHABLE
        note_source(database, name, told.outcome, told.detail, failed=failed, cursor=cursor)
    return told


def _import(
    opened: Services, plan: Plan, gathered: Gathered, progress: Progress, *, dry_run: bool
) -> SourceReport:
    """Put what was gathered in force, unless it is already."""
    demo = is_demo_folder(opened.settings)
    names = [file.name for file in gathered.files]
    notes = " ; ".join(gathered.notes)
    same = gathered.empty or is_in_force(
        plan.card.name,
        gathered.files,
        register=opened.register,
        territory=opened.territory,
        communes=opened.communes,
        partial=gathered.partial,
        demo=demo,
        clock=opened.clock,
    )
    if same or dry_run:
        outcome = Outcome.UNCHANGED if same else Outcome.WOULD_CHANGE
        return _told(plan, outcome, notes, files=names)
    made = run_import(
        plan.card.name,
        gathered.files,
        register=opened.register,
        territory=opened.territory,
        communes=opened.communes,
        data_dir=opened.settings.data_dir,
        partial=gathered.partial,
        demo=demo,
        clock=opened.clock,
        progress=progress,
        unattended=Unattended(opened.settings.update_max_removed),
    )
    return _imported(opened, plan, made, names, notes)


def _imported(
    opened: Services, plan: Plan, made: Report, names: Sequence[str], notes: str
) -> SourceReport:
    runs = [one.run for one in made.listings] or [made.run]
    changed = bool(made.kept or made.removed)
    told = _told(plan, Outcome.UPDATED if changed else Outcome.UNCHANGED, notes, files=names)
    told.runs = runs
    told.data_date = made.data_date.isoformat() if made.data_date else ""
    told.changes = _changes(opened, runs)
    return told


def _changes(opened: Services, runs: Sequence[int]) -> Changes:
    """What several runs changed, together."""
    each = [run_changes(opened.register, opened.communes, run, limit=0) for run in runs]
    return Changes(*(sum(getattr(one, name) for one in each) for name in Changes.__struct_fields__))


def _finish(opened: Services, report: UpdateReport, progress: Progress | None, say: Say) -> None:
    """The steps after imports, then the index: rebuilt when the register moved on without it."""
    changed = [one.name for one in report.sources if one.outcome is Outcome.UPDATED]
    for step in AFTER_IMPORT if changed else ():
        say(f"{step.name}…")
        report.steps.append(f"{step.name} : {step.run(opened, changed)}")
    try:
        if changed or not opened.engine.generation() or index_is_behind(opened.register):
            say("Index…")
            rebuild_index(opened.register, opened.engine, opened.communes)
            report.indexed = True
    except (UnavailableError, ConflictError) as exc:
        report.steps.append(f"index : {exc.detail} « recours serve » le reconstruira de lui-même.")


def _told(plan: Plan, outcome: Outcome, detail: str, *, files: Sequence[str] = ()) -> SourceReport:
    return SourceReport(
        name=plan.card.name,
        title=plan.card.title,
        outcome=outcome,
        detail=detail,
        files=[Path(name).name for name in files],
    )
