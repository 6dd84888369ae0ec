"""Excel: one sheet as text, formats and merged blocks, workbooks that cannot be read."""

import csv
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from directory.base.errors import InputRefusedError
from importers import workbook
from importers.inputs import local_file, open_file
from importers.workbook import cell_text, workbook_csv


def _book(folder: Path, sheets: dict[str, list[list[Any]]], hidden: str = "") -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title == hidden else "visible"
    path = folder / "liste.xlsx"
    book.save(path)
    return path


def _lines(path: Path) -> list[list[str]]:
    text = workbook_csv(path, path.name).decode()
    return list(csv.reader(text.split("\n")[:-1], delimiter=";"))


@pytest.mark.parametrize(
    ("value", "shown_as", "text"),
    [
        (None, "General", ""),
        (True, "General", "oui"),
        (940000011, "General", "940000011"),
        (3.0, "General", "3"),
        (2.5, "0.00", "2.5"),
        (1600, "00000", "01600"),
        (146000000, '0#" "##" "##" "##" "##', "0146000000"),
        (146000000, "0#\\ ##\\ ##\\ ##\\ ##", "0146000000"),
        (7, "0", "7"),
        (datetime(2026, 11, 20), "General", "2026-11-20"),  # noqa: DTZ001 what a sheet holds
        (date(2026, 11, 20), "General", "2026-11-20"),
        (" asthme\nBPCO ", "General", "asthme\rBPCO"),
        ("=A1;B", "General", "=A1;B"),
    ],
)
def test_a_cell_reads_as_it_was_typed(value: object, shown_as: str, text: str) -> None:
    assert cell_text(value, shown_as) == text


def test_lines_are_rows_of_the_sheet(tmp_path: Path) -> None:
    path = _book(tmp_path, {"Liste": [["nom", "ville"], [], ['A "B"; C\nD', "Fresnes"]]})
    assert _lines(path) == [["nom", "ville"], [], ['A "B"; C\rD', "Fresnes"]]


def test_a_merged_block_goes_down_and_not_across(tmp_path: Path) -> None:
    path = _book(tmp_path, {"Liste": [["a", "b", "c"], ["x", None, 1], [None, None, 2]]})
    book = load_workbook(path)
    book.worksheets[0].merge_cells("A2:B3")
    book.save(path)
    assert _lines(path)[1:] == [["x", "", "1"], ["x", "", "2"]]


def test_a_workbook_changed_meanwhile_is_read_again(tmp_path: Path) -> None:
    assert _lines(_book(tmp_path, {"Liste": [["a"]]})) == [["a"]]
    assert _lines(_book(tmp_path, {"Liste": [["b"], ["another row, so another size"]]}))[0] == ["b"]


def test_only_one_visible_sheet_may_hold_something(tmp_path: Path) -> None:
    choices = {"Liste": [["a"]], "Choix": [["oui"]], "Vide": []}
    assert _lines(_book(tmp_path, choices, hidden="Choix")) == [["a"]]
    with pytest.raises(InputRefusedError, match="« Liste », « Choix »"):
        workbook_csv(_book(tmp_path, choices), "liste.xlsx")
    with pytest.raises(InputRefusedError, match="feuilles remplies : aucune"):
        workbook_csv(_book(tmp_path, {"Vide": []}), "liste.xlsx")


def test_a_workbook_that_would_fill_the_memory_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_UNPACKED", 100)
    with pytest.raises(InputRefusedError, match="trop volumineux"):
        workbook_csv(_book(tmp_path, {"Liste": [["a"]]}), "liste.xlsx")


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = _book(tmp_path, {"Liste": [["a"]]})
    broken = tmp_path / "broken.xlsx"
    with zipfile.ZipFile(path) as whole, zipfile.ZipFile(broken, "w") as copy:
        for one in whole.namelist():
            content = whole.read(one)
            copy.writestr(one, content[:60] if "sheet1" in one else content)
    with pytest.raises(InputRefusedError, match="illisible"):
        workbook_csv(broken, "broken.xlsx")


def test_an_opened_workbook_is_text(tmp_path: Path) -> None:
    with open_file(local_file(_book(tmp_path, {"Liste": [["nom"], ["Éole"]]}))) as opened:
        assert opened.kind() == "text"
        assert opened.stream.read().decode() == '"nom"\n"Éole"\n'
