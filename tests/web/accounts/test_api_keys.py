"""Keys of partners: what they open, what they never open, how they end; client certificates."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import pytest
import sqlalchemy as sa
import trustme
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from directory.base.clock import FixedClock
from directory.base.errors import ConflictError, InputRefusedError, NotFoundError
from tests.web.accounts.people import open_at
from tests.web.accounts.site import real_services, signed_in, visitor
from tests.web.visitor import Visitor
from web.access import Actor, Role, can
from web.accounts import tables
from web.accounts.api_keys import (
    PREFIX,
    actor_of_certificate,
    actor_of_secret,
    create_key,
    key_scopes,
    list_keys,
    revoke_key,
)
from web.accounts.certificates import read_header, read_pem
from web.accounts.store import Accounts
from web.app import create_app
from web.services import Services

PUBLIC_URL = "https://annuaire.exemple.fr"
HEADER = "X-Client-Cert"
FRONT, STRANGER = "10.9.0.1", "192.0.2.50"


def make(accounts: Accounts, *scopes: str, days: int = 30) -> str:
    return create_key(
        accounts, name="SAS 94", scopes=scopes or ("call.take",), days=days, author="essai"
    )[1]


def make_pem(ends: datetime = datetime(2027, 6, 1, tzinfo=UTC)) -> bytes:
    issued = trustme.CA().issue_cert("sas.exemple.fr", not_after=ends)
    return issued.cert_chain_pems[0].bytes()


def test_only_a_digest_is_kept(accounts: Accounts) -> None:
    secret = make(accounts)
    assert secret.startswith(PREFIX)
    with accounts.database.read() as connection:
        rows = repr(connection.execute(sa.select(tables.api_key)).all())
    assert secret not in rows
    assert secret.removeprefix(PREFIX) not in rows


def test_a_key_does_what_it_is_for_and_nothing_else(accounts: Accounts) -> None:
    actor = actor_of_secret(accounts, make(accounts, "team.read"))
    assert isinstance(actor, Actor)
    assert can(actor, "team.read")
    assert can(actor, "directory.read")
    for other in ("call.take", "account.manage", "account.own", "apikey.manage", "agenda.keep"):
        assert not can(actor, other)
    assert not actor.roles


def test_accounts_and_keys_are_never_given_to_a_key() -> None:
    assert {"call.take", "team.read", "indicators.read"} <= set(key_scopes())
    assert not {one for one in key_scopes() if one.startswith(("account.", "apikey.", "secret."))}


def test_a_key_ends_when_it_is_revoked_or_too_old(alone: Accounts) -> None:
    assert isinstance(alone.clock, FixedClock)
    long, short = make(alone, days=30), make(alone, days=1)
    alone.clock.set(alone.clock() + timedelta(days=1))
    assert actor_of_secret(alone, short) is None
    assert actor_of_secret(alone, long) is not None
    used = next(one for one in list_keys(alone) if one.used_at is not None)
    revoke_key(alone, used.id)
    assert actor_of_secret(alone, long) is None
    with pytest.raises(NotFoundError):
        revoke_key(alone, uuid4())


@pytest.mark.parametrize("told", ["", "recours_", "recours_x", PREFIX + "\ud800", "a" * 9000])
def test_what_is_no_key_opens_nothing(accounts: Accounts, told: str) -> None:
    assert actor_of_secret(accounts, told) is None


@pytest.mark.parametrize(
    ("name", "scopes", "days"),
    [
        ("", ("call.take",), 30),
        ("a" * 101, ("call.take",), 30),
        ("x\x00y", ("call.take",), 30),
        ("SAS", (), 30),
        ("SAS", ("account.manage",), 30),
        ("SAS", ("nothing",), 30),
        ("SAS", ("call.take",), 0),
        ("SAS", ("call.take",), 731),
    ],
)
def test_a_key_that_cannot_be_is_refused(
    accounts: Accounts, name: str, scopes: tuple[str, ...], days: int
) -> None:
    with pytest.raises(InputRefusedError):
        create_key(accounts, name=name, scopes=scopes, days=days, author="essai")


def test_a_certificate_opens_while_it_holds(alone: Accounts) -> None:
    assert isinstance(alone.clock, FixedClock)
    pem = make_pem(alone.clock() + timedelta(days=2))
    told = read_pem(pem)
    _, secret = create_key(
        alone, name="SAS", scopes=["call.take"], days=30, author="essai", certificate=told
    )
    assert secret == ""
    with pytest.raises(ConflictError):
        create_key(
            alone, name="SAS", scopes=["call.take"], days=30, author="essai", certificate=told
        )
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    for header in (quote(pem.decode()).encode(), b":" + base64.b64encode(der) + b":"):
        read = read_header(header)
        assert read == told
        assert actor_of_certificate(alone, read) is not None
    other = read_pem(make_pem())
    assert actor_of_certificate(alone, other) is None
    alone.clock.set(alone.clock() + timedelta(days=3))
    assert actor_of_certificate(alone, told) is None
    with pytest.raises(InputRefusedError, match="validité"):
        create_key(
            alone, name="SAS", scopes=["call.take"], days=30, author="essai", certificate=told
        )


@pytest.mark.parametrize("told", [b"", b"::", b":AAAA:", b"%", b"sas.exemple.fr", b"\xff\xfe"])
def test_a_header_that_is_no_certificate_is_nobody(told: bytes) -> None:
    assert read_header(told) is None


@pytest.mark.postgres
def test_keys_are_the_same_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    opened = open_at(tmp_path, postgres_url)
    assert actor_of_secret(opened, make(opened)) is not None
    opened.database.close()


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    told = {"trusted_proxies": "10.9.0.0/16", "client_certificate_header": HEADER}
    folder = tmp_path_factory.mktemp("keys")
    with real_services(folder, public_url=PUBLIC_URL, **told) as opened:
        yield opened


@pytest.mark.slow
def test_the_api_answers_a_key_and_the_pages_do_not(behind: Services) -> None:
    client = visitor(behind)
    bearer = {"Authorization": f"Bearer {make(behind.accounts, 'team.read')}"}
    assert client.get("/api/v1/offers").status_code == 401
    assert client.get("/api/v1/offers", headers=bearer).status_code == 200
    assert client.get("/api/v1/waits", headers=bearer).status_code == 403
    assert client.get("/agenda", headers=bearer).status_code == 303
    assert client.post("/comptes", headers=bearer).status_code == 401


@pytest.mark.slow
def test_a_dead_key_is_not_made_up_for_by_a_session(behind: Services) -> None:
    client = signed_in(behind, Role.COORDINATOR)
    assert client.get("/api/v1/offers").status_code == 200
    dead = client.get("/api/v1/offers", headers={"Authorization": f"Bearer {PREFIX}perdue"})
    assert dead.status_code == 401
    assert dead.headers["www-authenticate"] == "Bearer"


@pytest.mark.slow
def test_a_certificate_is_believed_from_the_front_server_alone(behind: Services) -> None:
    pem = make_pem()
    create_key(
        behind.accounts,
        name="SAS",
        scopes=["team.read"],
        days=30,
        author="essai",
        certificate=read_pem(pem),
    )
    app = create_app(behind)
    told = {HEADER: quote(pem.decode())}
    by_front = Visitor(app, base_url=PUBLIC_URL, client=(FRONT, 1))
    direct = Visitor(app, base_url=PUBLIC_URL, client=(STRANGER, 1))
    assert by_front.get("/api/v1/offers", headers=told).status_code == 200
    assert direct.get("/api/v1/offers", headers=told).status_code == 401
    assert by_front.get("/api/v1/offers").status_code == 401


@pytest.mark.slow
def test_the_coordinator_gives_what_is_theirs_sees_it_once_and_takes_it_back(
    behind: Services,
) -> None:
    client = signed_in(behind, Role.COORDINATOR)
    form = {"name": "Observatoire", "days": "90", "scopes": ["indicators.read"]}
    made = client.post("/cles", data=form)
    assert made.status_code == 200
    assert made.headers["cache-control"] == "no-store"
    secret = made.text.partition(PREFIX)[2].partition("<")[0]
    page = client.get("/cles").text
    assert "Observatoire" in page
    assert secret not in page
    other = visitor(behind)
    bearer = {"Authorization": f"Bearer {PREFIX}{secret}"}
    assert other.get("/api/v1/indicators", headers=bearer).status_code == 200
    greedy = client.post("/cles", data=form | {"scopes": ["call.take"]})
    assert greedy.status_code == 422
    assert "vous ne l" in greedy.text
    key = next(one for one in list_keys(behind.accounts) if one.name == "Observatoire")
    assert client.post(f"/cles/{key.id}/revoquer").status_code == 303
    assert other.get("/api/v1/indicators", headers=bearer).status_code == 401
    assert signed_in(behind, Role.SECRETARY).get("/cles").status_code == 403
