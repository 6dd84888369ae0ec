"""What spares the engine work changes no answer: each shortcut beside the long way."""

from collections import Counter
from pathlib import Path
from random import Random
from typing import cast

import pytest
from tantivy import Index, Query, Searcher

from directory.engines.facets import FacetLabels
from directory.engines.tantivy import dictionary, nearby, reader, tallies, turns
from directory.engines.tantivy.dictionary import IndexDictionary
from directory.engines.tantivy.engine import TantivyEngine
from directory.engines.tantivy.nearby import count
from directory.engines.tantivy.queries import UNREAD, holding, plan
from directory.engines.tantivy.selections import all_of
from directory.engines.tantivy.tallies import values_within
from directory.engines.tantivy.turns import RING, best_in_turn
from directory.engines.words import sought_words
from directory.geo import distance_m
from directory.query import DirectoryQuery, Near
from directory.resource import Resource, decode_resource
from tests.factories import practitioner
from tests.places import RUNGIS

GIVEN = ("Jean", "Jeanne", "Jeannine", "David", "Anne", "Yann", "Marie-Laure", "Loïc", "Zoé")
FAMILIES = ("Martin", "Marten", "Martine", "Davidson", "Roy", "Rois", "Lefebvre", "Lefevre",
            "Robin", "Robine", "L'Hostis", "De La Tour", "O2", "Kinkin", "Infirmier")  # fmt: skip
LAT, LON = RUNGIS.lat or 0.0, RUNGIS.lon or 0.0


def invented(number: int) -> list[Resource]:
    """Practitioners around Rungis, whose names resemble each other."""
    rng = Random(4)
    return [
        practitioner(
            f"{rng.choice(GIVEN)} {rng.choice(FAMILIES)}",
            rng.choice(("60", "70", "91")),
            address=f"{n} rue {rng.choice(FAMILIES)}",
            point=(round(LAT + rng.gauss(0, 0.02), 4), round(LON + rng.gauss(0, 0.03), 4)),
        )
        for n in range(number)
    ]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder: Path = tmp_path_factory.mktemp("raccourcis")
    engine = TantivyEngine(folder)
    engine.rebuild(invented(400))
    return Index.open(str(folder / engine.generation()))


@pytest.fixture(scope="module")
def searcher(index: Index) -> Searcher:
    return index.searcher()


def found(searcher: Searcher, query: Query) -> dict[int, float]:
    hits = searcher.search(query, searcher.num_docs, count=False).hits
    return {address.doc: score for score, address in hits}


WORDS = ("jean", "jeann", "david", "davidson", "martin", "martim", "matrin", "mrtin", "roy",
         "lefebvre", "lefebre", "marielaure", "jeanmartin", "infirmier", "infirmer", "kinkin",
         "tour", "o2", "lhostis", "л", "jean-мartin", "zzzz")  # fmt: skip


@pytest.mark.parametrize("typed", WORDS)
@pytest.mark.parametrize(("most", "common"), [(2, 1), (64, 1), (64, 5_000)])
def test_words_named_by_the_dictionary_find_what_the_engine_would(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, most: int, common: int, typed: str
) -> None:
    monkeypatch.setattr(dictionary, "MOST_TERMS", most)
    monkeypatch.setattr(dictionary, "COMMON", common)
    monkeypatch.setattr(dictionary, "MOST_FREQUENT", most)
    terms = IndexDictionary(searcher)

    for word in sought_words(typed):
        named, left = holding(word, terms), holding(word, UNREAD)
        assert found(searcher, named).keys() == found(searcher, left).keys()
    for query in (
        DirectoryQuery(text=typed, typed=typed),
        DirectoryQuery(text=f"anne {typed}", any_word=True),
        DirectoryQuery(text=f"{typed} david"),
        DirectoryQuery(text=f"david {typed} martin"),
        DirectoryQuery(text=typed, named=True),
        DirectoryQuery(text=f"david {typed}", named=True),
        DirectoryQuery(text=f"david {typed}", named=True),
    ):
        named, left = plan(query, (), terms).scoring, plan(query).scoring
        assert found(searcher, named) == found(searcher, left)


@pytest.mark.parametrize("typed", ["ma", "dav", "de", "o2", "zz", "é"])
def test_beginnings_that_are_remembered_say_the_same(
    index: Index, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    told = []
    for shortest in (4, 0):
        monkeypatch.setattr(reader, "SHORTEST", shortest)
        opened = reader.Reader("", index, FacetLabels({}, None))
        for text, size in ((typed, 20), (typed, 3), (typed, 20), (f"{typed}n", 20)):
            query = DirectoryQuery(text=text, named=True, counted=False)
            told.append([one.resource for one in opened.answer(query, 0, size).hits])

    assert told[:4] == told[4:]


@pytest.mark.parametrize(
    ("glued", "lacks"), [("jeanmartin", False), ("jeanmartim", False), ("martinzzzz", True)]
)
def test_what_no_term_resembles_is_not_looked_for(
    searcher: Searcher, glued: str, lacks: bool
) -> None:
    assert IndexDictionary(searcher).lacks(glued) is lacks


def test_a_frequent_beginning_is_not_left_to_the_engine(searcher: Searcher) -> None:
    """« david » starts each « davidmartin », which adds nobody, and « davidson », which does."""
    told = IndexDictionary(searcher).starting("name", "david")

    assert told is not None
    assert {"david", "davidson"} <= set(told)


@pytest.mark.parametrize("needed", [1, 20, 150, 399])
@pytest.mark.parametrize("first", [0, RING // 3, RING - 2])
@pytest.mark.parametrize("typed", ["martin", "anne", ""])
def test_equals_come_in_turn(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, needed: int, first: int, typed: str
) -> None:
    monkeypatch.setattr(turns, "FEW", 10)
    asked = plan(DirectoryQuery(text=typed, typed=typed))
    scores = searcher.search(asked.scoring, searcher.num_docs, count=False).hits
    ranks = searcher.fast_field_values("rank", [address for _, address in scores])
    expected = sorted(
        (
            (-score, (int(rank or 0) - first) % RING)
            for (score, _), rank in zip(scores, ranks, strict=True)
        ),
    )[:needed]

    def total() -> int:
        return count(searcher, asked.selecting)

    ranked = best_in_turn(searcher, asked.scoring, first, needed, total)

    assert [(-one.score, (one.rank - first) % RING) for one in ranked] == expected


@pytest.mark.parametrize("many", [0, 100_000])
@pytest.mark.parametrize("radius", [60, 900, 5_000, 40_000])
def test_values_of_a_circle_are_those_of_its_entries(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, radius: int, many: int
) -> None:
    monkeypatch.setattr(tallies, "MANY", many)
    near = Near(lat=LAT, lon=LON, radius_m=radius)
    hits = searcher.search(all_of([]), searcher.num_docs, count=False).hits
    entries = [decode_resource(cast(bytes, searcher.doc(one).get_first("body"))) for _, one in hits]
    expected = Counter(
        one.profession.code
        for one in entries
        if one.profession
        and one.point
        and distance_m(LAT, LON, one.point.lat, one.point.lon) <= radius
    )

    assert values_within(searcher, all_of([]), near, "profession") == expected


@pytest.mark.parametrize("crowded", [0, 10_000])
@pytest.mark.parametrize("radius", [60, 900, 5_000, 40_000])
def test_a_circle_holds_the_same_entries_however_thin_its_edge(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, radius: int, crowded: int
) -> None:
    monkeypatch.setattr(nearby, "CROWDED", crowded)
    hits = searcher.search(all_of([]), searcher.num_docs, count=False).hits
    addresses = [address for _, address in hits]
    lats, lons = (searcher.fast_field_values(name, addresses) for name in ("lat", "lon"))
    expected = [
        (lat, lon)
        for lat, lon in zip(lats, lons, strict=True)
        if lat is not None and lon is not None and distance_m(LAT, LON, lat, lon) <= radius
    ]

    near = Near(lat=LAT, lon=LON, radius_m=radius)

    assert count(searcher, nearby.circle(searcher, all_of([]), near)) == len(expected)


def test_values_are_left_to_others_where_the_edge_is_crowded(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tallies, "MOST_POINTS", 0)

    assert (
        values_within(searcher, all_of([]), Near(lat=LAT, lon=LON, radius_m=5_000), "kind") is None
    )
    assert values_within(searcher, all_of([]), Near(lat=LAT, lon=LON, radius_m=0), "kind") is None
