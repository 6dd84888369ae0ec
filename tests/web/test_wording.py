"""Dates, distances, counts and forms as a French reader writes them."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from directory.communes import Communes, read_communes
from directory.territory import load_territory
from web import wording
from web.call_forms import find_commune, parse_birth
from web.search_form import LISTED, SearchForm

PARIS = ZoneInfo("Europe/Paris")


@pytest.fixture(scope="module")
def communes() -> Communes:
    return read_communes()


def test_days_and_hours_follow_the_territory() -> None:
    late = datetime(2026, 11, 30, 23, 5, tzinfo=UTC)
    assert wording.say_day(date(2026, 12, 1)) == "mardi 1er décembre 2026"
    assert wording.say_local_day(late, PARIS) == "mardi 1er décembre"
    assert wording.say_time(late, PARIS).replace("\u202f", " ") == "0 h 05"
    assert wording.say_moment(late, PARIS) == "01/12/2026 à 0\u202fh\u202f05"
    assert wording.say_moment(None, PARIS) == "jamais"


@pytest.mark.parametrize(
    ("metres", "said"), [(0, "0 m"), (849, "850 m"), (1240, "1,2 km"), (14300, "14 km")]
)
def test_distances(metres: int, said: str) -> None:
    assert wording.say_distance(metres).replace("\u202f", " ") == said


@pytest.mark.parametrize(
    ("number", "said"), [(0, "0 fiche"), (1, "1 fiche"), (2, "2 fiches"), (1234, "1 234 fiches")]
)
def test_counts_agree(number: int, said: str) -> None:
    assert wording.say_count(number, "fiche").replace("\u202f", " ") == said


def test_numbers_that_cannot_be_dialled_have_no_address() -> None:
    assert wording.phone_href("01 46 65 62 22") == "tel:+33146656222"
    assert wording.phone_href("3114") == "tel:3114"
    assert wording.phone_href("15") == "tel:15"
    assert wording.phone_href("voir l'accueil") == ""
    assert wording.phone_href("javascript:alert(1)") == ""


def test_old_dates_are_known_dates() -> None:
    today = date(2026, 11, 22)
    assert not wording.is_old(None, today)
    assert wording.is_old(date(2025, 11, 1), today)
    assert not wording.is_old(date(2026, 11, 1), today)


@pytest.mark.parametrize(
    ("told", "insee"),
    [
        ("fresnes", "94034"),
        ("FRE", "94034"),
        ("l'hay", "94038"),
        ("roses", "94038"),
        ("94260", "94034"),
        ("94034", "94034"),
        ("villejuif", "94076"),
        ("Sceaux 92330", "92071"),
        ("Lille 59000", "59350"),
        ("saint-denis 97400", "97411"),
    ],
)
def test_commune_is_found_by_what_a_secretary_types(
    communes: Communes, told: str, insee: str
) -> None:
    found = find_commune(told, communes, load_territory("bievre"))
    assert found is not None
    assert found.insee == insee


@pytest.mark.parametrize("told", ["", "v", "Atlantide", "99999", "%", "Saint-Martin"])
def test_commune_that_may_be_several_is_not_guessed(communes: Communes, told: str) -> None:
    assert find_commune(told, communes, load_territory("bievre")) is None


def test_birth_dates_are_read_as_typed() -> None:
    today = date(2026, 11, 22)
    born = date(1961, 3, 5)
    assert {parse_birth(told, today) for told in ("05/03/1961", "05031961", "1961-03-05")} == {born}
    assert parse_birth("  ", today) is None


def test_address_of_a_search_drops_its_page_when_it_changes() -> None:
    form = SearchForm.model_validate({"q": "kiné", "commune": ["94016"], "cursor": "abc"})
    assert form.toggled("commune", "94016") == "/?q=kin%C3%A9"
    assert form.toggled("commune", "94034") == "/?q=kin%C3%A9&commune=94016&commune=94034"
    assert form.url(cursor="next") == "/?q=kin%C3%A9&commune=94016&cursor=next"


@pytest.mark.parametrize("field", LISTED)
@pytest.mark.parametrize(
    "told",
    [
        {},
        {"q": "a & b", "cursor": "abc", "size": 50},
        {"kind": ["practitioner", "service"], "mode": ["home"], "text": ["x", "y"]},
        {"near": "48.7,2.3", "radius_km": 2, "member": ["é à"], "age": 3, "sort": "distance"},
    ],
)
def test_a_choice_of_a_facet_leads_to_the_address_of_its_search(
    told: dict[str, object], field: str
) -> None:
    form = SearchForm.model_validate(told)
    for code in ("practitioner", "home", "é à", "94034"):
        now = tuple(map(str, getattr(form, field)))
        then = tuple(one for one in now if one != code) if code in now else (*now, code)
        assert form.toggled(field, code) == form.url(**{field: then})
    assert SearchForm().toggled("mode", "home") == "/?mode=home"
    assert SearchForm(mode=("home",)).toggled("mode", "home") == "/"


def test_days_near_are_said_as_one_says_them() -> None:
    monday = date(2026, 11, 23)
    assert wording.say_relative_day(monday, monday) == "aujourd’hui"
    assert wording.say_relative_day(date(2026, 11, 24), monday) == "demain"
    assert wording.say_relative_day(date(2026, 11, 27), monday) == "vendredi"
    assert wording.say_clock_time(time(9)) == "9\u202fh"
    assert wording.say_clock_time(time(14, 5)) == "14\u202fh\u202f05"
