"""The team of a scenario, where it practises and the slots it opens: invented from a seed.

Slots are cut by the product's own code. Every doctor starts at minutes of their own, so that no
two slots are told apart by their keys, which a real store draws at random.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from random import Random
from uuid import UUID, uuid5

from bench.simulated.hypotheses import (
    ADJOINTS,
    GPS,
    HORIZON_DAYS,
    SCENARIOS,
    TITULAIRES,
    Scenario,
    rate,
)
from directory.communes import Commune, Communes, read_communes
from directory.model import Point, Precision
from directory.territory import Territory, load_territory
from orientation.model import Candidate, Doctor, Mode, Place, Schedule, Team
from orientation.slots import expand

NAMESPACE = UUID("0b6f1c1e-9a0d-4d6e-8f55-5c2f3f2f7a10")
CODES = ("MO", "TU", "WE", "TH", "FR", "SA")
SATURDAY = 5
KM_PER_DEGREE = 111.195

PRACTICE_HOURS, SATURDAY_HOUR = (8, 9, 13, 17, 18), 9
VISIT_HOURS, VIDEO_HOURS = (10, 11), (14, 15)
"""Inside the territory's hours of visits (10-13) and video (14-20); no two of them overlap."""


@dataclass(frozen=True)
class Line:
    """A weekly hour of a doctor: on some days, so many minutes at once."""

    mode: Mode
    days: int
    minutes: int
    slots: int


WEEKS: dict[Team, tuple[Line, ...]] = {
    Team.TITULAIRE: (
        Line(Mode.CABINET, 4, 20, 3),
        Line(Mode.HOME, 2, 30, 2),
        Line(Mode.VIDEO, 1, 20, 4),
    ),
    Team.ADJOINT: (
        Line(Mode.CABINET, 3, 20, 3),
        Line(Mode.HOME, 1, 30, 1),
        Line(Mode.VIDEO, 1, 20, 2),
    ),
}
"""Twenty places a week for a titulaire and twelve for an adjoint: what they declare."""


@dataclass(frozen=True)
class World:
    """A team over some days, and the communes of its territory."""

    scenario: Scenario
    days: int
    territory: Territory
    communes: Communes
    doctors: tuple[Doctor, ...]
    schedules: tuple[Schedule, ...]

    @property
    def last(self) -> date:
        """The last day of calls."""
        return self.scenario.first + timedelta(days=self.days - 1)

    @property
    def people(self) -> Mapping[str, int]:
        """Inhabitants of each commune, as the table of communes says."""
        return {
            insee: commune_of(self.communes, insee).population
            for insee in self.territory.first_recourse.communes
        }


def build_world(scenario: str, seed: int, days: int) -> World:
    """The team of a scenario; the same for the same seed, whatever the days."""
    rng = Random(f"{seed}/{scenario}/world")
    territory, communes = load_territory("bievre"), _communes()
    season = SCENARIOS[scenario]
    team = tuple(_team(territory, communes, rng))
    away = set(rng.sample(range(len(team)), season.away))
    present = [(n, doctor) for n, doctor in enumerate(team) if n not in away]
    schedules = tuple(
        one for n, doctor in present for one in _schedules(doctor, n, season.first, rng)
    )
    return World(
        scenario=season,
        days=days,
        territory=territory,
        communes=communes,
        doctors=tuple(doctor for _, doctor in present),
        schedules=schedules,
    )


def slots_of(world: World) -> Iterator[Candidate]:
    """Every slot of the days of calls and of the horizon after them, all of them free."""
    doctors = {doctor.id: doctor for doctor in world.doctors}
    last = world.last + timedelta(days=HORIZON_DAYS)
    for schedule in world.schedules:
        doctor = doctors[schedule.doctor]
        place = doctor.places[0] if schedule.place else None
        for span in expand(schedule, world.territory, world.scenario.first, last):
            yield Candidate(
                slot_id=uuid5(schedule.id, span.start.isoformat()),
                start=span.start,
                end=span.end,
                mode=schedule.mode,
                places_left=schedule.seats,
                doctor=doctor,
                place=place,
            )


def commune_of(communes: Communes, insee: str) -> Commune:
    """A commune of the territory; KeyError when the table of communes lacks it."""
    found = communes.get(insee)
    if found is None:
        raise KeyError(f"commune {insee} absente de la table des communes")
    return found


def point_near(commune: Commune, rng: Random) -> Point:
    """A point drawn in a disc around a commune's point."""
    if commune.lat is None or commune.lon is None:
        raise KeyError(f"commune {commune.insee} sans coordonnées")
    away = rate("radius_km") * math.sqrt(rng.random())
    angle = 2 * math.pi * rng.random()
    east = away * math.cos(angle) / (KM_PER_DEGREE * math.cos(math.radians(commune.lat)))
    north = away * math.sin(angle) / KM_PER_DEGREE
    return Point(lat=commune.lat + north, lon=commune.lon + east, precision=Precision.ADDRESS)


@cache
def _communes() -> Communes:
    return read_communes()


def _team(territory: Territory, communes: Communes, rng: Random) -> Iterator[Doctor]:
    size = TITULAIRES + ADJOINTS
    ranks = rng.sample(range(size), size)
    accepting = set(rng.sample(range(size), int(rate("accepting"))))
    for n, insee in enumerate(_practices(size)):
        key = uuid5(NAMESPACE, str(n))
        point = point_near(commune_of(communes, insee), rng)
        titulaire = ranks[n] < TITULAIRES
        yield Doctor(
            id=key,
            family=f"Essai {n + 1}",
            given="Simulation",
            team=Team.TITULAIRE if titulaire else Team.ADJOINT,
            modes=tuple(Mode),
            places=(Place(id=uuid5(key, "place"), label="Cabinet", insee=insee, point=point),),
            visits=territory.first_recourse.communes if titulaire else (insee,),
            weekly_capacity=int(rate("titulaire_capacity" if titulaire else "adjoint_capacity")),
            accepts_new=n in accepting,
            demo=True,
        )


def _practices(size: int) -> list[str]:
    """A commune for each doctor, as general practitioners are spread (largest remainders)."""
    shares = {insee: size * count / sum(GPS.values()) for insee, count in GPS.items()}
    seats = {insee: int(share) for insee, share in shares.items()}
    closest = sorted(GPS, key=lambda insee: seats[insee] - shares[insee])
    for insee in closest[: size - sum(seats.values())]:
        seats[insee] += 1
    return [insee for insee, count in seats.items() for _ in range(count)]


def _schedules(doctor: Doctor, offset: int, first: date, rng: Random) -> Iterator[Schedule]:
    for line in WEEKS[doctor.team]:
        for day in rng.sample(range(len(CODES)), line.days):
            opens = timedelta(hours=_hour(line.mode, day, rng), minutes=offset)
            yield Schedule(
                id=uuid5(doctor.id, f"{line.mode}/{day}"),
                doctor=doctor.id,
                mode=line.mode,
                rule=f"FREQ=WEEKLY;BYDAY={CODES[day]}",
                opens=_clock(opens),
                closes=_clock(opens + timedelta(minutes=line.minutes * line.slots)),
                slot_minutes=line.minutes,
                valid_from=first,
                place=doctor.places[0].id if line.mode is Mode.CABINET else None,
            )


def _hour(mode: Mode, day: int, rng: Random) -> int:
    match mode:
        case Mode.HOME:
            return rng.choice(VISIT_HOURS)
        case Mode.VIDEO:
            return rng.choice(VIDEO_HOURS)
        case Mode.CABINET:
            return SATURDAY_HOUR if day == SATURDAY else rng.choice(PRACTICE_HOURS)


def _clock(since_midnight: timedelta) -> time:
    hours, minutes = divmod(since_midnight // timedelta(minutes=1), 60)
    return time(hours, minutes)
