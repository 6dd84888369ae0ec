"""The product as it runs: several real processes on one data folder."""

import json
import shutil
import subprocess
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.web.servers import RECOURS, environment, recours, serving, staging

NEED = {
    "commune": "94034",
    "age_band": "16-69",
    "mobility": "travel",
    "delay_hours": 48,
    "medecin_traitant": "none",
    "red_flags": "none",
}
HOLDS, ROWS = 200, 12_000
FAMILY, PHONE = "Vauquelin-Zyx", "0639981234"

MAPPING = """
subject = "organization"
key = ["nom"]

[card]
name = "grand"
title = "Une grande liste"
publisher = "personne"
licence = "aucune"
cadence = "jamais"
min_rows = 1
max_rows = 100000
max_quarantined_share = 0.05
trust = "territory"

[columns]
name = "nom"
address = "adresse"
postcode = "code_postal"
city = "ville"
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demonstration prepared by the command itself, to be copied by each test."""
    folder = tmp_path_factory.mktemp("demo")
    made = recours("demo", "--no-serve", data_dir=folder)
    assert made.returncode == 0, made.stderr
    return folder


@pytest.fixture
def demo(demo_folder: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(demo_folder, tmp_path / "demo"))


def _request(client: httpx.Client, number: int) -> str:
    answer = client.post("/api/v1/requests", json={**NEED, "callback_number": f"06399{number:05d}"})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def _race_for_one_slot(first: httpx.Client, second: httpx.Client) -> Counter[str]:
    requests = [_request((first, second)[turn % 2], turn) for turn in range(HOLDS)]
    proposals = first.get(f"/api/v1/requests/{requests[0]}/proposals").json()["proposals"]
    slot = next(one["slot_id"] for one in proposals if one["places_left"] == 1)

    def hold(turn: int) -> str:
        client = (first, second)[turn % 2]
        answer = client.post(f"/api/v1/slots/{slot}/hold", json={"request_id": requests[turn]})
        body = answer.json()
        if answer.is_success:
            return "held"
        assert len(body["alternatives"]) <= 3
        return f"{answer.status_code} {body['reason']}"

    with ThreadPoolExecutor(50) as pool:
        return Counter(pool.map(hold, range(HOLDS)))


def test_200_holds_through_two_servers_have_one_winner(demo: Path) -> None:
    with serving(demo) as first, serving(demo) as second:
        seen = _race_for_one_slot(first, second)

    assert seen == {"held": 1, "409 slot_taken": HOLDS - 1}


@pytest.mark.postgres
def test_200_holds_through_two_servers_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    made = recours("demo", "--no-serve", data_dir=tmp_path, url=postgres_url)
    assert made.returncode == 0, made.stderr

    with serving(tmp_path, postgres_url) as first, serving(tmp_path, postgres_url) as second:
        seen = _race_for_one_slot(first, second)

    assert seen == {"held": 1, "409 slot_taken": HOLDS - 1}


def test_an_import_elsewhere_is_found_within_a_second(demo: Path, tmp_path: Path) -> None:
    table = tmp_path / "annexe.csv"
    table.write_text(
        "rubrique,nom,adresse,code_postal,ville,telephone\n"
        "Accueil et services aux personnes âgées / EHPAD,EHPAD DES MIRABELLES,"
        "3 RUE DE WISSOUS,94260,FRESNES,01 99 00 11 22\n"
    )
    with serving(demo) as client:
        assert _found(client, "mirabelles") == []
        told = recours(
            "import",
            "table",
            str(table),
            "--mapping",
            "annexe3",
            "--partial",
            "--json",
            data_dir=demo,
        )
        assert told.returncode == 0, told.stderr
        ended = time.monotonic()
        while not (found := _found(client, "mirabelles")) and time.monotonic() < ended + 1:
            time.sleep(0.05)

    assert found == ["EHPAD DES MIRABELLES"]
    assert json.loads(told.stdout)["kept"] == 1


def test_a_killed_import_leaves_the_server_answering_and_the_next_one_succeeds(
    demo: Path, tmp_path: Path
) -> None:
    listing = tmp_path / "grand.csv"
    lines = (f"EHPAD NUMERO {n},{n} RUE DU PORT,94260,FRESNES" for n in range(ROWS))
    listing.write_text("nom,adresse,code_postal,ville\n" + "\n".join(lines) + "\n")
    mapping = tmp_path / "grand.toml"
    mapping.write_text(MAPPING, encoding="utf-8")
    command = ["import", "table", str(listing), "--mapping", str(mapping), "--json"]

    with serving(demo) as client:
        killed = subprocess.Popen(
            [*RECOURS, *command], env=environment(demo), cwd=demo, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not staging(demo, "grand"):
            assert time.monotonic() < deadline
            assert killed.poll() is None
            time.sleep(0.02)
        killed.kill()
        killed.wait()
        assert _found(client, "ehpad fresnes") == ["EHPAD SOLEIL D'AUTOMNE"]

        told = recours(*command, data_dir=demo)
        assert told.returncode == 0, told.stderr
        again = recours(*command, data_dir=demo)
        assert client.get("/healthz").status_code == 200

    report, second = json.loads(told.stdout), json.loads(again.stdout)
    assert report["read"] == report["kept"] == ROWS
    assert second["unchanged"] == ROWS


def test_a_demo_call_leaves_no_identity_in_files_or_logs(demo: Path) -> None:
    with serving(demo) as client:
        request = client.post("/api/v1/requests", json={**NEED, "callback_number": PHONE}).json()
        slot = client.get(f"/api/v1/requests/{request['id']}/proposals").json()["proposals"][0]
        hold = client.post(
            f"/api/v1/slots/{slot['slot_id']}/hold", json={"request_id": request["id"]}
        ).json()
        done = client.post(
            f"/api/v1/holds/{hold['hold_id']}/confirm",
            json={"patient": {"family": FAMILY, "given": "Eudoxie"}},
            headers={"Idempotency-Key": "appel-1"},
        )
        assert done.is_success, done.text
        day = slot["start"][:10]
        page = client.get(f"/agenda/{slot['practitioner']['id']}?jour={day}").text

    assert FAMILY in page
    written = {path: path.read_bytes() for path in demo.rglob("*") if path.is_file()}
    assert any(path.name == "agenda.sqlite" for path in written)
    traces = [
        FAMILY,
        FAMILY.upper(),
        FAMILY.lower(),
        "Eudoxie",
        PHONE,
        "639981234",
        "06 39 98 12 34",
    ]
    leaks = [
        (path.name, trace)
        for path, content in written.items()
        for trace in traces
        if trace.encode() in content
    ]
    assert leaks == []


def test_the_second_territory_works_by_one_setting(tmp_path: Path) -> None:
    made = recours("demo", "--no-serve", data_dir=tmp_path, territory="melun")
    assert made.returncode == 0, made.stderr

    with serving(tmp_path, territory="melun") as client:
        page = client.get("/").text
        found: Any = client.get("/api/v1/resources", params={"q": "kiné melun"}).json()
        asked = client.post(
            "/api/v1/requests", json={**NEED, "callback_number": PHONE, "commune": "77288"}
        )
        proposed = client.get(f"/api/v1/requests/{asked.json()['id']}/proposals").json()

    assert "Melun" in page
    assert "Bièvre" not in page
    assert {one["commune"] for one in found["results"]} == {"Melun"}
    assert proposed["proposals"]


def test_serving_beyond_this_machine_is_refused(tmp_path: Path) -> None:
    refused = recours("serve", "--host", "0.0.0.0", data_dir=tmp_path)

    assert refused.returncode == 2
    assert "cette machine" in " ".join(refused.stderr.split())


def _found(client: httpx.Client, text: str) -> list[str]:
    answer = client.get("/api/v1/resources", params={"q": text}).raise_for_status()
    return [one["name"] for one in answer.json()["results"]]
