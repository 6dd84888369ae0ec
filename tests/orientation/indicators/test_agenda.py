"""Consultations, absences of patients, seats and doctors over a hand-made week."""

from datetime import UTC, date, datetime

from orientation.indicators.model import Period
from orientation.model import Mode, Team
from orientation.service import Orientation
from tests.orientation.indicators.history import History, counted, figures

WEEK = Period(date(2026, 11, 16), date(2026, 11, 29))
"""The first of its two weeks is over; it is Monday 23 November, 8 o'clock in Paris."""


def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def fill(orientation: Orientation) -> None:
    past = History(orientation)
    first, second = past.doctor("ARDOUIN"), past.doctor("BELIN", team=Team.ADJOINT)
    past.doctor("CASTEL")  # offers nothing
    full = past.slot(first, at(16), seats=2)
    past.booking(past.request(at(15)), full)
    past.booking(past.request(at(15)), full, "no_show", seat=2)
    home = past.slot(first, at(17), Mode.HOME)
    past.booking(past.request(at(15)), home)
    past.slot(first, at(17, 8, 10), Mode.VIDEO)  # overlaps the visit
    past.slot(first, at(18))  # nobody
    gone = past.slot(first, at(19))
    past.absence(first, at(19), at(19, 9), said=at(18))
    past.booking(past.request(at(15)), gone, "cancelled", cancel_reason="doctor")
    past.slot(first, at(19, 10))
    past.absence(first, at(19, 10), at(19, 11), said=at(20))  # said too late: it was offered
    unsaid = past.slot(second, at(20), Mode.VIDEO)
    past.booking(past.request(at(15)), unsaid, "confirmed")
    coming = past.slot(second, at(24), Mode.VIDEO)
    past.booking(past.request(at(15)), coming, "confirmed")
    past.slot(second, at(25), Mode.VIDEO)  # still free
    past.slot(second, datetime(2026, 11, 29, 23, tzinfo=UTC), Mode.VIDEO)  # on the 30th in Paris


def test_consultations_by_mode(both: Orientation) -> None:
    fill(both)
    assert counted(figures(both, "consultations", WEEK)) == {
        "all": 2,
        "honoured.cabinet": 1,
        "honoured.home": 1,
        "unsaid.video": 1,
    }


def test_no_shows_and_their_share(both: Orientation) -> None:
    fill(both)
    assert counted(figures(both, "no-shows", WEEK)) == {
        "all": 1,
        "share": 33.3,  # 1 of the 3 whose presence is said
        "mode.cabinet": 1,
    }


def test_seats_offered_used_lost(both: Orientation) -> None:
    fill(both)
    found = counted(figures(both, "slots", WEEK))
    assert {code: value for code, value in found.items() if code.startswith("all.")} == {
        "all.offered": 8,
        "all.used": 4,  # cabinet, home, video unsaid, video to come
        "all.unused": 2,  # the 18th, and the 19th at 10
        "all.no_show": 1,
        "all.free": 1,
        "all.withdrawn": 1,
        "all.blocked": 1,
    }
    assert {code: value for code, value in found.items() if code.startswith("video.")} == {
        "video.offered": 3,
        "video.used": 2,
        "video.free": 1,
        "video.blocked": 1,
    }


def test_seats_to_come_of_a_doctor_who_left_are_withdrawn(both: Orientation) -> None:
    past = History(both)
    gone = past.doctor(active=False)
    past.slot(gone, at(20))
    past.slot(gone, at(25))
    found = counted(figures(both, "slots", WEEK))
    assert (found["all.offered"], found["all.unused"], found["all.withdrawn"]) == (1, 1, 1)


def test_fairness_is_given_and_received_by_each_doctor(both: Orientation) -> None:
    fill(both)
    report = both.indicators.read(WEEK, "fairness")
    found = {
        (one.group, one.label): one.value
        for one in report.readings[0].figures
        if one.group.startswith("Dr")
    }
    assert found == {
        ("Dr Maëlle ARDOUIN", "places offertes"): 5,
        ("Dr Maëlle ARDOUIN", "rendez-vous reçus"): 3,
        ("Dr Maëlle BELIN", "places offertes"): 3,
        ("Dr Maëlle BELIN", "rendez-vous reçus"): 2,
    }
    shares = figures(both, "fairness", WEEK)
    assert [shares[f"share.{one}"] for one in ("lowest", "median", "highest")] == [60, 63.3, 66.7]


def test_participating_professionals_are_counted_once(both: Orientation) -> None:
    fill(both)
    assert counted(figures(both, "professionals", WEEK)) == {
        "offering.titulaire": 1,
        "offering.adjoint": 1,
        "receiving.titulaire": 1,
        "receiving.adjoint": 1,
        "any.titulaire": 1,
        "any.adjoint": 1,
    }


def test_an_empty_period_has_nothing(both: Orientation) -> None:
    fill(both)
    empty = Period(date(2026, 6, 1), date(2026, 6, 30))
    for code in ("consultations", "professionals", "slots"):
        assert set(figures(both, code, empty).values()) == {0}
    assert figures(both, "no-shows", empty)["share"] is None
    assert set(figures(both, "fairness", empty).values()) == {None}
