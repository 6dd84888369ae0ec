"""Pro Santé Connect: OpenID Connect with PKCE, a state tied to the browser, and a nonce.

What the provider says of the person is read after its signature, its issuer, its audience, its
hours and the nonce were checked. The person is an RPPS number: `SubjectNameID`, or
`preferred_username`, which is « 8 » followed by the eleven digits (« 0 » would be an ADELI number).
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError  # type: ignore[import-untyped]
from authlib.integrations.httpx_client import OAuth2Client  # type: ignore[import-untyped]
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from directory.base.errors import SettingsError, UnavailableError
from directory.base.logs import get_logger
from orientation.sending import LOOPBACK
from web.accounts import tables
from web.accounts.model import SignInRefusedError
from web.accounts.store import Accounts, digest_of, new_secret

log = get_logger(__name__)

LASTS = timedelta(minutes=10)
SKEW_SECONDS = 120
"""How far the provider's clock may be from ours."""

TIMEOUT_SECONDS = 10
SCOPE = "openid scope_all"
ACR = "eidas1"
ACCEPTED_ACR = ("eidas1", "eidas2", "eidas3")
"""What was asked, or better: the levels of Regulation (EU) 910/2014, article 8 (low to high)."""

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
CALLBACK, AFTER_SIGN_OUT = "/connexion/psc/retour", "/"
_RPPS = re.compile(r"8?([0-9]{11})")
_CLAIMS = ("SubjectNameID", "preferred_username")


@dataclass(frozen=True)
class Start:
    """A sign-in begun: where to send the browser, and the state its cookie keeps."""

    url: str
    state: str


@dataclass(frozen=True)
class Person:
    """Who Pro Santé Connect says it is, and where they were going."""

    rpps: str
    name: str
    following: str
    sign_out: str
    """The address that closes the session there, empty where the provider has none."""


def check_psc_settings(accounts: Accounts) -> None:
    """Refuse at start what could not be safe; raises SettingsError."""
    settings = accounts.settings
    if not settings.psc_discovery:
        return
    if not _is_safe(settings.psc_discovery):
        raise SettingsError("RECOURS_PSC_DISCOVERY doit commencer par https://.")
    if not (settings.psc_client_id and settings.psc_client_secret):
        raise SettingsError(
            "RECOURS_PSC_DISCOVERY demande RECOURS_PSC_CLIENT_ID et RECOURS_PSC_CLIENT_SECRET."
        )


def _is_safe(url: str) -> bool:
    """Whether what is said there is said in https, or on this machine."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or parts.hostname in LOOPBACK)


def begin_psc(accounts: Accounts, site: str, following: str) -> Start:
    """Start a sign-in; UnavailableError when the provider does not answer."""
    endpoint = read_metadata(accounts)["authorization_endpoint"]
    state, nonce, verifier = new_secret(), new_secret(), secrets.token_urlsafe(64)
    with open_client(accounts, site) as client:
        url, _ = client.create_authorization_url(
            endpoint,
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            acr_values=ACR,
        )
    with accounts.database.write() as connection:
        connection.execute(
            tables.oidc_flow.insert().values(
                digest=digest_of(state),
                nonce=nonce,
                verifier=verifier,
                following=following,
                expires_at=accounts.clock() + LASTS,
            )
        )
    return Start(str(url), state)


def end_psc(accounts: Accounts, site: str, code: str, state: str, kept: str) -> Person:
    """Trade the code for who it is; SignInRefusedError for what was forged, replayed or too late.

    `kept` is the state in the browser's cookie: a sign-in begun elsewhere does not end here.
    """
    same = secrets.compare_digest(state.encode(), kept.encode())
    flow = take_flow(accounts, state) if same else None
    if flow is None or not code:
        raise SignInRefusedError(
            "Cette connexion a pris trop de temps, ou a déjà servi : recommencez."
        )
    metadata = read_metadata(accounts)
    try:
        with open_client(accounts, site) as client:
            token = client.fetch_token(
                metadata["token_endpoint"], code=code, code_verifier=flow.verifier
            )
            id_token = str(token["id_token"])
            claims = check_token(accounts, metadata, id_token, flow.nonce)
            answer = client.get(metadata["userinfo_endpoint"])
            answer.raise_for_status()
            told = _document(answer)
    except (AuthlibBaseError, JoseError, KeyError, ValueError) as exc:
        log.warning("identity provider refused", error=type(exc).__name__)
        raise SignInRefusedError(
            "La réponse de Pro Santé Connect n'a pas pu être vérifiée : recommencez."
        ) from exc
    except httpx.HTTPError as exc:
        raise _silent(exc) from exc
    rpps, name = _person(claims, told)
    return Person(rpps, name, flow.following, _sign_out(accounts, metadata, site, id_token))


def check_token(
    accounts: Accounts, metadata: Mapping[str, Any], id_token: str, nonce: str
) -> dict[str, Any]:
    """What an ID token says, once its signature, issuer, audience, hours and nonce are checked.

    Raises JoseError, or ValueError for what is no token at all.
    """
    keys = KeySet.import_key_set(_read(metadata["jwks_uri"]))  # type: ignore[arg-type]
    claims = jwt.decode(id_token, keys, algorithms=ALGORITHMS).claims
    client = accounts.settings.psc_client_id
    jwt.JWTClaimsRegistry(
        now=int(accounts.clock().timestamp()),
        leeway=SKEW_SECONDS,
        iss={"essential": True, "value": metadata["issuer"]},
        aud={"essential": True, "value": client},
        exp={"essential": True},
        iat={"essential": True},
        sub={"essential": True},
        nonce={"essential": True, "value": nonce},
        azp={"value": client},
        acr={"values": list(ACCEPTED_ACR)},  # where it is said: OpenID Connect leaves it out freely
    ).validate(claims)
    return claims


def _sign_out(accounts: Accounts, metadata: Mapping[str, Any], site: str, id_token: str) -> str:
    """OpenID Connect RP-Initiated Logout 1.0: the token says whose session, the site where next."""
    endpoint = str(metadata.get("end_session_endpoint") or "")
    if not _is_safe(endpoint):
        return ""
    told = {
        "id_token_hint": id_token,
        "client_id": accounts.settings.psc_client_id,
        "post_logout_redirect_uri": site.rstrip("/") + AFTER_SIGN_OUT,
    }
    return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(told)}"


def _person(claims: Mapping[str, Any], told: Mapping[str, Any]) -> tuple[str, str]:
    if told.get("sub") != claims["sub"]:
        raise SignInRefusedError(
            "Pro Santé Connect a répondu pour quelqu'un d'autre : recommencez."
        )
    for name in _CLAIMS:
        if found := _RPPS.fullmatch(str(told.get(name) or claims.get(name) or "")):
            said = (told.get("given_name"), told.get("family_name"))
            return found[1], " ".join(str(one) for one in said if one)[:200]
    raise SignInRefusedError(
        "Pro Santé Connect n'a pas donné de numéro RPPS : votre compte se crée alors sur "
        "invitation de la coordination, avec un mot de passe."
    )


def take_flow(accounts: Accounts, state: str) -> Any | None:
    """The nonce, the verifier and the way on of a sign-in begun here, once and in time."""
    table = tables.oidc_flow
    with accounts.database.write() as connection:
        return connection.execute(
            table.delete()
            .where(table.c.digest == digest_of(state), table.c.expires_at > accounts.clock())
            .returning(table.c.nonce, table.c.verifier, table.c.following)
        ).first()


def open_client(accounts: Accounts, site: str) -> OAuth2Client:
    """A client of the provider, with PKCE."""
    return OAuth2Client(
        accounts.settings.psc_client_id,
        accounts.settings.psc_client_secret,
        scope=SCOPE,
        redirect_uri=site.rstrip("/") + CALLBACK,
        code_challenge_method="S256",
        timeout=TIMEOUT_SECONDS,
    )


_ENDPOINTS = ("issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


def read_metadata(accounts: Accounts) -> dict[str, Any]:
    """What the provider says of itself; UnavailableError where it does not say enough."""
    document = _read(accounts.settings.psc_discovery)
    if not all(isinstance(document.get(one), str) for one in _ENDPOINTS):
        raise _silent(KeyError(*_ENDPOINTS))
    return document


def _read(url: str) -> dict[str, Any]:
    try:
        answer = httpx.get(url, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return _document(answer)
    except (httpx.HTTPError, ValueError) as exc:
        raise _silent(exc) from exc


def _document(answer: httpx.Response) -> dict[str, Any]:
    """A JSON object; ValueError for anything else."""
    document = answer.json()
    if not isinstance(document, dict):
        raise ValueError("not an object")
    return document


def _silent(exc: Exception) -> UnavailableError:
    log.warning("identity provider silent", error=type(exc).__name__)
    return UnavailableError(
        "Pro Santé Connect ne répond pas. Réessayez dans un moment, ou connectez-vous avec votre "
        "adresse et votre mot de passe."
    )
