"""What a person corrects stands, beside what sources say, whatever the next imports bring."""

from datetime import date
from typing import Any

import msgspec
import pytest

from directory.base.errors import ConflictError, GoneError, InputRefusedError, NotFoundError
from directory.communes import Communes
from directory.local.acts import confirm, correct, refuse, take_back
from directory.local.history import acts_on, latest_acts
from directory.local.signing import Signed
from directory.merge import REMOVED
from directory.model import Contact, ContactSystem, OpeningHours
from directory.projection import resource_detail, resources
from directory.register import Register
from directory.resource import Fact, Resource, ResourceDetail
from tests.directory.links.told import told_doctor
from tests.directory.told import publish, role, site

OLD, NEW, OTHER = "+33146656222", "+33146651001", "+33149840705"
SHOWN = {OLD: "01 46 65 62 22", NEW: "01 46 65 10 01", OTHER: "01 49 84 07 05"}
RPPS = "10001234567"
HERE = Signed("Ada Nim", "appelée ce matin")
SITE, PHONE = "finess_et|940000011", "organization.contacts"


def phone(value: str) -> Contact:
    return Contact(system=ContactSystem.PHONE, value=value)


def key(value: str) -> str:
    return f"phone|{value}"


def later(month: int) -> date:
    return date(2026, month, 1)


def read(register: Register, communes: Communes, ref: str = SITE) -> ResourceDetail:
    return resource_detail(register, communes, ref)


def numbers(entry: Resource) -> list[str]:
    return [one.value for one in entry.phones]


def fact(detail: ResourceDetail, field: str, text: str = "") -> Fact:
    named = [one for one in detail.facts if one.field == field]
    (found,) = [one for one in named if text in ("", one.chosen.text)]
    return found


@pytest.fixture
def filled(register: Register) -> Register:
    publish(register, "finess", [site("940000011", "MSP", OLD)])
    return register


def test_a_corrected_phone_takes_the_place_of_the_sources_one(
    filled: Register, communes: Communes
) -> None:
    correct(filled.database, SITE, PHONE, phone(NEW), HERE, was=key(OLD))

    detail = read(filled, communes)
    assert numbers(detail.resource) == [SHOWN[NEW]]
    told = fact(detail, "contacts.phone")
    assert (told.chosen.text, told.chosen.source) == (SHOWN[NEW], "local")
    assert (told.chosen.author, told.chosen.reason) == ("Ada Nim", "appelée ce matin")
    assert [(one.text, one.source) for one in told.alternatives] == [(SHOWN[OLD], "finess")]
    assert detail.resource.sources == ("Correction locale", "FINESS")


@pytest.mark.parametrize("brought", [OLD, "01.46.65.62.22", OTHER])
def test_a_correction_survives_a_row_that_is_kept_rewritten_or_changed(
    filled: Register, communes: Communes, brought: str
) -> None:
    correct(filled.database, SITE, PHONE, phone(NEW), HERE, was=key(OLD))

    publish(filled, "finess", [site("940000011", "MSP 2", brought, later(11))], day=later(12))

    detail = read(filled, communes)
    assert detail.resource.name == "MSP 2"
    assert SHOWN[NEW] in numbers(detail.resource)
    assert SHOWN[OLD] not in numbers(detail.resource)
    assert (SHOWN[OTHER] in numbers(detail.resource)) is (brought == OTHER)


def test_a_correction_waits_for_a_row_that_left_and_came_back(
    filled: Register, communes: Communes
) -> None:
    correct(filled.database, SITE, "organization.name", "MSP des Lilas", HERE)
    publish(filled, "finess", [site("940000012", "AUTRE")], day=later(11))
    with pytest.raises(NotFoundError):
        read(filled, communes)

    publish(filled, "finess", [site("940000011", "MSP", OLD)], day=later(12))

    assert read(filled, communes).resource.name == "MSP des Lilas"


def test_the_source_that_comes_to_say_the_same_is_told_with_its_day(
    filled: Register, communes: Communes
) -> None:
    publish(filled, "annexe3", [site("940000011", "Msp Des Lilas")])
    correct(filled.database, SITE, "organization.name", "MSP des Lilas", HERE)
    before = fact(read(filled, communes), "name")
    assert [(one.source, one.since) for one in before.agreeing] == [("annexe3", None)]

    publish(filled, "finess", [site("940000011", "MSP DES LILAS", OLD)], day=later(12))

    told = fact(read(filled, communes), "name")
    assert told.chosen.source == "local"
    caught_up = [one for one in told.agreeing if one.since]
    assert [one.source for one in caught_up] == ["finess"]
    assert told.alternatives == ()


def test_a_phone_the_source_catches_up_with_is_one_number(
    filled: Register, communes: Communes
) -> None:
    correct(filled.database, SITE, PHONE, phone(NEW), HERE, was=key(OLD))

    publish(filled, "finess", [site("940000011", "MSP", "01 46 65 10 01")], day=later(12))

    detail = read(filled, communes)
    assert numbers(detail.resource) == [SHOWN[NEW]]


def test_the_last_correction_wins_and_both_are_kept(filled: Register, communes: Communes) -> None:
    correct(filled.database, SITE, PHONE, phone(NEW), HERE, was=key(OLD))
    correct(filled.database, SITE, PHONE, phone(OTHER), Signed("Bob Ty", "rappelée"), was=key(OLD))

    detail = read(filled, communes)
    assert numbers(detail.resource) == [SHOWN[OTHER]]
    assert [one.author for one in acts_on(filled.database, SITE)] == ["Bob Ty", "Ada Nim"]


def test_a_chain_of_corrections_hides_every_number_before(
    filled: Register, communes: Communes
) -> None:
    correct(filled.database, SITE, PHONE, phone(NEW), HERE, was=key(OLD))
    last = correct(filled.database, SITE, PHONE, phone(OTHER), HERE, was=key(NEW))
    assert numbers(read(filled, communes).resource) == [SHOWN[OTHER]]

    take_back(filled.database, last, "Ada Nim")
    assert numbers(read(filled, communes).resource) == [SHOWN[NEW]]


def test_a_correction_taken_back_leaves_the_sources_word_and_its_own_trace(
    filled: Register, communes: Communes
) -> None:
    number = correct(filled.database, SITE, PHONE, None, HERE, was=key(OLD))
    gone = read(filled, communes)
    assert numbers(gone.resource) == []
    assert fact(gone, "contacts.phone").chosen.text == REMOVED
    assert [one.text for one in fact(gone, "contacts.phone").alternatives] == [SHOWN[OLD]]

    take_back(filled.database, number, "Bob Ty")

    assert numbers(read(filled, communes).resource) == [SHOWN[OLD]]
    (act,) = acts_on(filled.database, SITE)
    assert act.withdrawn_by == "Bob Ty"
    assert act.withdrawn_at is not None
    assert act.was == phone(OLD)
    with pytest.raises(NotFoundError):
        take_back(filled.database, number, "Bob Ty")


def test_a_phone_is_added_beside_the_sources_one(filled: Register, communes: Communes) -> None:
    correct(filled.database, SITE, PHONE, phone(NEW), HERE)

    assert sorted(numbers(read(filled, communes).resource)) == [SHOWN[NEW], SHOWN[OLD]]


def test_a_field_with_one_value_can_be_emptied(filled: Register, communes: Communes) -> None:
    (address,) = site("940000011", "MSP").statement.organization.addresses  # type: ignore[union-attr]
    correct(filled.database, SITE, "organization.addresses", None, HERE)

    detail = read(filled, communes)
    assert detail.resource.address == ""
    assert fact(detail, "addresses").chosen.text == REMOVED
    assert address.street in fact(detail, "addresses").alternatives[0].text


def test_any_value_of_the_model_can_be_said(filled: Register, communes: Communes) -> None:
    hours = (OpeningHours(days=(0, 1), opens="09:00", closes="18:00"),)
    correct(filled.database, SITE, "organization.hours", hours, HERE)
    correct(filled.database, SITE, "organization.open_to_public", False, HERE)
    correct(filled.database, SITE, "organization.opened_on", date(2020, 1, 2), HERE)
    correct(filled.database, SITE, "organization.publics", "enfants", HERE)

    entry = read(filled, communes).resource
    assert (entry.hours, entry.open_to_public, entry.publics) == (hours, False, ("enfants",))


def test_a_correction_of_a_person_is_seen_wherever_they_work(
    register: Register, communes: Communes
) -> None:
    publish(register, "finess", [site("940000011", "MSP"), site("940000012", "CDS")])
    roles = [
        role("10900000011", "DURAND", site_key=f"9400000{n}", key=f"row-{n}") for n in (11, 12)
    ]
    publish(register, "rpps", roles)

    correct(register.database, "rpps|10900000011", "person.family", "DURAND-LE GALL", HERE)

    families = {one.family for one in resources(register, communes) if one.family}
    assert families == {"Durand-Le Gall"}


def test_a_site_s_corrected_phone_reaches_its_practitioners(
    filled: Register, communes: Communes
) -> None:
    publish(filled, "rpps", [role("10900000011", "DURAND", site_key="940000011")])

    correct(filled.database, SITE, PHONE, phone(NEW), HERE, was=key(OLD))

    assert numbers(read(filled, communes, "rpps|10900000011").resource) == [SHOWN[NEW]]


def test_a_confirmation_dates_the_value_and_falls_with_it(
    filled: Register, communes: Communes
) -> None:
    confirm(filled.database, SITE, PHONE, HERE, key=key(OLD))

    detail = read(filled, communes)
    verified = fact(detail, "contacts.phone").verified
    assert verified is not None
    assert (verified.author, verified.text) == ("Ada Nim", SHOWN[OLD])
    (shown,) = detail.resource.phones
    assert (shown.source, shown.verified, shown.verified_by) == (
        "FINESS",
        verified.date,
        "Ada Nim",
    )
    assert detail.resource.updated == verified.date

    publish(filled, "finess", [site("940000011", "MSP", OTHER)], day=later(12))
    assert fact(read(filled, communes), "contacts.phone").verified is None


def test_what_is_no_longer_shown_cannot_be_confirmed(filled: Register) -> None:
    with pytest.raises(ConflictError, match="vient de changer"):
        confirm(filled.database, SITE, PHONE, HERE, key=key(NEW))


@pytest.mark.parametrize(
    ("path", "now", "was", "error"),
    [
        ("role.contacts", phone(NEW), "", InputRefusedError),
        ("organization.nothing", "x", "", InputRefusedError),
        ("", "x", "", InputRefusedError),
        (PHONE, phone(NEW), key(OTHER), ConflictError),
        (PHONE, phone(OLD), key(OLD), ConflictError),
        ("organization.name", "MSP", "", ConflictError),
        ("organization.name", 12, "", msgspec.ValidationError),
    ],
)
def test_what_cannot_be_a_correction_leaves_no_trace(
    filled: Register, path: str, now: Any, was: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        correct(filled.database, SITE, path, now, HERE, was=was)

    assert acts_on(filled.database, SITE) == []


def test_a_refused_entry_is_nowhere_until_the_refusal_is_taken_back(
    filled: Register, communes: Communes
) -> None:
    publish(filled, "rpps", [role("10900000011", "DURAND", site_key="940000011")])
    number = refuse(filled.database, SITE, HERE)

    publish(filled, "finess", [site("940000011", "MSP 2", OLD)], day=later(12))
    with pytest.raises(GoneError):
        read(filled, communes)
    (entry,) = resources(filled, communes)
    assert (entry.family, numbers(entry)) == ("Durand", [])

    take_back(filled.database, number, "Ada Nim")
    assert read(filled, communes).resource.name == "MSP 2"


def test_the_refusal_of_a_person_hides_every_role(register: Register, communes: Communes) -> None:
    publish(register, "finess", [site("940000011", "MSP"), site("940000012", "CDS")])
    roles = [
        role("10900000011", "DURAND", site_key=f"9400000{n}", key=f"row-{n}") for n in (11, 12)
    ]
    publish(register, "rpps", [*roles, role("10900000029", "AUTRE")])

    refuse(register.database, "rpps|10900000011", HERE, whole_person=True)

    assert {one.family for one in resources(register, communes)} == {"", "Autre"}
    with pytest.raises(GoneError):
        read(register, communes, "rpps|10900000011")


def test_the_history_of_a_refused_entry_tells_no_value(filled: Register) -> None:
    correct(filled.database, SITE, "organization.name", "MSP des Lilas", HERE)
    assert latest_acts(filled.database)[0].now == "MSP des Lilas"

    refuse(filled.database, SITE, HERE)

    assert [(one.act, one.shown, one.now) for one in latest_acts(filled.database)] == [
        ("refusal", False, None),
        ("correction", False, None),
    ]
    with pytest.raises(GoneError):
        acts_on(filled.database, SITE)


def test_a_person_who_is_not_known_cannot_be_refused(filled: Register) -> None:
    with pytest.raises(InputRefusedError):
        refuse(filled.database, SITE, HERE, whole_person=True)


def test_a_correction_follows_the_entry_into_the_one_that_stands_for_it(
    register: Register, communes: Communes
) -> None:
    publish(register, "ameli", [told_doctor("ps", phone=OLD)])
    (alone,) = resources(register, communes)
    correct(register.database, alone.id, "role.contacts", phone(NEW), HERE, was=key(OLD))
    correct(register.database, alone.id, "person.given", "Eudoxie-Marie", HERE)

    publish(register, "rpps", [told_doctor("8" + RPPS, rpps=RPPS)])
    publish(register, "cpts", [told_doctor("ligne 3", phone=OTHER)])

    (entry,) = resources(register, communes)
    assert entry.id != alone.id
    assert entry.given == "Eudoxie-Marie"
    assert numbers(entry) == [SHOWN[NEW], SHOWN[OTHER]]
    told = fact(read(register, communes, entry.id), "contacts.phone", SHOWN[NEW])
    assert [one.source for one in told.alternatives] == ["ameli"]
    assert len(acts_on(register.database, alone.id)) == 2


def test_a_refused_entry_stays_refused_once_joined(register: Register, communes: Communes) -> None:
    publish(register, "ameli", [told_doctor("ps", phone=OLD)])
    (alone,) = resources(register, communes)
    refuse(register.database, alone.id, HERE)

    publish(register, "rpps", [told_doctor("8" + RPPS, rpps=RPPS)])

    assert list(resources(register, communes)) == []
