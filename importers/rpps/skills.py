"""`SavoirFaire`: specialities, competences and capacities of a person in a profession."""

from pathlib import Path

from directory.model import Coding, Role
from directory.vocabulary import profession_coding, speciality_coding
from importers.contract import Ignored, Quarantined, load_card
from importers.rpps.listing import Cells, PeopleListing, Said, with_kind

SPECIALITY = "S"
SKILL_SYSTEM = "TRE_R04-TypeSavoirFaire"
"""What kind a savoir-faire other than an ordinal speciality is; its code follows."""

STUDENT = Ignored("étudiant (ni civil ni militaire)")
CIVILIAN_OR_MILITARY = ("C", "M")

TITLES = {
    "profession": "Code profession",
    "profession_label": "Libellé profession",
    "category": "Code catégorie professionnelle",
    "kind": "Code type savoir-faire",
    "kind_label": "Libellé type savoir-faire",
    "skill": "Code savoir-faire",
    "skill_label": "Libellé savoir-faire",
}


def skill_coding(kind: str, kind_label: str, code: str, label: str) -> Coding:
    """A savoir-faire with its label, which says what kind it is unless it is a speciality."""
    if kind in ("", SPECIALITY):
        return speciality_coding(code, label)
    return Coding(code=code, label=with_kind(label, kind_label), system=f"{SKILL_SYSTEM}/{kind}")


def say_skill(told: Cells) -> Said | Ignored | Quarantined:
    """One savoir-faire, for the activities of its profession."""
    if told["category"] not in CIVILIAN_OR_MILITARY:
        return STUDENT
    if not told["skill"] or not told["profession"]:
        return Quarantined("savoir-faire absent", "code savoir-faire ou profession vide")
    coding = skill_coding(told["kind"], told["kind_label"], told["skill"], told["skill_label"])
    profession = profession_coding(told["profession"], told["profession_label"])
    return Said(
        codes=(told["profession"], told["kind"], told["skill"]),
        role=Role(profession=profession, specialities=(coding,)),
    )


SKILLS = PeopleListing(load_card(Path(__file__).parent, "savoir_faire"), TITLES, "skill", say_skill)
