"""Correcting, confirming, refusing, adding and reporting, as people do it in their browser."""

import re
import time

import pytest
from fastapi.testclient import TestClient

from directory.engines.base import FOLLOW_SECONDS
from tests.web.sample import EHPAD_PHONE, HOSTILE
from tests.web.sites import open_site
from web.services import Services

EHPAD = "finess_et%7C940000010"
NEW_PHONE = "01 46 65 20 20"
BY = {"author": "Ada Nîmes", "reason": "appelée ce matin"}
CONTACT = {
    "champ": "organization.contacts",
    "valeur": "phone|+33149849200",
    "organization.contacts.system": "phone",
    "organization.contacts.value": NEW_PHONE,
    "organization.contacts.label": "accueil",
    "organization.contacts.confidentiality": "public",
}


@pytest.fixture
def services(filled_alone: Services) -> Services:
    return filled_alone


@pytest.fixture
def site(services: Services) -> TestClient:
    return open_site(services)


def page(site: TestClient, path: str) -> str:
    return site.get(path).text


def found(site: TestClient, q: str) -> list[str]:
    """What a search answers once it has had the second it may take to follow."""
    time.sleep(2 * FOLLOW_SECONDS)
    answer = site.get("/api/v1/resources", params={"q": q}).json()
    return [one["name"] for one in answer["results"]]


def results(site: TestClient) -> str:
    time.sleep(2 * FOLLOW_SECONDS)
    return page(site, "/?q=ehpad+soleil")


def correct(site: TestClient, told: dict[str, str], ref: str = EHPAD) -> int:
    return site.post(f"/fiche/{ref}/corriger", data=told, follow_redirects=False).status_code


def test_a_corrected_phone_is_on_the_page_and_found_at_once(site: TestClient) -> None:
    answer = site.post(f"/fiche/{EHPAD}/corriger", data=CONTACT | BY | {"acte": "corriger"})

    shown = answer.text
    assert answer.status_code == 200
    assert "EHPAD SOLEIL" in shown
    assert NEW_PHONE in shown
    assert "par Ada Nîmes : « appelée ce matin »" in shown
    assert EHPAD_PHONE in shown.partition("Autre valeur")[2]
    assert found(site, NEW_PHONE) == ["EHPAD SOLEIL D'AUTOMNE"]
    assert found(site, EHPAD_PHONE) == []
    assert 'value="Ada Nîmes"' in page(site, f"/fiche/{EHPAD}/corriger?champ=organization.name")


def test_the_form_shows_what_sources_say_and_what_is_there(site: TestClient) -> None:
    listed = page(site, f"/fiche/{EHPAD}/corriger")
    assert "champ=organization.contacts&amp;valeur=phone%7C%2B33149849200" in listed
    assert '<option value="organization.covered">Zone desservie</option>' in listed

    form = page(
        site,
        f"/fiche/{EHPAD}/corriger?champ=organization.contacts&valeur=phone%7C%2B33149849200",
    )
    assert "FINESS, extraction" in form
    assert f'value="{EHPAD_PHONE}"' in form


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"author": ""}, "Votre nom est à dire."),
        ({"reason": " \t"}, "La raison est à dire."),
        ({"author": "x" * 10_000}, "au plus 80 caractères"),
        ({"reason": "x" * 10_000}, "au plus 500 caractères"),
        ({"organization.contacts.value": "01 46 65"}, "Ce numéro ne peut pas être appelé"),
        ({"organization.contacts.value": "9" * 10_000}, "au plus 200 caractères"),
        ({"organization.contacts.value": ""}, "à remplir"),
        ({"organization.contacts.system": "pigeon"}, "choisissez une des réponses"),
        ({"organization.contacts.value": EHPAD_PHONE, "organization.contacts.label": ""}, "déjà"),
    ],
)
def test_a_wrong_form_says_why_and_keeps_what_was_typed(
    site: TestClient, change: dict[str, str], message: str
) -> None:
    told = CONTACT | BY | {"acte": "corriger"} | change
    answer = site.post(f"/fiche/{EHPAD}/corriger", data=told, follow_redirects=False)

    assert answer.status_code in (409, 422)
    assert message in answer.text
    assert 'value="accueil"' in answer.text or change.get("organization.contacts.label") == ""
    assert "Aucune correction" in page(site, "/corrections")


@pytest.mark.parametrize(
    "told",
    [
        {"champ": "organization.sécret"},
        {"champ": ""},
        {"champ": "role.contacts"},
        {"champ": "organization.contacts", "valeur": "phone|+33100000000"},
        {"champ": "organization.contacts", "valeur": "x" * 10_000},
    ],
)
def test_an_unknown_fact_is_not_found(site: TestClient, told: dict[str, str]) -> None:
    assert correct(site, told | BY) == 404


def test_hostile_words_are_shown_as_text(site: TestClient) -> None:
    told = {"champ": "organization.name", "organization.name.value": HOSTILE, "acte": "corriger"}
    assert correct(site, told | {"author": HOSTILE, "reason": HOSTILE}) == 303
    for path in (f"/fiche/{EHPAD}", "/corrections", f"/fiche/{EHPAD}/corriger"):
        shown = page(site, path)
        assert "&lt;script&gt;" in shown
        assert "<script>alert" not in shown


@pytest.mark.parametrize(
    "path",
    [
        f"/fiche/{EHPAD}/corriger",
        f"/fiche/{EHPAD}/refuser",
        f"/fiche/{EHPAD}/signaler",
        "/ajouter",
        "/corrections/1/retirer",
        "/signalements/x/rejeter",
        "/api/v1/resources/x/corrections",
    ],
)
def test_another_site_changes_nothing(site: TestClient, path: str) -> None:
    told = CONTACT | BY
    assert site.post(path, data=told, headers={"Origin": "https://evil.example"}).status_code == 403


def test_a_confirmed_fact_says_when_and_by_whom(site: TestClient) -> None:
    assert correct(site, CONTACT | BY | {"acte": "confirmer"}) == 303

    assert re.search(
        r"vérifié le <time[^>]*>[\d/]+</time> par Ada Nîmes", page(site, f"/fiche/{EHPAD}")
    )
    assert "par Ada Nîmes" in page(site, "/?q=ehpad+soleil")


def test_a_fact_is_taken_off_and_the_act_taken_back(site: TestClient) -> None:
    assert correct(site, CONTACT | BY | {"acte": "retirer"}) == 303
    assert "information retirée" in page(site, f"/fiche/{EHPAD}")
    number = re.findall(r"/corrections/(\d+)/retirer", page(site, "/corrections"))[0]

    assert site.post(f"/corrections/{number}/retirer", data={}).status_code == 422
    site.post(f"/corrections/{number}/retirer", data={"author": "Bob"})

    assert found(site, EHPAD_PHONE) == ["EHPAD SOLEIL D'AUTOMNE"]
    assert "retirée par Bob" in page(site, "/corrections")
    assert site.post(f"/corrections/{number}/retirer", data={"author": "B"}).status_code == 404


def test_a_refused_person_is_gone_everywhere_until_taken_back(site: TestClient) -> None:
    person = "rpps%7C10003456818"
    entry = site.get(f"/api/v1/resources/{person}").json()
    told = {"portee": "personne", "author": "Ada", "reason": "demande écrite"}
    asked = site.get(f"/fiche/{person}/refuser")
    assert asked.status_code == 200
    assert 'value="personne"' in asked.text
    site.post(f"/fiche/{person}/refuser", data=told)

    for ref in (entry["id"], entry["alias"], person):
        for path in (f"/fiche/{ref}", f"/fiche/{ref}/corriger", f"/api/v1/resources/{ref}"):
            gone = site.get(path)
            assert gone.status_code == 410
            assert "De La Tour" not in gone.text
    assert "n'est plus publiée" in page(site, f"/fiche/{person}").replace("&#39;", "'")
    assert "Lucie De La Tour" not in found(site, "orthophoniste cachan")
    assert "De La Tour" not in page(site, "/corrections")

    number = re.findall(r"/corrections/(\d+)/retirer", page(site, "/corrections"))[0]
    site.post(f"/corrections/{number}/retirer", data={"author": "Ada"})
    assert "Lucie De La Tour" in found(site, "orthophoniste cachan")


def test_a_new_entry_is_found_and_leaves_with_its_act(site: TestClient) -> None:
    told = BY | {
        "genre": "professionnel",
        "person.family.value": "Zéphirin",
        "person.given.value": "Odile",
        "role.profession.value": "70",
        "role.addresses.street": "3 rue des Lilas",
        "role.addresses.postcode": "94230",
        "role.addresses.city": "cachan",
        "role.contacts.system": "phone",
        "role.contacts.confidentiality": "public",
        "role.contacts.value": "01 46 65 30 30",
        "person.identifiers.system": "rpps",
    }
    shown = site.post("/ajouter", data=told).text
    assert "Odile Zéphirin" in shown
    assert "3 rue des Lilas, 94230 Cachan" in shown
    assert found(site, "01 46 65 30 30") == ["Odile Zéphirin"]

    number = re.findall(r"/corrections/(\d+)/retirer", page(site, "/corrections"))[0]
    site.post(f"/corrections/{number}/retirer", data={"author": "Ada"})
    assert found(site, "01 46 65 30 30") == []


@pytest.mark.parametrize(
    "kind", ["professionnel", "etablissement", "equipe", "association", "service", "programme"]
)
def test_each_kind_has_its_form_and_says_what_is_missing(site: TestClient, kind: str) -> None:
    assert f'name="genre" value="{kind}"' in page(site, f"/ajouter?genre={kind}")
    answer = site.post("/ajouter", data=BY | {"genre": kind})
    assert answer.status_code == 422
    assert "à remplir" in answer.text


def test_an_unknown_kind_is_refused(site: TestClient) -> None:
    assert site.post("/ajouter", data=BY | {"genre": "x" * 10_000}).status_code == 422
    assert site.get("/ajouter?genre=rien").status_code == 200


def test_a_reported_number_is_marked_until_it_is_corrected(site: TestClient) -> None:
    assert "Numéro faux ?" in results(site)
    assert EHPAD_PHONE in page(site, f"/fiche/{EHPAD}/signaler?numero=%2B33149849200")
    told = {"numero": "+33149849200", "comment": "<script>un fax</script>"}
    answer = site.post(f"/fiche/{EHPAD}/signaler", data=told)
    own = answer.url.path
    assert "En attente" in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "signalé faux" in page(site, f"/fiche/{EHPAD}")
    assert "signalé faux" in results(site)
    listed = page(site, "/signalements")
    assert "1 signalement en attente" in listed

    form = re.findall(r'href="(/fiche/[^"]*signalement=[^"]*)"', listed)[0].replace("&amp;", "&")
    assert "serait faux" in page(site, form)
    token = own.rsplit("/", 1)[1]
    assert correct(site, CONTACT | BY | {"acte": "corriger", "signalement": token}) == 303

    assert "Accepté" in page(site, own)
    assert "signalé faux" not in results(site)


def test_a_report_is_rejected_with_a_reason(site: TestClient) -> None:
    own = site.post(f"/fiche/{EHPAD}/signaler", data={"numero": EHPAD_PHONE}).url.path

    assert site.post(f"{own}/rejeter", data={"author": "Ada"}).status_code == 422
    site.post(f"{own}/rejeter", data={"author": "Ada", "reason": "appelé : il répond"})

    assert "appelé : il répond" in page(site, own)
    assert "Aucun signalement en attente" in page(site, "/signalements")
    assert site.post(f"{own}/rejeter", data=BY).status_code == 409


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"numero": "0000"}, 422),
        ({}, 422),
        ({"numero": EHPAD_PHONE, "comment": "x" * 10_000}, 422),
    ],
)
def test_a_wrong_report_is_a_form_again(
    site: TestClient, told: dict[str, str], status: int
) -> None:
    assert site.post(f"/fiche/{EHPAD}/signaler", data=told).status_code == status
    assert site.get("/signalements/inconnu").status_code == 404
