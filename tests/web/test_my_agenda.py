"""« Mon agenda » without JavaScript: list and week, three taps to give, two to be away, the sheet."""

import html
import re
from datetime import date, timedelta

import msgspec
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from directory.base.clock import FixedClock
from orientation.balance import Balance
from orientation.model import BookingState, Doctor, MedecinTraitant, Mode
from orientation.service import Orientation
from tests.orientation.team import PATIENT, add_slots, make_doctor, make_place, open_request
from tests.orientation.test_planning import given, hours
from web.agenda_words import say_balance
from web.services import Services

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


@pytest.fixture
def team(empty_services: Services) -> Orientation:
    empty_services.orientation.add_doctor(make_doctor())
    return empty_services.orientation


@pytest.fixture
def doctor(team: Orientation) -> Doctor:
    return team.doctors()[0]


@pytest.fixture
def clock(empty_services: Services) -> FixedClock:
    assert isinstance(empty_services.clock, FixedClock)
    return empty_services.clock


def said(answer: Response) -> str:
    text = html.unescape(answer.text)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text))


def links(answer: Response, ending: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(rf'href="([^"]*{ending}[^"]*)"', answer.text)]


def book(team: Orientation, doctor: Doctor, day: date, **told: object) -> str:
    slot = next(one for one in team.agenda(doctor.id, day) if not one.bookings)
    hold = team.hold(slot.slot_id, open_request(team, **told))
    return str(team.confirm(hold.hold_id, PATIENT).appointment_id)


def fields(answer: Response, action: str) -> dict[str, str]:
    form = answer.text.split(f'action="{action}"')[1].split("</form>")[0]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))


def test_time_is_given_in_three_taps(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    address = f"/agenda/{doctor.id}"
    presets = empty_site.get(links(empty_site.get(address), "/donner")[0])  # first tap
    chosen = empty_site.get(address + "/donner" + links(presets, "choix=soir")[0])  # second
    assert "mardi 24/11 de 18 h à 19 h" in said(chosen)
    assert hours(team, doctor, TUESDAY) == []
    done = empty_site.post(f"{address}/donner", data=fields(chosen, f"{address}/donner"))  # third
    assert hours(team, doctor, TUESDAY) == ["18:00", "18:20", "18:40"]
    assert "3 créneaux donnés." in said(done)
    again = empty_site.post(f"{address}/donner", data=fields(chosen, f"{address}/donner"))
    assert again.status_code == 409
    assert "Rien à donner" in said(again)


def test_mode_place_and_length_are_those_given_last(
    empty_site: TestClient, team: Orientation
) -> None:
    first, second = make_place(), make_place()
    doctor = make_doctor(family="ZOLA", places=(first, second))
    team.add_doctor(doctor)
    told = {"first": TUESDAY, "weekdays": (), "place": second.id, "slot_minutes": 15, "seats": 2}
    team.planning.add(doctor.id, given(doctor, **told))
    address = f"/agenda/{doctor.id}/donner"
    page = empty_site.get(f"{address}?choix=midi&jour=2026-11-26")
    assert fields(page, address)["lieu"] == str(second.id)
    empty_site.post(address, data=fields(page, address))
    slots = team.agenda(doctor.id, date(2026, 11, 26))
    assert [(one.seats, one.place and one.place.id) for one in slots] == [(2, second.id)] * 4


def test_last_week_is_given_again(
    empty_site: TestClient, team: Orientation, doctor: Doctor, clock: FixedClock
) -> None:
    team.planning.add(doctor.id, given(doctor, first=TUESDAY, weekdays=()))
    address = f"/agenda/{doctor.id}/donner"
    page = empty_site.get(f"{address}?choix=suivante")
    assert "mardi 01/12 de 9 h à 10 h" in said(page)
    empty_site.post(address, data=fields(page, address))
    assert len(hours(team, doctor, date(2026, 12, 1))) == 3
    after = said(empty_site.get(f"{address}?choix=suivante"))
    assert "1 plage est déjà donnée" in after
    empty = said(empty_site.get(f"{address}?choix=semaine"))
    assert "Aucune heure n'était donnée la semaine d'avant" in empty


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("choix=nuit&mode=cheval&lieu=rien", 200, "Combien ?"),
        ("choix=matin&jour=2026-11-20", 200, "Ce jour est déjà passé."),
        ("choix=matin&jour=2026-12-25", 200, "férié"),
        ("jour=hier", 422, ""),
        ("choix=" + "x" * 500, 422, ""),
    ],
)
def test_a_strange_choice_gives_nothing(
    empty_site: TestClient, doctor: Doctor, query: str, status: int, words: str
) -> None:
    answer = empty_site.get(f"/agenda/{doctor.id}/donner?{query}")
    assert answer.status_code == status
    assert words in said(answer)
    assert "Donner 3 créneaux" not in said(answer)


def test_an_absence_names_who_to_call_before_the_second_tap(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    team.planning.add(doctor.id, given(doctor, opens=given(doctor).opens))
    book(team, doctor, TUESDAY)
    address = f"/agenda/{doctor.id}"
    tap = links(empty_site.get(address), "quand=demain")[0]
    asked = empty_site.get(tap)
    assert "mardi 24/11, toute la journée" in said(asked)
    assert "1 personne à rappeler" in said(asked)
    assert "E. V." in said(asked)
    assert team.absent_slots(doctor.id) == frozenset()
    empty_site.post(f"{address}/absence", data=fields(asked, f"{address}/absence"))
    assert len(team.absent_slots(doctor.id)) == 3
    assert len(team.to_call_back()) == 1


def test_an_absence_without_anybody_says_so(empty_site: TestClient, doctor: Doctor) -> None:
    address = f"/agenda/{doctor.id}/absence"
    for quand, words in (
        ("reste", "lundi 23/11, à partir de 10 h"),
        ("semaine", "du lundi 23/11 à 10 h au dimanche 29/11 au soir"),
        ("jour&jour=2026-12-02", "mercredi 02/12, toute la journée"),
    ):
        answer = said(empty_site.get(f"{address}?quand={quand}"))
        assert words in answer
        assert "Personne n'a rendez-vous" in answer
    assert empty_site.get(f"{address}?quand=toujours").status_code == 422


def test_the_list_says_who_comes_and_where_there_is_room(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    team.planning.add(doctor.id, given(doctor))
    book(team, doctor, TUESDAY, medecin_traitant=MedecinTraitant.NONE)
    page = empty_site.get(f"/agenda/{doctor.id}?vue=liste&jour={TUESDAY}")
    words = said(page)
    assert "1 personne attendue, 2 places libres" in words
    assert "65 ans · sans médecin traitant" in words
    assert "9 h 20 à 10 h, 2 places libres au cabinet" in words
    assert page.text.count('class="slot') == 1
    kept = empty_site.get(f"/agenda/{doctor.id}")  # this browser asked for the list last
    assert 'class="day-list' in kept.text
    assert 'class="week"' in empty_site.get(f"/agenda/{doctor.id}?vue=semaine").text


def test_a_slot_that_starts_too_soon_is_no_longer_counted_as_free(
    empty_site: TestClient, team: Orientation, doctor: Doctor, clock: FixedClock
) -> None:
    team.planning.add(doctor.id, given(doctor))
    first = team.agenda(doctor.id, TUESDAY)[0].start
    for late, words, gone in (
        (timedelta(), "9 h à 10 h, 3 places libres au cabinet", 0),
        (timedelta(seconds=1), "9 h 20 à 10 h, 2 places libres au cabinet", 1),
    ):
        clock.set(first - timedelta(minutes=20) + late)
        listed = empty_site.get(f"/agenda/{doctor.id}?vue=liste&jour={TUESDAY}")
        assert words in said(listed)
        week = empty_site.get(f"/agenda/{doctor.id}?vue=semaine&jour={TUESDAY}").text
        # Three slots a day from Tuesday to Friday, and the legend.
        assert (week.count(">plus proposé<"), week.count(">libre<")) == (gone, 13 - gone)
        sheet = empty_site.get(f"/agenda/{doctor.id}/journee?jour={TUESDAY}")
        assert said(sheet).count("1 place libre") == 3 - gone


def test_the_first_visit_says_where_to_begin(empty_site: TestClient, doctor: Doctor) -> None:
    page = said(empty_site.get(f"/agenda/{doctor.id}"))
    assert "Bienvenue dans votre agenda" in page
    assert "aucune place donnée à l'équipe" in page


def test_the_sheet_of_a_day_has_names_and_boxes(
    empty_site: TestClient, team: Orientation, doctor: Doctor
) -> None:
    team.planning.add(doctor.id, given(doctor))
    book(team, doctor, TUESDAY)
    sheet = empty_site.get(f"/agenda/{doctor.id}/journee?jour={TUESDAY}")
    assert sheet.headers["cache-control"] == "no-store"
    assert "Eudoxie Vauquelin, 02/04/1961, 06 12 34 56 78" in said(sheet)
    assert said(sheet).count("☐ venu ☐ pas venu") == 1
    assert said(sheet).count("1 place libre") == 2
    empty = empty_site.get(f"/agenda/{doctor.id}/journee?jour=2026-11-29")
    assert "Aucun créneau ce jour-là" in said(empty)


def test_a_video_says_whether_there_is_a_room(empty_site: TestClient, team: Orientation) -> None:
    doctor = make_doctor(family="ZOLA", modes=(Mode.VIDEO,), places=())
    add_slots(team, Mode.VIDEO, doctor)
    book(team, doctor, TUESDAY)
    address = f"/agenda/{doctor.id}?jour={TUESDAY}"
    assert "Aucun lien de téléconsultation" in said(empty_site.get(address))
    team.set_video_url(doctor.id, "https://visio.example/zola")
    assert 'href="https://visio.example/zola"' in empty_site.get(address).text


def test_a_tap_beside_is_undone_for_ten_minutes_only(
    empty_site: TestClient, team: Orientation, doctor: Doctor, clock: FixedClock
) -> None:
    team.planning.add(doctor.id, given(doctor))
    appointment = book(team, doctor, TUESDAY)
    start = team.agenda(doctor.id, TUESDAY)[0].start
    clock.set(start)
    address = f"/agenda/{doctor.id}"
    data = {"appointment": appointment, "state": "no_show", "jour": f"{TUESDAY}"}
    assert "Annuler « pas venu »" in said(empty_site.post(f"{address}/presence", data=data))
    clock.set(start + timedelta(minutes=11))
    late = empty_site.post(f"{address}/presence", data={**data, "state": "undo"})
    assert late.status_code == 409
    assert "Trop tard pour annuler" in said(late)
    state = team.agenda(doctor.id, TUESDAY)[0].bookings[0].booking.state
    assert state is BookingState.NO_SHOW


def balance(**changes: int) -> Balance:
    told = Balance(
        first=date(2026, 10, 26),
        last=date(2026, 11, 22),
        given=40,
        received=20,
        no_show=1,
        unused=20,
        team_given=120,
        team_received=61,
        team_size=4,
    )
    return msgspec.structs.replace(told, **changes)


def test_the_balance_is_said_in_words() -> None:
    words = re.sub("[\u00a0\u202f]", " ", " ".join(say_balance(balance())))
    assert words == (
        "Du 26/10 au 22/11, 40 places données et 20 personnes reçues, dont une n'est pas venue. "
        "20 places sont restées sans personne. Un médecin de l'équipe donne en moyenne 30 places "
        "et reçoit 15 personnes : vous donnez plus et recevez plus."
    )


def test_a_small_team_is_not_compared() -> None:
    """Of two, the sum would tell what the other one did."""
    assert "moyenne" not in " ".join(say_balance(balance(team_size=2)))
