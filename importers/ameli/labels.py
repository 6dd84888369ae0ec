"""From the labels of Ameli to the codes of the directory; the label is what names a speciality.

Ameli's own codes say nothing more: 01, 22 and 23 are all « Médecin généraliste », 33 and 75
« Psychiatre », 07, 70, 77 and 79 « Gynécologue / Obstétricien » (FORMATS.md c.1).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from directory.communes import plain_name
from directory.matching.activities import activity_of
from directory.model import Coding
from directory.vocabulary import profession_coding, speciality_coding

AMELI_SYSTEM = "ameli-specialite"

DOCTOR, DENTIST = "10", "40"

PROFESSIONS = {
    "40": ("Chirurgien-dentiste", "Dentiste"),
    "50": ("Sage-femme",),
    "60": ("Infirmier", "Infirmière", "Infirmier en pratique avancée"),
    "70": ("Masseur-kinésithérapeute",),
    "80": ("Pédicure-podologue", "Pédicure"),
    "91": ("Orthophoniste",),
    "92": ("Orthoptiste",),
}  # fmt: skip
SPECIALITIES = {
    "SM01": ("Anatomo-cyto-pathologiste", "Médecin pathologiste"),
    "SM02": ("Anesthésiste réanimateur",),
    "SM03": ("Médecin biologiste",),
    "SM04": ("Cardiologue",),
    "SM05": ("Chirurgien général",),
    "SM06": ("Chirurgien maxillo-facial",),
    "SM07": ("Chirurgien maxillo-facial et stomatologiste",),
    "SM08": ("Chirurgien orthopédiste et traumatologue", "Chirurgien orthopédiste"),
    "SM09": ("Chirurgien infantile",),
    "SM10": ("Chirurgien plastique, reconstructeur et esthétique",),
    "SM11": ("Chirurgien thoracique et cardio-vasculaire",),
    "SM12": ("Chirurgien urologue", "Urologue"),
    "SM13": ("Chirurgien vasculaire",),
    "SM14": ("Chirurgien viscéral et digestif", "Chirurgien viscéral"),
    "SM15": ("Dermatologue et vénérologue", "Dermatologue"),
    "SM16": ("Endocrinologue-diabétologue", "Endocrinologue"),
    "SM17": ("Médecin généticien",),
    "SM18": ("Gériatre",),
    "SM19": ("Gynécologue médical",),
    "SM21": ("Hématologue",),
    "SM24": ("Gastro-entérologue et hépatologue", "Gastro-entérologue"),
    "SM27": ("Médecin en médecine interne", "Interniste"),
    "SM28": ("Médecin nucléaire", "Spécialiste en médecine nucléaire"),
    "SM29": ("Spécialiste en médecine physique et de réadaptation",),
    "SM30": ("Néphrologue",),
    "SM31": ("Neurochirurgien",),
    "SM32": ("Neurologue",),
    "SM33": ("Neuropsychiatre",),
    "SM34": ("Oto-rhino-laryngologue et chirurgien cervico-facial", "ORL"),
    "SM38": ("Ophtalmologue", "Ophtalmologiste"),
    "SM40": ("Pédiatre",),
    "SM41": ("Pneumologue",),
    "SM42": ("Psychiatre",),
    "SM43": ("Psychiatre de l'enfant et de l'adolescent",),
    "SM44": ("Radiologue",),
    "SM46": ("Réanimateur médical",),
    "SM48": ("Rhumatologue",),
    "SM49": ("Médecin spécialiste de santé publique et médecine sociale",),
    "SM50": ("Stomatologiste", "Stomatologue"),
    "SM54": ("Médecin généraliste",),
    "SM57": ("Allergologue",),
    "SM58": ("Infectiologue",),
    "SM59": ("Médecin urgentiste",),
    "SM61": ("Médecin vasculaire", "Angiologue"),
    "SCD01": ("Chirurgien-dentiste spécialiste en orthopédie dento-faciale", "Orthodontiste"),
    "SCD02": ("Chirurgien-dentiste spécialiste en chirurgie orale",),
    "SCD03": ("Chirurgien-dentiste spécialiste en médecine bucco-dentaire",),
}  # fmt: skip
"""Labels that name one speciality of the order. « Gynécologue / Obstétricien » names two, so it
stays a label; « Médecin généraliste » names three, all general practice: the least said is SM54."""

_ASIDE = re.compile(r"\([^)]*\)")


class Activity(NamedTuple):
    """What a label stands for: its profession, and its speciality unless it is the profession."""

    profession: Coding | None
    speciality: Coding | None


def label_key(label: str) -> str:
    """A label without case, accents, punctuation nor what is in brackets: « … (ORL) et … »."""
    return plain_name(_ASIDE.sub(" ", label))


_PROFESSION_OF = {label_key(name): code for code, names in PROFESSIONS.items() for name in names}
_SPECIALITY_OF = {label_key(name): code for code, names in SPECIALITIES.items() for name in names}


@lru_cache(maxsize=4096)
def read_activity(code: str, label: str, *, doctor: bool = False) -> Activity:
    """Codes of a speciality of Ameli; one that has none keeps its label and its code there.

    `doctor`: the row says so itself (type_ps_code 1).
    """
    key = label_key(label)
    if key in _SPECIALITY_OF:
        known = _SPECIALITY_OF[key]
        trade = DENTIST if known.startswith("SCD") else DOCTOR
        return Activity(profession_coding(trade), speciality_coding(known))
    trade = DOCTOR if doctor else _PROFESSION_OF.get(key) or _guess_profession(label)
    profession = profession_coding(trade) if trade else None
    if profession is not None and label_key(profession.label) == key:
        return Activity(profession, None)
    return Activity(profession, Coding(code=code, label=label or code, system=AMELI_SYSTEM))


def _guess_profession(label: str) -> str:
    """The profession that the words of a label name, when they name one."""
    named = activity_of("", label).professions
    return next(iter(named)) if len(named) == 1 else ""
