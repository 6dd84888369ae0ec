"""Templates of lists: filled with their example row they import whole, and the guide tells them."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from directory.base.errors import SettingsError
from importers.etp.form import COLUMNS
from importers.registry import mappings
from importers.table.mapping import FIELDS, load_mapping
from importers.table.template import field_helps
from importers.template import DELIMITER, Template, explain, template_csv, template_guide
from importers.template_book import template_book
from importers.templates import templates
from importers.workbook import GUIDE_SHEET
from tests.importers.world import World

GUIDE = (Path(__file__).parents[2] / "docs" / "listes.md").read_text(encoding="utf-8")
ALL = list(templates().values())
every_template = pytest.mark.parametrize("told", ALL, ids=lambda told: told.name)


def _filled_csv(told: Template, folder: Path) -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=DELIMITER, lineterminator="\r\n").writerow(told.example)
    path = folder / f"{told.name}.csv"
    path.write_text(template_csv(told) + text.getvalue(), encoding="utf-8", newline="")
    return path


def _filled_book(told: Template, folder: Path) -> Path:
    book = load_workbook(io.BytesIO(template_book(told)))
    for number, cell in enumerate(told.example, start=1):
        book.worksheets[0].cell(2, number, cell or None)
    path = folder / f"{told.name}.xlsx"
    book.save(path)
    return path


@every_template
@pytest.mark.parametrize("fill", [_filled_csv, _filled_book], ids=["csv", "xlsx"])
def test_a_template_with_its_example_row_imports_whole(
    world: World, told: Template, fill: Callable[[Template, Path], Path]
) -> None:
    path = fill(told, world.folder)
    source = ("etp", None) if told.name == "etp" else ("table", told.name)
    report = world.run(source[0], path, mapping=source[1], partial=told.name == "annexe3")
    assert (report.read, report.kept, report.quarantined) == (1, 1, 0)
    assert report.notes == {}
    assert list(world.records(told.name))


@every_template
def test_a_csv_and_a_workbook_tell_the_same(world: World, told: Template) -> None:
    name, mapping = ("etp", None) if told.name == "etp" else ("table", told.name)
    world.run(name, _filled_csv(told, world.folder), mapping=mapping, partial=True)
    again = world.run(name, _filled_book(told, world.folder), mapping=mapping, partial=True)
    assert (again.kept, again.unchanged) == (0, 1)


@every_template
def test_every_column_is_explained_and_its_example_is_one_of_its_words(told: Template) -> None:
    assert told.purpose
    assert [one.title for one in told.columns if not one.help] == []
    assert [one.title for one in told.columns if one.required and not one.example] == []
    for column in told.columns:
        words = [word for word in re.split(r"\s[;/]\s", column.example) if word]
        assert not column.choices or set(words) <= set(column.choices), column.title


@every_template
def test_a_workbook_explains_itself(told: Template) -> None:
    book = load_workbook(io.BytesIO(template_book(told)))
    sheet, guide = book.worksheets[0], book[GUIDE_SHEET]
    header = list(next(sheet.iter_rows(min_row=1, max_row=1)))
    assert [cell.value for cell in header] == told.titles
    assert sheet.max_row == 1
    explained = {row[0]: row[1] for row in guide.iter_rows(min_row=6, values_only=True)}
    listed = {str(one.sqref).split("2:")[0]: one for one in sheet.data_validations.dataValidation}
    for number, (cell, column) in enumerate(zip(header, told.columns, strict=True), start=1):
        letter = get_column_letter(number)
        assert cell.comment is not None
        assert cell.comment.text == explained[column.title] == explain(column)
        assert sheet.column_dimensions[letter].number_format == "@"
        assert (letter in listed) is bool(column.choices)
    assert book["Choix"].sheet_state == "hidden"


def test_the_lists_of_a_workbook_hold_the_words_of_the_mapping() -> None:
    book = load_workbook(io.BytesIO(template_book(templates()["psychologues"])))
    column = templates()["psychologues"].titles.index("modalités") + 1
    offered = [cell.value for (cell,) in book["Choix"].iter_rows(min_col=column, max_col=column)]
    words = list(load_mapping(mappings()["psychologues"])[0].values["modes"])
    assert [word for word in offered if word] == words


@every_template
def test_the_text_beside_a_csv_names_every_column(told: Template) -> None:
    lines = template_guide(told).splitlines()
    assert [title for title in told.titles if title not in lines] == []
    assert f"  {told.command}" in lines


def test_every_field_of_a_mapping_is_explained() -> None:
    assert field_helps().keys() == FIELDS
    assert [name for name, one in field_helps().items() if not one.help] == []


def test_the_template_of_etp_is_its_form() -> None:
    assert templates()["etp"].titles == list(COLUMNS.values())


def test_templates_are_those_of_the_mappings_and_etp() -> None:
    assert set(templates()) == {*mappings(), "etp"}


def test_a_mapping_that_explains_a_column_it_lacks_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    told = mappings()["membres"].read_text(encoding="utf-8")
    path.write_text(told.replace("[template.help]\n", '[template.help]\n"taille" = "?"\n'), "utf-8")
    with pytest.raises(SettingsError, match="colonne inconnue taille"):
        load_mapping(path)


@every_template
def test_the_guide_is_in_step_with_the_templates(told: Template) -> None:
    (section,) = re.findall(rf"^## `{told.name}`.*?(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| `([^`]+)`(\*?) \| (.+?) \| (.*?) ?\|$", section, re.MULTILINE)
    expected = [
        (one.title, "*" if one.required else "", explain(one), one.example) for one in told.columns
    ]
    assert rows == expected
    assert told.purpose in section
    assert f"recours template {told.name} --xlsx" in section
    assert told.command in section


def test_the_guide_tells_no_list_that_is_not_there() -> None:
    assert re.findall(r"^## `(\w+)`", GUIDE, re.MULTILINE) == list(templates())
