"""Two doctors and a house as several sources tell them, all invented."""

from directory.links import Entry
from directory.matching import MatchRecord
from directory.model import (
    Address,
    Coding,
    Contact,
    ContactSystem,
    EntityKind,
    Identifier,
    Person,
    Role,
    SourceRecord,
    Statement,
)
from directory.vocabulary import profession_coding, speciality_coding


def doctor(**changes: str) -> MatchRecord:
    """A general practitioner of Fresnes, as Ameli writes one."""
    told = {
        "family": "VAUQUELIN",
        "given": "Eudoxie",
        "profession": "Médecin",
        "speciality": "Médecine générale",
        "street_number": "2",
        "street": "rue de Wissous",
        "postcode": "94260",
        "city": "FRESNES",
        "phone": "0146680001",
    }
    return MatchRecord(**(told | changes))


def entry(number: int, source: str, who: int = 0, **changes: str) -> Entry:
    """An entry of one source."""
    return Entry(number, EntityKind.ROLE, frozenset((source,)), who, doctor(**changes))


def told_doctor(
    key: str,
    *,
    rpps: str = "",
    phone: str = "",
    family: str = "VAUQUELIN",
    given: str = "Eudoxie",
    street: str = "rue de Wissous",
    skill: str = "SM54",
    convention: Coding | None = None,
) -> SourceRecord:
    """The same doctor as a row of a source."""
    person_key = f"rpps|{rpps}" if rpps else ""
    numbers = (Identifier(system="rpps", value=rpps),) if rpps else ()
    return SourceRecord(
        key=key,
        raw=f"{key};{family};{phone};{street}",
        statement=Statement(
            subject=EntityKind.ROLE,
            subject_key=f"{person_key or 'row'}|{key}",
            person_key=person_key,
            person=Person(family=family, given=given, identifiers=numbers),
            role=Role(
                profession=profession_coding("10"),
                specialities=(speciality_coding(skill),),
                convention=convention,
                contacts=(Contact(system=ContactSystem.PHONE, value=phone),) if phone else (),
                addresses=(
                    Address(
                        street_number="2",
                        street=street,
                        postcode="94260",
                        city="FRESNES",
                        insee="94034",
                    ),
                ),
            ),
        ),
    )
