"""The home page: whole without JavaScript, alone for htmx, and never broken by what is typed."""

import re
from itertools import islice

import pytest
from fastapi.testclient import TestClient

from tests.factories import resource
from web.routes.search import MOST_LINKS
from web.services import Services

FRAGMENT = {"HX-Request": "true"}
HOSTILE = {
    "very long": "kiné " * 2000,
    "one word of 10,000 letters": "a" * 10_000,
    "everything": "*:*",
    "query syntax": 'name:"x" AND (foo OR -bar) ~2 ^3 [a TO b] \\',
    "emoji": "🩺👩‍⚕️ 🏥",
    "stop words": "de la le les un à",
    "control characters": "kiné\x00\x07\x1b[31m\ncachan",
    "markup": "<script>alert(1)</script>",
    "right to left": "\u202egnihtemos",
    "half a surrogate, badly encoded": "%ED%A0%80",
    "quotes": 'l\'haÿ "les" ’roses’',
    "nothing": "   ",
}


def names(html: str) -> list[str]:
    return re.findall(r'<h3><a href="/fiche/[^"]+">([^<]+)</a>', html)


def test_home_offers_examples_and_a_way_to_browse(site: TestClient) -> None:
    page = site.get("/").text
    assert 'name="q"' in page
    assert "autofocus" in page
    assert "kiné Cachan" in page
    assert "Parcourir les 33 fiches" in page
    assert "Démonstration" in page
    assert "tout est ouvert à qui se sert de cette machine" in page


def test_search_without_javascript_gives_the_whole_page(site: TestClient) -> None:
    answer = site.get("/", params={"q": "kiné cachan"})
    assert answer.text.startswith("<!doctype html>")
    assert sorted(names(answer.text)) == ["Hugo Savatier", "Zoé Mercadier"]
    assert 'href="tel:+33146651001"' in answer.text
    assert "RPPS, personnes et activités, " in answer.text
    assert "01/11/2026" in answer.text
    assert "démonstration" in answer.text


def test_fragment_is_the_part_that_the_page_includes(site: TestClient) -> None:
    whole = site.get("/", params={"q": "kiné cachan"})
    part = site.get("/", params={"q": "kiné cachan"}, headers=FRAGMENT)
    assert part.text.startswith('<div id="results">')
    assert part.text.strip() in whole.text
    assert "HX-Request" in part.headers["vary"]


def test_page_restored_from_the_history_comes_whole(site: TestClient) -> None:
    headers = {**FRAGMENT, "HX-History-Restore-Request": "true"}
    assert site.get("/", headers=headers).text.startswith("<!doctype html>")


def test_understood_part_can_be_taken_as_a_word(site: TestClient) -> None:
    page = site.get("/", params={"q": "kiné cachan"}).text
    assert "Masseur-kinésithérapeute" in page
    assert "/?q=kin%C3%A9+cachan&amp;text=cachan" in page
    forced = site.get("/", params={"q": "kiné cachan", "text": "cachan"})
    assert "« cachan » tel quel" in forced.text


def test_facets_narrow_with_links_and_can_be_left(site: TestClient) -> None:
    page = site.get("/", params={"q": "", "profession": "70"}).text
    assert len(names(page)) == 3
    assert 'aria-current="true"' in page
    narrowed = site.get("/", params={"profession": "70", "commune": "94034"}).text
    assert names(narrowed) == ["Inès Belhadj"]
    assert 'form="search-form" name="profession" value="70"' in narrowed


def test_suite_leads_to_other_entries_and_back(site: TestClient) -> None:
    first = site.get("/", params={"q": "jean-vilar"}).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    second = site.get(following.group(1).replace("&amp;", "&")).text
    assert len(names(first)) == 20
    assert len(names(second)) == 5
    assert not set(names(first)) & set(names(second))
    assert "Début" in second


def test_distance_is_said_with_what_it_is_worth(site: TestClient) -> None:
    page = site.get("/", params={"q": "ehpad", "near": "48.79161,2.33153"}).text
    assert re.search(r"environ 3,\d km", page)


def test_nothing_found_says_what_to_try(site: TestClient) -> None:
    page = site.get("/", params={"q": "zzzxqwvk"}).text
    assert "Rien ne correspond" in page
    assert "Recommencer" in page


def test_html_in_a_name_is_shown_as_text(site: TestClient) -> None:
    page = site.get("/", params={"q": "résidence"}).text
    assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=HOSTILE.keys())
def test_whatever_is_typed_gets_an_answer(site: TestClient, typed: str) -> None:
    page = site.get("/", params={"q": typed})
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert site.get("/", params={"q": typed}, headers=FRAGMENT).status_code == 200
    assert site.get("/api/v1/resources", params={"q": typed}).status_code == 200


@pytest.mark.parametrize(
    "params", [{"near": "ici"}, {"near": "91,2"}, {"near": "nan,2"}, {"kind": "ufo"}, {"size": 0}]
)
def test_parameter_that_cannot_be_is_refused_in_french(
    site: TestClient, params: dict[str, str]
) -> None:
    answer = site.get("/", params=params)
    assert answer.status_code == 422
    assert "Saisie refusée" in answer.text


def test_empty_fields_of_the_form_are_left_out(site: TestClient) -> None:
    answer = site.get("/", params={"q": "ehpad", "near": "", "radius_km": "", "kind": ""})
    assert answer.status_code == 200
    assert names(answer.text) == ["EHPAD SOLEIL D&#39;AUTOMNE"]


def test_forged_cursor_is_refused(site: TestClient) -> None:
    assert site.get("/", params={"q": "ehpad", "cursor": "n'importe quoi"}).status_code == 422


def test_without_an_index_the_page_says_so(empty_site: TestClient) -> None:
    answer = empty_site.get("/", params={"q": "kiné"})
    assert answer.status_code == 503
    assert "La recherche n'est pas disponible" in answer.text
    assert empty_site.get("/", headers=FRAGMENT).text.startswith('<div id="results">')


def test_a_long_facet_lists_its_fullest_values_and_says_how_many_are_left(
    empty_site: TestClient, empty_services: Services
) -> None:
    communes = list(islice(empty_services.communes, MOST_LINKS + 6))
    empty_services.engine.rebuild(resource(f"Cabinet {one.insee}", commune=one) for one in communes)

    page = empty_site.get("/", params={"q": "cabinet"}).text

    listed = [one for one in communes if f"commune={one.insee}" in page]
    assert len(listed) == MOST_LINKS
    assert "et 6 autres : précisez dans la recherche" in page
