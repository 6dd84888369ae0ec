"""Médecin traitant first, endings, call-backs, and a 15 that nothing holds up."""

import time
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi.testclient import TestClient

from orientation import tables
from orientation.model import Outcome
from tests.web.test_secretariat import (
    NUMBER,
    hidden,
    reach_medecin_traitant,
    reach_proposals,
    start,
    text_of,
)
from web.services import Services


def test_the_medecin_traitant_is_called_before_any_slot_is_shown(site: TestClient) -> None:
    asked = reach_medecin_traitant(site)
    assert "Appelez d'abord le médecin traitant" in text_of(asked)
    assert "Retenir" not in asked.text
    found = site.post(f"{asked.url}/mt/chercher", data={"q": "ollivier"})
    assert "Marc Ollivier" in found.text
    assert "ollivier" not in str(found.url)
    chosen = site.post(f"{asked.url}/mt/choisir", data={"ref": hidden(found.text, "ref")[0]})
    assert 'class="to-call" href="tel:+33146651005"' in chosen.text
    slots = site.post(f"{asked.url}/mt", data={"told": "unavailable"})
    assert "Créneaux proposés" in slots.text


def test_the_medecin_traitant_is_found_by_number_and_is_a_general_practitioner(
    site: TestClient,
) -> None:
    asked = reach_medecin_traitant(site)
    by_number = site.post(f"{asked.url}/mt/chercher", data={"q": "01 46 65 10 05"})
    assert "Marc Ollivier" in by_number.text
    physiotherapist = site.post(f"{asked.url}/mt/chercher", data={"q": "mercadier"})
    assert "Mercadier" not in physiotherapist.text
    assert "Aucun médecin généraliste" in physiotherapist.text


def test_an_available_medecin_traitant_ends_the_call(site: TestClient, services: Services) -> None:
    asked = reach_medecin_traitant(site)
    closed = site.post(f"{asked.url}/mt", data={"told": "available"})
    assert "Demande close : le médecin traitant la reçoit" in text_of(closed)
    request = services.orientation.request(str(asked.url).rsplit("/", 1)[1])
    assert request.outcome is Outcome.MEDECIN_TRAITANT
    assert request.medecin_traitant_at is not None


@pytest.mark.parametrize("told", ["", "not_tried", "not_tried:fatigue", "perhaps"])
def test_without_a_reason_of_the_list_the_slots_stay_hidden(site: TestClient, told: str) -> None:
    asked = reach_medecin_traitant(site)
    answer = site.post(f"{asked.url}/mt", data={"told": told})
    assert answer.status_code == 422
    assert "Retenir" not in answer.text
    slots = site.post(f"{asked.url}/mt", data={"told": "not_tried:closed"})
    assert "Créneaux proposés" in slots.text


def test_a_request_is_closed_with_an_outcome_of_the_list(
    site: TestClient, services: Services
) -> None:
    proposals = reach_proposals(site)
    assert site.post(f"{proposals.url}/clore", data={"outcome": "fatigue"}).status_code == 422
    closed = site.post(f"{proposals.url}/clore", data={"outcome": "other_resource"})
    assert "Demande close : orientée vers une autre ressource" in text_of(closed)
    request = services.orientation.request(str(proposals.url).rsplit("/", 1)[1])
    assert request.outcome is Outcome.OTHER_RESOURCE


def test_the_call_back_list_counts_attempts_and_leads_back_to_the_slots(site: TestClient) -> None:
    proposals = reach_proposals(site)
    address = str(proposals.url).removeprefix("http://localhost")
    call_back = address.replace("/demandes/", "/rappels/")
    listed = site.post(f"{proposals.url}/rappeler")
    assert f'action="{call_back}"' in listed.text
    again = site.post(call_back, data={"reached": "non"})
    assert "1 essai" in text_of(again)
    reached = site.post(call_back, data={"reached": "oui"})
    assert str(reached.url) == str(proposals.url)
    assert call_back not in site.get("/secretariat/rappels").text
    assert site.post(call_back, data={"reached": "non"}).status_code == 200


def test_the_15_comes_though_the_store_does_not_answer(
    site: TestClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The store is busy writing for somebody else the whole time, then stores all the same."""
    monkeypatch.setattr("web.emergency.WAIT_SECONDS", 0.05)
    flags = start(site, callback_number="06 55 44 33 22")
    asked = reach_proposals(site)
    before = audited(services)
    with services.orientation.database.write():
        first = site.post("/secretariat/15", data={"callback_number": "06 55 44 33 22"})
        second = site.post(str(flags.url), data={"flag": "stroke"})
        third = site.post(f"{asked.url}/15")
    for screen in (first, second, third):
        assert screen.status_code == 200
        assert 'href="tel:15"' in screen.text
        assert "n'est peut-être pas enregistré" in text_of(screen)
    assert NUMBER.replace("12 34 56 78", "55 44 33 22") in text_of(second)
    wait_for(lambda: audited(services) >= before + 3)
    request = services.orientation.request(str(asked.url).rsplit("/", 1)[1])
    assert request.outcome is Outcome.TRANSFER_15


def wait_for(done: Callable[[], bool]) -> None:
    for _ in range(200):
        if done():
            return
        time.sleep(0.05)
    raise AssertionError("what went on alone never ended")


def audited(services: Services) -> int:
    with services.orientation.database.read() as connection:
        query = sa.select(sa.func.count()).select_from(tables.audit)
        return int(connection.execute(query).scalar_one())


def test_the_15_comes_though_the_store_is_broken(
    site: TestClient, monkeypatch: pytest.MonkeyPatch, services: Services
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise sa.exc.OperationalError("INSERT", {}, Exception("disk I/O error"))

    monkeypatch.setattr(services.orientation, "create_request", broken)
    screen = site.post("/secretariat/15", data={"callback_number": "12", "commune": ""})
    assert 'href="tel:15"' in screen.text


@pytest.mark.parametrize("path", ["/secretariat", "/secretariat/rappels", "/secretariat/demandes"])
def test_lists_too_have_the_15_and_the_numbers_beside_it(site: TestClient, path: str) -> None:
    page = site.get(path).text
    assert 'accesskey="1"' in page
    assert 'href="tel:114"' in page
    assert 'href="tel:3114"' in page
