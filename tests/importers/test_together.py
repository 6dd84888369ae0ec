"""Folders and archives as input: what is taken of them, in which order, under which name."""

import codecs
import io
import zipfile
from pathlib import Path

import pytest

from directory.base.errors import InputRefusedError
from importers.contract import Card
from importers.inputs import SourceFile, local_file
from importers.registry import cards
from importers.together import folder_files, together

WHOLE = cards()["ror"]


def _folder(tmp_path: Path, **files: bytes) -> Path:
    folder = tmp_path / "export-20261120"
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _joined(card: Card, files: list[SourceFile]) -> tuple[str, bytes]:
    with together(card, files) as (whole,):
        return whole.name, whole.path.read_bytes()


def test_a_folder_is_its_files_by_name_and_no_hidden_one(tmp_path: Path) -> None:
    folder = _folder(tmp_path, b_json=b"2", a_json=b"1", sub__c_json=b"3", _hidden=b"?")
    names = [one.name for one in folder_files(folder)]
    assert names == [
        "export-20261120/a.json",
        "export-20261120/b.json",
        "export-20261120/sub/c.json",
    ]


def test_parts_are_put_end_to_end_without_their_marks(tmp_path: Path) -> None:
    folder = _folder(tmp_path, a_json=codecs.BOM_UTF8 + b"{}", b_ndjson=b"[]", notes_txt=b"?")
    assert _joined(WHOLE, folder_files(folder)) == ("export-20261120", b"{}\n[]\n")


def test_members_of_an_archive_are_put_end_to_end(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {
            "b.json": "2",
            "a.json": "1",
            "__MACOSX/a.json": "?",
            "x.md": "?",
        }.items():
            archive.writestr(name, text)
    path = tmp_path / "export.zip"
    path.write_bytes(content.getvalue())
    assert _joined(WHOLE, [local_file(path)]) == ("export.zip", b"1\n2\n")


def test_named_files_are_all_taken_whatever_their_names(tmp_path: Path) -> None:
    files = []
    for name in ("a.txt", "b", "c.json", "d.json", "e.json"):
        (tmp_path / name).write_text(name[0])
        files.append(local_file(tmp_path / name))
    assert _joined(WHOLE, files) == ("a.txt, b, c.json et 2 autres", b"a\nb\nc\nd\ne\n")


def test_one_file_and_files_of_other_sources_are_left_as_they_are(tmp_path: Path) -> None:
    folder = _folder(tmp_path, a_json=b"1", b_json=b"2")
    files = folder_files(folder)
    with together(cards()["finess"], files) as same:
        assert same == files
    with together(WHOLE, files[:1]) as same:
        assert same == files[:1]


def test_a_joined_file_lasts_as_long_as_its_block(tmp_path: Path) -> None:
    with together(WHOLE, folder_files(_folder(tmp_path, a_json=b"1", b_json=b"2"))) as (whole,):
        path = whole.path
    assert not path.exists()


def test_a_broken_archive_is_told_as_such(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.json", "1234567890")
    sound = content.getvalue()
    path = tmp_path / "export.zip"
    path.write_bytes(sound.replace(b"1234567890", b"1234567891"))
    with pytest.raises(InputRefusedError, match="endommagé"):
        _joined(WHOLE, [local_file(path)])
    locked = bytearray(sound)
    locked[sound.index(b"PK\x01\x02") + 8] |= 1  # the flag of a password
    path.write_bytes(locked)
    with pytest.raises(InputRefusedError, match="archive illisible"):
        _joined(WHOLE, [local_file(path)])


def test_an_empty_folder_and_one_without_data_are_refused(tmp_path: Path) -> None:
    folder = tmp_path / "vide"
    folder.mkdir()
    with pytest.raises(InputRefusedError, match="dossier vide"):
        folder_files(folder)
    files = folder_files(_folder(tmp_path, a_txt=b"?", b_txt=b"?"))
    with pytest.raises(InputRefusedError, match="aucun fichier « json »"):
        _joined(WHOLE, files)
