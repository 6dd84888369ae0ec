"""Pro Santé Connect against a real local OpenID provider: who gets in, what is refused."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import sqlalchemy as sa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from directory.base.clock import FixedClock, system_clock
from directory.base.errors import SettingsError, UnavailableError
from directory.base.settings import Settings
from tests.local_server import SilentHandler, serving
from tests.web.accounts.people import BROWSER, invite, open_at
from tests.web.accounts.provider import Provider, open_provider
from tests.web.accounts.site import visitor
from web.access import Role
from web.accounts import psc, registry, sessions, signing, tables
from web.accounts.model import SignInRefusedError, State
from web.accounts.store import Accounts
from web.services import open_services

pytestmark = pytest.mark.slow

SITE = "http://localhost"
RPPS = "10003456826"


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with open_provider(SITE + psc.CALLBACK) as opened:
        claims = {"given_name": "Marc", "family_name": "OLLIVIER"}
        opened.knows("f:1:known", claims | {"SubjectNameID": f"8{RPPS}"})
        opened.knows("f:1:plain", claims | {"SubjectNameID": RPPS})
        opened.knows("f:1:adeli", claims | {"SubjectNameID": "0949301234"})
        opened.knows("f:1:none", claims)
        yield opened


@pytest.fixture
def trusting(provider: Provider, tmp_path: Path) -> Iterator[Accounts]:
    opened = open_at(tmp_path, clock=system_clock, **provider.settings)
    yield opened
    opened.database.close()


def walk(accounts: Accounts, provider: Provider, sub: str) -> psc.Person:
    start = psc.begin_psc(accounts, SITE, "/agenda")
    code, state = come_back(provider, start, sub)
    return psc.end_psc(accounts, SITE, code, state, start.state)


def come_back(provider: Provider, start: psc.Start, sub: str) -> tuple[str, str]:
    told = parse_qs(urlsplit(provider.log_in(start.url, sub)).query)
    return told["code"][0], told["state"][0]


@pytest.mark.parametrize("sub", ["f:1:known", "f:1:plain"])
def test_an_rpps_number_is_who_it_is(trusting: Accounts, provider: Provider, sub: str) -> None:
    told = walk(trusting, provider, sub)
    assert (told.rpps, told.following) == (RPPS, "/agenda")


def test_the_address_carries_a_challenge_and_not_its_answer(trusting: Accounts) -> None:
    told = parse_qs(urlsplit(psc.begin_psc(trusting, SITE, "/").url).query)
    assert told["code_challenge_method"] == ["S256"]
    assert len(told["code_challenge"][0]) == 43
    assert told["response_type"] == ["code"]
    assert told["acr_values"] == ["eidas1"]
    assert "code_verifier" not in told
    assert told["nonce"] != told["state"]


@pytest.mark.parametrize("sub", ["f:1:adeli", "f:1:none"])
def test_without_an_rpps_number_nobody_gets_in(
    trusting: Accounts, provider: Provider, sub: str
) -> None:
    with pytest.raises(SignInRefusedError, match="RPPS"):
        walk(trusting, provider, sub)


def test_an_answer_serves_once_and_in_its_own_browser(
    trusting: Accounts, provider: Provider
) -> None:
    start = psc.begin_psc(trusting, SITE, "/")
    code, state = come_back(provider, start, "f:1:known")
    other = psc.begin_psc(trusting, SITE, "/")
    for kept in ("", other.state):
        with pytest.raises(SignInRefusedError):
            psc.end_psc(trusting, SITE, code, state, kept)
    assert psc.end_psc(trusting, SITE, code, state, state).rpps == RPPS
    with pytest.raises(SignInRefusedError):
        psc.end_psc(trusting, SITE, code, state, state)


def test_a_code_of_another_sign_in_is_refused(trusting: Accounts, provider: Provider) -> None:
    """Its PKCE verifier and its nonce are not those of this one."""
    theirs = psc.begin_psc(trusting, SITE, "/")
    code, _ = come_back(provider, theirs, "f:1:known")
    mine = psc.begin_psc(trusting, SITE, "/")
    with pytest.raises(SignInRefusedError):
        psc.end_psc(trusting, SITE, code, mine.state, mine.state)


@pytest.mark.parametrize("code", ["", "forged", "é\x00"])
def test_a_forged_code_is_refused(trusting: Accounts, code: str) -> None:
    start = psc.begin_psc(trusting, SITE, "/")
    with pytest.raises(SignInRefusedError):
        psc.end_psc(trusting, SITE, code, start.state, start.state)


def test_a_sign_in_begun_too_long_ago_is_over(trusting: Accounts, provider: Provider) -> None:
    start = psc.begin_psc(trusting, SITE, "/")
    code, state = come_back(provider, start, "f:1:known")
    later = replace(trusting, clock=FixedClock(system_clock() + psc.LASTS))
    with pytest.raises(SignInRefusedError):
        psc.end_psc(later, SITE, code, state, state)


@pytest.mark.parametrize(
    ("seconds", "good"), [(-110, True), (-180, False), (3700, True), (3900, False)]
)
def test_clocks_may_differ_by_two_minutes(
    trusting: Accounts, provider: Provider, seconds: int, good: bool
) -> None:
    """The token is valid an hour from its making, give or take two minutes of skew."""
    metadata = httpx.get(trusting.settings.psc_discovery).json()
    start = psc.begin_psc(trusting, SITE, "/")
    code, state = come_back(provider, start, "f:1:known")
    flow = psc.take_flow(trusting, state)
    assert flow is not None
    with psc.open_client(trusting, SITE) as client:
        token = client.fetch_token(
            metadata["token_endpoint"], code=code, code_verifier=flow.verifier
        )
    skewed = replace(trusting, clock=FixedClock(system_clock() + timedelta(seconds=seconds)))
    if good:
        assert (
            psc.check_token(skewed, metadata, token["id_token"], flow.nonce)["sub"] == "f:1:known"
        )
    else:
        with pytest.raises(JoseError):
            psc.check_token(skewed, metadata, token["id_token"], flow.nonce)


def test_a_token_for_another_service_or_changed_on_the_way_is_refused(
    trusting: Accounts, provider: Provider
) -> None:
    metadata = httpx.get(trusting.settings.psc_discovery).json()
    start = psc.begin_psc(trusting, SITE, "/")
    code, state = come_back(provider, start, "f:1:known")
    flow = psc.take_flow(trusting, state)
    assert flow is not None
    with psc.open_client(trusting, SITE) as client:
        token = client.fetch_token(
            metadata["token_endpoint"], code=code, code_verifier=flow.verifier
        )["id_token"]
    other = trusting.settings.model_copy(update={"psc_client_id": "un-autre"})
    head, body, signature = token.split(".")
    unsigned = "eyJhbGciOiJub25lIn0." + body + "."
    for accounts, told, issuer, nonce in (
        (replace(trusting, settings=other), token, metadata["issuer"], flow.nonce),
        (trusting, f"{head}.{body[:-2]}AA.{signature}", metadata["issuer"], flow.nonce),
        (trusting, unsigned, metadata["issuer"], flow.nonce),
        (trusting, token, "https://evil.example", flow.nonce),
        (trusting, token, metadata["issuer"], "autre"),
    ):
        with pytest.raises(JoseError):
            psc.check_token(accounts, metadata | {"issuer": issuer}, told, nonce)


def test_who_is_unknown_gets_in_only_where_the_settings_say_so(trusting: Accounts) -> None:
    with pytest.raises(SignInRefusedError, match="coordination"):
        signing.sign_in_by_psc(trusting, RPPS, "Marc OLLIVIER", BROWSER)
    opened = trusting.settings.model_copy(update={"psc_open": True})
    done = signing.sign_in_by_psc(replace(trusting, settings=opened), RPPS, "Marc", BROWSER)
    actor = sessions.find_actor(trusting, done.secret)
    assert actor is not None
    assert (actor.rpps, actor.roles) == (RPPS, frozenset({Role.PROFESSIONAL}))


def test_the_account_of_that_number_opens_with_all_its_roles(trusting: Accounts) -> None:
    """Invited, it is active from then on; Pro Santé Connect is itself two factors."""
    account = invite(trusting, Role.FIRST_RECOURSE_DOCTOR, rpps=RPPS)
    done = signing.sign_in_by_psc(trusting, RPPS, "", BROWSER)
    actor = sessions.find_actor(trusting, done.secret)
    assert actor is not None
    assert (actor.account, actor.roles) == (account, frozenset({Role.FIRST_RECOURSE_DOCTOR}))
    registry.suspend_account(trusting, account)
    with pytest.raises(SignInRefusedError, match="suspendu"):
        signing.sign_in_by_psc(trusting, RPPS, "", BROWSER)
    assert registry.read_account(trusting, account).state is State.SUSPENDED


def test_a_silent_provider_is_said_and_the_password_remains(tmp_path: Path) -> None:
    opened = open_at(
        tmp_path,
        psc_discovery="http://127.0.0.1:1/x",
        psc_client_id="a",
        psc_client_secret="b",
    )
    with pytest.raises(UnavailableError, match="mot de passe"):
        psc.begin_psc(opened, SITE, "/")
    opened.database.close()


@pytest.mark.parametrize(
    "told",
    [
        {"psc_discovery": "http://psc.example/x", "psc_client_id": "a", "psc_client_secret": "b"},
        {"psc_discovery": "https://psc.example/x", "psc_client_id": "a"},
    ],
)
def test_settings_that_are_not_safe_are_refused(tmp_path: Path, told: dict[str, str]) -> None:
    opened = open_at(tmp_path, "", None, **told)
    with pytest.raises(SettingsError):
        psc.check_psc_settings(opened)
    opened.database.close()


def test_the_pages_walk_there_and_back(provider: Provider, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, territory="bievre", **provider.settings)  # type: ignore[arg-type]
    opened = open_services(settings)
    try:
        invite(opened.accounts, Role.FIRST_RECOURSE_DOCTOR, rpps=RPPS)
        site = visitor(opened)
        assert "Pro Santé Connect" in site.get("/connexion").text
        begun = site.get("/connexion/psc", params={"suite": "/agenda"})
        back = provider.log_in(begun.headers["location"], "f:1:known")
        assert visitor(opened).get(back).status_code == 401  # another browser
        begun = site.get("/connexion/psc", params={"suite": "/agenda"})
        back = provider.log_in(begun.headers["location"], "f:1:known")
        assert site.get(back).headers["location"] == "/agenda"
        assert site.get("/agenda").status_code == 200
        assert site.get(back).status_code == 401  # replayed
        denied = site.get("/connexion/psc/retour", params={"error": "access_denied", "state": "x"})
        assert denied.status_code == 401
    finally:
        opened.close()


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
def saying(pages: Mapping[str, bytes]) -> Iterator[str]:
    """A local web server with these pages."""

    class Handler(SilentHandler):
        def do_GET(self) -> None:  # noqa: N802 - called by that name
            self.send_response(200)
            self.end_headers()
            self.wfile.write(pages[self.path])

    with serving(Handler) as port:
        yield f"http://127.0.0.1:{port}"


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
