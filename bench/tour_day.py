"""The day of the tour: a Tuesday at 9:35, the line open, the demonstration, a few calls.

Every picture is of that moment, whenever they are taken: both clocks of the program, its own and
its store's, start there and go on. Callers and patients are invented, from a seed.
"""

import contextlib
import logging
import multiprocessing
import socket
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch
from uuid import UUID

import httpx
import uvicorn
from faker import Faker
from sqlalchemy.ext.compiler import compiles

from directory.base.clock import Clock
from directory.base.database import store_now
from directory.base.logs import configure_logs
from directory.base.settings import Settings
from orientation.lead import is_too_soon
from orientation.model import AgeBand, Doctor, MedecinTraitant, Mobility, Mode
from orientation.records import NewRequest, Patient
from orientation.service import Orientation
from web.app import create_app
from web.demo import SEED, prepare_demo
from web.services import Services, services

OPENING = datetime(2026, 11, 24, 8, 35, tzinfo=UTC)
STARTING_SECONDS = 120
BOOKED = 0.4
"""Share of the day's places at the practice already given."""

VISITS = 3


@contextlib.contextmanager
def served_day(folder: Path) -> Iterator[tuple[str, UUID]]:
    """The demonstration of that day on a free port: its address, and a doctor who visits."""
    configure_logs(level=logging.WARNING)
    late = datetime.now(UTC) - OPENING
    settings = tour_settings(folder)
    clock = move_clocks(late)
    prepare_demo(settings, clock)
    with services(settings, clock) as opened:
        visitor = book(opened)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(folder, late, port), daemon=True
    )
    server.start()
    try:
        address = f"http://127.0.0.1:{port}"
        _wait(address)
        yield address, visitor
    finally:
        server.terminate()
        server.join()


def tour_settings(folder: Path) -> Settings:
    """A demonstration that asks nothing of anybody outside this machine."""
    return Settings(data_dir=folder, demo=True, territory="bievre", map_tiles="")


def move_clocks(late: timedelta) -> Clock:
    """Move this process's store clock back by `late`, and return a clock moved as much."""
    ago_ms = int(late.total_seconds() * 1000)

    @compiles(store_now, "sqlite")
    def _store_now(element: store_now, compiler: Any, **kw: Any) -> str:
        epoch = "CAST(round((julianday('now') - 2440587.5) * 86400000) AS INTEGER)"
        return f"({epoch} - {ago_ms} + {int(element.seconds * 1000)})"

    return lambda: datetime.now(UTC) - late


def book(opened: Services) -> UUID:
    """Give some of the day's places to invented people; the key of the doctor who visits."""
    team, day = opened.orientation, OPENING.date()
    rng, faker = Random(SEED), Faker("fr_FR")
    faker.seed_instance(SEED)
    visiting = [one for one in team.doctors() if _slots(team, one, day, Mode.HOME)]
    visitor = max(visiting, key=lambda one: len(one.visits))
    for doctor in team.doctors():
        for slot in _slots(team, doctor, day, Mode.CABINET):
            if rng.random() < BOOKED:
                _give(team, slot, faker, rng.choice(visitor.visits))
    free = _slots(team, visitor, day, Mode.HOME)
    for slot, commune in zip(free[:VISITS], visitor.visits, strict=False):
        _give(team, slot, faker, commune, Mobility.HOME)
    return visitor.id


def _slots(team: Orientation, doctor: Doctor, day: date, mode: Mode) -> list[UUID]:
    policy = team.context.territory.policy
    return [
        one.slot_id
        for one in team.agenda(doctor.id, day)
        if one.mode is mode
        and not is_too_soon(policy, mode, doctor.home_lead_minutes, one.start, OPENING)
    ]


def _give(
    team: Orientation,
    slot: UUID,
    faker: Faker,
    commune: str,
    mobility: Mobility = Mobility.TRAVEL,
) -> None:
    asked = NewRequest(
        red_flags="none",
        callback_number=f"06 99 00 {faker.random_int(10, 99)} {faker.random_int(10, 99)}",
        commune=commune,
        age_band=AgeBand.ADULT,
        mobility=mobility,
        delay_hours=48,
        medecin_traitant=MedecinTraitant.NONE,
        address=faker.street_address() if mobility is Mobility.HOME else "",
    )
    held = team.hold(slot, team.create_request(asked).id)
    team.confirm(held.hold_id, Patient(family=faker.last_name(), given=faker.first_name()))


def _serve(folder: Path, late: timedelta, port: int) -> None:
    configure_logs(level=logging.WARNING)
    clock = move_clocks(late)
    # The seconds left of a hold are told by the machine's clock, as the nearest to the store's.
    with (
        patch("web.routes.reservation.system_clock", clock),
        services(tour_settings(folder), clock) as opened,
    ):
        uvicorn.run(create_app(opened), port=port, log_config=None, access_log=False)


def _wait(address: str) -> None:
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{address}/healthz")
            return
        time.sleep(0.2)
    raise TimeoutError("the server did not start")
