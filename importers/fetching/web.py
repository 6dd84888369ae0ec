"""Calls over the network: mirrors, redirections followed by hand, retries, small answers whole."""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
import orjson
import tenacity

from importers.fetching.options import FetchOptions
from importers.fetching.pinned import PinnedTransport
from importers.fetching.problems import PASSING, FetchError, PassingError, of_transport

MOST_REDIRECTIONS = 5
LARGEST_ANSWER = 64 << 20
"""Bytes of a catalogue or of a page of a search; 50 practitioners take 150 kB."""

_BACK_OFF = tenacity.wait_exponential_jitter(initial=1, max=60, jitter=1)

T = TypeVar("T")


class Web:
    """One client for all calls of a run. Not shared between threads."""

    def __init__(self, options: FetchOptions, certificate: tuple[str, str] | None = None) -> None:
        self.options = options
        self._client = httpx.Client(
            transport=PinnedTransport(options, certificate),
            timeout=httpx.Timeout(options.read_seconds, connect=min(20, options.read_seconds)),
            trust_env=False,
            headers={"user-agent": "Recours", "accept-encoding": "identity"},
        )

    def close(self) -> None:
        """Close every connection."""
        self._client.close()

    def retrying(self, work: Callable[[], T]) -> T:
        """Do `work`, again with growing pauses as long as what it raises may pass."""
        for attempt in tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self.options.attempts),
            retry=tenacity.retry_if_exception_type(PassingError),
            wait=_pause_before,
            sleep=self.options.pause,
            reraise=True,
        ):
            with attempt:
                return work()
        raise AssertionError("tenacity gives up by raising")

    @contextmanager
    def stream(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        *,
        follow: bool = True,
    ) -> Iterator[httpx.Response]:
        """An answer being received, at the end of its redirections; POST when there is `data`.

        Raises PassingError for what may pass, FetchError for the rest. Without `follow`, a
        redirection is refused: what carries a key goes nowhere else.
        """
        target = self.mirrored(url)
        for _ in range(MOST_REDIRECTIONS + 1):
            try:
                request = self._client.build_request(
                    "POST" if data is not None else "GET", target, headers=headers, data=data
                )
                basic = httpx.BasicAuth(*auth) if auth else None
                answer = self._client.send(request, stream=True, auth=basic)
            except httpx.HTTPError as exc:
                raise of_transport(url, exc) from exc
            except httpx.InvalidURL as exc:
                raise FetchError(f"{url} : adresse illisible.") from exc
            try:
                if answer.has_redirect_location:
                    target = self._next(url, target, answer, follow=follow)
                    continue
                self._check(url, answer)
                yield answer
                return
            except httpx.HTTPError as exc:
                raise of_transport(url, exc) from exc
            finally:
                answer.close()
        raise FetchError(f"{url} : renvoie d'adresse en adresse. Donnez l'adresse finale.")

    def read(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        *,
        follow: bool = False,
    ) -> Any:
        """A JSON answer, whole, asked again while its failures may pass."""

        def once() -> Any:
            with self.stream(url, headers, data, auth, follow=follow) as answer:
                return _parse(url, answer, _whole(url, answer, self.options))

        return self.retrying(once)

    def mirrored(self, url: str) -> str:
        """Where to ask for an address: at the mirror of its host, when there is one."""
        parts = urlsplit(url)
        base = self.options.mirrors.get((parts.hostname or "").lower())
        if base is None:
            return url
        query = f"?{parts.query}" if parts.query else ""
        return f"{base}{parts.path}{query}"

    def _next(self, url: str, target: str, answer: httpx.Response, *, follow: bool) -> str:
        there = str(httpx.URL(target).join(answer.headers["location"]))
        if target.startswith("https:") and not there.startswith("https:"):
            raise FetchError(f"{url} : renvoie vers http://, refusé.")
        if not follow:
            raise FetchError(f"{url} : renvoie ailleurs au lieu de répondre. Vérifiez l'adresse.")
        return self.mirrored(there)

    def _check(self, url: str, answer: httpx.Response) -> None:
        status = answer.status_code
        if status in PASSING:
            wait = retry_after(answer)
            if wait is not None and wait > self.options.longest_wait:
                raise FetchError(
                    f"{url} : le serveur demande d'attendre {round(wait / 60)} minutes "
                    f"(réponse {status}). La prochaine mise à jour réessaiera."
                )
            raise PassingError(f"{url} : réponse {status} du serveur.", wait)
        if status in (401, 403):
            raise FetchError(
                f"{url} : accès refusé (réponse {status}). Vérifiez la clé ou les identifiants."
            )
        if status in (404, 410):
            raise FetchError(f"{url} : introuvable (réponse {status}). L'adresse a changé ?")
        if status >= 400 and status != 416:
            raise FetchError(f"{url} : réponse {status} du serveur.")


def retry_after(answer: httpx.Response) -> float | None:
    """Seconds that a server asks to wait, told as a number or as a date."""
    told = answer.headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", told):
        return float(told)
    try:
        return max(0.0, (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return None


def refuse_page(url: str, answer: httpx.Response, head: bytes) -> None:
    """Refuse a web page where a file or a document is expected."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:15].lower()
    kind = answer.headers.get("content-type", "").lower()
    if kind.startswith("text/html") or start.startswith((b"<!doctype html", b"<html")):
        raise FetchError(
            f"{url} : une page web répond à la place des données (page HTML de "
            f"{_host(answer)}). Le fichier a sans doute été retiré ou déplacé."
        )


def slow(options: FetchOptions, started: float, received: int) -> bool:
    """Whether a server has dripped for longer than is waited for."""
    elapsed = monotonic() - started
    return elapsed > options.slow_seconds and received < elapsed * options.slow_bytes


def _host(answer: httpx.Response) -> str:
    return str(answer.request.headers.get("host", answer.request.url.host))


def _pause_before(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    told = getattr(error, "wait", None)
    return float(told) if told is not None else float(_BACK_OFF(state))


def _whole(url: str, answer: httpx.Response, options: FetchOptions) -> bytes:
    if answer.headers.get("content-encoding", "identity") != "identity":
        raise FetchError(f"{url} : réponse compressée sans qu'on l'ait demandé, refusée.")
    content, started = bytearray(), monotonic()
    for chunk in answer.iter_raw():
        content += chunk
        if len(content) > LARGEST_ANSWER:
            raise FetchError(f"{url} : réponse de plus de {LARGEST_ANSWER >> 20} Mo, refusée.")
        if slow(options, started, len(content)):
            raise PassingError(f"{url} : réponse trop lente, abandonnée.")
    return bytes(content)


def _parse(url: str, answer: httpx.Response, content: bytes) -> Any:
    refuse_page(url, answer, content[:200])
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as exc:
        raise PassingError(f"{url} : réponse JSON incomplète ou mal formée.") from exc
