"""What must be known before somebody is put on the list; the first question is not to need it."""

import msgspec

from directory.base.errors import InputRefusedError
from orientation.calendar import local_day
from orientation.intake import read_phone, require_known_commune
from orientation.seeking.consent import consent_text
from orientation.seeking.model import Identity
from orientation.seeking.records import NewWait
from orientation.seeking.wording import LANGUAGES
from orientation.store import Agenda

FIRST_YEAR = 1900


def check_new(agenda: Agenda, new: NewWait) -> NewWait:
    """The same, with names trimmed and the number in E.164; InputRefusedError names the field."""
    if new.sees_doctor:
        raise InputRefusedError(
            "Cette personne voit déjà un médecin régulièrement : la déclaration de médecin "
            "traitant se signe avec lui, sans passer par la liste.",
            field="sees_doctor",
        )
    identity = _check_identity(agenda, new.identity)
    require_known_commune(agenda, new.commune)
    if new.wishes.language and new.wishes.language not in LANGUAGES:
        raise InputRefusedError(
            f"Langue inconnue. Codes prévus : {', '.join(LANGUAGES)}.", field="language"
        )
    if new.consent_version != consent_text(agenda.territory.seeking).version:
        raise InputRefusedError(
            "Lisez à la personne le texte d'information en vigueur, et notez son accord : rien "
            "n'est enregistré sans lui.",
            field="consent",
        )
    return msgspec.structs.replace(new, identity=identity)


def person_digest(agenda: Agenda, identity: Identity) -> str:
    """The only way to find a person again: a keyed hash of their number and birth date."""
    return person_digests(agenda, identity)[0]


def person_digests(agenda: Agenda, identity: Identity) -> tuple[str, ...]:
    """What that hash may be in the store: the present one first, then those of before."""
    return agenda.keys.digests("wait", identity.phone, identity.birth_date.isoformat())


def _check_identity(agenda: Agenda, told: Identity) -> Identity:
    identity = Identity(
        family=told.family.strip(),
        given=told.given.strip(),
        phone=read_phone(told.phone, "phone"),
        birth_date=told.birth_date,
        address=told.address.strip(),
    )
    if not identity.family:
        raise InputRefusedError("Donnez le nom de la personne.", field="family")
    if not identity.given:
        raise InputRefusedError("Donnez le prénom de la personne.", field="given")
    today = local_day(agenda.territory, agenda.clock())
    if not (identity.birth_date.year >= FIRST_YEAR and identity.birth_date <= today):
        raise InputRefusedError("Cette date de naissance n'est pas possible.", field="birth_date")
    return identity
