"""Searches of a FHIR server brought whole: pages that repeat or are missing are told, not read."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from importers.fetching.problems import FetchError, PassingError
from importers.fetching.web import Web

MOST_PAGES = 20_000
SEARCH_TRIES = 3
"""A server that reloads its data moves pages: the search is asked again from its beginning."""

Resource = Mapping[str, Any]
Headers = Mapping[str, str]


class ReloadingError(PassingError):
    """The pages of a search do not make one whole: data were being reloaded."""


class Pace:
    """Calls spread so that no window holds more of them than a server allows."""

    def __init__(self, web: Web, rate: RateLimitItem | None) -> None:
        self._web = web
        self._rate = rate
        self._limiter = MovingWindowRateLimiter(MemoryStorage())

    def wait(self) -> None:
        """Return when one more call may be made."""
        while self._rate is not None and not self._limiter.hit(self._rate):
            self._web.options.pause(self._rate.get_expiry() / self._rate.amount)


@dataclass(frozen=True)
class Search:
    """A search: its resource type and parameters; `post` for one too long for an address."""

    kind: str
    parameters: Sequence[tuple[str, str]]
    post: bool = False


class FhirServer:
    """A FHIR R4 server, asked politely. `headers` are given anew for every call (tokens end)."""

    def __init__(
        self,
        web: Web,
        base: str,
        headers: "HeadersOf",
        rate: RateLimitItem | None = None,
        most_results: int = 0,
    ) -> None:
        self._web = web
        self._base = base.rstrip("/")
        self._headers = headers
        self._pace = Pace(web, rate)
        self._most = most_results

    def search(self, search: Search) -> list[dict[str, Any]]:
        """Every page of a search, as bundles. Raises FetchError when they do not make a whole."""
        for tried in range(1, SEARCH_TRIES + 1):
            try:
                return list(self._pages(search))
            except ReloadingError:
                if tried == SEARCH_TRIES:
                    raise
                self._web.options.pause(5 * tried)
        raise AssertionError("the last try returns or raises")

    def _pages(self, search: Search) -> Iterator[dict[str, Any]]:
        url, data = self._first(search)
        whole = _Whole(search.kind, self._most)
        asked: set[str] = set()
        while url:
            if url in asked or len(asked) > MOST_PAGES:
                raise ReloadingError(f"{self._base} : une page de {search.kind} renvoie à une autre "
                                     "déjà lue. Rien n'est repris de cette recherche.")  # fmt: skip
            asked.add(url)
            self._pace.wait()
            bundle = self._web.read(url, self._headers(), data)
            _check_bundle(url, bundle)
            whole.add(self._base, bundle)
            yield bundle
            url, data = self._next(bundle), None
        whole.check(self._base)

    def _first(self, search: Search) -> tuple[str, dict[str, str] | None]:
        url = f"{self._base}/{search.kind}"
        if search.post:
            return f"{url}/_search", dict(search.parameters)
        return f"{url}?{urlencode(list(search.parameters))}", None

    def _next(self, bundle: Mapping[str, Any]) -> str:
        """The next page, verbatim; only at this server: the key goes nowhere else."""
        links = bundle.get("link") or []
        told = next((one.get("url") for one in links if one.get("relation") == "next"), "")
        if not told:
            return ""
        url = urljoin(f"{self._base}/", str(told))
        if _origin(url) != _origin(self._base):
            raise FetchError(
                f"{self._base} : la page suivante est chez {urlsplit(url).hostname}. La clé n'y est "
                "pas envoyée : vérifiez l'adresse du serveur."
            )
        return url


class HeadersOf:
    """Headers of the next call; the plain kind always gives the same."""

    def __init__(self, headers: Headers) -> None:
        self._headers = headers

    def __call__(self) -> Headers:
        """Headers of one call."""
        return self._headers


class _Whole:
    """Results of a search against the total it announces."""

    def __init__(self, kind: str, most: int) -> None:
        self._kind = kind
        self._most = most
        self._total: int | None = None
        self._there: set[str] = set()

    def add(self, base: str, bundle: Mapping[str, Any]) -> None:
        """Take in a page; raises ReloadingError for a result twice there or a total that moves."""
        total = bundle.get("total")
        if isinstance(total, int):
            if self._most and total >= self._most:
                raise FetchError(
                    f"{base} : {total} résultats, la recherche s'arrête à {self._most}. Demandez "
                    "une extraction complète ($export) et importez-la par « recours import »."
                )
            if self._total not in (None, total):
                raise ReloadingError(
                    f"{base} : le total de {self._kind} passe de {self._total} à {total} pendant la "
                    "lecture : les données se rechargent. Réessayez plus tard."
                )
            self._total = total
        for name in _matches(bundle):
            if name in self._there:
                raise ReloadingError(
                    f"{base} : {name} est dans deux pages : les données se rechargent. "
                    "Réessayez plus tard."
                )
            self._there.add(name)

    def check(self, base: str) -> None:
        """Raises when results are missing, or when nothing tells whether they are."""
        if self._total is None:
            raise FetchError(f"{base} : aucun total annoncé pour {self._kind} : on ne saurait pas "
                             "ce qui manque.")  # fmt: skip
        if len(self._there) != self._total:
            raise ReloadingError(
                f"{base} : {len(self._there)} {self._kind} reçus sur {self._total} annoncés : une "
                "page manque. Rien n'est repris de cette recherche."
            )


def _matches(bundle: Mapping[str, Any]) -> Iterator[str]:
    for entry in bundle.get("entry") or []:
        resource = entry.get("resource") or {}
        mode = (entry.get("search") or {}).get("mode", "match")
        if mode == "match" and resource.get("resourceType"):
            name = resource.get("id") or entry.get("fullUrl") or ""
            yield f"{resource['resourceType']}/{name}"


def _check_bundle(url: str, bundle: Any) -> None:
    kind = bundle.get("resourceType") if isinstance(bundle, dict) else None
    if kind == "Bundle":
        return
    said = ""
    if kind == "OperationOutcome":
        issues = [one for one in bundle.get("issue") or [] if isinstance(one, dict)]
        said = " ; ".join(str(one.get("diagnostics") or one.get("code") or "") for one in issues)
    raise FetchError(
        f"{url.split('?')[0]} : pas de résultats ({said[:200] or 'réponse inattendue'})."
    )


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
