"""Who acts in the request or command in hand: said once where it enters, read by every trace.

A handler that forgets to say who asks, or a caller who gives somebody else's name, changes nothing
to what the audit trail keeps.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar, Token
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class Acting:
    """The account or the API key behind what is being done, and the name it is known by."""

    name: str
    account: UUID | None = None


_ACTING: ContextVar[Acting | None] = ContextVar("recours_acting", default=None)


def acting() -> Acting | None:
    """Who acts, None where nobody was named: a background job, the public, the demonstration."""
    return _ACTING.get()


def begin_acting(who: Acting | None) -> Token[Acting | None]:
    """Say who acts from here on, in this task and the threads it starts."""
    return _ACTING.set(who)


def end_acting(token: Token[Acting | None]) -> None:
    """Put back who acted before."""
    _ACTING.reset(token)


@contextmanager
def acting_as(who: Acting | None) -> Iterator[None]:
    """Say who acts for the length of a block."""
    token = begin_acting(who)
    try:
        yield
    finally:
        end_acting(token)
