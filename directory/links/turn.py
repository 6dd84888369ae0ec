"""Links are worked out by one writer at a time: two imports publishing at once would miss each other."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from directory.base.database import Database
from directory.base.errors import ConflictError
from directory.base.leases import acquire_lease, release_lease
from directory.tables import base

_LEASE = "links"
_LEASE_SECONDS = 900
_PATIENCE_SECONDS = 300


@contextmanager
def linking_turn(database: Database) -> Iterator[None]:
    """Hold the turn for a block; raises ConflictError when somebody else keeps it five minutes."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not acquire_lease(database, base.lease, _LEASE, _LEASE_SECONDS):
        if time.monotonic() > deadline:
            raise ConflictError(
                "Le rapprochement des fiches est occupé par un autre processus et ne finit pas ; "
                "vérifiez les autres imports en cours, puis relancez."
            )
        time.sleep(0.1)
    try:
        yield
    finally:
        release_lease(database, base.lease, _LEASE)
