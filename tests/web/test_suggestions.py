"""Suggestions by the API and as a list for the page; never an error, whatever is typed."""

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from tests.web.test_search_page import FRAGMENT, HOSTILE
from web.schemas import SuggestionsDocument

API = "/api/v1/suggestions"


def test_the_api_answers_its_contract(site: TestClient) -> None:
    answer = site.get(API, params={"q": "kiné merc"})
    document = answer.json()
    TypeAdapter(SuggestionsDocument).validate_python(document, strict=True)
    (who,) = document["suggestions"]
    assert (who["kind"], who["label"]) == ("who", "Zoé Mercadier")
    assert who["detail"] == "Masseur-kinésithérapeute, Cachan"
    assert who["text"] is None
    assert "Zoé Mercadier" in site.get(who["url"]).text


def test_a_suggested_question_can_be_asked(site: TestClient) -> None:
    (where,) = site.get(API, params={"q": "kine cach"}).json()["suggestions"]
    assert where == {
        "kind": "where",
        "label": "Cachan",
        "detail": "94230",
        "text": "kine Cachan",
        "url": None,
    }
    assert site.get("/api/v1/resources", params={"q": where["text"]}).json()["total"] == 2


def test_communes_of_the_territory_come_before_their_neighbours(site: TestClient) -> None:
    found = site.get(API, params={"q": "ch"}).json()["suggestions"]
    places = [one["label"] for one in found if one["kind"] == "where"]
    assert places == ["Chevilly-Larue", "Choisy-le-Roi"]


def test_the_list_has_a_group_a_kind_and_options_in_one_row_of_numbers(site: TestClient) -> None:
    page = site.get("/suggestions", params={"q": "ru"}, headers=FRAGMENT).text
    numbers = [f'id="suggestion-{number}"' for number in range(1, page.count('role="option"') + 1)]
    assert numbers
    assert all(page.count(one) == 1 for one in numbers)
    assert page.count('role="group"') == page.count("suggestions-title")
    assert 'data-text="Rungis"' in page


def test_names_are_escaped(site: TestClient) -> None:
    page = site.get("/suggestions", params={"q": "script"}, headers=FRAGMENT).text
    assert "&lt;script&gt;" in page
    assert "<script" not in page


def test_without_htmx_the_address_leads_to_the_search(site: TestClient) -> None:
    answer = site.get("/suggestions", params={"q": "kiné"}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/?q=kin%C3%A9"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_never_an_error(site: TestClient, name: str) -> None:
    for path in (API, "/suggestions"):
        assert site.get(path, params={"q": HOSTILE[name]}, headers=FRAGMENT).status_code == 200


def test_nothing_typed_suggests_nothing(site: TestClient) -> None:
    assert site.get(API).json() == {"suggestions": []}
    assert site.get("/suggestions", params={"q": " "}, headers=FRAGMENT).text.strip() == ""


def test_without_an_index_terms_and_places_are_still_suggested(empty_site: TestClient) -> None:
    found = empty_site.get(API, params={"q": "kin"}).json()["suggestions"]
    assert {one["kind"] for one in found} == {"what"}


def test_openapi_describes_the_suggestions(site: TestClient) -> None:
    answers = site.get("/api/openapi.json").json()["paths"][API]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    assert schema["$ref"].endswith("SuggestionsDocument")
