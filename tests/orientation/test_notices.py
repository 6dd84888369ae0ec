"""Notices leave after the commit, at least once, without any patient, and survive a dead server."""

from email.message import EmailMessage

import pytest
import sqlalchemy as sa

from directory.base.database import store_now
from directory.base.errors import ConflictError, SettingsError
from orientation import tables
from orientation.model import CancelReason
from orientation.records import Appointment
from orientation.service import Orientation
from tests.orientation.conftest import Open
from tests.orientation.mailbox import Mailbox
from tests.orientation.team import PATIENT, add_slots, first_slot, make_doctor, open_request


@pytest.fixture
def mailing(open_agenda: Open, mailbox: Mailbox) -> Orientation:
    url = f"smtp://127.0.0.1:{mailbox.port}"
    return open_agenda(mail_url=url, mail_from="recours@cpts.example")


def confirm(orientation: Orientation) -> Appointment:
    request = open_request(orientation)
    held = orientation.hold(first_slot(orientation, request), request)
    return orientation.confirm(held.hold_id, PATIENT)


def make_all_due(orientation: Orientation) -> None:
    with orientation.database.write() as connection:
        connection.execute(tables.outbox.update().values(due_at=store_now(-1)))


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_the_doctor_is_told_when_and_how_never_who(mailing: Orientation, mailbox: Mailbox) -> None:
    add_slots(mailing)
    confirm(mailing)
    assert mailing.send_notices() == {"envoyé": 1}
    assert mailing.send_notices() == {}
    (mail,) = mailbox.received
    assert mail["To"] == "ardouin@cabinet.example"
    text = text_of(mail)
    assert "recours\u00a0: lundi 23 novembre à 9\u202fh, consultation au cabinet, Cabinet" in text
    assert not any(secret in text for secret in ("Vauquelin", "Eudoxie", "06", "Cachan"))


def test_a_cancellation_is_told_too(mailing: Orientation, mailbox: Mailbox) -> None:
    add_slots(mailing)
    mailing.cancel(confirm(mailing).appointment_id, CancelReason.PATIENT)
    mailing.send_notices()
    assert [mail["Subject"] for mail in mailbox.received] == [
        "Nouveau rendez-vous de premier recours",
        "Rendez-vous de premier recours annulé",
    ]


def test_an_escalation_tells_the_doctor_who_had_the_appointment(
    mailing: Orientation, mailbox: Mailbox
) -> None:
    add_slots(mailing)
    mailing.escalate(confirm(mailing).request_id, ["stroke"])
    mailing.send_notices()
    assert "annulé" in text_of(mailbox.received[-1])


def test_nothing_leaves_when_the_confirmation_fails(mailing: Orientation, mailbox: Mailbox) -> None:
    add_slots(mailing)
    request = open_request(mailing)
    held = mailing.hold(first_slot(mailing, request), request)
    mailing.release(held.hold_id)
    with pytest.raises(ConflictError):
        mailing.confirm(held.hold_id, PATIENT)
    assert mailing.send_notices() == {}
    assert mailbox.received == []


def test_a_server_that_is_down_is_asked_again_with_the_same_message_id(
    mailing: Orientation, mailbox: Mailbox
) -> None:
    add_slots(mailing)
    confirm(mailing)
    mailbox.refuse = True
    assert mailing.send_notices() == {"à réessayer": 1}
    assert mailing.send_notices() == {}  # not before its pause
    mailbox.refuse = False
    make_all_due(mailing)
    assert mailing.send_notices() == {"envoyé": 1}
    with mailing.database.read() as connection:
        message = connection.execute(sa.select(tables.outbox.c.id)).scalar_one()
    assert mailbox.received[-1]["Message-ID"] == f"<{message}@cpts.example>"


def test_a_message_taken_by_a_process_that_died_is_sent_by_another(
    mailing: Orientation, mailbox: Mailbox
) -> None:
    add_slots(mailing)
    confirm(mailing)
    with mailing.database.write() as connection:  # taken, never answered for
        connection.execute(tables.outbox.update().values(due_at=store_now(120), attempts=1))
    assert mailing.send_notices() == {}
    make_all_due(mailing)
    assert mailing.send_notices() == {"envoyé": 1}


def test_without_a_mail_server_notices_are_closed_and_counted(orientation: Orientation) -> None:
    add_slots(orientation)
    confirm(orientation)
    assert orientation.counts().outbox == {"en attente": 1}
    assert orientation.send_notices() == {"sans envoi": 1}
    assert orientation.counts().outbox == {"sans envoi": 1}


def test_a_doctor_without_address_is_not_written_to(mailing: Orientation, mailbox: Mailbox) -> None:
    add_slots(mailing, doctor=make_doctor(email=""))
    confirm(mailing)
    assert mailing.send_notices() == {"sans adresse": 1}
    assert mailbox.received == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"mail_url": "http://exemple.fr", "mail_from": "a@b.example"},
        {"mail_url": "smtp://", "mail_from": "a@b.example"},
        {"mail_url": "smtp://localhost:25"},
    ],
)
def test_wrong_mail_settings_are_refused_at_start(open_agenda: Open, wrong: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="RECOURS_MAIL_URL"):
        open_agenda(**wrong)
