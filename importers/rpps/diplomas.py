"""`Dipl_AutExerc`: a person's diplomas and authorisations to practise, one or both a row."""

from pathlib import Path

from directory.model import Person, Role
from directory.text import folded_words
from importers.contract import Ignored, Quarantined, load_card
from importers.rpps.listing import Cells, PeopleListing, Said, with_kind

TITLES = {
    "diploma_kind": "Code type diplôme obtenu",
    "diploma_kind_label": "Libellé type diplôme obtenu",
    "diploma": "Code diplôme obtenu",
    "diploma_label": "Libellé diplôme obtenu",
    "permit": "Code type autorisation",
    "permit_label": "Libellé type autorisation",
    "field": "Code discipline autorisation",
    "field_label": "Libellé discipline autorisation",
}
CODES = ("diploma_kind", "diploma", "permit", "field")
PERMIT = "Autorisation d'exercice"
ETP = "éducation thérapeutique du patient (ETP)"
"""What a colleague looks for behind a diploma in patient education."""


def say_diploma(told: Cells) -> Said | Ignored | Quarantined:
    """The diploma and the authorisation of a row, for every activity of the person."""
    qualifications = tuple(filter(None, (_diploma(told), _permit(told))))
    if not qualifications:
        return Quarantined("diplôme absent", "ni diplôme ni autorisation")
    return Said(
        codes=[told[name] for name in CODES],
        person=Person(qualifications=qualifications),
        role=Role(acts=(ETP,)) if any(map(_is_patient_education, qualifications)) else None,
    )


def _diploma(told: Cells) -> str:
    return with_kind(told["diploma_label"] or told["diploma"], told["diploma_kind_label"])


def _permit(told: Cells) -> str:
    kind = told["permit_label"] or (PERMIT if told["permit"] else "")
    field = told["field_label"] or told["field"]
    return " : ".join(filter(None, (kind or (PERMIT if field else ""), field)))


def _is_patient_education(label: str) -> bool:
    words = folded_words(label)
    return "etp" in words or "education therapeutique" in " ".join(words)


DIPLOMAS = PeopleListing(
    load_card(Path(__file__).parent, "diplomes"), TITLES, "diploma", say_diploma
)
