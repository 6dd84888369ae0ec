"""A cut network in a real browser: it is said, nothing typed is lost, nothing is sent twice."""

import pytest
from playwright.sync_api import expect

from tests.browser import PHONE, OpenPage
from tests.web.looks import complaints, width

pytestmark = pytest.mark.browser

NUMBER = "01 99 00 12 34"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_call_begun_offline_stays_on_the_page(open_page: OpenPage, scheme: str) -> None:
    page = open_page("/secretariat", scheme=scheme)
    banner = page.locator("#offline")
    field = page.get_by_label("Numéro où rappeler")
    field.fill(NUMBER)
    page.get_by_label("Commune où se trouve").fill("Fresnes")
    page.context.set_offline(True)
    expect(banner).to_contain_text("composez le 15 au téléphone")
    field.press("Enter")
    expect(banner).to_be_focused()
    expect(field).to_have_value(NUMBER)
    assert page.url.endswith("/secretariat")
    assert complaints(page) == []
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert complaints(page) == []
    assert width(page) <= PHONE[0]
    page.context.set_offline(False)
    expect(banner).to_contain_text("vous pouvez envoyer")
    field.press("Enter")
    page.wait_for_url("**/secretariat/appel**")


def test_a_server_that_answers_without_a_network_is_asked(open_page: OpenPage) -> None:
    """A laptop with its own server and no network: the browser says offline, forms still leave."""
    page = open_page("/secretariat")
    page.evaluate("Object.defineProperty(navigator, 'onLine', { get: () => false })")
    page.evaluate("dispatchEvent(new Event('offline'))")
    page.get_by_label("Commune où se trouve").fill("Fresnes")
    page.get_by_label("Numéro où rappeler").fill(NUMBER)
    page.keyboard.press("Enter")
    page.wait_for_url("**/secretariat/appel**")
