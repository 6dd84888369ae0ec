"""What the pages of indicators receive: tables with bars, crossings, periods to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from directory.typography import NARROW
from orientation.indicators.export import MASKED, say_value
from orientation.indicators.model import Figure, Period, Reading
from orientation.indicators.outside import OutsideFigure, OutsideIndicator, outside_indicator
from orientation.indicators.service import Report
from web.wording import say_count

HOME = "/indicateurs"
NOTHING = "–"
MOST_ACROSS = 3


@dataclass(frozen=True)
class Line:
    """A figure in words; `width` is its bar, in percent of the longest of its table."""

    label: str
    shown: str
    width: float


@dataclass(frozen=True)
class Table:
    """The figures of one breakdown."""

    title: str
    lines: Sequence[Line]


@dataclass(frozen=True)
class Crossing:
    """Figures of two breakdowns: one down, one across."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class ShownIndicator:
    """An indicator as the page shows it."""

    code: str
    title: str
    definition: str
    unit: str
    source: str
    tables: Sequence[Table]
    crossing: Crossing | None
    csv_url: str


@dataclass(frozen=True)
class PeriodLink:
    """A period one click away."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class ShownOutside:
    """An outside figure with its definition; `correct_url` opens the form on it."""

    figure: OutsideFigure
    told: OutsideIndicator
    shown: str
    correct_url: str


@dataclass(frozen=True)
class IndicatorsPage:
    """Indicators over a period; `other_url` leads to the same page for the other readers."""

    period: Period
    periods: Sequence[PeriodLink]
    public: bool
    other_url: str
    csv_url: str
    indicators: Sequence[ShownIndicator]
    outside: Sequence[ShownOutside]


@dataclass(frozen=True)
class OutsidePage:
    """Outside figures of a period, and the form that enters or corrects one."""

    outside: Sequence[ShownOutside]
    choices: Sequence[OutsideIndicator]
    values: Mapping[str, str]
    problems: Mapping[str, str]
    message: str


def indicators_page(report: Report, today: date, *, asked_public: bool) -> IndicatorsPage:
    """A report as the page shows it."""
    period = report.period
    return IndicatorsPage(
        period=period,
        periods=period_links(period, today, public=asked_public),
        public=report.public,
        other_url=address(HOME, period, public=not asked_public),
        csv_url=address(f"{HOME}.csv", period, public=asked_public),
        indicators=[show_indicator(one, public=asked_public) for one in report.readings],
        outside=[show_outside(one) for one in report.outside],
    )


def show_indicator(reading: Reading, *, public: bool) -> ShownIndicator:
    """A reading in words."""
    told = reading.indicator
    simple = [one for one in reading.figures if not one.private]
    groups = list(dict.fromkeys(one.group for one in simple))
    url = address(f"{HOME}/{told.code}.csv", reading.period, public=public)
    return ShownIndicator(
        code=told.code,
        title=told.title,
        definition=told.definition,
        unit=told.unit,
        source=told.source,
        tables=[_table(group, [one for one in simple if one.group == group]) for group in groups],
        crossing=_crossing([one for one in reading.figures if one.private]),
        csv_url=url,
    )


def show_outside(figure: OutsideFigure) -> ShownOutside:
    """An outside figure with its definition."""
    told = outside_indicator(figure.code)
    query = {"code": figure.code} | _days(figure.period)
    return ShownOutside(
        figure=figure,
        told=told,
        shown=_number(figure.value, told.unit),
        correct_url=f"{HOME}/exterieurs?{urlencode(query)}#saisir",
    )


def period_links(period: Period, today: date, *, public: bool) -> list[PeriodLink]:
    """Months and years people ask for."""
    month = today.replace(day=1)
    last_month = month - timedelta(days=1)
    year = date(today.year, 1, 1)
    offered = {
        "Ce mois-ci": Period(month, today),
        "Mois dernier": Period(last_month.replace(day=1), last_month),
        "Cette année": Period(year, today),
        "Année dernière": Period(date(today.year - 1, 1, 1), year - timedelta(days=1)),
    }
    return [
        PeriodLink(label, address(HOME, one, public=public), one == period)
        for label, one in offered.items()
    ]


def address(path: str, period: Period, *, public: bool) -> str:
    """The address of a page or an export over a period."""
    return f"{path}?{urlencode(_days(period) | ({'public': '1'} if public else {}))}"


def say_figure(figure: Figure) -> str:
    """« 1 234 », « 33,3 % », « masqué », or a dash when there is nothing to measure."""
    return MASKED if figure.masked else _number(figure.value, figure.unit)


def _days(period: Period) -> dict[str, str]:
    return {"du": period.first.isoformat(), "au": period.last.isoformat()}


def _number(value: float | None, unit: str) -> str:
    if value is None:
        return NOTHING
    shown = say_count(int(value)) if value == int(value) else say_value(value)
    return f"{shown}{NARROW}%" if unit == "%" else shown


def _table(title: str, figures: Sequence[Figure]) -> Table:
    longest = max((one.value or 0 for one in figures), default=0)
    return Table(
        title=title,
        lines=[
            Line(
                label=one.label,
                shown=say_figure(one),
                width=round(100 * (one.value or 0) / longest, 1) if longest else 0,
            )
            for one in figures
        ],
    )


def _crossing(figures: Sequence[Figure]) -> Crossing | None:
    """Few labels go across, one row per group; otherwise the groups do."""
    if not figures:
        return None
    groups: dict[str, dict[str, str]] = {}
    for one in figures:
        key = one.code.rpartition(".")[0]
        groups.setdefault(key, {"": one.group})[one.label] = say_figure(one)
    labels = list(dict.fromkeys(one.label for one in figures))
    told = list(groups.values())
    if len(labels) <= MOST_ACROSS:
        return Crossing(labels, [(one[""], [one[label] for label in labels]) for one in told])
    rows = [(label, [one[label] for one in told]) for label in labels]
    return Crossing([one[""] for one in told], rows)
