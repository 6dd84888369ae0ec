"""« Rapprochements » and the joined entry, as the coordinator sees them."""

import re

import pytest
from fastapi.testclient import TestClient

from directory.model import Coding
from tests.directory.links.told import told_doctor
from tests.directory.told import publish
from tests.web.sites import open_site
from web.services import Services

RPPS, OTHER_RPPS = "10003456784", "10003456792"
SECTOR = Coding(code="c1", label="Secteur 1")
PAGE = "/rapprochements"


@pytest.fixture
def asked(empty_services: Services) -> TestClient:
    """Two homonyms of one practice and a row of Ameli that may be either."""
    register = empty_services.register
    publish(register, "rpps", [told_doctor(one, rpps=one) for one in (RPPS, OTHER_RPPS)])
    publish(register, "ameli", [told_doctor("ps", phone="+33146680001", convention=SECTOR)])
    return _client(empty_services)


@pytest.fixture
def joined(empty_services: Services) -> TestClient:
    """One doctor told by three sources."""
    register = empty_services.register
    publish(register, "rpps", [told_doctor(RPPS, rpps=RPPS, phone="+33146680001")])
    publish(register, "ameli", [told_doctor("ps", phone="+33146680002", convention=SECTOR)])
    publish(register, "cpts", [told_doctor("l3", phone="+33146680003")])
    return _client(empty_services)


def _client(services: Services) -> TestClient:
    return open_site(services)


def _form(page: str) -> dict[str, str]:
    """Both sides of the first question of a page."""
    return {
        side: re.search(rf'name="{side}" value="([0-9a-f-]+)"', page)[1]  # type: ignore[index]
        for side in ("left", "right")
    }


def test_a_question_shows_both_sides_and_why(asked: TestClient) -> None:
    page = asked.get(PAGE).text

    assert "2 questions attendent" in page
    assert "plusieurs fiches concordent" in page
    assert "même prénom" in page
    assert "01 46 68 00 01" in page
    assert OTHER_RPPS in page


def test_an_answer_is_kept_with_its_author_and_can_be_taken_back(asked: TestClient) -> None:
    form = _form(asked.get(PAGE).text)
    said = {"outcome": "same", "author": "Léa Moreau", "reason": "appelée ce matin"}

    answer = asked.post(PAGE, data=form | said)

    assert answer.url.path == PAGE
    assert "Aucune question en attente" in answer.text
    assert "Léa Moreau" in answer.text
    assert "appelée ce matin" in answer.text
    undo = re.search(r'action="(/rapprochements/\d+/retirer)"', answer.text)
    assert undo is not None
    back = asked.post(undo[1], data={"author": "Paul Girard"})
    assert "2 questions attendent" in back.text
    assert "retirée par Paul Girard" in back.text


def test_the_name_typed_once_is_proposed_again(asked: TestClient) -> None:
    form = _form(asked.get(PAGE).text)
    asked.post(PAGE, data=form | {"outcome": "different", "author": "Léa Étienne"})

    assert 'value="Léa Étienne"' in asked.get(PAGE).text


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"author": ""}, 422),
        ({"author": "x" * 81}, 422),
        ({"outcome": "peut-être"}, 422),
        ({"outcome": "ask"}, 422),
        ({"reason": "é" * 501}, 422),
        ({"right": "00000000-0000-0000-0000-000000000001"}, 404),
    ],
)
def test_an_answer_that_is_none_changes_nothing(
    asked: TestClient, changes: dict[str, str], status: int
) -> None:
    form = _form(asked.get(PAGE).text) | {"outcome": "same", "author": "Léa"}

    answer = asked.post(PAGE, data=form | changes)

    assert answer.status_code == status
    assert "2 questions attendent" in answer.text


def test_two_people_answering_at_once_are_told(asked: TestClient) -> None:
    form = _form(asked.get(PAGE).text)
    asked.post(PAGE, data=form | {"outcome": "same", "author": "Léa"})

    answer = asked.post(PAGE, data=form | {"outcome": "different", "author": "Paul"})

    assert answer.status_code == 409
    assert "déjà répondu" in answer.text


def test_another_site_cannot_answer(asked: TestClient) -> None:
    form = _form(asked.get(PAGE).text) | {"outcome": "same", "author": "Léa"}
    origin = {"Origin": "http://ailleurs.example"}

    assert asked.post(PAGE, data=form, headers=origin).status_code == 403


def test_a_hostile_name_stays_text(empty_services: Services) -> None:
    rows = [told_doctor("a", family="<script>alert(1)</script>Robin", phone="+33146680001")]
    publish(empty_services.register, "ameli", rows)
    publish(
        empty_services.register,
        "cpts",
        [told_doctor("b", family="<script>alert(1)</script>Robin", given="E.")],
    )

    page = _client(empty_services).get(PAGE).text

    assert "<script>alert" not in page


def test_the_joined_entry_tells_which_fact_is_whose(joined: TestClient) -> None:
    page = joined.get(f"/fiche/rpps|{RPPS}").text

    assert "Réunie à partir de 3 fiches" in page
    assert "Secteur 1" in page
    for phone in ("01 46 68 00 01", "01 46 68 00 02", "01 46 68 00 03"):
        assert phone in page
    assert "même numéro et même voie" in page


def test_an_entry_can_be_parted_from_its_page_and_its_address_lives_on(
    joined: TestClient, empty_services: Services
) -> None:
    page = joined.get(f"/fiche/rpps|{RPPS}")
    answer = joined.post(
        PAGE, data=_form(page.text) | {"outcome": "different", "author": "Léa Moreau"}
    )

    assert "Fiches différentes" in answer.text
    assert "Réunie à partir de 2 fiches" in joined.get(page.url.path).text


def test_a_joined_address_is_a_passing_redirection(joined: TestClient) -> None:
    """It may be parted again, and a browser keeps a 301 for ever."""
    page = joined.get(f"/fiche/rpps|{RPPS}")
    other = _form(page.text)["right"]

    answer = joined.get(f"/fiche/{other}", follow_redirects=False)

    assert answer.status_code == 302
    assert answer.headers["location"] == page.url.path


def test_nothing_waits_on_an_empty_register(empty_site: TestClient) -> None:
    page = empty_site.get(PAGE)

    assert page.status_code == 200
    assert "Tout est décidé" in page.text
    assert empty_site.get(PAGE, params={"page": 0}).status_code == 422
