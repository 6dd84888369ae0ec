"""Imports as seen on screen: sources, counts, reasons, rows set aside."""

from fastapi.testclient import TestClient

from web.services import Services


def test_sources_show_their_dates_and_age(site: TestClient) -> None:
    page = site.get("/imports").text
    assert "RPPS, personnes et activités" in page
    assert "04/03/2024" in page
    assert "plus d&#39;un an" in page
    assert "publié" in page


def test_run_shows_counts_reasons_and_rows_set_aside(site: TestClient, services: Services) -> None:
    run = services.register.published("annexe3")
    assert run is not None
    page = site.get(f"/imports/{run.run}").text
    assert "hors territoire" in page
    assert "940000099;2026-13-45" in page
    assert "Données de plus d&#39;un an." in page


def test_unknown_run_is_a_page_in_french(site: TestClient) -> None:
    answer = site.get("/imports/999999")
    assert answer.status_code == 404
    assert "Aucun import ne porte le numéro 999999" in answer.text


def test_a_number_is_expected(site: TestClient) -> None:
    assert site.get("/imports/abc").status_code == 422


def test_nothing_imported_says_how_to_begin(empty_site: TestClient) -> None:
    page = empty_site.get("/imports").text
    assert "Aucune source importée" in page
    assert "recours import finess" in page
