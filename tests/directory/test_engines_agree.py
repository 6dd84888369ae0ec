"""The same entries in both engines: the same answers, in the same order, with the same words."""

from collections.abc import Iterator
from datetime import date
from itertools import islice
from random import Random

import pytest

from bench.entries import entries
from directory.communes import Communes
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.query import DirectoryQuery, Near, Sort
from directory.resource import Resource
from directory.results import Page
from directory.territory import load_territory
from directory.understanding import ask
from tests.directory.contract_base import AT_RUNGIS
from tests.factories import annexe_3
from tests.opensearch import index_of_its_own

pytestmark = pytest.mark.elastic

ROWS = 2_000
DAY = date(2026, 11, 25)
TYPED = (
    "", "ehpad", "ehpad fresnes", "kiné cachan", "kine à domicile", "orthophoniste", "ortophoniste",
    "pédiatre 5 km rungis", "l hay les roses", "L'HAŸ", "soleil dautomne", "st joseph", "scanner",
    "ime les lilas usep", "rééducation périnéale", "diabète", "patients diabétiques", "pharmacie",
    "pharmacies", "01 49 84 92 00", "94240", "martin", "martyn", "lef", "dr", "les de la", "a",
    "maison de retraite", "autour de cachan", "infirmier ouvert", "vaccination chevilly", "xyzzy",
    "soleil levant couchant", "résidence santé cousin de méricourt", "œuvre", "centre 12",
)  # fmt: skip


@pytest.fixture(scope="module")
def told() -> list[Resource]:
    return [*annexe_3(), *islice(entries(ROWS), ROWS)]


@pytest.fixture(scope="module")
def both(
    engine_server: str,
    tmp_path_factory: pytest.TempPathFactory,
    told: list[Resource],
    communes: Communes,
) -> Iterator[tuple[Engine, Engine]]:
    """The embedded engine and the server's, filled alike."""
    with index_of_its_own(engine_server, tmp_path_factory.mktemp("agree")) as settings:
        opened = [
            open_engine(settings.model_copy(update={"engine": name}), communes=communes)
            for name in ("tantivy", "elasticsearch")
        ]
        for engine in opened:
            engine.rebuild(told)
        yield opened[0], opened[1]
        for engine in opened:
            engine.close()


def summary(page: Page) -> dict[str, object]:
    """All that a reader sees, the pages that follow apart."""
    return {
        "hits": [(hit.resource.name, hit.tier.name, hit.why, hit.distance_m) for hit in page.hits],
        "ids": [hit.resource.id for hit in page.hits],
        "total": page.total,
        "facets": page.facets,
        "widened": page.widened,
        "understood": page.understood,
    }


@pytest.mark.parametrize("near", [None, AT_RUNGIS], ids=["partout", "au plus près"])
@pytest.mark.parametrize("text", TYPED)
def test_what_is_typed_is_answered_alike(
    both: tuple[Engine, Engine], communes: Communes, text: str, near: Near | None
) -> None:
    reach = load_territory("bievre").everywhere

    one, other = (
        summary(ask(engine, text, near=near, communes=communes, territory_communes=reach))
        for engine in both
    )

    assert one == other


def test_names_however_mistyped_are_answered_alike(
    both: tuple[Engine, Engine], told: list[Resource]
) -> None:
    rng = Random(7)
    typed = [mistyped(rng.choice(told).name, rng) for _ in range(150)]

    for text in typed:
        query = DirectoryQuery(text=text, size=50, any_word=rng.random() < 0.3)
        one, other = (summary(engine.search(query)) for engine in both)
        assert one == other, text


@pytest.mark.parametrize("sort", list(Sort))
def test_every_order_is_the_same(both: tuple[Engine, Engine], sort: Sort) -> None:
    for text, near in (("", None), ("centre", None), ("", AT_RUNGIS)):
        query = DirectoryQuery(text=text, near=near, sort=sort, day=DAY if near is None else None)
        one, other = (summary(engine.search(query)) for engine in both)
        assert one == other, text


def mistyped(name: str, rng: Random) -> str:
    """A name as people type it: letters lost, doubled or swapped, words cut, glued or moved."""
    words = name.split()
    rng.shuffle(words)
    words = words[: rng.randint(1, 3)]
    spot = rng.randrange(len(words))
    word = words[spot]
    at = rng.randrange(len(word))
    words[spot] = rng.choice(
        (
            word,
            word[:at] + word[at + 1 :] or word,
            word[:at] + word[at] + word[at:],
            word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
            word[: max(2, at)],
        )
    )
    return rng.choice((" ", " ", " ", "")).join(words).lower()
