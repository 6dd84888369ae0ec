"""Files as they come: plain, gzip, zip or Excel, told by their content and not by their name."""

import fnmatch
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, Literal, cast

from xxhash import xxh3_128

from directory.base.errors import InputRefusedError
from importers.expansion import Expanding

Kind = Literal["json", "html", "text"]

_NAME_DATE = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])-?(0[1-9]|[12]\d|3[01])")
_NAME_MONTH = re.compile(r"(?<!\d)(20\d{2})-?(0[1-9]|1[0-2])(?!\d)")
_PEEK = 65536


@dataclass(frozen=True)
class SourceFile:
    """One file to import. `name` is what messages call it, `modified` when its bytes were made.

    `member`: the one file of an archive that is meant, when it holds several.
    """

    path: Path
    name: str
    modified: date
    member: str = ""

    @property
    def title(self) -> str:
        """What reports call it: the archive and the file meant, when there are several."""
        return f"{self.name} : {self.member}" if self.member else self.name

    def fingerprint(self) -> str:
        """Digest of the bytes: the same file gives the same one wherever it lies. It tells a change,
        not a forger; a tenth of BLAKE2's time, 1.8 s of a national import (2026-11-30)."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, xxh3_128).hexdigest()


Progress = Callable[[int, int, int], None]
"""Called now and then with (bytes done, bytes in all, rows read)."""


@dataclass(frozen=True)
class Dated:
    """A file with the day its data speaks of."""

    file: SourceFile
    day: date | None


class OpenedFile:
    """A file being read: decompressed bytes, and how far the disk was read."""

    def __init__(
        self,
        source: SourceFile,
        raw: IO[bytes],
        stream: io.BufferedReader,
        name: str,
        member: str = "",
        is_sheet: bool = False,
    ) -> None:
        self.source = source
        self.name = name
        self.member = member
        self.is_sheet = is_sheet
        self.stream = stream
        self.total = source.path.stat().st_size
        self._raw = raw

    def done(self) -> int:
        """Bytes of the file on disk read so far."""
        return self._raw.tell()

    def head(self) -> bytes:
        """The first bytes, without moving."""
        return self.stream.peek(_PEEK)[:_PEEK]

    def kind(self) -> Kind:
        """What the content looks like, whatever the name says."""
        start = self.head().removeprefix(b"\xef\xbb\xbf").lstrip()
        if start[:1] in (b"{", b"["):
            return "json"
        return "html" if start[:1] == b"<" else "text"

    def refuse(self, problem: str, line: int | None = None) -> InputRefusedError:
        """An error that says which file, and which line when there is one."""
        where = f"{self.name}, ligne {line}" if line else self.name
        return InputRefusedError(f"{where} : {problem}", file=self.name, line=line)

    def own_date(self) -> date:
        """The date in the file's name (a day, or the first of a month), else that of its bytes."""
        return self.named_date() or self.source.modified

    def named_date(self) -> date | None:
        """The date in the file's name, None when it holds none."""
        for name in (self.name, self.source.name):
            if found := _NAME_DATE.search(name):
                try:
                    return date(int(found[1]), int(found[2]), int(found[3]))
                except ValueError:  # 20260231 is not a day
                    continue
            if found := _NAME_MONTH.search(name):
                return date(int(found[1]), int(found[2]), 1)
        return None


def local_file(path: Path, name: str = "") -> SourceFile:
    """A file on disk; raises InputRefusedError when it is missing, empty or not a file."""
    name = name or path.name
    if not path.exists():
        raise InputRefusedError(f"{path} : fichier introuvable. Vérifiez le chemin.", file=name)
    if not path.is_file():
        raise InputRefusedError(f"{path} : ce n'est pas un fichier.", file=name)
    if path.stat().st_size == 0:
        raise InputRefusedError(f"{path} : fichier vide. Téléchargez-le de nouveau.", file=name)
    return SourceFile(path, name, written_on(path))


def written_on(path: Path) -> date:
    """The day a file was written (UTC), which dates a listing that says none."""
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


@contextmanager
def open_file(source: SourceFile, member: str = "") -> Iterator[OpenedFile]:
    """Open a file, decompressing gzip and zip, an Excel sheet read as CSV.

    `member` is a glob naming the file of an archive.
    What breaks while the block reads (compression, encoding) is told as InputRefusedError.
    """
    with source.path.open("rb") as raw:
        magic = raw.read(4)
        raw.seek(0)
        with clear_refusals(source.name):
            stream, name, is_sheet = _decompress(raw, magic, source, source.member or member)
            opened = OpenedFile(source, raw, stream, name, member, is_sheet)
            _check_head(opened)
            yield opened


def _decompress(
    raw: IO[bytes], magic: bytes, source: SourceFile, member: str
) -> tuple[io.BufferedReader, str, bool]:
    """The bytes to read, what to call them, and whether they are the text of an Excel sheet."""
    size = source.path.stat().st_size
    if magic[:2] == b"\x1f\x8b":
        unzipped = Expanding(cast(IO[bytes], gzip.GzipFile(fileobj=raw)), size, source.name)
        return io.BufferedReader(unzipped, 1 << 18), source.name, False
    if magic == b"PK\x03\x04":
        archive = zipfile.ZipFile(raw)
        if "[Content_Types].xml" in archive.namelist():  # an Office document
            from importers.workbook import workbook_csv  # half a second, for workbooks alone

            sheet = cast(io.RawIOBase, io.BytesIO(workbook_csv(source.path, source.name)))
            return io.BufferedReader(sheet, 1 << 18), source.name, True
        name = _choose_member(archive, source.name, member)
        member_stream = Expanding(_extract(archive, name), size, name)
        return io.BufferedReader(member_stream, 1 << 18), name, False
    return io.BufferedReader(cast(io.RawIOBase, raw), 1 << 18), source.name, False


def _extract(archive: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return archive.open(name)
    except (RuntimeError, NotImplementedError) as exc:  # a password, an unknown compression
        raise InputRefusedError(f"{name} : archive illisible ({exc}).", file=name) from exc


def _choose_member(archive: zipfile.ZipFile, name: str, member: str) -> str:
    names = [one for one in archive.namelist() if not one.endswith("/")]
    if member in names:
        return member
    wanted = [one for one in names if fnmatch.fnmatch(one, f"*{member}*")] or names
    if len(wanted) != 1:
        listed = ", ".join(names[:10]) or "aucun fichier"
        raise InputRefusedError(
            f"{name} : l'archive doit contenir un seul fichier {member or 'à lire'} ; "
            f"elle contient : {listed}.",
            file=name,
        )
    return wanted[0]


def _check_head(opened: OpenedFile) -> None:
    head = opened.head()
    if not head.strip():
        raise opened.refuse("fichier vide. Téléchargez-le de nouveau.")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise opened.refuse("encodage UTF-16. Enregistrez le fichier en UTF-8.")
    if b"\x00" in head:
        raise opened.refuse("contenu binaire, ni texte ni JSON.")
    if opened.kind() == "html":
        raise opened.refuse(
            "page HTML ou XML là où des données sont attendues : le téléchargement a sans doute "
            "rendu une page d'erreur. Téléchargez le fichier de nouveau."
        )


@contextmanager
def clear_refusals(name: str) -> Iterator[None]:
    """Tell in French what a decompressor says of a broken file."""
    try:
        yield
    except EOFError as exc:
        raise InputRefusedError(
            f"{name} : fichier compressé tronqué (il manque la fin). Téléchargez-le de nouveau.",
            file=name,
        ) from exc
    except (gzip.BadGzipFile, zlib.error, zipfile.BadZipFile) as exc:
        raise InputRefusedError(
            f"{name} : fichier compressé endommagé ({exc}). Téléchargez-le de nouveau.", file=name
        ) from exc
