"""The four looks find what is wrong in one of them alone, and do not judge again what cannot be."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page

from tests.web.looks import COLOURS_SCRIPT, Looker

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="fr"><head><title>Essai</title>
<meta name="viewport" content="width=device-width"><style>
  :root { color-scheme: light dark; }
  body { background: white; color: black; font: 16px sans-serif; }
  a { color: #1a6fe0; } button { min-width: 44px; min-height: 44px }
  @media (prefers-color-scheme: dark) { body { background: black; color: white } a { color: #9bf } }
  %s
</style></head><body><main><h1>Essai</h1>%s</main></body></html>"""


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    with chromium.new_context(reduced_motion="reduce") as context:
        yield context.new_page()


def wrong(looker: Looker, style: str, body: str) -> dict[str, set[str]]:
    """What is wrong with a page, by look: the names of axe's rules."""
    looker.wrong.clear()
    looker.page.goto("about:blank")
    looker.page.set_content(PAGE % (style, body))
    looker.look("essai")
    return {
        name.removeprefix("essai").strip(" ,"): {one.split(":")[0] for one in said}
        for name, said in looker.wrong.items()
    }


EVERYWHERE = {"(light, 1280)", "(dark, 1280)", "(dark, 390)", "(light, 390)"}
PALE = "p { color: #bbb }"
DARK = "@media (prefers-color-scheme: dark) { %s }"
NARROW = "@media (max-width: 40rem) { %s }"


@pytest.mark.parametrize(
    ("style", "body", "where", "rule"),
    [
        ("", "<p>Bien</p><p><a href='/'>Un lien</a></p>", set(), ""),
        (PALE, "<p>Pâle</p>", {"(light, 1280)", "(light, 390)"}, "color-contrast"),
        (
            DARK % "p { color: #333 }",
            "<p>Sombre</p>",
            {"(dark, 1280)", "(dark, 390)"},
            "color-contrast",
        ),
        (
            NARROW % (DARK % "p { color: #333 }"),
            "<p>Sombre, étroit</p>",
            {"(dark, 390)"},
            "color-contrast",
        ),
        (
            NARROW % "b { display: none }",
            "<button type='button'><b>Fermer</b></button>",
            {"(dark, 390)", "(light, 390)"},
            "button-name",
        ),
        (
            "img { display: none } @media (min-width: 60rem) { img { display: block } }",
            "<p>Texte</p><img src='data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA='>",
            {"(light, 1280)", "(dark, 1280)"},
            "image-alt",
        ),
        (
            NARROW
            % "button { min-width: 9px; min-height: 9px; width: 9px; height: 9px; padding: 0; border: 0; font-size: 1px }",
            "<button type='button'>a</button><button type='button'>b</button>",
            {"(dark, 390)", "(light, 390)"},
            "target-size",
        ),
        (
            "a { text-decoration: none } " + DARK % "a { color: #ddd }",
            "<p>Un texte avec <a href='/'>un lien</a> dedans.</p>",
            {"(dark, 1280)", "(dark, 390)"},
            "link-in-text-block",
        ),
    ],
)
def test_what_one_look_alone_has_wrong_is_found(
    page: Page, style: str, body: str, where: set[str], rule: str
) -> None:
    """What no colour changes is said once for a width."""
    found = wrong(Looker(page), style, body)
    assert set().union(*found.values()) == ({rule} if rule else set())
    assert found.keys() <= where
    assert {width_of(name) for name in found} == {width_of(name) for name in where}
    if rule in ("color-contrast", "link-in-text-block"):
        assert found.keys() == where


def width_of(look: str) -> str:
    return look.split(", ")[1]


def test_looks_that_begin_narrow_find_as_much(page: Page) -> None:
    looker = Looker(page)
    assert wrong(looker, "", "<p>Rien</p>") == {}
    found = wrong(looker, NARROW % (DARK % "p { color: #333 }"), "<p>Sombre, étroit</p>")
    assert found == {"(dark, 390)": {"color-contrast"}}
    assert wrong(looker, "", "<p>Rien</p>") == {}
    found = wrong(
        looker,
        NARROW % "b { display: none }",
        "<button type='button'><b>Fermer</b></button>",
    )
    assert {width_of(name) for name in found} == {"390)"}


def test_text_that_looks_like_judged_text_is_judged_where_something_else_lies_under_it(
    page: Page,
) -> None:
    """The same letters on the same paper, moved over a pale band that holds them not."""
    looker = Looker(page)
    many = "<p>Un</p><p>Deux</p><p>Trois</p>"
    assert wrong(looker, "", many) == {}
    assert wrong(looker, "", many) == {}
    over = "<div class='band'></div><p class='over'>Quatre</p>"
    style = """.band { background: #444; height: 60px; width: 300px } .over { margin-top: -40px }
      .over { color: black; position: relative; top: -1px }"""
    found = wrong(looker, style + DARK % ".band { background: #333 }", many + over)
    assert {name: said for name, said in found.items() if "color-contrast" in said} == found
    assert found.keys() == EVERYWHERE


def test_text_that_leaves_what_holds_it_is_judged(page: Page) -> None:
    looker = Looker(page)
    style = ".card { background: black; color: #ddd; width: 300px; height: 30px } "
    assert wrong(looker, style, "<div class='card'><p>Dedans</p></div>") == {}
    out = "<div class='card'><div style='height:80px'></div><p>Dehors</p></div>"
    found = wrong(looker, style, out)
    assert set(found) == {"(light, 1280)", "(light, 390)"}


def test_a_disabled_button_stands_for_no_text(page: Page) -> None:
    """axe passes over what is disabled: the same colours elsewhere are still to be judged."""
    looker = Looker(page)
    style = "p, button { color: #bbb; background: white; border: 0; font: 16px sans-serif }"
    off = "<button type='button' disabled>Non</button>" * 3
    assert wrong(looker, style, off) == {}
    found = wrong(looker, style, off + "<p>Pâle</p>")
    assert set(found) == EVERYWHERE


def test_a_fault_is_said_on_every_page_that_has_it(page: Page) -> None:
    looker = Looker(page)
    for _ in range(3):
        found = wrong(looker, PALE, "<p>Pâle</p>")
        assert set(found) == {"(light, 1280)", "(light, 390)"}


def test_what_is_wider_than_the_window_is_said(page: Page) -> None:
    looker = Looker(page)
    zoomed = {"large de 608 pixels au lieu de 320"}
    assert wrong(looker, "p { width: 600px }", "<p>Large</p>") == {
        "(dark, 390)": {"large de 608 pixels"},
        "zoom": zoomed,
    }
    assert wrong(looker, "p { width: 350px }", "<p>Large</p>") == {
        "zoom": {"large de 358 pixels au lieu de 320"}
    }


def test_what_moves_for_who_asked_for_no_motion_is_said(page: Page) -> None:
    found = wrong(Looker(page), "p { transition: margin 1s }", "<p>Bouge</p>")
    assert set(found) == {"zoom"}
    assert {one.strip() for one in found["zoom"]} == {"bouge"}


def test_axe_says_the_same_word_for_word_when_colours_are_read_once(page: Page) -> None:
    """What passes and what it cannot tell included, with the colours it found and their contrast."""
    colours = (
        *("#bbb", "rgb(20 20 20 / 50%)", "hsl(210 80% 40%)", "oklch(40% .1 250)"),
        *("color(display-p3 1 0 0)", "color-mix(in srgb, red 30%, white)", "transparent"),
    )
    body = "".join(
        f"<div style='background: {under}; opacity: {1 - n / 20}'><p style='color: {over};"
        f" text-shadow: 0 0 {n}px {under}'>Texte <a href='/'>lien</a></p></div>"
        for n, under in enumerate(colours)
        for over in (*colours, "linear-gradient(red, blue)")
    )
    page.set_content(PAGE % ("", body))
    page.evaluate(AXE_SCRIPT)
    run = "axe.run().then((told) => JSON.stringify({ ...told, timestamp: '' }))"
    plain = page.evaluate(run)
    page.evaluate(COLOURS_SCRIPT)
    assert '"contrastRatio":1.' in plain
    assert page.evaluate(run) == plain
    assert page.evaluate(run) == plain  # all of them known
