"""A small invented directory and team, put in real stores: what the pages are tested on."""

from collections.abc import Sequence
from datetime import date, time

from directory.communes import Commune
from directory.indexing import rebuild_index
from directory.model import (
    Address,
    Contact,
    ContactSystem,
    EntityKind,
    Identifier,
    OpeningHours,
    Organization,
    Person,
    Role,
    SourceRecord,
    Statement,
)
from directory.register import Register
from directory.vocabulary import category_coding, profession_coding
from orientation.model import Mode
from orientation.service import Orientation
from tests.orientation.team import add_slots, make_doctor, make_schedule
from tests.places import CACHAN, FRESNES, LHAY, RUNGIS
from web.services import Services

DAY = date(2026, 11, 1)
OLD_DAY = date(2024, 3, 4)
HOSTILE = '<script>alert("x")</script> Résidence'
EHPAD_PHONE, EHPAD_OTHER_PHONE = "01 49 84 92 00", "01 49 84 00 00"

KINE, ORTHO, DOCTOR = "70", "91", "10"
PEOPLE = (
    ("10003456784", "Zoé", "MERCADIER", KINE, CACHAN, "01 46 65 10 01"),
    ("10003456792", "Hugo", "SAVATIER", KINE, CACHAN, "01 46 65 10 02"),
    ("10003456800", "Inès", "BELHADJ", KINE, FRESNES, "01 46 65 10 03"),
    ("10003456818", "Lucie", "DE LA TOUR", ORTHO, CACHAN, "01 46 65 62 22"),
    ("10003456826", "Marc", "OLLIVIER", DOCTOR, LHAY, "01 46 65 10 05"),
    ("10003456834", "Nora", "PETITJEAN", DOCTOR, RUNGIS, ""),
)


def fill_directory(services: Services) -> None:
    """Three sources, one of which disagrees and one row of which is set aside; then the index."""
    register = services.register
    publish(register, "finess", "FINESS, extraction", [*_sites(), _hostile_site()])
    publish(register, "rpps", "RPPS, personnes et activités", [_person(*one) for one in PEOPLE])
    told = _site("940000010", "EHPAD SOLEIL D'AUTOMNE", EHPAD_OTHER_PHONE, day=OLD_DAY)
    publish(register, "annexe3", "Annexe 3 du projet de santé", [told], day=OLD_DAY, broken=True)
    rebuild_index(register, services.engine, services.communes)


def fill_team(orientation: Orientation) -> None:
    """Two doctors: one at a practice with single places, one by video with three places a slot."""
    first = make_doctor(demo=True)
    add_slots(orientation, Mode.CABINET, first)
    orientation.add_schedule(
        make_schedule(first, Mode.HOME, opens=time(14), closes=time(16), slot_minutes=40)
    )
    second = make_doctor(family="QUENTIN", given="Basile", places=(), modes=(Mode.VIDEO,))
    add_slots(orientation, Mode.VIDEO, second, opens=time(14), closes=time(18), seats=3)


def publish(
    register: Register,
    source: str,
    title: str,
    rows: Sequence[SourceRecord],
    *,
    day: date = DAY,
    broken: bool = False,
) -> None:
    """Import rows as one file; `broken` adds a row that had to be set aside."""
    staging = register.begin_import(source, title, fingerprint=source, data_date=day)
    for line, row in enumerate(rows, start=1):
        staging.add(row, line)
    if broken:
        staging.quarantine(9, "940000099", "date illisible", "2026-13-45", "940000099;2026-13-45")
    counts = staging.finish()
    staging.publish(
        {
            "read": len(rows) + 3,
            "kept": counts.kept,
            "unchanged": 0,
            "ignored": 2,
            "quarantined": int(broken),
            "removed": 0,
            "reasons": {"hors territoire": 2, "date illisible": int(broken)},
            "warnings": ["Données de plus d'un an."] if broken else [],
        },
        remove_absent=True,
    )


def _sites() -> list[SourceRecord]:
    named = [_site("940000010", "EHPAD SOLEIL D'AUTOMNE", EHPAD_PHONE)]
    more = [
        _site(f"9400001{number:02d}", f"CENTRE JEAN-VILAR {number}", "01 47 40 94 94", RUNGIS)
        for number in range(25)
    ]
    return named + more


def _hostile_site() -> SourceRecord:
    return _site("940000029", HOSTILE, "01 47 40 94 95", LHAY)


def _site(
    key: str, name: str, phone: str, commune: Commune = FRESNES, day: date = DAY
) -> SourceRecord:
    is_ehpad = name.startswith("EHPAD")
    site = Organization(
        name=name,
        category=category_coding("500" if is_ehpad else "124"),
        identifiers=(Identifier(system="finess_et", value=key),),
        addresses=(_address(commune),),
        contacts=_phones(phone),
        hours=(OpeningHours(days=(0, 1, 2, 3, 4), opens="09:00", closes="18:00"),),
    )
    statement = Statement(
        subject=EntityKind.ORGANIZATION, subject_key=f"finess|{key}", organization=site
    )
    return SourceRecord(key=key, raw=f"{key};{name}", data_date=day, statement=statement)


def _person(
    rpps: str, given: str, family: str, profession: str, commune: Commune, phone: str
) -> SourceRecord:
    statement = Statement(
        subject=EntityKind.ROLE,
        subject_key=f"rpps|{rpps}|cabinet",
        person_key=f"rpps|{rpps}",
        person=Person(
            family=family, given=given, identifiers=(Identifier(system="rpps", value=rpps),)
        ),
        role=Role(
            profession=profession_coding(profession),
            organization_name="Cabinet des Peupliers",
            addresses=(_address(commune),),
            contacts=_phones(phone),
        ),
        demo=True,
    )
    return SourceRecord(key=rpps, raw=f"{rpps}|{family}", data_date=DAY, statement=statement)


def _phones(phone: str) -> tuple[Contact, ...]:
    return (Contact(system=ContactSystem.PHONE, value=phone),) if phone else ()


def _address(commune: Commune) -> Address:
    return Address(
        street_number="2",
        street="rue de Wissous",
        postcode=commune.postcodes[0],
        city=commune.name.upper(),
        insee=commune.insee,
    )
