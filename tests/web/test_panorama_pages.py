"""The panorama on screen and as a file: figures of a small invented directory, who sees what."""

import csv
import html
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.communes import COMMUNES_FILE
from tests.web.conftest import MONDAY
from tests.web.sample import fill_directory
from tests.web.sites import SITE, open_site
from tests.web.visitor import Visitor
from web.app import create_app
from web.services import Services, open_services

SUPPLY = ("professions", "density", "settings", "ageing", "structures")


def section(page: str, code: str) -> str:
    found = re.search(rf'<section[^>]* id="{code}".*?</section>', page, re.DOTALL)
    assert found is not None, code
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def figures(text: str) -> dict[tuple[str, str, str], str]:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    return {(row["tableau"], row["ligne"], row["colonne"]): row["valeur"] for row in rows}


@pytest.fixture
def public(services: Services) -> Iterator[TestClient]:
    """The same register, as somebody without an account sees it."""
    settings = services.settings.model_copy(update={"demo": False})
    opened = open_services(settings, FixedClock(MONDAY))
    yield Visitor(create_app(opened), base_url=SITE)
    opened.close()


def test_every_table_says_its_figures_source_date_and_definition(site: TestClient) -> None:
    page = site.get("/panorama").text
    said = section(page, "professions")
    assert "Masseurs-kinésithérapeutes 3 2 0 1 0 0" in said
    assert "Source annuaire de Recours" in said
    assert "RPPS, personnes et activités (données du 01/11/2026)" in said
    assert "Date compté le 23/11/2026" in said
    for code in SUPPLY:
        for word in ("Définition", "Source", "Date", "Unité"):
            assert word in section(page, code), (code, word)
    assert "style=" not in page
    assert not re.search(r"<script(?![^>]* src=)", page)


def test_density_stands_beside_population_and_zoning(site: TestClient, services: Services) -> None:
    said = section(site.get("/panorama").text, "density")
    cachan = services.communes.get("94016")
    assert cachan is not None
    inhabitants = f"{cachan.population:,}".replace(",", " ")
    density = f"{2 * 100_000 / cachan.population:.1f}".replace(".", ",")
    assert f"Cachan {inhabitants} ZIP {density}" in said
    assert "ZIP : zone d'intervention prioritaire" in said
    assert "projet de santé de la CPTS, zonage de l'ARS" in said
    assert "2 médecins dont aucune source ne dit la spécialité" in said


def test_ages_are_those_of_a_document_with_its_date(site: TestClient) -> None:
    said = section(site.get("/panorama").text, "ageing")
    assert "22 sur 51 ont 60 ans ou plus, soit 43,1 %." in html.unescape(site.get("/panorama").text)
    assert "tableau 18" in said
    assert "date non dite" in said


def test_plots_name_only_tables_that_are_there(site: TestClient) -> None:
    page = site.get("/panorama").text
    plots = re.findall(r'data-plot="([^"]+)"', page)
    assert {"professions-tableau", "density-tableau", "settings-tableau"} <= set(plots)
    for plot in plots:
        table = re.search(rf'<table id="{plot}".*?</table>', page, re.DOTALL)
        assert table is not None
        assert "data-series" in table[0]


def test_the_public_sees_supply_and_no_indicator(public: TestClient, site: TestClient) -> None:
    seen = public.get("/panorama")
    assert seen.status_code == 200
    assert "réservés à la coordination" in html.unescape(seen.text)
    assert 'id="outside"' not in seen.text
    assert 'id="consultations"' not in seen.text
    assert {code for code, _, _ in figures(public.get("/panorama.csv").text)} == set(SUPPLY)
    assert public.get("/panorama.csv?tableau=outside").status_code == 404
    whole = site.get("/panorama")
    assert 'id="outside"' in whole.text
    assert 'id="consultations"' in whole.text
    assert whole.headers["cache-control"] == "no-store"


def test_an_outside_figure_is_shown_with_its_source_and_date(
    empty_site: TestClient,
) -> None:
    told = {
        "code": "emergency-without-stay",
        "du": "2026-01-01",
        "au": "2026-06-30",
        "value": "28,6",
        "source": "=CPAM du Val-de-Marne",
        "source_date": "2026-09-01",
        "author": "Mme Coordinatrice",
    }
    assert empty_site.post("/indicateurs/exterieurs", data=told).status_code == 200
    said = section(empty_site.get("/panorama").text, "outside")
    assert "28,6" in said
    assert "=CPAM du Val-de-Marne 01/09/2026" in said
    title = "Part des passages aux urgences non suivis d'hospitalisation"
    rows = figures(empty_site.get("/panorama.csv?tableau=outside").text)
    assert rows["outside", title, "Valeur"] == "28,6"
    assert rows["outside", title, "Source"] == "'=CPAM du Val-de-Marne"


def test_the_csv_says_what_the_page_says(site: TestClient) -> None:
    answer = site.get("/panorama.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = figures(answer.text)
    assert rows["professions", "Masseurs-kinésithérapeutes", "Territoire"] == "3"
    assert rows["professions", "Masseurs-kinésithérapeutes", "Fresnes"] == "1"
    assert rows["ageing", "Territoire", "Part"] == "43,1"
    single = site.get("/panorama.csv?tableau=ageing")
    assert 'filename="panorama-ageing-2026-11-23.csv"' in single.headers["content-disposition"]
    assert {code for code, _, _ in figures(single.text)} == {"ageing"}
    refused = site.get("/panorama.csv?tableau=" + "é" * 300)
    assert refused.status_code == 404
    assert "é" * 41 not in refused.text


def test_before_the_first_import_the_page_says_so(empty_site: TestClient) -> None:
    page = html.unescape(empty_site.get("/panorama").text)
    assert "Rien n'est encore publié sur ce territoire" in page
    assert "Aucun professionnel n’est publié" in section(page, "professions")
    assert 'data-plot="professions-tableau"' not in page


def test_another_territory_shows_its_own_communes_and_says_what_nobody_told(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path, demo=True, territory="melun", map_tiles="")
    opened = open_services(settings, FixedClock(MONDAY))
    try:
        fill_directory(opened)
        page = html.unescape(open_site(opened).get("/panorama").text)
    finally:
        opened.close()
    assert "Dammarie-les-Lys" in section(page, "density")
    assert "Cachan" not in page
    assert "Le zonage n’est pas renseigné" in section(page, "density")
    assert "Inconnu : le RPPS en libre accès" in section(page, "ageing")


def test_an_imported_table_of_communes_gives_its_day(
    empty_site: TestClient, empty_services: Services
) -> None:
    assert "année non dite" in section(empty_site.get("/panorama").text, "density")
    (empty_services.settings.data_dir / COMMUNES_FILE).touch()
    assert "population : importée le" in section(empty_site.get("/panorama").text, "density")


def test_a_hostile_name_stays_text(site: TestClient) -> None:
    page = site.get("/panorama").text
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    ("path", "back"),
    [
        ("/secretariat/nulle-part", "Retour au secrétariat"),
        ("/agenda/ce-medecin/nulle-part", "Retour à l'agenda"),
        ("/nulle-part", "Retour à l'annuaire"),
    ],
)
def test_an_error_leads_back_to_the_reader_s_own_page(
    site: TestClient, path: str, back: str
) -> None:
    answer = site.get(path)
    page = html.unescape(answer.text)
    assert answer.status_code == 404
    assert back in page
    assert "Réessayer" not in page
    assert ("sans attendre cette page" in page) == path.startswith("/secretariat")


def test_a_failed_reading_can_be_tried_again_with_its_question(
    empty_services: Services,
) -> None:
    """A table of the register is gone: a real failure, not a pretended one."""
    with empty_services.register.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE change_log RENAME TO change_log_away")
    answer = open_site(empty_services).get("/panorama?a=1&b=2")
    assert answer.status_code == 500
    assert '<a class="button" href="/panorama?a=1&b=2">Réessayer</a>' in html.unescape(answer.text)
