"""Groups, states and reasons in plain French, for the secretary, the doctor and the person."""

from collections.abc import Mapping, Sequence
from datetime import date

from directory.territory import Group
from orientation.seeking.model import (
    Bar,
    CloseReason,
    Offer,
    PlacementState,
    RefusalReason,
    Sex,
    Wait,
)

GROUP_LABELS: dict[Group, str] = {
    "ald": "affection de longue durée (ALD)",
    "over_70": "70 ans ou plus",
    "c2s_ame": "C2S ou AME",
    "other": "autres personnes",
}

GROUP_SHORT: dict[Group, str] = {
    "ald": "ALD",
    "over_70": "70 ans ou plus",
    "c2s_ame": "C2S ou AME",
    "other": "autres",
}

PLACEMENT_LABELS = {
    PlacementState.PROPOSED: "proposé au médecin",
    PlacementState.ACCEPTED: "accepté, déclaration à signer",
    PlacementState.DECLARED: "déclaration signée",
    PlacementState.REFUSED: "refusé",
    PlacementState.WITHDRAWN: "retiré",
}

REFUSAL_LABELS = {
    RefusalReason.DOCTOR_FULL: "le médecin ne prend plus de nouveaux patients",
    RefusalReason.DOCTOR_LIMITS: "hors de ce que le médecin prend en charge",
    RefusalReason.DOCTOR_OTHER: "le médecin ne souhaite pas donner suite",
    RefusalReason.PERSON_DISTANCE: "la personne : trop loin",
    RefusalReason.PERSON_CHOICE: "la personne préfère un autre médecin",
    RefusalReason.PERSON_UNREACHABLE: "la personne n'a pas pu être jointe",
    RefusalReason.ERROR: "erreur de saisie",
}

CLOSE_LABELS = {
    CloseReason.PLACED: "déclaration signée, suivi commencé",
    CloseReason.OWN_DOCTOR: "a déclaré le médecin qui la suivait déjà",
    CloseReason.WITHDRAWN: "ne souhaite plus être inscrite",
    CloseReason.MOVED: "a quitté le territoire",
    CloseReason.ERROR: "inscrite par erreur",
    CloseReason.NOT_CONFIRMED: "inscription non reconfirmée",
}

SEX_LABELS = {Sex.FEMALE: "une femme", Sex.MALE: "un homme"}

LANGUAGES = {
    "ar": "arabe",
    "en": "anglais",
    "es": "espagnol",
    "it": "italien",
    "de": "allemand",
    "pt": "portugais",
    "ro": "roumain",
    "ru": "russe",
    "tr": "turc",
    "zh": "chinois",
    "ta": "tamoul",
    "vi": "vietnamien",
    "uk": "ukrainien",
    "fa": "persan",
    "fsl": "langue des signes française",
}
"""Languages beside French that can be asked for (ISO 639-1; LSF by its ISO 639-3 code)."""

_BARS = {
    Bar.FULL: "sans place",
    Bar.LATER: "plus tard que l'horizon du territoire",
    Bar.DECLINED: "déjà proposé sans suite",
    Bar.AGE: "hors de l'âge accepté",
    Bar.COMMUNE: "hors des communes acceptées",
    Bar.GROUP: "hors des groupes acceptés",
    Bar.SEX: "homme ou femme, autrement que demandé",
    Bar.LANGUAGE: "sans la langue demandée",
    Bar.TEAM: "sans exercice en équipe, demandé",
    Bar.NEAR: "trop loin, alors que la proximité est demandée",
}


def offer_reasons(wait: Wait, offer: Offer, distance: float | None, today: date) -> tuple[str, ...]:
    """Why a doctor is proposed to a person: what is granted, what is not, and the place left."""
    said = [
        *_say_wishes(wait, offer),
        _say_distance(wait, offer, distance),
        _say_availability(offer, today),
        f"{offer.places_left} place{'s' if offer.places_left > 1 else ''} déclarée"
        f"{'s' if offer.places_left > 1 else ''}",
    ]
    return tuple(reason for reason in said if reason)


def wait_reasons(wait: Wait, groups: Sequence[Group], distance: float | None) -> tuple[str, ...]:
    """Why a person comes at this rank: their groups, their date, their distance."""
    named = ", ".join(GROUP_SHORT[group] for group in groups)
    said = [f"groupe : {named}", f"inscription du {wait.since:%d/%m/%Y}"]
    if distance is not None:
        said.append(f"à environ {_km(distance)} du cabinet")
    return tuple(said)


def explain(possible: int, bars: Mapping[Bar, int]) -> str:
    """How many doctors are possible, and why the others are not, the most frequent first."""
    found = {0: "Aucun médecin ne peut être proposé aujourd'hui.", 1: "1 médecin possible."}
    head = found.get(possible, f"{possible} médecins possibles.")
    ordered = sorted(bars.items(), key=lambda item: (-item[1], item[0].value))
    others = " ; ".join(f"{count} {say_bar(why)}" for why, count in ordered)
    if not (others or possible):
        return f"{head} Aucun médecin de l'équipe n'a déclaré de place."
    return f"{head} Non proposés : {others}." if others else head


def say_bar(why: Bar) -> str:
    """Why a doctor is not proposed, in a few words."""
    return _BARS[why]


def language_name(code: str) -> str:
    """« arabe » for `ar`; the code itself when it has no French name here."""
    return LANGUAGES.get(code, code)


def _say_wishes(wait: Wait, offer: Offer) -> list[str]:
    wishes, said = wait.wishes, []
    if wishes.sex is not None:
        said.append(_granted(offer.sex is wishes.sex, SEX_LABELS[wishes.sex]))
    if wishes.language:
        spoken = wishes.language in offer.languages
        said.append(_granted(spoken, f"consultation en {language_name(wishes.language)}"))
    if wishes.team:
        said.append(_granted(offer.in_team, "exercice en équipe"))
    return said


def _granted(is_granted: bool, wish: str) -> str:
    return f"{wish}, comme demandé" if is_granted else f"{wish} : demandé, non assuré"


def _say_distance(wait: Wait, offer: Offer, distance: float | None) -> str:
    if any(place.insee == wait.commune for place in offer.doctor.places):
        return "dans sa commune"
    return "" if distance is None else f"à {_km(distance)}, à vol d'oiseau"


def _say_availability(offer: Offer, today: date) -> str:
    if offer.available_from <= today:
        return "prend de nouveaux patients dès maintenant"
    return f"à partir du {offer.available_from:%d/%m/%Y}"


def _km(distance: float) -> str:
    return f"{distance:.1f} km".replace(".", ",")
