"""The client of a search server, whichever it is, and its errors said in French."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from elastic_transport import HttpHeaders, TransportError, Urllib3HttpNode
from elastic_transport.client_utils import DEFAULT, DefaultType
from elasticsearch import (
    ApiError,
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    Elasticsearch,
)

from directory.base.errors import SettingsError, UnavailableError
from directory.base.settings import Settings

REQUEST_SECONDS = 5
"""A reader is not kept waiting longer: the server has been told to answer within 2 s."""

_OLDEST = {"elasticsearch": 8, "opensearch": 2}
_BAD_ADDRESS = (
    "RECOURS_ENGINE_URL ne convient pas ; attendu : une ou plusieurs adresses comme "
    "https://hôte:9200, séparées par des virgules (et un fichier PEM dans RECOURS_ENGINE_CA)."
)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_PLAIN = {
    "application/vnd.elasticsearch+json": "application/json",
    "application/vnd.elasticsearch+x-ndjson": "application/x-ndjson",
}


class PlainNode(Urllib3HttpNode):
    """Speaks plain JSON, which Elasticsearch 8 and 9 and OpenSearch 2 and 3 all understand.

    The client of one major version asks for its own media type, which the others refuse, and
    refuses servers that do not send Elastic's product header; `check_product` does that instead.
    """

    def perform_request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: HttpHeaders | None = None,
        request_timeout: DefaultType | float | None = DEFAULT,
    ) -> Any:
        """Send a request with plain media types."""
        plain = HttpHeaders(
            {name: _plain(value) for name, value in headers.items()} if headers else {}
        )
        answer = super().perform_request(method, target, body, plain, request_timeout)
        told = HttpHeaders(answer.meta.headers)
        told.setdefault("x-elastic-product", "Elasticsearch")
        answer.meta.headers = told
        return answer


def _plain(value: str) -> str:
    return _PLAIN.get(value.partition(";")[0].strip(), value)


def connect(settings: Settings) -> Elasticsearch:
    """A client for the servers the settings name; nothing is sent yet.

    Raises SettingsError for an address or a file that cannot be used.
    """
    hosts = [one.strip() for one in settings.engine_url.split(",") if one.strip()]
    # Its warnings are whole tracebacks; what they say reaches the reader through `in_french`.
    logging.getLogger("elastic_transport").setLevel(logging.ERROR)
    _refuse_in_clear(hosts, settings.engine_api_key)
    secure = {"ca_certs": settings.engine_ca} if settings.engine_ca else {}
    if settings.engine_ca and not Path(settings.engine_ca).is_file():
        raise SettingsError(f"RECOURS_ENGINE_CA : {settings.engine_ca} n'est pas un fichier.")
    if not hosts or not all(one.startswith(("https://", "http://")) for one in hosts):
        raise SettingsError(_BAD_ADDRESS)
    try:
        return Elasticsearch(
            hosts=hosts,
            api_key=settings.engine_api_key or None,
            node_class=PlainNode,
            request_timeout=REQUEST_SECONDS,
            max_retries=2,
            retry_on_status=(429, 502, 503, 504),
            **secure,  # type: ignore[arg-type]
        )
    except (ValueError, OSError) as exc:
        raise SettingsError(_BAD_ADDRESS) from exc


def _refuse_in_clear(hosts: list[str], api_key: str) -> None:
    told = [urlsplit(one) for one in hosts if api_key or "@" in one]
    if any(one.scheme != "https" and one.hostname not in _LOOPBACK for one in told):
        raise SettingsError(
            "La clé ou le mot de passe du moteur passerait en clair sur le réseau ; donnez une "
            "adresse https:// dans RECOURS_ENGINE_URL, et l'autorité de son certificat dans "
            "RECOURS_ENGINE_CA."
        )


def check_product(client: Elasticsearch) -> None:
    """Refuse a server that is neither Elasticsearch nor OpenSearch, or is too old."""
    told: Mapping[str, Any] = client.info().body
    version = told.get("version", {})
    product = version.get("distribution", "elasticsearch")
    number = str(version.get("number", ""))
    major = number.partition(".")[0]
    if product not in _OLDEST or not major.isdecimal() or int(major) < _OLDEST[product]:
        raise UnavailableError(
            f"Le moteur de recherche est « {product} {number} » ; attendu : Elasticsearch 8 ou 9, "
            "OpenSearch 2 ou 3. Corrigez RECOURS_ENGINE_URL."
        )


def refuse_errors(answers: Sequence[Any]) -> None:
    """Raise UnavailableError if one of several searches was refused."""
    for answer in answers:
        if "error" in answer:
            kind = answer["error"].get("type", "")
            busy = " : il est débordé, réessayez" if answer["status"] in (429, 503) else ""
            raise UnavailableError(
                f"Le moteur de recherche n'a pas pu répondre ({answer['status']} {kind}){busy}."
            )


def say_partial(answers: Sequence[Any]) -> str:
    """What to tell the reader when the server did not look everywhere; empty when it did."""
    if not any(answer["timed_out"] or answer["_shards"]["failed"] for answer in answers):
        return ""
    return (
        "Réponse partielle : le moteur n'a pas tout parcouru à temps. "
        "Il peut manquer des fiches ; réessayez dans un instant."
    )


@contextmanager
def in_french() -> Iterator[None]:
    """Turn what the client raises into an UnavailableError that says what to do."""
    try:
        yield
    except ConnectionTimeout as exc:
        raise UnavailableError(
            "Le moteur de recherche n'a pas répondu à temps ; réessayez dans un instant."
        ) from exc
    except TransportError as exc:
        raise UnavailableError(
            "Le moteur de recherche est injoignable : démarrez-le, ou corrigez RECOURS_ENGINE_URL. "
            "Les fiches, les imports et le premier recours fonctionnent sans lui."
        ) from exc
    except (AuthenticationException, AuthorizationException) as exc:
        raise UnavailableError(
            f"Le moteur de recherche refuse l'accès ({exc.status_code}) : vérifiez "
            "RECOURS_ENGINE_API_KEY et les droits de cette clé (docs/moteurs.md)."
        ) from exc
    except ApiError as exc:
        raise UnavailableError(
            f"Le moteur de recherche a refusé la demande ({exc.status_code} {exc.error}) ; "
            "si cela dure, lancez `recours index rebuild`."
        ) from exc
