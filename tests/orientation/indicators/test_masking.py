"""Small counts: shown to the coordinator, masked for the public, and not to be guessed back."""

from datetime import UTC, date, datetime

import pytest

from orientation.indicators.masking import mask_small
from orientation.indicators.model import Period, count_figure
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.indicators.history import History

DAY = Period(date(2026, 11, 16), date(2026, 11, 16))


def masked(*numbers: int) -> list[float | None]:
    figures = [count_figure(f"c{n}", "Issue", "", number) for n, number in enumerate(numbers)]
    return [figure.value for figure in mask_small(figures)]


def test_a_small_count_takes_the_next_with_it_so_that_no_total_gives_it_away() -> None:
    assert masked(2, 0, 9, 12) == [None, 0, None, 12]
    assert masked(1, 1, 6, 12) == [None, None, None, 12]
    assert masked(2, 4, 9) == [None, None, 9]
    assert masked(5, 9, 0) == [5, 9, 0]
    assert masked(4) == [None]


def test_what_is_masked_says_so_and_keeps_no_number() -> None:
    (figure,) = mask_small([count_figure("c", "", "demandes", 3)])
    assert (figure.value, figure.people, figure.masked) == (None, None, True)


def fill(orientation: Orientation) -> None:
    past = History(orientation)
    for number in range(9):
        outcome = "refused" if number < 2 else "unreachable"
        past.request(datetime(2026, 11, 16, 8, tzinfo=UTC), outcome=outcome)


def shown(orientation: Orientation, *, public: bool) -> list[float | None]:
    report = orientation.indicators.read(DAY, "requests", public=public)
    found = {figure.code: figure.value for figure in report.readings[0].figures}
    return [found[f"result.{code}"] for code in ("refused", "unreachable")]


@pytest.mark.parametrize(
    ("setting", "screen", "public"),
    [
        ("public", [2, 7], [None, None]),
        ("always", [None, None], [None, None]),
        ("never", [2, 7], [2, 7]),
    ],
)
def test_the_setting_says_where(
    open_agenda: Open, setting: str, screen: list[float | None], public: list[float | None]
) -> None:
    orientation = open_agenda(mask_small_counts=setting)
    fill(orientation)
    assert shown(orientation, public=False) == screen
    assert shown(orientation, public=True) == public


def test_crossings_and_each_doctor_never_leave_for_the_public(orientation: Orientation) -> None:
    fill(orientation)
    past = History(orientation)
    past.slot(past.doctor(), datetime(2026, 11, 16, 8, tzinfo=UTC))
    shown, public = (orientation.indicators.read(DAY, public=public) for public in (False, True))
    kept = {
        screen.indicator.code: {one.code for one in screen.figures}
        - {one.code for one in published.figures}
        for screen, published in zip(shown.readings, public.readings, strict=True)
    }
    assert {code: len(left) for code, left in kept.items() if left} == {
        "requests": 4 * 8,  # issue by delay asked
        "slots": 3 * 7,  # what became of seats, by mode
        "fairness": 2,  # given and received by the doctor
    }
