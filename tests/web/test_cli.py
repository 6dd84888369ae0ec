"""The command line as other programs use it: JSON on stdout, sentences on stderr, exit codes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.geocoder import Known, open_geocoder
from web.cli import main

FIXTURES = Path(__file__).parents[1] / "importers"


class Ended(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """What it printed, as JSON: the whole of stdout and nothing else."""
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Runs `recours` in this process on a fresh data folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RECOURS_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("COLUMNS", "200")

    def run_one(*arguments: str) -> Ended:
        monkeypatch.setattr("sys.argv", ["recours", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        told = capsysbinary.readouterr()
        return Ended(int(ended.value.code or 0), told.out.decode(), told.err.decode())

    return run_one


def test_importing_twice_then_searching(run: Run) -> None:
    first = run("import", "table", "--mapping", "annexe3", "--json")
    second = run("import", "table", "--mapping", "annexe3", "--json")
    found = run("search", "ehpad fresnes", "--json")

    assert (first.code, second.code, found.code) == (0, 0, 0)
    assert first.document["kept"] == second.document["unchanged"] == 57
    assert [one["name"] for one in found.document["results"]] == ["EHPAD SOLEIL D'AUTOMNE"]
    assert [one["label"] for one in found.document["understood"]] == ["EHPAD", "Fresnes"]


def test_a_report_can_be_read_again(run: Run) -> None:
    told = run("import", "table", "--mapping", "annexe3", "--json").document

    again = run("report", str(told["run"]), "--json")
    table = run("report", str(told["run"]))

    assert again.document == told
    assert "Lignes lues" in table.out
    assert run("report", "99").code == 1


def test_results_are_a_table_for_people(run: Run) -> None:
    run("import", "table", "--mapping", "annexe3", "--json")

    told = run("search", "ssiad", "--near", "48.757,2.326", "--radius", "3")

    assert "SSIAD FRESNES" in told.out
    assert "01 46 68 01 83" in told.out


def test_the_index_is_rebuilt_on_demand(run: Run) -> None:
    run("import", "table", "--mapping", "annexe3", "--json")

    told = run("index", "rebuild", "--json")

    assert told.document["entries"] == 57
    assert "57 fiches" in run("index", "rebuild").out


def test_the_former_index_is_put_back_on_demand(run: Run) -> None:
    run("import", "table", "--mapping", "annexe3", "--json")
    nothing = run("index", "rollback")
    assert (nothing.code, nothing.out) == (1, "")
    assert "pas d'index précédent" in nothing.err
    built = run("index", "rebuild", "--json").document["generation"]

    back = run("index", "rollback", "--json")

    assert back.code == 0
    assert back.document["generation"] != built
    assert run("search", "", "--json").document["total"] == 57
    assert built in run("index", "rollback").out.replace("\n", "")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "vide"),
        (b"\x1f\x8b\x08\x00tronque", "compress"),
        (b'{"pmej": [{"ege": [', "tronqué"),
        (b"nom;adresse\nA;B\n", "FINESS"),
    ],
    ids=["empty", "broken gzip", "truncated json", "another csv"],
)
def test_a_refused_file_says_why_on_stderr_and_exits_with_1(
    run: Run, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "finess-structures-journalier-20261101.json"
    path.write_bytes(content)

    refused = run("import", "finess", str(path), "--partial", "--json")

    assert refused.code == 1
    assert refused.out == ""
    assert says in " ".join(refused.err.split())


@pytest.mark.parametrize(
    "arguments",
    [
        ("import", "inconnue", "x.csv"),
        ("import",),
        ("import", "table"),
        ("search", "x", "--near", "foo"),
        ("search", "x", "--radius", "3"),
        ("chercher", "x"),
        ("serve", "--port", "0"),
        ("serve", "--host", "0.0.0.0"),
        ("demo", "--port", "abc"),
    ],
    ids=lambda arguments: " ".join(arguments),
)
def test_wrong_usage_exits_with_2(run: Run, arguments: tuple[str, ...]) -> None:
    ended = run(*arguments)

    assert ended.code == 2
    assert ended.err


def test_a_wrong_territory_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURS_TERRITORY", "atlantide")

    ended = run("search", "x")

    assert ended.code == 2
    assert "atlantide" in ended.err
    assert "bievre" in ended.err


def test_searching_without_an_index_says_what_to_do(run: Run) -> None:
    ended = run("search", "x", "--json")

    assert ended.code == 1
    assert "recours index rebuild" in " ".join(ended.err.split())


def test_labelled_pairs_are_scored(run: Run, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    same = {"left": {"finess": "940000011"}, "right": {"finess": "940000011", "zz": 1}}
    pairs.write_text(json.dumps({**same, "same": True}) + "\n")

    told = run("match", str(pairs), "--json")
    people = run("match", str(pairs))

    assert told.document == {
        "pairs": 1,
        "precision": 1.0,
        "recall": 1.0,
        "asked": 0,
        "wrong": [],
    }
    assert "1 paires" in people.out


def test_a_broken_line_of_pairs_is_named(run: Run, tmp_path: Path) -> None:
    pairs = tmp_path / "pairs.jsonl"
    pairs.write_text('{"left": {}, "right": {}, "same": false}\npas du JSON\n')

    ended = run("match", str(pairs), "--json")

    assert ended.code == 1
    assert "ligne 2" in ended.err


def test_a_wrong_setting_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECOURS_HOLD_SECONDS", "abc")

    ended = run("search", "x")

    assert ended.code == 2
    assert "RECOURS_HOLD_SECONDS" in ended.err
    assert "Traceback" not in ended.err


def test_a_row_cut_short_keeps_its_last_good_version(run: Run, tmp_path: Path) -> None:
    header = "rubrique,nom,adresse,code_postal,ville,telephone\n"
    rows = [
        f"EHPAD,EHPAD NUMERO {n},{n} RUE DU PORT,94260,FRESNES,01 99 00 11 {n}\n"
        for n in range(10, 70)
    ]
    whole, cut = tmp_path / "a.csv", tmp_path / "b.csv"
    whole.write_text(header + "".join(rows))
    cut.write_text(header + "".join([rows[0].rsplit(",", 1)[0] + "\n", *rows[1:]]))

    run("import", "table", str(whole), "--mapping", "annexe3", "--json")
    told = run("import", "table", str(cut), "--mapping", "annexe3", "--json").document

    assert (told["unchanged"], told["quarantined"], told["removed"]) == (59, 1, 0)
    assert run("search", "ehpad numero 10", "--json").document["total"] >= 1


def test_data_from_the_future_is_refused_even_from_an_extract(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "etalab.csv"
    path.write_text("finess;etalab;111;2099-12-31\nstructureet;940000011\n")

    refused = run("import", "finess", str(path), "--partial", "--everywhere", "--json")

    assert refused.code == 1
    assert "futur" in refused.err


def test_a_fact_is_corrected_checked_and_taken_off(run: Run) -> None:
    run("import", "table", "--mapping", "annexe3")
    entry = run("search", "ehpad", "--json").document["results"][0]
    who = ("--author", "Ada", "--reason", "appelée")
    field = ("correct", entry["id"], "organization.name")

    assert run(*field, "value=EHPAD DES LILAS", *who, "--json").document == {"act": 1}
    assert run("search", "ehpad des lilas", "--json").document["results"][0]["id"] == entry["id"]
    assert run(*field, "--check", "--key", "ehpad des lilas", *who).code == 0

    assert run(*field, "value=X").code == 1
    assert "Votre nom est à dire" in run(*field, "value=X").err
    assert run(*field, "sans égal", *who).code == 2
    assert run(*field, "value=X", "--check", *who).code == 2
    assert run("correct", "rien", "organization.name", "value=X", *who).code == 1


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("membres.csv", ()),
        ("membres.xlsx", ("--xlsx",)),
        ("liste.XLSX", ("-o", "liste.XLSX")),
        ("liste.csv", ("-o", "liste.csv")),
    ],
)
def test_a_template_is_written_once_and_read_back(
    run: Run, name: str, arguments: tuple[str, ...]
) -> None:
    first = run("template", "membres", *arguments, "--json")
    again = run("template", "membres", *arguments)
    forced = run("template", "membres", *arguments, "--force")
    empty = run("import", "table", name)

    assert (first.code, again.code, forced.code) == (0, 2, 0)
    assert first.document["files"][0] == name
    assert all(Path(one).stat().st_size for one in first.document["files"])
    assert "--force" in again.err
    assert empty.code == 1
    assert "moins que les 1" in " ".join(empty.err.split())


def test_templates_are_listed(run: Run) -> None:
    listed = run("template", "--list", "--json").document

    assert {"etp", "equipes", "membres"} <= {one["name"] for one in listed}
    assert all(one["purpose"] and one["columns"] for one in listed)
    assert "membres" in run("template", "--list").out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "liste connue : annexe3"),
        (("inconnue",), "« inconnue »"),
        (("membres", "-o", "membres.ods"), "finir par .csv ou .xlsx"),
        (("membres", "--xlsx", "-o", "membres.csv"), "finir par .xlsx"),
        (("membres", "-o", "absent/membres.csv"), "impossible d'écrire"),
    ],
)
def test_a_template_that_cannot_be_written_says_why(
    run: Run, arguments: tuple[str, ...], says: str
) -> None:
    ended = run("template", *arguments)

    assert ended.code == 2
    assert says in " ".join(ended.err.split())


def test_locating_is_off_until_a_geocoder_is_named(run: Run) -> None:
    told = run("locate")
    assert told.code == 2
    assert "RECOURS_GEOCODER_URL" in told.err


def test_addresses_are_located_told_and_found_by_distance(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("import", "table", "--mapping", "annexe3", "--json")
    with open_geocoder() as geocoder:
        geocoder.default = Known(48.7571, 2.3261)  # in Fresnes, whatever is asked
        monkeypatch.setenv("RECOURS_GEOCODER_URL", geocoder.url)
        first = run("locate", "--limit", "5").out
        told = run("locate", "--json").document
        again = run("locate", "--json").document

    assert "5 adresses demandées" in first
    assert "attendent : relancez `recours locate`" in first
    assert told["located"] > 0
    assert told["refused"] > 0, "an answer in another commune is refused"
    assert told["pending"] == again["asked"] == 0
    near = run("search", "ehpad soleil", "--near", "48.7571,2.3261", "--radius", "1", "--json")
    assert near.document["total"] == 1
