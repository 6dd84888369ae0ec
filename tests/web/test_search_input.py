"""Addresses that no link of ours gives: refused in French with what is allowed, never a crash."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from directory.model import Coding
from tests.factories import resource
from web.services import Services

API = "/api/v1/resources"
FRAGMENT = {"HX-Request": "true"}

ANSWERED: dict[str, dict[str, Any]] = {
    "10,000 characters": {"q": "é" * 10_000},
    "10,000 characters as a word": {"q": "kiné", "text": "x" * 10_000},
    "emoji only": {"q": "🩺👩‍⚕️"},
    "quotes and operators": {"q": "'\"« kiné » AND (NOT -x) ~2 ^3 [a TO b] name:x \\"},
    "injection": {"q": '"); DROP TABLE resources; --'},
    "right to left": {"q": "طبيب أسنان", "member": "\u202erbmem"},
    "NUL": {"q": "ki\x00né", "member": "\x00", "public": "a\x00b", "text": "\x00"},
    "lone surrogate": {"q": "%ED%A0%80"},
    "an unknown parameter": {"q": "kiné", "page": 10**9},
    "the first day there was": {"open_at": "0001-01-01T00:00", "since": "0001-01-01"},
    "the last day there will be": {"open_at": "9999-12-31T23:59", "since": "9999-12-31"},
    "many values": {"member": [f"equipe {n}" for n in range(500)]},
    "no order": {"q": "kiné", "sort": ""},
    "distance from nowhere": {"q": "kiné", "sort": "distance"},
    "the pole": {"q": "kiné", "near": "90,180", "radius_km": 500, "sort": "distance"},
}
REFUSED: dict[str, tuple[dict[str, Any], list[str]]] = {
    "negative radius": ({"near": "48.7,2.3", "radius_km": -1}, ["radius_km", "plus de 0"]),
    "radius of no number": ({"near": "48.7,2.3", "radius_km": "inf"}, ["radius_km"]),
    "north of the pole": ({"near": "90.01,2"}, ["latitude entre -90 et 90"]),
    "south of the pole": ({"near": "-91,2"}, ["latitude entre -90 et 90"]),
    "beyond the antimeridian": ({"near": "1,180.5"}, ["longitude entre -180 et 180"]),
    "no place": ({"near": "\x00"}, ["latitude,longitude"]),
    "size of a whole file": ({"size": 10**9}, ["size", "au plus 100"]),
    "forged cursor": ({"q": "kiné", "cursor": "page-1000000000"}, ["cursor"]),
    "cursor of 10,000 letters": ({"cursor": "s-." + "A" * 10_000}, ["cursor"]),
    "cursor with a NUL": ({"cursor": "s-.\x00"}, ["cursor"]),
    "mode": (
        {"mode": "fax"},
        ["mode", "'cabinet'", "'home'", "'video'", "'group' ou 'remote'"],
    ),
    "sort": (
        {"sort": "price"},
        ["sort", "'relevance'", "'distance'", "'availability' ou 'freshness'"],
    ),
    "kind": ({"kind": "ufo"}, ["kind", "'practitioner'", "'establishment'"]),
    "sector": ({"sector": "c4"}, ["sector", "'nc'", "'c1'", "'c2' ou 'c3'"]),
    "new_patients": ({"new_patients": "oui"}, ["'now'", "'six_months' ou 'no'"]),
    "profession": ({"profession": "kinesitherapeute"}, ["70 (Masseur-kinésithérapeute)"]),
    "profession of 10,000 letters": ({"profession": "7" * 10_000}, ["profession", "plus proches"]),
    "profession of control characters": ({"profession": "\x00\x07"}, ["profession"]),
    "category": ({"category": "5000"}, ["category", "500 ("]),
    "commune": ({"commune": "fresne"}, ["Fresnes)"]),
    "commune, one digit wrong": ({"commune": ["94034", "94O34"]}, ["94034 (Fresnes)"]),
    "commune of emoji": ({"commune": "🏥"}, ["commune"]),
}


@pytest.mark.parametrize("asked", ANSWERED.values(), ids=ANSWERED.keys())
def test_whatever_may_be_asked_is_answered(site: TestClient, asked: dict[str, Any]) -> None:
    for path, headers in (("/", {}), ("/", FRAGMENT), (API, {})):
        answer = site.get(path, params=asked, headers=headers)
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(("asked", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_with_what_can(
    site: TestClient, asked: dict[str, Any], words: list[str]
) -> None:
    document = site.get(API, params=asked)
    page = site.get("/", params=asked)
    part = site.get("/", params=asked, headers=FRAGMENT)

    assert (document.status_code, page.status_code, part.status_code) == (422, 422, 422)
    assert document.headers["content-type"] == "application/problem+json"
    for word in words:
        assert word in document.json()["detail"]
    assert page.text.startswith("<!doctype html>")
    assert "Saisie refusée" in page.text
    assert part.text.startswith('<div id="results">')


def test_the_nearest_codes_are_told_to_programs(site: TestClient) -> None:
    answer = site.get(API, params={"profession": "orthofoniste"}).json()

    (error,) = answer["errors"]
    assert error["field"] == "profession"
    assert error["nearest"][0] == {"code": "91", "label": "Orthophoniste"}
    assert "orthofoniste" not in answer["detail"]


def test_a_code_that_only_a_source_knows_is_no_mistake(
    empty_site: TestClient, empty_services: Services
) -> None:
    """Facets offer what entries say, even where our tables lack it."""
    rare = Coding(code="X99", label="Métier d'une source")
    empty_services.engine.rebuild([resource("Anne Roy", profession=rare), resource("Centre")])

    found = empty_site.get(API, params={"profession": "X99"})

    assert (found.status_code, found.json()["total"]) == (200, 1)
    assert empty_site.get(API, params={"profession": "X98"}).status_code == 422
