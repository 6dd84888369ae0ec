"""Whether a file is still laid out as its publisher is known to write it: each change is named."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from directory.base.errors import InputRefusedError
from importers.contract import Card
from importers.inputs import OpenedFile, SourceFile, open_file
from importers.report import Report
from importers.text import Columns, first_line, guess_delimiter, plain_header, read_json

SAMPLE = 200
"""Objects of a JSON document looked at: each writes all its keys, empty ones included."""

_NAMED = 8


def check_columns(card: Card, files: Sequence[SourceFile], report: Report, *, strict: bool) -> None:
    """Name the columns that came and those that left since the layout was noted.

    `strict`: nobody watches, so that a changed layout is refused. Otherwise it is a warning: what
    cannot be done without is refused by the importer itself.
    """
    for file in files if card.columns else ():
        with open_file(file, card.member) as opened:
            problem = _say_changes(card, opened)
        if problem and strict:
            raise InputRefusedError(
                f"{file.title} : la disposition du fichier a changé ({problem}). Rien n'est publié : "
                f"vérifiez avec « recours import {card.follows or card.name} », qui lit les colonnes "
                "connues, puis prévenez qui maintient Recours.",
                source=report.source,
            )
        if problem:
            report.warnings.append(f"{file.title} : disposition nouvelle, {problem}.")


def _say_changes(card: Card, opened: OpenedFile) -> str:
    if opened.kind() == "json":
        return _say(*_compare_keys(card.columns[0], opened))
    line = first_line(opened)
    names = [name for name in line.split(guess_delimiter(line)) if name.strip()]
    names = [name.strip().strip('"') for name in names]
    found, known = Columns(names), _closest(card, names)
    if known is None:
        return ""
    return _say(Columns(known).missing(names), found.missing(known))


def _closest(card: Card, names: Sequence[str]) -> Sequence[str] | None:
    """The known layout that shares most with a header; None for a file of another kind."""
    plain = {plain_header(name) for name in names}
    shared = {one: len(plain & {plain_header(name) for name in one}) for one in card.columns}
    best = max(card.columns, key=lambda one: shared[one])
    return best if shared[best] * 2 > len(best) else None


def _compare_keys(known: Sequence[str], opened: OpenedFile) -> tuple[list[str], list[str]]:
    """Keys that are new, and known ones that are in none of the objects that should hold them."""
    seen: dict[str, None] = {}
    try:
        for entity in islice(read_json(opened, "pmej.item"), SAMPLE):
            seen.update(dict.fromkeys(_paths(entity, "")))
    except InputRefusedError:
        return [], []  # the import meets the same fault, and records that it refused it
    new = [path for path in seen if path not in known]
    holders = {path.rpartition(".")[0] for path in seen}
    gone = [path for path in known if path not in seen and path.rpartition(".")[0] in holders]
    return (new, gone) if any(path in seen for path in known) else ([], [])


def _paths(value: Any, above: str) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _paths(one, above)
    elif isinstance(value, dict):
        for key, inside in value.items():
            path = f"{above}.{key}" if above else key
            yield path
            yield from _paths(inside, path)


def _say(new: Sequence[str], gone: Sequence[str]) -> str:
    told = [("nouvelle", new), ("disparue", gone)]
    return " ; ".join(
        f"colonne{'s' if len(names) > 1 else ''} {word}{'s' if len(names) > 1 else ''} : "
        f"{', '.join(names[:_NAMED])}{f' et {len(names) - _NAMED} autres' if len(names) > _NAMED else ''}"
        for word, names in told
        if names
    )
