"""Indicators on screen, as files, by the API and from a terminal."""

import csv
import html
import io
import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from orientation.indicators.catalogue import INDICATORS
from orientation.indicators.model import Period
from tests.orientation.indicators.history import History
from web.cli import app
from web.services import Services

DAYS = "du=2026-11-16&au=2026-11-22"
FORM = {
    "code": "without-medecin-traitant-ald",
    "du": "2025-01-01",
    "au": "2025-12-31",
    "value": "1 131,5",
    "source": "CPAM du Val-de-Marne",
    "source_date": "2026-03-01",
    "author": "Mme Coordinatrice",
}


@pytest.fixture
def lived(empty_services: Services) -> Services:
    """Ten appointments of one day with Dr Ardouin: seven came, three did not."""
    past = History(empty_services.orientation)
    doctor = past.doctor()
    for minute in range(10):
        at = datetime(2026, 11, 16, 8 + minute, tzinfo=UTC)
        slot = past.slot(doctor, at)
        past.booking(past.request(at), slot, "honoured" if minute < 7 else "no_show")
    return empty_services


def section(page: str, code: str) -> str:
    found = re.search(rf'<section[^>]* id="{code}".*?</section>', page, re.DOTALL)
    assert found is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def values(text: str) -> dict[str, str]:
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    return {f"{row['indicateur']} {row['code']}": row["valeur"] for row in reader}


def test_the_page_shows_every_definition_and_its_figures(
    empty_site: TestClient, lived: Services
) -> None:
    answer = empty_site.get(f"/indicateurs?{DAYS}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    page = html.unescape(answer.text)
    assert [one.code for one in INDICATORS if one.definition not in page] == []
    assert "Du 16/11/2026 au 22/11/2026" in page
    assert "Ensemble Libellé Valeur Barre consultations 7 " in section(page, "consultations")
    assert "dont la présence est dite 30 %" in section(page, "no-shows")
    assert "Dr Maëlle ARDOUIN 10 10" in section(page, "fairness")


def test_bars_repeat_the_figures_and_need_no_style(empty_site: TestClient, lived: Services) -> None:
    page = empty_site.get(f"/indicateurs?{DAYS}").text
    found = re.search(r'id="no-shows".*?Mode</caption>(.*?)</table>', page, re.DOTALL)
    assert found is not None
    assert re.findall(r'<rect width="([\d.]+)"', found[1]) == ["100.0", "0.0", "0.0"]
    assert "style=" not in page


def test_without_dates_it_is_the_year_and_other_periods_are_a_click_away(
    empty_site: TestClient,
) -> None:
    page = html.unescape(empty_site.get("/indicateurs?du=&au=").text)
    assert "Du 01/01/2026 au 23/11/2026" in page
    assert "/indicateurs?du=2026-10-01&au=2026-10-31" in page
    assert "/indicateurs?du=2025-01-01&au=2025-12-31" in page


def test_what_may_be_published_names_no_doctor_and_masks_small_counts(
    empty_site: TestClient, lived: Services
) -> None:
    page = empty_site.get(f"/indicateurs?{DAYS}&public=1").text
    assert "ARDOUIN" not in page
    assert "rendez-vous non honorés masqué" in section(page, "no-shows")
    assert f"/indicateurs.csv?{DAYS}&public=1" in html.unescape(page)


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/indicateurs?du=2026-02-01&au=2026-01-01", "après son début"),
        ("/indicateurs?du=hier", "date AAAA-MM-JJ attendue"),
        ("/indicateurs.csv?du=1900-01-01", "dix ans"),
    ],
)
def test_a_period_that_cannot_be_is_refused_in_words(
    empty_site: TestClient, address: str, said: str
) -> None:
    answer = empty_site.get(address)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)


def test_csv_of_all_and_of_one(empty_site: TestClient, lived: Services) -> None:
    everything = empty_site.get(f"/indicateurs.csv?{DAYS}")
    assert everything.headers["content-type"] == "text/csv; charset=utf-8"
    assert everything.content.startswith(b"\xef\xbb\xbf")
    found = values(everything.text)
    assert found["consultations all"] == "7"
    assert found["no-shows share"] == "30"
    assert {key.split()[0] for key in found} == {one.code for one in INDICATORS}
    single = empty_site.get(f"/indicateurs/no-shows.csv?{DAYS}&public=1")
    assert (
        'filename="indicateurs-no-shows-2026-11-16-2026-11-22-public.csv"'
        in (single.headers["content-disposition"])
    )
    assert values(single.text)["no-shows all"] == "masqué"
    assert empty_site.get("/indicateurs/inconnu.csv").status_code == 404


def test_an_outside_figure_is_entered_corrected_and_withdrawn(
    empty_site: TestClient, empty_services: Services
) -> None:
    entered = html.unescape(empty_site.post("/indicateurs/exterieurs", data=FORM).text)
    assert "1131,5 patients, du 01/01/2025 au 31/12/2025" in entered
    assert "CPAM du Val-de-Marne, 01/03/2026. Saisi par Mme Coordinatrice" in entered
    asked = "code=without-medecin-traitant-ald&du=2025-01-01&au=2025-12-31"
    form = html.unescape(empty_site.get(f"/indicateurs/exterieurs?{asked}").text)
    assert 'value="1131,5"' in form
    assert 'value="2026-03-01"' in form
    assert '<option value="without-medecin-traitant-ald" selected>' in form
    empty_site.post("/indicateurs/exterieurs", data=FORM | {"value": "818"})
    shown = section(empty_site.get("/indicateurs?du=2025-06-01&au=2025-06-30").text, "exterieurs")
    assert "818 patients, du 01/01/2025 au 31/12/2025" in shown
    (figure,) = empty_services.orientation.indicators.outside()
    leave = f"/indicateurs/exterieurs/{figure.id}/retirer"
    assert empty_site.post(leave, data={"author": ""}).status_code == 422
    gone = empty_site.post(leave, data={"author": "Mme Coordinatrice"})
    assert "Aucun chiffre n'est saisi." in html.unescape(gone.text)
    assert empty_site.post(leave, data={"author": "Mme Coordinatrice"}).status_code == 404


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"value": "beaucoup"}, "Nombre attendu"),
        ({"value": "-3"}, "positif ou nul"),
        ({"du": ""}, "2026-12-31"),
        ({"au": "2024-12-31"}, "après son début"),
        ({"source": ""}, "quelle source"),
        ({"source_date": "2027-01-01"}, "à venir"),
        ({"code": "autre"}, "« autre » inconnu"),
        ({"author": " "}, "qui saisit"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    empty_site: TestClient, empty_services: Services, changes: dict[str, str], said: str
) -> None:
    told = FORM | {"author": "M. Dupont"} | changes
    answer = empty_site.post("/indicateurs/exterieurs", data=told)
    page = html.unescape(answer.text)
    assert answer.status_code == 422
    assert said in page
    assert "aria-invalid" in page
    kept = next(name for name in ("source", "value") if name not in changes)
    assert f'value="{FORM[kept]}"' in page
    assert empty_services.orientation.indicators.outside() == ()


def test_the_api_gives_the_same_figures_with_their_definitions(
    empty_site: TestClient, lived: Services
) -> None:
    asked = "from=2026-11-16&to=2026-11-22"
    document: dict[str, Any] = empty_site.get(f"/api/v1/indicators?{asked}").json()
    assert [one["code"] for one in document["indicators"]] == [one.code for one in INDICATORS]
    (one,) = empty_site.get(f"/api/v1/indicators/no-shows?{asked}&public=true").json()["indicators"]
    assert one["figures"][0] == {
        "code": "all",
        "group": "",
        "label": "rendez-vous non honorés",
        "value": None,
        "unit": "rendez-vous",
        "masked": True,
    }
    refused = empty_site.get("/api/v1/indicators?from=2026-11-22&to=2026-11-16")
    assert (refused.status_code, refused.json()["field"]) == (422, "to")
    assert empty_site.get("/api/v1/indicators/autre").status_code == 404


def test_the_command_prints_a_table_a_csv_or_a_document(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOURS_DATA_DIR", str(tmp_path))
    run = CliRunner().invoke
    days = ["indicators", "--from", "2026-11-16", "--to", "2026-11-22"]
    table = run(app, days)
    assert table.exit_code == 0, table.output
    assert "Du 16/11/2026 au 22/11/2026" in table.output
    assert [one.code for one in INDICATORS if one.title[:20] not in table.output] == []
    assert values(run(app, [*days, "--csv"]).stdout)["requests all"] == "0"
    document = json.loads(run(app, [*days, "--json", "--public"]).stdout)
    assert (document["from"], document["public"]) == ("2026-11-16", True)
    assert run(app, [*days, "--csv", "--json"]).exit_code != 0


def test_the_year_is_the_period_of_the_empty_command(empty_services: Services) -> None:
    asked = empty_services.orientation.indicators.period()
    assert asked == Period(date(2026, 1, 1), date(2026, 11, 23))
