"""Sources made of several listings: each file goes to the listing its content tells of."""

import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from directory.base.errors import InputRefusedError
from importers.contract import Importer, Listing
from importers.inputs import SourceFile, clear_refusals, open_file
from importers.registry import listings

Work = tuple[Importer[Any], Sequence[SourceFile]]
"""A listing and its files."""


def by_listing(importer: Importer[Any], files: Sequence[SourceFile]) -> list[Work]:
    """The files of a source by the listing they hold, in the order listings are to be read.

    A file no listing knows is left to the importer itself, which says what it lacks.
    """
    known = listings(importer.card.name)
    if not known:
        return [(importer, files)]
    found: dict[int, list[SourceFile]] = {rank: [] for rank in range(len(known))}
    for file in files:
        ranked = [(rank, one) for one in _members(file) if (rank := _rank(known, one)) is not None]
        for rank, one in ranked or [(0, file)]:
            found[rank].append(one)
    return [(one, found[rank]) for rank, one in enumerate(known) if found[rank]]


def _rank(known: Sequence[Listing[Any]], file: SourceFile) -> int | None:
    """Which listing a file holds; None when none knows it, or it cannot be read."""
    try:
        with open_file(file) as opened:
            return next((rank for rank, one in enumerate(known) if one.holds(opened)), None)
    except InputRefusedError:
        return None


def _members(file: SourceFile) -> list[SourceFile]:
    """The file, or those an archive holds when there are several."""
    if not zipfile.is_zipfile(file.path):
        return [file]
    with clear_refusals(file.name), zipfile.ZipFile(file.path) as archive:
        names = [one for one in archive.namelist() if not one.endswith("/")]
    return [replace(file, member=name) for name in names] if len(names) > 1 else [file]
