"""The door of the indicators: read a period, enter what a source outside gives."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from directory.base.errors import NotFoundError
from orientation.calendar import local_day
from orientation.indicators.catalogue import INDICATORS
from orientation.indicators.masking import mask_small
from orientation.indicators.model import Indicator, Period, Reading, Scope, make_period
from orientation.indicators.outside import (
    NewFigure,
    OutsideFigure,
    enter_figure,
    enter_figures,
    read_figures,
    withdraw_figure,
)
from orientation.store import Agenda, known_id


@dataclass(frozen=True, kw_only=True)
class Report:
    """Indicators over a period and the outside figures that touch it; `public` may be published."""

    period: Period
    readings: tuple[Reading, ...]
    outside: tuple[OutsideFigure, ...]
    public: bool


class Indicators:
    """Indicators of a first-recourse team. No figure names a patient."""

    def __init__(self, context: Agenda) -> None:
        self.context = context

    def period(self, first: date | None = None, last: date | None = None) -> Period:
        """The period asked for; without dates, the year of its end, up to today."""
        end = last or local_day(self.context.territory, self.context.clock())
        return make_period(first or date(end.year, 1, 1), end)

    def read(self, period: Period, code: str = "", *, public: bool = False) -> Report:
        """Every indicator, or the one of that code, as one state of the store shows them.

        `public` leaves out what is a doctor's own and masks small counts, as the settings say.
        """
        wanted = tuple(one for one in INDICATORS if code in ("", one.code))
        if not wanted:
            known = ", ".join(one.code for one in INDICATORS)
            raise NotFoundError(f"Indicateur « {code[:40]} » inconnu : {known}.")
        public = public or self.context.settings.mask_small_counts == "always"
        with self.context.database.read() as connection:
            scope = Scope(self.context, connection, period)
            readings = tuple(self._reading(one, scope, public) for one in wanted)
            outside = () if code else read_figures(self.context, connection, period)
        return Report(period=period, readings=readings, outside=outside, public=public)

    def outside(self) -> tuple[OutsideFigure, ...]:
        """Every outside figure in force, whatever its period."""
        with self.context.database.read() as connection:
            return read_figures(self.context, connection)

    def enter(self, new: NewFigure, author: str) -> OutsideFigure:
        """Keep an outside figure, or correct the one of the same code and period."""
        return enter_figure(self.context, new, author)

    def enter_all(self, new: Sequence[NewFigure], author: str) -> tuple[OutsideFigure, ...]:
        """Keep several at once, or none; the error says which of them, from 1."""
        return enter_figures(self.context, new, author)

    def withdraw(self, figure_id: str | UUID, author: str) -> None:
        """Take back an outside figure entered by mistake."""
        withdraw_figure(self.context, known_id(figure_id, "Chiffre"), author)

    def _reading(self, indicator: Indicator, scope: Scope, public: bool) -> Reading:
        figures = indicator.read(scope)
        if public:
            figures = tuple(one for one in figures if not one.private)
            if self.context.settings.mask_small_counts != "never":
                figures = mask_small(figures)
        return Reading(indicator=indicator, period=scope.period, figures=figures)
