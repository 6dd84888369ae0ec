"""A call on screen, without JavaScript: number, red flags, need, slot, name."""

import html
import re
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from orientation.model import Outcome
from web.services import Services

NUMBER = "06 12 34 56 78"
NEED = {
    "age_band": "16-69",
    "mobility": "travel",
    "medecin_traitant": "none",
    "delay_hours": "168",
}


def start(site: TestClient, **told: str) -> Response:
    values = {"callback_number": NUMBER, "commune": "cachan", **told}
    return site.post("/secretariat/appel", data=values)


def reach_proposals(site: TestClient, **need: str) -> Response:
    """A call up to its proposals; the answer's address is the request's."""
    flags = start(site)
    asked = site.post(str(flags.url), data={"flag": "none"})
    return site.post(str(asked.url), data={**NEED, **need, "key": uuid4().hex})


def reach_medecin_traitant(site: TestClient) -> Response:
    return reach_proposals(site, medecin_traitant="not_tried")


def hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="([^"]*)"', page)


def hold_first(site: TestClient) -> Response:
    proposals = reach_proposals(site)
    page = proposals.text
    form = {"slot": hidden(page, "slot")[0], "key": hidden(page, "key")[0]}
    return site.post(f"{proposals.url}/retenir", data=form)


def confirm(site: TestClient, held: Response, **told: str) -> Response:
    form = {
        "hold": hidden(held.text, "hold")[0],
        "key": hidden(held.text, "key")[0],
        "family": "Vauquelin",
        "given": "Eudoxie",
        **told,
    }
    return site.post(f"{held.url}/confirmer", data=form)


def text_of(answer: Response) -> str:
    return html.unescape(answer.text)


def test_call_goes_from_number_to_appointment(site: TestClient) -> None:
    flags = start(site, address="3 rue des Lilas")
    assert str(flags.url).endswith("/signes")
    assert "Un de ces signes, maintenant ?" in text_of(flags)
    assert "non signée" in text_of(flags)
    asked = site.post(str(flags.url), data={"flag": "none"})
    assert "De quoi la personne a-t-elle besoin ?" in asked.text
    proposals = site.post(str(asked.url), data={**NEED, "key": uuid4().hex})
    assert "Créneaux proposés" in proposals.text
    assert "Dr Maëlle ARDOUIN" in proposals.text
    form = {name: hidden(proposals.text, name)[0] for name in ("slot", "key")}
    held = site.post(f"{proposals.url}/retenir", data=form)
    assert "Créneau retenu" in held.text
    assert re.search(r'data-seconds="\d+" data-hold="150"', held.text)
    done = confirm(site, held, birth_date="05/03/1961")
    assert "Rendez-vous confirmé" in done.text
    assert "Eudoxie Vauquelin" in done.text


def test_addresses_and_titles_name_nobody(site: TestClient) -> None:
    done = confirm(site, hold_first(site))
    visited = [str(one.url) for one in (*done.history, done)]
    title = re.search(r"<title>(.*?)</title>", done.text, re.DOTALL)
    assert title is not None
    for said in (*visited, title.group(1)):
        assert "auquelin" not in said
        assert "612345678" not in said


def test_private_pages_are_never_kept(site: TestClient) -> None:
    assert site.get("/secretariat").headers["cache-control"] == "no-store"
    assert site.get("/agenda").headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"callback_number": "12"}, "Ce numéro ne peut pas être rappelé"),
        ({"callback_number": ""}, "Ce numéro ne peut pas être rappelé"),
        ({"commune": ""}, "Où se trouve la personne"),
        ({"commune": "Atlantide"}, "ne désigne pas une seule commune"),
        ({"commune": "v"}, "ne désigne pas une seule commune"),
    ],
)
def test_first_screen_comes_back_with_what_is_wrong(
    site: TestClient, told: dict[str, str], problem: str
) -> None:
    answer = start(site, **told)
    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert 'aria-invalid="true"' in answer.text


def test_red_flag_transfers_to_the_15_before_anything_else(
    site: TestClient, services: Services
) -> None:
    flags = start(site)
    transfer = site.post(str(flags.url), data={"flag": "suicidal"})
    page = text_of(transfer)
    assert 'href="tel:15"' in page
    assert "3114" in page
    assert NUMBER in page
    assert "Idées suicidaires" in page
    request = services.orientation.request(str(transfer.url).rsplit("/", 1)[1])
    assert request.outcome is Outcome.TRANSFER_15
    assert "Retenir" not in page


def test_without_an_answer_the_red_flags_are_asked_again(site: TestClient) -> None:
    flags = start(site)
    for answer in ({}, {"flag": ""}, {"flag": "ennui"}):
        again = site.post(str(flags.url), data=answer)
        assert (again.status_code, again.url) == (200, flags.url)


def test_need_cannot_be_asked_before_the_red_flags(site: TestClient) -> None:
    flags = start(site)
    need = str(flags.url).replace("/signes", "/besoin")
    assert str(site.get(need).url).endswith("/signes")
    assert str(site.post(need, data=NEED).url).endswith("/signes")


def test_missing_answers_are_pointed_at(site: TestClient) -> None:
    flags = start(site)
    asked = site.post(str(flags.url), data={"flag": "none"})
    answer = site.post(str(asked.url), data={"age_band": "16-69", "delay_hours": "-4"})
    assert answer.status_code == 422
    assert answer.text.count("Choisissez une réponse.") == 3  # the others have a default
    assert 'value="16-69" checked' in answer.text


def test_passing_to_the_15_is_possible_on_every_screen(site: TestClient) -> None:
    typed = {"callback_number": "12", "commune": ""}
    assert 'href="tel:15"' in site.post("/secretariat/15", data=typed).text
    flags = start(site)
    base = str(flags.url).removesuffix("/signes")
    assert f'action="{base.removeprefix("http://localhost")}/15"' in flags.text
    assert 'href="tel:15"' in site.post(f"{base}/15").text
    for screen in (
        reach_medecin_traitant(site),
        reach_proposals(site),
        hold_first(site),
        confirm(site, hold_first(site)),
    ):
        assert 'accesskey="1"' in screen.text
        assert 'href="tel:3114"' in screen.text
        assert 'href="tel:15"' in site.post(f"{screen.url}/15").text


def test_escalated_request_can_no_longer_hold(site: TestClient) -> None:
    proposals = reach_proposals(site)
    site.post(f"{proposals.url}/15")
    form = {name: hidden(proposals.text, name)[0] for name in ("slot", "key")}
    answer = site.post(f"{proposals.url}/retenir", data=form)
    assert answer.status_code == 409
    assert 'href="tel:15"' in answer.text


def test_lost_race_is_named_and_gives_other_slots(site: TestClient) -> None:
    first, second = reach_proposals(site), reach_proposals(site)
    slot = hidden(first.text, "slot")[0]
    assert slot == hidden(second.text, "slot")[0]
    site.post(f"{first.url}/retenir", data={"slot": slot, "key": uuid4().hex})
    lost = site.post(f"{second.url}/retenir", data={"slot": slot, "key": uuid4().hex})
    assert lost.status_code == 409
    assert "Ce créneau vient d'être pris" in text_of(lost)
    others = hidden(lost.text, "slot")
    assert others
    assert slot not in others


def test_same_button_pressed_twice_holds_once(site: TestClient) -> None:
    proposals = reach_proposals(site)
    form = {name: hidden(proposals.text, name)[0] for name in ("slot", "key")}
    first = site.post(f"{proposals.url}/retenir", data=form)
    again = site.post(f"{proposals.url}/retenir", data=form)
    assert hidden(first.text, "hold") == hidden(again.text, "hold")


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ({"family": " "}, "Le nom est nécessaire"),
        ({"given": ""}, "Le prénom est nécessaire"),
        ({"birth_date": "31/02/1961"}, "Cette date n'existe pas"),
        ({"birth_date": "hier"}, "JJ/MM/AAAA"),
        ({"birth_date": "01/01/2035"}, "pas possible"),
    ],
)
def test_confirmation_says_what_is_missing_and_keeps_the_rest(
    site: TestClient, told: dict[str, str], problem: str
) -> None:
    held = hold_first(site)
    answer = confirm(site, held, **told)
    assert answer.status_code == 422
    assert problem in text_of(answer)
    assert "Rendez-vous confirmé" not in answer.text


def test_html_in_a_name_is_shown_as_text(site: TestClient) -> None:
    done = confirm(site, hold_first(site), family="<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in done.text
    assert "<script>alert" not in done.text


def test_released_slot_is_proposed_again(site: TestClient) -> None:
    proposals = reach_proposals(site)
    form = {name: hidden(proposals.text, name)[0] for name in ("slot", "key")}
    held = site.post(f"{proposals.url}/retenir", data=form)
    again = site.post(f"{held.url}/liberer", data={"hold": hidden(held.text, "hold")[0]})
    assert "Créneaux proposés" in again.text
    assert form["slot"] in hidden(again.text, "slot")


def test_known_number_shows_its_open_requests(site: TestClient) -> None:
    number = "06 98 76 54 32"
    flags = start(site, callback_number=number)
    assert "Ce numéro a déjà appelé" not in flags.text
    asked = site.post(str(flags.url), data={"flag": "none"})
    request = site.post(str(asked.url), data={**NEED, "key": uuid4().hex})
    again = start(site, callback_number="+33698765432")
    assert "Ce numéro a déjà appelé" in again.text
    assert str(request.url).removeprefix("http://localhost") in again.text


def test_unknown_or_foreign_draft_starts_again(site: TestClient) -> None:
    flags = start(site)
    site.cookies.clear()
    answer = site.get(str(flags.url))
    assert answer.status_code == 410
    assert "Nouvel appel" in answer.text


@pytest.mark.parametrize("ref", ["rien", "018f0000-0000-7000-8000-000000000000"])
def test_unknown_request_is_a_page_in_french(site: TestClient, ref: str) -> None:
    answer = site.get(f"/secretariat/demandes/{ref}")
    assert answer.status_code == 404
    assert "Demande introuvable" in answer.text


def test_somebody_from_outside_the_perimeter_is_told_what_to_do(site: TestClient) -> None:
    flags = start(site, commune="Lille 59000")
    asked = site.post(str(flags.url), data={"flag": "none"})
    answer = site.post(str(asked.url), data={**NEED, "key": uuid4().hex})
    assert "Aucun créneau possible" in answer.text
    assert 'href="tel:15"' in answer.text
