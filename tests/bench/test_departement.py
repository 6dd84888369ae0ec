"""The search on an invented département: floors per class, and both engines alike."""

from pathlib import Path

import pytest

from bench.departement import departement_entries, questions, write_questions
from bench.score import BEGIN, CLASSES, END, Labels, departement, say_scores, write_page
from directory.base.settings import Settings
from directory.scoring import Scores, read_labelled
from directory.text import fold

ROWS, PER_CLASS = 3_000, 22
MRR_FLOOR, FIRST_FLOOR, CLASS_FLOOR = 0.97, 0.95, 0.9
ENGINES_APART = 0.02


@pytest.fixture(scope="module")
def labels() -> Labels:
    return departement(ROWS, PER_CLASS)


@pytest.fixture(scope="module")
def ours(labels: Labels, tmp_path_factory: pytest.TempPathFactory) -> Scores:
    return labels.score(Settings(data_dir=tmp_path_factory.mktemp("ours")))


def _check_floors(scores: Scores) -> None:
    assert scores.overall.queries >= 150
    assert set(scores.by_class) == set(CLASSES)
    assert scores.overall.mrr >= MRR_FLOOR, scores.misses
    assert scores.overall.success_at_1 >= FIRST_FLOOR, scores.misses
    low = {name: one for name, one in scores.by_class.items() if one.mrr < CLASS_FLOOR}
    assert low == {}


def test_the_right_entry_is_first_with_the_embedded_engine(ours: Scores) -> None:
    _check_floors(ours)


@pytest.mark.elastic
def test_the_server_answers_as_well(
    labels: Labels, ours: Scores, engine_settings: Settings
) -> None:
    theirs = labels.score(engine_settings)

    _check_floors(theirs)
    assert abs(ours.overall.mrr - theirs.overall.mrr) <= ENGINES_APART
    assert abs(ours.overall.success_at_1 - theirs.overall.success_at_1) <= ENGINES_APART
    assert abs(ours.overall.success_at_3 - theirs.overall.success_at_3) <= ENGINES_APART


def test_the_same_seed_gives_the_same_and_every_answer_is_one_entry() -> None:
    found = list(departement_entries(600, seed=3))
    drawn = questions(found, 10, seed=3)
    names = [fold(one.name) for one in found]

    assert found == list(departement_entries(600, seed=3))
    assert drawn == questions(found, 10, seed=3)
    assert drawn != questions(found, 10, seed=4)
    assert {one.insee[:2] for one in found} == {"91"}
    for one in drawn:
        assert sum(fold(one.expected) in name for name in names) == 1


def test_the_questions_are_read_by_the_command_that_scores(tmp_path: Path) -> None:
    drawn = questions(list(departement_entries(300)), 5)
    path = tmp_path / "questions.tsv"

    write_questions(path, drawn)

    assert read_labelled(path) == drawn


def test_the_tables_replace_the_former_ones_of_a_document(tmp_path: Path, ours: Scores) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"avant\n{BEGIN}\nancien\n{END}\naprès\n", encoding="utf-8")

    write_page(page, say_scores("Un annuaire", {"Tantivy": ours}))

    told = page.read_text(encoding="utf-8")
    assert told.startswith(f"avant\n{BEGIN}\n\n### Un annuaire")
    assert told.endswith(f"{END}\naprès\n")
    assert "ancien" not in told
    assert f"| fautes | {PER_CLASS} |" in told


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("rien", encoding="utf-8")

    with pytest.raises(SystemExit, match="il y manque"):
        write_page(page, "tables")

    assert page.read_text(encoding="utf-8") == "rien"
