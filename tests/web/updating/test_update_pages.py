"""The page and the API that say how the sources stand."""

import json

import pytest

from directory.updates import begin_update, end_update, note_source, source_states
from tests.web.accounts.site import signed_in
from tests.web.updating.conftest import House
from web.access import Role
from web.cli import main
from web.services import Services
from web.updating.documents import to_json
from web.updating.model import UpdateReport
from web.wording import say_moment

pytestmark = pytest.mark.slow

NEED = "FINESS : refusé, les dernières bonnes données restent. <b>Colonne</b> nouvelle : surprise."


@pytest.fixture
def opened(house: House) -> Services:
    return house.open(update_sources="finess rpps")


def told(opened: Services) -> int:
    database = opened.register.database
    number, _ = begin_update(database)
    source = {
        "name": "rpps", "title": "RPPS", "outcome": "updated", "runs": [7],
        "changes": {"new": 6, "changed": 28, "gone": 6, "moved": 8, "phones": 20},
    }  # fmt: skip
    end_update(database, number, "attention", {"sources": [source], "needs": [NEED]})
    note_source(database, "finess", "refused", "Colonne nouvelle : surprise.")
    return number


def test_before_the_first_update_the_page_says_how(opened: Services) -> None:
    with signed_in(opened, Role.COORDINATOR) as site:
        page = site.get("/donnees").text
    assert "recours update" in page
    assert "Rien n'attend quelqu'un" in page
    assert "FINESS" in page


def test_the_page_shows_what_waits_and_what_changed(opened: Services) -> None:
    told(opened)
    with signed_in(opened, Role.COORDINATOR) as site:
        page = site.get("/donnees").text
        document = site.get("/api/v1/updates").json()
    assert "Colonne&lt;/b&gt; nouvelle" in page or "&lt;b&gt;Colonne" in page
    assert "<b>Colonne" not in page
    assert "refusé" in page
    assert "28 modifiées (adresse : 8, téléphone : 20)" in page
    assert '<a href="/imports/7">' in page
    assert document["needs"] == [NEED]
    finess = next(one for one in document["sources"] if one["name"] == "finess")
    assert (finess["outcome"], finess["automatic"]) == ("refused", True)


def test_a_cut_update_is_told(opened: Services) -> None:
    number, _ = begin_update(opened.register.database)
    with signed_in(opened, Role.COORDINATOR) as site:
        assert f"La mise à jour n° {number} est en cours" in site.get("/donnees").text
        assert site.get("/api/v1/updates").json()["running"] == number


def test_failures_are_counted_until_one_success(opened: Services) -> None:
    database = opened.register.database
    for expected in (1, 2):
        note_source(database, "rpps", "unreachable", "503", failed=True)
        assert source_states(database)["rpps"].failures == expected
    note_source(database, "rpps", "updated", "", cursor={"at": "2026"})
    note_source(database, "rpps", "unchanged", "")
    state = source_states(database)["rpps"]
    assert (state.failures, dict(state.cursor)) == (0, {"at": "2026"})


def test_the_command_says_the_status_as_json(
    house: House, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("RECOURS_DATA_DIR", str(house.folder))
    monkeypatch.setattr("sys.argv", ["recours", "update", "--status", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    document = json.loads(capfdbinary.readouterr().out)
    assert {one["name"] for one in document["sources"]} >= {"finess", "rpps", "ameli"}


def test_the_command_says_the_status_on_the_territory_s_clocks(
    house: House, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    opened = house.open(update_sources="finess rpps")
    told(opened)
    checked = source_states(opened.register.database)["finess"].checked_at
    monkeypatch.setenv("RECOURS_DATA_DIR", str(house.folder))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.argv", ["recours", "update", "--status"])
    with pytest.raises(SystemExit):
        main()
    assert say_moment(checked, opened.territory.zone) in capfdbinary.readouterr().out.decode()


def test_a_report_is_plain_values() -> None:
    assert json.loads(json.dumps(to_json(UpdateReport(number=1))))["number"] == 1
