"""An import as the command line and the demo run it: the listing, then the index."""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

from directory.base.errors import UnavailableError
from directory.base.logs import get_logger
from directory.indexing import rebuild_index
from importers.fetching.files import Fetcher
from importers.fetching.options import fetch_options
from importers.report import Report
from importers.run import run_import
from web.services import Services

log = get_logger(__name__)


def import_source(
    opened: Services,
    source: str,
    files: Sequence[str],
    *,
    mapping: str | Path | None = None,
    everywhere: bool = False,
    partial: bool = False,
    demo: bool = False,
    reread: bool = False,
    progress: Callable[[int, int, int], None] | None = None,
    index: bool = True,
) -> Report:
    """Import one listing and put a new index in service when something changed.

    Raises InputRefusedError when the file is refused; the register is then as it was.
    """
    with closing(Fetcher(fetch_options(opened.settings))) as fetcher:
        told = run_import(
            source,
            files,
            register=opened.register,
            territory=opened.territory,
            communes=opened.communes,
            data_dir=opened.settings.data_dir,
            mapping=mapping,
            everywhere=everywhere,
            partial=partial,
            demo=demo,
            reread=reread,
            clock=opened.clock,
            progress=progress,
            fetcher=fetcher,
        )
    if index:
        _index(opened, changed=bool(told.kept or told.removed))
    return told


def _index(opened: Services, *, changed: bool) -> None:
    """What is published stays so when the engine is down: the index catches up later."""
    try:
        if changed or not opened.engine.generation():
            rebuild_index(opened.register, opened.engine, opened.communes)
    except UnavailableError as exc:
        log.warning(
            "index not rebuilt",
            detail=f"Les données sont publiées, mais pas encore cherchables. {exc.detail} "
            "`recours serve` reconstruira l'index de lui-même, ou lancez `recours index rebuild`.",
        )
