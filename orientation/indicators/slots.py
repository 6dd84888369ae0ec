"""Seats of slots: offered, used, lost; and what each doctor gave and received."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from statistics import median
from typing import Any

import sqlalchemy as sa

from orientation import tables
from orientation.indicators.consultations import MODES
from orientation.indicators.model import Figure, Indicator, Rows, Scope, milliseconds_of
from orientation.indicators.requests import is_appointment
from orientation.model import BookingState

DAY_MS = 86_400_000
"""No slot lasts longer: a schedule opens and closes on the same day."""

OFFERED = ("used", "no_show", "unused", "free")
FATES = {
    "used": "utilisées",
    "unused": "perdues, personne n'y était inscrit",
    "no_show": "perdues, la personne n'est pas venue",
    "free": "encore libres, à venir",
}
NOT_OFFERED = {
    "withdrawn": "retirées",
    "blocked": "prises par un rendez-vous au même moment",
}


def _withdrawn(scope: Scope) -> sa.ColumnElement[bool]:
    """An absence declared before the end of the slot touches it, or its doctor left the team."""
    slot, absence, doctor = tables.slot, tables.absence, tables.doctor
    away = sa.exists().where(
        absence.c.doctor == slot.c.doctor,
        absence.c.starts < slot.c.ends,
        absence.c.ends > slot.c.starts,
        absence.c.created_at < slot.c.ends,
    )
    return sa.or_(away, sa.and_(slot.c.starts > scope.now, doctor.c.active.is_(False)))


def _blocked() -> sa.ColumnElement[bool]:
    """The doctor saw somebody in another slot that overlaps this one."""
    slot, booking = tables.slot, tables.booking.alias()
    other = tables.slot.alias()
    live = booking.c.state.in_(
        [BookingState.CONFIRMED.value, BookingState.HONOURED.value, BookingState.NO_SHOW.value]
    )
    return sa.exists().where(
        other.c.doctor == slot.c.doctor,
        other.c.id != slot.c.id,
        milliseconds_of(other.c.starts) > milliseconds_of(slot.c.starts) - DAY_MS,
        other.c.starts < slot.c.ends,
        other.c.ends > slot.c.starts,
        booking.c.slot == other.c.id,
        live,
    )


def _seats(scope: Scope) -> sa.Select[Any]:
    slot, seat, booking, doctor = tables.slot, tables.seat, tables.booking, tables.doctor
    fate = sa.case(
        (booking.c.state == BookingState.NO_SHOW.value, "no_show"),
        (booking.c.id.is_not(None), "used"),
        (_withdrawn(scope), "withdrawn"),
        (_blocked(), "blocked"),
        (slot.c.starts > scope.now, "free"),
        else_="unused",
    )
    each = (
        sa.select(slot.c.doctor, doctor.c.title, doctor.c.given, doctor.c.family, slot.c.mode)
        .add_columns(fate.label("fate"))
        .join_from(slot, seat, seat.c.slot == slot.c.id)
        .join(doctor, doctor.c.id == slot.c.doctor)
        .outerjoin(
            booking,
            sa.and_(booking.c.slot == slot.c.id, booking.c.seat == seat.c.seat, is_appointment()),
        )
        .where(scope.here(slot), scope.during(slot.c.starts))
        .subquery()
    )
    return sa.select(*each.c, sa.func.count().label("number")).group_by(*each.c)


def _slot_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    yield from _fates("all", "", rows)
    for mode, label in MODES.items():
        yield from _fates(mode, label.capitalize(), [row for row in rows if row.mode == mode])


def _fates(code: str, group: str, rows: Rows) -> Iterator[Figure]:
    numbers = _by_fate(rows)
    told = {"offered": ("offertes", _offered(numbers))}
    told |= {fate: (label, numbers[fate]) for fate, label in (FATES | NOT_OFFERED).items()}
    for fate, (label, number) in told.items():
        people = number if fate in ("used", "no_show") else None
        yield Figure(
            code=f"{code}.{fate}",
            group=group,
            label=label,
            value=number,
            people=people,
            private=bool(group),
        )


def _by_fate(rows: Rows) -> Counter[str]:
    numbers: Counter[str] = Counter()
    for row in rows:
        numbers[row.fate] += row.number
    return numbers


def _offered(numbers: Counter[str]) -> int:
    return sum(numbers[fate] for fate in OFFERED)


def _fairness_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    doctors: dict[Any, list[Any]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row.family, row.given, str(row.doctor))):
        doctors[row.doctor].append(row)
    numbers = {doctor: _by_fate(found) for doctor, found in doctors.items()}
    shares = [
        100 * (fates["used"] + fates["no_show"]) / offered
        for fates in numbers.values()
        if (offered := _offered(fates))
    ]
    yield from _spread(shares)
    for doctor, found in doctors.items():
        first, fates = found[0], numbers[doctor]
        name = " ".join(part for part in (first.title, first.given, first.family) if part)
        told = {
            "given": ("places offertes", _offered(fates)),
            "received": ("rendez-vous reçus", fates["used"] + fates["no_show"]),
        }
        for code, (label, number) in told.items():
            yield Figure(
                code=f"{doctor}.{code}",
                group=name,
                label=label,
                value=number,
                unit="places" if code == "given" else "rendez-vous",
                people=number if code == "received" else None,
                private=True,
            )


def _spread(shares: list[float]) -> Iterator[Figure]:
    told = {"lowest": "la plus basse", "median": "médiane", "highest": "la plus haute"}
    values = (min(shares), median(shares), max(shares)) if shares else (None, None, None)
    for (code, label), value in zip(told.items(), values, strict=True):
        yield Figure(
            code=f"share.{code}",
            group="Part des places offertes qui ont reçu quelqu'un, selon les médecins",
            label=label,
            value=None if value is None else round(value, 1),
            people=len(shares),
        )


SLOTS = Indicator(
    code="slots",
    title="Créneaux offerts, utilisés, perdus",
    definition=(
        "Places des créneaux qui commencent dans la période. Offertes : toutes, moins celles "
        "retirées (absence dite avant la fin du créneau, médecin qui a quitté l'équipe avant son "
        "début) et celles où le médecin recevait quelqu'un au même moment. Utilisées : un rendez-vous, honoré, à venir ou dont la présence "
        "n'est pas dite. Perdues : passées sans personne d'inscrit, ou la personne n'est pas venue."
    ),
    unit="places",
    source="Agenda de Recours.",
    query=_seats,
    figures=_slot_figures,
)
FAIRNESS = Indicator(
    code="fairness",
    title="Équité entre les médecins",
    definition=(
        "Pour chaque médecin, places offertes et rendez-vous reçus (venu ou non) des créneaux qui "
        "commencent dans la période, et l'écart entre les médecins. Les noms ne figurent jamais "
        "dans l'export public."
    ),
    unit="%",
    source="Agenda de Recours.",
    query=_seats,
    figures=_fairness_figures,
)
