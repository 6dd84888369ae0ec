"""Folders as input, and the files of a source whose rows refer to each other read as one."""

import codecs
import fnmatch
import shutil
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from directory.base.errors import InputRefusedError
from importers.contract import Card
from importers.inputs import SourceFile, clear_refusals, local_file, open_file

_NAMED = 3
"""Files a joined one is named after before it counts the others."""


def folder_files(folder: Path) -> list[SourceFile]:
    """The files of a folder and of those inside, in the order of their names, hidden ones left out."""
    paths = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not _is_hidden(path.relative_to(folder).parts)
    ]
    if not paths:
        raise InputRefusedError(f"{folder} : dossier vide. Vérifiez le chemin.", file=folder.name)
    return [local_file(path, f"{folder.name}/{path.relative_to(folder)}") for path in paths]


def _is_hidden(parts: Sequence[str]) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in parts)


@contextmanager
def together(card: Card, files: Sequence[SourceFile]) -> Iterator[Sequence[SourceFile]]:
    """The files of a source, put end to end when its card says that they make one whole.

    Of a folder or an archive, those that the card's `member` names; the joined file lasts as long
    as the block.
    """
    if not card.together or (len(files) == 1 and not zipfile.is_zipfile(files[0].path)):
        yield files
        return
    with tempfile.TemporaryDirectory(prefix="recours-") as folder:
        path = Path(folder) / "joined"
        with clear_refusals(_name(files)), path.open("wb") as whole:
            for part in _parts(files, card.member):
                whole.write(part.read(len(codecs.BOM_UTF8)).removeprefix(codecs.BOM_UTF8))
                shutil.copyfileobj(part, whole)
                whole.write(b"\n")
        if not path.stat().st_size:
            raise InputRefusedError(f"{_name(files)} : aucun fichier « {card.member} » à lire.")
        yield [SourceFile(path, _name(files), max(one.modified for one in files))]


def _parts(files: Sequence[SourceFile], member: str) -> Iterator[IO[bytes]]:
    for file in files:
        if zipfile.is_zipfile(file.path):
            yield from _members(file, member)
        elif "/" not in file.name or fnmatch.fnmatch(file.name, f"*{member}*"):  # from a folder
            with open_file(file) as opened:
                yield opened.stream


def _members(file: SourceFile, member: str) -> Iterator[IO[bytes]]:
    with zipfile.ZipFile(file.path) as archive:
        for name in sorted(archive.namelist()):
            wanted = fnmatch.fnmatch(name, f"*{member}*") and not name.endswith("/")
            if wanted and not _is_hidden(Path(name).parts):
                with _open_member(archive, name) as part:
                    yield part


def _open_member(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except (RuntimeError, NotImplementedError) as exc:  # a password, an unknown compression
        raise InputRefusedError(f"{name} : archive illisible ({exc}).", file=name) from exc


def _name(files: Sequence[SourceFile]) -> str:
    """What messages call the whole: its folder, else its first files."""
    tops = {one.name.split("/")[0] for one in files}
    if len(tops) == 1:
        return tops.pop()
    names = [one.name for one in files]
    more = f" et {len(names) - _NAMED} autres" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
