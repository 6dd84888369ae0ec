"""A professional's request joins the secretariat's queue and is followed without any identity."""

import html
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from tests.orientation.team import PATIENT, first_slot
from web.security import without_secret
from web.services import Services

FORM = {
    "flag": "none",
    "asked_by": "Pharmacie des Tilleuls, 01 46 65 22 22",
    "callback_number": "06 77 88 99 00",
    "commune": "fresnes",
    "address": "4 allée des Sycomores",
    "age_band": "70+",
    "mobility": "travel",
    "medecin_traitant": "none",
    "delay_hours": "168",
    "origin": "pharmacy",
}


def ask(site: TestClient, **changes: str) -> Response:
    return site.post("/demande-pro", data={**FORM, "key": uuid4().hex, **changes})


def test_the_form_asks_the_red_flags_first_and_nothing_in_free_words(site: TestClient) -> None:
    page = html.unescape(site.get("/demande-pro").text)
    assert page.index("Un de ces signes, maintenant ?") < page.index("Qui demande")
    assert "<textarea" not in page
    assert 'name="channel"' not in page
    assert "démonstration seulement" in page


def test_it_waits_with_who_asked_and_is_followed_to_the_appointment(
    site: TestClient, services: Services
) -> None:
    followed = ask(site)
    assert "/demande-pro/suivi/" in str(followed.url)
    assert "le secrétariat cherche un créneau" in followed.text
    queue = html.unescape(site.get("/secretariat/demandes").text)
    assert "Pharmacie des Tilleuls, 01 46 65 22 22" in queue
    assert "demande d'un professionnel" in queue
    (waiting,) = [one for one in services.orientation.waiting_requests() if one.commune == "94034"]
    slot = first_slot(services.orientation, waiting.id)
    held = services.orientation.hold(slot, waiting.id)
    services.orientation.confirm(held.hold_id, PATIENT)
    seen = site.get(str(followed.url)).text
    assert "Rendez-vous donné" in seen
    for said in ("Vauquelin", "Eudoxie", "77 88 99", "677889900", "Sycomores", "Tilleuls"):
        assert said not in seen


def test_sent_twice_it_is_one_request(site: TestClient, services: Services) -> None:
    key = uuid4().hex
    first, again = ask(site, key=key, commune="rungis"), ask(site, key=key, commune="rungis")
    assert str(first.url) == str(again.url)
    waiting = services.orientation.waiting_requests()
    assert len([one for one in waiting if one.commune == "94065"]) == 1


def test_a_red_flag_leads_to_the_15_whatever_else_is_missing(site: TestClient) -> None:
    answer = site.post("/demande-pro", data={"flag": "stroke"})
    assert 'href="tel:15"' in answer.text
    assert "Signes d'AVC" in html.unescape(answer.text)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flag": ""}, "Répondez aux signes d'alerte"),
        ({"flag": "fatigue"}, "Répondez aux signes d'alerte"),
        ({"asked_by": " "}, "Dites qui vous êtes"),
        ({"callback_number": "12"}, "ne peut pas être rappelé"),
        ({"commune": "Atlantide"}, "ne désigne pas une seule commune"),
        ({"age_band": ""}, "Choisissez une réponse"),
    ],
)
def test_what_is_missing_is_pointed_at(
    site: TestClient, changes: dict[str, str], said: str
) -> None:
    answer = ask(site, **changes)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert 'value="4 allée des Sycomores"' in html.unescape(answer.text)


def test_the_medecin_traitant_is_called_first_for_them_too(site: TestClient) -> None:
    followed = ask(site, medecin_traitant="not_tried")
    assert "appelle d'abord le médecin traitant" in html.unescape(followed.text)


def test_an_unknown_secret_shows_nothing_and_pages_are_never_kept(site: TestClient) -> None:
    answer = site.get("/demande-pro/suivi/" + "0" * 40)
    assert answer.status_code == 404
    assert answer.headers["cache-control"] == "no-store"


def test_the_secret_is_never_logged(site: TestClient, capsys: pytest.CaptureFixture[str]) -> None:
    secret = str(ask(site).url).rsplit("/", 1)[1]
    out, err = capsys.readouterr()
    assert secret not in out + err
    assert without_secret(f"/demande-pro/suivi/{secret}") == "/demande-pro/suivi/…"
    assert without_secret("/secretariat") == "/secretariat"
