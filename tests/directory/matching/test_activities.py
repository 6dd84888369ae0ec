"""Professions and specialities, in the words of each source."""

import pytest

from directory.matching.activities import activity_level, activity_of


@pytest.mark.parametrize(
    ("left", "right", "level"),
    [
        (("Médecin généraliste", ""), ("Médecin", "Qualifié en Médecine générale (SM)"), "same"),
        (("MG", ""), ("Médecin", "Spécialiste en Médecine générale (SM)"), "same"),
        (("Médecin", "SM54"), ("10", "Qualifié en Médecine générale"), "same"),
        (("kiné", ""), ("Masseur-Kinésithérapeute", ""), "same"),
        (("IDEL", ""), ("Infirmière diplômée d'État", ""), "same"),
        (
            ("Oto-Rhino-Laryngologue (ORL) et chirurgien cervico-facial", ""),
            ("Médecin", "Oto-rhino-laryngologie (SM)"),
            "same",
        ),
        (("Médecin", "Médecine générale ; Allergologie"), ("Médecin", "Allergologie"), "same"),
        (("Médecin", "Cardiologie et Maladies vasculaires (SM)"), ("cardio", ""), "same"),
        (("radiesthésiste", ""), ("Radiesthésiste", ""), "same"),
        (("Médecin", ""), ("Pédiatre", ""), "profession"),
        (("Médecin", ""), ("Médecin", ""), "profession"),
        (("Masseur-Kinésithérapeute", ""), ("Ostéopathe D.O.", ""), "related"),
        (("Médecin", "Neurologie (SM)"), ("Psychiatre", ""), "speciality"),
        (("Médecin", "Pédiatrie (SM)"), ("Médecin", "Gériatrie (SM)"), "speciality"),
        (("Infirmier", ""), ("Sage-Femme", "Sage-Femme"), "related"),
        (("Chirurgien-Dentiste", ""), ("Médecin généraliste", ""), "differ"),
        (("radiesthésiste", ""), ("Médecin", ""), ""),
        (("", ""), ("Médecin", ""), ""),
    ],
)
def test_activities(left: tuple[str, str], right: tuple[str, str], level: str) -> None:
    first, second = activity_of(*left), activity_of(*right)

    assert activity_level(first, second) == level
    assert activity_level(second, first) == level
