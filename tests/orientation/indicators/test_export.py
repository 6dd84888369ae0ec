"""The CSV a spreadsheet opens, and the periods that can be asked for."""

import csv
import io
from datetime import UTC, date, datetime

import pytest

from directory.base.cells import safe_cell
from directory.base.clock import FixedClock
from directory.base.errors import InputRefusedError, NotFoundError
from orientation.indicators.export import BOM, COLUMNS, report_csv, report_document
from orientation.indicators.model import Period, make_period
from orientation.indicators.outside import NewFigure
from orientation.service import Orientation
from tests.orientation.indicators.history import History

DAY = Period(date(2026, 11, 16), date(2026, 11, 16))


def rows(text: str) -> list[dict[str, str]]:
    assert text.startswith(BOM)
    assert text.count("\r\n") == text.count("\n")
    return list(csv.DictReader(io.StringIO(text.removeprefix(BOM)), delimiter=";"))


def test_the_export_is_read_back_figure_by_figure(orientation: Orientation) -> None:
    past = History(orientation)
    doctor = past.doctor()
    at = datetime(2026, 11, 16, 8, tzinfo=UTC)
    confirmed = datetime(2026, 11, 16, 8, 4, 30, tzinfo=UTC)
    past.booking(past.request(at), past.slot(doctor, confirmed), confirmed_at=confirmed)
    found = rows(report_csv(orientation.indicators.read(DAY, "call-to-confirmation")))
    assert list(found[0]) == list(COLUMNS)
    assert [(row["code"], row["valeur"], row["unité"]) for row in found] == [
        ("all", "4,5", "minutes"),
        ("cpts", "4,5", "minutes"),
        ("sas", "", "minutes"),
    ]
    assert (found[0]["du"], found[0]["au"]) == ("2026-11-16", "2026-11-16")
    public = rows(report_csv(orientation.indicators.read(DAY, "requests", public=True)))
    assert {row["valeur"] for row in public if row["code"] == "all"} == {"masqué"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝"])
def test_no_cell_begins_a_formula(orientation: Orientation, start: str) -> None:
    attack = f'{start}HYPERLINK("http://x";"y")'
    history = History(orientation)
    doctor = history.doctor(title=attack)
    history.slot(doctor, datetime(2026, 11, 16, 8, tzinfo=UTC))
    figure = NewFigure(
        code="installations",
        period=DAY,
        value=1,
        source=attack,
        source_date=date(2026, 11, 20),
    )
    orientation.indicators.enter(figure, "M. Dupont")
    found = rows(report_csv(orientation.indicators.read(DAY)))
    cells = [cell for row in found for cell in row.values() if "HYPERLINK" in cell]
    assert len(cells) == 3  # the doctor's two figures, and the source
    assert {cell[0] for cell in cells} == {"'"}


def test_an_ordinary_cell_is_left_alone() -> None:
    assert [safe_cell(cell) for cell in ("12", "4,5", "", "24 h = un jour")] == [
        *("12", "4,5", ""),
        "24 h = un jour",
    ]


def test_the_document_says_period_definition_and_unit(orientation: Orientation) -> None:
    document = report_document(orientation.indicators.read(DAY, "no-shows"))
    assert (document["from"], document["to"], document["public"]) == (
        *("2026-11-16", "2026-11-16"),
        False,
    )
    (indicator,) = document["indicators"]
    assert [figure["unit"] for figure in indicator["figures"][:2]] == ["rendez-vous", "%"]
    assert indicator["definition"]


def test_without_dates_the_period_is_the_year_up_to_today_in_the_territory(
    orientation: Orientation, clock: FixedClock
) -> None:
    clock.set(datetime(2026, 12, 31, 23, 30, tzinfo=UTC))  # half past midnight in Paris
    assert orientation.indicators.period() == Period(date(2027, 1, 1), date(2027, 1, 1))
    asked = orientation.indicators.period(last=date(2026, 3, 31))
    assert asked == Period(date(2026, 1, 1), date(2026, 3, 31))


def test_a_period_that_cannot_be_is_refused(orientation: Orientation) -> None:
    with pytest.raises(InputRefusedError, match="après son début"):
        make_period(date(2026, 2, 1), date(2026, 1, 31))
    with pytest.raises(InputRefusedError, match="dix ans"):
        make_period(date(1900, 1, 1), date(2026, 1, 31))
    with pytest.raises(NotFoundError, match="requests, delay-given"):
        orientation.indicators.read(DAY, "inconnu")
