"""Workbooks made to fill the memory, or to read what they should not."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from directory.base.errors import InputRefusedError
from importers.workbook import workbook_csv


def book(path: Path, cell: str = "") -> Path:
    made = openpyxl.Workbook()
    sheet = made.active
    assert sheet is not None
    sheet["A1"] = "nom"
    if cell:
        sheet[cell] = "loin"
    made.save(path)
    return path


def rewritten(path: Path, change: Callable[[str], str]) -> Path:
    """The same workbook with the text of its sheet changed."""
    plain = book(path.with_suffix(".plain"))
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                content = change(content.decode()).encode()
            target.writestr(name, content)
    return path


def test_a_sheet_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="s'étend"):
        workbook_csv(book(tmp_path / "loin.xlsx", "XFD1048576"), "loin.xlsx")


def test_merged_cells_without_end_are_refused_before_they_are_made(tmp_path: Path) -> None:
    merged = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'

    def merge(text: str) -> str:
        assert "</sheetData>" in text
        return text.replace("</sheetData>", f"</sheetData>{merged}")

    with pytest.raises(InputRefusedError, match="fusionnées"):
        workbook_csv(rewritten(tmp_path / "a.xlsx", merge), "a.xlsx")


@pytest.mark.parametrize(
    "declared",
    [
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">',
        '<!ENTITY b SYSTEM "file:///etc/passwd">',
    ],
)
def test_entities_are_never_expanded(tmp_path: Path, declared: str) -> None:
    def declare(text: str) -> str:
        changed = text.replace(
            "<sheetData>",
            '<sheetData><row r="9"><c r="A9" t="inlineStr"><is><t>&b;</t></is></c></row>',
            1,
        )
        assert "&b;" in changed
        cut = changed.index("?>") + 2 if changed.startswith("<?xml") else 0
        return f"{changed[:cut]}<!DOCTYPE worksheet [{declared}]>{changed[cut:]}"

    with pytest.raises(InputRefusedError, match="illisible"):
        workbook_csv(rewritten(tmp_path / "b.xlsx", declare), "b.xlsx")
