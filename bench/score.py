"""Is the right entry the first? Labelled questions on two directories, asked of both engines.

    python -m bench score [--rows 20000] [--per-class 60] [--url URL] [--page docs/recherche.md]

The demonstration of the Bièvre with tests/web/queries.tsv, and an invented département with the
questions of bench.departement. Without --url, OpenSearch is started from the artifacts of the
tests; where it cannot start, the embedded engine is scored alone. --page writes the tables into a
document, between its two marks.
"""

import argparse
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.departement import DEPARTEMENT, departement_entries, questions, reach
from bench.engines import server
from bench.machine import say_machine
from directory.base.settings import Settings
from directory.communes import Communes, read_communes
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.indexing import rebuild_index
from directory.scoring import SHOWN, Figures, Labelled, Scores, read_labelled, score
from directory.understanding import ask
from tests.opensearch import index_of_its_own
from tests.web.make_queries import QUERIES
from web.demo import prepare_demo
from web.services import services

CLASSES = {
    "names": "noms",
    "typos": "fautes",
    "acronyms": "sigles",
    "needs": "besoins",
    "places": "lieux",
    "numbers": "numéros",
    "mixed": "mêlées",
}
NAMES = {"tantivy": "Tantivy", "elasticsearch": "OpenSearch"}
BEGIN, END = "<!-- scores : début -->", "<!-- scores : fin -->"


@dataclass(frozen=True)
class Labels:
    """A directory with labelled questions: how an engine is filled with it, what it reaches."""

    title: str
    questions: Sequence[Labelled]
    fill: Callable[[Engine], int]
    communes: Communes
    reach: Sequence[str]

    def score(self, settings: Settings) -> Scores:
        """Fill the engine of these settings, and ask it everything."""
        engine = open_engine(settings, communes=self.communes)
        try:
            self.fill(engine)
            return score(
                lambda text: ask(
                    engine,
                    text,
                    size=SHOWN,
                    communes=self.communes,
                    territory_communes=self.reach,
                ),
                self.questions,
            )
        finally:
            engine.close()


def departement(rows: int, per_class: int) -> Labels:
    """The invented département."""
    found = list(departement_entries(rows))
    return Labels(
        title=f"Un département inventé ({DEPARTEMENT}, {rows} fiches)",
        questions=questions(found, per_class),
        fill=lambda engine: engine.rebuild(found),
        communes=read_communes(),
        reach=reach(),
    )


@contextmanager
def demonstration(folder: Path) -> Iterator[Labels]:
    """The demonstration of the Bièvre, imported under `folder`."""
    settings = Settings(data_dir=folder, demo=True, territory="bievre")
    prepare_demo(settings)
    with services(settings) as opened:
        yield Labels(
            title="La démonstration de la Bièvre",
            questions=read_labelled(QUERIES),
            fill=lambda engine: rebuild_index(opened.register, engine, opened.communes),
            communes=opened.communes,
            reach=sorted(opened.territory.everywhere),
        )


def score_engines(labels: Labels, folder: Path, url: str) -> dict[str, Scores]:
    """The scores of the embedded engine, and of the server if there is one, by their names."""
    ours = Settings(data_dir=folder / "ours", engine="tantivy")
    scored = {NAMES["tantivy"]: labels.score(ours)}
    if url:
        with index_of_its_own(url, folder / "theirs") as theirs:
            scored[NAMES["elasticsearch"]] = labels.score(theirs)
    return scored


def say_scores(title: str, scored: Mapping[str, Scores]) -> str:
    """A Markdown table, one line a class, and the questions whose answer was not the first."""
    each = ("première", "parmi trois", "MRR")
    columns = [f"{name} : {what}" for name in scored for what in each]
    first = next(iter(scored.values()))
    lines = [
        f"### {title}",
        "",
        "| classe | questions | " + " | ".join(columns) + " |",
        "| --- | ---: |" + " ---: |" * len(columns),
        *(
            _line(CLASSES[kind], [one.by_class[kind] for one in scored.values()])
            for kind in CLASSES
            if kind in first.by_class
        ),
        _line("**ensemble**", [one.overall for one in scored.values()]),
        "",
        *(_say_misses(name, one) for name, one in scored.items()),
    ]
    return "\n".join(lines)


def _line(name: str, figures: Sequence[Figures]) -> str:
    shares = [
        f"{share:.3f}".replace(".", ",")
        for one in figures
        for share in (one.success_at_1, one.success_at_3, one.mrr)
    ]
    return f"| {name} | {figures[0].queries} | " + " | ".join(shares) + " |"


def _say_misses(name: str, scores: Scores) -> str:
    told = [
        f"« {one.query} » ({f'rang {one.rank}' if one.rank else 'absente'})"
        for one in scores.misses
    ]
    said = f"{len(told)} sur {scores.overall.queries}"
    return f"- {name}, la bonne fiche n'est pas la première : {said}. {' ; '.join(told)}".rstrip()


def write_page(path: Path, told: str) -> None:
    """Put the tables between the two marks of a document, in the place of the former ones."""
    page = path.read_text(encoding="utf-8")
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not (begin and end):
        raise SystemExit(f"{path} : il y manque « {BEGIN} » ou « {END} » ; remettez-les.")
    path.write_text(f"{head}{BEGIN}\n\n{told}\n\n{END}{tail}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Score both directories on both engines, print the tables."""
    options = _parser().parse_args(arguments)
    told = [f"Notées avec `python -m bench score` : {say_machine()}.\n"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = _server(stack, folder, options.url)
        shown = stack.enter_context(demonstration(folder / "demo"))
        for place, labels in enumerate((shown, departement(options.rows, options.per_class))):
            scored = score_engines(labels, folder / str(place), url)
            told.append(say_scores(labels.title, scored))
            print(told[-1], flush=True)
    if options.page is not None:
        write_page(options.page, "\n\n".join(told))
    return 0


def _server(stack: ExitStack, folder: Path, url: str) -> str:
    try:
        return stack.enter_context(server(folder, url))
    except (OSError, RuntimeError, subprocess.SubprocessError) as exc:
        print(f"OpenSearch ne démarre pas ({exc}) : seul Tantivy est noté.")
        return ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bench score", description="La bonne fiche est-elle la première, sur deux moteurs ?"
    )
    parser.add_argument("--rows", type=int, default=20_000, help="fiches du département inventé")
    parser.add_argument("--per-class", type=int, default=60, help="questions par classe")
    parser.add_argument("--url", default="", help="un OpenSearch ou Elasticsearch qui tourne déjà")
    parser.add_argument("--page", type=Path, help="document où écrire les tables")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
