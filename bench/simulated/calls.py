"""The calls of a scenario, one by one: when, from where, for what, and how the caller behaves.

Everything a caller will do is drawn here, before any policy is known: all policies meet the same
people in the same mood.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from bench.simulated.hypotheses import HOURS, MONTHS, WEEKDAYS, Scenario, rate
from bench.simulated.world import World, commune_of, point_near
from directory.model import Point
from orientation.calendar import openings
from orientation.model import AgeBand, MedecinTraitant, Mobility, Need

PROPOSALS = 3
MILLION = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call taken by the secretariat, without red flag, the médecin traitant already called.

    `need` knows the commune only, as in the product; `lives` is where the person really is.
    `declines` says, rank by rank, which proposals they would turn down; `absent`, that they
    would not come; `patience`, how long they accept to wait before going elsewhere.
    """

    number: int
    at: datetime
    need: Need
    lives: Point
    declines: tuple[bool, ...]
    absent: bool
    patience: timedelta


def make_calls(
    world: World, scenario: str, seed: int, patience_hours: float = rate("patience_hours")
) -> list[Call]:
    """The calls of the days of a world, earliest first."""
    patience = timedelta(hours=patience_hours)
    rng = Random(f"{seed}/{scenario}/calls")
    instants = sorted(_instants(world, rng))
    return [_call(world, number, at, patience, rng) for number, at in enumerate(instants)]


def _instants(world: World, rng: Random) -> Iterator[datetime]:
    """Calls of each opening: a Poisson number, spread by the hours of the day."""
    secretariat = world.territory.hours.secretariat
    zone = world.territory.zone
    for opens, closes in openings(world.territory, secretariat, world.scenario.first, world.days):
        day = opens.astimezone(zone)
        hours = range(day.hour, closes.astimezone(zone).hour)
        drawn = rng.choices(
            hours,
            weights=[HOURS[hour] for hour in hours],
            k=_poisson(_expected(world.scenario, day.date()), rng),
        )
        for hour in drawn:
            yield opens + timedelta(hours=hour - day.hour, seconds=rng.randrange(3600))


def _expected(scenario: Scenario, day: date) -> float:
    everyday = rate("calls_per_million") * rate("population") / MILLION
    since = (day - scenario.first).days - scenario.peak
    wave = 1 + scenario.height * math.exp(-((since / scenario.width) ** 2) / 2)
    return everyday * MONTHS[day.month - 1] * WEEKDAYS[day.weekday()] * wave


def _poisson(mean: float, rng: Random) -> int:
    """How many arrivals of a unit of time, waiting from one to the next."""
    count, elapsed = 0, rng.expovariate(mean)
    while elapsed < 1:
        count, elapsed = count + 1, elapsed + rng.expovariate(mean)
    return count


def _call(world: World, number: int, at: datetime, patience: timedelta, rng: Random) -> Call:
    people = world.people
    insee = rng.choices(list(people), weights=list(people.values()))[0]
    commune = commune_of(world.communes, insee)
    age = _age(rng)
    told, own = _medecin_traitant(world, age, rng)
    need = Need(
        commune=insee,
        commune_name=commune.name,
        age_band=age,
        mobility=_mobility(age, world.scenario.home, rng),
        delay_hours=_delay(rng),
        medecin_traitant=told,
        point=commune.point,
        own_doctor=own,
    )
    return Call(
        number=number,
        at=at,
        need=need,
        lives=point_near(commune, rng),
        declines=tuple(rng.random() < rate("declined") for _ in range(PROPOSALS)),
        absent=rng.random() < rate("no_show"),
        patience=patience,
    )


def _age(rng: Random) -> AgeBand:
    shares = {
        AgeBand.INFANT: rate("infants"),
        AgeBand.CHILD: rate("children"),
        AgeBand.SENIOR: rate("seniors"),
    }
    shares[AgeBand.ADULT] = 1 - sum(shares.values())
    return rng.choices(list(shares), weights=list(shares.values()))[0]


def _mobility(age: AgeBand, home: float, rng: Random) -> Mobility:
    named = {AgeBand.SENIOR: "home_seniors", AgeBand.ADULT: "home_adults"}
    if rng.random() < home * rate(named.get(age, "home_children")):
        return Mobility.HOME
    return Mobility.VIDEO if rng.random() < rate("video_only") else Mobility.TRAVEL


def _delay(rng: Random) -> int:
    drawn = rng.random()
    if drawn < rate("within_4h"):
        return 4
    return 24 if drawn < rate("within_4h") + rate("within_24h") else 48


def _medecin_traitant(
    world: World, age: AgeBand, rng: Random
) -> tuple[MedecinTraitant, UUID | None]:
    grown = age in (AgeBand.ADULT, AgeBand.SENIOR)
    if grown and rng.random() < rate("without_mt"):
        return MedecinTraitant.NONE, None
    known = rng.random() < rate("own_in_team")
    own = rng.choice(world.doctors).id if known else None
    return MedecinTraitant.UNAVAILABLE, own
