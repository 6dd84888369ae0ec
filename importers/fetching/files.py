"""Listings brought whole: asked for only when changed, taken up where they were cut, checked."""

import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from time import monotonic
from urllib.parse import unquote, urlsplit

import httpx

from importers.fetching.cache import Cache, Kept, Slot, digest_of
from importers.fetching.options import FetchOptions
from importers.fetching.problems import FetchError, PassingError
from importers.fetching.web import Web, refuse_page, slow
from importers.inputs import SourceFile

MAX_BYTES = 4 << 30
"""Five times the largest listing known (RPPS, 821 MB in September 2026)."""

Bytes = Callable[[int, int], None]
"""Called with (bytes received, bytes announced or 0)."""


def is_url(location: str) -> bool:
    """Whether a location is a web address rather than a path."""
    return location.lower().startswith(("http://", "https://"))


@dataclass(frozen=True)
class Wanted:
    """A file to bring: its address, and what a catalogue says of it (empty: nothing)."""

    url: str
    name: str = ""
    size: int = 0
    checksum: str = ""
    """`sha1:…` or `sha256:…`."""
    published: date | None = None


@dataclass(frozen=True)
class Fetched:
    """A whole file; `changed` is False when it is byte for byte what was there before."""

    file: SourceFile
    changed: bool


class Fetcher:
    """Brings files into the cache folder of its options."""

    def __init__(self, options: FetchOptions) -> None:
        self.web = Web(options)
        self.options = options
        self._cache = Cache(options.folder, options.cache_bytes)

    def close(self) -> None:
        """Close every connection."""
        self.web.close()

    def file(self, wanted: Wanted, slot: str = "", progress: Bytes | None = None) -> Fetched:
        """Bring a file into a slot (its address, when none is named).

        Raises FetchError when it cannot be had whole; what was there before stays.
        """
        place = self._cache.slot(slot or wanted.url)
        known = place.kept()
        if known and wanted.checksum and _agrees(known, wanted):
            known = _named(known, wanted)
            place.note(known)
            return Fetched(_source_file(place, known), changed=False)
        found = self.web.retrying(lambda: self._ask(wanted, place, known, progress))
        same = known is not None and known.digests == found.digests
        return Fetched(_source_file(place, found), changed=not same)

    def _ask(self, wanted: Wanted, place: Slot, known: Kept | None, progress: Bytes | None) -> Kept:
        """One try. What arrived of it stays for the next one, if it is of the same bytes."""
        headers, start = _conditions(wanted, place, known)
        with self.web.stream(wanted.url, headers) as answer:
            if answer.status_code == httpx.codes.NOT_MODIFIED and known is not None:
                place.drop_part()
                place.note(known)
                return known
            if answer.status_code == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                place.drop_part()
                raise PassingError(f"{wanted.url} : reprise refusée, je recommence.", 0)
            if answer.status_code == httpx.codes.PARTIAL_CONTENT:
                if not _continues(answer, start):
                    place.drop_part()
                    raise PassingError(f"{wanted.url} : reprise mal servie, je recommence.", 0)
            else:
                start = 0
                place.begin(_about(wanted, answer))
            total = _announced(answer, start)
            self._cache.make_room(total - start if total else 0)
            self._receive(wanted, answer, place, start, total, progress)
        return _finish(wanted, place)

    def _receive(
        self,
        wanted: Wanted,
        answer: httpx.Response,
        place: Slot,
        start: int,
        total: int,
        progress: Bytes | None,
    ) -> None:
        received, started = start, monotonic()
        with place.part.open("ab" if start else "wb") as file:
            for chunk in answer.iter_raw():
                if received == 0:
                    refuse_page(wanted.url, answer, chunk[:200])
                received += len(chunk)
                if received > MAX_BYTES or (wanted.size and received > wanted.size):
                    place.drop_part()
                    raise FetchError(f"{wanted.url} : plus long qu'annoncé, téléchargement arrêté.")
                file.write(chunk)
                if progress:
                    progress(received, total)
                if slow(self.options, started, received - start):
                    raise PassingError(
                        f"{wanted.url} : trop lent ({received} octets reçus), abandonné."
                    )
        if received == 0:
            raise PassingError(f"{wanted.url} : réponse vide.")
        if total and received < total:
            raise PassingError(
                f"{wanted.url} : téléchargement interrompu ({received} octets sur {total})."
            )


@contextmanager
def passing_fetcher() -> Iterator[Fetcher]:
    """A fetcher whose cache lasts as long as the block, for files given by address."""
    with tempfile.TemporaryDirectory(prefix="recours-") as folder:
        fetcher = Fetcher(FetchOptions(Path(folder)))
        try:
            yield fetcher
        finally:
            fetcher.close()


def _conditions(wanted: Wanted, place: Slot, known: Kept | None) -> tuple[dict[str, str], int]:
    """Headers of the next try, and how many bytes are there already."""
    part = place.started()
    if part is not None and part.url == wanted.url and part.validator and place.received():
        start = place.received()
        return {"range": f"bytes={start}-", "if-range": part.validator}, start
    headers = {}
    if known is not None and known.url == wanted.url:
        if known.etag:
            headers["if-none-match"] = known.etag
        if known.last_modified:
            headers["if-modified-since"] = known.last_modified
    return headers, 0


def _continues(answer: httpx.Response, start: int) -> bool:
    told = re.match(r"bytes (\d+)-", answer.headers.get("content-range", ""))
    return bool(start and told and int(told[1]) == start)


def _announced(answer: httpx.Response, start: int) -> int:
    length = int(answer.headers.get("content-length") or 0)
    return start + length if length else 0


def _about(wanted: Wanted, answer: httpx.Response) -> Kept:
    return Kept(
        url=wanted.url,
        name=wanted.name or _file_name(answer, wanted.url),
        modified=_modified(answer) or wanted.published,
        etag=answer.headers.get("etag", ""),
        last_modified=answer.headers.get("last-modified", ""),
    )


def _finish(wanted: Wanted, place: Slot) -> Kept:
    """Check what arrived against its catalogue, and put it in place of what was there."""
    about = place.started()
    if about is None:
        raise PassingError(f"{wanted.url} : le téléchargement a disparu du cache.")
    with place.part.open("rb") as file:
        about.digests = digest_of(file)
    about.size = place.received()
    if (wanted.size and about.size != wanted.size) or (
        wanted.checksum and not _agrees(about, wanted)
    ):
        place.drop_part()
        raise PassingError(
            f"{wanted.url} : le fichier reçu ({about.size} octets) n'est pas celui du catalogue "
            f"({wanted.size or '?'} octets, empreinte {wanted.checksum or 'non dite'}). Il est "
            "peut-être en train d'être remplacé."
        )
    place.complete(about)
    return about


def _agrees(about: Kept, wanted: Wanted) -> bool:
    """Whether digests agree; a kind of digest that is not computed says nothing against."""
    kind, _, value = wanted.checksum.partition(":")
    known = about.digests.get(kind.lower().replace("-", ""))
    return known is None or known == value.lower()


def _named(known: Kept, wanted: Wanted) -> Kept:
    known.name, known.url = wanted.name or known.name, wanted.url
    return known


def _source_file(place: Slot, about: Kept) -> SourceFile:
    day = about.modified or datetime.now(UTC).date()
    return SourceFile(place.content, about.name, day)


def _file_name(answer: httpx.Response, url: str) -> str:
    told = re.search(r'filename="?([^";]+)', answer.headers.get("content-disposition", ""))
    name = told[1] if told else unquote(urlsplit(str(answer.request.url)).path)
    return re.sub(r"[^\w.-]", "_", name.rstrip("/").rpartition("/")[2]) or "listing"


def _modified(answer: httpx.Response) -> date | None:
    try:
        return parsedate_to_datetime(answer.headers["last-modified"]).astimezone(UTC).date()
    except (KeyError, ValueError):
        return None
