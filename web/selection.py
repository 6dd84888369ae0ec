"""« Ma sélection »: a few entries put together to be printed, kept or sent. Nothing is stored here.

The browser carries it: codes of public entries in a cookie, gone when the browser closes, or in an
address that may be shared. It says nothing of a patient and needs no signature: whoever forges it
only asks for entries that everybody may read.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import urlencode

from fastapi import Request
from starlette.responses import Response

from directory.alias import decode_alias
from directory.relations import entries_of
from directory.resource import Resource
from web.services import Services

COOKIE = "recours_selection"
MOST = 300
"""Entries of a selection: what a cookie holds (4 kB) and what one still prints."""


def code_of(entry: Resource) -> str:
    """What an entry is called by in a selection: the end of its address, which never changes."""
    return entry.alias.rsplit("-", 1)[-1]


def read_selection(request: Request) -> tuple[str, ...]:
    """Codes of this browser's selection, in the order they were added; nonsense is left out."""
    return clean_codes(request.cookies.get(COOKIE, "").split("."))


def clean_codes(told: Iterable[str]) -> tuple[str, ...]:
    """Codes that can name an entry, each once, at most `MOST`; a whole address is taken too."""
    codes = (one.rsplit("-", 1)[-1] for one in told)
    known = dict.fromkeys(one for one in codes if one and decode_alias(one) is not None)
    return tuple(known)[:MOST]


def with_codes(now: Sequence[str], added: Iterable[str]) -> tuple[str, ...]:
    """The selection with more entries, each once."""
    return clean_codes((*now, *added))


def without_codes(now: Sequence[str], removed: Iterable[str]) -> tuple[str, ...]:
    """The selection with fewer entries."""
    gone = set(clean_codes(removed))
    return tuple(one for one in now if one not in gone)


def remember_selection(response: Response, codes: Sequence[str]) -> None:
    """Have the browser carry it until it closes."""
    if codes:
        response.set_cookie(COOKIE, ".".join(codes), httponly=True, samesite="strict")
    else:
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")


def selected_entries(services: Services, codes: Sequence[str]) -> list[Resource]:
    """The entries of a selection that are still published, in its order.

    Read from the register: a selection prints while the search engine is down.
    """
    numbers = [number for code in codes if (number := decode_alias(code)) is not None]
    return entries_of(services.register, services.communes, numbers)


def selection_url(codes: Sequence[str], end: str = "") -> str:
    """The address of a selection as such, to be shared: it depends on no cookie."""
    return f"/selection{end}?{urlencode([('f', one) for one in codes])}" if codes else "/selection"
