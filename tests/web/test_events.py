"""Events of the territory on the pages: announced by the coordinator, read and followed by all."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE, OpenPage
from tests.web.looks import complaints
from web.services import Services

ADDRESS = "/coordination/evenements"
FORM = {
    "title": "Accueil des nouveaux installés",
    "day": "2026-12-03",
    "opens": "19:30",
    "closes": "21:00",
    "place": "Maison de santé de Fresnes",
    "audience": "Tous les professionnels",
    "url": "https://cpts.example/accueil",
    "contact": "la coordination, 01 99 00 62 10",
    "author": "Odile Ferrand",
}


def hidden(page: str, name: str) -> str:
    return str(re.findall(rf'name="{name}" value="([^"]*)"', page)[0])


def announce(empty_site: TestClient, **changes: str) -> str:
    """The address of the event announced."""
    key = hidden(empty_site.get(ADDRESS).text, "key")
    answer = empty_site.post(ADDRESS, data={**FORM, "key": key, **changes})
    assert answer.status_code == 200, answer.text
    return f"{ADDRESS}/{key}"


def events_of(empty_site: TestClient) -> list[dict[str, object]]:
    answer = empty_site.get("/installation/evenements.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.content)
    return [
        {
            name: value.dt if hasattr(value, "dt") else str(value)
            for name, value in one.property_items(recursive=False)
            if name not in ("BEGIN", "END")
        }
        for one in calendar.walk("VEVENT")
    ]


def test_what_is_announced_is_on_the_page_in_the_booklet_and_in_the_calendar(
    empty_site: TestClient,
) -> None:
    at = announce(empty_site)
    for path in ("/installation", "/installation/livret"):
        page = empty_site.get(path).text
        assert "Accueil des nouveaux installés" in page
        assert "jeudi 3 décembre 2026" in page
        assert "Pour : Tous les professionnels" in page
        assert 'href="https://cpts.example/accueil"' in page
    (event,) = events_of(empty_site)
    assert event["UID"] == f"{at.rpartition('/')[2]}@recours"
    assert event["DTSTART"] == datetime(2026, 12, 3, 18, 30, tzinfo=UTC)
    assert event["DTEND"] == datetime(2026, 12, 3, 20, 0, tzinfo=UTC)
    assert event["LOCATION"] == "Maison de santé de Fresnes"


def test_a_whole_day_and_the_summer_hour_are_those_of_the_territory(empty_site: TestClient) -> None:
    announce(empty_site, title="Journée", day="2027-03-28", last="2027-03-29", opens="", closes="")
    announce(empty_site, title="Veille", day="2027-03-27", opens="10:00", closes="")
    announce(empty_site, title="Lendemain", day="2027-03-30", opens="10:00", closes="")
    eve, days, day_after = events_of(empty_site)
    assert (days["DTSTART"], days["DTEND"]) == (date(2027, 3, 28), date(2027, 3, 30))
    assert eve["DTSTART"] == datetime(2027, 3, 27, 9, 0, tzinfo=UTC)
    assert day_after["DTSTART"] == datetime(2027, 3, 30, 8, 0, tzinfo=UTC)
    assert "DTEND" not in eve


def test_a_change_is_the_same_event_and_a_removal_takes_it_away(empty_site: TestClient) -> None:
    at = announce(empty_site)
    before = events_of(empty_site)[0]["UID"]
    revision = hidden(empty_site.get(at).text, "revision")
    empty_site.post(at, data={**FORM, "title": "Accueil reporté", "revision": revision})
    (event,) = events_of(empty_site)
    assert (event["UID"], event["SUMMARY"]) == (before, "Accueil reporté")
    again = empty_site.post(at, data={**FORM, "title": "Trop tard", "revision": revision})
    assert again.status_code == 409
    assert "changé par quelqu" in again.text
    assert "Accueil reporté" in again.text
    empty_site.post(f"{at}/retirer")
    assert events_of(empty_site) == []
    assert "Accueil" not in empty_site.get("/installation").text.split('id="evenements"')[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"title": " "}, "Donnez un titre."),
        ({"day": "hier"}, "Date attendue"),
        ({"day": "2026-11-22"}, "Ce jour est déjà passé."),
        ({"opens": "25:00"}, "Heure"),
        ({"url": "javascript:alert(1)"}, "Une adresse web complète est attendue"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_the_rest_stays(
    empty_site: TestClient, changes: dict[str, str], said: str
) -> None:
    answer = empty_site.post(
        ADDRESS, data={**FORM, **changes, "key": "01a22963-6631-7219-9157-1565769f616c"}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Maison de santé de Fresnes" in answer.text
    assert events_of(empty_site) == []


def test_what_is_typed_is_never_code(empty_site: TestClient) -> None:
    announce(empty_site, title='<script>alert("é")</script>', what="l'« été » 🙂\n<b>gras</b>")
    for path in ("/installation", "/installation/livret", ADDRESS):
        page = empty_site.get(path).text
        assert "<script>alert" not in page
        assert "<b>gras" not in page
    assert events_of(empty_site)[0]["SUMMARY"] == '<script>alert("é")</script>'


def test_what_is_over_is_nowhere(empty_services: Services, empty_site: TestClient) -> None:
    announce(empty_site, day="2026-11-24", last="2026-11-25")
    empty_services.clock.set(empty_services.clock() + timedelta(days=3))  # type: ignore[attr-defined]
    assert events_of(empty_site) == []
    assert "Aucun rendez-vous annoncé ici" in empty_site.get(ADDRESS).text


@pytest.mark.browser
@pytest.mark.parametrize(("size", "scheme"), [(DESKTOP, "light"), (PHONE, "dark")])
def test_a_coordinator_announces_then_removes(
    open_page: OpenPage, size: tuple[int, int], scheme: str
) -> None:
    page = open_page("/installation", size=size, scheme=scheme)
    page.get_by_role("link", name="Annoncer ou changer un rendez-vous").click()
    title = f"Soirée {scheme}"
    page.get_by_label("Titre").fill(title)
    page.get_by_label("Jour", exact=True).fill("2026-12-10")
    page.get_by_label("Heure de début").fill("19:30")
    page.get_by_label("Pour qui").fill("Infirmières et infirmiers")
    page.get_by_role("button", name="Annoncer").click()
    expect(page.get_by_role("heading", name=title)).to_be_visible()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("link", name=f"Changer : {title}").click()
    page.get_by_label("Lieu").fill("Rungis")
    page.get_by_role("button", name="Enregistrer").click()
    page.goto("/installation")
    expect(page.locator("#evenements")).to_contain_text("Rungis")
    page.goto(ADDRESS)
    page.get_by_role("button", name=f"Retirer : {title}").click()
    expect(page.get_by_role("heading", name=title)).to_have_count(0)
