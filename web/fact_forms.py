"""The form of each fact of an entry: which cells it has and what they hold at first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from directory.communes import Communes
from directory.model import (
    Address,
    Coding,
    Contact,
    CoveredArea,
    Identifier,
    Membership,
    NewPatients,
    Point,
    Referral,
)
from directory.phones import show_phone
from directory.sessions import SESSION_EXAMPLE, say_session
from directory.vocabulary import (
    CONFIDENTIALITY_LABELS,
    MODE_LABELS,
    categories,
    professions,
    specialities,
)
from directory.wording import CONTACT_LABELS, FIELD_LABELS, SYSTEM_LABELS, say_area, say_contact
from web.hours_typing import say_rules

Options = tuple[tuple[str, str], ...]
LONG, SHORT = 1000, 200


@dataclass(frozen=True)
class Cell:
    """One field of a form; `kind` is text, tel, number, date, lines or choice."""

    name: str
    label: str
    kind: str = "text"
    options: Options = ()
    hint: str = ""
    required: bool = True
    longest: int = SHORT


def _optional(name: str, label: str, kind: str = "text", hint: str = "") -> Cell:
    longest = LONG if kind == "lines" else SHORT
    return Cell(name, label, kind, hint=hint, required=False, longest=longest)


def _choice(label: str, options: Mapping[Any, str]) -> Cell:
    return Cell("value", label, "choice", tuple((str(k), text) for k, text in options.items()))


_CONTACT = (
    Cell("system", "Moyen", "choice", tuple((str(k), v) for k, v in CONTACT_LABELS.items())),
    Cell("value", "Numéro ou adresse"),
    _optional("label", "Précision", hint="Par exemple : secrétariat, urgences."),
    Cell(
        "confidentiality",
        "Qui peut le voir",
        "choice",
        tuple((str(key), text) for key, text in CONFIDENTIALITY_LABELS.items()),
    ),
)
_IDENTIFIER = (
    Cell("system", "Numéro de", "choice", tuple(SYSTEM_LABELS.items())),
    Cell("value", "Numéro", longest=60),
)
_ADDRESS = (
    _optional("street", "Numéro et rue"),
    _optional("complement", "Complément", hint="Bâtiment, étage, porte, résidence."),
    Cell("postcode", "Code postal", longest=10),
    Cell("city", "Commune", longest=80),
)
_PIN = (
    Cell("lat", "Latitude", hint="En degrés, par exemple 48.7571.", longest=20),
    Cell("lon", "Longitude", hint="En degrés, par exemple 2.3261.", longest=20),
)
_REFERRAL = (
    _optional("how", "Comment adresser", "lines"),
    _optional("single_number", "Numéro unique", "tel"),
    _optional("form_url", "Formulaire en ligne", hint="Adresse en https://"),
    _optional("eligibility", "Pour qui", "lines"),
    _optional("age_min", "Âge minimal", "number"),
    _optional("age_max", "Âge maximal", "number"),
    _optional("gir", "GIR", hint="Par exemple : 1, 2, 3, 4"),
)
_HOURS = (
    "Une règle par ligne : « lundi à vendredi 9h-12h, 14h-18h30 », « samedi fermé »,"
    " « dimanche et jours fériés 9h-12h »."
)
_NUMBERS = ("age_min", "age_max", "waiting_days", "minimum_participants")
_YES_NO = {"oui": "oui", "non": "non"}
_CHOICES: Mapping[str, Mapping[Any, str]] = {
    "civility": {"M": "Monsieur", "MME": "Madame"},
    "title": {"DR": "Docteur", "PR": "Professeur"},
    "modes": MODE_LABELS,
    "open_to_public": _YES_NO,
    "new_patients": {
        "now": "accepte de nouveaux patients",
        "six_months": "d'ici six mois",
        "no": "n'en accepte pas",
    },
}


@cache
def cells_of(path: str) -> tuple[Cell, ...]:
    """The cells of a fact's form."""
    field = path.partition(".")[2]
    label = FIELD_LABELS.get(field, "Valeur")
    if field in _CHOICES:
        return (_choice(label, _CHOICES[field]),)
    if field in _NUMBERS:
        return (Cell("value", label, "number"),)
    match field:
        case "contacts":
            return _CONTACT
        case "identifiers":
            return _IDENTIFIER
        case "addresses":
            return _ADDRESS
        case "referral":
            return _REFERRAL
        case "pin":
            return _PIN
        case "hours":
            return (Cell("value", label, "lines", hint=_HOURS, longest=LONG),)
        case "next_sessions":
            hint = f"Une par ligne : « {SESSION_EXAMPLE} »."
            return (Cell("value", label, "lines", hint=hint, longest=LONG),)
        case "covered":
            hint = "Communes, départements ou régions, séparés par des virgules."
            return (Cell("value", label, "lines", hint=hint, longest=LONG),)
        case "opened_on":
            return (Cell("value", label, "date"),)
        case "languages":
            return (Cell("value", label, hint="Séparées par des virgules."),)
        case _:
            return (_coded_or_text(field, label),)


def _coded_or_text(field: str, label: str) -> Cell:
    match field:
        case "profession":
            return _choice(label, {one.code: one.label for one in professions().values()})
        case "specialities":
            return _choice(label, specialities())
        case "category":
            live = (one for one in categories().values() if not one.closed)
            return _choice(label, {one.code: one.label for one in live})
        case "notes" | "rules" | "acts" | "sessions" | "enrolment":
            return Cell("value", label, longest=LONG)
        case _:
            return Cell("value", label)


def label_of(path: str) -> str:
    """What a fact is called before any value tells more."""
    field = path.partition(".")[2]
    return {"contacts": "Téléphone, courriel ou site", "identifiers": "Identifiant"}.get(
        field, FIELD_LABELS.get(field, field)
    )


def filled(path: str, value: Any, communes: Communes) -> dict[str, str]:
    """What the cells hold before anybody types: the present value, or the usual choice."""
    match value:
        case None:
            usual = {"contacts": {"system": "phone", "confidentiality": "public"}}
            return usual.get(path.partition(".")[2], {})
        case Contact():
            plain = say_contact(Contact(system=value.system, value=value.value))
            return _texts(value, ("system", "label", "confidentiality")) | {"value": plain}
        case Identifier():
            return _texts(value, ("system", "value"))
        case Address():
            street = " ".join(filter(None, (value.street_number, value.street)))
            lines = street or ", ".join(value.lines)
            return {"street": lines} | _texts(value, ("complement", "postcode", "city"))
        case Point():
            return _texts(value, ("lat", "lon"))
        case Referral():
            number = show_phone(value.single_number) if value.single_number else ""
            told = _texts(value, ("how", "form_url", "eligibility", "age_min", "age_max"))
            return told | {"single_number": number, "gir": ", ".join(map(str, value.gir))}
        case tuple() if path.endswith(".addresses"):
            return filled(path, value[0], communes)
        case _:
            return {"value": _text_of(path, value, communes)}


def _text_of(path: str, value: Any, communes: Communes) -> str:
    match value:
        case bool():
            return "oui" if value else "non"
        case Coding(code=code, label=label):
            return code if cells_of(path)[0].kind == "choice" else label or code
        case Membership(name=name):
            return name
        case NewPatients(answer=answer):
            return answer
        case CoveredArea():
            return say_area(value, communes).replace(" ; ", ", ")
        case tuple() if path.endswith(".hours"):
            return say_rules(value)
        case tuple() if path.endswith(".next_sessions"):
            return "\n".join(map(say_session, value))
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _texts(value: Any, names: Sequence[str]) -> dict[str, str]:
    told = {name: getattr(value, name) for name in names}
    return {name: "" if one is None else str(one) for name, one in told.items()}
