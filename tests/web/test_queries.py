"""The search measured on labelled questions, on both engines: floors, so that it never gets worse.

`queries.tsv` is drawn from the demonstration by `python -m tests.web.make_queries`; figures are
published in docs/recherche.md.
"""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from directory.base.errors import InputRefusedError
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.indexing import rebuild_index
from directory.scoring import SHOWN, Labelled, Scores, read_labelled, score
from directory.understanding import ask
from tests.web.make_queries import QUERIES
from web.demo import prepare_demo
from web.services import Services, open_services

MRR_FLOOR, FIRST_FLOOR, CLASS_FLOOR = 0.98, 0.97, 0.93
ENGINES_APART = 0.02


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("demo"), demo=True, territory="bievre")
    prepare_demo(settings)
    opened = open_services(settings)
    yield opened
    opened.close()


def _scores(opened: Services, settings: Settings | None = None) -> Scores:
    """Every labelled question asked of the demonstration's engine, or of another one."""
    engine = opened.engine
    if settings is not None:
        engine = open_engine(settings, communes=opened.communes)
        rebuild_index(opened.register, engine, opened.communes)
    reach = opened.territory.everywhere
    try:
        return score(
            lambda text: ask(
                engine, text, size=SHOWN, communes=opened.communes, territory_communes=reach
            ),
            read_labelled(QUERIES),
        )
    finally:
        if settings is not None:
            engine.close()


def _check_floors(scores: Scores) -> None:
    assert scores.overall.queries >= 300
    assert scores.overall.mrr >= MRR_FLOOR, scores.misses
    assert scores.overall.success_at_1 >= FIRST_FLOOR, scores.misses
    low = {name: one for name, one in scores.by_class.items() if one.mrr < CLASS_FLOOR}
    assert low == {}


def test_the_right_entry_is_first_with_the_embedded_engine(demonstration: Services) -> None:
    _check_floors(_scores(demonstration))


@pytest.mark.elastic
def test_the_server_answers_as_well(demonstration: Services, engine_settings: Settings) -> None:
    ours, theirs = _scores(demonstration), _scores(demonstration, engine_settings)

    _check_floors(theirs)
    assert abs(ours.overall.mrr - theirs.overall.mrr) <= ENGINES_APART
    assert abs(ours.overall.success_at_3 - theirs.overall.success_at_3) <= ENGINES_APART


def test_the_command_prints_the_same_figures(demonstration: Services, tmp_path: Path) -> None:
    few = tmp_path / "mine.tsv"
    few.write_text("query\tname\tclass\ncsapa fresnes\tcsapa\tacronyms\nzzzxq\tPersonne\tnames\n")
    told = subprocess.run(
        ["recours", "score", str(few), "--json"],
        env={
            "RECOURS_DATA_DIR": str(demonstration.settings.data_dir),
            "PATH": str(Path(sys.executable).parent),
        },
        check=True,
        capture_output=True,
    )
    document = msgspec.json.decode(told.stdout)

    assert document["queries"] == 2
    assert document["by_class"]["acronyms"]["mrr"] == 1
    assert [miss["query"] for miss in document["misses"]] == ["zzzxq"]
    assert document["misses"][0]["rank"] is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "aucune question"),
        ("a\tb\n", "ligne 1"),
        ("a\tb\tc\na\t\tc\n", "ligne 2"),
        (b"\xff\xfe\x00", "lecture impossible"),
    ],
)
def test_a_file_that_is_not_so_is_named(tmp_path: Path, text: str | bytes, why: str) -> None:
    path = tmp_path / "questions.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())

    with pytest.raises(InputRefusedError, match=why):
        read_labelled(path)


def test_remarks_and_a_header_are_no_questions(tmp_path: Path) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text("query\tname\tclass\n# remarque\n\nkiné\tMercadier\tnames\n", encoding="utf-8")

    assert read_labelled(path) == [Labelled("kiné", "Mercadier", "names")]
