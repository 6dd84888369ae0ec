"""Consultations: who came, by mode, and who did not."""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from orientation import tables
from orientation.indicators.model import Figure, Indicator, Rows, Scope, count_figure
from orientation.indicators.requests import is_appointment
from orientation.model import BookingState, Mode

MODES = {
    Mode.CABINET.value: "au cabinet",
    Mode.HOME.value: "visite à domicile",
    Mode.VIDEO.value: "téléconsultation",
}


def _begun(scope: Scope) -> sa.Select[Any]:
    booking, slot = tables.booking, tables.slot
    return (
        sa.select(slot.c.mode, booking.c.state, sa.func.count().label("number"))
        .join(slot, slot.c.id == booking.c.slot)
        .where(
            scope.here(booking),
            is_appointment(),
            scope.during(slot.c.starts),
            slot.c.starts <= scope.now,
        )
        .group_by(slot.c.mode, booking.c.state)
    )


def _numbers(rows: Rows, state: BookingState) -> dict[str, int]:
    return {row.mode: row.number for row in rows if row.state == state.value}


def _consultation_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    honoured = _numbers(rows, BookingState.HONOURED)
    unsaid = _numbers(rows, BookingState.CONFIRMED)
    yield count_figure("all", "", "consultations", sum(honoured.values()))
    for mode, label in MODES.items():
        yield count_figure(f"honoured.{mode}", "Mode", label, honoured.get(mode, 0))
    for mode, label in MODES.items():
        group = "Rendez-vous passés, présence non dite"
        yield count_figure(f"unsaid.{mode}", group, label, unsaid.get(mode, 0))


def _no_show_figures(_: Scope, rows: Rows) -> Iterator[Figure]:
    missed, honoured = _numbers(rows, BookingState.NO_SHOW), _numbers(rows, BookingState.HONOURED)
    total, said = sum(missed.values()), sum(missed.values()) + sum(honoured.values())
    yield count_figure("all", "", "rendez-vous non honorés", total)
    yield Figure(
        code="share",
        group="Part",
        label="des rendez-vous dont la présence est dite",
        value=round(100 * total / said, 1) if said else None,
        unit="%",
        people=total,
    )
    for mode, label in MODES.items():
        yield count_figure(f"mode.{mode}", "Mode", label, missed.get(mode, 0))


CONSULTATIONS = Indicator(
    code="consultations",
    title="Consultations par mode",
    definition=(
        "Rendez-vous dont le créneau a commencé dans la période et où la personne est venue, selon "
        "le mode. Ceux dont personne n'a dit si la personne est venue sont comptés à part."
    ),
    unit="consultations",
    source="Agenda de Recours : « venu » dit par le médecin ou le secrétariat.",
    query=_begun,
    figures=_consultation_figures,
)
NO_SHOWS = Indicator(
    code="no-shows",
    title="Rendez-vous non honorés",
    definition=(
        "Rendez-vous dont le créneau a commencé dans la période et où la personne n'est pas venue ; "
        "leur part parmi ceux dont la présence est dite."
    ),
    unit="rendez-vous",
    source="Agenda de Recours : « pas venu » dit par le médecin ou le secrétariat.",
    query=_begun,
    figures=_no_show_figures,
)
