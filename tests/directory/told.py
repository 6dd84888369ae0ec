"""Statements as importers make them, invented and short."""

from datetime import date

from directory.comparing import StagedCounts
from directory.model import (
    Address,
    Contact,
    ContactSystem,
    EntityKind,
    Identifier,
    Organization,
    Person,
    Role,
    SourceRecord,
    Statement,
)
from directory.register import Register
from directory.vocabulary import profession_coding

DAY = date(2026, 11, 1)


def site(key: str, name: str, phone: str = "", day: date = DAY) -> SourceRecord:
    """An establishment of Fresnes as a FINESS row would state it."""
    contacts = (Contact(system=ContactSystem.PHONE, value=phone),) if phone else ()
    return SourceRecord(
        key=key,
        raw=f"{key};{name};{phone}",
        data_date=day,
        statement=Statement(
            subject=EntityKind.ORGANIZATION,
            subject_key=f"finess|{key}",
            organization=Organization(
                name=name,
                identifiers=(Identifier(system="finess_et", value=key),),
                addresses=(
                    Address(
                        street_number="2",
                        street="rue de Wissous",
                        postcode="94260",
                        city="FRESNES",
                        insee="94034",
                    ),
                ),
                contacts=contacts,
            ),
        ),
    )


def role(
    rpps: str, family: str, *, site_key: str = "", phone: str = "", key: str = "", day: date = DAY
) -> SourceRecord:
    """A physiotherapist as an RPPS row would state it."""
    contacts = (Contact(system=ContactSystem.PHONE, value=phone),) if phone else ()
    return SourceRecord(
        key=key or f"8{rpps}/cabinet",
        raw=f"8|{rpps}|{family}",
        data_date=day,
        statement=Statement(
            subject=EntityKind.ROLE,
            subject_key=f"rpps|{rpps}|{site_key}",
            person_key=f"rpps|{rpps}",
            organization_key=f"finess|{site_key}" if site_key else "",
            person=Person(
                family=family,
                given="Zoé",
                identifiers=(Identifier(system="rpps", value=rpps),),
            ),
            role=Role(profession=profession_coding("70"), contacts=contacts),
        ),
    )


def publish(
    register: Register,
    source: str,
    rows: list[SourceRecord],
    *,
    partial: bool = False,
    day: date = DAY,
) -> StagedCounts:
    """Import `rows` as one file of `source`."""
    fingerprint = str(hash(tuple((row.key, row.raw) for row in rows)))
    staging = register.begin_import(
        source, source.upper(), fingerprint=fingerprint, data_date=day, partial=partial
    )
    for line, row in enumerate(rows, start=1):
        staging.add(row, line)
    counts = staging.finish()
    staging.publish({"read": len(rows)}, remove_absent=not partial)
    return counts
