"""`recours index`: rebuild the search index, or go back to the former one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

import typer
from rich.console import Console

from web.cli_base import AsJson, print_json, read_settings

if TYPE_CHECKING:
    from directory.communes import Communes
    from directory.engines.base import Engine
    from directory.register import Register

index_app = typer.Typer(help="L'index de recherche.", no_args_is_help=True)


class _Index(NamedTuple):
    """The register, and the engine that is filled from it."""

    register: Register
    engine: Engine
    communes: Communes


@contextmanager
def _opened() -> Iterator[_Index]:
    from directory.communes import open_communes
    from directory.engines import open_engine
    from directory.register import open_register

    settings = read_settings()
    communes = open_communes(settings.data_dir)
    register = open_register(settings)
    try:
        engine = open_engine(settings, communes=communes)
        try:
            yield _Index(register, engine, communes)
        finally:
            engine.close()
    finally:
        register.close()


@index_app.command("rebuild")
def rebuild(as_json: AsJson = False) -> None:
    """Reconstruire l'index depuis le registre ; l'ancien répond jusqu'à l'échange."""
    from directory.indexing import rebuild_index
    from web.progress import spinner

    with _opened() as index:
        with spinner("Indexation", quiet=as_json) as progress:
            count = rebuild_index(index.register, index.engine, index.communes, progress)
        generation = index.engine.generation()
    if as_json:
        print_json({"entries": count, "generation": generation})
    else:
        Console().print(f"{count} fiches indexées.")


@index_app.command("rollback")
def rollback(as_json: AsJson = False) -> None:
    """Revenir à l'index précédent, jusqu'à la prochaine publication ; recommencer y renonce."""
    from directory.indexing import roll_back_index

    with _opened() as index:
        generation = roll_back_index(index.register, index.engine)
    if as_json:
        print_json({"generation": generation})
    else:
        Console().print(f"L'index précédent ({generation}) est de nouveau en service.")
