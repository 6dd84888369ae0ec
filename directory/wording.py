"""Facts in French: what a field is called and how its value reads."""

from datetime import date
from typing import Any

from directory.activities import Activity, say_activity
from directory.communes import Communes
from directory.model import (
    Address,
    Coding,
    Contact,
    ContactSystem,
    CoveredArea,
    Identifier,
    Membership,
    NewPatients,
    OpeningHours,
    Person,
    Point,
    Referral,
)
from directory.phones import show_phone
from directory.sessions import Session, say_session
from directory.territory import WEEKDAYS
from directory.typography import say_hour_of
from directory.vocabulary import CONFIDENTIALITY_LABELS, MODE_LABELS, NEW_PATIENTS_LABELS

DAY_NAMES = (*WEEKDAYS, "jours fériés")
"""Days of `OpeningHours.days`."""

FIELD_LABELS = {
    "accessibility": "Accessibilité",
    "activities": "Activités autorisées",
    "acts": "Actes et compétences",
    "addresses": "Adresse",
    "age_max": "Âge maximal",
    "age_min": "Âge minimal",
    "category": "Catégorie",
    "civility": "Civilité",
    "complement": "Complément de nom",
    "convention": "Secteur conventionnel",
    "coordinator": "Coordination",
    "covered": "Zone desservie",
    "enrolment": "Comment s'inscrire",
    "family": "Nom",
    "given": "Prénom",
    "hours": "Horaires",
    "languages": "Langues",
    "legal_entity": "Entité juridique",
    "long_name": "Nom complet",
    "member_of": "Appartenance",
    "minimum_participants": "Participants au minimum",
    "modes": "Modalités",
    "name": "Nom",
    "new_patients": "Nouveaux patients",
    "next_sessions": "Prochaines séances",
    "notes": "Remarques",
    "open_to_public": "Ouvert au public",
    "opened_on": "Ouvert depuis",
    "organization_name": "Lieu d'exercice",
    "pathologies": "Pathologies",
    "pin": "Position sur la carte",
    "practice_mode": "Mode d'exercice",
    "profession": "Profession",
    "provider": "Porteur",
    "publics": "Publics",
    "qualifications": "Diplômes et autorisations",
    "referral": "Comment adresser",
    "rubric": "Rubrique",
    "rules": "Règles du programme",
    "sector": "Secteur d'activité",
    "sessions": "Séances",
    "specialities": "Savoir-faire",
    "title": "Titre",
    "updated_on": "Mis à jour par la source",
    "waiting_days": "Délai d'attente (jours)",
}
"""Fields shown on the page of an entry; a field that is not here is not a fact to read."""

SYSTEM_LABELS = {
    "rpps": "RPPS",
    "adeli": "ADELI",
    "idnps": "Identifiant national",
    "finess_et": "FINESS (site)",
    "finess_ej": "FINESS (entité juridique)",
    "siret": "SIRET",
    "siren": "SIREN",
    "ror": "ROR",
    "structure": "Identifiant technique de structure",
    "etp": "Numéro de programme ETP (ARS)",
    "uai": "Numéro UAI",
    "local": "Identifiant local",
}

CONTACT_LABELS = {
    ContactSystem.PHONE: "Téléphone",
    ContactSystem.FAX: "Télécopie",
    ContactSystem.EMAIL: "Courriel",
    ContactSystem.MSSANTE: "MSSanté",
    ContactSystem.URL: "Site",
    ContactSystem.DIRECT_LINE: "Ligne directe",
}

_TITLES = ("title", "civility")
_WORDS = {"DR": "Docteur", "PR": "Professeur", "M": "Monsieur", "MME": "Madame"}


def say_field(field: str, value: Any, communes: Communes) -> str:
    """A field's value as one line of French; only titles are written out: a first name may be M."""
    if field in _TITLES and isinstance(value, str):
        return _WORDS.get(value.upper().strip(" ."), value)
    return say(value, communes)


def say(value: Any, communes: Communes) -> str:
    """A value of the model as one line of French."""
    match value:
        case bool():
            return "oui" if value else "non"
        case date():
            return say_date(value)
        case Coding(code=code, label=label):
            return label or code
        case Address():
            return say_address(value)
        case Contact():
            return say_contact(value)
        case Identifier(value=number):
            return number
        case Activity():
            return say_activity(value)
        case Point(lat=lat, lon=lon):
            return f"{lat:.6f}, {lon:.6f}"
        case CoveredArea():
            return say_area(value, communes)
        case Session():
            return say_session(value)
        case OpeningHours():
            return say_hours(value)
        case Referral():
            return say_referral(value)
        case NewPatients(answer=answer, asked_on=asked_on):
            on = f" (demandé le {say_date(asked_on)})" if asked_on else ""
            return NEW_PATIENTS_LABELS.get(answer, answer) + on
        case Membership(name=name):
            return name
        case tuple():
            return " ; ".join(say(one, communes) for one in value)
        case str():
            return MODE_LABELS.get(value, value)
        case _:
            return str(value)


def say_date(day: date) -> str:
    """`22/11/2026`."""
    return day.strftime("%d/%m/%Y")


def say_person(person: Person) -> str:
    """« Dr Anne Martin »: title, first name, name, with capitals put back to a readable form."""
    title = {"DR": "Dr", "PR": "Pr"}.get(person.title.upper(), "")
    return " ".join(filter(None, (title, name_case(person.given), name_case(person.family))))


def name_case(name: str) -> str:
    """Names come in any case (« DE LA TOUR », « martin-dupuis »); show « De La Tour »."""
    if not (name.isupper() or name.islower()):
        return name
    cased = name.title()
    return cased.replace("'S ", "'s ")


def say_address(address: Address) -> str:
    """One line: « 2 rue de Wissous, bâtiment B, 94260 Fresnes »."""
    street = " ".join(filter(None, (address.street_number, address.street)))
    lines = address.lines if not street else (street,)
    town = " ".join(filter(None, (address.postcode, address.city)))
    return ", ".join(filter(None, (*lines, address.complement, town)))


def say_contact(contact: Contact) -> str:
    """A phone in national form, anything else as told, with its label and restriction."""
    phones = (ContactSystem.PHONE, ContactSystem.FAX, ContactSystem.DIRECT_LINE)
    shown = show_phone(contact.value) if contact.system in phones else contact.value
    restriction = CONFIDENTIALITY_LABELS[contact.confidentiality]
    remarks = [contact.label, contact.note, "" if restriction == "public" else restriction]
    about = ", ".join(filter(None, remarks))
    return f"{shown} ({about})" if about else shown


def say_area(area: CoveredArea, communes: Communes) -> str:
    """The communes by name, then wider areas."""
    names = [found.name if (found := communes.get(code)) else code for code in area.communes]
    parts = [
        ", ".join(names),
        f"départements {', '.join(area.departements)}" if area.departements else "",
        f"régions {', '.join(area.regions)}" if area.regions and not area.note else "",
        area.note,
    ]
    return " ; ".join(filter(None, parts))


def say_hours(hours: OpeningHours) -> str:
    """« lundi, mardi 8 h – 12 h », or the dated exception."""
    days = ", ".join(DAY_NAMES[day] for day in hours.days)
    told = filter(None, (hours.opens, hours.closes))
    span = "fermé" if hours.closed else " – ".join(map(say_hour_of, told))
    return " ".join(filter(None, (days, span, say_period(hours), hours.note)))


def say_period(hours: OpeningHours) -> str:
    """The dates between which a rule holds, empty when it always does."""
    if hours.valid_from and hours.valid_to:
        return f"du {say_date(hours.valid_from)} au {say_date(hours.valid_to)}"
    if hours.valid_from:
        return f"à partir du {say_date(hours.valid_from)}"
    return f"jusqu'au {say_date(hours.valid_to)}" if hours.valid_to else ""


def say_referral(referral: Referral) -> str:
    """How to refer somebody, in one line; the secure mail is for professionals, so not in it."""
    ages = say_ages(referral.age_min, referral.age_max)
    gir = f"GIR {', '.join(map(str, referral.gir))}" if referral.gir else ""
    number = f"numéro unique {show_phone(referral.single_number)}" if referral.single_number else ""
    return " ; ".join(
        filter(
            None,
            (referral.how, number, referral.form_url, referral.eligibility, ages, gir),
        )
    )


def say_ages(age_min: int | None, age_max: int | None) -> str:
    """« de 3 à 18 ans », « à partir de 60 ans », empty when there is no limit."""
    if age_min is not None and age_max is not None:
        return f"de {age_min} à {age_max} ans"
    if age_min is not None:
        return f"à partir de {age_min} ans"
    return f"jusqu'à {age_max} ans" if age_max is not None else ""
