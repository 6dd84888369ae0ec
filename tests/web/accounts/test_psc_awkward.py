"""Pro Santé Connect answering nonsense, by an expired certificate, or twice at once; signing out."""

import json
import ssl
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
import trustme
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from directory.base.clock import system_clock
from directory.base.errors import UnavailableError
from directory.base.settings import Settings
from tests.local_server import SilentHandler, serving
from tests.web.accounts.people import BROWSER, invite
from tests.web.accounts.provider import Provider
from tests.web.accounts.psc_asking import RPPS, SITE, provider, trusting, walk
from tests.web.accounts.site import visitor
from web.access import Role
from web.accounts import psc, registry, sessions, signing, tables
from web.accounts.model import SignInRefusedError
from web.accounts.store import Accounts
from web.services import open_services

__all__ = ["provider", "trusting"]

pytestmark = pytest.mark.slow


def test_signing_out_here_signs_out_there(provider: Provider, tmp_path: Path) -> None:
    """The token that says whose session is kept sealed until then, and no longer."""
    settings = Settings(data_dir=tmp_path, territory="bievre", **provider.settings)  # type: ignore[arg-type]
    opened = open_services(settings)
    try:
        invite(opened.accounts, Role.FIRST_RECOURSE_DOCTOR, rpps=RPPS)
        site = visitor(opened)
        begun = site.get("/connexion/psc")
        site.get(provider.log_in(begun.headers["location"], "f:1:known"))
        with opened.accounts.database.read() as connection:
            (kept,) = connection.execute(sa.select(tables.session.c.sign_out)).scalars()
        assert kept
        assert b"id_token" not in kept
        thief = visitor(opened)
        thief.cookies.update(site.cookies)
        answer = site.post("/deconnexion")
        away = answer.headers["refresh"].removeprefix("0; url=")
        told = parse_qs(urlsplit(away).query)
        assert away.startswith(f"{provider.url}/oauth2/end_session?")
        assert told["post_logout_redirect_uri"] == [f"{SITE}/"]
        metadata = psc.read_metadata(opened.accounts)
        claims = jwt.decode(
            told["id_token_hint"][0], KeySet.import_key_set(httpx.get(metadata["jwks_uri"]).json())
        ).claims
        assert claims["sub"] == "f:1:known"
        assert "Mon compte" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert "OLLIVIER" not in httpx.get(away).text
        assert thief.get("/agenda").status_code == 303
        with opened.accounts.database.read() as connection:
            assert connection.execute(sa.select(tables.session)).all() == []
        assert site.post("/deconnexion").headers["location"] == "/"  # twice
    finally:
        opened.close()


@pytest.mark.parametrize("state", ["é", "\ud7ff", "a" * 400, ""])
def test_a_state_that_is_no_state_is_refused(
    provider: Provider, tmp_path: Path, state: str
) -> None:
    settings = Settings(data_dir=tmp_path, territory="bievre", **provider.settings)  # type: ignore[arg-type]
    opened = open_services(settings)
    try:
        answer = visitor(opened).get(psc.CALLBACK, params={"code": "x", "state": state})
        assert answer.status_code == 401
    finally:
        opened.close()


@contextmanager
def saying(pages: Mapping[str, bytes], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A local web server with these pages."""

    class Handler(SilentHandler):
        def do_GET(self) -> None:  # noqa: N802 - called by that name
            self.send_response(200)
            self.end_headers()
            self.wfile.write(pages[self.path])

    with serving(Handler, tls) as port:
        yield f"http://127.0.0.1:{port}" if tls is None else f"https://localhost:{port}"


@pytest.mark.parametrize("said", [b"[]", b"{}", b"not json", b'{"issuer": 1}'])
def test_a_provider_that_says_nonsense_is_said_to_be_silent(
    trusting: Accounts, said: bytes
) -> None:
    with saying({"/x": said}) as url:
        settings = trusting.settings.model_copy(update={"psc_discovery": f"{url}/x"})
        with pytest.raises(UnavailableError, match="mot de passe"):
            psc.begin_psc(replace(trusting, settings=settings), SITE, "/")


@pytest.mark.parametrize("said", [b"eyJhbGciOiJSUzI1NiJ9.e30.x", b"[]"])
def test_an_answer_about_the_person_that_cannot_be_read_is_refused(
    trusting: Accounts, provider: Provider, said: bytes
) -> None:
    metadata = httpx.get(trusting.settings.psc_discovery).json()
    pages: dict[str, bytes] = {"/who": said}
    with saying(pages) as url:
        metadata["userinfo_endpoint"] = f"{url}/who"
        pages["/x"] = json.dumps(metadata).encode()
        settings = trusting.settings.model_copy(update={"psc_discovery": f"{url}/x"})
        with pytest.raises(SignInRefusedError, match="vérifiée"):
            walk(replace(trusting, settings=settings), provider, "f:1:known")


@pytest.mark.parametrize(
    ("acr", "good"),
    [
        (None, True),
        ("eidas1", True),
        ("eidas3", True),
        ("0", False),
        ("", False),
    ],
)
def test_a_person_who_was_not_identified_well_enough_is_refused(
    trusting: Accounts, acr: object, good: bool
) -> None:
    key = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    now = int(trusting.clock().timestamp())
    claims = {"iss": "https://psc.example", "sub": "f:1:known", "nonce": "n", "iat": now}
    claims |= {"aud": trusting.settings.psc_client_id, "exp": now + 60}
    if acr is not None:
        claims["acr"] = acr
    token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)
    published = json.dumps({"keys": [key.as_dict(private=False)]}).encode()
    with saying({"/keys": published}) as url:
        metadata = {"issuer": "https://psc.example", "jwks_uri": f"{url}/keys"}
        if good:
            assert psc.check_token(trusting, metadata, token, "n")["sub"] == "f:1:known"
        else:
            with pytest.raises(JoseError):
                psc.check_token(trusting, metadata, token, "n")


@pytest.mark.parametrize("endpoint", ["", "http://psc.example/end", "javascript:alert(1)", None])
def test_a_way_out_that_is_not_safe_is_not_taken(
    trusting: Accounts, provider: Provider, endpoint: str | None
) -> None:
    metadata = httpx.get(trusting.settings.psc_discovery).json() | {
        "end_session_endpoint": endpoint
    }
    with saying({"/x": json.dumps(metadata).encode()}) as url:
        settings = trusting.settings.model_copy(update={"psc_discovery": f"{url}/x"})
        person = walk(replace(trusting, settings=settings), provider, "f:1:known")
    assert person.sign_out == ""


@pytest.mark.parametrize(("ends", "good"), [(30, True), (-1, False)])
def test_a_provider_whose_certificate_has_expired_is_not_spoken_to(
    trusting: Accounts,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    ends: int,
    good: bool,
) -> None:
    """Its authority is trusted: only the date is wrong."""
    authority = trustme.CA()
    trusted = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(trusted))
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    now = system_clock()
    issued = authority.issue_cert(
        "localhost", not_before=now - timedelta(days=60), not_after=now + timedelta(days=ends)
    )
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    issued.configure_cert(tls)
    said = json.dumps(httpx.get(trusting.settings.psc_discovery).json()).encode()
    with saying({"/x": said}, tls) as url:
        settings = trusting.settings.model_copy(update={"psc_discovery": f"{url}/x"})
        secured = replace(trusting, settings=settings)
        if good:
            assert psc.begin_psc(secured, SITE, "/").state
        else:
            with pytest.raises(UnavailableError):
                psc.begin_psc(secured, SITE, "/")


def test_two_first_sign_ins_at_once_make_one_account(trusting: Accounts) -> None:
    settings = trusting.settings.model_copy(update={"psc_open": True})
    opened, together = replace(trusting, settings=settings), Barrier(4)

    def arrive(_: int) -> str:
        together.wait()
        return signing.sign_in_by_psc(opened, RPPS, "Marc OLLIVIER", BROWSER).secret

    with ThreadPoolExecutor(4) as pool:
        secrets = list(pool.map(arrive, range(4)))
    actors = {actor.account for one in secrets if (actor := sessions.find_actor(opened, one))}
    assert len(actors) == len(registry.list_accounts(opened)) == 1
