"""The directory in a real browser: selection, map, memory, states, print; wide and narrow.

`RECOURS_SCREENSHOTS`, a folder, keeps a picture of each page of the journeys.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import DESKTOP, PHONE, LiveSite, OpenPage, served
from tests.web.awkward import fill_awkward
from tests.web.conftest import open_at
from tests.web.looks import Looker, complaints, keep, width
from tests.web.sheets import count_sheets, sheets_of_rows

pytestmark = pytest.mark.browser

SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["1280", "390"])
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["js", "sans js"])
EXACT, VAGUE = "/?q=interminable", "/?q=ehpad"


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSite]:
    """The site of awkward entries."""
    services = open_at(tmp_path_factory.mktemp("crowded"))
    fill_awkward(services)
    with served(services) as site:
        yield site
    services.close()


@SIZES
@SCRIPTS
def test_a_selection_is_made_kept_and_emptied(
    open_page: OpenPage, size: tuple[int, int], javascript: bool
) -> None:
    page = open_page("/?q=kiné+cachan", size=size, javascript=javascript)
    for name in ("Zoé Mercadier", "Hugo Savatier"):
        page.get_by_role("button", name=f"Sélectionner {name}").click()
        expect(page.get_by_role("button", name=f"Retirer de ma sélection {name}")).to_be_visible()
    expect(page.locator("#selection-link .count")).to_contain_text("2")
    page.get_by_role("link", name="Ma sélection").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    assert width(page) <= size[0]
    keep(page, f"selection-{size[0]}-{'js' if javascript else 'sans-js'}")
    page.get_by_role("button", name="Retirer Zoé Mercadier").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Tout retirer").click()
    expect(page.get_by_role("heading", name="Rien n'est sélectionné")).to_be_visible()


def test_choosing_keeps_the_focus_and_the_list_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/?q=kiné+cachan")
    button = page.get_by_role("button", name="Sélectionner Zoé Mercadier")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Retirer de ma sélection Zoé Mercadier")).to_be_focused()
    page.locator("#q").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".result h3 a").first).to_be_focused()


def test_without_javascript_no_map_is_promised(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad", javascript=False)
    expect(page.locator("#map-toggle")).to_be_hidden()
    expect(page.locator("#map-panel")).to_be_hidden()
    page.goto("/fiche/finess_et%7C940000010")
    for button in ("Favori", "Imprimer", "Copier l'adresse"):
        expect(page.get_by_role("button", name=button)).to_have_count(0)
    expect(page.get_by_role("link", name="vCard")).to_be_visible()


def test_entries_seen_and_favourites_stay_in_the_browser(open_page: OpenPage) -> None:
    page = open_page("/")
    expect(page.locator("#memory")).to_be_hidden()
    page.goto("/?q=ehpad+soleil")
    page.locator(".result h3 a").first.click()
    favourite = page.get_by_role("button", name="Favori")
    favourite.click()
    expect(favourite).to_have_attribute("aria-pressed", "true")
    page.goto("/")
    memory = page.locator("#memory")
    expect(memory.get_by_role("link", name="EHPAD SOLEIL D'AUTOMNE")).to_have_count(2)
    assert complaints(page) == []
    keep(page, "accueil-memoire")
    page.get_by_role("button", name="Tout effacer").click()
    expect(memory).to_be_hidden()
    expect(page.locator("#q")).to_be_focused()
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("kept", ["{", "null", '"x"', "[null, 3, {}]", '[{"alias": 3}]'])
def test_a_spoiled_memory_breaks_nothing(open_page: OpenPage, kept: str) -> None:
    page = open_page("/")
    page.evaluate("kept => localStorage.setItem('recours-vues', kept)", kept)
    page.goto("/fiche/finess_et%7C940000010")
    page.goto("/")
    expect(page.locator("#memory").get_by_role("link")).to_have_count(1)


def test_a_name_in_the_memory_stays_text(open_page: OpenPage) -> None:
    page = open_page("/?q=résidence")
    page.locator(".result h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("<script>")
    page.wait_for_load_state()
    page.goto("/")
    expect(page.locator("#memory").get_by_role("link")).to_contain_text("<script>")


def test_a_server_that_does_not_answer_is_said_with_a_way_on(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad")
    page.route("**/?q=*", lambda route: route.abort("internetdisconnected"))
    page.locator("#q").fill("kiné cachan")
    alert = page.locator("#unreachable")
    expect(alert).to_contain_text("Le serveur ne répond pas")
    expect(page.locator(".result")).not_to_have_count(0)
    assert complaints(page) == []
    page.unroute("**/?q=*")
    alert.get_by_role("button", name="Réessayer").click()
    expect(page.locator("#results-title")).to_contain_text("2 fiches")
    expect(page.locator("#q")).to_have_value("kiné cachan")


def test_an_engine_that_stops_is_said_where_the_results_were(open_page: OpenPage) -> None:
    def refuse(route: Route) -> None:
        text = '<div id="results"><p role="alert">La recherche n\'est pas disponible.</p></div>'
        route.fulfill(status=503, body=text, content_type="text/html")

    page = open_page("/?q=ehpad")
    page.route("**/?q=*", refuse)
    page.locator("#q").fill("kiné")
    expect(page.locator("#results")).to_contain_text("La recherche n'est pas disponible")


def test_waiting_is_shown_without_moving_anything(open_page: OpenPage) -> None:
    page = open_page("/?q=ehpad")
    page.wait_for_load_state("networkidle")
    before = page.locator(".result").first.bounding_box()
    held: list[Route] = []
    page.route("**/?q=*", lambda route: held.append(route))
    page.locator("#q").fill("kiné cachan")
    expect(page.locator(".waiting")).to_be_visible()
    assert page.locator(".result").first.bounding_box() == before
    held[0].continue_()
    expect(page.locator("#results-title")).to_contain_text("2 fiches")
    expect(page.locator(".waiting")).to_be_hidden()


def test_nothing_moves_while_a_page_loads(open_page: OpenPage) -> None:
    """Cumulative layout shift, fonts and icons come after the text (web.dev: good under 0.1)."""
    for path in ("/", "/?q=jean-vilar", "/fiche/finess_et%7C940000010", "/selection"):
        page = open_page(path)
        page.wait_for_load_state("networkidle")
        shift = page.evaluate(
            "new Promise(done => { let sum = 0; new PerformanceObserver(list => {"
            "for (const one of list.getEntries()) sum += one.value; })"
            ".observe({type: 'layout-shift', buffered: true}); setTimeout(() => done(sum), 200); })"
        )
        assert shift < 0.1, path


def test_pages_are_accessible(open_page: OpenPage) -> None:
    looker = Looker(open_page("/", still=True))
    for path in ("/selection", "/composants", "/fiche/rpps%7C10003456784"):
        looker.visit(path)
    assert looker.wrong == {}


def test_awkward_entries_are_laid_out(chromium: Browser, crowded: LiveSite) -> None:
    with chromium.new_context(base_url=crowded.url, reduced_motion="reduce") as context:
        looker = Looker(context.new_page())
        for question in ("interminable" * 15, "maison muette", "résidence", "perrine ubique"):
            looker.visit(f"/?q={question}")
            looker.page.locator(".result h3 a").first.click()
            expect(looker.page.get_by_role("heading", level=1)).to_be_visible()
            looker.look(f"fiche de {question[:12]}")
        assert looker.wrong == {}


@pytest.mark.parametrize("path", ["/?q=jean-vilar", "/fiche/rpps%7C10003456784", "/selection"])
def test_at_two_hundred_percent_nothing_is_lost(open_page: OpenPage, path: str) -> None:
    """Zoom 200 % of a 1280 px window is a window of 640 CSS pixels (WCAG 1.4.4 and 1.4.10)."""
    page = open_page(path, size=(640, 430))
    assert width(page) <= 640
    assert complaints(page) == []


@pytest.mark.slow
def test_three_hundred_entries_print(chromium: Browser, crowded: LiveSite) -> None:
    """A4 sheets: every entry on one, headings repeated, nothing of the screen."""
    with chromium.new_context(base_url=crowded.url) as context:
        page = context.new_page()
        codes: list[str] = []
        page.goto("/?q=foule&size=100")
        while len(codes) < 300:
            codes += page.evaluate(
                "[...document.querySelectorAll('.result-list > li')].map(one => one.id.slice(6))"
            )
            page.locator("a[rel=next]").click()
            page.wait_for_load_state()
        page.goto("/selection?" + "&".join(f"f={one}" for one in codes[:300]))
        expect(page.locator("tbody tr")).to_have_count(300)
        page.emulate_media(media="print")
        expect(page.locator(".acts-bar")).to_be_hidden()
        expect(page.locator("td.tick").first).to_be_visible()
        document = page.pdf(format="A4", tagged=True)
        assert 8 <= count_sheets(document) <= 40
        rows = sheets_of_rows(document)
        assert len(rows) == 300
        assert [sheets for sheets in rows if len(sheets) != 1] == []  # none is cut in two
        keep(page, "impression-300")
