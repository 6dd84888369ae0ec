"""Keeping the index in step with the register: one writer at a time, swap when whole."""

import time
from collections.abc import Callable

import sqlalchemy as sa

from directory.base.change_log import append_change, last_seq
from directory.base.errors import ConflictError
from directory.base.leases import acquire_lease, release_lease
from directory.communes import Communes
from directory.engines.base import Engine
from directory.links.review import LINKED
from directory.local.acts import CHANGED
from directory.locating.run import LOCATED
from directory.projection import resources
from directory.register import Register
from directory.tables import base

_CHANGES = ("source.published", LINKED, CHANGED, LOCATED)
"""Topics of the change log after which the index is behind."""

_LEASE = "index"
_LEASE_SECONDS = 900
_PATIENCE_SECONDS = 300
"""How long a rebuild waits for the one in progress: 2,000,000 entries take about two minutes."""


def rebuild_index(
    register: Register,
    engine: Engine,
    communes: Communes,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Index the whole register anew and put it in service; returns the number of entries.

    Waits for a rebuild in progress elsewhere; raises ConflictError if that one does not end.
    """
    _wait_for_turn(register)
    try:
        with register.database.read() as connection:
            through = last_seq(connection, base.change_log)
        count = engine.rebuild(resources(register, communes), progress)
        with register.database.write() as connection:
            append_change(
                connection,
                base.change_log,
                "index.rebuilt",
                engine.generation(),
                {"entries": count, "through": through},
            )
    finally:
        release_lease(register.database, base.lease, _LEASE)
    return count


def roll_back_index(register: Register, engine: Engine) -> str:
    """Put the former index in service again, until the next rebuild or publication; names it.

    Waits for a rebuild in progress; raises ConflictError when there is no former index.
    """
    _wait_for_turn(register)
    try:
        generation = engine.roll_back()
        with register.database.write() as connection:
            append_change(connection, base.change_log, "index.rolled_back", generation, {})
    finally:
        release_lease(register.database, base.lease, _LEASE)
    return generation


def index_is_behind(register: Register) -> bool:
    """Whether something was published after the state the index was built from."""
    log = base.change_log
    with register.database.read() as connection:
        built = connection.execute(
            sa.select(log.c.detail)
            .where(log.c.topic == "index.rebuilt")
            .order_by(log.c.seq.desc())
            .limit(1)
        ).scalar()
    return register_state(register) > (built["through"] if built else -1)


def register_state(register: Register) -> int:
    """The number of the last change after which entries read otherwise; 0 before the first."""
    log = base.change_log
    wanted = sa.select(sa.func.max(log.c.seq)).where(log.c.topic.in_(_CHANGES))
    with register.database.read() as connection:
        return connection.execute(wanted).scalar() or 0


def _wait_for_turn(register: Register) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not acquire_lease(register.database, base.lease, _LEASE, _LEASE_SECONDS):
        if time.monotonic() > deadline:
            raise ConflictError(
                "Une reconstruction de l'index est déjà en cours et ne finit pas ; "
                "vérifiez les autres processus de Recours, puis relancez."
            )
        time.sleep(0.2)
