"""What an indicator is: a definition, a query both stores run, and how its rows become figures."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from directory.base.errors import InputRefusedError
from orientation.store import Agenda

MOST_DAYS = 3660
"""Longest period, in days: ten years."""


@dataclass(frozen=True)
class Period:
    """Days of the territory's calendar, both ends included."""

    first: date
    last: date

    def instants(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From midnight of the first day to midnight after the last, on the territory's clocks."""
        after = self.last + timedelta(days=1)
        return (
            datetime.combine(self.first, time.min, tzinfo=zone),
            datetime.combine(after, time.min, tzinfo=zone),
        )


def make_period(first: date, last: date) -> Period:
    """A period that can be read; InputRefusedError for one inverted or longer than ten years."""
    if last < first:
        raise InputRefusedError("La fin de la période doit venir après son début.", field="to")
    if (last - first).days >= MOST_DAYS or last == date.max:
        raise InputRefusedError("La période va jusqu'à dix ans.", field="to")
    return Period(first, last)


@dataclass(frozen=True)
class Scope:
    """Where and over which days an indicator is read, through one connection."""

    agenda: Agenda
    connection: sa.Connection
    period: Period

    @property
    def now(self) -> datetime:
        """The moment of the reading: what has not begun yet is neither used nor lost."""
        return self.agenda.clock()

    @property
    def end(self) -> datetime:
        """The first instant after the period."""
        return self.period.instants(self.agenda.territory.zone)[1]

    def during(self, column: sa.ColumnElement[datetime]) -> sa.ColumnElement[bool]:
        """An instant of the period."""
        begin, end = self.period.instants(self.agenda.territory.zone)
        return sa.and_(column >= begin, column < end)

    def here(self, table: sa.FromClause) -> sa.ColumnElement[bool]:
        """A row of this territory."""
        return table.c.territory == self.agenda.territory.slug


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One number of an indicator, under a breakdown (`group`, empty for the whole).

    `value` is None when there is nothing to measure, or when `masked`. `unit` replaces the
    indicator's. `people` is how many people stand behind the value, None when it counts no person.
    `private` figures (a doctor's own, a crossing of two breakdowns) never leave for the public.
    """

    code: str
    group: str
    label: str
    value: float | None
    unit: str = ""
    people: int | None = None
    private: bool = False
    masked: bool = False


Rows = Sequence[Any]


@dataclass(frozen=True, kw_only=True)
class Indicator:
    """An indicator read from the agenda: `query` says what is counted, `figures` how it is shown.

    `query` is written once and runs on both stores; `definition` and `source` are what people read.
    """

    code: str
    title: str
    definition: str
    unit: str
    source: str
    query: Callable[[Scope], sa.Select[Any] | sa.CompoundSelect[Any]]
    figures: Callable[[Scope, Rows], Iterable[Figure]]

    def read(self, scope: Scope) -> tuple[Figure, ...]:
        """The figures of a period."""
        rows = scope.connection.execute(self.query(scope)).all()
        return tuple(self.figures(scope, rows))


@dataclass(frozen=True, kw_only=True)
class Reading:
    """An indicator with its figures over a period."""

    indicator: Indicator
    period: Period
    figures: tuple[Figure, ...]


def count_figure(
    code: str, group: str, label: str, people: int, *, private: bool = False
) -> Figure:
    """A figure that counts people or their requests."""
    return Figure(code=code, group=group, label=label, value=people, people=people, private=private)


def milliseconds_of(column: sa.ColumnElement[datetime]) -> sa.ColumnElement[int]:
    """A stored instant as the number it is, for differences."""
    return sa.type_coerce(column, sa.BigInteger)
