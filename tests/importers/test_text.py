"""Tables as streams: encodings, quotes, columns by name."""

from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from importers.inputs import local_file, open_file
from importers.text import Columns, choose_encoding, guess_delimiter, plain_header, read_csv


def _rows(path: Path, delimiter: str = ";", encoding: str = "utf-8") -> list[list[str]]:
    with open_file(local_file(path)) as opened:
        return [row.cells for row in read_csv(opened, delimiter, encoding)]


def test_a_mark_quotes_and_lines_inside_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes('\ufeffnom;note\r\n"A ""B""";"deux\r\nlignes"\r\n\r\nC;\r\n'.encode())
    assert _rows(path) == [["nom", "note"], ['A "B"', "deux\r\nlignes"], ["C", ""]]


def test_a_row_keeps_its_text_and_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('nom\n"deux\nlignes"\nfin\n', encoding="utf-8")
    with open_file(local_file(path)) as opened:
        rows = list(read_csv(opened, ";"))
    assert [(row.line, row.raw) for row in rows[1:]] == [(3, '"deux\nlignes"\n'), (4, "fin\n")]


def test_an_open_quote_at_the_end_is_a_truncated_file(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('nom\n"sans fin', encoding="utf-8")
    with pytest.raises(InputRefusedError, match="tronqué"):
        _rows(path)


def test_text_after_a_quote_is_a_malformed_table(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text('nom\n"a"b;c\n', encoding="utf-8")
    with pytest.raises(InputRefusedError, match=r"x\.csv, ligne 2 : tableau mal formé"):
        _rows(path)


def test_the_line_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"nom\nok\nL\xe9a\n")
    with pytest.raises(InputRefusedError, match=r"x\.csv, ligne 3 : .* pas en UTF-8"):
        _rows(path)


def test_another_encoding_is_tried_only_where_the_card_allows(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(b"L\xe9a\n")
    file = local_file(path)
    assert choose_encoding(file, "", ("utf-8",)) == "utf-8"
    assert choose_encoding(file, "", ("utf-8", "cp1252")) == "cp1252"
    path.write_text("Léa\n", encoding="utf-8")
    assert choose_encoding(local_file(path), "", ("utf-8", "cp1252")) == "utf-8"


@pytest.mark.parametrize(
    ("header", "delimiter"),
    [("a;b;c", ";"), ("a,b", ","), ('"x;y;z",b', ","), ("a\tb", "\t"), ("a|b", "|"), ("a", ";")],
)
def test_the_delimiter_is_the_one_outside_quotes(header: str, delimiter: str) -> None:
    assert guess_delimiter(header) == delimiter


def test_columns_are_found_whatever_their_case_and_apostrophe() -> None:
    columns = Columns(["Prénom d’exercice ", "CODE  POSTAL"])
    assert columns.at("prenom d'exercice") == 0
    assert columns.at("Code postal") == 1
    assert columns.missing(["Ville", "Code postal"]) == ["Ville"]
    assert plain_header("Numéro  Voie") == "numero voie"
