"""Reports: one JSON document, and a table a person reads."""

import io
import json
from datetime import date

from rich.console import Console

from directory.comparing import StagedCounts
from importers.contract import Quarantined, Row
from importers.report import SHOWN_EXAMPLES, Report, render_report


def _report() -> Report:
    report = Report("finess", "FINESS", run=7, data_date=date(2026, 11, 20), read=1234)
    report.ignore("hors territoire", 1200)
    report.set_aside(Row(12, [], "x"), Quarantined("nom absent", "[b]vide[/b]", "940000011"))
    report.settle(
        StagedCounts(kept=20, unchanged=10, duplicates=2, older=1, absent=5), remove_absent=True
    )
    report.warnings.append("peu de lignes")
    return report


def test_counts_add_up_and_removed_stands_apart() -> None:
    report = _report()
    assert report.adds_up()
    assert (report.kept, report.unchanged, report.ignored, report.removed) == (20, 10, 1203, 5)
    report.read += 1
    assert not report.adds_up()


def test_an_extract_removes_nothing() -> None:
    report = Report("finess", "FINESS")
    report.settle(StagedCounts(absent=5), remove_absent=False)
    assert report.removed == 0


def test_the_document_holds_every_count_of_the_contract() -> None:
    told = json.loads(json.dumps(_report().as_dict()))
    assert {"read", "kept", "unchanged", "ignored", "quarantined", "removed"} <= told.keys()
    assert told["reasons"] == {
        "hors territoire": 1200,
        "doublon dans le fichier": 2,
        "nom absent": 1,
        "plus ancien que la version connue": 1,
    }
    assert told["examples"] == [
        {"line": 12, "key": "940000011", "reason": "nom absent", "detail": "[b]vide[/b]"}
    ]


def test_only_the_first_rows_set_aside_are_shown() -> None:
    report = Report("finess", "FINESS")
    for line in range(100):
        report.set_aside(Row(line, [], ""), Quarantined("x", ""))
    assert (report.quarantined, len(report.examples)) == (100, SHOWN_EXAMPLES)


def test_a_person_reads_counts_reasons_and_lines() -> None:
    shown = io.StringIO()
    Console(width=100, file=shown).print(render_report(_report().as_dict()))
    text = shown.getvalue()
    assert "FINESS, données du 20/11/2026 (import n° 7)" in text
    assert "1\u202f200" in text
    assert "Ligne 12 [940000011] : nom absent — [b]vide[/b]" in text
    assert "Attention : peu de lignes" in text
