"""Indicators of the first recourse as tables of the panorama, for whoever may read them."""

from collections.abc import Sequence
from datetime import date

from directory.typography import typeset
from orientation.indicators.export import MASKED
from orientation.indicators.model import Figure, Period, Reading
from orientation.indicators.outside import OutsideFigure
from orientation.indicators.service import Report
from web.indicator_contexts import say_figure, show_outside
from web.panorama_model import Board, Cell, Row
from web.wording import say_date

FEWEST_BARS = 3
"""A plot of fewer figures says no more than they do."""


def indicator_boards(report: Report, today: date) -> list[Board]:
    """One table for each indicator, then the figures given from outside."""
    period, made = _say_period(report.period), f"lu le {say_date(today)}"
    boards = [_indicator(reading, f"{period}, {made}") for reading in report.readings]
    return [*boards, _outside(report.outside, period)]


def _indicator(reading: Reading, when: str) -> Board:
    told = reading.indicator
    figures = [one for one in reading.figures if not one.private]
    units = {one.unit or told.unit for one in figures}
    return Board(
        code=told.code,
        title=told.title,
        summary=_say_figures(figures),
        definition=told.definition,
        source=told.source,
        date=when,
        unit=told.unit,
        head="Libellé",
        columns=["Valeur"],
        rows=[Row(_label(one), [Cell(say_figure(one), one.value)]) for one in figures],
        series=[0] if len(figures) >= FEWEST_BARS and len(units) == 1 else [],
    )


def _label(figure: Figure) -> str:
    return typeset(f"{figure.group} : {figure.label}" if figure.group else figure.label)


def _outside(figures: Sequence[OutsideFigure], period: str) -> Board:
    shown = [show_outside(one) for one in figures]
    return Board(
        code="outside",
        title="Chiffres d’autres sources : assurance maladie, urgences",
        summary=(
            "Ce que Recours ne peut pas compter, saisi par la coordination."
            if shown
            else "Aucun chiffre extérieur n’est saisi pour cette période : patients sans médecin "
            "traitant, passages aux urgences."
        ),
        definition=" ".join(
            dict.fromkeys(typeset(f"{one.told.title} : {one.told.definition}") for one in shown)
        ),
        source="celle de chaque ligne",
        date=period,
        unit="celle de chaque ligne",
        head="Chiffre",
        columns=["Valeur", "Unité", "Période", "Source", "Date de la source"],
        rows=[
            Row(
                one.told.title,
                [
                    Cell(one.shown, one.figure.value),
                    Cell(one.told.unit),
                    Cell(_say_period(one.figure.period)),
                    Cell(one.figure.source),
                    Cell(say_date(one.figure.source_date)),
                ],
            )
            for one in shown
        ],
    )


def _say_figures(figures: Sequence[Figure]) -> str:
    if any(one.masked for one in figures):
        return typeset(f"« {MASKED} » : un effectif de 1 à 4 personnes, qui ne se publie pas.")
    known = [one for one in figures if one.value is not None]
    if not known:
        return "Rien à mesurer sur cette période."
    return typeset(" ; ".join(f"{one.label} : {say_figure(one)}" for one in known[:3]) + ".")


def _say_period(period: Period) -> str:
    return f"du {say_date(period.first)} au {say_date(period.last)}"
