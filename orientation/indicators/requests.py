"""Requests: how they ended, what delay was asked and given, how long the call took."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa

from orientation import tables
from orientation.indicators.model import (
    Figure,
    Indicator,
    Rows,
    Scope,
    count_figure,
    milliseconds_of,
)
from orientation.model import CLOSINGS, PENDING, BookingState, Outcome
from orientation.provenance import LINE_LABELS, Line

APPOINTMENT_STATES = (BookingState.CONFIRMED, BookingState.HONOURED, BookingState.NO_SHOW)
"""A seat somebody was given and kept: confirmed, whether or not they came."""

HOUR_MS = 3_600_000
MINUTE_MS = 60_000

RESULT_LABELS = {
    "appointment": "rendez-vous donné",
    **{outcome.value: label for outcome, label in CLOSINGS.items()},
    Outcome.TRANSFER_15.value: "passée au 15",
    "pending": "en cours, sans rendez-vous",
}
DELAY_LABELS = {
    "24h": "24 h ou moins",
    "48h": "plus de 24 h, 48 h ou moins",
    "later": "plus de 48 h",
    "unknown": "non demandé",
}
GIVEN_LABELS = {code: label for code, label in DELAY_LABELS.items() if code != "unknown"}


def is_appointment() -> sa.ColumnElement[bool]:
    """A booking that is a kept appointment."""
    return tables.booking.c.state.in_([state.value for state in APPOINTMENT_STATES])


def delay_class(hours: sa.ColumnElement[Any], unit: int = 1) -> sa.ColumnElement[str]:
    """The class of a delay counted in `unit`ths of an hour."""
    return sa.case(
        (hours.is_(None), "unknown"),
        (hours <= 24 * unit, "24h"),
        (hours <= 48 * unit, "48h"),
        else_="later",
    )


def _requests(scope: Scope) -> sa.Select[Any]:
    request, booking = tables.request, tables.booking
    has_appointment = sa.exists().where(booking.c.request == request.c.id, is_appointment())
    pending = request.c.outcome.in_([state.value for state in PENDING])
    result = sa.case(
        (sa.and_(pending, has_appointment), "appointment"),
        (pending, "pending"),
        else_=request.c.outcome,
    )
    each = (
        sa.select(
            result.label("result"),
            delay_class(request.c.delay_hours).label("delay"),
            request.c.line,
        )
        .where(scope.here(request), scope.during(request.c.created_at))
        .subquery()
    )
    return sa.select(*each.c, sa.func.count().label("number")).group_by(*each.c)


def _request_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    yield count_figure("all", "", "demandes", sum(row.number for row in rows))
    yield from _breakdown("result", "Issue", RESULT_LABELS, _sums(rows, "result"))
    yield from _breakdown("delay", "Délai demandé", DELAY_LABELS, _sums(rows, "delay"))
    lines = {line.value: LINE_LABELS[line] for line in Line}
    yield from _breakdown("line", "Ligne", lines, _sums(rows, "line"))
    for delay, label in DELAY_LABELS.items():
        numbers = _sums([row for row in rows if row.delay == delay], "result")
        group = f"Issue, délai demandé : {label}"
        yield from _breakdown(f"delay.{delay}", group, RESULT_LABELS, numbers, private=True)


def _sums(rows: Rows, column: str) -> Counter[str]:
    numbers: Counter[str] = Counter()
    for row in rows:
        numbers[getattr(row, column)] += row.number
    return numbers


def _breakdown(
    code: str, group: str, labels: dict[str, str], numbers: Counter[str], *, private: bool = False
) -> Iterator[Figure]:
    for key, label in labels.items():
        yield count_figure(f"{code}.{key}", group, label, numbers[key], private=private)


def _given(scope: Scope) -> sa.Select[Any]:
    request, booking, slot = tables.request, tables.booking, tables.slot
    waited = milliseconds_of(slot.c.starts) - milliseconds_of(request.c.created_at)
    kept = sa.case((waited <= request.c.delay_hours * HOUR_MS, "kept"), else_="exceeded")
    each = (
        sa.select(delay_class(waited, HOUR_MS).label("delay"), kept.label("kept"))
        .join_from(booking, request, request.c.id == booking.c.request)
        .join(slot, slot.c.id == booking.c.slot)
        .where(scope.here(request), is_appointment(), scope.during(request.c.created_at))
        .subquery()
    )
    return sa.select(*each.c, sa.func.count().label("number")).group_by(*each.c)


def _given_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    yield count_figure("all", "", "rendez-vous donnés", sum(row.number for row in rows))
    yield from _breakdown("given", "Délai donné", GIVEN_LABELS, _sums(rows, "delay"))
    kept = {"kept": "tenu", "exceeded": "dépassé"}
    yield from _breakdown("asked", "Délai demandé", kept, _sums(rows, "kept"))


def _to_confirmation(scope: Scope) -> sa.Select[Any]:
    """The middle of each line and of the whole; of an even number, the mean of the two middles."""
    request, booking = tables.request, tables.booking
    took = milliseconds_of(sa.func.min(booking.c.confirmed_at)) - milliseconds_of(
        request.c.created_at
    )
    each = (
        sa.select(request.c.line, took.label("took"))
        .join(booking, booking.c.request == request.c.id)
        .where(
            scope.here(request),
            scope.during(request.c.created_at),
            booking.c.confirmed_at.is_not(None),
        )
        .group_by(request.c.id, request.c.line, request.c.created_at)
        .subquery()
    )
    every = sa.union_all(
        sa.select(sa.literal("all").label("line"), each.c.took),
        sa.select(each.c.line, each.c.took),
    ).subquery()
    ranked = sa.select(
        every,
        sa.func.row_number().over(partition_by=every.c.line, order_by=every.c.took).label("rank"),
        sa.func.count().over(partition_by=every.c.line).label("number"),
    ).subquery()
    middle = (2 * ranked.c.rank).between(ranked.c.number, ranked.c.number + 2)
    return (
        sa.select(ranked.c.line, ranked.c.number, sa.func.avg(ranked.c.took).label("took"))
        .where(middle)
        .group_by(ranked.c.line, ranked.c.number)
    )


def _to_confirmation_figures(_: Scope, rows: Rows) -> Sequence[Figure]:
    found = {row.line: row for row in rows}
    labels = {"all": "toutes lignes", **{line.value: LINE_LABELS[line] for line in Line}}
    return [
        Figure(
            code=code,
            group="" if code == "all" else "Ligne",
            label=label,
            value=round(float(row.took) / MINUTE_MS, 1) if (row := found.get(code)) else None,
            people=row.number if row else 0,
        )
        for code, label in labels.items()
    ]


def _escalations(scope: Scope) -> sa.Select[Any]:
    request, booking = tables.request, tables.booking
    given_back = sa.exists().where(
        booking.c.request == request.c.id, booking.c.state == BookingState.ESCALATED.value
    )
    moment = sa.case(
        (given_back, "booked"),
        (request.c.flagged_at > request.c.created_at, "later"),
        else_="start",
    )
    each = (
        sa.select(moment.label("moment"))
        .where(scope.here(request), scope.during(request.c.flagged_at))
        .subquery()
    )
    return sa.select(each.c.moment, sa.func.count().label("number")).group_by(each.c.moment)


ESCALATION_LABELS = {
    "start": "dès les signes d'alerte de l'appel",
    "later": "plus tard, sans créneau retenu",
    "booked": "plus tard, un créneau retenu ou donné étant rendu",
}


def _escalation_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    yield count_figure("all", "", "demandes passées au 15", sum(row.number for row in rows))
    yield from _breakdown("moment", "Moment", ESCALATION_LABELS, _sums(rows, "moment"))


REQUESTS = Indicator(
    code="requests",
    title="Demandes par issue et par délai",
    definition=(
        "Demandes reçues dans la période, selon leur issue à ce jour, le délai demandé (24 h, 48 h, "
        "au-delà) et la ligne qui a décidé. Une demande a un rendez-vous tant qu'il n'est ni annulé "
        "ni rendu. Une demande passée au 15 dès l'appel n'a pas de délai demandé."
    ),
    unit="demandes",
    source="Demandes et réservations de Recours.",
    query=_requests,
    figures=_request_figures,
)
DELAY_GIVEN = Indicator(
    code="delay-given",
    title="Délai donné aux demandes",
    definition=(
        "Pour les demandes reçues dans la période qui ont un rendez-vous : heures de l'appel au "
        "début du créneau, 24 h et 48 h comprises ; tenu quand elles ne dépassent pas le délai "
        "demandé."
    ),
    unit="rendez-vous",
    source="Demandes et réservations de Recours.",
    query=_given,
    figures=_given_figures,
)
CALL_TO_CONFIRMATION = Indicator(
    code="call-to-confirmation",
    title="Temps médian de l'appel à la confirmation",
    definition=(
        "Médiane, sur les demandes reçues dans la période, du temps entre l'enregistrement de la "
        "demande et la première confirmation d'un rendez-vous, même annulé ou déplacé depuis."
    ),
    unit="minutes",
    source="Demandes et réservations de Recours.",
    query=_to_confirmation,
    figures=_to_confirmation_figures,
)
ESCALATIONS = Indicator(
    code="escalations-15",
    title="Passages au 15",
    definition=(
        "Demandes passées au 15 dans la période, comptées au jour du passage, dès les signes "
        "d'alerte ou plus tard."
    ),
    unit="demandes",
    source="Demandes et réservations de Recours.",
    query=_escalations,
    figures=_escalation_figures,
)
