"""Pro Santé Connect against a real local OpenID provider: who gets in, what is refused."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc.errors import JoseError

from directory.base.clock import FixedClock, system_clock
from directory.base.errors import SettingsError, UnavailableError
from directory.base.settings import Settings
from tests.web.accounts.people import BROWSER, invite, open_at
from tests.web.accounts.provider import Provider
from tests.web.accounts.psc_asking import RPPS, SITE, come_back, provider, trusting, walk
from tests.web.accounts.site import visitor
from web.access import Role
from web.accounts import psc, registry, sessions, signing
from web.accounts.model import SignInRefusedError, State
from web.accounts.store import Accounts
from web.services import open_services

__all__ = ["provider", "trusting"]

pytestmark = pytest.mark.slow


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
