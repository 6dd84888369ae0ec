"""Every route says what it needs, and gets it: the table, the guide and the behaviour agree."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount

from directory.base.settings import Settings
from tests.web.conftest import SITE
from tests.web.visitor import Visitor
from web.access import PUBLIC, Actor, Role, Thing, actions, can, demo_actor, route_rules
from web.access_guide import GUIDE, access_guide
from web.app import create_app, every_route
from web.denials import TITLES
from web.enforcement import safe_next
from web.services import Services, open_services

HERE, ELSEWHERE = "bievre", "melun"


def test_every_route_declares_its_need_and_every_line_is_a_route(services: Services) -> None:
    app = create_app(services)
    routes = {
        (method, route.path)
        for route in every_route(app)
        for method in (route.methods or ())
        if method != "HEAD"
    }
    assert routes - set(route_rules()) == set()
    assert set(route_rules()) - routes == set()


def test_only_static_files_are_mounted_beside_the_table(services: Services) -> None:
    mounts = [route.path for route in create_app(services).routes if isinstance(route, Mount)]
    assert mounts == ["/static"]


def test_every_action_is_somebody_s() -> None:
    for rule in actions().values():
        assert rule.roles or rule.public or rule.any_account, rule.action
        assert not (rule.public and rule.roles), rule.action


def test_the_guide_is_written_from_the_tables() -> None:
    assert GUIDE.read_text(encoding="utf-8") == access_guide()


def test_a_route_nobody_declared_is_closed_to_everybody(services: Services) -> None:
    """Whoever adds an address and forgets the table finds it shut, even in the demonstration."""
    app = create_app(services)
    app.get("/nouvelle")(lambda: "oui")
    site = Visitor(app, base_url=SITE)
    assert site.get("/nouvelle").status_code == 403
    assert site.get("/nulle-part").status_code == 404
    assert site.post("/imports").status_code == 405


def test_roles_add_up() -> None:
    both = Actor(name="A", territory=HERE, roles=frozenset({Role.SECRETARY, Role.COORDINATOR}))
    one = Actor(name="A", territory=HERE, roles=frozenset({Role.COORDINATOR}), demo=True)
    assert not can(both, "call.take")  # nobody is signed in
    assert not can(one, "call.take")
    assert can(demo_actor(HERE), "call.take")
    assert can(demo_actor(HERE), "coordination.decide")


def test_a_role_here_is_no_role_elsewhere() -> None:
    assert can(demo_actor(HERE), "call.take", Thing(territory=HERE))
    assert not can(demo_actor(HERE), "call.take", Thing(territory=ELSEWHERE))


def test_the_auditor_sees_traces_and_no_patient() -> None:
    auditor = Actor(territory=HERE, roles=frozenset({Role.AUDITOR}), demo=True)
    assert can(auditor, "directory.history")
    for action in ("call.take", "agenda.keep", "request.ask", "account.manage"):
        assert not can(auditor, action)


def test_an_unknown_action_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        can(PUBLIC, "nothing.declared")


@pytest.mark.parametrize(
    "told",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "http:evil.example",
        "/a\nSet-Cookie: x",
        "/\t/evil.example",
        "secretariat",
        "",
        "/connexion?suite=/",
        "///evil.example",
    ],
)
def test_where_to_go_next_stays_here(told: str) -> None:
    assert safe_next(told) == "/"


@pytest.mark.parametrize("told", ["/", "/secretariat", "/agenda/1?jour=2026-11-23", "/?q=a//b"])
def test_where_to_go_next_is_kept(told: str) -> None:
    assert safe_next(told) == told


@pytest.fixture(scope="module")
def closed_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service that is no demonstration and has no account yet."""
    opened = open_services(Settings(data_dir=tmp_path_factory.mktemp("closed"), territory="bievre"))
    yield Visitor(create_app(opened), base_url=SITE, raise_server_exceptions=False)
    opened.close()


@pytest.mark.slow
def test_the_public_walks_every_route(closed_site: TestClient) -> None:
    """Without an account: the sign-in page or 401, before the entry is even read."""
    for rule in route_rules().values():
        path = rule.path.replace("{", "").replace("}", "")
        answer = closed_site.request(
            rule.method,
            path,
            content=b"{",
            follow_redirects=False,
            headers={"Content-Type": "application/json"},
        )
        if actions()[rule.action].public:
            assert not any(title in answer.text for title in TITLES.values()), rule
        elif rule.method == "GET" and not path.startswith("/api/"):
            assert answer.status_code == 303, rule
            assert answer.headers["location"].startswith("/connexion?suite=%2F"), rule
        else:
            assert answer.status_code == 401, rule
            if path.startswith("/api/"):
                assert answer.headers["content-type"] == "application/problem+json"


def test_the_public_sees_only_what_it_may_open(closed_site: TestClient) -> None:
    page = closed_site.get("/").text
    for address in ("/secretariat", "/agenda", "/rapprochements", "/indicateurs", "/ajouter"):
        assert f'href="{address}"' not in page
    assert 'href="/imports"' in page


def test_a_refused_form_says_that_nothing_was_recorded(closed_site: TestClient) -> None:
    answer = closed_site.post("/secretariat/appel", data={"callback_number": "0612345678"})
    assert answer.status_code == 401
    assert "enregistré" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_a_fragment_sends_the_whole_page_to_sign_in(closed_site: TestClient) -> None:
    answer = closed_site.get("/secretariat", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"] == "/connexion?suite=%2Fsecretariat"
