"""Figures nobody can count here: entered with their source and date, corrected, never overwritten."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from directory.base.change_log import append_change
from directory.base.errors import ConflictError, InputRefusedError
from orientation.indicators.model import Period, make_period
from orientation.indicators.tables import outside_figure
from orientation.privacy import trace
from orientation.store import Agenda, missing, new_id
from orientation.tables import base


@dataclass(frozen=True, kw_only=True)
class OutsideIndicator:
    """A figure to ask a source for; a percentage has no value above 100."""

    code: str
    title: str
    definition: str
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True)
class NewFigure:
    """A figure as it is entered; one of the same code and period is corrected by it."""

    code: str
    period: Period
    value: float
    source: str
    source_date: date


@dataclass(frozen=True, kw_only=True)
class OutsideFigure(NewFigure):
    """A figure in force, with who entered it and when."""

    id: UUID
    author: str
    entered_at: datetime


_CPAM = "CPAM : données du territoire transmises à la CPTS (contrat tripartite ACI)."
_SHARE = (
    "Patients de 17 ans ou plus, affiliés et résidant dans le territoire, sans médecin traitant"
)

OUTSIDE: tuple[OutsideIndicator, ...] = (
    OutsideIndicator(
        code="without-medecin-traitant",
        title="Part des patients sans médecin traitant",
        definition=f"{_SHARE}, parmi ces patients.",
        unit="%",
        source=_CPAM,
    ),
    OutsideIndicator(
        code="without-medecin-traitant-ald",
        title="Patients en ALD sans médecin traitant",
        definition=f"{_SHARE}, en affection de longue durée.",
        unit="patients",
        source=_CPAM,
    ),
    OutsideIndicator(
        code="without-medecin-traitant-c2s",
        title="Patients à la C2S sans médecin traitant",
        definition=f"{_SHARE}, bénéficiaires de la complémentaire santé solidaire.",
        unit="patients",
        source=_CPAM,
    ),
    OutsideIndicator(
        code="without-medecin-traitant-over-70",
        title="Patients de 70 ans ou plus sans médecin traitant",
        definition=(
            "Patients de 70 ans ou plus, affiliés et résidant dans le territoire, "
            "sans médecin traitant."
        ),
        unit="patients",
        source=_CPAM,
    ),
    OutsideIndicator(
        code="emergency-without-stay",
        title="Part des passages aux urgences non suivis d'hospitalisation",
        definition=(
            "Passages aux urgences d'habitants du territoire non suivis d'hospitalisation, "
            "parmi leurs passages."
        ),
        unit="%",
        source="CPAM ou ARS : données du territoire transmises à la CPTS.",
    ),
    OutsideIndicator(
        code="installations",
        title="Installations de professionnels",
        definition="Professionnels de santé qui se sont installés sur le territoire.",
        unit="professionnels",
        source="CPAM ou CPTS : installations constatées.",
    ),
)
_BY_CODE = {one.code: one for one in OUTSIDE}


def enter_figure(agenda: Agenda, new: NewFigure, author: str) -> OutsideFigure:
    """Keep a figure; one of the same code and period is replaced by it, and stays in the store.

    Raises InputRefusedError naming the field; ConflictError when somebody else enters it too.
    """
    _check(agenda, new, author)
    return _enter_all(agenda, [new], author)[0]


def enter_figures(
    agenda: Agenda, new: Sequence[NewFigure], author: str
) -> tuple[OutsideFigure, ...]:
    """Keep several at once, or none: the error of `enter_figure`, with the number of the figure."""
    for number, one in enumerate(new, start=1):
        try:
            _check(agenda, one, author)
        except InputRefusedError as refused:
            raise InputRefusedError(
                f"Chiffre {number} : {refused.detail}", **refused.extra
            ) from None
    return _enter_all(agenda, new, author)


def _enter_all(agenda: Agenda, new: Sequence[NewFigure], author: str) -> tuple[OutsideFigure, ...]:
    try:
        with agenda.database.write() as connection:
            return tuple(_enter(agenda, connection, one, author) for one in new)
    except sa.exc.IntegrityError as exc:
        raise ConflictError(
            "Ce chiffre vient d'être saisi par quelqu'un d'autre : relisez-le, puis corrigez-le.",
            reason="figure_entered",
        ) from exc


def _enter(agenda: Agenda, connection: sa.Connection, new: NewFigure, author: str) -> OutsideFigure:
    now, table = agenda.clock(), outside_figure
    figure = OutsideFigure(**vars(new), id=new_id(), author=author.strip(), entered_at=now)
    corrected = connection.execute(
        table.update()
        .where(
            *_current(agenda),
            table.c.code == new.code,
            table.c.first_day == new.period.first,
            table.c.last_day == new.period.last,
        )
        .values(replaced_at=now, replaced_by=figure.author)
    ).rowcount
    connection.execute(table.insert().values(**_columns(agenda, figure)))
    action = "outside_figure.correct" if corrected else "outside_figure.enter"
    _say(agenda, connection, figure.id, action, figure.author)
    return figure


def withdraw_figure(agenda: Agenda, figure_id: UUID, author: str) -> None:
    """Take back a figure entered by mistake; NotFoundError when it is no longer in force."""
    _require_author(author)
    table = outside_figure
    with agenda.database.write() as connection:
        withdrawn = connection.execute(
            table.update()
            .where(*_current(agenda), table.c.id == figure_id)
            .values(replaced_at=agenda.clock(), replaced_by=author.strip())
        ).rowcount
        if not withdrawn:
            raise missing("Chiffre")
        _say(agenda, connection, figure_id, "outside_figure.withdraw", author.strip())


def read_figures(
    agenda: Agenda, connection: sa.Connection, period: Period | None = None
) -> tuple[OutsideFigure, ...]:
    """Figures in force, or those whose own period touches this one: by code as listed, newest
    period first."""
    table = outside_figure
    touches = (table.c.first_day <= period.last, table.c.last_day >= period.first) if period else ()
    rows = connection.execute(
        sa.select(table)
        .where(*_current(agenda), *touches)
        .order_by(table.c.last_day.desc(), table.c.first_day.desc(), table.c.id)
    )
    order = list(_BY_CODE)
    figures = [_figure(row) for row in rows if row.code in _BY_CODE]
    return tuple(sorted(figures, key=lambda figure: order.index(figure.code)))


def outside_indicator(code: str) -> OutsideIndicator:
    """The definition behind a code; InputRefusedError for an unknown one."""
    if code not in _BY_CODE:
        raise InputRefusedError(
            f"Indicateur « {code[:40]} » inconnu : {', '.join(_BY_CODE)}.", field="code"
        )
    return _BY_CODE[code]


def _check(agenda: Agenda, new: NewFigure, author: str) -> None:
    indicator = outside_indicator(new.code)
    make_period(new.period.first, new.period.last)
    if not math.isfinite(new.value) or new.value < 0:
        raise InputRefusedError("Le chiffre est un nombre positif ou nul.", field="value")
    if indicator.unit == "%" and new.value > 100:
        raise InputRefusedError("Une part va de 0 à 100 %.", field="value")
    if not new.source.strip():
        raise InputRefusedError("Dites quelle source donne ce chiffre.", field="source")
    today = agenda.clock().astimezone(agenda.territory.zone).date()
    if new.source_date > today:
        raise InputRefusedError("La date de la source est à venir.", field="source_date")
    _require_author(author)


def _require_author(author: str) -> None:
    if not author.strip():
        raise InputRefusedError("Dites qui saisit : nom et fonction.", field="author")


def _current(agenda: Agenda) -> tuple[sa.ColumnElement[bool], ...]:
    table = outside_figure
    return table.c.territory == agenda.territory.slug, table.c.replaced_at.is_(None)


def _columns(agenda: Agenda, figure: OutsideFigure) -> dict[str, Any]:
    return {
        "id": figure.id,
        "territory": agenda.territory.slug,
        "code": figure.code,
        "first_day": figure.period.first,
        "last_day": figure.period.last,
        "value": figure.value,
        "source": figure.source.strip(),
        "source_date": figure.source_date,
        "author": figure.author,
        "entered_at": figure.entered_at,
    }


def _figure(row: Any) -> OutsideFigure:
    return OutsideFigure(
        id=row.id,
        code=row.code,
        period=Period(row.first_day, row.last_day),
        value=row.value,
        source=row.source,
        source_date=row.source_date,
        author=row.author,
        entered_at=row.entered_at,
    )


def _say(
    agenda: Agenda, connection: sa.Connection, figure_id: UUID, action: str, author: str
) -> None:
    fields = ("code", "period", "value", "source", "source_date")
    trace(agenda, connection, action, figure_id, fields, author)
    append_change(connection, base.change_log, "outside_figure", str(figure_id))
