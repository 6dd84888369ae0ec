"""Who may see a contact of the ROR, and when an offer is open or closed."""

from datetime import date
from typing import Any

import pytest

from directory.model import Confidentiality, ContactSystem, OpeningHours
from importers.contract import Ignored
from tests.importers.ror.rows import (
    coded,
    complex_ext,
    contact,
    ext,
    offer,
    slot,
)
from tests.importers.ror.test_offers import Read
from tests.importers.world import World

PUBLIC, PROFESSIONAL, SECRETARIAT = Confidentiality


@pytest.mark.parametrize(
    ("level", "own", "shown"),
    [
        ("1", "1", PUBLIC),
        ("1", "", PUBLIC),
        ("", "1", PUBLIC),
        ("2", "1", PROFESSIONAL),
        ("1", "2", PROFESSIONAL),
        ("3", "1", SECRETARIAT),
        ("1", "9", SECRETARIAT),
        ("", "", SECRETARIAT),
    ],
    ids=["both", "outer", "inner", "outer 2", "inner 2", "outer 3", "unknown", "none"],
)
def test_the_strictest_level_holds(
    world: World, level: str, own: str, shown: Confidentiality
) -> None:
    read = Read(world, offer(more=[contact(level, "01 49 84 92 00", own)]))
    (told,) = read.offer().contacts
    assert (told.value, told.label) == ("+33149849200", "Standard")
    assert told.confidentiality is shown
    assert ("01 49 84 92 00" in read.record().raw) == (shown is PUBLIC)


def test_one_number_told_twice_keeps_its_strictest_level(world: World) -> None:
    more = [contact("1", "0149849200"), contact("2", "01.49.84.92.00")]
    (told,) = Read(world, offer(more=more)).offer().contacts
    assert told.confidentiality is PROFESSIONAL


@pytest.mark.parametrize(
    ("channel", "value", "system"),
    [
        ("1", "0612345678", ContactSystem.PHONE),
        ("3", "accueil@exemple.fr", ContactSystem.EMAIL),
        ("3", "service@exemple.mssante.fr", ContactSystem.MSSANTE),
        ("MSSANTE", "service@exemple.fr", ContactSystem.MSSANTE),
        ("4", "https://exemple.fr", ContactSystem.URL),
        ("6", "0149849201", ContactSystem.FAX),
    ],
)
def test_channels(world: World, channel: str, value: str, system: ContactSystem) -> None:
    (told,) = Read(world, offer(more=[contact("1", value, "", channel)])).offer().contacts
    assert told.system is system


@pytest.mark.parametrize("channel", ["5", "7"])
def test_channels_that_reach_nobody_are_counted(world: World, channel: str) -> None:
    read = Read(world, offer(more=[contact("1", "12345", "", channel)]))
    assert read.offer().contacts == ()
    assert read.context.notes["contact sans valeur ou par un canal non repris"] == 1


def test_a_channel_coded_with_the_address_of_its_extension(world: World) -> None:
    odd = {"coding": [{"system": "https://x/ror-telecom-communication-channel", "code": "6"}]}
    more = complex_ext(
        "ror-healthcareservice-contact",
        coded("ror-confidentiality-level", "R283", "1"),
        complex_ext(
            "ror-healthcareservice-contact-telecom",
            ext("ror-telecom-communication-channel", valueCodeableConcept=odd),
            ext("telecomAddress", valueString="0149849201"),
        ),
    )
    (told,) = Read(world, offer(more=[more])).offer().contacts
    assert told.system is ContactSystem.FAX


def test_the_mailbox_of_an_offer_without_level_is_not_public(world: World) -> None:
    telecom = [{"system": "email", "value": "offre@exemple.mssante.fr"}]
    read = Read(world, offer(telecom=telecom))
    (told,) = read.offer().contacts
    assert (told.system, told.confidentiality) == (ContactSystem.MSSANTE, SECRETARIAT)
    assert "exemple.mssante" not in read.record().raw
    assert read.context.notes["contact sans niveau de confidentialité, réservé au secrétariat"] == 1


def hours(world: World, *slots: dict[str, Any]) -> tuple[OpeningHours, ...]:
    return Read(world, offer(availableTime=list(slots))).offer().hours


def test_days_of_one_rule_are_put_together(world: World) -> None:
    told = hours(world, *(slot(day, "01", "09:00:00", "17:00:00") for day in (1, "2", 5)))
    assert told == (OpeningHours(days=(0, 1, 4), opens="09:00", closes="17:00"),)


def test_the_number_of_a_day_comes_before_its_name(world: World) -> None:
    (told,) = hours(world, slot(7, "01", "09:00:00", "12:00:00", daysOfWeek=["mon"]))
    assert told.days == (6,)
    native = {"daysOfWeek": ["tue"], "allDay": True}
    (told,) = hours(world, native)
    assert (told.days, told.opens, told.closes, told.note) == (
        (1,),
        "00:00",
        "23:59",
        "24 h sur 24",
    )


def test_a_slot_of_type_08_is_closed(world: World) -> None:
    lunch, sunday = hours(
        world, slot(1, "08", "12:00:00", "14:00:00"), slot(7, "08", "00:00:00", "23:59:00")
    )
    assert (lunch.closed, lunch.note) == (True, "de 12:00 à 14:00")
    assert (sunday.closed, sunday.days, sunday.note) == (True, (6,), "")


@pytest.mark.parametrize(
    ("kind", "note"),
    [
        ("01", ""),
        ("02", ""),
        ("03", "Horaire de garde"),
        ("06", "Horaire de consultation sans RDV"),
        ("10", "Horaire de téléconsultation"),
    ],
)
def test_types_of_hours(world: World, kind: str, note: str) -> None:
    (told,) = hours(world, slot(1, kind, "09:00:00", "12:00:00"))
    assert (told.closed, told.note) == (False, note)


def test_hours_have_dates(world: World) -> None:
    period = {"start": "2026-07-01", "end": "2026-08-31"}
    timed = slot(1, "01", "09:00:00", "12:00:00")
    timed["extension"].append(
        ext("ror-available-time-effective-opening-closing-date", valuePeriod=period)
    )
    (told,) = hours(world, timed)
    assert (told.valid_from, told.valid_to) == (date(2026, 7, 1), date(2026, 8, 31))


def test_a_slot_without_a_day_is_counted(world: World) -> None:
    read = Read(world, offer(availableTime=[slot(9, "01", "09:00:00", "12:00:00")]))
    assert read.offer().hours == ()
    assert read.context.notes["horaire sans jour de semaine"] == 1


def test_hours_as_an_object(world: World) -> None:
    told = Read(world, offer(availableTime=slot(1, "01", "09:00:00", "12:00:00"))).offer()
    assert len(told.hours) == 1


def test_an_announced_closure_is_a_dated_exception(world: World) -> None:
    during = {"start": "2026-12-24", "end": "2027-01-03"}
    closure = {"id": "closingReopeningDate", "during": during}
    (told,) = Read(world, offer(notAvailable=[closure])).offer().hours
    assert told.closed
    assert (told.valid_from, told.valid_to) == (date(2026, 12, 24), date(2027, 1, 3))


@pytest.mark.parametrize(("start", "closed"), [("2026-11-22", True), ("2026-11-23", False)])
def test_an_offer_closed_for_good_stays_out(world: World, start: str, closed: bool) -> None:
    (outcome,) = Read(world, offer(notAvailable=[{"during": {"start": start}}])).outcomes
    assert (outcome == Ignored("offre fermée", "HealthcareService/1")) is closed
