"""The client of the Géoplateforme's geocoder: a file of addresses at a time, or one to choose from.

https://data.geopf.fr/geocodage: `POST /search/csv` (multipart, `data` and names of columns) gives
each line back with `result_…` columns; `GET /search` gives GeoJSON.
"""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from types import TracebackType

import httpx
import tenacity

from directory.base.errors import UnavailableError
from directory.locating.addresses import Asked
from directory.locating.answers import Candidate, candidate_of_row

COLUMNS = ("id", "street", "city", "postcode", "citycode")
RESULTS = (
    "latitude", "longitude", "result_label", "result_score", "result_type", "result_postcode",
    "result_citycode", "result_status",
)  # fmt: skip
ATTEMPTS = 5
LONGEST_PAUSE_S = 60.0
_AGAIN = frozenset({429, 500, 502, 503, 504})


class _TryAgainError(Exception):
    """The service asks to wait, or could not be reached; `after_s` is how long it said."""

    def __init__(self, said: str, after_s: float | None = None) -> None:
        super().__init__(said)
        self.after_s = after_s


class Geocoder:
    """One connection to the geocoder, never more than `per_second` requests in a second."""

    def __init__(
        self,
        url: str,
        *,
        per_second: float = 10,
        pause_s: float = 1.0,
        attempts: int = ATTEMPTS,
        patience_s: float = 120,
    ) -> None:
        self._url = url.rstrip("/")
        self._every_s = 1 / per_second
        self._pause_s = pause_s
        self._attempts = attempts
        self._next = 0.0
        self._client = httpx.Client(timeout=httpx.Timeout(patience_s, connect=min(patience_s, 10)))

    def __enter__(self) -> "Geocoder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.close()

    def search_many(self, asked: Sequence[Asked], *, bare: bool) -> dict[str, Candidate | None]:
        """The best result of each address, by its key; those the answer lacks are left out.

        `bare`: without box numbers. Raises UnavailableError when the service does not answer.
        """
        numbers = {str(place): one.key for place, one in enumerate(asked)}
        body = _file(asked, bare=bare)
        names = [("columns", "street"), ("columns", "city"), ("postcode", "postcode")]
        names += [("citycode", "citycode"), *(("result_columns", name) for name in RESULTS)]
        fields: dict[str, str | list[str]] = {}
        for name, value in names:
            fields[name] = [*fields.get(name, []), value]
        answer = self._ask(
            "POST",
            "/search/csv",
            data=fields,
            files={"data": ("adresses.csv", body, "text/csv")},
        )
        return dict(_rows(answer, numbers))

    def search(self, text: str, insee: str = "", limit: int = 5) -> list[Candidate]:
        """Addresses that look like what was typed, for a person to choose from."""
        told = {"q": text, "limit": str(limit), "index": "address", "autocomplete": "0"}
        answer = self._ask("GET", "/search", params=told | ({"citycode": insee} if insee else {}))
        try:
            features = answer.json()["features"]
            return [_candidate(one) for one in features]
        except (ValueError, KeyError, TypeError, IndexError) as exc:
            raise UnavailableError(
                "Le géocodeur a répondu autre chose que des adresses. Réessayez plus tard."
            ) from exc

    def _ask(self, method: str, path: str, **told: object) -> httpx.Response:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(_TryAgainError),
            stop=tenacity.stop_after_attempt(self._attempts),
            wait=self._wait,
            reraise=True,
        )
        try:
            return retrying(self._ask_once, method, path, **told)
        except _TryAgainError as exc:
            raise UnavailableError(
                f"Le géocodeur ne répond pas ({exc}). Ce qui est déjà situé est gardé ; "
                "relancez `recours locate` plus tard."
            ) from exc

    def _ask_once(self, method: str, path: str, **told: object) -> httpx.Response:
        self._keep_pace()
        try:
            answer = self._client.request(method, self._url + path, **told)  # type: ignore[arg-type]
        except httpx.TransportError as exc:
            raise _TryAgainError(str(exc) or type(exc).__name__) from exc
        if answer.status_code in _AGAIN:
            raise _TryAgainError(f"réponse {answer.status_code}", _retry_after(answer))
        if answer.status_code != httpx.codes.OK:
            raise UnavailableError(
                f"Le géocodeur a refusé la demande (réponse {answer.status_code}). Vérifiez "
                "RECOURS_GEOCODER_URL."
            )
        return answer

    def _keep_pace(self) -> None:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + self._every_s

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        told = error.after_s if isinstance(error, _TryAgainError) else None
        if told is not None:
            return min(told, LONGEST_PAUSE_S)
        doubled: float = self._pause_s * 2 ** (state.attempt_number - 1)
        return min(doubled, LONGEST_PAUSE_S)


def _retry_after(answer: httpx.Response) -> float | None:
    told = answer.headers.get("retry-after", "")
    return float(told) if told.isdecimal() else None


def _file(asked: Sequence[Asked], *, bare: bool) -> bytes:
    written = io.StringIO()
    lines = csv.writer(written)
    lines.writerow(COLUMNS)
    for place, one in enumerate(asked):
        street = one.bare if bare else one.street
        lines.writerow((place, street, one.city, one.postcode, one.insee))
    return written.getvalue().encode()


def _rows(
    answer: httpx.Response, numbers: dict[str, str]
) -> Iterator[tuple[str, Candidate | None]]:
    """Lines by the number we gave each, whatever their order; a broken line says nothing."""
    told = io.StringIO(answer.content.decode("utf-8-sig", "replace"), newline="")
    rows = csv.DictReader(told)
    if not rows.fieldnames or not {"id", *RESULTS} <= set(rows.fieldnames):
        raise UnavailableError(
            "Le géocodeur a répondu autre chose que le tableau attendu. Réessayez plus tard."
        )
    seen: set[str] = set()
    for row in rows:
        key = numbers.get(row.get("id") or "")
        if key is None or key in seen or None in row or None in row.values():
            continue  # not ours, told twice, or cut
        try:
            candidate = candidate_of_row(row)
        except ValueError:
            continue
        seen.add(key)
        yield key, candidate


def _candidate(feature: dict[str, object]) -> Candidate:
    about: dict[str, object] = feature["properties"]  # type: ignore[assignment]
    lon, lat = feature["geometry"]["coordinates"]  # type: ignore[index]
    return Candidate(
        label=str(about["label"]),
        lat=float(lat),
        lon=float(lon),
        score=float(str(about["score"])),
        kind=str(about["type"]),
        insee=str(about["citycode"]),
        postcode=str(about.get("postcode") or ""),
    )
