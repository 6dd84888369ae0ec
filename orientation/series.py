"""A series as it is given, checked and written; where two of a doctor's meet."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from directory.base.errors import ConflictError, InputRefusedError
from directory.territory import WEEKDAYS, Territory
from directory.typography import say_hour
from orientation.calendar import holiday_name, instant
from orientation.model import Doctor, Mode, Schedule
from orientation.planning_model import MOST_SEATS, MOST_WEEKS_APART, WEEKDAY_CODES, NewSeries
from orientation.slots import days_of, expand
from orientation.store import new_id
from orientation.team import check_schedule

LOOK_AHEAD = timedelta(days=366)
"""How far two series are compared: further than any agenda is opened."""

FURTHEST = timedelta(days=3 * 366)

MODE_WORDS = {Mode.CABINET: "au cabinet", Mode.HOME: "en visite", Mode.VIDEO: "en téléconsultation"}

ONE_DAY = "FREQ=DAILY;COUNT=1"

Closed = Mapping[UUID, Collection[date]]
"""Days taken out of a series, by its key."""


def build_schedule(new: NewSeries, doctor: Doctor, territory: Territory, today: date) -> Schedule:
    """The series of a doctor, with its RFC 5545 rule; InputRefusedError names the wrong field."""
    _check_given(new, doctor, today)
    schedule = Schedule(
        id=new_id(),
        doctor=doctor.id,
        mode=new.mode,
        rule=_rule(new),
        opens=new.opens,
        closes=new.closes,
        slot_minutes=new.slot_minutes,
        valid_from=new.first,
        valid_to=new.last if new.weekdays else new.first,
        seats=new.seats,
        place=new.place if new.mode is Mode.CABINET else None,
        visibility=new.visibility,
        on_holidays=new.on_holidays,
    )
    check_schedule(schedule)
    _check_gives_slots(schedule, territory, today)
    return schedule


def given_as(schedule: Schedule) -> NewSeries | None:
    """A series as it could be given again; None for a rule that no form writes."""
    rule = dict(part.split("=", 1) for part in schedule.rule.split(";") if "=" in part)
    codes = [code for code in rule.get("BYDAY", "").split(",") if code]
    known = {"FREQ", "INTERVAL", "BYDAY"} if codes else {"FREQ", "COUNT"}
    if not known >= rule.keys() or not set(WEEKDAY_CODES) >= set(codes):
        return None
    return NewSeries(
        mode=schedule.mode,
        first=schedule.valid_from,
        last=schedule.valid_to,
        opens=schedule.opens,
        closes=schedule.closes,
        slot_minutes=schedule.slot_minutes,
        weekdays=tuple(WEEKDAY_CODES.index(code) for code in codes),
        every_weeks=int(rule.get("INTERVAL", "1")),
        seats=schedule.seats,
        place=schedule.place,
        visibility=schedule.visibility,
        on_holidays=schedule.on_holidays,
    )


def say_series(schedule: Schedule) -> str:
    """« lundi, jeudi de 9 h à 12 h au cabinet, une semaine sur 2 », for a message."""
    given = given_as(schedule)
    hours = " à ".join(say_hour(at.hour, at.minute) for at in (schedule.opens, schedule.closes))
    what = f"de {hours} {MODE_WORDS[schedule.mode]}"
    if given is None:
        return f"série « {schedule.rule} » {what}"
    if not given.weekdays:
        return f"{WEEKDAYS[given.first.weekday()]} {given.first:%d/%m/%Y} {what}"
    days = ", ".join(WEEKDAYS[number] for number in sorted(given.weekdays))
    apart = f", une semaine sur {given.every_weeks}" if given.every_weeks > 1 else ""
    return f"{days} {what}{apart}"


def refuse_overlap(
    schedule: Schedule,
    others: Sequence[Schedule],
    closed: Closed,
    territory: Territory,
    today: date,
) -> None:
    """Raise ConflictError naming the first series of the doctor with hours in common."""
    first = max(schedule.valid_from, today)
    days = _open_days(schedule, closed, territory, first)
    for other in others:
        if not (other.opens < schedule.closes and schedule.opens < other.closes):
            continue
        common = days & _open_days(other, closed, territory, first)
        if common:
            day = min(common)
            raise ConflictError(
                f"Ces heures chevauchent une autre série : {say_series(other)}. Premier jour en "
                f"commun : {WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}. Changez les heures, ou "
                "modifiez d'abord l'autre série.",
                reason="series_overlap",
                schedule=str(other.id),
                day=day.isoformat(),
            )


def _open_days(schedule: Schedule, closed: Closed, territory: Territory, first: date) -> set[date]:
    days = days_of(schedule, territory, first, first + LOOK_AHEAD)
    return set(days) - set(closed.get(schedule.id, ()))


def _rule(new: NewSeries) -> str:
    if not new.weekdays:
        return ONE_DAY
    days = ",".join(WEEKDAY_CODES[number] for number in sorted(set(new.weekdays)))
    return f"FREQ=WEEKLY;INTERVAL={new.every_weeks};BYDAY={days}"


def _check_given(new: NewSeries, doctor: Doctor, today: date) -> None:
    for field, wrong, detail in _faults(new, doctor, today):
        if wrong:
            raise InputRefusedError(detail, field=field)


def _faults(new: NewSeries, doctor: Doctor, today: date) -> Iterator[tuple[str, bool, str]]:
    yield "first", new.first > today + FURTHEST, "Donnez une date dans les trois ans."
    yield "first", not new.weekdays and new.first < today, "Ce jour est déjà passé."
    last = new.last or new.first
    yield "last", last < new.first, "La série finit avant de commencer : corrigez les dates."
    yield (
        "last",
        bool(new.weekdays) and new.last is not None and last < today,
        ("Cette série est déjà finie : corrigez sa dernière date."),
    )
    yield "weekdays", any(not 0 <= one <= 6 for one in new.weekdays), "Jour de semaine inconnu."
    yield (
        "every_weeks",
        not 1 <= new.every_weeks <= MOST_WEEKS_APART,
        (f"Une semaine sur {MOST_WEEKS_APART} au plus."),
    )
    yield "seats", not 1 <= new.seats <= MOST_SEATS, f"De 1 à {MOST_SEATS} places par créneau."
    yield (
        "mode",
        new.mode not in doctor.modes,
        (f"{doctor.name} ne reçoit pas {MODE_WORDS[new.mode]} : changez d'abord son profil."),
    )
    places = {place.id for place in doctor.places}
    yield (
        "place",
        new.mode is Mode.CABINET and new.place not in places,
        ("Choisissez un des lieux du médecin."),
    )
    leaves = doctor.leaves_on
    yield (
        "first",
        leaves is not None and new.first >= leaves,
        ("Ce médecin a quitté l'équipe à cette date."),
    )


def _check_gives_slots(schedule: Schedule, territory: Territory, today: date) -> None:
    first = max(schedule.valid_from, today)
    if expand(schedule, territory, first, first + LOOK_AHEAD):
        return
    day = schedule.valid_from
    name = holiday_name(territory, day)
    if schedule.rule == ONE_DAY and name and not schedule.on_holidays:
        raise InputRefusedError(
            f"Le {day:%d/%m/%Y} est férié ({name}) : dites que la série vaut aussi les jours "
            "fériés, ou choisissez un autre jour.",
            field="on_holidays",
        )
    if schedule.rule == ONE_DAY and instant(territory.zone, day, schedule.opens) is None:
        raise InputRefusedError(
            f"Le {day:%d/%m/%Y}, {say_hour(schedule.opens.hour, schedule.opens.minute)} n'existe pas : "
            "on passe à l'heure d'été cette nuit-là. Commencez à 3 h.",
            field="opens",
        )
    raise InputRefusedError(
        "Ces dates ne donnent aucun créneau : vérifiez les jours, la première et la dernière date.",
        field="first",
    )
