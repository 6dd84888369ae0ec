"""Crisis mode on screen and from a terminal."""

import html
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from tests.orientation.team import add_slots
from web.cli import app
from web.services import Services

FORM = {
    "title": "Canicule",
    "banner": "Proposer d'abord une téléconsultation.",
    "until": "2026-11-25T20:00",
    "numbers": "Cellule de crise = 01 46 65 00 00\n",
    "kept_share": "20",
    "kept_modes": "home",
    "author": "Mme Coordinatrice",
}


def test_the_banner_and_its_number_are_on_every_screen_of_the_secretariat(
    empty_site: TestClient,
) -> None:
    started = empty_site.post("/coordination/crise", data=FORM)
    assert "En vigueur : Canicule" in started.text
    assert "25/11/2026 à 20 h" in started.text
    assert "20 % des créneaux" in started.text
    for path in ("/secretariat", "/secretariat/rappels", "/secretariat/demandes"):
        page = html.unescape(empty_site.get(path).text)
        assert "Proposer d'abord une téléconsultation." in page
        assert 'href="tel:+33146650000"' in page
    stopped = empty_site.post("/coordination/crise/arreter", data={"author": "M. Remplaçant"})
    assert "Mettre en vigueur" in stopped.text
    assert "Canicule" not in empty_site.get("/secretariat").text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"until": "demain"}, "2026-12-01T20:00"),
        ({"until": "2026-11-01T20:00"}, "doit être à venir"),
        ({"numbers": "01 46 65 00 00"}, "libellé = numéro attendu"),
        ({"kept_share": "beaucoup"}, "nombre entier"),
        ({"kept_share": "99"}, "0 à 90"),
        ({"kept_modes": "pigeon"}, "« pigeon » inconnu"),
        ({"order": "severity"}, "Ordre des critères"),
        ({"author": ""}, "qui décide"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    empty_site: TestClient, empty_services: Services, changes: dict[str, str], said: str
) -> None:
    answer = empty_site.post("/coordination/crise", data=FORM | changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert 'value="Canicule"' in answer.text
    assert empty_services.orientation.crisis() is None


def test_stopping_nothing_is_said(empty_site: TestClient) -> None:
    answer = empty_site.post("/coordination/crise/arreter", data={"author": "M. Remplaçant"})
    assert answer.status_code == 409
    assert "Aucun mode de crise" in answer.text


def test_the_command_starts_shows_and_stops(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECOURS_DATA_DIR", str(tmp_path))
    run = CliRunner().invoke
    options = ["--banner", "Restez au frais", "--until", "2999-01-01T00:00", "--author", "Dr Test"]
    started = run(app, ["crisis", "start", "Canicule", *options, "--number", "Cellule=0146650000"])
    assert started.exit_code == 0, started.output
    assert "Restez au frais" in run(app, ["crisis", "show"]).output
    assert '"title": "Canicule"' in run(app, ["crisis", "show", "--json"]).output
    assert run(app, ["crisis", "stop", "--author", "Dr Test"]).exit_code == 0
    assert "Aucun mode de crise" in run(app, ["crisis", "show"]).output


def test_the_coordinator_keeps_the_list_of_who_accepts_on_top(
    empty_site: TestClient, empty_services: Services
) -> None:
    doctor = add_slots(empty_services.orientation)
    address = f"/coordination/surnumeraires/{doctor.id}"
    listed = empty_site.post(address, data={"accepts": "oui", "number": "0146653030"})
    assert "N'accepte plus" in html.unescape(listed.text)
    assert [one.number for one in empty_services.orientation.surnumeraires()] == ["+33146653030"]
    refused = empty_site.post(address, data={"accepts": "oui", "number": "12"})
    assert refused.status_code == 422
    gone = empty_site.post(address, data={"accepts": "non"})
    assert "N'accepte plus" not in html.unescape(gone.text)
