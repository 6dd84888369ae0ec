"""Files as they come: what is opened, what is refused, and in which words."""

import gzip
import io
import zipfile
from datetime import date
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from importers.fetching.files import is_url
from importers.inputs import local_file, open_file


def _read(path: Path, member: str = "") -> bytes:
    with open_file(local_file(path), member) as opened:
        return opened.stream.read()


def _zip(**members: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"a;b\n", gzip.compress(b"a;b\n", mtime=0), _zip(x=b"a;b\n")],
    ids=["plain", "gzip", "zip"],
)
def test_compression_is_told_by_content(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "name_says_nothing.csv"
    path.write_bytes(content)
    assert _read(path) == b"a;b\n"


def test_the_wanted_file_of_an_archive_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ps.zip"
    path.write_bytes(_zip(PS_SavoirFaire_1=b"no", PS_Personne_activite_2=b"yes"))
    assert _read(path, "PS_Personne_activite") == b"yes"


def test_a_single_file_of_another_name_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ps.zip"
    path.write_bytes(_zip(extrait=b"yes"))
    assert _read(path, "PS_Personne_activite") == b"yes"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "fichier vide"),
        (b" \n \n", "fichier vide"),
        (gzip.compress(b"", mtime=0), "fichier vide"),
        (gzip.compress(b"x" * 100_000, mtime=0)[:-12], "compressé tronqué"),
        (gzip.compress(b"xyz" * 9, mtime=0)[:-8] + b"12345678", "compressé endommagé"),
        (b"PK\x03\x04" + b"?" * 40, "compressé endommagé"),
        ("nom;ville\n".encode("utf-16"), "UTF-16"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "contenu binaire"),
        (b"<!DOCTYPE html><html>", "page HTML"),
        (_zip(**{"[Content_Types].xml": b"", "xl/workbook.xml": b""}), "classeur Excel"),
        (_zip(a=b"1", b=b"2"), "elle contient : a, b"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "listing.csv"
    path.write_bytes(content)
    with pytest.raises(InputRefusedError, match=said) as refused:
        _read(path)
    assert "listing.csv" in refused.value.detail


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRefusedError, match="introuvable"):
        local_file(tmp_path / "absent.csv")
    with pytest.raises(InputRefusedError, match="pas un fichier"):
        local_file(tmp_path)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("finess-structures-journalier-20261120.json.gz", date(2026, 11, 20)),
        ("PS_LibreAcces_Personne_activite_202611200312.txt", date(2026, 11, 20)),
        ("etalab-cs1100502-stock-2026-05-12.csv", date(2026, 5, 12)),
        ("finess-structures-mensuel-202607.json.gz", date(2026, 7, 1)),
    ],
)
def test_a_file_is_dated_by_its_name(tmp_path: Path, name: str, day: date) -> None:
    path = tmp_path / name
    path.write_text("x")
    with open_file(local_file(path)) as opened:
        assert opened.own_date() == day


@pytest.mark.parametrize("name", ["listing.csv", "listing_20261399.csv", "listing_20260231.csv"])
def test_without_a_date_in_its_name_a_file_is_dated_by_its_bytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text("x")
    with open_file(local_file(path)) as opened:
        assert opened.own_date() == opened.source.modified


def test_the_fingerprint_is_of_the_bytes(tmp_path: Path) -> None:
    for name, content in (("a", "1"), ("b", "1"), ("c", "2")):
        (tmp_path / name).write_text(content)
    one, same, other = (local_file(tmp_path / name).fingerprint() for name in "abc")
    assert one == same != other


def test_addresses_and_paths() -> None:
    assert is_url("HTTPS://exemple.fr/x")
    assert not is_url("/data/https.csv")
