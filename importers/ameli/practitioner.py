"""A row of `liste-ps`: one practitioner, one speciality, one place, and on which terms."""

from directory.model import Coding, EntityKind, Person, Role, SourceRecord, Statement
from importers.ameli.facts import card_notes, digest, read_address
from importers.ameli.labels import read_activity
from importers.ameli.layout import Practitioner
from importers.cleaning import clean, mask_mails, phone_contacts
from importers.contract import Context, Ignored, Quarantined, Row

SECTOR_SYSTEM = "TRE_R282-CNAMAmeliSecteurConventionnement"
NATURE_SYSTEM = "ameli-nature-exercice"

LABORATORY = Ignored("laboratoire (repris de FINESS)")
LEGAL_PERSON = Ignored("pharmacie, transport ou fournisseur (repris de FINESS)")
LEGAL_PERSONS = {"3": LABORATORY, "4": LEGAL_PERSON}

DOCTOR_TYPE = "1"
PEOPLE = (DOCTOR_TYPE, "2", "5")

SECTORS = {
    "0": ("nc", "Non conventionné"),
    "1": ("c1", "Secteur 1 ou conventionné"),
    "2": ("c2", "Secteur 1 ou conventionné avec droit au dépassement permanent"),
    "3": ("c3", "Secteur 2"),
}
"""Sectors of Ameli as the national nomenclature codes them (TRE_R282)."""

FREE_FEES = ("2", "3")
"""Sectors in which a doctor may sign the option; an empty cell there says: not signed."""

OPTIONS = {"3": "OPTAM", "4": "OPTAM-ACO"}
CIVILITIES = {"H": "M", "F": "MME"}


def to_record(
    told: Practitioner, row: Row, context: Context
) -> SourceRecord | Ignored | Quarantined:
    """One practitioner at one place; legal persons are FINESS's to tell."""
    return LEGAL_PERSONS.get(told.type) or _refusal(told) or _record(told, row, context)


def _refusal(told: Practitioner) -> Quarantined | None:
    key = record_key(told)
    if told.type not in PEOPLE:
        return Quarantined("type de professionnel inconnu", told.type[:40] or "code vide", key)
    if not told.family:
        return Quarantined("nom absent", "ps_activite_nom vide", key)
    if not (told.speciality_label or told.speciality):
        return Quarantined("spécialité absente", "ni code ni libellé", key)
    return None


def subject_key(told: Practitioner) -> str:
    """Who, as what and where, in raw values: nothing here identifies a person (FORMATS.md c.1).

    The speciality is its label: a general practitioner may be told under three codes. The number
    in the street is part of the street.
    """
    where = told.street or told.locality or told.complement
    what = told.speciality_label or told.speciality
    return "ameli|" + digest(told.family, told.given, told.postcode, where, what)


def record_key(told: Practitioner) -> str:
    """The subject, and what may set apart two rows about it."""
    return "ps|" + digest(
        subject_key(told), told.speciality, told.nature, told.activity, told.company
    )


def _record(told: Practitioner, row: Row, context: Context) -> SourceRecord:
    statement = Statement(
        subject=EntityKind.ROLE,
        subject_key=subject_key(told),
        person=Person(
            family=clean(told.family),
            given=clean(told.given),
            civility=CIVILITIES.get(told.gender.upper(), ""),
        ),
        role=_role(told, context),
        demo=context.demo,
    )
    return SourceRecord(
        key=record_key(told),
        statement=statement,
        raw=mask_mails(row.raw),
        data_date=context.data_date,
    )


def _role(told: Practitioner, context: Context) -> Role:
    does = read_activity(told.speciality, told.speciality_label, doctor=told.type == DOCTOR_TYPE)
    if does.profession is None:
        context.note("profession sans code connu")
    address = read_address(told, context)
    return Role(
        profession=does.profession,
        specialities=(does.speciality,) if does.speciality else (),
        practice_mode=_nature(told),
        convention=_sector(told),
        organization_name=clean(told.company),
        acts=tuple(filter(None, (clean(told.activity_label),))),
        addresses=(address,) if address else (),
        contacts=phone_contacts(told.phone, told.postcode),
        notes=(*_option(told), *card_notes(told, context)),
    )


def _sector(told: Practitioner) -> Coding | None:
    if not (told.sector or told.sector_label):
        return None
    code, label = SECTORS.get(told.sector, (told.sector, told.sector_label or told.sector))
    return Coding(code=code, label=label, system=SECTOR_SYSTEM)


def _nature(told: Practitioner) -> Coding | None:
    if not (told.nature or told.nature_label):
        return None
    return Coding(code=told.nature, label=told.nature_label or told.nature, system=NATURE_SYSTEM)


def _option(told: Practitioner) -> tuple[str, ...]:
    """The option of moderate fees; nothing signed is a fact too, where it could be."""
    if label := told.option_label or OPTIONS.get(told.option, told.option):
        return (f"Option tarifaire : {label}",)
    may_sign = told.type == DOCTOR_TYPE and told.sector in FREE_FEES
    return ("Sans option tarifaire maîtrisée (OPTAM)",) if may_sign else ()
