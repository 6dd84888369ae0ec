"""Listings given as a web address: brought to a temporary file, whole or not at all."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx

from directory.base.errors import InputRefusedError
from importers.inputs import SourceFile

MAX_BYTES = 2 * 1024**3
"""The largest listing known (activities of FINESS+, uncompressed) is 1.45 GB."""

Bytes = Callable[[int, int], None]
"""Called with (bytes received, bytes announced or 0)."""


def is_url(location: str) -> bool:
    """Whether a location is a web address rather than a path."""
    return location.lower().startswith(("http://", "https://"))


def download(
    url: str,
    folder: Path,
    *,
    max_bytes: int = MAX_BYTES,
    progress: Bytes | None = None,
    client: httpx.Client | None = None,
) -> SourceFile:
    """Bring a file into `folder`; raises InputRefusedError when it cannot be had whole."""
    own = client or httpx.Client(follow_redirects=True, timeout=60)
    try:
        # Listings are compressed already: a second layer would hide what they are.
        with own.stream("GET", url, headers={"accept-encoding": "identity"}) as response:
            response.raise_for_status()
            name = _file_name(response)
            path = folder / name
            _receive(response, path, max_bytes, progress)
            return SourceFile(path, name, _modified(response))
    except httpx.HTTPError as exc:
        raise InputRefusedError(
            f"{url} : téléchargement impossible ({_say(exc)}). Vérifiez l'adresse et la connexion, "
            "ou donnez un fichier déjà téléchargé."
        ) from exc
    finally:
        if client is None:
            own.close()


def _receive(response: httpx.Response, path: Path, max_bytes: int, progress: Bytes | None) -> None:
    announced = int(response.headers.get("content-length") or 0)
    received = 0
    with path.open("wb") as file:
        for chunk in response.iter_raw(1 << 18):
            received += len(chunk)
            if received > max_bytes:
                raise InputRefusedError(
                    f"{response.url} : plus de {max_bytes // 1024**2} Mo, téléchargement arrêté."
                )
            file.write(chunk)
            if progress:
                progress(received, announced)
    if received == 0:
        raise InputRefusedError(f"{response.url} : réponse vide.")
    if announced and received < announced:
        raise InputRefusedError(
            f"{response.url} : téléchargement interrompu ({received} octets sur {announced})."
        )


def _file_name(response: httpx.Response) -> str:
    told = re.search(r'filename="?([^";]+)', response.headers.get("content-disposition", ""))
    name = told[1] if told else unquote(urlsplit(str(response.url)).path)
    return re.sub(r"[^\w.-]", "_", name.rstrip("/").rpartition("/")[2]) or "listing"


def _modified(response: httpx.Response) -> date:
    try:
        return parsedate_to_datetime(response.headers["last-modified"]).astimezone(UTC).date()
    except (KeyError, ValueError):
        return datetime.now(UTC).date()


def _say(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.HTTPStatusError):
        return f"réponse {error.response.status_code}"
    return str(error) or type(error).__name__
