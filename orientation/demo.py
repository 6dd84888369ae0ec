"""An invented first-recourse team whose agenda is never empty, for demonstrations."""

import random
from collections.abc import Iterator, Sequence
from datetime import date, time
from typing import Protocol
from uuid import UUID, uuid5

from directory.wording import name_case
from orientation.model import Doctor, Mode, Place, Schedule, Team, Visibility
from orientation.seeking.model import OfferTerms
from orientation.service import Orientation

TITULAIRES, ADJOINTS = 6, 5
TEAM_SIZE = TITULAIRES + ADJOINTS

NAMESPACE = UUID("6f0f3a52-7f0e-4d52-9a56-0d0c6b7b7a11")
"""Keys are derived from it: seeding twice, or in two processes, gives the same team once."""

FIRST_MONDAY = date(2024, 1, 1)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA")
SATURDAY = 5
SIX_YEARS_MONTHS = 72
DEMO_PLACES = 8

Hours = tuple[time, time]
EARLY_MORNING: Hours = time(8, 30), time(9, 30)
LATE_MORNING: Hours = time(11), time(12)
SATURDAY_MORNING: Hours = time(9), time(12)
AFTERNOON: Hours = time(15), time(16)
LATE_AFTERNOON: Hours = time(17, 30), time(18, 30)
VISITS: Hours = time(10), time(13)
EARLY_VIDEO: Hours = time(14), time(17)
LATE_VIDEO: Hours = time(17), time(20)
OPEN_DOOR: Hours = time(18, 30), time(19, 30)

Line = tuple[Mode, Hours, int, int]
"""Mode, hours, minutes of a slot, places of a slot."""


class KnownDoctor(Protocol):
    """A general practitioner of the demonstration's directory."""

    @property
    def rpps(self) -> str:
        """National identifier."""
        ...

    @property
    def family(self) -> str:
        """Family name."""
        ...

    @property
    def given(self) -> str:
        """Given name."""
        ...

    @property
    def insee(self) -> str:
        """Commune where they exercise."""
        ...


def seed_team(
    orientation: Orientation, known: Sequence[KnownDoctor] = (), seed: int = 2026
) -> tuple[Doctor, ...]:
    """Add the invented team and its schedules, then open the slots; again changes nothing.

    `known` are the general practitioners of the demonstration's directory: with enough of them,
    the team is taken among them; otherwise its names are invented here.
    """
    communes = orientation.context.territory.first_recourse.communes
    people = _pick(known, communes, seed) or _invent(communes, seed)
    team = tuple(_doctor(orientation, index, *who) for index, who in enumerate(people))
    for index, doctor in enumerate(team):
        orientation.add_doctor(doctor)
        for schedule in _schedules(doctor, index):
            orientation.add_schedule(schedule)
    _declare_places(orientation, team)
    orientation.extend_horizon()
    return team


def _declare_places(orientation: Orientation, team: Sequence[Doctor]) -> None:
    """Those who accept new patients say how many, unless they already did."""
    declared = orientation.seeking.offers()
    for doctor in team:
        if doctor.accepts_new and doctor.id not in declared:
            terms = OfferTerms(places=DEMO_PLACES, available_from=FIRST_MONDAY)
            orientation.seeking.set_offer(doctor.id, terms)


def demo_schedules(team: Sequence[Doctor]) -> list[Schedule]:
    """The schedules of a seeded team, in its order."""
    return [schedule for index, doctor in enumerate(team) for schedule in _schedules(doctor, index)]


Person = tuple[str, str, str, str]
"""RPPS, family name, given name, INSEE commune."""


def _pick(known: Sequence[KnownDoctor], communes: Sequence[str], seed: int) -> list[Person]:
    """Eleven of the known ones, every commune in turn so that the team is everywhere."""
    shuffled = sorted(known, key=lambda who: who.rpps)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - a demonstration's draw
    queues = [[who for who in shuffled if who.insee == insee] for insee in communes]
    picked: list[KnownDoctor] = []
    while len(picked) < TEAM_SIZE and any(queues):
        picked.extend(queue.pop() for queue in queues if queue)
    if len(picked) < TEAM_SIZE:
        return []
    return [(who.rpps, who.family, who.given, who.insee) for who in picked[:TEAM_SIZE]]


def _invent(communes: Sequence[str], seed: int) -> list[Person]:
    from faker import Faker  # a server that already has its team need not load it

    faker = Faker("fr_FR")
    faker.seed_instance(seed)
    return [
        ("", faker.last_name().upper(), faker.first_name(), communes[index % len(communes)])
        for index in range(TEAM_SIZE)
    ]


def _doctor(
    orientation: Orientation, index: int, rpps: str, family: str, given: str, insee: str
) -> Doctor:
    territory = orientation.context.territory
    commune = orientation.context.communes.get(insee)
    key = uuid5(NAMESPACE, f"{territory.slug}/{index}")
    place = Place(
        id=uuid5(key, "place"),
        label=f"Cabinet de {commune.name if commune else insee} (démonstration)",
        insee=insee,
        point=commune.point if commune else None,
    )
    # Titulaires and adjoints alternate, so that each day one who visits everywhere is on call.
    titulaire = index % 2 == 0
    return Doctor(
        id=key,
        family=name_case(family),
        given=name_case(given),
        team=Team.TITULAIRE if titulaire else Team.ADJOINT,
        modes=tuple(Mode),
        places=(place,),
        visits=territory.first_recourse.communes if titulaire else (insee,),
        min_age_months=SIX_YEARS_MONTHS if index == TEAM_SIZE - 2 else None,
        weekly_capacity=20 if titulaire else 12,
        accepts_new=index in (1, 4),
        rpps=rpps,
        demo=True,
    )


def _schedules(doctor: Doctor, index: int) -> Iterator[Schedule]:
    week: dict[Line, list[str]] = {}
    for day, code in enumerate(DAYS):
        for line in _lines_of(index, day):
            week.setdefault(line, []).append(code)
    for (mode, (opens, closes), minutes, seats), days in week.items():
        yield Schedule(
            id=uuid5(doctor.id, f"{mode.value}/{opens}/{seats}"),
            doctor=doctor.id,
            mode=mode,
            rule=f"FREQ=WEEKLY;BYDAY={','.join(days)}",
            opens=opens,
            closes=closes,
            slot_minutes=minutes,
            seats=seats,
            valid_from=FIRST_MONDAY,
            place=doctor.places[0].id if mode is Mode.CABINET else None,
            visibility=Visibility.SNP,
        )


def _lines_of(index: int, day: int) -> Iterator[Line]:
    """What a doctor offers on a weekday: two visit, two are on video, all keep an hour aside."""
    duty = (index - 2 * day) % TEAM_SIZE
    visits, early_video, late_video = duty in (0, 1), duty == 5, duty == 6
    if visits:
        yield Mode.HOME, VISITS, 30, 1
    if early_video or late_video:
        yield Mode.VIDEO, EARLY_VIDEO if early_video else LATE_VIDEO, 20, 1
    if day == SATURDAY:
        if duty in (2, 3, 4, 7):
            yield Mode.CABINET, SATURDAY_MORNING, 20, 1
        return
    yield Mode.CABINET, EARLY_MORNING if visits else LATE_MORNING, 20, 1
    yield Mode.CABINET, AFTERNOON if late_video else LATE_AFTERNOON, 20, 1
    if day == 2 and duty in (2, 3):
        yield Mode.CABINET, OPEN_DOOR, 60, 4
