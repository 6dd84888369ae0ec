"""Addresses, as sources abbreviate them."""

import pytest

from directory.matching.places import locality_level, place_of, street_level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (("12", "AV JEAN JAURES"), ("", "12 avenue Jean Jaurès"), "full"),
        (("12", "AV JEAN JAURES"), ("12", "av. J. Jaurès"), "full"),
        (("12", "AV JAURES"), ("12", "avenue Jean-Jaurès"), "full"),
        (("12", "RUE DU PUIIS"), ("12", "rue du Puits"), "full"),
        (("12B", "R DES VIGNES"), ("12 bis", "rue des Vignes"), "full"),
        (("0012", "R DES VIGNES"), ("12", "rue des Vignes"), "full"),
        (("14", "R ETIENNE DOLET"), ("", "12-14 rue Étienne Dolet"), "full"),
        (("12 et 14", "R ETIENNE DOLET"), ("12", "rue Étienne Dolet"), "full"),
        (("8", "AV DU GAL DE GAULLE"), ("8", "avenue du Général de Gaulle"), "full"),
        (("8", "CHE CHEMIN SAFER"), ("8", "chemin Safer"), "full"),
        (("3", "RUE DU 8 MAI 1945"), ("", "3 rue du 8 mai 1945"), "full"),
        (
            ("1", "RUE DU NIVERNAIS BP 12"),
            ("", "Cité des Sorbiers, 1 rue du Nivernais, bât. B"),
            "full",
        ),
        (("12", "R DES VIGNES"), ("12 bis", "rue des Vignes"), "repeated"),
        (("", "R DES VIGNES"), ("12", "rue des Vignes"), "street"),
        (("12", ""), ("12", "rue des Vignes"), "number"),
        (("12", "RUE DE PARIS"), ("12", "avenue de Paris"), "kind"),
        (("9", "RUE LOUISE MICHEL"), ("15", "rue Louise Michel"), "other_number"),
        (("9", "RUE PASTEUR"), ("9", "rue Gambetta"), "differ"),
        (("", ""), ("", "rue Gambetta"), ""),
    ],
)
def test_streets(left: tuple[str, str], right: tuple[str, str], level: str) -> None:
    first, second = (place_of(*line, "94230", "Cachan") for line in (left, right))

    assert street_level(first, second) == level
    assert street_level(second, first) == level


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (("94230", "CACHAN"), ("94230", ""), "same"),
        (("1000", ""), ("01000", "Bourg-en-Bresse"), "same"),
        (("", "L HAY LES ROSES"), ("", "L'Haÿ-les-Roses"), "same"),
        (("94266", "FRESNES CEDEX"), ("94260", "Fresnes"), "cedex"),
        (("75013", "PARIS 13"), ("75014", "Paris 14e arrondissement"), "city"),
        (("94230", "Cachan"), ("94260", "Fresnes"), "differ"),
        (("94230", "Cachan"), ("69003", "Lyon"), "far"),
        (("94230", "Cachan"), ("", ""), ""),
    ],
)
def test_communes(left: tuple[str, str], right: tuple[str, str], level: str) -> None:
    first, second = (place_of("", "", *town) for town in (left, right))

    assert locality_level(first, second) == level
    assert locality_level(second, first) == level
