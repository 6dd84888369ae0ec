"""How the answers of a call are read: nothing here is stored."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from directory.communes import Commune, Communes, plain_name
from directory.phones import parse_phone
from directory.territory import Territory
from orientation.model import AgeBand, MedecinTraitant, Mobility
from orientation.provenance import Channel, Line, Origin
from orientation.questions import QuestionList
from orientation.records import NewRequest
from web.drafts import Draft

Problems = dict[str, str]
"""What is wrong, by field, in French."""


CENTURY = 1900
_BIRTH = re.compile(r"(\d{2})\D?(\d{2})\D?(\d{4})|(\d{4})-(\d{2})-(\d{2})")


def check_start(
    told: Mapping[str, str], communes: Communes, territory: Territory
) -> tuple[str, str, Problems]:
    """The number (E.164) and the commune (INSEE) of a new call, and what is wrong with them."""
    problems: Problems = {}
    number = parse_phone(told["callback_number"])
    if not number:
        problems["callback_number"] = (
            "Ce numéro ne peut pas être rappelé : dix chiffres, ou l'indicatif du pays (+32…)."
        )
    commune = find_commune(told["commune"], communes, territory)
    if commune is None:
        problems["commune"] = (
            f"« {told['commune']} » ne désigne pas une seule commune : ajoutez le code postal."
            if told["commune"]
            else "Où se trouve la personne ? Le nom de la commune, son début, ou le code postal."
        )
    return number, commune.insee if commune else "", problems


def find_commune(told: str, communes: Communes, territory: Territory) -> Commune | None:
    """« Fresnes », « fre », « l'hay », « 94260 », « Sceaux 92330 »; None when it may be several.

    The territory's communes are looked at first, then its neighbours, then its département.
    """
    postcode = next(iter(re.findall(r"\d{5}", told)), "")
    name = plain_name(re.sub(r"\d+", " ", told))
    for codes in (territory.communes, territory.neighbours):
        near = [one for code in codes if (one := communes.get(code))]
        if only := _only(one for one in near if _is_meant(one, name, postcode)):
            return only
    if not name and not communes.by_postcode(postcode):
        return communes.get(postcode)  # an INSEE code, as programs and some people give it
    named = communes.by_name(name) if name else []
    found = [one for one in named or communes.by_postcode(postcode) if _serves(one, postcode)]
    return _only(found) or _only(one for one in found if one.departement == territory.departement)


def _is_meant(commune: Commune, name: str, postcode: str) -> bool:
    """Whether the words typed begin the name, or its part after the article."""
    known = plain_name(commune.name)
    begins = known.startswith(name) or f" {name}" in known
    return bool(name or postcode) and begins and _serves(commune, postcode)


def _serves(commune: Commune, postcode: str) -> bool:
    return not postcode or postcode in commune.postcodes


def _only(found: Iterable[Commune]) -> Commune | None:
    several = list(found)
    return several[0] if len(several) == 1 else None


def default_answers(questions: QuestionList) -> dict[str, str]:
    """The answers already chosen on an empty form."""
    return {one.field: one.default for one in questions.questions if one.default}


def check_need(told: Mapping[str, str], questions: QuestionList) -> Problems:
    """What is missing or not among the answers; a question left out takes its default."""
    problems: Problems = {}
    for question in questions.questions:
        answer = told.get(question.field) or question.default
        if not question.knows(answer) and (answer or question.required):
            problems[question.field] = "Choisissez une réponse."
    return problems


def unflagged_request(draft: Draft, told: Mapping[str, str], questions: QuestionList) -> NewRequest:
    """The request of a call whose answers were checked."""
    given = default_answers(questions) | {name: value for name, value in told.items() if value}
    origin = given.get("origin")
    return NewRequest(
        red_flags="none",
        callback_number=draft.callback_number,
        commune=draft.commune,
        address=draft.address or None,
        age_band=AgeBand(given["age_band"]),
        mobility=Mobility(given["mobility"]),
        delay_hours=int(given["delay_hours"]),
        medecin_traitant=MedecinTraitant(given["medecin_traitant"]),
        reason_category=given.get("reason_category"),
        channel=Channel(given.get("channel", Channel.PHONE)),
        origin=Origin(origin) if origin else None,
        line=Line(given.get("line", Line.CPTS)),
    )


def flagged_request(draft: Draft, code: str) -> NewRequest:
    """A request that goes to the 15: nothing else needs to be known."""
    return NewRequest(
        red_flags=(code,),
        callback_number=draft.callback_number or None,
        commune=draft.commune or None,
        address=draft.address or None,
    )


def parse_birth(told: str, today: date) -> date | None:
    """« 05/03/1961 », « 05031961 » or « 1961-03-05 »; ValueError, in French, when it cannot be."""
    if not told.strip():
        return None
    match = _BIRTH.fullmatch(told.strip())
    if match is None:
        raise ValueError("Date attendue sous la forme JJ/MM/AAAA.")
    day, month, year, iso_year, iso_month, iso_day = match.groups()
    try:
        born = date(int(year or iso_year), int(month or iso_month), int(day or iso_day))
    except ValueError as exc:
        raise ValueError("Cette date n'existe pas.") from exc
    if not (born.year >= CENTURY and born <= today):
        raise ValueError("Cette date de naissance n'est pas possible.")
    return born
