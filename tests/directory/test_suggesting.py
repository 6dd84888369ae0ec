"""What is suggested while typing: professions, places and names, however they are typed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.base.settings import Settings
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.lexicon import lexicon, term_key
from directory.query import CommuneIs, ProfessionIs
from directory.suggesting import MOST, Suggestion, SuggestionKind, suggest
from directory.text import folded_words
from directory.understanding import understand
from tests.factories import annexe_3, category, practitioner, resource
from tests.places import CACHAN, COMMUNES, FRESNES, LHAY, RUNGIS, TERRITORY

WHO, WHAT, WHERE = SuggestionKind
ENTRIES = (
    practitioner("Bénédicte Dupont", "91", commune=CACHAN),
    practitioner("BENEDICTE DURAND", "91", commune=FRESNES),
    practitioner("Marc Lenoir", "70", commune=RUNGIS),
    practitioner("Marc Lenoble", "60", commune=RUNGIS),
    practitioner("Rose Vallier", "70", commune=LHAY, organization_name="Cabinet Lenoir"),
    resource("Pharmacie de la Gare", category=category("620"), commune=RUNGIS),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("annuaire")
    opened = open_engine(Settings(data_dir=folder), communes=COMMUNES)
    opened.rebuild((*annexe_3(), *ENTRIES))
    yield opened
    opened.close()


@pytest.fixture
def no_index(tmp_path: Path) -> Engine:
    return open_engine(Settings(data_dir=tmp_path), communes=COMMUNES)


def offered(engine: Engine, text: str) -> tuple[Suggestion, ...]:
    return suggest(engine, text, TERRITORY, COMMUNES)


def labels(engine: Engine, text: str, kind: SuggestionKind) -> list[str]:
    return [one.label for one in offered(engine, text) if one.kind is kind]


@pytest.mark.parametrize("typed", ["kin", "kiné ", "KINE", "  kine", "kinési"])
def test_a_profession_is_completed_and_then_understood(engine: Engine, typed: str) -> None:
    first = next(one for one in offered(engine, typed) if one.kind is WHAT)

    (chip,) = understand(first.text, TERRITORY, COMMUNES).chips
    assert isinstance(chip.filter, ProfessionIs)
    assert chip.filter.codes == ("70",)


def test_a_term_says_what_it_stands_for(engine: Engine) -> None:
    told = {one.label: one.detail for one in offered(engine, "maison de ret")}

    assert told["maison de retraite"] == "EHPAD"


def test_one_meaning_is_offered_once(engine: Engine) -> None:
    filters = [lexicon().filters[term_key(folded_words(o))] for o in labels(engine, "kin", WHAT)]

    assert len(filters) == len({str(one) for one in filters}) == 1


def test_any_word_of_a_term_may_be_begun(engine: Engine) -> None:
    assert "soins dentaires" in labels(engine, "denta", WHAT)


def test_plural_words_before_the_last_are_nothing(engine: Engine) -> None:
    assert labels(engine, "maisons de ret", WHAT) == ["maison de retraite"]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("l hay", "L'Haÿ-les-Roses"),
        ("lhay", "L'Haÿ-les-Roses"),
        ("L'HAŸ-LES", "L'Haÿ-les-Roses"),
        ("roses", "L'Haÿ-les-Roses"),
        ("chev", "Chevilly-Larue"),
        ("laru", "Chevilly-Larue"),
        ("9423", "Cachan"),
        ("cahcan", "Cachan"),
    ],
)
def test_a_commune_is_completed(engine: Engine, typed: str, name: str) -> None:
    assert labels(engine, typed, WHERE) == [name]


def test_only_the_last_words_are_replaced(engine: Engine) -> None:
    (place,) = offered(engine, "kiné à domicile l hay")

    assert place.text == "kiné à domicile L'Haÿ-les-Roses"
    chips = understand(place.text, TERRITORY, COMMUNES).chips
    assert any(isinstance(c.filter, CommuneIs) and c.filter.insee == (LHAY.insee,) for c in chips)


def test_the_longest_beginning_decides(engine: Engine) -> None:
    assert [one.label for one in offered(engine, "kiné l h")] == ["L'Haÿ-les-Roses"]


@pytest.mark.parametrize("typed", ["benedicte", "béné", "Mme BÉNÉDICTE", "docteur bened"])
def test_a_name_is_found_by_its_beginning_with_or_without_accents(
    engine: Engine, typed: str
) -> None:
    assert sorted(labels(engine, typed, WHO)) == ["BENEDICTE DURAND", "Bénédicte Dupont"]


def test_who_leads_to_the_entry_and_says_what_and_where(engine: Engine) -> None:
    (who,) = [one for one in offered(engine, "lenoi") if one.kind is WHO]

    assert (who.label, who.detail) == ("Marc Lenoir", "Masseur-kinésithérapeute, Rungis")
    assert (who.alias, who.text) == ("marc-lenoir", "")


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("marc leno", ["Marc Lenoble", "Marc Lenoir"]),
        ("kiné leno", ["Marc Lenoir"]),
        ("rungis leno", ["Marc Lenoble", "Marc Lenoir"]),
        ("fresnes leno", []),
        ("ehpad sol", ["EHPAD SOLEIL D'AUTOMNE"]),
        ("pharmacie de la ga", ["Pharmacie de la Gare"]),
    ],
)
def test_words_before_narrow_the_names(engine: Engine, typed: str, names: list[str]) -> None:
    assert sorted(labels(engine, typed, WHO)) == names


def test_what_is_not_a_name_is_nobody(engine: Engine) -> None:
    """Everybody of a profession or a street is a result, not a suggestion."""
    assert labels(engine, "orthoph", WHO) == []
    assert labels(engine, "rue", WHO) == []


@pytest.mark.parametrize(("typed", "meant"), [("orthofoniste", "orthophoniste")])
def test_nothing_begins_so_the_nearest_is_offered(engine: Engine, typed: str, meant: str) -> None:
    assert labels(engine, typed, WHAT)[0] == meant


@pytest.mark.parametrize("typed", ["orthophoniste", "kiné cachan", "l'hay les roses"])
def test_what_is_written_whole_is_not_offered_again(engine: Engine, typed: str) -> None:
    assert [one for one in offered(engine, typed) if one.kind is not WHO] == []


def test_suggestions_are_few_grouped_and_the_same_each_time(engine: Engine) -> None:
    for typed in ("ma", "ce", "le", "la", "re", "ehpad"):
        found = offered(engine, typed)
        kinds = [one.kind for one in found]
        assert len(found) <= MOST
        assert kinds == sorted(kinds, key=list(SuggestionKind).index)
        assert len(set(found)) == len(found)
        assert offered(engine, typed) == found


def test_no_kind_pushes_another_out(engine: Engine) -> None:
    assert {one.kind for one in offered(engine, "ro")} == {WHO, WHERE}
    assert {one.kind for one in offered(engine, "re")} == {WHO, WHAT, WHERE}


@pytest.mark.parametrize(
    "typed", ["", "   ", "k", "😀", "\x00", "'", "<>", "*:*", "kin" * 100, "zzxq"]
)
def test_senseless_text_suggests_nothing(engine: Engine, typed: str) -> None:
    assert offered(engine, typed) == ()


@given(typed=st.text(max_size=60))
def test_whatever_is_typed_never_fails(engine: Engine, typed: str) -> None:
    found = offered(engine, typed)
    assert len(found) <= MOST
    assert all(bool(one.text) != bool(one.alias) for one in found)


def test_without_an_index_terms_and_places_remain(no_index: Engine) -> None:
    assert [one.label for one in offered(no_index, "cach")] == ["Cachan"]
    assert labels(no_index, "kin", WHAT)
