"""What every engine must do, whatever it is made of."""

from collections.abc import Callable, Iterable
from typing import Protocol

from directory.query import DirectoryQuery
from directory.resource import Resource
from directory.results import Page

MAX_SIZE = 200
"""Hits in one page, at most."""

FOLLOW_SECONDS = 0.2
"""How often a search looks whether another index is in service."""

NO_INDEX = "L'annuaire n'a pas encore d'index : lancez `recours index rebuild`."
OTHER_VERSION = (
    "L'index a été construit par une autre version de Recours : lancez `recours index rebuild`."
)

NO_FORMER = "Il n'y a pas d'index précédent auquel revenir."
FORMER_OF_OTHER_VERSION = (
    "L'index précédent a été construit par une autre version de Recours : "
    "lancez `recours index rebuild`."
)


class Engine(Protocol):
    """An index of resources: rebuilt whole beside the old one, swapped in one step, searched."""

    def rebuild(
        self, resources: Iterable[Resource], progress: Callable[[int], None] | None = None
    ) -> int:
        """Index all `resources` and put the result in service; returns how many there are.

        Searches go on answering from the former index until the swap, and any process follows
        within one second. A build cut short leaves the former index in service.
        """

    def roll_back(self) -> str:
        """Put the former index in service again, and name it; a second time undoes the first.

        Raises ConflictError when there is none, or when another version built it.
        """

    def search(self, query: DirectoryQuery) -> Page:
        """Answer a question. Never raises for what a user can type; raises UnavailableError
        when there is no index yet.
        """

    def generation(self) -> str:
        """Name of the index in service, empty when there is none."""

    def close(self) -> None:
        """Give files and memory back."""
