"""Files of labelled pairs: what is read, and what is refused with the line to look at."""

import json
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from directory.matching import MatchRecord, read_pairs, record_from_object

LINE = json.dumps({"left": {"family": "A"}, "right": {"family": "B"}, "same": False})


def written(folder: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path = folder / "paires.jsonl"
    path.write_text("\n".join(lines), encoding=encoding)
    return path


def test_a_pair_is_read_with_its_label(tmp_path: Path) -> None:
    (pair,) = read_pairs(written(tmp_path, LINE))

    assert pair.left == MatchRecord(family="A")
    assert pair.right == MatchRecord(family="B")
    assert pair.same is False


def test_blank_lines_and_a_byte_order_mark_are_no_pairs(tmp_path: Path) -> None:
    path = written(tmp_path, LINE, "", "   ", LINE, encoding="utf-8-sig")

    assert len(list(read_pairs(path))) == 2


def test_unknown_keys_are_ignored_and_numbers_are_text() -> None:
    told = {
        "family": "Léger",
        "postcode": 94230,
        "street_number": 12.0,
        "phone": None,
        "siret": True,
        "speciality": ["Allergologie", "Pédiatrie"],
        "city": {"name": "Cachan"},
        "favourite_colour": "bleu",
    }

    assert record_from_object(told) == MatchRecord(
        family="Léger",
        postcode="94230",
        street_number="12",
        speciality="Allergologie ; Pédiatrie",
    )


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{oups", "ce n'est pas du JSON"),
        ("[1, 2]", "un objet avec left, right et same"),
        ('{"right": {}, "same": true}', "« left » doit être une fiche"),
        ('{"left": {}, "right": "x", "same": true}', "« right » doit être une fiche"),
        ('{"left": {}, "right": {}, "same": "oui"}', "« same » doit valoir true ou false"),
        ('{"left": {}, "right": {}}', "« same » doit valoir true ou false"),
        ("[" * 100_000, "ce n'est pas du JSON"),
    ],
)
def test_a_bad_line_is_refused_by_file_and_line(tmp_path: Path, line: str, said: str) -> None:
    path = written(tmp_path, LINE, line)

    with pytest.raises(InputRefusedError) as refused:
        list(read_pairs(path))

    assert said in refused.value.detail
    assert "ligne 2" in refused.value.detail
    assert str(path) in refused.value.detail


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match=r"absent\.jsonl"):
        list(read_pairs(tmp_path / "absent.jsonl"))


def test_another_encoding_is_refused_by_name(tmp_path: Path) -> None:
    line = '{"left": {"family": "Lévêque"}, "right": {}, "same": true}'

    with pytest.raises(InputRefusedError, match="UTF-8"):
        list(read_pairs(written(tmp_path, line, encoding="latin-1")))
