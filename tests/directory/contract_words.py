"""How words must find entries, and in which order."""

import pytest

from directory.engines.base import Engine
from directory.query import (
    DirectoryQuery,
    ProfessionIs,
)
from directory.results import Tier
from tests.directory.contract_base import ContractBase, find, names
from tests.factories import practitioner, programme, resource
from tests.places import LHAY


class WordsContract(ContractBase):
    def test_tiers_come_in_order_exact_folded_prefix_fuzzy(self, engine: Engine) -> None:
        """Fuzzy must not beat exact (ASKS 3.3, « zara »)."""
        written = ("Cabinet Zora", "Cabinet Zaralle", "Cabinet Zàra", "Cabinet Zara")
        page = find(self.filled(engine, *(resource(name) for name in written)), "zara")

        assert names(page) == ["Cabinet Zara", "Cabinet Zàra", "Cabinet Zaralle", "Cabinet Zora"]
        assert [hit.tier for hit in page.hits] == [
            Tier.EXACT,
            Tier.FOLDED,
            Tier.PREFIX,
            Tier.FUZZY,
        ]

    def test_a_word_in_a_name_comes_first_however_many_hold_it(self, engine: Engine) -> None:
        placed = [resource(f"Cabinet {n}", address=f"{n} rue du Lavoir") for n in range(40)]
        named = [resource(f"Le Lavoir {n}") for n in range(30)]

        page = find(self.filled(engine, *placed, *named), "lavoir", size=20)

        assert page.total == 70
        assert all(name.startswith("Le Lavoir") for name in names(page))

    def test_words_of_a_name_are_looked_for_nowhere_else(self, engine: Engine) -> None:
        """What is suggested while typing: a word begun in a name, never one that is nearly so."""
        self.filled(
            engine,
            practitioner("Anne Martin"),
            practitioner("Anne Martel"),
            practitioner("Jeanne Roy", address="1 rue Martin"),
            resource("Maison Anne", organization_name="Association Martinot"),
        )

        def named(text: str) -> list[str]:
            return names(engine.search(DirectoryQuery(text=text, named=True, counted=False)))

        assert named("martin")[0] == "Anne Martin"
        assert set(named("martin")) == {"Anne Martin", "Maison Anne"}
        assert set(named("anne mart")) == {"Anne Martin", "Anne Martel", "Maison Anne"}
        assert named("marten") == []

    def test_a_tier_is_never_beaten_by_a_better_place(self, engine: Engine) -> None:
        """An exact word of the address comes before a name that is only close."""
        close = resource("Martyn", address="1 rue Basse")
        exact = resource("Centre", address="1 rue Martin")

        assert names(find(self.filled(engine, close, exact), "martin")) == ["Centre", "Martyn"]

    @pytest.mark.parametrize(
        "typed", ["bénédicte", "benedicte", "BENEDICTE", "be\u0301ne\u0301dicte"]
    )
    def test_accents_are_found_with_or_without(self, engine: Engine, typed: str) -> None:
        """`bénédicte` 347 hits, `benedicte` 3,665 (ASKS 3.1)."""
        self.filled(engine, practitioner("Bénédicte Roy"), practitioner("BENEDICTE LEROY"))

        assert find(engine, typed).total == 2

    @pytest.mark.parametrize(("typed", "other"), [("lefevre", "Lefebvre"), ("lefebvre", "Lefevre")])
    def test_a_name_heard_alike_is_reached_below_the_exact_one(
        self, engine: Engine, typed: str, other: str
    ) -> None:
        self.filled(engine, practitioner("Anne Lefebvre"), practitioner("Anne Lefevre"))

        page = find(engine, typed)

        assert names(page) == [f"Anne {typed.capitalize()}", f"Anne {other}"]
        assert [hit.tier for hit in page.hits] == [Tier.EXACT, Tier.FUZZY]

    def test_the_spelling_typed_comes_first(self, engine: Engine) -> None:
        self.filled(engine, practitioner("Bénédicte Roy"), practitioner("Benedicte Leroy"))

        assert names(find(engine, "bénédicte"))[0] == "Bénédicte Roy"
        assert names(find(engine, "benedicte"))[0] == "Benedicte Leroy"

    @pytest.mark.parametrize(
        ("written", "typed"),
        [
            ("Fit Lab", "fitlab"),
            ("Fitlab", "fit lab"),
            ("EHPAD Soleil d'automne", "soleil dautomne"),
            ("EHPAD Soleil d'automne", "soleil dautonme"),
            ("Maison Saint-Joseph", "st joseph"),
            ("MAISON ST JOSEPH", "saint joseph"),
            ("Résidence Sainte-Anne", "ste anne"),
            ("Cœur de Bièvre", "coeur de bievre"),
            ("Centre d'Éveil", "centre éveil"),
            ("Centre Jean-Vilar", "jean vilar"),
            ("Foyer de L'Haÿ", "l hay"),
            ("FOYER DE L HAY", "l’haÿ"),
            ("Pharmacies réunies", "pharmacie réunie"),
        ],
    )
    def test_a_name_is_found_however_it_is_written(
        self, engine: Engine, written: str, typed: str
    ) -> None:
        self.filled(engine, resource(written), resource("Tout autre nom"))

        assert names(find(engine, typed)) == [written]

    def test_a_few_letters_are_enough(self, engine: Engine) -> None:
        """No result until 90 % of the name is typed (ASKS 3.7)."""
        self.filled(engine, practitioner("Anne Lefebvre"), practitioner("Paul Durand"))

        assert names(find(engine, "lef")) == ["Anne Lefebvre"]

    def test_every_word_of_a_person_must_match(self, engine: Engine) -> None:
        """« Jacques Martin » is neither every Jacques nor every Martin (ASKS 3.9)."""
        self.filled(
            engine,
            practitioner("Jacques Martin"),
            practitioner("Jacques Morel"),
            practitioner("Luc Martin"),
        )

        assert names(find(engine, "martin jacques")) == ["Jacques Martin"]

    def test_names_of_persons_are_not_stemmed(self, engine: Engine) -> None:
        """SPORTES returned SPORT (ASKS 3.5)."""
        self.filled(engine, practitioner("Anne Sport"), practitioner("Rose Sportes"))

        page = find(engine, "sportes")

        assert names(page)[0] == "Rose Sportes"
        assert "Anne Sport" not in names(page)

    def test_words_are_found_across_fields(self, engine: Engine) -> None:
        entry = practitioner(
            "Anne Martin",
            "50",
            commune=LHAY,
            organization_name="Maison de santé des Roses",
            acts=("Rééducation périnéale",),
            keywords=("parentalité",),
        )
        self.filled(engine, entry, practitioner("Luc Martin", "50"))

        for words in ("martin perineale", "sage-femme roses", "parentalite hay", "94240 martin"):
            assert names(find(engine, words)) == ["Anne Martin"]

    def test_free_text_is_analysed_as_french(self, engine: Engine) -> None:
        self.filled(engine, programme("Éducation thérapeutique du patient diabétique de type 2"))

        assert find(engine, "diabete").total == 1
        assert find(engine, "patients diabétiques").total == 1

    def test_a_synonym_of_the_lexicon_is_found(self, engine: Engine) -> None:
        self.filled(engine, resource("Centre d'imagerie de Cachan"), resource("Crèche"))

        assert names(find(engine, "radio")) == ["Centre d'imagerie de Cachan"]

    def test_a_name_comes_before_a_mere_mention(self, engine: Engine) -> None:
        named = practitioner("Luc Lilas")
        mention = practitioner("Anne Roy", address="3 rue des Lilas")

        assert names(find(self.filled(engine, mention, named), "lilas"))[0] == "Luc Lilas"

    def test_names_that_begin_so_come_before_mentions_among_the_few_asked(
        self, engine: Engine
    ) -> None:
        """What suggestions while typing rest on."""
        mentions = (
            practitioner(f"Anne Roy{n}", "70", address="3 rue Merlin", acts=("mercredi",))
            for n in range(40)
        )
        named = practitioner("Zoé Mercadier", "70")
        self.filled(engine, *mentions, named, practitioner("Luc Mercadier", "91"))
        kine = ProfessionIs(codes=("70",))

        page = engine.search(DirectoryQuery(text="merc", filters=(kine,), size=5))

        assert names(page)[0] == "Zoé Mercadier"
        assert "Luc Mercadier" not in names(page)

    def test_exactly_that_name_comes_first(self, engine: Engine) -> None:
        self.filled(engine, resource("IME Les Lilas USEP"), resource("IME Les Lilas"))

        assert names(find(engine, "ime les lilas"))[0] == "IME Les Lilas"
        typed = engine.search(DirectoryQuery(typed="ime les lilas usep"))
        assert names(typed)[0] == "IME Les Lilas USEP"
        assert typed.total == 2

    def test_any_word_keeps_the_fullest_matches_first(self, engine: Engine) -> None:
        self.filled(engine, resource("Soleil"), resource("Soleil Levant"), resource("Lune"))

        page = engine.search(DirectoryQuery(text="soleil levant couchant", any_word=True))

        assert names(page) == ["Soleil Levant", "Soleil"]

    @pytest.mark.parametrize(
        "typed",
        ["*:*", '"', '"ehpad', "(((", "a AND", "x" * 10_000, "mot " * 3_000, "😀", "\x00", "les de la",
         "[* TO *]", "name:(", "\\", "-", "+cachan -", "'", "ÿ", "²", "نور"],
    )  # fmt: skip
    def test_whatever_is_typed_gets_an_answer(self, engine: Engine, typed: str) -> None:
        self.filled(engine, resource("EHPAD de Cachan"))

        assert find(engine, typed).total in (0, 1)
