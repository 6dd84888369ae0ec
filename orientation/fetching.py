"""Fetching a calendar at an address somebody typed: small, short, and never inside the network.

Each name is resolved once and what was checked is what is called, redirections included: an
address that changes in between reaches nothing else.
"""

import time
from collections.abc import Iterable

import httpx

from directory.base.errors import InputRefusedError
from directory.base.reaching import is_public, resolve

LONGEST_URL = 1000
LARGEST = 2_000_000
"""Bytes of a calendar."""

SECONDS = 15.0
"""For the whole calendar; five for each answer of the server."""

MOST_REDIRECTIONS = 3
_PATIENCE = httpx.Timeout(5.0)


def check_calendar_url(url: str, *, local: bool) -> httpx.URL:
    """The address of a calendar, https unless `local`; InputRefusedError otherwise."""
    told = url.strip()
    if told[:9].lower() == "webcal://":
        told = "https://" + told[9:]
    try:
        parts = httpx.URL(told)
    except httpx.InvalidURL as exc:
        raise _refused("Cette adresse d'agenda ne se lit pas.") from exc
    good = ("https", "http") if local else ("https",)
    if parts.scheme not in good or not parts.host or len(told) > LONGEST_URL:
        raise _refused("L'adresse d'un agenda commence par https:// : recopiez-la entière.")
    if parts.userinfo:
        raise _refused("L'adresse d'un agenda ne contient ni nom d'utilisateur ni mot de passe.")
    return parts


def fetch_calendar(url: str, *, local: bool) -> bytes:
    """What an address gives, at most `LARGEST` bytes in `SECONDS`.

    Addresses of this machine and of private networks are refused unless `local`. Raises
    InputRefusedError saying what went wrong, without the address: it is a secret.
    """
    parts = check_calendar_url(url, local=local)
    deadline = time.monotonic() + SECONDS
    with httpx.Client(timeout=_PATIENCE, trust_env=False, follow_redirects=False) as client:
        for _ in range(MOST_REDIRECTIONS + 1):
            try:
                found = _get(client, parts, deadline, local=local)
            except (httpx.HTTPError, httpx.InvalidURL) as exc:
                raise _refused(
                    f"L'agenda ne répond pas ({type(exc).__name__}) : vérifiez son adresse."
                ) from exc
            if isinstance(found, bytes):
                return found
            parts = check_calendar_url(str(parts.join(found)), local=local)
    raise _refused("L'agenda renvoie d'adresse en adresse : donnez l'adresse finale.")


def _get(client: httpx.Client, parts: httpx.URL, deadline: float, *, local: bool) -> bytes | str:
    """The calendar, or the address where it says it is."""
    address = _resolve(parts, local=local)
    request = client.build_request(
        "GET",
        parts.copy_with(host=address),
        headers={
            "Host": parts.netloc.decode("ascii"),
            "Accept": "text/calendar",
            "Accept-Encoding": "identity",
        },
        extensions={"sni_hostname": parts.raw_host.decode("ascii")},
    )
    answer = client.send(request, stream=True)
    try:
        if answer.is_redirect:
            return answer.headers["location"]
        if answer.status_code != httpx.codes.OK:
            raise _refused(
                f"L'agenda répond {answer.status_code} : il a peut-être été retiré ou protégé."
            )
        return _read(answer.iter_raw(), deadline)
    finally:
        answer.close()


def _read(chunks: Iterable[bytes], deadline: float) -> bytes:
    whole = bytearray()
    for chunk in chunks:
        whole += chunk
        if len(whole) > LARGEST:
            raise _refused(f"L'agenda dépasse {LARGEST // 1_000_000} Mo : donnez-en un plus court.")
        if time.monotonic() > deadline:
            raise _refused(f"L'agenda met plus de {SECONDS:.0f} secondes à venir.")
    return bytes(whole)


def _resolve(parts: httpx.URL, *, local: bool) -> str:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = resolve(parts.host, port)
    except (OSError, UnicodeError) as exc:
        raise _refused("Le nom du serveur de l'agenda est inconnu : vérifiez l'adresse.") from exc
    if not addresses or not (local or all(map(is_public, addresses))):
        raise _refused(
            "Cette adresse est celle d'un réseau privé : donnez l'adresse publique de l'agenda."
        )
    return addresses[0]


def _refused(detail: str) -> InputRefusedError:
    return InputRefusedError(detail, field="calendar_url")
