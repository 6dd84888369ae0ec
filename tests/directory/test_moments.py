"""« Ouvert … » read at a told moment: Wednesday 25 November 2026, 10:02."""

import datetime as dt

import pytest

from directory.moments import find_moments
from directory.query import OpenAt, say_filter
from directory.text import split_words

NOW = dt.datetime.fromisoformat("2026-11-25T10:02")


def read(text: str) -> list[tuple[str, OpenAt]]:
    found = find_moments(split_words(text), NOW)
    return [(text[one.start : one.end], one.filter) for one in found]


@pytest.mark.parametrize(
    ("text", "typed", "day", "minute", "until", "said"),
    [
        ("kiné ouvert maintenant", "ouvert maintenant", 25, 600, None, "ouvert maintenant"),
        ("Ouverte en ce moment ?", "Ouverte en ce moment", 25, 600, None, "ouvert maintenant"),
        ("ouvert samedi", "ouvert samedi", 28, 0, 1440, "ouvert samedi 28/11"),
        ("ouverts le samedi cachan", "ouverts le samedi", 28, 0, 1440, "ouvert samedi 28/11"),
        ("ouvert mercredi", "ouvert mercredi", 25, 0, 1440, "ouvert mercredi 25/11"),
        ("ouvert les mardis", "ouvert les mardis", 1, 0, 1440, "ouvert mardi 01/12"),
        ("ouvert samedi matin", "ouvert samedi matin", 28, 360, 720, "ouvert samedi 28/11 matin"),
        ("ouvert lundi après-midi", "ouvert lundi après-midi", 30, 780, 1080,
         "ouvert lundi 30/11 après-midi"),
        ("ouvert demain à 18h30", "ouvert demain à 18h30", 26, 1110, None,
         "ouvert demain 26/11 à 18 h 30"),
        ("ouvert à 19 h", "ouvert à 19 h", 25, 1140, None, "ouvert aujourd'hui 25/11 à 19 h"),
        ("ouvert aujourd’hui", "ouvert aujourd’hui", 25, 600, 1440, "ouvert aujourd'hui 25/11"),
        ("ouvert ce soir", "ouvert ce soir", 25, 1080, 1320, "ouvert aujourd'hui 25/11 soir"),
    ],
)  # fmt: skip
def test_when_is_read(
    text: str, typed: str, day: int, minute: int, until: int | None, said: str
) -> None:
    ((told, wanted),) = read(text)

    assert told == typed
    assert (wanted.day.day, wanted.minute, wanted.until) == (day, minute, until)
    assert say_filter(wanted) == said


@pytest.mark.parametrize(
    "typed",
    ["ouvert le week-end", "Ouverte ce weekend", "ouverts les week-ends", "ouvert week end",
     "ouvert samedi et dimanche", "ouvert le samedi ou le dimanche"],
)  # fmt: skip
def test_a_weekend_is_one_of_its_days(typed: str) -> None:
    ((told, wanted),) = read(f"pharmacie {typed} cachan")

    assert told == typed
    assert [day.day for day in wanted.days] == [28, 29]
    assert (wanted.minute, wanted.until) == (0, 1440)
    assert say_filter(wanted) == "ouvert samedi 28/11 ou dimanche 29/11"


def test_on_a_sunday_the_weekend_is_what_is_left_of_it() -> None:
    sunday = dt.datetime.fromisoformat("2026-11-29T10:02")
    (found,) = find_moments(split_words("ouvert le week-end"), sunday)

    assert [day.day for day in found.filter.days] == [29]
    assert (found.filter.minute, found.filter.until) == (600, 1440)
    assert say_filter(found.filter) == "ouvert dimanche 29/11"


@pytest.mark.parametrize(
    "text",
    ["ouvert", "samedi", "foyer ouvert", "ouverture samedi", "ouvert à 25h", "découvert lundi"],
)
def test_other_words_say_no_moment(text: str) -> None:
    assert read(text) == []
