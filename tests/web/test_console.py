"""The secretariat together: resumed calls, two tabs, going back, and what people really type."""

import html
import re
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from directory.base.database import store_now
from orientation import tables
from orientation.board import HeldSeat
from orientation.calls import OpenCall
from tests.web.sites import SITE, open_site
from tests.web.test_secretariat import (
    NEED,
    NUMBER,
    confirm,
    hidden,
    hold_first,
    reach_proposals,
    start,
    text_of,
)
from tests.web.visitor import Visitor
from web.services import Services

DESK = "/secretariat/tableau"
LONG = "N" * 200
ODD = "« L’Étang » 🙂 <script>alert(1)</script>"


def desk_of(site: TestClient) -> str:
    return text_of(site.get(DESK, headers={"HX-Request": "true"}))


def newest(services: Services) -> OpenCall:
    return max(services.orientation.calls.under_way(), key=lambda one: one.id)


def holds_of(services: Services, request_id: str) -> list[HeldSeat]:
    return [one for one in services.orientation.board().holds if str(one.request) == request_id]


def other_browser(services: Services) -> TestClient:
    return open_site(services)


def test_a_call_goes_on_in_another_browser(site: TestClient, services: Services) -> None:
    flags = start(site)
    call = newest(services)
    assert str(call.id) in str(flags.url)
    other = other_browser(services)
    assert other.get(str(flags.url)).status_code == 410  # the draft is not this browser's
    resumed = other.post(f"/secretariat/appels/{call.id}/reprendre")
    assert str(resumed.url).endswith(f"{call.id}/signes")
    asked = other.post(str(resumed.url), data={"flag": "none"})
    assert "De quoi la personne a-t-elle besoin ?" in asked.text
    again = site.post(f"/secretariat/appels/{call.id}/reprendre")
    assert str(again.url).endswith("/besoin")  # never asked twice, never skipped
    done = site.post(str(again.url), data=NEED)
    resumed = other.post(f"/secretariat/appels/{call.id}/reprendre")
    assert str(resumed.url) == str(done.url)


def test_the_red_flags_cannot_be_skipped_by_resuming(site: TestClient, services: Services) -> None:
    start(site)
    call = newest(services)
    resumed = site.post(f"/secretariat/appels/{call.id}/reprendre")
    need = str(resumed.url).replace("/signes", "/besoin")
    assert str(site.get(need).url).endswith("/signes")
    assert str(site.post(need, data=NEED).url).endswith("/signes")


@pytest.mark.parametrize("told", ["x", "00000000-0000-0000-0000-000000000000", ODD])
def test_a_call_that_is_not_there_is_said(site: TestClient, told: str) -> None:
    answer = site.post(f"/secretariat/appels/{told}/reprendre")
    assert answer.status_code == 404
    assert "<script>alert" not in answer.text


def test_an_abandoned_call_is_no_longer_listed(site: TestClient, services: Services) -> None:
    start(site)
    call = newest(services)
    assert str(call.id) in desk_of(site)
    assert site.post(f"/secretariat/appels/{call.id}/abandonner").status_code == 200
    assert str(call.id) not in desk_of(site)


def test_two_tabs_on_one_call_make_one_request(site: TestClient) -> None:
    flags = start(site)
    asked = site.post(str(flags.url), data={"flag": "none"})
    sealed = dict(site.cookies)
    first = site.post(str(asked.url), data=NEED)
    assert "Créneaux proposés" in first.text
    second = site.post(str(asked.url), data=NEED)  # its draft went with the first tab's answer
    assert str(second.url) == str(first.url)
    tab = Visitor(site.app, base_url=SITE, cookies=sealed)
    third = tab.post(str(asked.url), data={**NEED, "age_band": "70+"})
    assert str(third.url) == str(first.url)
    assert tab.get(str(flags.url).replace("/signes", "/besoin")).status_code == 200


def test_two_tabs_on_one_request_hold_one_place(site: TestClient, services: Services) -> None:
    proposals = reach_proposals(site)
    slots = hidden(proposals.text, "slot")
    for slot in slots[:2]:
        site.post(f"{proposals.url}/retenir", data={"slot": slot, "key": uuid4().hex})
    request_id = str(proposals.url).rpartition("/")[2]
    assert len(holds_of(services, request_id)) == 1


def test_confirming_twice_and_going_back_change_nothing(
    site: TestClient, services: Services
) -> None:
    held = hold_first(site)
    first = confirm(site, held)
    assert "Rendez-vous confirmé" in first.text
    again = confirm(site, held)  # a double click, or « précédent » then Entrée
    assert "Rendez-vous confirmé" in again.text
    other = confirm(site, held, family="Sauvestre", key=uuid4().hex)
    assert other.status_code == 409
    back = site.get(str(held.url))
    assert "Rendez-vous confirmé" in back.text
    assert "Eudoxie Vauquelin" in back.text
    assert "Sauvestre" not in back.text
    assert back.headers["cache-control"] == "no-store"


def test_a_hold_left_for_twenty_minutes_is_refused_by_name_and_its_place_is_free(
    site: TestClient, services: Services
) -> None:
    held = hold_first(site)
    request_id = str(held.url).rpartition("/")[2]
    booking = tables.booking
    with services.orientation.database.write() as connection:
        connection.execute(
            booking.update()
            .where(booking.c.id == UUID(hidden(held.text, "hold")[0]))
            .values(expires_at=store_now(150 - 20 * 60))
        )
    assert holds_of(services, request_id) == []
    late = confirm(site, held)
    assert late.status_code == 409
    assert "Autres créneaux" in late.text
    assert hidden(late.text, "slot")


def test_what_people_really_type_is_kept_and_escaped(site: TestClient) -> None:
    flags = start(site, address=ODD)
    assert html.escape("<script>alert(1)</script>") in flags.text
    assert "<script>alert" not in flags.text
    done = confirm(site, hold_first(site), family=LONG[:100], given=ODD)
    assert "<script>alert" not in done.text
    assert "« L’Étang » 🙂" in text_of(done)


def test_a_name_of_200_characters_is_kept_whole(site: TestClient) -> None:
    done: Response = confirm(site, hold_first(site), family=LONG)
    assert LONG in done.text


def test_the_desk_names_nobody_and_says_who_holds(site: TestClient, services: Services) -> None:
    held = hold_first(site)
    told = desk_of(site)
    (seen,) = holds_of(services, str(held.url).rpartition("/")[2])
    assert seen.holder == "démonstration"
    assert f'data-held="{seen.slot}"' in told
    confirm(site, held)
    told = desk_of(site)
    assert "auquelin" not in told
    assert re.sub(r"\D", "", NUMBER)[1:] not in told.replace(" ", "")


def test_the_screen_of_the_15_never_waits_for_the_desk(site: TestClient) -> None:
    answer = site.post("/secretariat/15", data={"callback_number": NUMBER, "commune": "fresnes"})
    assert "Transférez maintenant au 15" in text_of(answer)
    assert "data-stream" not in answer.text
    assert "data-stream" in site.get("/secretariat").text


def test_the_call_on_screen_is_marked_and_cannot_be_resumed_from_itself(
    site: TestClient, services: Services
) -> None:
    flags = start(site)
    call = newest(services)
    resume = f"/secretariat/appels/{call.id}/reprendre"
    assert resume not in flags.text
    assert "Cet appel." in flags.text
    told = {"ici": str(flags.url).removeprefix(SITE)}
    refreshed = site.get(DESK, params=told, headers={"HX-Request": "true"}).text
    assert resume not in refreshed
    assert resume in site.get(DESK, params={"ici": ODD}).text
    assert site.get(DESK, params={"ici": LONG * 2}).status_code == 422
