"""The pages of the accounts, from the first invitation to a session closed from afar."""

import re
from uuid import uuid4

import pytest
import structlog
from fastapi import FastAPI
from fastapi.testclient import TestClient

from tests.web.accounts.people import PASSWORD, code_now, equip, join
from tests.web.accounts.site import real_services, signed_in, visitor
from web.access import Role
from web.accounts import registry
from web.accounts.factors import draft_secret
from web.services import Services

LOCAL = "recours_session"


@pytest.fixture
def nobody(desk: Services, app: FastAPI) -> TestClient:
    return visitor(desk, app)


@pytest.fixture
def coordinator(desk: Services, app: FastAPI) -> TestClient:
    return signed_in(desk, Role.COORDINATOR, app=app)


def sign_in(client: TestClient, email: str, password: str = PASSWORD, **more: str) -> str:
    answer = client.post("/connexion", data={"email": email, "password": password, **more})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


@pytest.mark.slow
def test_before_any_account_the_page_says_how_to_make_the_first(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with real_services(tmp_path_factory.mktemp("new")) as opened:
        page = visitor(opened).get("/connexion").text
    assert "recours account create" in page


def test_from_the_invitation_to_the_secretariat(
    desk: Services, coordinator: TestClient, nobody: TestClient
) -> None:
    told = {"email": "lea@exemple.fr", "name": "Léa Martin", "roles": ["secretary"]}
    page = coordinator.post("/comptes", data=told).text
    found = re.search(r"http://localhost(/invitation/[\w-]+)", page)
    assert found is not None
    link = found[1]
    assert "lea@exemple.fr" in nobody.get(link).text
    chosen = {"password": PASSWORD, "again": PASSWORD}
    assert nobody.post(link, data=chosen).headers["location"] == "/connexion"
    assert nobody.get(link).status_code == 410
    step = sign_in(nobody, "lea@exemple.fr", suite="/secretariat")
    assert step == "/connexion/second-facteur/activer?suite=%2Fsecretariat"
    assert nobody.get("/secretariat").status_code == 303  # nothing opens yet
    assert "data:image/png" in nobody.get(step).text
    account = registry.find_by_email(desk.accounts, "lea@exemple.fr")
    assert account is not None
    code = code_now(desk.accounts, draft_secret(desk.accounts, account.id))
    told = {"code": code, "suite": "/secretariat"}
    codes = nobody.post("/connexion/second-facteur/activer", data=told).text
    assert len(re.findall(r"<li>\w{5}-\w{5}</li>", codes)) == 10
    page = nobody.get("/secretariat").text
    assert "Léa Martin" in page
    assert 'href="/coordination/crise"' not in page
    assert nobody.get("/comptes").status_code == 403


def test_a_session_copied_before_sign_out_opens_nothing_after(desk: Services, app: FastAPI) -> None:
    mine = signed_in(desk, Role.SECRETARY, app=app)
    thief = visitor(desk, app)
    thief.cookies.set(LOCAL, mine.cookies[LOCAL])
    assert thief.get("/secretariat").status_code == 200
    assert mine.post("/deconnexion").status_code == 303
    assert thief.get("/secretariat").status_code == 303
    assert thief.get("/api/v1/waits").status_code == 401


@pytest.mark.parametrize("cookie", ["", "x", "é", "a" * 5000, "'; drop table session; --", "\x00"])
def test_a_forged_cookie_is_nobody(desk: Services, app: FastAPI, cookie: str) -> None:
    header = {b"Cookie": f"{LOCAL}={cookie}".encode()}
    answer = visitor(desk, app).get("/secretariat", headers=header)
    assert answer.status_code == 303


def test_the_secret_changes_at_each_step(desk: Services, nobody: TestClient) -> None:
    account = join(desk.accounts, Role.SECRETARY, email="etapes@exemple.fr")
    equip(desk.accounts, account)
    nobody.cookies.set(LOCAL, "choisi-par-un-autre")  # session fixation
    sign_in(nobody, "etapes@exemple.fr")
    cookies = [one.value for one in nobody.cookies.jar if one.name == LOCAL]
    assert any(one != "choisi-par-un-autre" for one in cookies)


@pytest.mark.slow
def test_cookies_are_for_this_host_by_https_only_and_no_script(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("public")
    with real_services(folder, public_url="https://annuaire.exemple.fr") as opened:
        join(opened.accounts, Role.PROFESSIONAL, email="d@exemple.fr")
        site = visitor(opened)
        told = {"email": "d@exemple.fr", "password": PASSWORD}
        said = site.post("/connexion", data=told).headers["set-cookie"]
        assert visitor(opened).get("/", headers={"Host": "evil.example"}).status_code == 400
    assert said.startswith("__Host-recours=")
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= set(said.split("; "))
    assert "Domain" not in said


def test_signing_in_leads_back_here_and_nowhere_else(desk: Services, app: FastAPI) -> None:
    join(desk.accounts, Role.PROFESSIONAL, email="suite@exemple.fr")
    for wanted, given in (("/demande-pro", "/demande-pro"), ("https://evil.example/", "/")):
        assert sign_in(visitor(desk, app), "suite@exemple.fr", suite=wanted) == given


def test_wrong_sign_ins_look_the_same(desk: Services, nobody: TestClient) -> None:
    join(desk.accounts, Role.PROFESSIONAL, email="la@exemple.fr")
    pages = {
        nobody.post("/connexion", data={"email": email, "password": "non"}).text.replace(email, "")
        for email in ("la@exemple.fr", "pasla@exemple.fr")
    }
    assert len(pages) == 1


def test_asking_for_a_new_password_answers_everybody_the_same(
    desk: Services, nobody: TestClient
) -> None:
    join(desk.accounts, Role.PROFESSIONAL, email="oubli@exemple.fr")
    pages = {
        nobody.post("/connexion/oubli", data={"email": email}).text
        for email in ("oubli@exemple.fr", "inconnu@exemple.fr", "", "x" * 300)
    }
    assert len(pages) == 1


def test_my_sessions_can_be_closed_from_another(desk: Services, app: FastAPI) -> None:
    join(desk.accounts, Role.PROFESSIONAL, email="deux@exemple.fr")
    here, there = visitor(desk, app), visitor(desk, app)
    for one in (here, there):
        sign_in(one, "deux@exemple.fr")
    page = here.get("/compte").text
    closing = re.findall(r'action="(/compte/sessions/[\w-]{36}/fermer)"', page)
    assert len(closing) == 1  # not one's own
    assert here.post(closing[0]).status_code == 303
    assert there.get("/compte").status_code == 303
    assert here.get("/compte").status_code == 200


@pytest.mark.slow
def test_a_coordinator_cannot_remove_themselves_if_last(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with real_services(tmp_path_factory.mktemp("last")) as opened:
        last = signed_in(opened, Role.COORDINATOR, email="moi@exemple.fr")
        me = registry.find_by_email(opened.accounts, "moi@exemple.fr")
        assert me is not None
        for end, told in (("roles", {"roles": ["secretary"]}), ("suspendre", {})):
            answer = last.post(f"/comptes/{me.id}/{end}", data=told)
            assert answer.status_code == 409
            assert "dernier compte de coordination" in answer.text
        assert last.get("/comptes").status_code == 200


def test_what_the_coordinator_may_do_to_an_account(
    desk: Services, coordinator: TestClient, app: FastAPI
) -> None:
    theirs = signed_in(desk, Role.SECRETARY, app=app, email="agie@exemple.fr")
    found = registry.find_by_email(desk.accounts, "agie@exemple.fr")
    assert found is not None
    address = f"/comptes/{found.id}"
    assert theirs.get("/secretariat").status_code == 200
    assert coordinator.post(f"{address}/suspendre").status_code == 303
    assert theirs.get("/secretariat").status_code == 303
    coordinator.post(f"{address}/retablir")
    coordinator.post(f"{address}/second-facteur/retirer")
    told = {"email": "agie@exemple.fr", "password": PASSWORD}
    step = visitor(desk, app).post("/connexion", data=told).headers["location"]
    assert step.startswith("/connexion/second-facteur/activer")
    refused = coordinator.post(f"{address}/roles", data={"roles": ["first_recourse_doctor"]})
    assert refused.status_code == 422
    assert "RPPS" in refused.text
    assert coordinator.post(f"{address}/inviter").status_code == 422
    assert coordinator.get(f"/comptes/{uuid4()}").status_code == 404


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"name": "A", "email": "pas une adresse", "roles": ["secretary"]},
        {"name": "A", "email": "a@b", "roles": ["secretary"]},
        {"name": "A", "email": "e1@exemple.fr"},
        {"name": "", "email": "e2@exemple.fr", "roles": ["secretary"]},
        {"name": "A", "email": "e3@exemple.fr", "roles": ["admin"]},
        {"name": "A", "email": "e4@exemple.fr\r\nBcc: x@y.fr", "roles": ["secretary"]},
        {"name": "A", "email": "e5@exemple.fr", "rpps": "12", "roles": ["secretary"]},
        {"name": "A\x00", "email": "e6@exemple.fr", "roles": ["secretary"]},
    ],
)
def test_an_invitation_that_cannot_be_is_refused(
    coordinator: TestClient, told: dict[str, object]
) -> None:
    assert coordinator.post("/comptes", data=told).status_code == 422


def test_links_and_passwords_are_in_no_log(desk: Services, coordinator: TestClient) -> None:
    with structlog.testing.capture_logs() as lines:
        told = {"email": "log@exemple.fr", "name": "Ana Log", "roles": ["professional"]}
        page = coordinator.post("/comptes", data=told).text
        link = re.findall(r"/invitation/([\w-]+)", page)[0]
        coordinator.get(f"/invitation/{link}")
        coordinator.post(f"/invitation/{link}", data={"password": PASSWORD, "again": PASSWORD})
    said = repr(lines)
    assert "invitation" in said
    for secret in (link, PASSWORD, "log@exemple.fr", "Ana Log"):
        assert secret not in said


def test_acts_are_signed_by_the_account(desk: Services, app: FastAPI) -> None:
    secretary = signed_in(desk, Role.SECRETARY, app=app, email="signe@exemple.fr")
    found = registry.find_by_email(desk.accounts, "signe@exemple.fr")
    assert found is not None
    assert f'value="{found.name}"' in secretary.get("/ajouter").text
