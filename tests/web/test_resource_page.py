"""The page of one entry: every fact with its source, and addresses that never break."""

import pytest
from fastapi.testclient import TestClient

from directory.model import EntityKind, Referral, Service, SourceRecord, Statement
from directory.projection import resources
from tests.web.sample import EHPAD_OTHER_PHONE, EHPAD_PHONE
from web.services import Services


@pytest.fixture
def ehpad(site: TestClient) -> str:
    """Address of the page of the EHPAD, as the search gives it."""
    found = site.get("/api/v1/resources", params={"q": "ehpad soleil"}).json()["results"]
    entry = site.get(f"/api/v1/resources/{found[0]['id']}").json()
    return f"/fiche/{entry['alias']}"


def test_every_fact_carries_its_source_and_date(site: TestClient, ehpad: str) -> None:
    page = site.get(ehpad).text
    assert "<h1>EHPAD SOLEIL D&#39;AUTOMNE</h1>" in page
    assert EHPAD_PHONE in page
    assert EHPAD_OTHER_PHONE in page
    assert "FINESS, extraction" in page
    assert "Annexe 3 du projet de santé" in page
    assert "04/03/2024" in page
    assert "Position à la commune seulement" in page
    assert "lundi, mardi, mercredi, jeudi, vendredi 9 h – 18 h" in page


def test_suspect_identifier_is_shown_with_its_warning(site: TestClient, ehpad: str) -> None:
    page = site.get(ehpad).text
    assert "940000010" in page
    assert "clé de contrôle inattendue" in page


def test_former_addresses_redirect_for_ever(site: TestClient, ehpad: str) -> None:
    code = ehpad.rsplit("-", 1)[1]
    entry = site.get(f"/api/v1/resources/{ehpad.removeprefix('/fiche/')}").json()
    for former in (f"ancien-nom-{code}", entry["id"], "finess_et%7C940000010"):
        answer = site.get(f"/fiche/{former}", follow_redirects=False)
        assert answer.status_code == 301
        assert answer.headers["location"] == ehpad


@pytest.mark.parametrize("ref", ["rien-du-tout", "x" * 300, "018f0000-0000-7000-8000-000000000000"])
def test_unknown_entry_is_a_page_in_french(site: TestClient, ref: str) -> None:
    answer = site.get(f"/fiche/{ref}")
    assert answer.status_code == 404
    assert "Introuvable" in answer.text
    assert "Retour à l'annuaire" in answer.text


def test_hostile_name_is_escaped_everywhere(site: TestClient) -> None:
    found = site.get("/api/v1/resources", params={"q": "résidence"}).json()["results"]
    page = site.get(f"/fiche/{found[0]['id']}").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_how_to_refer_is_told_without_the_secure_mail(
    empty_site: TestClient, empty_services: Services
) -> None:
    services = empty_services
    service = Service(
        name="CRT de démonstration",
        referral=Referral(
            how="par la fiche de liaison",
            single_number="+33199001234",
            secure_mail="crt@exemple.mssante.fr",
            form_url="https://exemple.fr/fiche",
            age_min=60,
            gir=(1, 2, 3, 4),
        ),
    )
    said = Statement(subject=EntityKind.SERVICE, subject_key="crt|1", service=service)
    row = SourceRecord(key="crt-1", statement=said, raw="crt")
    staging = services.register.begin_import("crt", "CRT", fingerprint="1", data_date=None)
    staging.add(row, 1)
    staging.finish()
    staging.publish({}, remove_absent=True)
    found = next(
        one for one in resources(services.register, services.communes) if one.name == service.name
    )

    page = empty_site.get(f"/fiche/{found.alias}").text

    assert "par la fiche de liaison" in page
    assert "01 99 00 12 34" in page
    assert 'href="https://exemple.fr/fiche"' in page
    assert "à partir de 60 ans" in page
    assert "GIR 1, 2, 3, 4" in page
    assert "mssante" not in page
