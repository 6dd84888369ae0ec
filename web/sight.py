"""Which contacts whoever asks may see: the one place that says so, for pages, API and terminal.

The answer is worked out once where a request enters; nothing said means the public. What leaves as
a file (`web.exports`) is for whoever the file reaches: the public's, always. The index knows public
numbers alone, so that no search nor suggestion tells whose another one is.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from directory.model import Confidentiality
from directory.resource import Fact, Phone
from web.access import Actor, can

LEVELS = {
    Confidentiality.PROFESSIONAL: "contact.professional",
    Confidentiality.SECRETARIAT: "contact.secretariat",
}
"""The action of `actions.csv` that each level asks for; the public level asks for none."""

PUBLIC_SIGHT = frozenset({Confidentiality.PUBLIC})

_SIGHT: ContextVar[frozenset[Confidentiality]] = ContextVar("recours_sight", default=PUBLIC_SIGHT)


def sight_of(actor: Actor) -> frozenset[Confidentiality]:
    """The levels an actor may see."""
    return PUBLIC_SIGHT | {level for level, action in LEVELS.items() if can(actor, action)}


@contextmanager
def seeing_as(actor: Actor) -> Iterator[None]:
    """Show what this actor may see, for the length of a block."""
    token = _SIGHT.set(sight_of(actor))
    try:
        yield
    finally:
        _SIGHT.reset(token)


def shown_phones(phones: Iterable[Phone]) -> list[Phone]:
    """The numbers whoever asks may see."""
    seen = _SIGHT.get()
    return [one for one in phones if one.confidentiality in seen]


def shown_facts(facts: Iterable[Fact]) -> list[Fact]:
    """The facts whoever asks may see."""
    seen = _SIGHT.get()
    return [one for one in facts if one.confidentiality in seen]


def public_phones(phones: Iterable[Phone]) -> list[Phone]:
    """The numbers anybody may see, whoever asks."""
    return [one for one in phones if one.confidentiality is Confidentiality.PUBLIC]
