"""« Je m'installe »: counts that lead to what they count, what is unknown said so, nothing kept here."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from directory.base.clock import FixedClock
from directory.base.settings import Settings
from directory.communes import Commune, Communes
from directory.indexing import rebuild_index
from directory.model import Address, EntityKind, Organization, ResourceKind, SourceRecord, Statement
from directory.panorama import GENERAL, count_supply
from directory.query import CategoryIs
from directory.vocabulary import category_coding
from tests.factories import practitioner
from tests.places import CACHAN, FRESNES, RUNGIS
from tests.web.conftest import MONDAY, open_at
from tests.web.sample import DAY, HOSTILE, fill_directory, publish
from tests.web.sites import SITE, open_site
from tests.web.visitor import Visitor
from web.app import create_app
from web.newcomer.supply import densities, entries
from web.newcomer.visits import COOKIE
from web.services import Services, open_services


def text_of(page: str) -> str:
    bare = html.unescape(re.sub(r"<[^>]+>", " ", page))
    return re.sub(r"\s+", " ", bare)


def team(name: str, note: str) -> SourceRecord:
    told = Organization(
        name=name,
        kind=ResourceKind.TEAM,
        category=category_coding("603"),
        addresses=(Address(postcode="94230", city="CACHAN", insee=CACHAN.insee),),
        notes=(note, "Autre remarque"),
    )
    statement = Statement(
        subject=EntityKind.ORGANIZATION, subject_key=f"equipes|{name}", organization=told
    )
    return SourceRecord(key=name, raw=name, data_date=DAY, statement=statement)


@pytest.fixture
def own_services(tmp_path: Path) -> Iterator[Services]:
    """A directory of one test's own, with a team that says whom it seeks."""
    opened = open_at(tmp_path)
    fill_directory(opened)
    told = team("MSP des Peupliers", "Rejoindre : cherche une orthophoniste")
    publish(opened.register, "equipes", "Équipes du territoire", [told])
    rebuild_index(opened.register, opened.engine, opened.communes)
    yield opened
    opened.close()


@pytest.mark.slow
def test_every_count_is_what_its_link_finds(site: TestClient) -> None:
    page = site.get("/installation").text
    table = page.split('<table class="supply">')[1].split("</table>")[0]
    cells = re.findall(r'<a href="([^"]+)">(\d+)<', table)
    assert len(cells) >= 8
    for url, count in cells:
        found = site.get(html.unescape(url)).text
        assert f'<h2 id="results-title">{count} fiche' in found, url


def test_what_is_not_known_is_said(site: TestClient) -> None:
    told = text_of(site.get("/installation").text)
    assert "Ouverture à de nouveaux membres : non précisée" in told
    assert "n'a pas encore inscrit qui appeler" in told
    assert "Aucun rendez-vous n'est annoncé" in told
    assert "zone d'intervention prioritaire" in told
    assert "22 sur 51" in told
    assert "année non indiquée par le document" in told


def test_a_hostile_name_is_only_text(site: TestClient) -> None:
    for path in ("/installation", "/installation/livret"):
        page = site.get(path).text
        assert HOSTILE not in page
        assert html.escape(HOSTILE, quote=False)[:20] in page


@pytest.mark.slow
def test_a_team_says_whom_it_seeks_with_its_source(own_services: Services) -> None:
    site = open_site(own_services)
    for path in ("/installation", "/installation/livret"):
        told = text_of(site.get(path).text)
        assert "Rejoindre : cherche une orthophoniste Équipes du territoire, 01/11/2026" in told
        assert "Autre remarque" not in told


def test_without_an_index_the_territory_s_facts_stay(empty_site: TestClient) -> None:
    for path in ("/installation", "/installation/livret"):
        answer = empty_site.get(path)
        assert answer.status_code == 200
        told = text_of(answer.text)
        assert "recours index rebuild" in told
        assert "22 sur 51" in told


@pytest.fixture
def melun(tmp_path: Path) -> Iterator[TestClient]:
    """The other territory, an empty register, an index."""
    settings = Settings(data_dir=tmp_path, demo=True, territory="melun", map_tiles="")
    opened = open_services(settings, FixedClock(MONDAY))
    rebuild_index(opened.register, opened.engine, opened.communes)
    yield Visitor(create_app(opened), base_url=SITE)
    opened.close()


@pytest.mark.slow
def test_another_territory_shows_its_own_and_designed_blanks(melun: TestClient) -> None:
    told = text_of(melun.get("/installation").text)
    assert "Accueil des nouveaux installés (exemple) jeudi 14 janvier 2027 à 19 h 30, Melun" in told
    assert "01 99 00 62 10" in told
    assert "Aucun professionnel n'est encore dans l'annuaire" in told
    assert "L'âge des professionnels n'est pas connu ici" in told
    assert "demandez-le à l'ARS" in told
    assert "Bièvre" not in told
    assert melun.get("/installation/livret").status_code == 200


def test_all_pages_of_an_answer_are_read(services: Services) -> None:
    told = list(entries(services.engine, CategoryIs(codes=("124",)), (RUNGIS.insee,), size=10))
    assert len({one.id for one in told}) == len(told) == 25


def with_population(place: Commune, population: int) -> Commune:
    return Commune(
        insee=place.insee,
        name=place.name,
        departement=place.departement,
        population=population,
    )


def test_people_are_counted_once_without_replacements_against_the_inhabitants() -> None:
    people = [
        practitioner("Anne Martin", "10", specialities=("SM26",), person_id="a", id="1"),
        practitioner("Anne Martin", "10", specialities=("SM26",), person_id="a", id="2"),
        practitioner("Paul Roux", "10", specialities=("SM53",), person_id="b", id="3"),
        practitioner("Luc Bon", "10", specialities=("SM40",), person_id="c", id="4"),
        practitioner(
            "Rita Ray", "10", specialities=("SM26",), person_id="d", id="5", replacement=True
        ),
        practitioner(
            "Anne Martin", "10", specialities=("SM26",), person_id="a", id="6", commune=FRESNES
        ),
    ]
    places = [with_population(CACHAN, 20_000), with_population(FRESNES, 0)]
    supply = count_supply(people, [one.insee for one in places], Communes(places))
    (row,) = densities(supply, (), places, (GENERAL,))
    assert (row.communes[0].people, row.communes[0].per) == (2, 1.0)
    assert (row.communes[1].people, row.communes[1].per) == (1, None)
    assert (row.total.people, row.total.per) == (2, None)


def test_new_since_a_day_asked_for(site: TestClient) -> None:
    told = text_of(site.get("/installation", params={"depuis": "2026-11-01"}).text)
    assert "Nouveau depuis le 01/11/2026" in told
    assert "fiches nouvelles" in told


@pytest.mark.parametrize(
    "told", ["hier", "2026-02-31", "1999-12-31", "0001-01-01", "2999-01-01", "x" * 40]
)
def test_a_senseless_day_is_refused_with_what_to_do(site: TestClient, told: str) -> None:
    answer = site.get("/installation", params={"depuis": told})
    assert answer.status_code == 422
    assert "choisissez un jour passé" in text_of(answer.text)


def test_no_cookie_before_it_is_asked_for_and_none_after(site: TestClient) -> None:
    assert "set-cookie" not in site.get("/installation").headers
    kept = site.post("/installation/visite", data={"geste": "retenir"}, follow_redirects=False)
    assert kept.status_code == 303
    cookie = kept.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/installation" in cookie
    assert site.cookies[COOKIE] == "-.2026-11-23"
    assert "Cette visite est retenue" in text_of(site.get("/installation").text)
    site.post("/installation/visite", data={"geste": "oublier"})
    assert COOKIE not in site.cookies
    assert site.post("/installation/visite", data={"geste": "autre"}).status_code == 422


def test_the_next_day_counts_from_the_former_visit_and_a_reload_too(site: TestClient) -> None:
    site.cookies.set(COOKIE, "-.2026-11-20", domain="localhost.local", path="/installation")
    for _ in range(2):
        answer = site.get("/installation")
        assert "Nouveau depuis le 20/11/2026" in text_of(answer.text)
        assert f"{COOKIE}=2026-11-20.2026-11-23" in answer.headers["set-cookie"]


@pytest.mark.parametrize(
    "cookie", ["", ".", "-.-", "a.b", "2026-11-20", "-.2999-01-01", "é.<script>"]
)
def test_a_senseless_cookie_is_none(site: TestClient, cookie: str) -> None:
    answer = site.get("/installation", headers=[(b"cookie", f"{COOKIE}={cookie}".encode())])
    assert answer.status_code == 200
    assert "Choisissez un jour, ou retenez vos visites" in text_of(answer.text)


def test_the_booklet_has_all_its_chapters(site: TestClient) -> None:
    page = site.get("/installation/livret").text
    targets = re.findall(r'<li><a href="#([a-z-]+)">', page)
    assert len(targets) == 6
    assert all(f'id="{one}"' in page for one in targets)
    told = text_of(page)
    assert "Zoé Mercadier 2 rue de Wissous, 94230 Cachan 01 46 65 10 01 (RPPS" in told
