"""What is done on the pages before each picture of the tour, as a user would."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from playwright.sync_api import Page, expect


@dataclass(frozen=True)
class Tools:
    """What a step has at hand: a page of its size and colours, and a doctor who visits."""

    page: Page
    doctor: UUID


def open_at(path: str, below: str = "") -> Callable[[Tools], None]:
    """Open an address, then go down to what the selector `below` names."""

    def do(tools: Tools) -> None:
        tools.page.goto(path.format(doctor=tools.doctor))
        tools.page.wait_for_load_state("networkidle")
        if below:
            go_down(tools.page, below)

    return do


def go_down(page: Page, selector: str) -> None:
    """Bring an element near the top of the window, wherever it was."""
    page.evaluate("scrollTo(0, 0)")
    page.locator(selector).first.evaluate(
        "one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 8)"
    )


def at_title(page: Page, title: str) -> None:
    """Wait for the page of this title."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(title)
    page.wait_for_load_state()


def suggestions(tools: Tools) -> None:
    """Begin to type."""
    tools.page.goto("/")
    tools.page.locator("#q").press_sequentially("ortho", delay=60)
    expect(tools.page.locator("#suggestions [role=option]").first).to_be_visible()


def entry(tools: Tools) -> None:
    """Open the first result."""
    tools.page.goto("/?q=m%C3%A9decin+cachan")
    tools.page.locator(".result h3 a").first.click()
    tools.page.wait_for_load_state()
    go_down(tools.page, "h1")


def on_map(tools: Tools) -> None:
    """Ask for the map of a search."""
    tools.page.goto("/?q=pharmacie")
    tools.page.get_by_role("button", name="Carte", exact=True).click()
    expect(tools.page.locator("#map-said")).to_contain_text("sur la carte")
    tools.page.wait_for_load_state("networkidle")
    go_down(tools.page, "#results-title")


def call(tools: Tools) -> None:
    """Begin a call."""
    page = tools.page
    page.goto("/secretariat")
    page.get_by_label("Numéro où rappeler").fill("06 99 00 12 34")
    page.get_by_label("Commune où se trouve").fill("Fresnes")


def red_flags(tools: Tools) -> None:
    """Go on from the number."""
    tools.page.get_by_role("button", name="Continuer").click()
    at_title(tools.page, "Un de ces signes, maintenant")


def need(tools: Tools) -> None:
    """No red flag; what is asked for."""
    page = tools.page
    page.get_by_role("button", name="Aucun de ces signes").click()
    for answer in ("16 à 69 ans", "elle peut se déplacer", "elle n.en a pas", "sous 48 heures"):
        page.get_by_role("radio", name=re.compile(answer)).first.check()
    page.evaluate("scrollTo(0, 0)")


def proposals(tools: Tools) -> None:
    """Ask for places."""
    tools.page.get_by_role("button", name="Continuer").click()
    at_title(tools.page, "Créneaux proposés")
    go_down(tools.page, ".call-head")


def hold(tools: Tools) -> None:
    """Keep the first of them."""
    tools.page.get_by_role("button", name="Retenir").first.click()
    at_title(tools.page, "Créneau retenu")
    tools.page.get_by_label("Nom de la personne").fill("Vauquelin")
    tools.page.get_by_label("Prénom").fill("Eudoxie")
    go_down(tools.page, ".call-head")


def confirmed(tools: Tools) -> None:
    """Give it."""
    tools.page.get_by_role("button", name="Confirmer le rendez-vous").click()
    at_title(tools.page, "Rendez-vous confirmé")


def transferred(tools: Tools) -> None:
    """Another call, with one red flag."""
    call(tools)
    red_flags(tools)
    tools.page.keyboard.press("1")
    at_title(tools.page, "Transférez maintenant au 15")


def plots(tools: Tools) -> None:
    """The panorama, at its first plot."""
    tools.page.goto("/panorama")
    expect(tools.page.locator("[data-plot=professions-tableau] canvas")).to_be_visible()
    tools.page.wait_for_load_state("networkidle")
