"""Proposals over a full agenda: 20,000 free slots, varied needs, each asked of the store anew.

    python -m bench.proposals [--slots 20000] [--needs 200] [--doctors 48] [--booked 600]

The team is invented from a seed; every answer goes from the stored request to the proposals with
their reasons. Between two questions nothing changes, then a proposed place is held each time and
half of them given back, as when several secretaries answer. Times are those of the whole call, in this process, on SQLite: on the wall, and
of the processor, which a busy machine tells the same.
"""

import argparse
import contextlib
import logging
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from datetime import time as hour
from pathlib import Path
from random import Random
from uuid import UUID

import sqlalchemy as sa

from directory.base.clock import FixedClock
from directory.base.keys import open_keys
from directory.base.logs import configure_logs
from directory.base.settings import Settings
from directory.communes import read_communes
from directory.territory import Policy, load_territory
from orientation import tables
from orientation.model import (
    AgeBand,
    Doctor,
    MedecinTraitant,
    Mobility,
    Mode,
    Place,
    Schedule,
    Team,
)
from orientation.records import NewRequest, Patient
from orientation.service import Orientation, open_orientation
from orientation.store import new_id

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
DAYS = 28
WARMING = 20
COMMUNES = load_territory("bievre").first_recourse.communes
POLICIES: dict[str, Policy | None] = {
    "delay first (territory)": None,
    "travel first": Policy(order=("travel", "delay", "mode", "fairness", "earliest")),
}
"""The second cannot stop at the first days: it compares the whole agenda."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print p50, p95 and p99 of the proposals under two policies, and the peak memory."""
    parser = argparse.ArgumentParser(description="Measure the proposals.")
    parser.add_argument("--slots", type=int, default=20_000)
    parser.add_argument("--needs", type=int, default=200)
    parser.add_argument("--doctors", type=int, default=48)
    parser.add_argument("--booked", type=int, default=600)
    options = parser.parse_args(arguments)
    configure_logs(level=logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), options)
    return 0


def measure(folder: Path, options: argparse.Namespace) -> None:
    """Fill an agenda, then ask as many needs of each policy."""
    rng = Random(2026)
    with contextlib.closing(open_agenda(folder)) as opened:
        fill(opened, options, rng)
        counts = opened.counts()
    print(
        f"{counts.free_slots:,} free slots, {counts.bookings} booked, {counts.doctors} doctors, "
        f"{platform.machine()}, {os.cpu_count()} cores, times in ms"
    )
    print(f"{'':<28}{'p50 / p95 / p99':>24}{'of the processor':>24}")
    for name, policy in POLICIES.items():
        with contextlib.closing(open_agenda(folder, policy)) as opened:
            say(name, ask(opened, options.needs, rng))
            say("  places held meanwhile", ask(opened, options.needs, rng, holding=True))
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB")


def ask(
    opened: Orientation, needs: int, rng: Random, *, holding: bool = False
) -> list[tuple[float, float]]:
    """Times of as many needs, once warm; `holding` takes a place after each."""
    requests = [opened.create_request(need(rng)).id for _ in range(needs + WARMING)]
    times = []
    for request in requests:
        times.append(timed(opened, request))
        found = opened.proposals(request).proposals if holding else ()
        if found:
            held = opened.hold(found[0].slot.slot_id, request)
            if rng.random() < 0.5:
                opened.release(held.hold_id)
    return times[WARMING:]


def say(name: str, times: Sequence[tuple[float, float]]) -> None:
    """A line of the table."""
    wall, processor = zip(*times, strict=True)
    print(f"{name:<28}{cuts(wall):>24}{cuts(processor):>24}", flush=True)


def open_agenda(folder: Path, policy: Policy | None = None) -> Orientation:
    """The agenda of a folder, under the territory's policy or another one."""
    territory = load_territory("bievre")
    if policy is not None:
        territory = territory.model_copy(update={"policy": policy})
    settings = Settings(data_dir=folder, demo=True, horizon_days=DAYS)
    keys, clock = open_keys(folder), FixedClock(MONDAY)
    return open_orientation(settings, territory, read_communes(), keys, clock)


def fill(opened: Orientation, options: argparse.Namespace, rng: Random) -> None:
    """A team, its slots cut to what was asked, and appointments spread over them."""
    for _ in range(options.doctors):
        doctor = invent_doctor(opened, rng)
        opened.add_doctor(doctor)
        for schedule in schedules(doctor, rng):
            opened.add_schedule(schedule)
    opened.extend_horizon()
    with opened.database.write() as connection:
        known = list(connection.execute(sa.select(tables.slot.c.id)).scalars())
        rng.shuffle(known)
        wanted = options.slots + options.booked
        if len(known) < wanted:
            raise SystemExit(f"{len(known)} slots only: ask for more doctors")
        for start in range(wanted, len(known), 500):
            surplus = known[start : start + 500]
            connection.execute(tables.seat.delete().where(tables.seat.c.slot.in_(surplus)))
            connection.execute(tables.slot.delete().where(tables.slot.c.id.in_(surplus)))
    for slot in known[: options.booked]:
        held = opened.hold(slot, opened.create_request(need(rng)).id)
        opened.confirm(held.hold_id, Patient(family="Essai", given="Mesure"))


def invent_doctor(opened: Orientation, rng: Random) -> Doctor:
    """One who receives in a commune of the territory and visits some of them."""
    communes = opened.context.territory.first_recourse.communes
    insee = rng.choice(communes)
    commune = opened.context.communes.get(insee)
    place = Place(
        id=new_id(), label="Cabinet", insee=insee, point=commune.point if commune else None
    )
    return Doctor(
        id=new_id(),
        family=f"Essai {rng.randrange(10_000)}",
        given="Mesure",
        team=rng.choice(tuple(Team)),
        modes=tuple(Mode),
        places=(place,),
        visits=tuple(rng.sample(communes, 2)),
        min_age_months=rng.choice([None, None, None, 72]),
        weekly_capacity=rng.choice([12, 20, 30]),
        accepts_new=rng.random() < 0.3,
        demo=True,
    )


def schedules(doctor: Doctor, rng: Random) -> Iterator[Schedule]:
    """The practice twice a day, then visits or video, from Monday to Friday."""
    evening = rng.choice([Mode.HOME, Mode.VIDEO])
    for mode, opens, closes in (
        (Mode.CABINET, 9, 12),
        (Mode.CABINET, 14, 17),
        (evening, 17, 19),
    ):
        yield Schedule(
            id=new_id(),
            doctor=doctor.id,
            mode=mode,
            rule="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
            opens=hour(opens),
            closes=hour(closes),
            slot_minutes=20,
            valid_from=date(2026, 1, 1),
            place=doctor.places[0].id if mode is Mode.CABINET else None,
        )


def need(rng: Random) -> NewRequest:
    """A call: any commune, age, mobility and delay."""
    return NewRequest(
        red_flags="none",
        callback_number="06 39 98 12 34",
        commune=rng.choice(COMMUNES),
        age_band=rng.choice(tuple(AgeBand)),
        mobility=rng.choice(tuple(Mobility)),
        delay_hours=rng.choice([4, 24, 48, 72, 168]),
        medecin_traitant=rng.choice([MedecinTraitant.NONE, MedecinTraitant.UNAVAILABLE]),
    )


def timed(opened: Orientation, request: UUID) -> tuple[float, float]:
    """Seconds of one answer: on the wall, and of the processor."""
    started, worked = time.perf_counter(), time.process_time()
    opened.proposals(request)
    return time.perf_counter() - started, time.process_time() - worked


def cuts(times: Sequence[float]) -> str:
    """p50, p95 and p99 of some seconds, in milliseconds."""
    found = statistics.quantiles((one * 1000 for one in times), n=100, method="inclusive")
    return f"{found[49]:.1f} / {found[94]:.1f} / {found[98]:.1f}"


if __name__ == "__main__":
    raise SystemExit(main())
