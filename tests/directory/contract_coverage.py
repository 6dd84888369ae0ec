"""Services that come: found by the communes they serve, wherever they sit."""

import pytest

from directory.activities import Activity, activity_coding
from directory.communes import Communes
from directory.engines.base import Engine
from directory.model import Point, Precision, ResourceKind
from directory.query import CategoryIs, CommuneIs, Covers, DirectoryQuery
from directory.resource import Resource
from directory.results import Page
from directory.understanding import ask
from tests.directory.contract_base import ContractBase, facet, names
from tests.factories import category, practitioner, resource
from tests.places import CACHAN, COMMUNES, CRETEIL, FRESNES, LHAY, RUNGIS, TERRITORY, VITRY

SSIAD = CategoryIs(codes=("354", "209"), label="SSIAD", activities=("358",))


def nursing(*insee: str) -> Activity:
    return Activity(activity=activity_coding("358", "ASMR", social=True), communes=insee)


def helping(*insee: str) -> Activity:
    return Activity(activity=activity_coding("469", "ASOCR", social=True), communes=insee)


def service(name: str, code: str = "354", **changes: object) -> Resource:
    return resource(name, kind=ResourceKind.SERVICE, category=category(code), **changes)


def asked(engine: Engine, text: str, communes: Communes = COMMUNES) -> Page:
    reach = [one.insee for one in TERRITORY]
    return ask(engine, text, communes=communes, territory_communes=reach)


class CoverageContract(ContractBase):
    def test_a_service_located_elsewhere_that_covers_is_found_and_says_so(
        self, engine: Engine
    ) -> None:
        self.filled(
            engine,
            service("Vivre chez soi", commune=CRETEIL, activities=(nursing(FRESNES.insee),)),
            service("Autre part", commune=CRETEIL, activities=(nursing(VITRY.insee),)),
            practitioner("Anne Martin", "60", commune=FRESNES),
        )

        page = asked(engine, "ssiad fresnes")

        assert names(page) == ["Vivre chez soi"]
        assert page.widened == ""
        assert "dessert Fresnes (soins infirmiers à domicile), depuis Créteil" in page.hits[0].why

    def test_those_who_cover_come_first_then_by_distance(self, engine: Engine) -> None:
        covers = (nursing(FRESNES.insee),)
        self.filled(
            engine,
            service("Muet de Fresnes", commune=FRESNES),
            service("Loin", commune=CRETEIL, activities=covers),
            service("Entre", commune=CACHAN, activities=covers),
            service("Près", commune=RUNGIS, activities=covers),
            service("De tous temps", commune=VITRY, covered=(FRESNES.insee,)),
        )

        page = asked(engine, "ssiad fresnes")

        assert names(page) == ["Près", "Entre", "De tous temps", "Loin", "Muet de Fresnes"]
        assert [hit.distance_m for hit in page.hits] == sorted(
            hit.distance_m or 0 for hit in page.hits[:-1]
        ) + [0]

    def test_pages_of_coverage_follow_each_other(self, engine: Engine) -> None:
        covers = (nursing(FRESNES.insee),)
        places = (FRESNES, RUNGIS, LHAY, CACHAN, CRETEIL)
        entries = [
            service(f"{place.name} {n}", commune=place, activities=covers)
            for place in places
            for n in range(4)
        ]
        self.filled(engine, *entries)
        reach = [one.insee for one in TERRITORY]

        whole = names(asked(engine, "ssiad fresnes"))
        pages: list[str] = []
        cursor = ""
        for _ in range(4):
            page = ask(
                engine, "ssiad fresnes", communes=COMMUNES, territory_communes=reach,
                size=6, cursor=cursor,
            )  # fmt: skip
            pages += names(page)
            cursor = page.next_cursor

        assert pages == whole
        assert len(set(pages)) == 20

    def test_the_zone_is_that_of_the_activity_asked_for(self, engine: Engine) -> None:
        both = (nursing(VITRY.insee), helping(FRESNES.insee))
        self.filled(
            engine,
            service("Aide ici, soigne là", "209", commune=RUNGIS, activities=both),
            service("Soigne ici", commune=CRETEIL, activities=(nursing(FRESNES.insee),)),
        )

        page = asked(engine, "ssiad fresnes")

        assert names(page) == ["Soigne ici", "Aide ici, soigne là"]
        assert "dessert Fresnes (seulement aide à domicile), depuis Rungis" in page.hits[1].why

    def test_home_nursing_is_found_by_what_is_done_too(self, engine: Engine) -> None:
        """354 becomes 209, and a hospital may run one: 358 is what they all do."""
        self.filled(
            engine,
            service("Sous 354", commune=FRESNES),
            service("Sous 209", "209", commune=FRESNES),
            resource("Hôpital", category=category("355"), commune=FRESNES, activities=(nursing(),)),
            resource("EHPAD", category=category("500"), commune=FRESNES),
        )

        page = asked(engine, "ssiad fresnes")

        assert set(names(page)) == {"Sous 354", "Sous 209", "Hôpital"}

    def test_a_zone_that_leaves_its_own_commune_out_is_said(self, engine: Engine) -> None:
        self.filled(engine, service("Ailleurs", commune=FRESNES, activities=(nursing("94065"),)))

        (hit,) = asked(engine, "ssiad fresnes").hits

        assert hit.why[:3] == (
            "catégorie : Service de Soins Infirmiers A Domicile (S.S.I.A.D)",
            "commune : Fresnes",
            "sa zone déclarée ne cite pas Fresnes",
        )

    def test_the_filter_and_its_facet(self, engine: Engine) -> None:
        self.filled(
            engine,
            service("A", commune=CRETEIL, activities=(nursing(FRESNES.insee, RUNGIS.insee),)),
            service("B", commune=CRETEIL, covered=(RUNGIS.insee,)),
            service("C", commune=FRESNES),
        )
        everyone = engine.search(DirectoryQuery())
        here = engine.search(DirectoryQuery(filters=(Covers(insee=("94034",), label="Fresnes"),)))

        assert facet(everyone, "covers") == {RUNGIS.insee: 2, FRESNES.insee: 1}
        assert names(here) == ["A"]
        assert facet(here, "covers") == {RUNGIS.insee: 2, FRESNES.insee: 1}
        assert here.hits[0].why == (
            "dessert Fresnes (soins infirmiers à domicile), depuis Créteil",
        )

    @pytest.mark.parametrize("text", ["médecin fresnes", "fresnes", "kiné fresnes"])
    def test_those_one_goes_to_are_not_drawn_to_the_centre(self, engine: Engine, text: str) -> None:
        """Among practitioners of a commune, the centre's must not come first."""
        self.filled(
            engine,
            *(
                practitioner(f"Anne M{n}", commune=FRESNES, specialities=("SM54",))
                for n in range(4)
            ),
            *(practitioner(f"Luc K{n}", "70", commune=FRESNES) for n in range(4)),
        )

        page = asked(engine, text)

        assert page.total
        assert {hit.distance_m for hit in page.hits} == {None}

    def test_a_commune_point_is_not_measured_as_an_address(self, engine: Engine) -> None:
        covers = (nursing(FRESNES.insee),)
        pin = Point(lat=48.7568, lon=2.3262, precision=Precision.PIN)
        street = Point(lat=48.77632, lon=2.33773, precision=Precision.STREET)
        self.filled(
            engine,
            service("Commune", commune=FRESNES, activities=covers),
            service("Épingle", commune=FRESNES, activities=covers, point=pin),
            service("Rue", commune=LHAY, activities=covers, point=street),
            service("Loin", commune=CRETEIL, activities=covers),
        )

        said = {hit.resource.name: hit.why[-1] for hit in asked(engine, "ssiad fresnes").hits}

        assert said == {
            "Commune": "commune de Fresnes (adresse non localisée)",
            "Épingle": "40 m",
            "Rue": "environ 2,3 km",
            "Loin": "environ 9,9 km (adresse non localisée)",
        }

    def test_a_commune_chosen_by_hand_counts_as_one_typed(self, engine: Engine) -> None:
        covers = (nursing(FRESNES.insee),)
        self.filled(
            engine,
            service("Muet", commune=FRESNES),
            service("Couvre", commune=CRETEIL, activities=covers),
        )
        chosen = (CommuneIs(insee=(FRESNES.insee,), label="Fresnes"), SSIAD)

        page = ask(engine, "", filters=chosen, communes=COMMUNES)

        assert names(page) == ["Couvre", "Muet"]
