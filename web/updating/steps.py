"""What is done between the imports and the index: each step says in words what it did."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from web.services import Services


@dataclass(frozen=True)
class Step:
    """Work on what was just imported. `run` takes the names of the sources that changed."""

    name: str
    run: Callable[[Services, Sequence[str]], str]


AFTER_IMPORT: tuple[Step, ...] = ()
"""In order. Locating addresses belongs here: `Step("localisation", …)`."""
