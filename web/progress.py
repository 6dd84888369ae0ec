"""Progress of long work on a terminal; silent elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)


@contextmanager
def import_progress(*, quiet: bool) -> Iterator[Callable[[int, int, int], None]]:
    """A bar fed with (bytes read, bytes in all or 0, rows read); nothing where no terminal is."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task("Lecture", total=None)

        def advance(done: int, total: int, rows: int) -> None:
            bar.update(
                task, completed=done, total=total or None, description=f"Lecture, {rows} lignes"
            )

        yield advance


@contextmanager
def spinner(what: str, *, quiet: bool) -> Iterator[Callable[[int], None]]:
    """A counter that moves, for work whose length is not known."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)
        yield lambda count: bar.update(task, description=f"{what} : {count}")


@contextmanager
def count_progress(what: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar fed with (done, in all), for work whose length is known."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=quiet or not console.is_terminal,
        transient=True,
    ) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int, total: int) -> None:
            bar.update(task, completed=done, total=total, description=f"{what} : {done} / {total}")

        yield advance
