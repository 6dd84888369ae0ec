"""One screen: the steps of a call replace one another in place, in a real browser."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import PHONE, OpenPage
from tests.web.looks import complaints
from tests.web.test_browser_call import begin, say_need
from tests.web.test_browser_console import reach_hold

pytestmark = pytest.mark.browser

MARK = "window.sameDocument = true"
LIVE_MS = 15_000


def same_document(page: Page) -> bool:
    return bool(page.evaluate("window.sameDocument === true"))


def title(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_a_call_from_ringing_to_confirmed_loads_one_page(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.evaluate(MARK)
    said = page.locator("[data-step-said]")
    begin(page)
    assert re.search(r"/appel/[\w-]+/signes$", page.url)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    expect(said).to_have_text("De quoi la personne a-t-elle besoin ?")
    say_need(page)
    assert re.search(r"/demandes/[\w-]+$", page.url)
    page.keyboard.press("1")
    title(page, "Créneau retenu")
    expect(said).to_have_text("Créneau retenu")
    expect(page.get_by_label("Nom de la personne")).to_be_focused()
    page.keyboard.type("Vauquelin")
    page.keyboard.press("Tab")
    page.keyboard.type("Eudoxie")
    page.keyboard.press("Enter")
    title(page, "Rendez-vous confirmé")
    page.keyboard.press("Enter")
    title(page, "Nouvel appel")
    expect(page.get_by_label("Numéro où rappeler")).to_be_focused()
    assert same_document(page)
    assert page.url.endswith("/secretariat")
    expect(page.locator("[data-live-state]")).to_have_text("En direct")


def test_the_desk_marks_the_call_of_the_step_in_place(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    expect(page.get_by_text("Cet appel.", exact=True)).to_have_count(1, timeout=LIVE_MS)


def test_back_shows_the_step_of_before_and_forward_the_next(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.evaluate(MARK)
    begin(page)
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    page.go_back()
    title(page, "Un de ces signes, maintenant ?")
    page.go_back()
    title(page, "Nouvel appel")
    page.go_forward()
    page.go_forward()
    title(page, "De quoi la personne a-t-elle besoin ?")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    assert same_document(page)
    say_need(page)
    page.go_back()  # the call has its request: its former steps lead to it
    title(page, "Créneaux proposés")


def test_back_after_the_confirmation_shows_the_appointment(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    reach_hold(page)
    page.get_by_label("Nom de la personne").fill("Sauvestre")
    page.get_by_label("Prénom").fill("Aglaé")
    page.get_by_role("button", name="Confirmer").click()
    title(page, "Rendez-vous confirmé")
    page.get_by_role("link", name="Nouvel appel").first.click()
    title(page, "Nouvel appel")
    page.go_back()
    title(page, "Rendez-vous confirmé")


def test_the_countdown_runs_in_place_and_follows_an_extension(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    reach_hold(page)
    left = page.locator("[data-left]")
    expect(left).to_have_text(re.compile("2:[12][0-9]"))
    shown = left.inner_text()
    expect(left).not_to_have_text(shown)
    page.get_by_label("Nom de la personne").fill("Vauquelin")
    page.get_by_role("button", name="Prolonger").click()
    expect(page.get_by_text("Déjà prolongé une fois.")).to_be_visible()
    expect(left).to_have_text(re.compile("2:[23][0-9]"))


def test_a_refused_step_keeps_what_was_typed_and_goes_to_the_wrong_field(
    open_page: OpenPage,
) -> None:
    page = open_page("/secretariat")
    page.evaluate(MARK)
    page.get_by_label("Numéro où rappeler").fill("06 12 34 56 78")
    page.get_by_label("Commune où se trouve").fill("Tombouctou")
    page.keyboard.press("Enter")
    field = page.get_by_label("Commune où se trouve")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    expect(page.get_by_label("Numéro où rappeler")).to_have_value("06 12 34 56 78")
    assert page.url.endswith("/secretariat")
    assert same_document(page)


@pytest.mark.parametrize("size", [(1280, 860), PHONE])
def test_a_server_that_does_not_answer_leaves_the_step_and_says_so(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page("/secretariat", size=size)
    reach_hold(page)
    page.route("**/confirmer", lambda route: route.abort())
    page.get_by_label("Nom de la personne").fill("Vauquelin")
    page.get_by_label("Prénom").fill("Eudoxie")
    page.get_by_role("button", name="Confirmer").click()
    failed = page.locator("[data-step-failed]")
    expect(failed).to_contain_text("Le serveur ne répond pas.")
    expect(failed).to_contain_text("composez le 15 au téléphone")
    expect(failed).to_be_in_viewport()
    expect(page.get_by_label("Nom de la personne")).to_have_value("Vauquelin")
    assert complaints(page) == []
    page.unroute("**/confirmer")
    page.get_by_role("button", name="Confirmer").click()
    title(page, "Rendez-vous confirmé")
    expect(failed).to_be_hidden()


def test_an_error_of_the_server_is_said_beside_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    reach_hold(page)
    page.locator("input[name=hold]").first.evaluate("one => { one.value = 'x'.repeat(300) }")
    page.get_by_label("Nom de la personne").fill("Vauquelin")
    page.get_by_role("button", name="Prolonger").click()
    expect(page.locator("[data-step-failed]")).to_contain_text("Saisie refusée")
    expect(page.get_by_label("Nom de la personne")).to_have_value("Vauquelin")


def test_a_second_key_during_a_step_is_not_a_second_sending(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    say_need(page)
    sent: list[str] = []

    def count(route: Route) -> None:
        sent.append(route.request.url)
        route.continue_()

    page.route("**/retenir", count)
    page.keyboard.press("1")
    page.keyboard.press("2")
    title(page, "Créneau retenu")
    assert len(sent) == 1


def test_the_15_is_a_page_of_its_own_whatever_the_step(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.evaluate(MARK)
    begin(page)
    page.keyboard.press("Alt+1")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Transférez maintenant au 15")
    assert not same_document(page)
    page.get_by_role("link", name="Nouvel appel").click()
    title(page, "Nouvel appel")
    expect(page.get_by_role("heading", name="Le secrétariat, maintenant")).to_be_visible()


def test_a_sign_shows_the_15_in_place_without_the_desk(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    begin(page)
    page.keyboard.press("1")
    expect(page.get_by_role("link", name="Appeler le 15")).to_be_focused()
    expect(page.locator(".desk")).to_be_hidden()
    page.get_by_role("link", name="Nouvel appel").click()
    title(page, "Nouvel appel")
    expect(page.locator(".desk")).to_be_visible()


@pytest.mark.parametrize("size", [(1280, 860), PHONE])
def test_no_dot_hangs_at_the_end_of_a_line_of_reasons(
    open_page: OpenPage, size: tuple[int, int]
) -> None:
    """A dot belongs to what follows it; at the start of a line it is in the part cut away."""
    page = open_page("/secretariat", size=size)
    begin(page)
    page.keyboard.press("0")
    expect(page.get_by_role("radio", name="moins de 3 mois")).to_be_focused()
    say_need(page)
    told = page.locator(".reasons").first.evaluate(
        """list => {
          const cut = list.getBoundingClientRect().left + parseFloat(getComputedStyle(list)
            .getPropertyValue("clip-path").split("px").slice(-2)[0].split(" ").pop());
          return [...list.children].map(one => {
            const box = one.getBoundingClientRect();
            const before = getComputedStyle(one, "::before");
            return {
              line: Math.round(box.top),
              text: one.textContent,
              after: getComputedStyle(one, "::after").content,
              seen: box.left + parseFloat(before.left) >= cut,
            };
          });
        }"""
    )
    assert len(told) >= 3
    for number, one in enumerate(told):
        assert (one["after"], one["text"].endswith("·")) == ("none", False)
        starts_line = number == 0 or told[number - 1]["line"] != one["line"]
        assert one["seen"] is not starts_line


def test_a_call_is_taken_up_again_and_given_up_in_place(open_page: OpenPage) -> None:
    """From the desk, which came by the live stream since the page was loaded."""
    page = open_page("/secretariat")
    page.evaluate(MARK)
    other = open_page("/secretariat")
    begin(other)
    taken = other.url
    number = taken.split("/")[-2]
    page.locator(f"#resume-{number}").click()
    title(page, "Un de ces signes, maintenant ?")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    assert page.url == taken
    page.go_back()
    title(page, "Nouvel appel")
    page.locator(f"#abandon-{number}").click()
    expect(page.locator(f"#resume-{number}")).to_have_count(0)
    title(page, "Nouvel appel")
    assert page.url.endswith("/secretariat")
    assert same_document(page)


def test_refreshing_the_desk_is_no_step(open_page: OpenPage) -> None:
    page = open_page("/secretariat")
    page.evaluate(MARK)
    page.get_by_label("Numéro où rappeler").fill("06 12")
    with page.expect_response(lambda one: "/secretariat/tableau?ici" in one.url):
        page.get_by_role("link", name="Actualiser").click()
    expect(page.get_by_label("Numéro où rappeler")).to_have_value("06 12")
    assert same_document(page)
