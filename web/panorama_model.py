"""What a table of the panorama is: figures in words, and what a plot may draw of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from directory.communes import Communes
from directory.typography import NARROW
from web.wording import say_count

NOTHING = "–"
WHOLE = "Territoire"
PLOTTED_ROWS = 12
PLOTTED_SERIES = 8
"""Bars cut in more parts than that are no longer read: their total is drawn alone."""

NARROW_COLUMNS = 3


@dataclass(frozen=True)
class Cell:
    """A figure in words; `value` is what a plot draws, None where there is nothing to draw."""

    shown: str
    value: float | None = None


@dataclass(frozen=True)
class Row:
    """One line of a table; `strong` for the whole of which the others are parts.

    `drawn` is what a plot calls it, where that is more than its label.
    """

    label: str
    cells: Sequence[Cell]
    strong: bool = False
    drawn: str = ""


@dataclass(frozen=True)
class Board:
    """A table with what makes its figures understood. `series` are the columns a plot draws.

    Without `rows`, `summary` says why nothing is known. `stacked` bars are parts of one whole.
    """

    code: str
    title: str
    summary: str
    definition: str
    source: str
    date: str
    unit: str
    head: str = ""
    columns: Sequence[str] = ()
    rows: Sequence[Row] = ()
    series: Sequence[int] = ()
    stacked: bool = False
    notes: Sequence[str] = ()

    @property
    def plotted_rows(self) -> int:
        """How many rows, from the first, a plot draws: the others would be too small to read."""
        return min(PLOTTED_ROWS, len(self.rows))

    @property
    def is_plotted(self) -> bool:
        """Whether a plot has anything to show: bars of nothing but zeros are none."""
        rows = self.rows[: self.plotted_rows]
        return any(row.cells[column].value for row in rows for column in self.series)

    @property
    def is_narrow(self) -> bool:
        """Whether the plot finds room beside the table."""
        return len(self.columns) <= NARROW_COLUMNS

    @property
    def rows_left(self) -> int:
        """Rows the table alone shows."""
        return len(self.rows) - self.plotted_rows


@dataclass(frozen=True)
class Origin:
    """Where counts and populations come from, in words."""

    supply: str
    supply_date: str
    population: str
    population_date: str


def number_cell(value: float, digits: int = 0) -> Cell:
    """« 1 234 », « 35,4 »."""
    if digits == 0:
        return Cell(say_count(int(value)), value)
    shown = f"{round(value, digits):.{digits}f}".replace(".", ",")
    return Cell(shown, round(value, digits))


def percent_cell(part: float, whole: float) -> Cell:
    """« 43,1 % », or a dash of nothing."""
    if not whole:
        return Cell(NOTHING)
    share = number_cell(100 * part / whole, 1)
    return Cell(f"{share.shown}{NARROW}%", share.value)


def commune_name(communes: Communes, insee: str) -> str:
    """A commune's name, else its code."""
    found = communes.get(insee)
    return found.name if found else insee
