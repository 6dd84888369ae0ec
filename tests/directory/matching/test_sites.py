"""Names of establishments: type, words that tell apart, services."""

import pytest

from directory.matching.sites import (
    city_words,
    kind_level,
    name_level,
    service_level,
    site_of,
)

CITIES = city_words("L'Haÿ-les-Roses", "CACHAN")


@pytest.mark.parametrize(
    ("left", "right", "kind", "name"),
    [
        ("EHPAD SOLEIL D'AUTOMNE", "Maison de retraite Soleil d’Automne", "same", "equal"),
        ("PHIE DU MARCHE", "SELARL Pharmacie du Marché", "same", "equal"),
        ("LABM DES CLOS", "Laboratoire d'analyses médicales des Clos", "same", "equal"),
        ("CH FLEURVILLE", "Centre hospitalier de Fleurville", "same", "equal"),
        ("EHPAD DU MOULIN VERT DE CACHAN", "EHPAD du Moulin Vert", "same", "equal"),
        ("SSIAD DE CACHAN", "Service de soins infirmiers à domicile", "same", "generic"),
        ("RES SOCIALE L HAY LES ROSES", "Résidence sociale", "same", "generic"),
        ("FAM MARCEL HUVET", "Foyer d'accueil médicalisé Marcel Huvette", "same", "near"),
        ("ESAT LES ATELIERS DE LA CERISERAIE E", "ESAT Ateliers de la Ceriseraie et du Moulin",
         "same", "truncated"),
        ("IME LES LILAS", "IME LES LILAS BLANCS", "same", "contains"),
        ("CMS LOUIS PERGAUD", "CMS AXELLE PLANCHE", "same", "differ"),
        ("CLINIQUE DES LILAS BLANCS", "CLINIQUE DES LILAS MAUVES", "same", "share"),
        ("SAVS DES CERISIERS", "SAMSAH DES CERISIERS", "differ", "equal"),
        ("SSIAD DE CACHAN", "SAAD DE CACHAN", "differ", "generic"),
        ("IME IMPRO LES LILAS", "IME LES LILAS", "overlap", "equal"),
        ("LES LILAS", "IME LES LILAS", "one", "equal"),
        ("LES LILAS", "LES GLYCINES", "", "differ"),
        ("", "LES GLYCINES", "", ""),
    ],
)  # fmt: skip
def test_names_of_sites(left: str, right: str, kind: str, name: str) -> None:
    first, second = site_of(left, ""), site_of(right, "")

    assert kind_level(first, second) == kind_level(second, first) == kind
    assert name_level(first, second, CITIES) == name_level(second, first, CITIES) == name


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (("HOPITAL DES PEUPLIERS - SERVICE DE PEDIATRIE", ""), ("HOP DES PEUPLIERS", "Pédiatrie"),
         "same"),
        (("Hôpital des Peupliers, maternité", ""), ("Hôpital des Peupliers, urgences", ""),
         "differ"),
        (("Hôpital, consultation mémoire", ""), ("Hôpital, consultation douleur", ""), "differ"),
        (("Hôpital, consultation mémoire", ""), ("Hôpital, mémoire", ""), "part"),
        (("SERVICE DE CARDIOLOGIE", ""), ("SERVICE DE PEDIATRIE", ""), "differ"),
        (("Hôpital des Peupliers, pôle tropical", ""), ("Hôpital, pôle polaire", ""), "differ"),
        (("HOPITAL DES PEUPLIERS", ""), ("Hôpital des Peupliers, urgences", ""), "one"),
        (("HOPITAL DES PEUPLIERS", ""), ("CLINIQUE DU PARC", ""), ""),
        (("PHARMACIE DE LA MATERNITE", ""), ("PHARMACIE DES URGENCES", ""), ""),
    ],
)  # fmt: skip
def test_services_of_a_hospital(left: tuple[str, str], right: tuple[str, str], level: str) -> None:
    first, second = site_of(*left), site_of(*right)

    assert service_level(first, second) == service_level(second, first) == level


def test_the_category_told_apart_names_the_type() -> None:
    assert site_of("LES LILAS", "Institut médico-éducatif (I.M.E.)").kinds == {"ime"}
