"""Requests over a hand-made week (16 to 22 November 2026), every figure counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from orientation.indicators.model import Period
from orientation.indicators.service import Indicators
from orientation.service import Orientation
from tests.orientation.indicators.history import History, counted, figures

WEEK = Period(date(2026, 11, 16), date(2026, 11, 22))


def at(day: int, hour: int = 8, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def fill(orientation: Orientation) -> None:
    """Seven calls: three with an appointment, two transferred, one for the médecin traitant, one
    whose appointment was cancelled; and one on each side of the week."""
    past = History(orientation)
    doctor = past.doctor()
    same_day = past.request(at(16))
    past.booking(same_day, past.slot(doctor, at(16, 14)), confirmed_at=at(16, 8, 4))
    next_day = past.request(at(17))
    slot = past.slot(doctor, at(18, 20))
    past.booking(next_day, slot, "no_show", confirmed_at=at(17, 8, 10))
    regulated = past.request(at(18), line="sas", delay_hours=48)
    slot = past.slot(doctor, at(21))
    past.booking(regulated, slot, "confirmed", confirmed_at=at(18, 8, 30))
    past.request(at(19), outcome="medecin_traitant", delay_hours=48)
    empty = dict.fromkeys(("delay_hours", "commune", "age_band", "mobility", "medecin_traitant"))
    past.request(at(19, 9), outcome="transfer_15", flagged_at=at(19, 9), **empty)
    given_up = past.request(at(20), delay_hours=100)
    past.booking(given_up, past.slot(doctor, at(20, 9)), "moved", confirmed_at=at(20, 8, 20))
    past.booking(given_up, past.slot(doctor, at(20, 10)), "cancelled", confirmed_at=at(20, 9))
    worse = past.request(at(21), outcome="transfer_15", flagged_at=at(22))
    past.booking(worse, past.slot(doctor, at(22, 9)), "escalated")
    past.request(at(15, 22, 59), flagged_at=at(15, 22, 59), outcome="transfer_15")
    past.request(at(22, 23), flagged_at=at(22, 23), outcome="transfer_15")


def test_requests_by_outcome_and_delay(both: Orientation) -> None:
    fill(both)
    assert counted(figures(both, "requests", WEEK)) == {
        "all": 7,
        "result.appointment": 3,
        "result.medecin_traitant": 1,
        "result.transfer_15": 2,
        "result.pending": 1,
        "delay.24h": 3,
        "delay.48h": 2,
        "delay.later": 1,
        "delay.unknown": 1,
        "line.cpts": 6,
        "line.sas": 1,
        "delay.24h.appointment": 2,
        "delay.24h.transfer_15": 1,
        "delay.48h.appointment": 1,
        "delay.48h.medecin_traitant": 1,
        "delay.later.pending": 1,
        "delay.unknown.transfer_15": 1,
    }


def test_delay_given_is_from_the_call_to_the_slot(both: Orientation) -> None:
    fill(both)
    assert counted(figures(both, "delay-given", WEEK)) == {
        "all": 3,
        "given.24h": 1,  # 6 hours
        "given.48h": 1,  # 36 hours
        "given.later": 1,  # 72 hours
        "asked.kept": 1,
        "asked.exceeded": 2,
    }


def test_a_delay_of_24_hours_to_the_minute_is_kept(both: Orientation) -> None:
    past = History(both)
    doctor = past.doctor()
    for day, minute in ((16, 0), (18, 1)):
        request = past.request(at(day))
        past.booking(request, past.slot(doctor, at(day + 1, 8, minute)))
    assert counted(figures(both, "delay-given", WEEK)) == {
        "all": 2,
        "given.24h": 1,
        "given.48h": 1,
        "asked.kept": 1,
        "asked.exceeded": 1,
    }


def test_median_is_of_first_confirmations(both: Orientation) -> None:
    fill(both)
    found = figures(both, "call-to-confirmation", WEEK)
    # 4, 10, 20 and 30 minutes; by line 4, 10, 20, and 30 alone.
    assert found == {"all": 15, "cpts": 10, "sas": 30}


def test_escalations_by_moment(both: Orientation) -> None:
    fill(both)
    past = History(both)
    past.request(at(20), outcome="transfer_15", flagged_at=at(20) + timedelta(minutes=3))
    assert figures(both, "escalations-15", WEEK) == {
        "all": 3,
        "moment.start": 1,
        "moment.later": 1,
        "moment.booked": 1,
    }


def test_an_empty_period_has_zeros_and_no_median(both: Orientation) -> None:
    fill(both)
    empty = Period(date(2026, 6, 1), date(2026, 6, 30))
    for code in ("requests", "delay-given", "escalations-15"):
        assert set(figures(both, code, empty).values()) == {0}
    assert set(figures(both, "call-to-confirmation", empty).values()) == {None}


def test_days_are_the_territorys_when_the_clocks_change(both: Orientation) -> None:
    """Paris: 29 March 2026 has 23 hours, 25 October 2026 has 25."""
    past = History(both)
    for edge in (
        *(at(28, 22, 59, 3), at(28, 23, 0, 3), at(29, 21, 59, 3), at(29, 22, 0, 3)),
        *(at(24, 21, 59, 10), at(24, 22, 0, 10), at(25, 22, 59, 10), at(25, 23, 0, 10)),
    ):
        past.request(edge)
    for day in (date(2026, 3, 29), date(2026, 10, 25)):
        assert figures(both, "requests", Period(day, day))["all"] == 2
    assert figures(both, "requests", Period(date(2026, 3, 28), date(2026, 10, 26)))["all"] == 8


def test_another_territory_is_not_counted(both: Orientation) -> None:
    fill(both)
    elsewhere = both.context.territory.model_copy(update={"slug": "ailleurs"})
    indicators = Indicators(replace(both.context, territory=elsewhere))
    (reading,) = indicators.read(WEEK, "requests").readings
    assert {figure.value for figure in reading.figures} == {0}
