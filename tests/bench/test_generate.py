"""Large files are in the real layouts, as long as asked, and the same for the same seed."""

import csv
import gzip
from collections import Counter
from datetime import date
from pathlib import Path

import orjson
import pytest

from bench.generate import FORMATS, generate, parts
from directory.communes import read_communes
from directory.identifiers import warn_identifier
from importers.demo.numbers import FICTION_PHONES, FINESS_MARK, RPPS_PREFIX
from importers.demo.rpps import columns

DAY = date(2026, 11, 22)
ROWS = 3_000


@pytest.mark.parametrize("kind", FORMATS)
def test_same_seed_same_bytes(kind: str) -> None:
    first, again = b"".join(parts(kind, 200, DAY, 1)), b"".join(parts(kind, 200, DAY, 1))
    assert first == again
    assert first != b"".join(parts(kind, 200, DAY, 2))


def test_rpps_has_the_columns_and_the_rows(tmp_path: Path) -> None:
    path = tmp_path / "rpps.txt"
    generate("rpps", path, ROWS, DAY, seed=1)
    with path.open(encoding="utf-8", newline="") as file:
        header, *lines = csv.reader(file, delimiter="|", quoting=csv.QUOTE_NONE)
    rows = [dict(zip(header, line, strict=False)) for line in lines]
    assert tuple(header) == columns()
    assert len(rows) == ROWS
    assert {len(line) for line in lines} == {57}
    people = Counter(row["Identifiant PP"] for row in rows)
    assert 1.2 < ROWS / len(people) < 1.6
    assert all(number.startswith(RPPS_PREFIX) for number in people)
    assert not any(warn_identifier("rpps", number) for number in people)
    phones = {row["Téléphone (coord. structure)"] for row in rows} - {""}
    assert all(phone.startswith(FICTION_PHONES) for phone in phones)


def test_rpps_rows_are_told_where_their_postcode_is(tmp_path: Path) -> None:
    path, communes = tmp_path / "rpps.txt", read_communes()
    generate("rpps", path, ROWS, DAY, seed=1)
    lines = [line.split("|") for line in path.read_text(encoding="utf-8").splitlines()[1:]]
    where = [
        columns().index(f"{name} (coord. structure)") for name in ("Code postal", "Code commune")
    ]
    placed = 0
    for postcode, insee in ((line[where[0]], line[where[1]]) for line in lines):
        if postcode:
            commune, _ = communes.locate(insee, postcode)
            assert commune is not None
            placed += 1
    assert placed > 0.9 * ROWS


def test_finess_json_is_one_document_with_every_site(tmp_path: Path) -> None:
    path = tmp_path / "finess.json.gz"
    generate("finess", path, ROWS, DAY, seed=1)
    document = orjson.loads(gzip.decompress(path.read_bytes()))
    found = [site for entity in document["pmej"] for site in entity["ege"]]
    numbers = {site["informationsGeneralesEGE"]["numFinessEge"] for site in found}
    assert len(found) == len(numbers) == ROWS
    assert all(number[2] == FINESS_MARK for number in numbers)
    assert not any(warn_identifier("finess_et", number) for number in numbers)
    assert 0.3 < sum(site["etatObjet"] == "I" for site in found) / ROWS < 0.5


def test_finess_csv_has_its_line_of_metadata_and_32_cells(tmp_path: Path) -> None:
    path = tmp_path / "finess.csv"
    generate("finess-csv", path, ROWS, DAY, seed=1)
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    assert first == "finess;etalab;111;2026-11-22"
    assert len(lines) == ROWS
    assert {line.count(";") for line in lines} == {31}


def test_more_sites_than_numbers_is_refused() -> None:
    with pytest.raises(SystemExit, match="1000000"):
        next(parts("finess", 1_000_001, DAY, seed=1))
