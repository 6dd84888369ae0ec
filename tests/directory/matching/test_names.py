"""Names of people, as sources bend them."""

import pytest

from directory.matching.names import family_level, family_of, given_level, given_of
from directory.matching.phonetics import sound


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("ROUVIERE", "Rouvière", "equal"),
        ("MARTIN", "Martin", "common"),
        ("DE LA TOUR", "Delatour", "equal"),
        ("DE LA TOUR", "TOUR (DE LA)", "equal"),
        ("LE GALLOUDEC", "Legalloudec", "equal"),
        ("D'HALLUIN", "DHALLUIN", "equal"),
        ("SAINT-AUBIN", "ST AUBIN", "equal"),
        ("DR ROUVIERE", "Rouvière", "equal"),
        ("ROCHER MINVIELLE", "Minvielle-Rocher", "equal"),
        ("DURIEUX", "DURIEUX-MARCHAL", "part"),
        ("GASPARD ép. TILLIER", "TILLIER", "part"),
        ("SZYMANSKI", "SZYMANSKY", "near"),
        ("CORMIER", "CROMIER", "near"),
        ("GOUDROT", "GOUDREAU", "sounds"),
        ("LEFEBVRE", "LEFEVRE", "near"),
        ("GAUTHIER", "GOTIER", "sounds"),
        ("GIRARD", "GERARD", "differ"),
        ("ROUX", "ROUSSEAU", "differ"),
        ("TRAN", "TRAM", "differ"),
        ("ROUVIERE", "", ""),
    ],
)
def test_family_names(left: str, right: str, level: str) -> None:
    assert family_level(family_of(left), family_of(right)) == level
    assert family_level(family_of(right), family_of(left)) == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        ("Bénédicte", "BENEDICTE", "equal"),
        ("Jean-Pierre", "JEAN PIERRE", "equal"),
        ("Mickaël", "Michael", "variant"),
        ("Jean-Pierre", "JP", "short"),
        ("Jean-Philippe", "J.-Ph.", "short"),
        ("Jean-Philippe", "JPh", "short"),
        ("Anne", "Anne Odette Marie", "listed"),
        ("Sébastien", "Sebastein", "near"),
        ("Christophe", "Chritsophe", "near"),
        ("Solène", "S.", "initial"),
        ("J.", "J.", "initial"),
        ("Alexandre", "Alex", "initial"),
        ("Jean", "Jean-Marc", "part"),
        ("Gwenaël", "Gwenaelle", "differ"),
        ("Ezéchiel", "Ezéchielle", "ending"),
        ("Daniel", "Danielle", "differ"),
        ("Joëlle", "Noëlle", "differ"),
        ("Frédéric", "Frédérique", "differ"),
        ("Jean-Pierre", "Jean-Paul", "differ"),
        ("Paul", "Pierre", "differ"),
        ("Paul", "", "absent"),
    ],
)
def test_given_names(left: str, right: str, level: str) -> None:
    assert given_level(given_of(left), given_of(right)) == level
    assert given_level(given_of(right), given_of(left)) == level


@pytest.mark.parametrize(
    "alike",
    [
        ("lefebvre", "lefevre", "lefaivre"),
        ("gauthier", "gautier", "gotier"),
        ("dupont", "dupond"),
        ("renault", "renaud", "reno"),
        ("thibault", "tibo"),
        ("moreau", "morot"),
        ("lambert", "lamber"),
        ("fontaine", "fontene"),
    ],
)
def test_names_that_sound_alike_share_a_key(alike: tuple[str, ...]) -> None:
    assert len({sound(name) for name in alike}) == 1


@pytest.mark.parametrize(
    ("left", "right"), [("girard", "gerard"), ("martin", "martine"), ("roux", "rousseau")]
)
def test_names_that_sound_apart_do_not(left: str, right: str) -> None:
    assert sound(left) != sound(right)
