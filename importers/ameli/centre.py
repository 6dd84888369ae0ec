"""A row of `liste-cds`: one speciality of one health centre, which FINESS numbers."""

import re

from directory.model import Coding, EntityKind, Identifier, Organization, SourceRecord, Statement
from directory.vocabulary import category_coding
from importers.ameli.facts import card_notes, read_address
from importers.ameli.labels import label_key, read_activity
from importers.ameli.layout import Centre
from importers.cleaning import clean, mask_mails, phone_contacts
from importers.contract import Context, Quarantined, Row

HEALTH_CENTRE = "124"
"""Category of every centre of the listing; its own `type_etab` is kept beside when it differs."""

_FINESS = re.compile(r"(\d{2}|2[ABab])\d{7}")


def to_record(told: Centre, row: Row, context: Context) -> SourceRecord | Quarantined:
    """What one row adds to its centre: the rows of a centre speak of one organization."""
    return _refusal(told) or _record(told, row, context)


def _refusal(told: Centre) -> Quarantined | None:
    if not _FINESS.fullmatch(told.finess):
        detail = told.finess[:40] or "etab_finess vide"
        return Quarantined("numéro FINESS absent ou mal formé", detail, record_key(told))
    if not told.name:
        return Quarantined("nom absent", "etab_raison_sociale vide", record_key(told))
    return None


def record_key(told: Centre) -> str:
    """One row per centre and speciality."""
    return f"cds|{told.finess}|{told.speciality or told.speciality_label}"


def _record(told: Centre, row: Row, context: Context) -> SourceRecord:
    key = f"finess|{told.finess}"
    address = read_address(told, context)
    centre = Organization(
        name=clean(told.name),
        category=category_coding(HEALTH_CENTRE),
        specialities=_specialities(told),
        identifiers=(Identifier(system="finess_et", value=told.finess),),
        addresses=(address,) if address else (),
        contacts=phone_contacts(told.phone, told.postcode),
        notes=(*_type(told), *card_notes(told, context)),
    )
    statement = Statement(
        subject=EntityKind.ORGANIZATION,
        subject_key=key,
        organization_key=key,
        organization=centre,
        demo=context.demo,
    )
    return SourceRecord(
        key=record_key(told),
        statement=statement,
        raw=mask_mails(row.raw),
        data_date=context.data_date,
    )


def _specialities(told: Centre) -> tuple[Coding, ...]:
    """The speciality, or the profession where it says no more: « Sage-femme »."""
    if not (told.speciality or told.speciality_label):
        return ()
    offered = read_activity(told.speciality, told.speciality_label)
    return tuple(filter(None, (offered.speciality or offered.profession,)))


def _type(told: Centre) -> tuple[str, ...]:
    label = told.type_label
    if not label or label_key(label) == label_key(category_coding(HEALTH_CENTRE).label):
        return ()
    return (f"Type d'établissement : {label}",)
