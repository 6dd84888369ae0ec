"""Who sees which contact: each role, on pages, by the API, in exports, suggestions and searches."""

import re
from collections.abc import Iterator, Mapping

import pytest
from fastapi.testclient import TestClient

from directory.indexing import rebuild_index
from directory.local.acts import refuse
from directory.local.signing import sign
from directory.model import (
    Address,
    Confidentiality,
    Contact,
    ContactSystem,
    EntityKind,
    Identifier,
    Organization,
    SourceRecord,
    Statement,
)
from directory.vocabulary import category_coding
from tests.places import CACHAN
from tests.web.accounts.site import real_services, signed_in, visitor
from tests.web.sample import DAY, publish
from web.access import PUBLIC, Actor, Role
from web.app import create_app
from web.services import Services
from web.sight import PUBLIC_SIGHT, seeing_as, shown_phones, sight_of

NAME = "RESIDENCE DES VUES"
REFUSED = "RESIDENCE QUI REFUSE"
OPEN, RESERVED, INNER = "01 46 65 62 22", "01 46 65 62 33", "01 46 65 62 44"
DIRECT, SECURE = "01 46 65 62 55", "direction@vues.mssante.fr"
INNER_SITE = "https://intranet.vues.exemple.fr"
PROFESSIONAL, SECRETARIAT = Confidentiality.PROFESSIONAL, Confidentiality.SECRETARIAT
CONTACTS = (
    Contact(system=ContactSystem.URL, value=INNER_SITE, confidentiality=SECRETARIAT),
    Contact(system=ContactSystem.PHONE, value="+33146656222"),
    Contact(system=ContactSystem.PHONE, value="+33146656233", confidentiality=PROFESSIONAL),
    Contact(system=ContactSystem.PHONE, value="+33146656244", confidentiality=SECRETARIAT),
    # Told as public by their source: no source opens these.
    Contact(system=ContactSystem.DIRECT_LINE, value="+33146656255"),
    Contact(system=ContactSystem.MSSANTE, value=SECURE),
)
PROFESSIONALS = {RESERVED, DIRECT, SECURE}
KEPT = {RESERVED, INNER, DIRECT, SECURE, INNER_SITE}
SEES: Mapping[Role | None, set[str]] = {
    None: set(),
    Role.PROFESSIONAL: PROFESSIONALS,
    Role.SECRETARY: KEPT,
    Role.FIRST_RECOURSE_DOCTOR: PROFESSIONALS,
    Role.COORDINATOR: KEPT,
    Role.AUDITOR: set(),
}


def told(name: str, finess: str) -> SourceRecord:
    site = Organization(
        name=name,
        category=category_coding("500", name),
        identifiers=(Identifier(system="finess_et", value=finess),),
        addresses=(Address(lines=("1 rue des Vues",), postcode="94230", insee=CACHAN.insee),),
        contacts=CONTACTS,
    )
    key = f"finess|{finess}"
    statement = Statement(
        subject=EntityKind.ORGANIZATION, subject_key=key, organization_key=key, organization=site
    )
    return SourceRecord(key=finess, statement=statement, data_date=DAY)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    with real_services(tmp_path_factory.mktemp("sight")) as opened:
        rows = [told(NAME, "940000010"), told(REFUSED, "940000028")]
        publish(opened.register, "finess", "FINESS, extraction", rows)
        refuse(opened.register.database, "finess_et|940000028", sign("Ada", "demandé par écrit"))
        rebuild_index(opened.register, opened.engine, opened.communes)
        yield opened


@pytest.fixture(scope="module")
def clients(guarded: Services) -> Mapping[Role | None, TestClient]:
    app = create_app(guarded)
    made: dict[Role | None, TestClient] = {None: visitor(guarded, app)}
    for role in [role for role in SEES if role]:
        rpps = "10003456826" if role is Role.FIRST_RECOURSE_DOCTOR else ""
        made[role] = signed_in(guarded, role, rpps=rpps, app=app)
    for client in made.values():
        client.follow_redirects = True
    return made


def seen_in(text: str) -> set[str]:
    """Which of the kept contacts a text gives, however a number is written."""
    digits = re.sub(r"[\s.]|&nbsp;", "", text)
    return {
        one
        for one in KEPT
        if (one if "@" in one or "/" in one else one.replace(" ", "")[1:]) in (text + digits)
    }


@pytest.mark.slow
@pytest.mark.parametrize("role", list(SEES))
def test_each_role_sees_its_contacts_on_the_entry(
    clients: Mapping[Role | None, TestClient], role: Role | None
) -> None:
    for address in ("/fiche/finess_et|940000010", "/api/v1/resources/finess_et%7C940000010"):
        answer = clients[role].get(address)
        assert answer.status_code == 200
        assert "0146656222" in answer.text.replace(" ", "")
        assert seen_in(answer.text) == SEES[role], address


@pytest.mark.slow
@pytest.mark.parametrize("role", list(SEES))
def test_each_role_sees_its_numbers_in_a_list(
    clients: Mapping[Role | None, TestClient], role: Role | None
) -> None:
    numbers = SEES[role] - {SECURE, INNER_SITE}
    document = clients[role].get("/api/v1/resources?q=residence vues").text
    assert seen_in(document) == numbers
    assert seen_in(clients[role].get("/?q=residence vues").text) <= numbers


@pytest.mark.parametrize("role", list(SEES))
def test_no_search_nor_suggestion_tells_whose_a_kept_number_is(
    clients: Mapping[Role | None, TestClient], role: Role | None
) -> None:
    for kept in (RESERVED, INNER, DIRECT):
        assert clients[role].get("/api/v1/resources", params={"q": kept}).json()["total"] == 0
        assert NAME.title() not in clients[role].get("/suggestions", params={"q": kept}).text
    assert clients[role].get("/api/v1/resources", params={"q": OPEN}).json()["total"] == 1


@pytest.mark.parametrize("role", list(SEES))
def test_who_refused_publication_is_nowhere(
    clients: Mapping[Role | None, TestClient], role: Role | None
) -> None:
    client = clients[role]
    assert client.get("/fiche/finess_et|940000028").status_code == 410
    assert client.get("/api/v1/resources/finess_et%7C940000028").status_code == 410
    found = client.get("/api/v1/resources?q=residence refuse").text
    assert "refuse" not in found.casefold().split('"results"')[1]
    for address in ("/suggestions?q=residence qui ref", "/?q=940000028"):
        assert "QUI REFUSE" not in client.get(address).text.upper()


def test_what_an_account_sees_is_not_kept_by_the_browser(
    clients: Mapping[Role | None, TestClient],
) -> None:
    told = clients[Role.PROFESSIONAL].get("/fiche/finess_et|940000010").headers
    assert told["cache-control"] == "no-store"


def test_outside_a_request_only_the_public_s_is_shown() -> None:
    """A command, a job, a handler nobody let through: nothing said means the public."""
    assert sight_of(PUBLIC) == PUBLIC_SIGHT
    assert sight_of(Actor(roles=frozenset(Role))) == PUBLIC_SIGHT  # nobody signed in
    assert shown_phones([]) == []
    doctor = Actor(roles=frozenset({Role.FIRST_RECOURSE_DOCTOR}), demo=True)
    with seeing_as(doctor):
        assert sight_of(doctor) == PUBLIC_SIGHT | {PROFESSIONAL}
