"""The panorama of a territory, for a page and for a spreadsheet."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from directory.base.cells import safe_cell
from directory.communes import COMMUNES_FILE
from directory.panorama import Counted
from directory.register import PublishedSource
from orientation.calendar import local_day
from web.exports import BYTE_ORDER_MARK
from web.panorama_boards import supply_boards
from web.panorama_indicators import indicator_boards
from web.panorama_model import Board, Origin
from web.services import Services
from web.wording import say_date, say_moment

COLUMNS = (
    *("tableau", "titre", "ligne", "colonne", "valeur", "unité"),
    *("définition", "source", "date"),
)


@dataclass(frozen=True)
class PanoramaPage:
    """Supply for everybody; indicators, None for whoever may not read them.

    `demo` entries are counted like the others. `sources` is empty before the first import.
    """

    counted_at: datetime
    sources: Sequence[str]
    demo_entries: int
    supply: Sequence[Board]
    indicators: Sequence[Board] | None


def panorama_page(services: Services, *, with_indicators: bool) -> PanoramaPage:
    """Every table, as the register and the agenda stand."""
    counted = services.supply.read()
    origin = _origin(services, counted)
    return PanoramaPage(
        counted_at=counted.counted_at,
        sources=counted.supply.sources,
        demo_entries=counted.supply.demo,
        supply=supply_boards(counted, services.territory, services.communes, origin),
        indicators=_indicators(services) if with_indicators else None,
    )


def boards_csv(boards: Iterable[Board]) -> str:
    """One line per figure, for a French spreadsheet; nothing in it is read as a formula."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for board in boards:
        for line in _lines(board):
            writer.writerow([safe_cell(cell) for cell in line])
    return BYTE_ORDER_MARK + written.getvalue()


def _lines(board: Board) -> Iterator[tuple[str, ...]]:
    about = (board.unit, board.definition, board.source, board.date)
    if not board.rows:
        yield (board.code, board.title, "", "", board.summary, *about)
    for row in board.rows:
        for column, cell in zip(board.columns, row.cells, strict=True):
            value = cell.shown if cell.value is None else f"{cell.value:.10g}".replace(".", ",")
            yield (board.code, board.title, row.label, column, value, *about)


def _indicators(services: Services) -> list[Board]:
    indicators = services.orientation.indicators
    report = indicators.read(indicators.period(), public=True)
    return indicator_boards(report, local_day(services.territory, services.clock()))


def _origin(services: Services, counted: Counted) -> Origin:
    known = [one for one in services.register.sources() if one.title in counted.supply.sources]
    zone = services.territory.zone
    sources = ", ".join(f"{one.title} ({_say_age(one, zone)})" for one in known)
    imported = services.settings.data_dir / COMMUNES_FILE
    if imported.exists():
        at = datetime.fromtimestamp(imported.stat().st_mtime, tz=UTC)
        population_date = f"importée le {say_date(at.astimezone(zone).date())}"
    else:
        population_date = "table fournie avec Recours, année non dite"
    return Origin(
        supply=f"annuaire de Recours : {sources}"
        if sources
        else "annuaire de Recours, encore vide",
        supply_date=f"compté le {say_moment(counted.counted_at, zone)}",
        population="table des communes (Etalab et La Poste)",
        population_date=population_date,
    )


def _say_age(source: PublishedSource, zone: ZoneInfo) -> str:
    if source.data_date:
        return f"données du {say_date(source.data_date)}"
    return f"importée le {say_moment(source.published_at, zone)}"
