"""What people type, read and answered; the establishments are those of annexe 3, the people invented."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.base.errors import InputRefusedError
from directory.base.settings import Settings
from directory.engines import open_engine
from directory.engines.base import Engine
from directory.query import (
    CategoryIs,
    CommuneIs,
    Filter,
    HasIdentifier,
    HasMode,
    HasPhone,
    KindIs,
    Near,
    OpenAt,
    ProfessionIs,
    SectorIs,
    SpecialityIs,
    TakesNewPatients,
)
from directory.results import Page
from directory.understanding import Understood, ask, understand
from directory.vocabulary import GENERAL_PRACTICE
from tests.factories import annexe_3, category, phones, practitioner, programme, resource
from tests.places import CACHAN, COMMUNES, FRESNES, LHAY, RUNGIS, TERRITORY, VITRY

AT_TEN = dt.datetime.fromisoformat("2026-11-25T10:00")
PEOPLE = (
    practitioner("Bénédicte Dupont", "91", commune=CACHAN),
    practitioner("BENEDICTE DURAND", "91", commune=CACHAN),
    practitioner("Marc Lenoir", "70", commune=RUNGIS),
    practitioner("Paul Petit", "10", specialities=("SM40",), commune=FRESNES),
    practitioner("Pia Grand", "10", specialities=("SM54",), commune=LHAY),
    practitioner("Rose Mas", "60", commune=VITRY),
    practitioner("Jean Cachan", "60", commune=VITRY),
    practitioner("Jean Martin", "70", commune=CACHAN),
    practitioner("Jean Rivier", "70", commune=CACHAN),
    practitioner("Luc Cochan", "60", commune=FRESNES, phones=phones("06 12 34 56 78")),
    resource("Fit Lab", commune=RUNGIS),
    resource("Pharmacie de la Gare", category=category("620"), commune=RUNGIS),
    programme(
        "Programme d'éducation thérapeutique du patient diabétique de type 2",
        pathologies=("diabète de type 2",),
        commune=VITRY,
        covered=tuple(commune.insee for commune in TERRITORY),
    ),
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder: Path = tmp_path_factory.mktemp("annuaire")
    opened = open_engine(Settings(data_dir=folder), communes=COMMUNES)
    opened.rebuild((*annexe_3(), *PEOPLE))
    yield opened
    opened.close()


def read(text: str, **changes: object) -> Understood:
    return understand(text, TERRITORY, COMMUNES, **changes)  # type: ignore[arg-type]


def answer(engine: Engine, text: str, **changes: object) -> Page:
    reach = [commune.insee for commune in TERRITORY]
    return ask(engine, text, communes=COMMUNES, territory_communes=reach, **changes)  # type: ignore[arg-type]


def names(page: Page) -> list[str]:
    return [hit.resource.name for hit in page.hits]


def chips(understood: Understood) -> list[tuple[str, str]]:
    return [(chip.typed, chip.label) for chip in understood.chips]


# --- what must be found (issue, « Must be seen at the end »)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("ehpad fresnes", "EHPAD SOLEIL D'AUTOMNE"),
        ("EHPAD FRESNES", "EHPAD SOLEIL D'AUTOMNE"),
        ("fresnes ehpad", "EHPAD SOLEIL D'AUTOMNE"),
        ("maison de retraite fresnes", "EHPAD SOLEIL D'AUTOMNE"),
        ("maisons de retraites à Fresnes", "EHPAD SOLEIL D'AUTOMNE"),
        ("soleil dautonme", "EHPAD SOLEIL D'AUTOMNE"),
        ("soleil d'automne", "EHPAD SOLEIL D'AUTOMNE"),
        ("ehpad soleil d automne fresnes", "EHPAD SOLEIL D'AUTOMNE"),
        ("EHPAD DE RUNGIS", "EHPAD DE RUNGIS"),
        ("ssiad fresnes", "SSIAD FRESNES"),
        ("soins infirmiers à domicile fresnes", "SSIAD FRESNES"),
        ("aide à domicile 94260", "SAAD AFAD FRESNES"),
        ("addiction fresnes", "CSAPA - MA FRESNES"),
        ("demandeurs d'asile", "CADA PHILIA"),
        ("foyer de jeunes travailleurs", "FJT ADOMA"),
        ("hébergement d'urgence cachan", "CHU UFSE"),
        ("esat", "ESAT LES ATELIERS DE FRESNES"),
        ("kiné rungis", "Marc Lenoir"),
        ("Dr Dupont", "Bénédicte Dupont"),
        ("mme dupont", "Bénédicte Dupont"),
        ("bénédicte", "Bénédicte Dupont"),
        ("benedicte", "BENEDICTE DURAND"),
        ("fit lab", "Fit Lab"),
        ("fitlab", "Fit Lab"),
        ("St Joseph", "EHPAD MAISON DE RETRAITE ST JOSEPH"),
        ("saint joseph", "EHPAD MAISON DE RETRAITE ST JOSEPH"),
        ("pédiatre 5 km rungis", "Paul Petit"),
        ("médecin traitant l'haÿ", "Pia Grand"),
        ("etp", "Programme d'éducation thérapeutique du patient diabétique de type 2"),
        ("diabete", "Programme d'éducation thérapeutique du patient diabétique de type 2"),
        (
            "diabétique cachan",
            "Programme d'éducation thérapeutique du patient diabétique de type 2",
        ),
        ("pharmacie rungis", "Pharmacie de la Gare"),
    ],
)
def test_what_people_type_finds_what_they_mean(engine: Engine, typed: str, first: str) -> None:
    page = answer(engine, typed)

    assert names(page)[0] == first
    assert page.widened == ""


@pytest.mark.parametrize(
    "typed", ["01 46 65 62 22", "0146656222", "01.46.65.62.22", "+33 1 46 65 62 22", "0033146656222",
              "01-46-65-62-22", "+33 (0)1 46 65 62 22", "tél 01 46 65 62 22"]
)  # fmt: skip
def test_a_phone_number_is_found_however_it_is_spaced(engine: Engine, typed: str) -> None:
    page = answer(engine, typed)

    assert set(names(page)) == {"CMPP DE CACHAN ANNEXE", "BAPU CACHAN"}


@pytest.mark.parametrize(
    "typed", ["l hay les roses", "L'Haÿ", "L'HAŸ-LES-ROSES", "lhay", "hay les roses", "l’haÿ les roses",
              "L HAYE LES ROSES", "lhaylesroses", "94240"]
)  # fmt: skip
def test_a_commune_is_understood_in_any_spelling(engine: Engine, typed: str) -> None:
    page = answer(engine, typed)

    assert [chip.label for chip in page.understood] == ["L'Haÿ-les-Roses"]
    assert {hit.resource.insee for hit in page.hits} == {LHAY.insee, VITRY.insee}
    assert names(answer(engine, f"cada {typed}")) == ["CADA PHILIA"]


def test_profession_and_commune_give_all_of_them_and_no_other(engine: Engine) -> None:
    page = answer(engine, "orthophoniste cachan")

    assert set(names(page)) == {"Bénédicte Dupont", "BENEDICTE DURAND"}
    assert page.total == 2
    assert all("profession : Orthophoniste" in hit.why for hit in page.hits)


@pytest.mark.parametrize(
    "typed", ["ortophoniste cachan", "orthophonniste cachan", "orthophoniste cacahn"]
)
def test_small_mistakes_are_forgiven(engine: Engine, typed: str) -> None:
    page = answer(engine, typed)

    assert [chip.label for chip in page.understood] == ["Orthophoniste", "Cachan"]
    assert page.total == 2


def test_a_name_one_letter_from_a_commune_stays_a_name(engine: Engine) -> None:
    page = answer(engine, "cochan")

    assert names(page) == ["Luc Cochan", *names(page)[1:]]
    assert page.understood == ()


@pytest.mark.parametrize("typed", ["jean cachan", "CACHAN Jean", "Mr Jean Cachan"])
def test_a_person_of_exactly_that_name_comes_before_a_commune(engine: Engine, typed: str) -> None:
    page = answer(engine, typed, size=1)

    assert names(page) == ["Jean Cachan"]
    assert page.understood == ()
    following = answer(engine, typed, size=5, cursor=page.next_cursor)
    assert set(names(following)) == {"Jean Martin", "Jean Rivier"}
    assert set(names(answer(engine, "jean cachan kiné"))) == {"Jean Martin", "Jean Rivier"}


def test_after_a_civility_a_short_term_is_a_name(engine: Engine) -> None:
    page = answer(engine, "Mme Mas")

    assert names(page)[0] == "Rose Mas"
    assert page.understood == ()


# --- how it is read


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kinés", ProfessionIs),
        ("infirmière libérale", ProfessionIs),
        ("IDEL", ProfessionIs),
        ("sages femmes", ProfessionIs),
        ("Masseurs-kinésithérapeutes", ProfessionIs),
        ("gynéco", SpecialityIs),
        ("ophtalmo", SpecialityIs),
        ("labo d'analyses", CategoryIs),
        ("maison de santé", CategoryIs),
        ("éducation thérapeutique", KindIs),
        ("téléconsultation", HasMode),
        ("à domicile", HasMode),
        ("10101234567", HasIdentifier),
        ("10 101 234 567", HasIdentifier),
        ("940 000 001", HasIdentifier),
        ("2A0000014", HasIdentifier),
        ("923 479 885 00017", HasIdentifier),
        ("06 12 34 56 78", HasPhone),
        ("chevilly", CommuneIs),
        ("vitry", CommuneIs),
        ("94000", CommuneIs),
    ],
)  # fmt: skip
def test_one_chip_and_nothing_left(typed: str, expected: type) -> None:
    understood = read(typed)

    assert [type(chip.filter) for chip in understood.chips] == [expected]
    assert understood.rest == ""


def test_general_practice_is_its_three_codes() -> None:
    for typed in ("MT", "généraliste", "médecin traitant", "médecin de famille"):
        (chip,) = read(typed).chips
        assert chip.filter == SpecialityIs(codes=GENERAL_PRACTICE, label="Médecin généraliste")


def test_the_longest_term_wins() -> None:
    assert chips(read("soins infirmiers à domicile")) == [("soins infirmiers à domicile", "SSIAD")]
    assert chips(read("infirmier puériculteur")) != chips(read("infirmier"))


def test_what_is_not_understood_stays_words_without_civility() -> None:
    understood = read("Dr. Anne Martin, kiné à Cachan")

    assert understood.rest == "Anne Martin"
    assert chips(understood) == [("kiné", "Masseur-kinésithérapeute"), ("Cachan", "Cachan")]


def test_identifiers_are_kept_without_their_spaces() -> None:
    (chip,) = read("2a 0000 014").chips

    assert chip.filter == HasIdentifier(value="2A0000014")


@pytest.mark.parametrize(
    ("typed", "metres", "chip"),
    [
        ("pédiatre 5 km rungis", 5_000, "5 km rungis"),
        ("pédiatre à moins de 2,5 km de Rungis", 2_500, "à moins de 2,5 km de Rungis"),
        ("pédiatre 5km autour de rungis", 5_000, "5km autour de rungis"),
        ("pédiatre rungis 800 m", 800, "rungis 800 m"),
        ("pédiatre autour de rungis", None, "autour de rungis"),
        ("près de rungis pédiatre", None, "près de rungis"),
    ],
)
def test_a_distance_beside_a_commune_is_a_place(typed: str, metres: int | None, chip: str) -> None:
    understood = read(typed)

    assert understood.near == Near(
        lat=RUNGIS.lat or 0, lon=RUNGIS.lon or 0, radius_m=metres, label="Rungis"
    )
    assert chip in [one.typed for one in understood.chips]
    assert understood.rest == ""


def test_a_distance_alone_is_measured_from_where_one_is() -> None:
    here = Near(lat=48.75, lon=2.35)

    assert read("kiné 5 km", near=here).near == Near(lat=48.75, lon=2.35, radius_m=5_000)
    assert read("kiné 5 km").near is None


def test_a_part_taken_as_plain_words_is_no_chip() -> None:
    understood = read("mas cachan", plain=["mas"])

    assert chips(understood) == [("cachan", "Cachan")]
    assert understood.rest == "mas"
    assert read("chevilly larue", plain=["chevilly larue"]).chips == ()
    assert read("5 km rungis", plain=["5 km rungis"]).near is None


# --- how and when, in words


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("accepte nouveaux patients", TakesNewPatients()),
        ("prend de nouveaux patients", TakesNewPatients()),
        ("qui accepte de nouveaux patients", TakesNewPatients()),
        ("secteur 1", SectorIs(codes=("c1",), label="secteur 1")),
        ("en secteur 2", SectorIs(codes=("c3",), label="secteur 2")),
        ("chez moi", HasMode(modes=("home",), label="à domicile")),
        ("à domicile", HasMode(modes=("home",), label="à domicile")),
        ("en visio", HasMode(modes=("video",), label="téléconsultation")),
        ("par téléconsultation", HasMode(modes=("video",), label="téléconsultation")),
    ],
)
def test_conditions_are_read_beside_the_rest(typed: str, wanted: Filter) -> None:
    understood = read(f"kiné cachan {typed}")

    assert wanted in [chip.filter for chip in understood.chips]
    assert understood.rest == ""


def test_open_is_read_at_the_moment_of_the_question() -> None:
    now = dt.datetime.fromisoformat("2026-11-25T18:32")

    understood = read("pharmacie ouverte maintenant cachan", now=now)

    assert [chip.label for chip in understood.chips] == ["Pharmacie", "ouvert maintenant", "Cachan"]
    assert understood.chips[1].filter == OpenAt(
        day=now.date(), minute=18 * 60 + 30, label="ouvert maintenant"
    )
    assert read("pharmacie ouverte maintenant", now=now, plain=["ouverte maintenant"]).rest == (
        "ouverte maintenant"
    )
    assert read("pharmacie ouverte maintenant").rest == "ouverte maintenant"


@pytest.mark.parametrize("condition", ["ouvert samedi", "secteur 1", "accepte nouveaux patients"])
def test_a_condition_nobody_tells_is_left_aside_and_said(engine: Engine, condition: str) -> None:
    page = answer(engine, f"kiné rungis {condition}", now=AT_TEN)

    assert names(page) == ["Marc Lenoir"]
    assert "laissé de côté" in page.widened


# --- needs


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("mon enfant bégaie cachan", {"Bénédicte Dupont", "BENEDICTE DURAND"}),
        ("pansement fresnes", {"Luc Cochan", "SSIAD FRESNES"}),
        ("frottis l'haÿ", {"Pia Grand"}),
    ],
)
def test_a_need_finds_who_answers_it(engine: Engine, typed: str, found: set[str]) -> None:
    page = answer(engine, typed)

    assert set(names(page)) == found
    assert page.widened == ""


def test_a_need_written_with_a_mistake_is_guessed(engine: Engine) -> None:
    assert [chip.label for chip in answer(engine, "pansemant").understood] == ["pansement"]


# --- loosening


def test_nothing_in_the_commune_shows_the_nearest_and_says_so(engine: Engine) -> None:
    page = answer(engine, "orthophoniste rungis")

    assert page.total == 2
    assert page.hits[0].distance_m is not None
    assert "Rien à Rungis" in page.widened


def test_an_unstated_mode_is_left_aside_and_said(engine: Engine) -> None:
    page = answer(engine, "kiné à domicile rungis")

    assert names(page) == ["Marc Lenoir"]
    assert "« à domicile »" in page.widened


def test_a_term_that_yields_nothing_falls_back_to_words(engine: Engine) -> None:
    page = answer(engine, "mas")

    assert names(page)[0] == "Rose Mas"
    assert page.understood == ()
    assert "cherchés tels quels" in page.widened


def test_words_are_dropped_last_and_said(engine: Engine) -> None:
    page = answer(engine, "soleil xyzzy")

    assert names(page)[0] == "EHPAD SOLEIL D'AUTOMNE"
    assert "une partie" in page.widened


def test_a_radius_with_fewer_than_five_widens_and_says_so(engine: Engine) -> None:
    near = Near(lat=RUNGIS.lat or 0, lon=RUNGIS.lon or 0, radius_m=1_000)

    page = answer(engine, "", near=near)

    assert page.total >= 5
    assert "à moins de 1 km" in page.widened
    assert "à moins de 2 km" in page.widened or "à moins de 4 km" in page.widened
    assert answer(engine, "", near=Near(lat=near.lat, lon=near.lon, radius_m=9_000)).widened == ""


def test_a_filter_chosen_by_hand_is_never_loosened(engine: Engine) -> None:
    chosen = (CommuneIs(insee=(RUNGIS.insee,), label="Rungis"),)

    page = answer(engine, "csapa", filters=chosen)

    assert (page.total, page.understood[0].label) == (0, "CSAPA (addictologie)")


def test_two_communes_are_either(engine: Engine) -> None:
    page = answer(engine, "ssiad cachan fresnes")

    assert set(names(page)) == {"SSIAD FRESNES", "SSIAD CACHAN MR VINCENT"}


@pytest.mark.parametrize(
    "typed", ["", "cachan", "orthophoniste rungis", "soleil xyzzy", "résidence", "etp esat mas"]
)
def test_the_next_page_continues_the_very_same_answer(engine: Engine, typed: str) -> None:
    whole = answer(engine, typed, size=200)
    seen: list[str] = []
    page = answer(engine, typed, size=1)
    for _ in range(200):
        seen.extend(names(page))
        assert page.widened == whole.widened
        if not page.next_cursor:
            break
        page = answer(engine, typed, size=1, cursor=page.next_cursor)

    assert seen == names(whole)


@pytest.mark.parametrize(
    "cursor", ["x", "s-.", "s-.AAAA", "zz.AAAA", "sn.AQAAABQ2Csc_NjQTIw", "é.é"]
)
def test_a_forged_cursor_is_refused(engine: Engine, cursor: str) -> None:
    with pytest.raises(InputRefusedError, match="cursor"):
        answer(engine, "cachan", cursor=cursor)


# --- whatever is typed


@pytest.mark.parametrize(
    "typed", ["*:*", "😀", "\x00\x07", "le la les", '"ehpad', "((((", "a" * 10_000, "mot " * 2_500,
              "ehpad " * 1_700, "\u202e", "%s %d {}", "<script>alert(1)</script>", "' OR 1=1 --", "5 km",
              "0" * 40, "+", "l'", "Dr", "m. le docteur"]
)  # fmt: skip
def test_any_question_gets_an_answer(engine: Engine, typed: str) -> None:
    page = answer(engine, typed)

    assert page.total == len(page.hits) or page.total > 20


def test_a_question_without_words_shows_everything_and_says_so(engine: Engine) -> None:
    page = answer(engine, "*:*")

    assert page.total == len(annexe_3()) + len(PEOPLE)
    assert "aucun mot" in page.widened


def test_a_question_cut_short_says_so(engine: Engine) -> None:
    assert "seul son début" in answer(engine, "ehpad " * 100).widened


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80) | st.text(alphabet="0123456789 .+-kmàerungis'", max_size=60))
def test_reading_is_total(text: str) -> None:
    understood = read(text, tolerant=True)

    assert all(chip.typed in understood.text for chip in understood.chips)
