"""Conditions of a search: open at an hour, for an age, taking new patients, by mode, by freshness."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.web.sample import DAY

API = "/api/v1/resources"
OPEN, SHUT = "2026-11-23T10:00", "2026-11-23T20:00"


def _found(site: TestClient, **asked: Any) -> list[str]:
    answer = site.get(API, params={"size": 100, **asked})
    assert answer.status_code == 200
    return [one["name"] for one in answer.json()["results"]]


def test_open_at_an_hour_keeps_those_known_to_be(site: TestClient) -> None:
    """Establishments tell their hours, Monday to Friday, 9 to 18; practitioners tell none."""
    told = _found(site, open_at=OPEN)

    assert sorted(told) == sorted(_found(site, kind="establishment"))
    assert 0 < len(told) < len(_found(site))
    assert _found(site, open_at=SHUT) == []


def test_confirmed_since_leaves_older_words_out(site: TestClient) -> None:
    everything = _found(site)

    assert _found(site, since=DAY.isoformat()) == everything
    assert _found(site, since="2026-11-02") == []


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"mode": "fax"}, ["'cabinet'", "'home'", "'video'"]),
        ({"new_patients": "oui"}, ["'now'", "'six_months'", "'no'"]),
        ({"age": "-1"}, ["age"]),
        ({"age": "131"}, ["age"]),
        ({"open_at": "hier"}, ["open_at"]),
        ({"open_at": "2026-11-23T10:00+01:00"}, ["open_at"]),
        ({"since": "2026-13-45"}, ["since"]),
    ],
)
def test_an_unknown_value_is_refused_and_the_allowed_ones_named(
    site: TestClient, asked: dict[str, str], words: list[str]
) -> None:
    answer = site.get(API, params=asked)

    assert answer.status_code == 422
    for word in words:
        assert word in answer.text


def test_the_page_says_each_condition_and_how_to_take_it_off(site: TestClient) -> None:
    page = site.get("/", params={"q": "ehpad", "open_at": OPEN, "age": "80"}).text

    assert "ouvert le 23/11/2026 à 10 h" in page
    assert "pour 80 ans" in page
    assert 'name="open_at" value="2026-11-23T10:00:00"' in page
    assert 'name="age" value="80"' in page


def test_open_now_is_one_link_away_and_back(site: TestClient) -> None:
    page = site.get("/", params={"q": "ehpad"}).text

    assert "Ouvert maintenant (si connu)" in page
    assert "open_at=2026-11-23T10%3A00" in page
    chosen = site.get("/", params={"q": "ehpad", "open_at": OPEN}).text
    assert 'aria-current="true"' in chosen


def test_a_condition_alone_is_a_question(site: TestClient) -> None:
    page = site.get("/", params={"open_at": OPEN, "category": "500"}).text

    assert "EHPAD SOLEIL D&#39;AUTOMNE" in page
    assert "CENTRE JEAN-VILAR" not in page


def test_empty_fields_of_the_form_ask_nothing(site: TestClient) -> None:
    asked = {"age": "", "open_at": "", "since": "", "mode": "", "new_patients": ""}

    assert _found(site, **asked) == _found(site)


def test_open_is_typed_and_read_in_the_time_of_the_territory(site: TestClient) -> None:
    on_monday = site.get(API, params={"q": "ouvert lundi matin", "size": 100}).json()
    on_sunday = site.get(API, params={"q": "ehpad ouvert dimanche", "size": 100}).json()

    told = [one["name"] for one in on_monday["results"]]
    assert sorted(told) == sorted(_found(site, kind="establishment"))
    assert [chip["filter"]["type"] for chip in on_monday["understood"]] == ["open"]
    assert "« ouvert dimanche" in on_sunday["widened"]
    (now,) = site.get(API, params={"q": "ouvert maintenant"}).json()["understood"]
    assert now["filter"]["minute"] == 10 * 60, "10 o'clock in Paris, not in UTC"
