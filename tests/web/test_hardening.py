"""The outer layers: proxies, hosts, https, how much and how often somebody may ask."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from starlette.datastructures import Headers

from directory.base.errors import SettingsError
from directory.base.reaching import network_of
from directory.base.settings import Settings
from tests.web.accounts.site import real_services, visitor
from tests.web.sites import SITE
from tests.web.visitor import Visitor
from web.access import route_rules
from web.app import create_app
from web.bodies import LARGEST_BODY
from web.proxies import TrustedProxies, trusted_networks
from web.rates import RATES, asker
from web.security import SAFE_METHODS, is_foreign
from web.services import Services

PUBLIC_URL = "https://annuaire.exemple.fr"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """A service behind a front server in https."""
    with real_services(tmp_path_factory.mktemp("https"), public_url=PUBLIC_URL) as opened:
        yield opened


def test_a_wrong_host_is_told_in_the_form_its_caller_reads(site: TestClient) -> None:
    answer = site.get("/api/v1/resources", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == "urn:recours:probleme:hote-inconnu"
    page = site.get("/", headers={"Host": "evil.example"})
    assert page.headers["content-type"].startswith("text/plain")
    assert "evil" not in page.text


@pytest.mark.parametrize("host", ["[::1", "localhost@evil.example", "evil.example:80:localhost"])
def test_a_host_that_is_no_host_is_refused(site: TestClient, host: str) -> None:
    assert site.get("/healthz", headers={"Host": host}).status_code == 400


@pytest.mark.slow
def test_https_is_told_to_last_and_every_cookie_is_secure(behind: Services) -> None:
    client = visitor(behind)
    assert client.get("/").headers["strict-transport-security"] == "max-age=31536000"
    answer = client.post("/selection", data={"ajouter": "abc"})
    told = [*answer.headers.get_list("set-cookie")]
    told += client.post("/deconnexion").headers.get_list("set-cookie")
    assert told
    for cookie in told:
        assert "secure" in cookie.lower().split("; ")
        assert "httponly" in cookie.lower()
        assert "samesite=" in cookie.lower()


def test_http_on_this_machine_promises_no_https(site: TestClient) -> None:
    assert "strict-transport-security" not in site.get("/").headers


@pytest.mark.slow
def test_every_change_of_every_route_is_closed_to_other_sites(site: TestClient) -> None:
    """Cross-site: 403 from the outer layer, whatever the route; nothing that changes is a GET."""
    for method, path in route_rules():
        if method in SAFE_METHODS:
            continue
        answer = site.request(method, path, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403, path
        assert "autre site" in answer.text, path
    assert is_foreign("DELETE", Headers({"origin": "null"}))


@pytest.mark.parametrize("path", ["/secretariat/appel", "/api/v1/requests"])
@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_request_is_not_read_to_its_end(site: TestClient, path: str, chunked: bool) -> None:
    sent = 0

    def pieces() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b"a" * (LARGEST_BODY // 8)

    content: Any = pieces() if chunked else b"a" * (LARGEST_BODY + 1)
    kind = "application/json" if path.startswith("/api") else "application/x-www-form-urlencoded"
    answer = site.post(path, content=content, headers={"Content-Type": kind})
    assert answer.status_code == 413
    assert "été enregistré" in answer.text
    site.get("/healthz")


def seen_by(networks: Settings, peer: str, headers: dict[str, str]) -> dict[str, Any]:
    """What an application behind the layer sees of a request of `peer`."""
    app = FastAPI()

    @app.get("/")
    def tell(request: Request) -> dict[str, Any]:
        return {
            "client": request.client.host if request.client else "",
            "scheme": request.url.scheme,
            "certificate": "recours.client_certificate" in request.scope,
            "headers": [name for name in request.headers if "forwarded" in name],
        }

    wrapped = TrustedProxies(app, trusted_networks(networks), "X-Client-Cert")
    client = Visitor(wrapped, base_url=SITE, client=(peer, 4000))
    told: dict[str, Any] = client.get("/", headers=headers).json()
    return told


FORWARDED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Client-Cert": "anything",
}


def test_only_the_front_servers_of_the_settings_are_believed() -> None:
    behind = Settings(public_url=PUBLIC_URL, trusted_proxies="10.1.0.0/16")
    trusted = seen_by(behind, "10.1.2.3", FORWARDED)
    assert trusted["client"] == "203.0.113.9"
    assert trusted["scheme"] == "https"
    assert trusted["certificate"]
    stranger = seen_by(behind, "10.2.0.1", FORWARDED)
    assert stranger == {
        "client": "10.2.0.1",
        "scheme": "http",
        "certificate": False,
        "headers": [],
    }


def test_without_a_public_address_nobody_is_believed() -> None:
    assert seen_by(Settings(), "127.0.0.1", FORWARDED)["client"] == "127.0.0.1"


def test_what_a_client_says_before_its_front_server_is_not_believed() -> None:
    """The client wrote the first address, the front server the last."""
    behind = Settings(public_url=PUBLIC_URL)
    told = seen_by(behind, "127.0.0.1", {"X-Forwarded-For": "192.0.2.66, 203.0.113.9"})
    assert told["client"] == "203.0.113.9"


def test_a_front_server_that_is_no_address_is_named() -> None:
    with pytest.raises(SettingsError, match="RECOURS_TRUSTED_PROXIES"):
        trusted_networks(Settings(public_url=PUBLIC_URL, trusted_proxies="nginx"))


@pytest.mark.slow
def test_who_asks_too_often_waits_and_others_do_not(tmp_path: Path) -> None:
    with real_services(tmp_path, rate_scale=0.02) as opened:
        app = create_app(opened)
        one = Visitor(app, base_url=SITE, client=("192.0.2.1", 1), follow_redirects=False)
        other = Visitor(app, base_url=SITE, client=("192.0.2.2", 1), follow_redirects=False)
        told = [one.get("/api/v1/resources") for _ in range(8)]
        refused = [answer.status_code == 429 for answer in told]  # before: 503, no index yet
        assert refused == [False] * 6 + [True] * 2
        assert told[-1].headers["retry-after"] == "60"
        assert told[-1].json()["type"] == "urn:recours:probleme:trop-de-demandes"
        assert told[-1].headers["content-security-policy"]
        assert other.get("/api/v1/resources").status_code == 503
        statuses = [one.post("/connexion/oubli", data={"email": "x"}).status_code for _ in "12"]
        assert statuses == [200, 429]


@pytest.mark.slow
def test_a_person_who_asks_too_often_reads_a_page_with_a_way_on(tmp_path: Path) -> None:
    with real_services(tmp_path, rate_scale=0.001) as opened:
        one = Visitor(create_app(opened), base_url=SITE)
        one.get("/")
        page = one.get("/?q=kiné")
        assert page.status_code == 429
        assert page.headers["retry-after"] == "60"
        assert "<h1>Trop de demandes</h1>" in page.text
        assert 'href="/?q=kin%C3%A9">Réessayer' in page.text
        hostile = one.get(f"{SITE}//evil.example/\\x")
        assert 'href="/evil.example/%5Cx">' in hostile.text
        part = one.get("/?q=kiné", headers={"HX-Request": "true"})
        assert part.text.startswith('<div id="results">')
        assert one.post("/selection", headers={"Sec-Fetch-Site": "cross-site"}).text.count(
            "d&#39;un autre site"
        )


def test_a_subscriber_is_one_asker_whatever_its_ipv6_address() -> None:
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9")
    assert network_of("2001:db8:1:2::1") != network_of("2001:db8:1:3::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert "192.0.2.1" not in asker({"client": ("192.0.2.1", 1)})


def test_every_path_and_method_is_counted() -> None:
    for method, path in route_rules():
        assert any(method in one.methods and path.startswith(one.paths) for one in RATES), path
