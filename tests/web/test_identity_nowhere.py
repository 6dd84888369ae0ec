"""Marked identities go through every journey; then everything that was written is searched.

A call, its médecin traitant, an absence and the people to call back, a search of a médecin traitant,
a professional's request, the agenda and its calendars, the same by the API, what is mistyped and a
store that breaks. Nothing of them may be in a file of the data folder, in the logs, in an address, a
header, a page's title, an export, the audit trail, a public page, nor in a mail to somebody else.
"""

import base64
import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from directory.base.clock import FixedClock
from directory.base.logs import configure_logs
from directory.base.settings import Settings
from orientation.model import Mode
from tests.orientation.mailbox import Mailbox, open_mailbox
from tests.orientation.seeking.people import offer_places
from tests.orientation.team import CACHAN, add_slots, make_doctor
from tests.web.conftest import MONDAY
from tests.web.sample import fill_directory
from tests.web.sites import open_site
from tests.web.test_professional import ask
from tests.web.test_secretariat import hidden, reach_proposals, start
from tests.web.test_seeking_pages import fill, press
from web.services import Services, open_services

pytestmark = pytest.mark.slow

FAMILY, GIVEN, NUMBER = "Zyxwertal", "Qorvandine", "06 12 98 76 54"
STREET, BORN, BORN_FR = "17 sentier des Mirabelliers", "1957-03-29", "29/03/1957"
ASKED_BY, NOTE, MAIL = "Officine Brumecendre", "Krastovil", "zq.patient@exemple.fr"
WORDS = (FAMILY, GIVEN, "Mirabelliers", "Brumecendre", NOTE, "zq.patient")
SPELLINGS = (
    *WORDS,
    *(word.upper() for word in WORDS),
    *(word.casefold() for word in WORDS),
    *(NUMBER, "0612987654", "612987654", "06.12.98.76.54", "06%2012%2098", "+33 6 12 98 76 54"),
    *(BORN, BORN_FR, "19570329", "29%2F03%2F1957"),
)
ENCODED = tuple(base64.b64encode(word.encode())[:-4].decode() for word in (FAMILY, GIVEN, MAIL))
PUBLIC_PATHS = ("/demande-pro/suivi/", "/indicateurs", "/audit", "/healthz", "/api/v1/indicators")


@dataclass
class Written:
    """What a whole day left behind."""

    answers: list[Response] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    logs: str = ""
    files: dict[str, bytes] = field(default_factory=dict)


def marks_in(content: str | bytes) -> list[str]:
    data = content if isinstance(content, bytes) else content.encode("utf-8", "replace")
    return [one for one in (*SPELLINGS, *ENCODED) if one.encode() in data]


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    with open_mailbox() as box:
        yield box


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, mailbox: Mailbox) -> Written:
    """Every journey in one folder, its logs kept whole, then the store broken under the last ones."""
    folder = tmp_path_factory.mktemp("marked")
    settings = Settings.model_validate(
        {
            **{"data_dir": folder, "demo": True, "horizon_days": 14, "territory": "bievre"},
            **{"mail_url": f"smtp://127.0.0.1:{mailbox.port}", "mail_from": "recours@exemple.fr"},
            **{"patient_texts": True, "log_format": "json"},
        }
    )
    kept = Written()
    with pytest.MonkeyPatch.context() as patch:
        logs = folder.parent / f"{folder.name}.log"
        with logs.open("w", encoding="utf-8") as stream:
            patch.setattr("sys.stderr", stream)
            configure_logs("json", level=0)
            clock = FixedClock(MONDAY)
            services = open_services(settings, clock)
            fill_directory(services)
            live_a_day(services, clock, kept)
            services.orientation.send_notices()
            kept.files = read_files(folder)
            break_the_store(services, kept)
            services.close()
        kept.logs = logs.read_text(encoding="utf-8")
    kept.files |= {f"closed {name}": data for name, data in read_files(folder).items()}
    kept.mails = list(mailbox.received)
    return kept


def live_a_day(services: Services, clock: FixedClock, kept: Written) -> None:
    doctor = make_doctor(email="cabinet@exemple.fr", demo=True)
    add_slots(services.orientation, Mode.CABINET, doctor)
    offer_places(services.orientation, 2)
    site = open_site(services)
    site.event_hooks = {"response": [kept.answers.append]}
    booked = call(site)
    call_of_a_medecin_traitant(site)
    call_back_later(site)
    the_agenda(site, str(doctor.id), booked)
    absence(services, site, doctor.id)
    seeking(site)
    professional(site)
    by_the_api(site)
    mistyped(site)
    for path in ("/indicateurs.csv", "/indicateurs", "/audit", "/healthz", "/api/v1/indicators"):
        site.get(path)
    clock.set(clock() + timedelta(hours=1))


def call(site: TestClient) -> Response:
    """From the number to the appointment, with everything that can be said."""
    proposals = of_a_marked_caller(site)
    page = proposals.text
    form = {"slot": hidden(page, "slot")[0], "key": hidden(page, "key")[0]}
    held = site.post(f"{proposals.url}/retenir", data=form)
    told = {name: hidden(held.text, name)[0] for name in ("hold", "key")}
    told |= {"family": FAMILY, "given": GIVEN, "birth_date": BORN_FR}
    told |= {"text_to": MAIL, "consent": "oui"}
    confirmed = site.post(f"{held.url}/confirmer", data=told)
    assert FAMILY in confirmed.text, confirmed.text[:3000]
    typing = {"HX-Request": "true", "HX-Target": "known"}
    seen = site.post("/secretariat/numero", data={"callback_number": NUMBER}, headers=typing)
    assert "Ce numéro a déjà appelé" in seen.text
    start(site, callback_number=NUMBER)  # the same caller again: found by the hash
    return confirmed


def of_a_marked_caller(site: TestClient, **need: str) -> Response:
    flags = start(site, callback_number=NUMBER, address=STREET)
    asked = site.post(str(flags.url), data={"flag": "none"})
    told = {"age_band": "16-69", "mobility": "travel", "medecin_traitant": "none"}
    told |= {"delay_hours": "168", "key": uuid4().hex, **need}
    return site.post(str(asked.url), data=told)


def call_of_a_medecin_traitant(site: TestClient) -> None:
    page = of_a_marked_caller(site, medecin_traitant="not_tried")
    site.post(f"{page.url}/mt/chercher", data={"q": "Ollivier"})
    site.post(f"{page.url}/mt", data={"told": "unavailable", "note": NOTE})
    site.get(str(page.url))


def call_back_later(site: TestClient) -> None:
    page = of_a_marked_caller(site)
    site.post(f"{page.url}/rappeler")
    assert site.get("/secretariat/rappels").status_code == 200
    identifier = str(page.url).rpartition("/")[2]
    site.post(f"/secretariat/rappels/{identifier}", data={"reached": "non"})
    site.get("/secretariat/demandes")
    site.post(f"{page.url}/clore", data={"outcome": "other_resource"})
    flagged = start(site, callback_number=NUMBER, address=STREET)
    site.post(str(flagged.url), data={"flag": "stroke"})


def the_agenda(site: TestClient, doctor: str, booked: Response) -> None:
    days = [MONDAY.date() + timedelta(days=n) for n in range(3)]
    shown = [site.get(f"/agenda/{doctor}?jour={day.isoformat()}") for day in days]
    assert any(FAMILY in one.text for one in shown), booked.text[:500]
    for part in ("tournee", "tournee.ics", "calendriers", "disponibilites", "profil"):
        site.get(f"/agenda/{doctor}/{part}")
    renewed = site.post(f"/agenda/{doctor}/calendriers/adresse", data={"do": "renew"})
    found = re.search(r"/agenda/ics/[\w-]+\.ics", html.unescape(renewed.text))
    if found:
        feed = site.get(found[0])
        assert marks_in(feed.content) == []


def absence(services: Services, site: TestClient, doctor: Any) -> None:
    """The doctor is away: whoever was booked is to be called back."""
    starts = datetime.combine(MONDAY.date(), datetime.min.time(), services.territory.zone)
    services.orientation.declare_absence(doctor, starts, starts + timedelta(days=12))
    listed = site.get("/secretariat/a-rappeler")
    assert FAMILY in listed.text
    (first, *_) = re.findall(r'action="(/secretariat/a-rappeler/[\w-]+)"', listed.text)
    site.post(first)
    call_again = make_doctor(family="SUIVANT", email="suivant@exemple.fr", demo=True)
    add_slots(services.orientation, Mode.CABINET, call_again)


def seeking(site: TestClient) -> None:
    told = {"family": FAMILY, "given": GIVEN, "birth_date": BORN_FR, "phone": NUMBER}
    sheet = fill(site, **told, address=STREET)
    assert FAMILY in sheet.text
    proposed = press(site, sheet, "proposer")
    site.get("/secretariat/medecin-traitant")
    accepted = press(site, proposed, "accepter")
    press(site, press(site, accepted, "declarer"), "clore")


def professional(site: TestClient) -> None:
    told = {"asked_by": ASKED_BY, "callback_number": NUMBER, "address": STREET}
    followed = ask(site, **told)
    assert "/demande-pro/suivi/" in str(followed.url)
    site.get(str(followed.url))


def by_the_api(site: TestClient) -> None:
    body = {"callback_number": NUMBER, "address": STREET, "commune": CACHAN, "age_band": "16-69"}
    body |= {"mobility": "travel", "delay_hours": 168, "medecin_traitant": "none"}  # type: ignore[dict-item]
    body |= {"red_flags": "none"}
    made = site.post("/api/v1/requests", json=body)
    assert made.status_code == 201, made.text
    request = made.json()["id"]
    site.get(f"/api/v1/requests/{request}")
    slot = site.get(f"/api/v1/requests/{request}/proposals").json()["proposals"][0]["slot_id"]
    hold = site.post(f"/api/v1/slots/{slot}/hold", json={"request_id": request}).json()["hold_id"]
    patient = {"family": FAMILY, "given": GIVEN, "birth_date": BORN}
    done = site.post(f"/api/v1/holds/{hold}/confirm", json={"patient": patient})
    assert done.status_code == 200, done.text
    appointment = done.json()["appointment_id"]
    site.post(f"/api/v1/appointments/{appointment}/cancel", json={"reason": "patient"})


def mistyped(site: TestClient) -> None:
    """Entries refused with identities in them: what is refused must not be told to the logs."""
    wrong = {"callback_number": f"{NUMBER} {FAMILY}", "commune": FAMILY, "red_flags": NOTE}
    site.post("/api/v1/requests", json=wrong)
    site.post("/api/v1/requests", content=f'{{"family": "{FAMILY}'.encode())
    site.post("/api/v1/waits", json={"identity": {"family": FAMILY, "phone": NUMBER}})
    start(site, callback_number=f"{NUMBER}9", commune=GIVEN, address=STREET)
    reach_proposals(site, age_band=FAMILY)
    ask(site, asked_by="", callback_number=NUMBER, address=STREET)
    fill(site, family=FAMILY, given=GIVEN, phone=NUMBER, birth_date="31/02/1957", address=STREET)


def break_the_store(services: Services, kept: Written) -> None:
    """A table is gone: the answer is an error, and its report in the logs quotes no value."""
    site = open_site(services)
    site.event_hooks = {"response": [kept.answers.append]}
    with services.orientation.context.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE idempotency RENAME TO lost")
    body = {"callback_number": NUMBER, "address": STREET, "commune": CACHAN, "age_band": "16-69"}
    body |= {"mobility": "travel", "delay_hours": 168, "medecin_traitant": "none"}  # type: ignore[dict-item]
    answer = site.post(
        "/api/v1/requests", json={**body, "red_flags": "none"}, headers={"Idempotency-Key": "k"}
    )
    assert answer.status_code >= 500
    assert marks_in(answer.content) == []


def read_files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_no_file_holds_them(written: Written) -> None:
    assert {"agenda.sqlite", "agenda.sqlite-wal", "register.sqlite"} <= set(written.files)
    assert {name: found for name, data in written.files.items() if (found := marks_in(data))} == {}


def test_no_log_holds_them(written: Written) -> None:
    assert "appointment confirmed" in written.logs
    assert "unexpected error" in written.logs  # the report of the broken store
    assert marks_in(written.logs) == []


def test_no_address_header_nor_title_holds_them(written: Written) -> None:
    assert len(written.answers) > 60
    for one in written.answers:
        head = f"{one.request.url}\n{one.headers}"
        title = re.search(r"<title>.*?</title>", one.text, re.DOTALL)
        assert marks_in(head + (title[0] if title else "")) == [], one.request.url


def test_nothing_that_leaves_holds_them(written: Written) -> None:
    """Exports, the audit trail, private addresses, calendars and error documents."""
    told = [one for one in written.answers if one.request.url.path.startswith(PUBLIC_PATHS)]
    told += [one for one in written.answers if one.request.url.path.endswith((".ics", ".csv"))]
    assert {one.request.url.path for one in told} >= {"/indicateurs.csv", "/audit", "/healthz"}
    for one in told:
        assert marks_in(one.content) == [], one.request.url


def test_a_mail_names_nobody_and_reaches_the_person_at_their_own_address(written: Written) -> None:
    assert written.mails
    for mail in written.mails:
        body = mail.get_content() if not mail.is_multipart() else mail.as_string()
        assert marks_in(f"{mail['Subject']}\n{body}") == []
        assert marks_in(str(mail["To"])) in ([], ["zq.patient", "zq.patient"])


def test_the_search_itself_would_find_them() -> None:
    """The net has no hole: each spelling is found where it is."""
    for one in SPELLINGS:
        assert marks_in(f"x{one}y")
    assert marks_in(base64.b64encode(FAMILY.encode()))
    assert date.fromisoformat(BORN)
