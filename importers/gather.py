"""The files of a run: on disk or downloaded, and the day each one speaks of."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from importers.contract import Importer
from importers.fetching.files import Fetcher, Wanted, is_url, passing_fetcher
from importers.inputs import Dated, Progress, SourceFile, local_file, open_file
from importers.together import folder_files


@contextmanager
def gather(
    locations: Sequence[str | Path | SourceFile],
    progress: Progress | None,
    fetcher: Fetcher | None = None,
) -> Iterator[list[SourceFile]]:
    """Files ready to read; addresses are brought by `fetcher`, else for the length of the block."""
    with ExitStack() as until_the_end:

        def show(received: int, announced: int) -> None:
            if progress:
                progress(received, announced, 0)

        files = []
        for location in locations:
            if isinstance(location, SourceFile):
                files.append(location)
            elif is_url(str(location)):
                fetcher = fetcher or until_the_end.enter_context(passing_fetcher())
                files.append(fetcher.file(Wanted(str(location)), progress=show).file)
            elif Path(location).is_dir():
                files += folder_files(Path(location))
            else:
                files.append(local_file(Path(location)))
        yield files


def date_files(importer: Importer[Any], files: Sequence[SourceFile]) -> list[Dated]:
    """Files with their data dates, the newest first: of two versions of a row, the newer counts.

    Of two files of the same day, the one first whose rows say more, when the source tells them
    apart (`detail`).
    """
    ranked = []
    detail = getattr(importer, "detail", lambda _: 0)
    for file in files:
        with open_file(file, importer.card.member) as opened:
            day = importer.data_date(opened)
        with open_file(file, importer.card.member) as opened:
            ranked.append(((day or date.min, detail(opened)), Dated(file, day)))
    return [one for _, one in sorted(ranked, key=lambda one: one[0], reverse=True)]
