"""The directory's JSON contract: its documents, its limits, its errors."""

import pytest
from fastapi.testclient import TestClient
from pydantic import TypeAdapter

from web.schemas import DetailDocument, ProblemDocument, SearchDocument

RESULT_KEYS = {
    "id",
    "kind",
    "name",
    "profession",
    "category",
    "commune",
    "insee",
    "address",
    "phones",
    "point",
    "distance_m",
    "why",
}


def test_search_answers_the_contract(site: TestClient) -> None:
    answer = site.get("/api/v1/resources", params={"q": "orthophoniste cachan"})
    document = answer.json()
    TypeAdapter(SearchDocument).validate_python(document, strict=True)
    assert document["total"] == 1
    assert document["next_cursor"] is None
    result = document["results"][0]
    assert set(result) >= RESULT_KEYS
    assert result["kind"] == "practitioner"
    assert result["name"] == "Lucie De La Tour"
    assert result["profession"] == {"code": "91", "label": "Orthophoniste"}
    assert result["phones"] == [
        {
            "value": "01 46 65 62 22",
            "source": "RPPS, personnes et activités",
            "date": "2026-11-01",
            "date_of": "source",
            "verified": None,
            "verified_by": None,
            "reported": 0,
        }
    ]
    assert result["point"]["precision"] == "commune"
    assert [one["typed"] for one in document["understood"]] == ["orthophoniste", "cachan"]
    assert document["facets"]["commune"] == [{"code": "94016", "label": "Cachan", "count": 1}]


def test_pages_follow_one_another_without_repeat(site: TestClient) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"q": "jean-vilar", "size": "10", "cursor": cursor}
        document = site.get("/api/v1/resources", params=params).json()
        seen += [one["id"] for one in document["results"]]
        cursor = document["next_cursor"]
    assert len(seen) == len(set(seen)) == document["total"] == 25


def test_near_gives_distances_in_order(site: TestClient) -> None:
    params = {"profession": "70", "near": "48.75713,2.32613", "radius_km": "50"}
    results = site.get("/api/v1/resources", params=params).json()["results"]
    distances = [one["distance_m"] for one in results]
    assert results[0]["commune"] == "Fresnes"
    assert distances == sorted(distances)


@pytest.mark.parametrize(
    "params",
    [
        {"near": "48.7"},
        {"near": "48.7,2.3,1"},
        {"near": "-91,0"},
        {"near": "0,181"},
        {"near": "48.7,2.3", "radius_km": "-1"},
        {"near": "48.7,2.3", "radius_km": "nan"},
        {"size": "0"},
        {"size": "101"},
        {"size": "dix"},
        {"kind": "ufo"},
        {"cursor": "forged"},
    ],
)
def test_bad_parameters_are_a_problem_document(site: TestClient, params: dict[str, str]) -> None:
    answer = site.get("/api/v1/resources", params=params)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    TypeAdapter(ProblemDocument).validate_python(answer.json())
    assert answer.json()["instance"] == "/api/v1/resources"


def test_detail_gives_every_source_and_what_they_dispute(site: TestClient) -> None:
    answer = site.get("/api/v1/resources/finess_et%7C940000010")
    document = answer.json()
    TypeAdapter(DetailDocument).validate_python(document, strict=True)
    assert document["identifiers"][0]["warning"] == "clé de contrôle inattendue"
    told = {one["value"]: one["source"] for one in document["facts"] if "01 49 84" in one["value"]}
    assert set(told.values()) == {"finess", "annexe3"}
    assert site.get(f"/api/v1/resources/{document['id']}").json() == document
    assert site.get(f"/api/v1/resources/{document['alias']}").json() == document


@pytest.mark.parametrize("ref", ["inconnu", "rpps%7C123", "018f0000-0000-7000-8000-000000000000"])
def test_unknown_entry_is_a_problem_document(site: TestClient, ref: str) -> None:
    answer = site.get(f"/api/v1/resources/{ref}")
    assert answer.status_code == 404
    assert answer.json()["type"] == "urn:recours:probleme:introuvable"


def test_unknown_address_of_the_api_is_a_problem_document(site: TestClient) -> None:
    answer = site.get("/api/v1/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_an_index_the_api_says_unavailable(empty_site: TestClient) -> None:
    answer = empty_site.get("/api/v1/resources", params={"q": "kiné"})
    assert answer.status_code == 503
    assert answer.json()["title"] == "Momentanément indisponible"


def test_openapi_describes_the_documents_and_is_served_from_here(site: TestClient) -> None:
    schema = site.get("/api/openapi.json").json()
    found = schema["paths"]["/api/v1/resources"]["get"]["responses"]
    assert found["200"]["content"]["application/json"]["schema"]["$ref"].endswith("SearchDocument")
    assert "application/problem+json" in found["422"]["content"]
    page = site.get("/api/docs").text
    assert 'href="http' not in page
    assert 'src="http' not in page
