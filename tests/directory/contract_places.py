"""Distances, order, pages and reasons."""

import pytest

from directory.base.errors import InputRefusedError
from directory.engines.base import Engine
from directory.geo import distance_m
from directory.query import (
    CategoryIs,
    CommuneIs,
    DirectoryQuery,
    Near,
)
from tests.directory.contract_base import AT_RUNGIS, ContractBase, facet, find, followed, names
from tests.factories import category, practitioner, resource
from tests.places import CACHAN, FRESNES, LHAY, RUNGIS, VILLEJUIF


class PlacesContract(ContractBase):
    def test_within_a_radius_the_nearest_come_first(self, engine: Engine) -> None:
        self.filled(engine, *(resource(c.name, commune=c) for c in (CACHAN, FRESNES, RUNGIS, LHAY)))

        page = find(engine, near=Near(lat=AT_RUNGIS.lat, lon=AT_RUNGIS.lon, radius_m=3_500))

        assert names(page) == ["Rungis", "Fresnes", "L'Haÿ-les-Roses"]
        assert (page.total, facet(page, "commune").get(CACHAN.insee)) == (3, None)
        for hit in page.hits:
            point = hit.resource.point
            assert point is not None
            exact = distance_m(AT_RUNGIS.lat, AT_RUNGIS.lon, point.lat, point.lon)
            assert hit.distance_m == round(exact)

    def test_a_circle_is_not_a_square(self, engine: Engine) -> None:
        """A point in the corner of the box is farther than the radius: not found, not counted."""
        inside = resource("Dedans", point=(48.0, 2.013))
        corner = resource("Coin", point=(48.0085, 2.0127), commune=FRESNES)
        self.filled(engine, inside, corner)

        page = find(engine, near=Near(lat=48.0, lon=2.0, radius_m=1_000))

        assert (names(page), page.total) == (["Dedans"], 1)
        assert facet(page, "commune") == {CACHAN.insee: 1}

    def test_without_a_radius_everything_comes_the_nearest_first(self, engine: Engine) -> None:
        places = (CACHAN, FRESNES, RUNGIS, LHAY, VILLEJUIF)
        lost = resource("Sans point", commune=CACHAN, point=None)
        self.filled(engine, lost, *(resource(c.name, commune=c) for c in places))

        page = find(engine, near=AT_RUNGIS)

        distances = [hit.distance_m for hit in page.hits[:-1]]
        assert None not in distances
        assert distances == sorted(distances, key=lambda metres: metres or 0)
        assert (names(page)[0], names(page)[-1], page.total) == ("Rungis", "Sans point", 6)

    def test_the_nearest_of_a_large_answer_are_exact(self, engine: Engine) -> None:
        """More matches than are measured one by one: growing boxes, across both meridians' sides."""
        far = [resource(f"Loin {n}", point=(40 + n / 1000, 2.0)) for n in range(6_000)]
        near = [resource(f"Près {n}", point=(-17.0, 179.999 - n / 100)) for n in range(3)]
        near.append(resource("Près, au-delà", point=(-17.0, -179.995)))
        self.filled(engine, *far, *near)

        page = find(engine, size=4, near=Near(lat=-17.0, lon=179.9999))

        assert names(page) == ["Près 0", "Près, au-delà", "Près 1", "Près 2"]
        assert page.total == 6_004

    def test_filters_alone_leave_the_order_to_distance(self, engine: Engine) -> None:
        """However rare what a filter looked for: rarity once came before the nearest."""
        wanted = CategoryIs(codes=("500",), label="EHPAD", words=("EHPAD", "maison de retraite"))
        self.filled(
            engine,
            *(resource(f"Les Tilleuls {n}", category=category("500")) for n in range(5)),
            resource("Maison de retraite", commune=FRESNES),
            resource("EHPAD", commune=VILLEJUIF),
            resource("Les Roses", commune=RUNGIS, category=category("500")),
        )

        page = engine.search(DirectoryQuery(filters=(wanted,), near=AT_RUNGIS, size=100))

        distances = [hit.distance_m or 0 for hit in page.hits]
        assert len(distances) == 8
        assert distances == sorted(distances)

    def test_words_come_before_distance(self, engine: Engine) -> None:
        self.filled(
            engine,
            resource("Cabinet Martyn", commune=RUNGIS),
            resource("Cabinet Martin", commune=CACHAN),
            resource("Centre Martin", commune=LHAY),
        )

        page = find(engine, "martin", near=AT_RUNGIS)

        assert names(page) == ["Centre Martin", "Cabinet Martin", "Cabinet Martyn"]

    def test_equal_entries_come_in_a_stable_order_that_ignores_the_alphabet(
        self, engine: Engine
    ) -> None:
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        entries = [practitioner(f"Anne {letter}aure") for letter in letters]
        self.filled(engine, *entries)
        first = names(find(engine, "orthophoniste"))
        browsed = names(find(engine))

        self.filled(engine, *reversed(entries))
        assert followed(engine, 26)

        assert names(find(engine, "orthophoniste")) == first
        assert names(find(engine)) == browsed
        assert first not in (sorted(first), sorted(first, reverse=True))
        assert sum(a < b for a, b in zip(first, first[1:], strict=False)) < 20

    @pytest.mark.parametrize("near", [None, AT_RUNGIS], ids=["partout", "au plus près"])
    @pytest.mark.parametrize("text", ["", "centre"])
    def test_pages_follow_without_gap_nor_repetition(
        self, engine: Engine, text: str, near: Near | None
    ) -> None:
        self.filled(engine, *(resource(f"Centre {n}") for n in range(47)))
        whole = names(find(engine, text, near=near))
        query = DirectoryQuery(text=text, near=near, size=10)
        pages: list[str] = []
        for _ in range(5):
            page = engine.search(query)
            pages.extend(names(page))
            query = DirectoryQuery(text=text, near=near, size=10, cursor=page.next_cursor)

        assert pages == whole
        assert (len(set(pages)), page.total, page.next_cursor) == (47, 47, "")

    def test_entries_without_a_point_close_the_last_pages(self, engine: Engine) -> None:
        lost = [resource(f"Sans point {n}", point=None) for n in range(7)]
        self.filled(engine, *lost, *(resource(f"Centre {n}") for n in range(6)))
        query = DirectoryQuery(near=AT_RUNGIS, size=4)
        pages: list[str] = []
        while page := engine.search(query):
            pages.extend(names(page))
            if not page.next_cursor:
                break
            query = DirectoryQuery(near=AT_RUNGIS, size=4, cursor=page.next_cursor)

        assert len(set(pages)) == len(pages) == 13
        assert all(name.startswith("Centre") for name in pages[:6])

    @pytest.mark.parametrize("radius_m", [-1, 0, 10_000_000])
    def test_any_radius_gets_an_answer(self, engine: Engine, radius_m: int) -> None:
        self.filled(engine, resource("Ici", commune=RUNGIS), resource("Là", commune=CACHAN))

        page = find(engine, near=Near(lat=AT_RUNGIS.lat, lon=AT_RUNGIS.lon, radius_m=radius_m))

        expected = {-1: [], 0: ["Ici"], 10_000_000: ["Ici", "Là"]}
        assert names(page) == expected[radius_m]

    def test_a_point_out_of_the_earth_is_no_point(self, engine: Engine) -> None:
        """One wrong coordinate must not stop a whole index."""
        self.filled(engine, resource("Ailleurs", point=(123.0, 4_567.0)), resource("Ici"))

        assert set(names(find(engine, near=AT_RUNGIS))) == {"Ailleurs", "Ici"}
        within = Near(lat=AT_RUNGIS.lat, lon=AT_RUNGIS.lon, radius_m=20_000)
        assert names(find(engine, near=within)) == ["Ici"]

    def test_a_forged_cursor_is_refused(self, engine: Engine) -> None:
        self.filled(engine, *(resource(f"Centre {n}") for n in range(30)))
        good = engine.search(DirectoryQuery(text="centre", size=10)).next_cursor
        forged = ["!", "AAAA", "é", good[:-2], good[::-1], "A" * 5_000, good]

        for cursor in forged:
            with pytest.raises(InputRefusedError, match="cursor"):
                engine.search(DirectoryQuery(text="autre", size=10, cursor=cursor))

    def test_size_is_kept_within_reason(self, engine: Engine) -> None:
        self.filled(engine, resource("Un"), resource("Deux"))

        assert len(find(engine, size=0).hits) == 1
        assert len(find(engine, size=10**9).hits) == 2

    def test_an_entry_comes_back_as_it_was_given(self, engine: Engine) -> None:
        entry = practitioner(
            "Élise d'Œuvre", "50", acts=("IVG médicamenteuse",), covered=("94016",)
        )

        assert find(self.filled(engine, entry)).hits[0].resource == entry

    def test_every_hit_says_why_it_is_here(self, engine: Engine) -> None:
        self.filled(engine, practitioner("Anne Dupont", "91"), practitioner("Luc Dupond", "60"))
        filters = (CommuneIs(insee=(CACHAN.insee,)),)

        page = engine.search(DirectoryQuery(text="dupont", filters=filters, near=AT_RUNGIS))

        whys = {hit.resource.name: hit.why for hit in page.hits}
        rough = "environ 4,9 km (adresse non localisée)"
        assert whys["Anne Dupont"] == ("nom exact", "commune : Cachan", rough)
        assert whys["Luc Dupond"] == ("nom approché", "commune : Cachan", rough)
        by_word = find(engine, "orthophonistes")
        assert by_word.hits[0].why == ("profession : Orthophoniste",)
