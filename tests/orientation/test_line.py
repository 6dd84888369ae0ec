"""The line's hours: open, closed, next opening, and the numbers that are true where one is."""

from datetime import datetime

import pytest

from directory.territory import Territory, load_territory
from orientation.line import line_status
from tests.orientation.team import CACHAN, CHEVILLY


def at(territory: Territory, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=territory.zone)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-23T07:59", False),
        ("2026-11-23T08:00", True),
        ("2026-11-23T19:59", True),
        ("2026-11-23T20:00", False),
        ("2026-11-28T11:59", True),  # Saturday
        ("2026-11-28T12:30", False),  # the gap of Saturday, 12 to 14
        ("2026-11-29T10:00", False),
        ("2026-12-25T10:00", False),  # a Friday
        ("2026-10-26T08:00", True),  # the day after clocks went back
        ("2027-03-30T08:00", True),
    ],
)
def test_the_secretariat_opens_on_the_wall(
    territory: Territory, moment: str, is_open: bool
) -> None:
    assert line_status(territory, at(territory, moment)).open is is_open


def test_services_have_their_own_hours(territory: Territory) -> None:
    status = line_status(territory, at(territory, "2026-11-23T11:00"))
    assert {service.code: service.open for service in status.services} == {
        "secretariat": True,
        "home_visits": True,
        "teleconsultations": False,
    }


def test_the_next_opening_jumps_over_a_holiday_week_end(territory: Territory) -> None:
    status = line_status(territory, at(territory, "2027-03-27T13:00"))  # Saturday before Easter
    secretariat = status.services[0]
    assert secretariat.opens_at == at(territory, "2027-03-30T08:00")
    assert secretariat.closes_at is None


def test_a_holiday_is_named_in_french(territory: Territory) -> None:
    assert line_status(territory, at(territory, "2026-05-01T10:00")).holiday == "Fête du Travail"


def test_numbers_are_those_of_the_commune_and_of_the_hour(territory: Territory) -> None:
    def labels(moment: str, commune: str) -> set[str]:
        numbers = line_status(territory, at(territory, moment), commune).numbers
        return {number.label for number in numbers}

    sami = "SAMI de Chevilly-Larue"
    assert sami in labels("2026-11-23T21:00", CHEVILLY)
    assert sami not in labels("2026-11-23T21:00", CACHAN)
    assert sami not in labels("2026-11-23T10:00", CHEVILLY)
    assert sami not in labels("2026-11-23T21:00", "")
    assert "SAMU – Centre 15" in labels("2026-11-23T10:00", CACHAN)


def test_another_territory_has_other_hours_and_numbers() -> None:
    melun = load_territory("melun")
    status = line_status(melun, at(melun, "2026-11-23T21:00"), melun.communes[0])
    assert not any("SAMI de Chevilly" in number.label for number in status.numbers)
    assert status.services[0].opens_at is not None


def with_number(territory: Territory, **number: object) -> Territory:
    told = territory.model_dump()
    return Territory.model_validate({**told, "numbers": [*told["numbers"], number]})


def test_the_116_117_is_given_only_where_it_is_in_force(territory: Territory) -> None:
    said = {"label": "Médecin de garde", "number": "116 117", "when": "closed"}
    changed = with_number(
        territory, **said, communes=[CHEVILLY], source="Arrêté de l'ARS, cahier des charges PDSA"
    )
    closed = at(territory, "2026-11-29T10:00")
    given = {
        commune: "116 117" in [one.number for one in line_status(changed, closed, commune).numbers]
        for commune in (CHEVILLY, CACHAN, "")
    }
    assert given == {CHEVILLY: True, CACHAN: False, "": False}
    opened = line_status(changed, at(territory, "2026-11-23T10:00"), CHEVILLY)
    assert "116 117" not in [one.number for one in opened.numbers]


@pytest.mark.parametrize("number", ["116117", "116 117"])
def test_the_116_117_without_its_source_is_refused(territory: Territory, number: str) -> None:
    with pytest.raises(ValueError, match="116 117 n'est en vigueur que"):
        with_number(territory, label="Garde", number=number)


@pytest.mark.parametrize("name", ["bievre", "melun"])
def test_no_shipped_territory_promises_the_116_117(name: str) -> None:
    numbers = {"".join(one.number.split()) for one in load_territory(name).numbers}
    assert "116117" not in numbers
