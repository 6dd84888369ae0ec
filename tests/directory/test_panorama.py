"""Counting the supply of a territory: people once, by commune, and how they practise."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.communes import Commune, Communes
from directory.model import Coding, ResourceKind
from directory.panorama import (
    GENERAL,
    SPECIALIST,
    UNSAID,
    Supply,
    SupplyReader,
    count_supply,
)
from directory.panorama_settings import Setting
from directory.register import Register, open_register
from directory.resource import Resource
from directory.vocabulary import category_coding
from tests.factories import practitioner, programme, resource
from tests.places import CACHAN, FRESNES, RUNGIS, TERRITORY, VILLEJUIF
from tests.web.sample import PEOPLE, _person, publish

HERE = (CACHAN.insee, FRESNES.insee, RUNGIS.insee)
KINE, DOCTOR = "70", "10"


def count(*entries: Resource) -> Supply:
    return count_supply(iter(entries), HERE, Communes(TERRITORY))


def people(supply: Supply, code: str) -> tuple[dict[str, int], int]:
    line = supply.line(code)
    assert line is not None
    return dict(line.people), line.total


def settings(supply: Supply, code: str) -> dict[Setting, int]:
    return dict(supply.settings[code])


def test_a_person_with_two_places_counts_once_per_commune_and_once_in_all() -> None:
    supply = count(
        practitioner("Anne Martin", KINE, person_id="a"),
        practitioner("Anne Martin", KINE, person_id="a", address="5 rue Neuve, 94230 Cachan"),
        practitioner("Anne Martin", KINE, person_id="a", commune=FRESNES),
        practitioner("Luc Petit", KINE, person_id="b", commune=FRESNES),
    )
    assert people(supply, KINE) == ({CACHAN.insee: 1, FRESNES.insee: 2}, 2)


def test_whoever_only_stands_in_and_whoever_is_elsewhere_is_not_supply_here() -> None:
    supply = count(
        practitioner("Anne Martin", KINE, replacement=True),
        practitioner("Luc Petit", KINE, commune=VILLEJUIF),
        practitioner("Eva Roy", KINE, insee="", commune=CACHAN),
        programme("Vivre avec un diabète"),
    )
    assert (supply.professions, supply.structures) == ([], [])
    assert (supply.replacing, supply.unplaced) == (1, 1)


def test_doctors_are_parted_and_come_first() -> None:
    supply = count(
        *(practitioner(f"Luc Petit{n}", KINE) for n in range(5)),
        practitioner("Anne Martin", DOCTOR, specialities=("SM54",)),
        practitioner("Eva Roy", DOCTOR, specialities=("SM04",)),
        practitioner("Zoé Bel", DOCTOR),
    )
    assert [one.code for one in supply.professions] == [GENERAL, SPECIALIST, UNSAID, KINE]
    assert supply.professions[0].label == "Médecins généralistes"


def test_an_unknown_profession_keeps_the_words_of_its_source() -> None:
    named = resource(
        "Eva Roy", kind=ResourceKind.PRACTITIONER, profession=Coding(code="x9", label="Sophrologue")
    )
    none = resource("Zoé Bel", kind=ResourceKind.PRACTITIONER)
    labels = [one.label for one in count(named, none).professions]
    assert sorted(labels) == ["Profession non dite", "Sophrologue"]


def test_structures_are_counted_by_category_then_by_rubric() -> None:
    supply = count(
        resource("EHPAD A", category=category_coding("500")),
        resource("EHPAD B", category=category_coding("500"), commune=FRESNES),
        resource("CADA", rubric="Action sociale"),
        resource("Amicale", kind=ResourceKind.ASSOCIATION),
    )
    found = {one.label: (dict(one.people), one.total) for one in supply.structures}
    ehpad = category_coding("500").label
    assert found[ehpad] == ({CACHAN.insee: 1, FRESNES.insee: 1}, 2)
    assert found["Action sociale"][1] == 1
    assert found["Association"][1] == 1


HOUSE = {"category": category_coding("603"), "kind": ResourceKind.TEAM}
CENTRE = {"category": category_coding("124")}
HOSPITAL = {"category": category_coding("355")}


@pytest.mark.parametrize(
    ("place", "structures", "setting"),
    [
        ({"member_of": ("MSP des Lilas",)}, [("M.S.P. des Lilas", HOUSE)], Setting.UNKNOWN),
        ({"member_of": ("MSP DES LILAS",)}, [("MSP des Lilas", HOUSE)], Setting.HOUSE),
        (
            {"organization_name": "Hôpital Bleu"},
            [("HOPITAL BLEU", HOSPITAL)],
            Setting.ESTABLISHMENT,
        ),
        ({"address": "2 rue de la Gare"}, [("Centre", CENTRE)], Setting.CENTRE),
        ({"address": "Esc. B, 2 RUE DE LA GARE, 94230 Cachan"}, [("C", CENTRE)], Setting.CENTRE),
        ({"address": "2 rue de la Gare"}, [("Hôpital Bleu", HOSPITAL)], Setting.ALONE),
        ({"address": "2 rue de la Gare"}, [("C", CENTRE), ("M", HOUSE)], Setting.HOUSE),
        ({"address": "94230 Cachan"}, [("Centre", CENTRE)], Setting.UNKNOWN),
    ],
)
def test_how_somebody_practises_is_read_from_name_team_and_address(
    place: dict[str, Any], structures: list[tuple[str, dict[str, Any]]], setting: Setting
) -> None:
    """Whatever the order: people may be read before the structure they work in."""
    told = {"address": "", **place}
    supply = count(
        practitioner("Anne Martin", KINE, **told),
        *(resource(name, **fields) for name, fields in structures),
    )
    assert settings(supply, KINE) == {setting: 1}


def test_a_practice_of_several_is_one_address_with_more_than_one_person() -> None:
    address = {"address": "4 rue Neuve, 94230 Cachan"}
    alone = practitioner("Anne Martin", KINE, person_id="a", **address)
    same = practitioner("A. Martin", KINE, person_id="a", **address)
    assert settings(count(alone, same), KINE) == {Setting.ALONE: 1}
    other = practitioner("Luc Petit", "91", person_id="b", **address)
    assert settings(count(alone, same, other), KINE) == {Setting.GROUP: 1}


def test_a_city_counts_what_is_in_its_arrondissements() -> None:
    paris = Commune(insee="75056", name="Paris", departement="75")
    third = Commune(insee="75103", name="Paris 3e", departement="75", postcodes=("75003",))
    table = Communes([paris, third])
    supply = count_supply([practitioner("Anne Martin", KINE, commune=third)], ["75056"], table)
    assert people(supply, KINE) == ({"75056": 1}, 1)


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    opened = open_register(Settings(data_dir=tmp_path))
    yield opened
    opened.close()


def test_the_supply_is_counted_once_per_published_state(register: Register) -> None:
    clock = FixedClock(datetime(2026, 11, 23, tzinfo=UTC))
    reader = SupplyReader(register, HERE, Communes(TERRITORY), clock)
    assert reader.read().supply.professions == []
    publish(register, "rpps", "RPPS", [_person(*one) for one in PEOPLE])
    counted = reader.read()
    assert people(counted.supply, KINE) == ({CACHAN.insee: 2, FRESNES.insee: 1}, 3)
    assert counted.supply.sources == ("RPPS",)
    assert reader.read() is counted
