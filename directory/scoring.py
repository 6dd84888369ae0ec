"""How good the search is, measured on questions of which a person wrote the right answer."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from directory.base.errors import InputRefusedError
from directory.model import Value
from directory.results import Hit, Page
from directory.text import fold

SHOWN = 20
"""Hits looked at: further down than the first page, an entry is not found."""

DECIMALS = 4


class Labelled(NamedTuple):
    """A question, a piece of the name of the entry that answers it, and what kind of question."""

    query: str
    expected: str
    kind: str


class Figures(Value, frozen=True, kw_only=True):
    """Shares of the questions answered first, answered among three, and the mean of 1 / rank."""

    queries: int
    success_at_1: float
    success_at_3: float
    mrr: float


class Miss(Value, frozen=True, kw_only=True):
    """A question whose entry was not the first: its rank, if on the first page, and who was."""

    query: str
    expected: str
    kind: str
    rank: int | None
    first: str


class Scores(Value, frozen=True, kw_only=True):
    """Figures over all the questions and over each class, and the questions to look at."""

    overall: Figures
    by_class: dict[str, Figures]
    misses: tuple[Miss, ...]


def read_labelled(path: Path) -> list[Labelled]:
    """Questions of a tab-separated file: query, piece of the name, class; `#` starts a remark.

    Raises InputRefusedError naming the line that is not so, or a file that cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as exc:
        raise InputRefusedError(f"{path} : lecture impossible ({exc}). UTF-8 attendu.") from exc
    read = list(_read(path, lines))
    if not read:
        raise InputRefusedError(f"{path} : aucune question. Attendu : question, nom, classe.")
    return read


def _read(path: Path, lines: Sequence[str]) -> Iterator[Labelled]:
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        cells = [cell.strip() for cell in line.split("\t")]
        if number == 1 and cells[0].lower() == "query":
            continue
        if len(cells) != 3 or not all(cells):
            raise InputRefusedError(
                f"{path}, ligne {number} : {len(cells)} colonne(s) ou une vide ; attendu : "
                "question, morceau du nom attendu, classe, séparés par des tabulations."
            )
        yield Labelled(*cells)


def score(asked: Callable[[str], Page], questions: Iterable[Labelled]) -> Scores:
    """Ask every question and compare; names are compared without case nor accents."""
    ranks: dict[str, list[int | None]] = defaultdict(list)
    misses = []
    for one in questions:
        hits = asked(one.query).hits[:SHOWN]
        rank = _rank(hits, one.expected)
        ranks[one.kind].append(rank)
        if rank != 1:
            first = hits[0].resource.name if hits else ""
            miss = Miss(
                query=one.query, expected=one.expected, kind=one.kind, rank=rank, first=first
            )
            misses.append(miss)
    return Scores(
        overall=_figures([rank for each in ranks.values() for rank in each]),
        by_class={kind: _figures(each) for kind, each in sorted(ranks.items())},
        misses=tuple(misses),
    )


def _rank(hits: Sequence[Hit], expected: str) -> int | None:
    piece = _compared(expected)
    found = (rank for rank, hit in enumerate(hits, 1) if piece in _compared(hit.resource.name))
    return next(found, None)


def _compared(text: str) -> str:
    return " ".join(fold(text).replace("’", "'").split())


def _figures(ranks: Sequence[int | None]) -> Figures:
    def share(within: int) -> float:
        return round(sum(rank is not None and rank <= within for rank in ranks) / count, DECIMALS)

    count = len(ranks)
    mrr = sum(1 / rank for rank in ranks if rank is not None) / count
    return Figures(
        queries=count, success_at_1=share(1), success_at_3=share(3), mrr=round(mrr, DECIMALS)
    )
