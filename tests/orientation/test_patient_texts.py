"""What a person who agreed receives: no medical content, after the commit, recognised twice."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import msgspec
import pytest
import sqlalchemy as sa

from directory.base.database import store_now
from directory.base.errors import InputRefusedError, SettingsError
from orientation import tables
from orientation.model import CancelReason, Mobility, Mode
from orientation.records import Appointment, Patient
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.mailbox import Mailbox
from tests.orientation.team import PATIENT, add_slots, first_slot, make_doctor, open_request

ROOM = "https://visio.example/salle-du-lavoir"


@dataclass
class Gateway:
    """An SMS gateway; while `down`, it answers 503."""

    port: int = 0
    down: bool = False
    received: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    refused: int = 0


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    gate = Gateway()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if gate.down:
                gate.refused += 1
            else:
                gate.received.append(json.loads(body))
                gate.headers.append({name.lower(): text for name, text in self.headers.items()})
            self.send_response(503 if gate.down else 202)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: what passes here is a person's number."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        gate.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield gate
        server.shutdown()
        thread.join()


@pytest.fixture
def texting(open_agenda: Open, gateway: Gateway) -> Orientation:
    return open_agenda(
        patient_texts=True,
        sms_url=f"http://127.0.0.1:{gateway.port}/envoi",
        sms_token="jeton-d-essai",
    )


def agree(to: str = "06 12 34 56 78") -> Patient:
    return msgspec.structs.replace(PATIENT, text_to=to)


def book(orientation: Orientation, patient: Patient, **request: Any) -> Appointment:
    known = open_request(orientation, **request)
    held = orientation.hold(first_slot(orientation, known), known)
    return orientation.confirm(held.hold_id, patient)


def test_the_person_is_told_when_with_whom_and_where(
    texting: Orientation, gateway: Gateway
) -> None:
    add_slots(texting)
    book(texting, agree(), reason_category="recent_problem")
    assert gateway.received == []
    assert texting.send_notices() == {"envoyé": 1, "sans envoi": 1}
    (text,) = gateway.received
    assert text["to"] == "+33612345678"
    assert text["text"] == (
        "Votre rendez-vous : lundi 23 novembre à 9 h, Dr Maëlle ARDOUIN, "
        "Cabinet du Lavoir, 3 rue du Lavoir. Message automatique."
    )
    assert gateway.headers[0]["idempotency-key"] == text["id"]
    assert gateway.headers[0]["authorization"] == "Bearer jeton-d-essai"


def test_a_teleconsultation_carries_the_doctors_room(
    texting: Orientation, gateway: Gateway
) -> None:
    add_slots(texting, Mode.VIDEO, make_doctor(video_url=ROOM))
    appointment = book(texting, agree(), mobility=Mobility.VIDEO)
    assert appointment.video_url == ROOM
    texting.send_notices()
    assert f"en visio {ROOM}." in gateway.received[0]["text"]


def test_a_visit_at_the_practice_carries_no_room(texting: Orientation) -> None:
    add_slots(texting, doctor=make_doctor(video_url=ROOM))
    assert book(texting, agree()).video_url == ""


def test_a_move_and_a_cancellation_are_told(texting: Orientation, gateway: Gateway) -> None:
    add_slots(texting)
    appointment = book(texting, agree())
    moved = texting.move(appointment.appointment_id, first_slot(texting, open_request(texting)))
    texting.cancel(moved.appointment_id, CancelReason.PATIENT)
    texting.send_notices()
    starts = [text["text"].partition(" : ")[0] for text in gateway.received]
    assert starts == [
        "Votre rendez-vous",
        "Votre rendez-vous est déplacé",
        "Votre rendez-vous est annulé",
    ]


def test_who_did_not_agree_receives_nothing(texting: Orientation, gateway: Gateway) -> None:
    add_slots(texting)
    book(texting, PATIENT)
    assert texting.send_notices() == {"sans envoi": 1}
    assert gateway.received == []


def test_a_mail_goes_by_mail(open_agenda: Open, mailbox: Mailbox) -> None:
    orientation = open_agenda(
        patient_texts=True,
        mail_url=f"smtp://127.0.0.1:{mailbox.port}",
        mail_from="recours@cpts.example",
    )
    add_slots(orientation)
    book(orientation, agree("personne@courrier.example"))
    orientation.send_notices()
    assert [mail["To"] for mail in mailbox.received] == [
        "ardouin@cabinet.example",
        "personne@courrier.example",
    ]


@pytest.mark.parametrize("to", ["15", "0600", "personne@", "a@b.example", "06 12 34 56 78 90"])
def test_an_address_that_cannot_be_used_is_refused(texting: Orientation, to: str) -> None:
    add_slots(texting)
    with pytest.raises(InputRefusedError, match="numéro de téléphone"):
        book(texting, agree(to))


def test_texts_are_off_unless_asked_for(orientation: Orientation) -> None:
    add_slots(orientation)
    with pytest.raises(InputRefusedError, match="pas activé"):
        book(orientation, agree())


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"patient_texts": True}, "RECOURS_PATIENT_TEXTS"),
        ({"sms_url": "http://passerelle.example/envoi"}, "RECOURS_SMS_URL"),
        ({"sms_url": "passerelle.example"}, "RECOURS_SMS_URL"),
    ],
)
def test_wrong_settings_are_refused_at_start(
    open_agenda: Open, wrong: dict[str, Any], named: str
) -> None:
    with pytest.raises(SettingsError, match=named):
        open_agenda(**wrong)


def test_a_gateway_down_for_a_day_is_asked_again_and_again(
    texting: Orientation, gateway: Gateway
) -> None:
    """Each try is further from the last one, at most an hour; every try has the same key."""
    add_slots(texting)
    book(texting, agree())
    gateway.down = True
    texting.send_notices()
    pauses = [pause(texting)]
    while sum(pauses, timedelta()) < timedelta(days=1):
        make_due(texting)
        assert texting.send_notices() == {"à réessayer": 1}
        pauses.append(pause(texting))
    assert pauses == sorted(pauses)
    assert max(pauses) <= timedelta(hours=1)
    assert gateway.refused == len(pauses) < 40
    assert texting.counts().outbox == {"en attente": 1, "sans envoi": 1}
    gateway.down = False
    make_due(texting)
    assert texting.send_notices() == {"envoyé": 1}
    assert len(gateway.received) == 1


def make_due(orientation: Orientation) -> None:
    with orientation.database.write() as connection:
        waiting = tables.outbox.c.outcome.is_(None)
        connection.execute(tables.outbox.update().where(waiting).values(due_at=store_now(-1)))


def pause(orientation: Orientation) -> timedelta:
    """How long until the next try, to the minute, by the store's clock."""
    outbox = tables.outbox
    with orientation.database.read() as connection:
        row = connection.execute(
            sa.select(outbox.c.due_at, store_now().label("now")).where(outbox.c.outcome.is_(None))
        ).one()
    left: timedelta = row.due_at - row.now
    return timedelta(minutes=round(left / timedelta(minutes=1)))


def test_a_text_taken_by_a_process_that_died_has_the_same_key(
    texting: Orientation, gateway: Gateway
) -> None:
    """Sent, then killed before it was written down: the gateway can tell it is the same."""
    add_slots(texting)
    book(texting, agree())
    texting.send_notices()
    with texting.database.write() as connection:
        connection.execute(tables.outbox.update().values(outcome=None, due_at=store_now(-1)))
    texting.send_notices()
    first, second = gateway.received
    assert first == second
