"""Lines, tables and JSON read as streams, each defect told with its line."""

import codecs
import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import ijson

from directory.base.errors import InputRefusedError
from importers.inputs import OpenedFile, SourceFile, open_file

_NAMED = 8
"""Columns a message names before it counts the others."""

_ENCODING_NAMES = {"utf-8": "UTF-8", "cp1252": "Windows-1252"}


def choose_encoding(source: SourceFile, member: str, allowed: Sequence[str]) -> str:
    """The encoding to read with: UTF-8 unless the whole file is not and the card allows another."""
    if len(allowed) > 1:
        with open_file(source, member) as opened:
            if not _decodes(opened):
                return next(name for name in allowed if name != "utf-8")
    return "utf-8"


def _decodes(opened: OpenedFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := opened.stream.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def read_lines(opened: OpenedFile, encoding: str = "utf-8") -> Iterator[str]:
    """Lines with their ending; raises InputRefusedError at the first undecodable one."""
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    text = io.TextIOWrapper(opened.stream, encoding=codec, newline="\n")
    try:
        with decoding(opened, encoding):
            yield from text
    finally:
        if not opened.stream.closed:
            text.detach()  # the file is closed by whoever opened it


BLOCK_BYTES = 1 << 18
"""How much of a file is read at once."""


def read_blocks(opened: OpenedFile) -> Iterator[list[bytes]]:
    """The first line alone, then lines many at a time, with their ending, to be decoded."""
    yield [opened.stream.readline()]
    while lines := opened.stream.readlines(BLOCK_BYTES):
        yield lines


@contextmanager
def decoding(opened: OpenedFile, encoding: str = "utf-8") -> Iterator[None]:
    """Where text is decoded; raises InputRefusedError at the first line that cannot be."""
    try:
        yield
    except UnicodeDecodeError as exc:
        raise opened.refuse(
            f"caractères illisibles : le fichier n'est pas en {_ENCODING_NAMES[encoding]}. "
            "Téléchargez-le de nouveau, ou enregistrez-le en UTF-8.",
            _undecodable_line(opened, encoding),
        ) from exc


def _undecodable_line(opened: OpenedFile, encoding: str) -> int | None:
    with open_file(opened.source, opened.member) as again:
        for number, line in enumerate(again.stream, start=1):
            try:
                line.decode(encoding)
            except UnicodeDecodeError:
                return number
    return None


class CsvRow(NamedTuple):
    """A row of a quoted table: the line it ends on, its cells, its text."""

    line: int
    cells: list[str]
    raw: str


class _Tee:
    """Lines on their way to the csv reader, remembered until the row they make is whole."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._pending: list[str] = []

    def __iter__(self) -> "_Tee":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self._pending.append(line)
        return line

    def take(self) -> str:
        """The text of the row just read."""
        text = "".join(self._pending)
        self._pending.clear()
        return text


def read_csv(opened: OpenedFile, delimiter: str, encoding: str = "utf-8") -> Iterator[CsvRow]:
    """Rows of a quoted table, blank ones left out, the header first."""
    tee = _Tee(read_lines(opened, encoding))
    reader = csv.reader(tee, delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            raw = tee.take()
            if cells:
                yield CsvRow(reader.line_num, cells, raw)
    except csv.Error as exc:
        if "unexpected end of data" in str(exc):
            raise cut_off(opened, reader.line_num) from exc
        raise opened.refuse(f"tableau mal formé ({exc}).", reader.line_num) from exc


def cut_off(opened: OpenedFile, line: int) -> InputRefusedError:
    """The error of a file whose last line stops in the middle."""
    return opened.refuse(
        "fichier tronqué : la dernière ligne est incomplète. Téléchargez-le de nouveau.", line
    )


def ends_short(raw: str, cells: Sequence[str], expected: int) -> bool:
    """Whether a row is the torn end of a file: no line ending and too few cells."""
    return len(cells) < expected and not raw.endswith("\n")


def guess_delimiter(header: str) -> str:
    """`;`, `,`, tab or `|`, whichever the header holds most outside quotes."""
    outside = "".join(header.split('"')[::2])
    return max(";,\t|", key=outside.count)


def plain_header(name: str) -> str:
    """A column name without case, accents or the choice of apostrophe."""
    folded = unicodedata.normalize("NFKD", name.replace("’", "'").strip())
    letters = "".join(c for c in folded if not unicodedata.combining(c))
    return " ".join(letters.casefold().split())


class Columns:
    """Where each column of a table is, by name."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(name.strip() for name in names)
        self._at: dict[str, int] = {}
        for index, name in enumerate(self.names):
            self._at.setdefault(plain_header(name), index)

    def __len__(self) -> int:
        return len(self.names)

    def missing(self, wanted: Iterable[str]) -> list[str]:
        """Columns that are wanted and not there."""
        return [name for name in wanted if plain_header(name) not in self._at]

    def at(self, name: str) -> int:
        """Position of a column; -1 when the file does not have it."""
        return self._at.get(plain_header(name), -1)

    def require(self, opened: OpenedFile, wanted: Iterable[str]) -> None:
        """Refuse a file that lacks a column, naming those missing and those found."""
        if missing := self.missing(wanted):
            found = ", ".join(filter(None, self.names[:_NAMED])) or "aucune"
            more = f" et {len(missing) - _NAMED} autres" if len(missing) > _NAMED else ""
            raise opened.refuse(
                f"colonnes manquantes : {', '.join(missing[:_NAMED])}{more}. "
                f"Premières colonnes trouvées : {found}.",
                1,
            )


def first_line(opened: OpenedFile, encoding: str = "utf-8") -> str:
    """The first line, without moving; what cannot be decoded is shown as `?`."""
    line = opened.head().removeprefix(codecs.BOM_UTF8).split(b"\n", 1)[0]
    return line.decode(encoding, errors="replace").rstrip("\r")


def refuse_json(opened: OpenedFile) -> None:
    """Refuse a JSON document where a table is expected."""
    if opened.kind() == "json":
        raise opened.refuse(
            "JSON reçu, un tableau (texte séparé) est attendu. Vérifiez la source demandée."
        )


def read_json(opened: OpenedFile, path: str, *, several: bool = False) -> Iterator[Any]:
    """Values at `path` of a JSON document (`pmej.item`), one at a time, floats as floats.

    `several`: documents may follow each other, as in NDJSON; an empty path is a whole one.
    """
    if opened.head().startswith(codecs.BOM_UTF8):
        opened.stream.read(len(codecs.BOM_UTF8))
    try:
        yield from ijson.items(opened.stream, path, use_float=True, multiple_values=several)
    except ijson.JSONError as exc:
        raise opened.refuse(_say_json_error(opened, str(exc))) from exc


def _say_json_error(opened: OpenedFile, problem: str) -> str:
    if "UTF8" not in problem and not _is_closed(opened):
        return "JSON tronqué (il manque la fin). Téléchargez le fichier de nouveau."
    if "UTF8" in problem:
        return "caractères illisibles : le fichier n'est pas en UTF-8. Téléchargez-le de nouveau."
    return f"JSON mal formé ({' '.join(problem.split())[:120]}). Téléchargez-le de nouveau."


def _is_closed(opened: OpenedFile) -> bool:
    """Whether a document ends with the brace or bracket that its first one calls for."""
    last = b""
    with open_file(opened.source, opened.member) as again:
        while chunk := again.stream.read(1 << 20):
            last = chunk.rstrip()[-1:] or last
    return last in (b"}", b"]")
