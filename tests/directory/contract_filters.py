"""What filters select, what facets count."""

import msgspec

from directory.engines.base import Engine
from directory.model import Confidentiality, ResourceKind
from directory.query import (
    CategoryIs,
    CommuneIs,
    DirectoryQuery,
    Filter,
    HasIdentifier,
    HasMode,
    HasPhone,
    IsNamed,
    KindIs,
    NeedIs,
    ProfessionIs,
    SpecialityIs,
)
from directory.resource import Phone
from directory.results import Tier
from tests.directory.contract_base import ContractBase, facet, find, followed, names
from tests.factories import category, identifier, phones, practitioner, resource
from tests.places import CACHAN, FRESNES, LHAY, RUNGIS


class FiltersContract(ContractBase):
    def test_filters_select_by_code(self, engine: Engine) -> None:
        gp = practitioner("Anne Roy", "10", specialities=("SM54",), commune=FRESNES)
        midwife = practitioner("Eva Petit", "50", modes=("home",))
        pharmacy = resource(
            "Pharmacie du Marché",
            category=category("620"),
            phones=phones("01 46 65 62 22"),
            identifiers=(identifier("finess_et", "940000001"),),
        )
        self.filled(engine, gp, midwife, pharmacy)
        expected: dict[Filter, str] = {
            KindIs(kinds=(ResourceKind.ESTABLISHMENT,)): "Pharmacie du Marché",
            ProfessionIs(codes=("10", "60")): "Anne Roy",
            SpecialityIs(codes=("SM26", "SM54")): "Anne Roy",
            CategoryIs(codes=("620",)): "Pharmacie du Marché",
            CommuneIs(insee=(FRESNES.insee,)): "Anne Roy",
            HasPhone(e164="+33146656222"): "Pharmacie du Marché",
            HasIdentifier(value="940000001"): "Pharmacie du Marché",
            HasMode(modes=("home", "video")): "Eva Petit",
        }
        for wanted, name in expected.items():
            page = engine.search(DirectoryQuery(filters=(wanted,)))
            assert names(page) == [name], wanted
            assert page.hits[0].tier is Tier.FILTER

    def test_filters_add_up(self, engine: Engine) -> None:
        self.filled(
            engine,
            practitioner("Anne Roy", "91", commune=FRESNES),
            practitioner("Luc Roy", "91", commune=CACHAN),
            practitioner("Eva Roy", "60", commune=CACHAN),
        )
        filters = (ProfessionIs(codes=("91",)), CommuneIs(insee=(CACHAN.insee,)))

        assert names(engine.search(DirectoryQuery(filters=filters))) == ["Luc Roy"]
        assert engine.search(DirectoryQuery(filters=filters, text="anne")).total == 0

    def test_a_commune_finds_who_sits_there_and_who_serves_it(self, engine: Engine) -> None:
        self.filled(
            engine,
            resource("SSIAD voisin", commune=LHAY, covered=(CACHAN.insee, LHAY.insee)),
            resource("Centre de Cachan"),
            resource("Centre de Rungis", commune=RUNGIS),
        )

        page = engine.search(DirectoryQuery(filters=(CommuneIs(insee=(CACHAN.insee,)),)))

        assert set(names(page)) == {"SSIAD voisin", "Centre de Cachan"}
        whys = {hit.resource.name: hit.why for hit in page.hits}
        assert "commune : Cachan" in whys["Centre de Cachan"]
        assert any(why.startswith("dessert la commune, depuis") for why in whys["SSIAD voisin"])

    def test_an_entry_without_category_answers_by_its_words(self, engine: Engine) -> None:
        wanted = CategoryIs(codes=("500",), label="EHPAD", words=("EHPAD", "maison de retraite"))
        self.filled(
            engine,
            resource("Les Tilleuls", category=category("500")),
            resource("Maison de retraite Jean XXIII"),
            resource("Résidence Cousin", rubric="Personnes âgées / EHPAD"),
            resource("Pharmacie de l'EHPAD", category=category("620")),
            resource("Retraite de la maison"),
            practitioner("Rose Ehpad"),
        )

        found = names(engine.search(DirectoryQuery(filters=(wanted,))))

        assert set(found) == {"Les Tilleuls", "Maison de retraite Jean XXIII", "Résidence Cousin"}
        strict = engine.search(DirectoryQuery(filters=(CategoryIs(codes=("500",)),)))
        assert names(strict) == ["Les Tilleuls"]

    def test_a_need_is_answered_in_any_of_its_ways(self, engine: Engine) -> None:
        self.filled(
            engine,
            practitioner("Anne Roy", "60"),
            practitioner("Luc Sage", "10", specialities=("SM15",)),
            practitioner("Eva Pansement", "70"),
            practitioner("Ida Petit", "70", acts=("pansements complexes",)),
            resource("Soins du Parc", category=category("354")),
            resource("SSIAD voisin"),
            resource("Pharmacie du SSIAD", category=category("620")),
            resource("Rue", address="1 rue du Pansement"),
            resource("Atelier Plaies et Cicatrisation", category=category("604")),
            resource("Atelier Cicatrisation", category=category("604")),
            resource("Maison des soins", pathologies=("pansements",), category=category("604")),
        )
        need = NeedIs(
            label="pansement",
            professions=("60",),
            specialities=("SM15",),
            categories=("354",),
            words=("SSIAD",),
            said=("pansement", "plaies et cicatrisation"),
        )

        page = engine.search(DirectoryQuery(filters=(need,)))

        speaking = {"Ida Petit", "Maison des soins"}
        by_what_they_are = {"Anne Roy", "Luc Sage", "Soins du Parc", "SSIAD voisin"}
        assert names(page)[0] == "Atelier Plaies et Cicatrisation"
        assert set(names(page)[1:3]) == speaking
        assert set(names(page)[3:]) == by_what_they_are
        assert {hit.tier for hit in page.hits} == {Tier.FILTER}
        assert all(hit.why == ("répond à : pansement",) for hit in page.hits)
        at_home = DirectoryQuery(filters=(need, HasMode(modes=("home",))))
        assert engine.search(at_home).total == 0
        of_empty_words = NeedIs(label="le", said=("le",))
        assert engine.search(DirectoryQuery(filters=(of_empty_words,))).total == 0

    def test_a_need_beside_words_leaves_their_tiers(self, engine: Engine) -> None:
        self.filled(
            engine,
            practitioner("Anne Roy", "60"),
            practitioner("Roya Petit", "60", acts=("pansement",)),
        )
        need = NeedIs(label="pansement", professions=("60",), said=("pansement",))

        page = engine.search(DirectoryQuery(text="roy", filters=(need,)))

        assert names(page) == ["Anne Roy", "Roya Petit"]
        assert [hit.tier for hit in page.hits] == [Tier.EXACT, Tier.PREFIX]

    def test_a_number_kept_from_the_public_finds_nobody(self, engine: Engine) -> None:
        kept = Phone(
            value="06 12 34 56 78",
            e164="+33612345678",
            confidentiality=Confidentiality.SECRETARIAT,
        )
        self.filled(engine, practitioner("Anne Roy", phones=(kept,)))

        assert engine.search(DirectoryQuery(filters=(HasPhone(e164="+33612345678"),))).total == 0

    def test_facets_count_the_whole_answer(self, engine: Engine) -> None:
        self.filled(
            engine,
            *(practitioner(f"Anne Roy{n}", "91", commune=CACHAN) for n in range(30)),
            *(practitioner(f"Luc Roy{n}", "60", commune=RUNGIS) for n in range(20)),
            resource("Pharmacie", category=category("620"), commune=RUNGIS),
        )

        page = find(engine, size=5)

        assert (page.total, len(page.hits)) == (51, 5)
        assert facet(page, "kind") == {"practitioner": 50, "establishment": 1}
        assert facet(page, "profession") == {"91": 30, "60": 20}
        assert facet(page, "category") == {"620": 1}
        assert facet(page, "commune") == {CACHAN.insee: 30, RUNGIS.insee: 21}
        labels = [value.label for value in page.facets["commune"]]
        assert labels == ["Cachan", "Rungis"]
        assert page.facets["profession"][0].label == "Orthophoniste"

    def test_facets_follow_the_question(self, engine: Engine) -> None:
        self.filled(
            engine,
            practitioner("Anne Roy", "91", commune=CACHAN),
            practitioner("Luc Roy", "60", commune=RUNGIS),
            practitioner("Eva Petit", "60", commune=RUNGIS),
        )

        assert facet(find(engine, "roy"), "profession") == {"91": 1, "60": 1}
        at_rungis = DirectoryQuery(text="roy", filters=(CommuneIs(insee=(RUNGIS.insee,)),))
        assert facet(engine.search(at_rungis), "profession") == {"60": 1}

    def test_choices_are_those_of_the_index_in_service(self, engine: Engine) -> None:
        at_rungis = DirectoryQuery(filters=(CommuneIs(insee=(RUNGIS.insee,)),))
        before = practitioner("Anne Roy", commune=RUNGIS), practitioner("Luc Roy", commune=CACHAN)
        self.filled(engine, *before)
        assert facet(engine.search(at_rungis), "commune") == {RUNGIS.insee: 1, CACHAN.insee: 1}

        self.filled(engine, *before, practitioner("Eva Petit", commune=CACHAN))
        assert followed(engine, 3)

        assert facet(engine.search(at_rungis), "commune") == {RUNGIS.insee: 1, CACHAN.insee: 2}

    def test_nothing_found_still_offers_the_other_choices(self, engine: Engine) -> None:
        self.filled(engine, practitioner("Anne Roy", "91", commune=CACHAN))

        page = engine.search(DirectoryQuery(filters=(CommuneIs(insee=(RUNGIS.insee,)),)))

        assert (page.total, page.hits, page.next_cursor) == (0, (), "")
        assert facet(page, "commune") == {CACHAN.insee: 1}
        assert facet(page, "profession") == {}

    def test_a_name_is_looked_up_whole_in_either_order(self, engine: Engine) -> None:
        doctor = practitioner("Hélène Saint-Roy", "10")
        titled = msgspec.structs.replace(doctor, name="Dr Hélène Saint-Roy")
        self.filled(engine, titled, practitioner("Hélène Roy"), resource("Roy Hélène Santé"))

        for name in ("helene saint roy", "saint roy helene", "dr helene saint roy"):
            found = engine.search(DirectoryQuery(filters=(IsNamed(name=name),)))
            assert names(found) == ["Dr Hélène Saint-Roy"]
            assert found.hits[0].why == ("nom exact",)
        assert names(engine.search(DirectoryQuery(filters=(IsNamed(name="saint roy"),)))) == []

    def test_a_page_may_be_asked_without_its_counts(self, engine: Engine) -> None:
        self.filled(engine, *(practitioner(f"Zoé Martin{n}", "91") for n in range(9)))
        query = DirectoryQuery(text="zoé", size=4)

        bare = engine.search(msgspec.structs.replace(query, counted=False))

        assert bare.hits == engine.search(query).hits
        assert (bare.total, bare.facets, bare.next_cursor) == (4, {}, "")

    def test_words_found_nowhere_stay_so_whatever_else_is_asked(self, engine: Engine) -> None:
        """The second time, the engine knows that nothing holds one of the words."""
        self.filled(engine, practitioner("Zoé Martin", "91"), practitioner("Luc Martin", "60"))

        for text in ("xyzzyq martin", "martin xyzzyq", "xyzzyq"):
            assert find(engine, text).total == 0
        either = engine.search(DirectoryQuery(text="xyzzyq martin", any_word=True))
        assert sorted(names(either)) == ["Luc Martin", "Zoé Martin"]
        self.filled(engine, practitioner("Zoé Xyzzyq", "91"))
        assert followed(engine, 1)
        assert names(find(engine, "xyzzyq")) == ["Zoé Xyzzyq"]
