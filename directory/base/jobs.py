"""Background jobs of `recours serve`: each runs in one process at a time, by lease."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from directory.base.database import Database
from directory.base.leases import acquire_lease
from directory.base.logs import get_logger

log = get_logger(__name__)


@dataclass(frozen=True)
class Job:
    """A named piece of work, run every `every_seconds`; `run` returns what to log, if anything."""

    name: str
    every_seconds: float
    run: Callable[[], object]


class JobRunner:
    """Runs the jobs of one process in one thread; a failing job is logged and tried again."""

    def __init__(self, database: Database, lease_table: sa.Table, jobs: Sequence[Job]) -> None:
        self._database = database
        self._leases = lease_table
        self._jobs = jobs
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="recours-jobs", daemon=True)

    def start(self) -> None:
        """Start working in the background."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the thread to end and wait for the job in hand, at most ten seconds."""
        self._stop.set()
        self._thread.join(timeout=10)

    def run_due(self, elapsed: float, previous: float) -> None:
        """Run every job whose period passed between `previous` and `elapsed` (seconds)."""
        for job in self._jobs:
            if elapsed // job.every_seconds == previous // job.every_seconds:
                continue
            self._run_one(job)

    def _run_one(self, job: Job) -> None:
        try:
            # The lease lasts the period: the next turn goes to whoever is there.
            if acquire_lease(self._database, self._leases, f"job:{job.name}", job.every_seconds):
                outcome = job.run()
                if outcome:
                    log.info("job done", job=job.name, outcome=str(outcome))
        except Exception:
            log.exception("job failed", job=job.name)

    def _loop(self) -> None:
        elapsed, step = 0.0, 1.0
        while not self._stop.wait(step):
            self.run_due(elapsed + step, elapsed)
            elapsed += step
