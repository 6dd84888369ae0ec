"""What a practitioner's page, the search and the API say of how they exercise and what they know."""

from datetime import date

from fastapi.testclient import TestClient

from directory.indexing import rebuild_index
from directory.model import EntityKind, Person, Role, SourceRecord, Statement
from directory.vocabulary import profession_coding, speciality_coding
from tests.web.sample import publish
from web.services import Services

PERSON = "rpps|10003456826"
MARK = "remplaçant, non installé"


def _doctor(services: Services, *, replacement: bool) -> None:
    said = Statement(
        subject=EntityKind.ROLE,
        subject_key=f"{PERSON}|R1|10",
        person_key=PERSON,
        person=Person(family="OLLIVIER", given="Marc", title="DR"),
        role=Role(
            profession=profession_coding("10"),
            specialities=(speciality_coding("SM54"),),
            replacement=replacement,
        ),
    )
    publish(services.register, "rpps", "RPPS", [SourceRecord(key="1", statement=said, raw="1")])


def test_a_replacement_is_marked_wherever_it_is_shown(
    empty_site: TestClient, empty_services: Services
) -> None:
    _doctor(empty_services, replacement=True)
    rebuild_index(empty_services.register, empty_services.engine, empty_services.communes)
    (found,) = empty_site.get("/api/v1/resources", params={"q": "ollivier"}).json()["results"]
    assert found["replacement"] is True
    assert MARK in empty_site.get("/", params={"q": "ollivier"}).text
    detail = empty_site.get(f"/api/v1/resources/{found['id']}").json()
    assert MARK in empty_site.get(f"/fiche/{detail['alias']}").text


def test_who_is_installed_is_not_marked(empty_site: TestClient, empty_services: Services) -> None:
    _doctor(empty_services, replacement=False)
    rebuild_index(empty_services.register, empty_services.engine, empty_services.communes)
    (found,) = empty_site.get("/api/v1/resources", params={"q": "ollivier"}).json()["results"]
    assert found["replacement"] is False
    assert MARK not in empty_site.get("/", params={"q": "ollivier"}).text


def test_diplomas_are_shown_with_their_source_and_searched(
    empty_site: TestClient, empty_services: Services
) -> None:
    _doctor(empty_services, replacement=False)
    said = Statement(
        subject=EntityKind.PERSON,
        subject_key=PERSON,
        person_key=PERSON,
        person=Person(qualifications=("Soins palliatifs (diplôme d'université)",)),
    )
    diploma = SourceRecord(key="d", statement=said, raw="d")
    day = date(2026, 11, 2)
    publish(empty_services.register, "rpps_diplomes", "Diplômes du RPPS", [diploma], day=day)
    rebuild_index(empty_services.register, empty_services.engine, empty_services.communes)
    found = empty_site.get("/api/v1/resources", params={"q": "soins palliatifs"}).json()["results"]
    assert [one["name"] for one in found] == ["Dr Marc Ollivier"]
    detail = empty_site.get(f"/api/v1/resources/{found[0]['id']}").json()
    (fact,) = (one for one in detail["facts"] if one["field"] == "qualifications")
    assert (fact["label"], fact["source_title"], fact["date"]) == (
        "Diplômes et autorisations",
        "Diplômes du RPPS",
        "2026-11-02",
    )
    assert "Soins palliatifs" in empty_site.get(f"/fiche/{detail['alias']}").text
