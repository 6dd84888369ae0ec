"""Entries nobody wants to lay out: endless names, forty places, no phone, no point, markup, emoji."""

from directory.indexing import rebuild_index
from directory.model import (
    Address,
    Contact,
    ContactSystem,
    EntityKind,
    Membership,
    NewPatients,
    OpeningHours,
    Organization,
    Person,
    Point,
    Precision,
    Referral,
    Role,
    SourceRecord,
    Statement,
)
from directory.vocabulary import category_coding, profession_coding
from tests.places import CACHAN, FRESNES, TERRITORY
from tests.web.sample import DAY, publish
from web.services import Services

SCRIPT = '<script>alert("x")</script>'
LONG = ("Centre « Jean-Vilar » 🩺 " + "de réadaptation ")[:20] + "Interminable" * 15
PLACES = 40
CROWD = 320
"""More entries than a selection takes."""


def fill_awkward(services: Services) -> None:
    """One source of what goes wrong, then the index."""
    rows = [
        _site("longue", LONG, contacts=(_phone("01 46 65 20 01"),), hours=_week()),
        _site("muette", "Maison muette", addresses=(Address(city="Ailleurs"),)),
        _site("rue", "Refuge de la rue"),
        _site("sans-rue", "Refuge sans rue", addresses=(_commune_only(),)),
        _site("script", f"Résidence {SCRIPT}", covered_note=SCRIPT),
        _site("formule", "=cmd|'/c calc'!A0", contacts=(_phone("+33146652002"),)),
        *(_role(number) for number in range(PLACES)),
        *(_site(f"foule-{one}", f"Foule {one:03}", north=one // 2) for one in range(CROWD)),
    ]
    publish(services.register, "locale", "Liste locale", rows)
    rebuild_index(services.register, services.engine, services.communes)


def _week() -> tuple[OpeningHours, ...]:
    return (
        OpeningHours(days=(0, 1, 2, 3, 4), opens="09:00", closes="12:00"),
        OpeningHours(days=(0, 2), opens="14:00", closes="18:00"),
        OpeningHours(
            valid_from=DAY.replace(month=12, day=24), closed=True, note="congés « d'hiver »"
        ),
        OpeningHours(
            valid_from=DAY.replace(year=2020), valid_to=DAY.replace(year=2020), closed=True
        ),
    )


def _commune_only() -> Address:
    return Address(city="FRESNES", postcode="94260", insee=FRESNES.insee)


def _phone(number: str) -> Contact:
    return Contact(system=ContactSystem.PHONE, value=number)


def _site(
    key: str,
    name: str,
    *,
    contacts: tuple[Contact, ...] = (),
    addresses: tuple[Address, ...] = (),
    hours: tuple[OpeningHours, ...] = (),
    covered_note: str = "",
    north: int = 0,
) -> SourceRecord:
    exact = Point(lat=48.7571 + north / 10_000, lon=2.3262, precision=Precision.ADDRESS)
    here = Address(
        street="1 rue ici", city="FRESNES", postcode="94260", insee=FRESNES.insee, point=exact
    )
    site = Organization(
        name=name,
        category=category_coding("124"),
        addresses=addresses or (here,),
        contacts=contacts,
        hours=hours,
        referral=Referral(how=f"Par courrier {SCRIPT} « motivé » 💌"),
        notes=(covered_note,) if covered_note else (),
        member_of=(Membership(name=f"Équipe {SCRIPT}"),),
    )
    told = Statement(
        subject=EntityKind.ORGANIZATION, subject_key=f"locale|{key}", organization=site
    )
    return SourceRecord(key=key, raw=key, data_date=DAY, statement=told)


def _role(number: int) -> SourceRecord:
    """One of the places of a person who has too many; two of them share a practice."""
    place = (CACHAN, *TERRITORY)[number % 6]
    told = Statement(
        subject=EntityKind.ROLE,
        subject_key=f"locale|ubique|{number}",
        person_key="rpps|10009999999",
        organization_key=f"locale|cabinet-{number // 2}",
        person=Person(family="Ubique", given="Perrine"),
        organization=Organization(name=f"Cabinet {number // 2}"),
        role=Role(
            profession=profession_coding("10"),
            organization_name=f"Cabinet {number}",
            addresses=(Address(street=f"{number} rue", city=place.name, insee=place.insee),),
            new_patients=NewPatients(answer="now", asked_on=DAY),
        ),
    )
    return SourceRecord(key=f"ubique-{number}", raw="", data_date=DAY, statement=told)
