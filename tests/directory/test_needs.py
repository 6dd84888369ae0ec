"""What the reviewed tables cover: the official lists, FINESS categories, 150 needs in everyday words."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from directory.lexicon import (
    Need,
    lexicon,
    need_filter,
    plain_speciality,
    read_entries,
    read_needs,
    term_key,
)
from directory.query import CategoryIs, NeedIs, ProfessionIs, SpecialityIs
from directory.question import understand
from directory.text import folded_words
from directory.vocabulary import categories, professions, specialities
from tests.places import COMMUNES, TERRITORY

NOS = Path(__file__).parent / "nos"
PROFESSION_TABLES = ("TRE-G15-ProfessionSante", "TRE-R94-ProfessionSocial", "TRE-R95-UsagerTitre")
"""Nomenclatures whose codes are those of our professions; a role (TRE_R85) has none of its own."""


def official(name: str) -> list[tuple[str, str, str]]:
    """Rows of a value set as (nomenclature, code, label)."""
    with (NOS / name).open(encoding="utf-8") as file:
        rows = csv.DictReader(file)
        return [(row["system"].rpartition("/")[2], row["code"], row["display"]) for row in rows]


def filters_of(text: str) -> list[object]:
    understood = understand(text, TERRITORY, COMMUNES)
    assert understood.rest == "", text
    return [chip.filter for chip in understood.chips]


PROFESSIONS = {
    *official("JDV_J229-ProfessionSante-ROR.csv"),
    *official("JDV_J186-ProfessionRessource-ROR.csv"),
}
SPECIALITIES = official("JDV_J210-SpecialiteOrdinale-ROR.csv")


@pytest.mark.parametrize(("table", "code", "label"), sorted(PROFESSIONS))
def test_every_official_profession_reaches_a_filter(table: str, code: str, label: str) -> None:
    (wanted,) = filters_of(re.sub(r"\(.*?\)", "", label))

    if table in PROFESSION_TABLES:
        assert isinstance(wanted, ProfessionIs)
        assert code in wanted.codes
    else:
        assert isinstance(wanted, SpecialityIs | CategoryIs | NeedIs)


@pytest.mark.parametrize(("table", "code", "label"), SPECIALITIES)
def test_every_official_speciality_reaches_its_filter(table: str, code: str, label: str) -> None:
    (wanted,) = filters_of(plain_speciality(label))

    assert table == "TRE-R38-SpecialiteOrdinale"
    if label == "Biologie médicale (SM)":
        assert isinstance(wanted, CategoryIs), "who types it looks for a laboratory"
        return
    assert isinstance(wanted, SpecialityIs)
    assert code in wanted.codes


def test_most_finess_categories_have_an_everyday_word() -> None:
    told = {code for one in read_entries() if one.kind == "category" for code in one.codes}

    assert len(told & set(categories())) >= 120


def test_at_least_150_needs_are_told_with_their_source() -> None:
    needs = read_needs()

    assert len(needs) >= 150
    assert [need.term for need in needs if not need.source] == []


def test_a_need_leads_to_codes_that_exist() -> None:
    known = lexicon().filters
    told = [need_filter(need, known) for need in read_needs()]

    assert {code for one in told for code in one.professions} <= set(professions())
    assert {code for one in told for code in one.specialities} <= set(specialities())
    assert {code for one in told for code in one.categories} <= set(categories())


def test_a_need_said_one_way_means_one_thing() -> None:
    needs = [told for need in read_needs() for told in (need.term, *need.synonyms)]
    keys = [term_key(folded_words(told)) for told in needs]
    reviewed = {term_key(folded_words(entry.term)) for entry in read_entries()}

    assert [key for key, times in Counter(keys).items() if times > 1] == []
    assert [key for key in keys if key in reviewed] == []
    assert [key for key in keys if not isinstance(lexicon().filters[key], NeedIs)] == []


def test_a_lead_that_is_no_term_is_named() -> None:
    wrong = Need(term="pansement", synonyms=(), leads=("infirmer",), said=(), source="usage")

    with pytest.raises(ValueError, match="« pansement » : « infirmer »"):
        need_filter(wrong, lexicon().filters)


@pytest.mark.parametrize(
    "told",
    ["infarctus", "AVC", "crise cardiaque", "douleur dans la poitrine", "suicide",
     "idées suicidaires", "convulsions", "étouffement", "hémorragie", "intoxication"],
)  # fmt: skip
def test_what_calls_for_the_15_is_no_need(told: str) -> None:
    assert understand(told, TERRITORY, COMMUNES, tolerant=True).chips == ()


@pytest.mark.parametrize(
    ("told", "label"),
    [
        ("pansement", "pansement"),
        ("Pansements à domicile", "pansement"),
        ("soin d'une plaie", "pansement"),
        ("prise de sang", "prise de sang"),
        ("mon enfant bégaie", "bégaiement"),
        ("Ma fille bégaye", "bégaiement"),
        ("ma fille ne parle pas", "retard de langage"),
        ("renoncement aux soins", "renoncement aux soins"),
        ("renoncement à des soins", "renoncement aux soins"),
        ("sortie d'hôpital", "sortie d'hôpital"),
        ("SORTIE D’HOPITAL", "sortie d'hôpital"),
        ("sortie de l'hôpital", "sortie d'hôpital"),
        ("je n'ai pas de médecin traitant", "sans médecin traitant"),
        ("j'ai mal au dos", "mal de dos"),
        ("je souffre de diabète", "diabète"),
        ("addictions", "addiction"),
        ("arrêter de fumer", "tabac"),
        ("violences conjugales", "violences"),
        ("aidants", "proche aidant"),
        ("frottis", "frottis"),
        ("rééducation du périnée", "rééducation périnéale"),
    ],
)
def test_what_people_say_is_a_need(told: str, label: str) -> None:
    (wanted,) = filters_of(told)

    assert isinstance(wanted, NeedIs)
    assert wanted.label == label


@pytest.mark.parametrize(
    ("told", "profession"),
    [
        ("pansement", "60"),
        ("frottis", "50"),
        ("rééducation périnéale", "50"),
        ("rééducation périnéale", "70"),
        ("pose de stérilet", "50"),
        ("IVG médicamenteuse", "50"),
        ("préparation à la naissance", "50"),
        ("allaitement", "50"),
        ("mon enfant bégaie", "91"),
        ("strabisme", "92"),
        ("ongle incarné", "80"),
        ("appareil auditif", "26"),
        ("rage de dents", "40"),
    ],
)
def test_a_need_leads_to_who_does_it(told: str, profession: str) -> None:
    (wanted,) = filters_of(told)

    assert isinstance(wanted, NeedIs)
    assert profession in wanted.professions
