"""From the register to entries: each subject's statements merged into one `Resource`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

import msgspec
import sqlalchemy as sa

from directory.alias import make_alias
from directory.communes import Communes
from directory.coverage import whole_area
from directory.entries import entry_of
from directory.lines import Line
from directory.local.keys import value_key
from directory.locating.places import Points, located_for, place_of
from directory.locating.store import has_points
from directory.merge import Say, Told, confirmed_by, facts, hidden_by, level_of, merge, strictest
from directory.model import (
    Address,
    Confidentiality,
    Contact,
    ContactSystem,
    CoveredArea,
    EntityKind,
    Organization,
    Person,
    ResourceKind,
    Role,
    Service,
)
from directory.phones import parse_phone, show_phone
from directory.register import Register
from directory.resource import Fact, Phone, Resource, ResourceDetail
from directory.subjects import (
    Subject,
    exact_identities,
    identities_after,
    subjects,
)
from directory.wording import name_case, say_field, say_person

_PHONES = (ContactSystem.PHONE, ContactSystem.DIRECT_LINE)


def resources(register: Register, communes: Communes) -> Iterator[Resource]:
    """Every entry in force, read as one consistent state however long it takes."""
    with register.database.read() as connection:
        if not register.database.is_sqlite:
            connection.execute(sa.text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        last, locating = 0, has_points(connection)
        while batch := identities_after(connection, last):
            found = list(subjects(connection, batch))
            points = located_for(connection, found) if locating else {}
            for subject in found:
                yield project(subject, communes, points)
            last = batch[-1].id


def resource_detail(register: Register, communes: Communes, ref: str) -> ResourceDetail:
    """One entry with its sources, by UUID, by readable alias or by `system|value`.

    Raises NotFoundError when nothing in force answers to `ref`, GoneError for a refused entry.
    """
    with register.database.read() as connection:
        subject = entry_of(connection, ref)
        points = located_for(connection, [subject])
    return detail_of(subject, communes, points)


def detail_of(
    subject: Subject, communes: Communes, points: Points = MappingProxyType({})
) -> ResourceDetail:
    """An entry with every fact told of it."""
    return ResourceDetail(
        resource=project(subject, communes, points),
        facts=tuple(_facts(subject, partial(say_field, communes=communes))),
    )


def details_alone(
    register: Register, communes: Communes, uuids: Sequence[UUID]
) -> dict[UUID, ResourceDetail]:
    """Entities each with its own statements only, joined or not; those nobody tells of are left."""
    with register.database.read() as connection:
        found = subjects(connection, exact_identities(connection, uuids), alone=True)
        return {one.identity.uuid: detail_of(one, communes) for one in found}


def project(
    subject: Subject, communes: Communes, points: Points = MappingProxyType({})
) -> Resource:
    """Merge what is told of one subject into an entry; `points` are those of located addresses."""
    entry = _merged(subject)
    entry |= {
        "id": str(subject.identity.uuid),
        "person_id": subject.person,
        "demo": any(line.said.demo for line in subject.told),
        "sources": tuple(dict.fromkeys(line.title for line in subject.told)),
        "updated": max(line.date for line in subject.told),
    }
    entry |= _covered(entry.pop("area"), communes)
    entry |= place_of(entry.pop("addresses"), entry.pop("pin"), communes, points)
    if subject.reported:
        entry["phones"] = _with_reports(entry["phones"], subject.reported)
    entry["alias"] = make_alias(subject.identity.id, entry["name"], entry.get("commune", ""))
    return Resource(**entry)


def first_address(subject: Subject) -> Address | None:
    """The address an entry is placed by; None where it has none, or somebody put it on the map."""
    entry = _merged(subject)
    return entry["addresses"][0] if entry["addresses"] and entry["pin"] is None else None


def _merged(subject: Subject) -> dict[str, Any]:
    match subject.identity.kind:
        case EntityKind.ROLE:
            return _practitioner(subject)
        case EntityKind.SERVICE:
            return _service(subject.told)
        case _:
            return _organization(subject.told)


def _facts(subject: Subject, speak: Say) -> list[Fact]:
    """Every fact told of a subject, its person's first."""
    told = subject.told
    match subject.identity.kind:
        case EntityKind.ROLE:
            person = facts(Person, _parts(told, "person"), speak)
            return person + facts(Role, _parts(told, "role"), speak)
        case EntityKind.SERVICE:
            return facts(Service, _parts(told, "service"), speak)
        case _:
            return facts(Organization, _parts(told, "organization"), speak)


def _practitioner(subject: Subject) -> dict[str, Any]:
    told = subject.told
    site_lines = [*told, *subject.about_site]
    role: Role = merge(Role, _parts(told, "role"))
    person: Person = merge(Person, _parts(told, "person"))
    site: Organization = merge(Organization, _parts(site_lines, "organization"))
    return {
        "kind": ResourceKind.PRACTITIONER,
        "name": say_person(person) or "Professionnel sans nom",
        "family": name_case(person.family),
        "given": name_case(person.given),
        "profession": role.profession,
        "specialities": role.specialities,
        "organization_name": role.organization_name or site.name,
        "addresses": role.addresses or site.addresses,
        "pin": role.pin or (None if role.addresses else site.pin),
        "phones": _phones(told, "role") or _phones(site_lines, "organization"),
        "website": _website(role.contacts),
        "identifiers": (*person.identifiers, *role.identifiers),
        "acts": role.acts,
        "publics": role.publics,
        "age_min": role.age_min,
        "age_max": role.age_max,
        "modes": role.modes,
        "hours": role.hours or site.hours,
        "referral": role.referral,
        "new_patients": role.new_patients,
        "convention": role.convention,
        "member_of": tuple(one.name for one in role.member_of),
        "replacement": _only_replaces(told),
        "keywords": person.qualifications,
        "area": role.covered,
    }


def _only_replaces(told: Sequence[Line]) -> bool:
    """Whether an activity is a replacement, and no row says that the person is installed there."""
    said = {line.said.role.replacement for line in told if line.said.role is not None}
    return True in said and False not in said


def _organization(told: Sequence[Line]) -> dict[str, Any]:
    site: Organization = merge(Organization, _parts(told, "organization"))
    return {
        "kind": site.kind,
        "name": site.name or site.long_name or "Établissement sans nom",
        "other_names": tuple(filter(None, (site.long_name, site.complement))),
        "category": site.category,
        "specialities": site.specialities,
        "rubric": site.rubric,
        "organization_name": site.legal_entity,
        "addresses": site.addresses,
        "pin": site.pin,
        "phones": _phones(told, "organization"),
        "website": _website(site.contacts),
        "identifiers": site.identifiers,
        "publics": site.publics,
        "hours": site.hours,
        "referral": site.referral,
        "member_of": tuple(one.name for one in site.member_of),
        "open_to_public": site.open_to_public,
        "activities": site.activities,
        "area": site.covered,
    }


def _service(told: Sequence[Line]) -> dict[str, Any]:
    offer: Service = merge(Service, _parts(told, "service"))
    return {
        "kind": offer.kind,
        "name": offer.name or "Service sans nom",
        "category": offer.category,
        "organization_name": offer.provider,
        "addresses": offer.addresses,
        "pin": offer.pin,
        "phones": _phones(told, "service"),
        "website": _website(offer.contacts),
        "identifiers": offer.identifiers,
        "acts": offer.acts,
        "pathologies": offer.pathologies,
        "next_sessions": offer.next_sessions,
        "publics": offer.publics,
        "age_min": offer.age_min,
        "age_max": offer.age_max,
        "modes": offer.modes,
        "hours": offer.hours,
        "referral": offer.referral,
        "member_of": tuple(one.name for one in offer.member_of),
        "keywords": tuple(filter(None, (offer.coordinator, *offer.rules))),
        "open_to_public": offer.open_to_public,
        "area": offer.covered,
    }


def _parts(told: Sequence[Line], part: str) -> list[Told[Any]]:
    return [line.tell(value) for line in told if (value := getattr(line.said, part)) is not None]


def _covered(area: CoveredArea | None, communes: Communes) -> dict[str, Any]:
    return {
        "covered": whole_area(area, communes),
        "covered_note": area.note if area else "",
    }


def _phones(told: Sequence[Line], part: str) -> tuple[Phone, ...]:
    """Every distinct number with the newest date a source gave it, as restricted as any says."""
    phones: dict[str, Phone] = {}
    parts = _parts(told, part)
    hidden, confirmed = hidden_by(parts), confirmed_by(parts)
    for one in parts:
        for contact in one.value.contacts:
            if contact.system not in _PHONES:
                continue
            pair = ("contacts", value_key(contact))
            if pair not in hidden:
                phone = _phone(contact, one, confirmed.get(pair))
                known = phones.get(phone.value, phone)
                newest = phone if _newer(phone, known) else known
                phones[phone.value] = msgspec.structs.replace(
                    newest, confidentiality=strictest((phone, known))
                )
    return tuple(phones.values())


def _phone(contact: Contact, told: Told[Any], checked: Told[Any] | None) -> Phone:
    return Phone(
        value=show_phone(contact.value),
        e164=parse_phone(contact.value),
        label=contact.label or contact.note,
        source=told.title,
        date=told.date,
        imported=told.imported,
        confidentiality=level_of(contact),
        verified=checked.date if checked else None,
        verified_by=checked.act.author if checked and checked.act else "",
    )


def _with_reports(phones: Sequence[Phone], counts: Mapping[str, int]) -> tuple[Phone, ...]:
    """The numbers, each with how many people say that it is wrong."""
    return tuple(
        msgspec.structs.replace(one, reported=counts.get(one.e164 or one.value, 0))
        for one in phones
    )


def _newer(one: Phone, other: Phone) -> bool:
    return (one.date or date.min) > (other.date or date.min)


def _website(contacts: Iterable[Contact]) -> str:
    public = (one for one in contacts if level_of(one) is Confidentiality.PUBLIC)
    return next((one.value for one in public if one.system is ContactSystem.URL), "")
