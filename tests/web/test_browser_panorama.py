"""The panorama in a real browser: plots repeat their tables, and every reader has the tables."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage
from tests.web.looks import EVERYTHING, Looker

pytestmark = pytest.mark.browser

PLOT = "[data-plot=professions-tableau] canvas"
READ_CHART = """(canvas) => {
  const { data, options } = Chart.getChart(canvas);
  return {
    labels: data.labels,
    series: data.datasets.map(({ label, data }) => [label, data]),
    motifs: data.datasets.every(({ backgroundColor }) => backgroundColor instanceof CanvasPattern),
    animation: options.animation,
  };
}"""
READ_INK = "(plot) => getComputedStyle(plot.closest('.plot')).getPropertyValue('--plot-ink').trim()"
LIGHT_INK = "#1b2528"


def ready(page: Page) -> Page:
    expect(page.locator(PLOT)).to_be_visible()
    return page


def test_it_is_accessible_and_nothing_overflows(open_page: OpenPage) -> None:
    looker = Looker(ready(open_page("/panorama", still=True)), EVERYTHING)
    looker.look("panorama")
    assert looker.wrong == {}


def test_a_plot_draws_the_figures_of_its_table(open_page: OpenPage) -> None:
    page = ready(open_page("/panorama"))
    told = page.locator(PLOT).evaluate(READ_CHART)
    table = page.locator("#professions-tableau")
    assert told["labels"] == table.locator("tbody th").all_inner_texts()
    cells = {
        name: [int(row.split("\t")[column]) for row in table.locator("tbody tr").all_inner_texts()]
        for column, name in enumerate(table.locator("thead th").all_inner_texts())
        if column > 1
    }
    assert told["series"] == [[name, values] for name, values in cells.items()]
    assert told["motifs"]
    assert told["animation"] is False
    assert sum(sum(values) for values in cells.values()) > 0


def test_density_is_drawn_beside_the_zone(open_page: OpenPage) -> None:
    page = ready(open_page("/panorama"))
    plots = page.locator("[data-plot=density-tableau] canvas")
    assert plots.evaluate(READ_CHART)["labels"][0] == "Cachan"


def test_without_javascript_every_table_is_there_and_no_empty_frame(open_page: OpenPage) -> None:
    page = open_page("/panorama", javascript=False)
    for title in ("Professionnels par profession", "Densité", "Âge des médecins"):
        expect(page.get_by_role("heading", name=title)).to_be_visible()
    expect(page.locator("#professions-tableau")).to_be_visible()
    expect(page.locator(".plot").first).to_be_hidden()
    expect(page.get_by_role("button", name="Imprimer")).to_be_hidden()


def test_on_paper_plots_are_light_and_buttons_are_gone(open_page: OpenPage) -> None:
    page = ready(open_page("/panorama", scheme="dark"))
    plot = page.locator(PLOT)
    assert plot.evaluate(READ_INK) != LIGHT_INK
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert plot.evaluate(READ_INK) == LIGHT_INK
    page.emulate_media(media="print")
    expect(page.get_by_text("Tout exporter (CSV)")).to_be_hidden()
    expect(page.locator("#ageing-tableau")).to_be_visible()
    page.emulate_media(media="screen")
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert plot.evaluate(READ_INK) != LIGHT_INK


def test_a_changed_colour_scheme_redraws(open_page: OpenPage) -> None:
    page = ready(open_page("/panorama", scheme="light"))
    axis = "(canvas) => Chart.getChart(canvas).options.scales.x.ticks.color"
    light = page.locator(PLOT).evaluate(axis)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        f"([before]) => ({axis})(document.querySelector('{PLOT}')) !== before", arg=[light]
    )


def test_without_the_library_the_tables_stand_alone(open_page: OpenPage) -> None:
    page = open_page("/")
    page.route("**/chart.js*", lambda route: route.fulfill(body=""))
    page.goto("/panorama")
    expect(page.locator("#professions-tableau")).to_be_visible()
    expect(page.locator(".plot").first).to_be_hidden()
