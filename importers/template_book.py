"""A template as an Excel workbook: comments on the titles, drop-down lists, a sheet that explains."""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from importers.template import Column, Template, explain
from importers.workbook import GUIDE_SHEET

FILLED_ROWS = 5000
"""Rows that offer the drop-down lists."""

_TEXT = "@"
"""A text cell: postcodes, phones and numbers keep their zeros."""
_BOLD = Font(bold=True)
_REQUIRED = PatternFill("solid", fgColor="FFF2CC")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CHOICES = "Choix"


def template_book(template: Template) -> bytes:
    """The workbook: the list to fill, how to fill it, and the choices in a hidden sheet."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = template.name[:31]
    choices = book.create_sheet(_CHOICES)
    choices.sheet_state = "hidden"
    for number, column in enumerate(template.columns, start=1):
        _title(sheet, number, column)
        if column.choices:
            _offer(sheet, choices, number, column)
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet(GUIDE_SHEET), template)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _title(sheet: Any, number: int, column: Column) -> None:
    cell = sheet.cell(1, number, column.title)
    cell.font = _BOLD
    if column.required:
        cell.fill = _REQUIRED
    cell.comment = Comment(explain(column), "Recours", height=120, width=320)
    dimension = sheet.column_dimensions[get_column_letter(number)]
    dimension.width = max(14, len(column.title) + 4)
    dimension.number_format = _TEXT


def _offer(sheet: Any, choices: Any, number: int, column: Column) -> None:
    """A drop-down list that also lets other words in: several may go in one cell."""
    letter = get_column_letter(number)
    for row, word in enumerate(column.choices, start=1):
        choices.cell(row, number, word)
    listed = DataValidation(
        type="list",
        formula1=f"{_CHOICES}!${letter}$1:${letter}${len(column.choices)}",
        allow_blank=True,
        showErrorMessage=False,
    )
    listed.add(f"{letter}2:{letter}{FILLED_ROWS}")
    sheet.add_data_validation(listed)


def _explain(sheet: Any, template: Template) -> None:
    sheet.append([template.title])
    sheet.append([template.purpose])
    sheet.append([f"Pour l'importer : {template.command}"])
    sheet.append([])
    sheet.append(["Colonne", "Ce qu'elle attend", "Exemple"])
    for column in template.columns:
        sheet.append([column.title, explain(column), column.example])
    for number, width in enumerate((28, 70, 40), start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows(min_row=6):
        for cell in row:
            cell.alignment, cell.number_format = _WRAPPED, _TEXT
    for cell in (sheet["A1"], *sheet[5]):
        cell.font = _BOLD
